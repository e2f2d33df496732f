"""Search in the words of people: what they want, ranked, and what the API is known not to offer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ascgen.explore.entries import KINDS, operation_entries, other_entries
from ascgen.explore.ranking import Meaning, Wanted, Weights, fits, score, shorter
from ascgen.explore.thesaurus import load_thesaurus, load_wishes
from ascgen.explore.words import split, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ascgen.explore.entries import Entry
    from ascgen.explore.lookup import Lookup
    from ascgen.explore.thesaurus import Target, Term, Thesaurus, Wish
    from ascgen.explore.uses import Uses

# A name as the API spells it: camel case, snake case, capitals, or with a dot or bracket in it.
_NAME = re.compile(r"[A-Za-z]+(?:[a-z0-9][A-Z]|[_.\[=]).*|[A-Z][A-Z0-9_]{3,}\Z")
_VERB_WEIGHT = 0.35
_CLOSE_ENOUGH = 78
_TOO_SHORT = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, and how well it fits."""

    kind: str
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: hits, best first, and the wish that cannot be fulfilled."""

    hits: tuple[Hit, ...]
    wish: Wish | None = None


class Finder:
    """Search over one API."""

    def __init__(self, lookup: Lookup, uses: Uses) -> None:
        self._lookup = lookup
        self._uses = uses
        self._thesaurus: Thesaurus = load_thesaurus()

    def search(
        self,
        query: str,
        *,
        kinds: Collection[str] = KINDS,
        limit: int = 10,
        deprecated: bool = False,
    ) -> Found:
        """The best hits for a query.

        Deprecated operations that have a successor are left out unless asked for, or called by
        their own name; others that are deprecated come last.
        """
        wanted = self._understood(query)
        hits = [
            Hit(entry.kind, entry.id, round(points, 3))
            for entry in self._entries(frozenset(kinds))
            if (points := score(entry, wanted, self._weights)) > 0
            and (
                deprecated
                or entry.id not in self._lookup.successors
                or entry.id.lower() in wanted.names
            )
        ]
        hits.sort(key=lambda hit: (-hit.score, KINDS.index(hit.kind), len(hit.id), hit.id))
        wish = self._wish(query)
        if wish is not None and "operation" in kinds:
            first = [Hit("operation", name, 1.0) for name in wish.instead if self._knows(name)]
            hits = first + [hit for hit in hits if hit.id not in wish.instead]
        return Found(tuple(hits[:limit]), wish)

    @cached_property
    def _operations(self) -> tuple[Entry, ...]:
        return tuple(operation_entries(self._lookup.api))

    @cached_property
    def _weights(self) -> Weights:
        return Weights(self._operations)

    def _entries(self, kinds: frozenset[str]) -> Iterable[Entry]:
        if "operation" in kinds:
            yield from self._operations
        yield from other_entries(self._lookup, self._uses, kinds)

    def _knows(self, operation: str) -> bool:
        return operation in self._lookup.operations

    def _wish(self, query: str) -> Wish | None:
        words = frozenset(stem(word) for word in split(query))
        ignored = frozenset(map(stem, self._thesaurus.ignored))
        for wish in load_wishes():
            if wish.is_asked(words) or wish.is_asked(words - ignored):
                return wish
        return None

    def _understood(self, query: str) -> Wanted:
        """The words of a query with what they may mean, mended where nobody knows them."""
        raw = split(query)
        known = [stem(word) if word in self._thesaurus.ignored else self._mended(word) for word in raw]
        every = frozenset(known)
        terms = [term for term in self._thesaurus.terms if term.words <= every]
        verbs = {word: kinds for word, kinds in self._thesaurus.verbs.items() if word in every}
        meanings: dict[str, Meaning] = {}
        for word, spelled in zip(known, raw, strict=True):
            mine = [term for term in terms if word in term.words]
            if spelled in self._thesaurus.ignored and not mine:
                continue
            weight = self._weights.of(word)
            if word in verbs or spelled in self._thesaurus.ignored:
                weight *= _VERB_WEIGHT if mine or word in self._weights else 0
            if weight:
                meanings[word] = Meaning(word, weight, _targets(mine))
        names = frozenset(part.lower() for part in query.split() if _NAME.match(part))
        if len(query.split()) == 1:
            names |= {query.lower()}
        return Wanted(tuple(meanings.values()), fits(verbs.values()), names, every)

    def _mended(self, word: str) -> str:
        """The stem of a word, or of the one it was meant to be."""
        stemmed = stem(word)
        if len(word) < _TOO_SHORT or stemmed in self._vocabulary:
            return stemmed
        from rapidfuzz import fuzz, process

        near = process.extractOne(
            stemmed, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
        )
        return near[0] if near else stemmed

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """The stems that mean something: of operations, terms and verbs."""
        found = set(self._weights.words)
        for entry in self._operations:
            found |= entry.details | entry.values
        for term in self._thesaurus.terms:
            found |= term.words
        return frozenset(found.union(self._thesaurus.verbs))


def _targets(terms: list[Term]) -> tuple[tuple[Target, float], ...]:
    """What a word's terms mean; one that says more about the wish is worth more."""
    longest = max((len(term.words) for term in terms), default=0)
    return tuple(
        (target, target.worth if len(term.words) == longest else shorter(target.worth))
        for term in terms
        for target in term.targets()
    )
