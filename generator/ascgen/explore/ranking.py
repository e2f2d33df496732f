"""How well an entry fits a query: what it covers, and what nobody asked for.

The score of an entry is the share of the query's words that it covers, rare words counting more,
plus what its method is worth for the query's verb, minus its own words that the query did not say.

The reference site ranks as the command does: `site.js` has this arithmetic once more. A test
compares the two.
"""

from __future__ import annotations

from math import floor, log
from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.explore.tuning import TUNING, UNASKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ascgen.explore.entries import Entry
    from ascgen.explore.thesaurus import Target


class Meaning(Struct, frozen=True):
    """What a word of a query may mean: itself, and the targets of the terms it is part of.

    `fields` and `values` are those of the API that have the word in their name.
    """

    word: str
    weight: float
    fields: frozenset[str]
    values: frozenset[str]
    targets: tuple[tuple[Target, float], ...]


class Wanted(Struct, frozen=True):
    """A query, understood: all its words, what they mean, the methods that fit, names in it.

    `begun` is the query as the beginning of a name, empty where it does not look like one. A query
    of one everyday word (`screenshots`) is not the name of a field.
    """

    words: frozenset[str]
    meanings: tuple[Meaning, ...]
    methods: dict[str, float]
    names: frozenset[str]
    begun: str = ""
    is_term: bool = False


class Weights:
    """How much words say: those that are in many names say little."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        seen: dict[str, int] = {}
        for entry in entries:
            for word in entry.name:
                seen[word] = seen.get(word, 0) + 1
        count, rarest = len(entries), TUNING["rarest"]
        self.known = {word: min(rarest, log(1 + count / (1 + n))) for word, n in seen.items()}

    def of(self, word: str) -> float:
        """Return the weight of a word, up to that of one that no name has."""
        return self.known.get(word, TUNING["rarest"])


def score(entry: Entry, wanted: Wanted, weights: Weights) -> float:
    """Return how well an entry fits, to three places; 0 where it has nothing of the query."""
    return floor(_points(entry, wanted, weights) * 1000 + 0.5) / 1000


def _points(entry: Entry, wanted: Wanted, weights: Weights) -> float:
    covered = total = 0.0
    asked = set(wanted.words)
    for meaning in wanted.meanings:
        total += meaning.weight
        covered += meaning.weight * _match(entry, meaning, asked)
    points = _named(entry, wanted)
    if not covered:
        return points
    extra = sum(sorted(weights.of(word) for word in entry.name - asked)) / TUNING["rarest"]
    points += covered / total - TUNING["extra"] * extra
    if _is_subject(entry, wanted.meanings[0]):
        points += TUNING["subject"]
    if entry.method:
        points += TUNING["method"] * wanted.methods.get(entry.method, 0.0)
        points -= TUNING["twin"] if entry.is_twin else 0
    elif entry.kind == "guide":
        points += TUNING["method"]
    else:
        points -= TUNING["other_kind"]
    points += TUNING["helper"] if entry.kind in {"helper", "guide"} else 0
    return max(TUNING["faintest"], points - (TUNING["deprecated"] if entry.deprecated else 0))


def _named(entry: Entry, wanted: Wanted) -> float:
    """Return what it is worth that the query has the entry's own name, or the beginning of it."""
    if wanted.is_term and entry.kind == "field":
        return 0.0
    names = entry.names()
    if not wanted.names.isdisjoint(names):
        return TUNING["exact"]
    if len(wanted.begun) > 1:
        for name in names:
            if name.startswith(wanted.begun):
                return TUNING["begun"] * (len(wanted.begun) / len(name))
    return 0.0


def _match(entry: Entry, meaning: Meaning, asked: set[str]) -> float:
    """Return how much of a word an entry covers, counting what its meanings add."""
    best = 0.0
    if meaning.word in entry.name:
        best = 1.0
    elif not meaning.fields.isdisjoint(entry.fields):
        best = TUNING["field"]
    elif not meaning.values.isdisjoint(entry.values):
        best = TUNING["value"]
    for target, worth in meaning.targets:
        if target.entry:
            if target.entry != entry.id:
                continue
            asked |= entry.name
        elif target.name <= entry.name:
            asked |= target.name
            if target.field and target.field not in entry.fields:
                worth *= TUNING["without_field"]  # noqa: PLW2901 - it is worth less here
        else:
            continue
        best = max(best, worth)
    return best


def _is_subject(entry: Entry, meaning: Meaning) -> bool:
    return meaning.word in entry.subject or any(
        target.entry == entry.id if target.entry else target.name <= entry.subject
        for target, _ in meaning.targets
    )


def fits(verbs: Iterable[tuple[str, ...]], *, leads: bool) -> dict[str, float]:
    """Return what each method is worth for some verbs, in the order in which they are said.

    The first of a verb's methods is worth the most, and so is the first verb. Where the query does
    not begin with one, they may be nouns as well.
    """
    found = {} if leads else dict(UNASKED)
    rank = 1.0 if leads else TUNING["lesser"]
    for methods in verbs:
        worth = rank
        for method in methods:
            found[method] = max(found.get(method, 0.0), worth)
            worth *= TUNING["lesser"]
        rank *= TUNING["later"]
    return found
