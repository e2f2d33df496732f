"""How well something fits a wish: what of the wish it covers, what of it the wish did not ask for.

The score of an entry is the share of the wish's words that it covers, rare words counting more,
plus what its method is worth for the wish's verb, minus its own words that nobody asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ascgen.explore.entries import Entry
    from ascgen.explore.thesaurus import Target

# What a word is worth that is not in the name but in the fields, or among their values.
_DETAIL = 0.55
_VALUE = 0.45
# A term that names a field, where the operation has only the resource but not the field.
_WITHOUT_FIELD = 0.6
# A term of few words beside one that says more about the same words.
_SHORTER = 0.85
_EXTRA = 0.07
_METHOD = 0.3
_LESSER = 0.8
_DEPRECATED = 0.5
_TWIN = 0.3
# Operations are what people are after; the other kinds come first where they are called by name.
_OTHER_KIND = 0.45
_EXACT = 2.0
_RAREST = 5.0
# What each method is worth where the wish has no verb.
_UNASKED = {
    "list": 0.6, "create": 0.55, "get": 0.5, "metrics": 0.45, "update": 0.4, "set": 0.2, "add": 0.2,
    "replace": 0.1, "delete": 0.1, "remove": 0.05,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word of a wish may mean: itself, and the targets of the terms it is part of."""

    word: str
    weight: float
    targets: tuple[tuple[Target, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish, understood: its words, its verbs by the methods they fit, and names in it."""

    meanings: tuple[Meaning, ...]
    methods: dict[str, float]
    names: frozenset[str]
    words: frozenset[str] = field(default=frozenset())


class Weights:
    """How much words say: those that are in many names say little."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._count = len(entries)
        self._seen: dict[str, int] = {}
        for entry in entries:
            for word in entry.name:
                self._seen[word] = self._seen.get(word, 0) + 1

    def __contains__(self, word: str) -> bool:
        return word in self._seen

    def of(self, word: str) -> float:
        """The weight of a word, up to that of one nobody uses."""
        return min(_RAREST, log(1 + self._count / (1 + self._seen.get(word, 0))))

    @property
    def words(self) -> Iterable[str]:
        """The words of all names."""
        return self._seen


def score(entry: Entry, wanted: Wanted, weights: Weights) -> float:
    """How well an entry fits; nothing of the wish in it scores 0."""
    covered = total = 0.0
    asked: set[str] = set(wanted.words)
    for meaning in wanted.meanings:
        total += meaning.weight
        covered += meaning.weight * _match(entry, meaning, asked)
    if not covered:
        return _EXACT if entry.id.lower() in wanted.names else 0.0
    extra = sum(weights.of(word) for word in entry.name if word not in asked) / _RAREST
    points = covered / total - _EXTRA * extra
    if entry.kind == "operation":
        points += _METHOD * _fit(entry.method, wanted)
        points -= _TWIN if entry.is_twin else 0
    else:
        points -= _OTHER_KIND
    if entry.id.lower() in wanted.names or _own_name(entry) in wanted.names:
        points += _EXACT
    return points - (_DEPRECATED if entry.deprecated else 0)


def _own_name(entry: Entry) -> str:
    """What a field or parameter is called by itself: `filter[app]` is `app`."""
    return entry.id.rpartition(".")[2].lower() if entry.kind == "field" else ""


def _match(entry: Entry, meaning: Meaning, asked: set[str]) -> float:
    best = 0.0
    if meaning.word in entry.name:
        best = 1.0
    elif meaning.word in entry.details:
        best = _DETAIL
    elif meaning.word in entry.values:
        best = _VALUE
    for target, worth in meaning.targets:
        if target.operation:
            match = float(target.operation == entry.id)
            if match:
                asked |= entry.name
        elif target.name <= entry.name:
            match = _WITHOUT_FIELD if target.field and target.field not in entry.fields else 1.0
            asked |= target.name
        else:
            continue
        best = max(best, worth * match)
    return best


def _fit(method: str, wanted: Wanted) -> float:
    if not wanted.methods:
        return _UNASKED[method]
    return wanted.methods.get(method, 0.0)


def fits(kinds: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """What each method is worth for some verbs: the first of a verb's methods the most."""
    found: dict[str, float] = {}
    for methods in kinds:
        worth = 1.0
        for method in methods:
            found[method] = max(found.get(method, 0.0), worth)
            worth *= _LESSER
    return found


def shorter(worth: float) -> float:
    """What a term is worth beside one that says more."""
    return worth * _SHORTER
