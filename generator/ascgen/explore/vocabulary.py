"""The words of one API and of the thesaurus, and what they stand for.

The index of the reference site is made of this, so that the site reads a query as the command does.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ascgen.explore.ranking import Weights
from ascgen.explore.thesaurus import Term, load_helpers, load_not_offered, load_thesaurus
from ascgen.explore.words import split, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ascgen.explore.entries import Entry
    from ascgen.explore.thesaurus import Helper, Target


class Vocabulary:
    """The meanings that words can have in an API of these operations and resources."""

    def __init__(self, operations: Sequence[Entry], resources: Iterable[str]) -> None:
        self.thesaurus = load_thesaurus()
        self.weights = Weights(operations)
        self._names = frozenset(entry.name for entry in operations)
        self._ids = frozenset(entry.id for entry in operations)
        self._resources = sorted(resources)
        self._fields = frozenset[str]().union(*(entry.fields for entry in operations))
        self._values = frozenset[str]().union(*(entry.values for entry in operations))

    @cached_property
    def compounds(self) -> dict[str, tuple[str, ...]]:
        """What people write together, taken apart: `betagroups`."""
        parts = (split(name) for name in self._resources)
        return {"".join(words): tuple(words) for words in parts if len(words) > 1}

    @cached_property
    def helpers(self) -> tuple[Helper, ...]:
        """The helpers and pages of the guide that have to do with this API."""
        known = {*self._resources, ""}
        return tuple(helper for helper in load_helpers() if helper.needs in known)

    @cached_property
    def _helper_ids(self) -> frozenset[str]:
        return frozenset(helper.id for helper in self.helpers)

    @cached_property
    def terms(self) -> dict[frozenset[str], tuple[Target, ...]]:
        """The words of every term, and what they mean in this API."""
        helping = (
            Term(stems(ask), (f"={helper.id}",)) for helper in self.helpers for ask in helper.asks
        )
        found: dict[frozenset[str], tuple[Target, ...]] = {}
        for term in (*helping, *self.thesaurus.terms):
            if targets := term.targets(self._is_known):
                found[term.words] = (*found.get(term.words, ()), *targets)
        return found

    @cached_property
    def known(self) -> frozenset[str]:
        """The stems of operations, verbs, terms and what is not offered."""
        missing = (ask for item in load_not_offered() for ask in item.asks)
        return frozenset(self.weights.known).union(*self.thesaurus.verbs, *self.terms, *missing)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """All that a word may have been meant for, or may be the beginning of, in order."""
        return tuple(sorted({*self.known, *self.compounds, *self.thesaurus.same}))

    @cached_property
    def fields(self) -> dict[str, frozenset[str]]:
        """The fields of operations by the stems in their names."""
        return _by_stem(self._fields)

    @cached_property
    def values(self) -> dict[str, frozenset[str]]:
        """The enumerated values that operations take, by the stems in them."""
        return _by_stem(self._values)

    def _is_known(self, target: Target) -> bool:
        if not target.entry:
            return any(target.name <= name for name in self._names)
        return target.entry in self._ids or target.entry in self._helper_ids


def _by_stem(names: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        for word in stems(name):
            found.setdefault(word, set()).add(name)
    return {word: frozenset(spelled) for word, spelled in found.items()}
