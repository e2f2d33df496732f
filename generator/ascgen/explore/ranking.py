"""How well something fits a wish: what of the wish it covers, and what of it nobody asked for.

The score of an entry is the share of the wish's words that it covers, rare words counting more,
plus what its method is worth for the wish's verb, minus its own words that the wish did not say.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ascgen.explore.entries import Entry
    from ascgen.explore.thesaurus import Target

# What a word is worth that is not in the name but in the fields, or among their values.
_FIELD = 0.55
_VALUE = 0.45
# A term that names a field, where the operation has only the resource but not the field.
_WITHOUT_FIELD = 0.6
_EXTRA = 0.07
# What the wish is about first is what an operation is about in the end: the builds of a group.
_SUBJECT = 0.04
_METHOD = 0.3
_LESSER = 0.8
_LATER = 0.4
_DEPRECATED = 0.5
_TWIN = 0.3
# Operations are what people are after; the other kinds come first where they are called by name.
_OTHER_KIND = 0.45
_EXACT = 2.0
_RAREST = 5.0
_FAINTEST = 0.001
# What each method is worth where the wish has no verb.
_UNASKED = {
    "list": 0.6, "create": 0.55, "get": 0.5, "metrics": 0.45, "update": 0.4, "set": 0.2, "add": 0.2,
    "replace": 0.1, "delete": 0.1, "remove": 0.05,
}  # fmt: skip


class Meaning(Struct, frozen=True):
    """What a word of a wish may mean: itself, and the targets of the terms it is part of.

    `fields` and `values` are those of the API that have the word in their name.
    """

    word: str
    weight: float
    fields: frozenset[str]
    values: frozenset[str]
    targets: tuple[tuple[Target, float], ...]


class Wanted(Struct, frozen=True):
    """A wish, understood: all its words, what they mean, the methods that fit, names in it."""

    words: frozenset[str]
    meanings: tuple[Meaning, ...]
    methods: dict[str, float]
    names: frozenset[str]


class Weights:
    """How much words say: those that are in many names say little."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        seen: dict[str, int] = {}
        for entry in entries:
            for word in entry.name:
                seen[word] = seen.get(word, 0) + 1
        count = len(entries)
        self.known = {word: min(_RAREST, log(1 + count / (1 + n))) for word, n in seen.items()}

    def of(self, word: str) -> float:
        """The weight of a word, up to that of one that no name has."""
        return self.known.get(word, _RAREST)


def score(entry: Entry, wanted: Wanted, weights: Weights) -> float:
    """How well an entry fits; 0 where it has nothing of the wish."""
    covered = total = 0.0
    asked = set(wanted.words)
    for meaning in wanted.meanings:
        total += meaning.weight
        covered += meaning.weight * _match(entry, meaning, asked)
    points = _EXACT if _is_named(entry, wanted.names) else 0.0
    if not covered:
        return points
    extra = sum([weights.of(word) for word in entry.name - asked]) / _RAREST
    points += covered / total - _EXTRA * extra
    if _is_subject(entry, wanted.meanings[0]):
        points += _SUBJECT
    if entry.kind == "operation":
        points += _METHOD * wanted.methods.get(entry.method, 0.0)
        points -= _TWIN if entry.is_twin else 0
    else:
        points -= _OTHER_KIND
    return max(_FAINTEST, points - (_DEPRECATED if entry.deprecated else 0))


def _match(entry: Entry, meaning: Meaning, asked: set[str]) -> float:
    """How much of a word an entry covers; what its meanings say besides was asked for, too."""
    best = 0.0
    if meaning.word in entry.name:
        best = 1.0
    elif not meaning.fields.isdisjoint(entry.fields):
        best = _FIELD
    elif not meaning.values.isdisjoint(entry.values):
        best = _VALUE
    for target, worth in meaning.targets:
        if target.operation:
            if target.operation != entry.id:
                continue
            asked |= entry.name
        elif target.name <= entry.name:
            asked |= target.name
            if target.field and target.field not in entry.fields:
                worth *= _WITHOUT_FIELD  # noqa: PLW2901 - it is worth less here
        else:
            continue
        best = max(best, worth)
    return best


def _is_subject(entry: Entry, meaning: Meaning) -> bool:
    return meaning.word in entry.subject or any(
        target.name and target.name <= entry.subject for target, _ in meaning.targets
    )


def _is_named(entry: Entry, names: frozenset[str]) -> bool:
    """Whether the wish has an entry's own name in it; a field may be called without its owner."""
    if not names:
        return False
    name = entry.id.lower()
    return name in names or (entry.kind == "field" and name.rpartition(".")[2] in names)


def fits(verbs: Iterable[tuple[str, ...]], *, leads: bool) -> dict[str, float]:
    """What each method is worth for some verbs, in the order in which they are said.

    The first of a verb's methods is worth the most, and so is the first verb. Where the wish does
    not begin with one, they may be nouns as well.
    """
    found = {} if leads else dict(_UNASKED)
    rank = 1.0 if leads else _LESSER
    for methods in verbs:
        worth = rank
        for method in methods:
            found[method] = max(found.get(method, 0.0), worth)
            worth *= _LESSER
        rank *= _LATER
    return found
