"""Search in the words of people: what they want, ranked, and what the API is known not to offer."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.explore.arguments import wanted_arguments
from ascgen.explore.entries import KINDS, helper_entries, operation_entries, other_entries
from ascgen.explore.ranking import score
from ascgen.explore.reading import read_words, understand
from ascgen.explore.thesaurus import load_not_offered
from ascgen.explore.tuning import TUNING
from ascgen.explore.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ascgen.explore.entries import Entry
    from ascgen.explore.lookup import Lookup
    from ascgen.explore.ranking import Meaning, Wanted
    from ascgen.explore.reading import Word
    from ascgen.explore.thesaurus import NotOffered
    from ascgen.explore.uses import Uses

# How much of a word is looked for in a name before the name is taken apart.
_PROBE = 4


class Hit(Struct, frozen=True):
    """Something that was found, and how well it fits.

    `arguments` are those that do what was wished for, as Python and by keyword.
    """

    kind: str
    id: str
    score: float
    arguments: dict[str, str] = {}


class Found(Struct, frozen=True):
    """What a search came to: hits, best first, and what is asked for in vain."""

    hits: tuple[Hit, ...]
    not_offered: NotOffered | None = None


class Finder:
    """Search over one API."""

    def __init__(self, lookup: Lookup, uses: Uses) -> None:
        self._lookup = lookup
        self._uses = uses

    @cached_property
    def operations(self) -> tuple[Entry, ...]:
        """The operations as entries."""
        return tuple(operation_entries(self._lookup.api))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What words can mean in this API."""
        return Vocabulary(self.operations, self._lookup.resources)

    @cached_property
    def hidden(self) -> dict[str, str]:
        """Deprecated operations by id, and what nobody wants an older version of."""
        return self._lookup.later_versions

    def entries(
        self, kinds: Collection[str] = KINDS, wanted: Wanted | None = None
    ) -> Iterable[Entry]:
        """Return all entries, or those that may match a query."""
        yield from (e for e in helper_entries(self.vocabulary.helpers) if e.kind in kinds)
        if "operation" in kinds:
            yield from self.operations
        probe = re.compile("" if wanted is None else _probe(wanted), re.IGNORECASE)
        yield from other_entries(self._lookup, self._uses, kinds, probe)

    def search(
        self,
        query: str,
        *,
        kinds: Collection[str] = KINDS,
        limit: int = 10,
        deprecated: bool = False,
    ) -> Found:
        """Return the best hits for a query.

        Deprecated operations of which there is a later version are left out unless asked for or
        called by their own name; others that are deprecated come late.
        """
        words = read_words(query, self.vocabulary)
        wanted = understand(words, query, self.vocabulary)
        hidden = {} if deprecated else self.hidden
        weights = self.vocabulary.weights
        scored = [
            (points, entry)
            for entry in self.entries(kinds, wanted)
            if (points := score(entry, wanted, weights)) > 0
            and (entry.id not in hidden or entry.id.lower() in wanted.names)
        ]
        if "helper" in kinds:
            scored = list(self._with_workflows(scored))
        scored.sort(key=lambda hit: (-hit[0], KINDS.index(hit[1].kind), len(hit[1].id), hit[1].id))
        missing = _not_offered(words)
        if missing is not None and "operation" in kinds:
            best = max((points for points, _ in scored), default=1.0)
            known = {entry.id: entry for entry in self.operations}
            near = [(best, known[name]) for name in missing.instead if name in known]
            scored = near + [hit for hit in scored if hit[1].id not in missing.instead]
        hits = (
            Hit(entry.kind, entry.id, points, self._arguments(entry, wanted))
            for points, entry in scored[:limit]
        )
        return Found(tuple(hits), missing)

    def _with_workflows(
        self, scored: Iterable[tuple[float, Entry]]
    ) -> Iterator[tuple[float, Entry]]:
        """Yield what was found, and after each operation the workflow that does it with others."""
        own = {entry.id: points for points, entry in scored}
        does = {helper.id: helper.does for helper in self.vocabulary.helpers}
        for entry in helper_entries(self.vocabulary.helpers):
            done = max((own.get(name, 0.0) for name in does[entry.id]), default=0.0)
            points = max(own.get(entry.id, 0.0), done - TUNING["instead"])
            if points > 0:
                yield points, entry
        yield from (hit for hit in scored if hit[1].id not in does)

    def _arguments(self, entry: Entry, wanted: Wanted) -> dict[str, str]:
        operation = self._lookup.operations.get(entry.id)
        if operation is None or entry.kind != "operation":
            return {}
        return wanted_arguments(self._lookup.api, operation, entry, wanted)


def _probe(wanted: Wanted) -> str:
    """Return a pattern that excludes the names that cannot match a query."""
    probes = {wanted.begun} - {""}
    telling = max((meaning.weight for meaning in wanted.meanings), default=0) * TUNING["telling"]
    for meaning in wanted.meanings:
        if meaning.weight >= telling:
            probes.update(word[:_PROBE] for word in (meaning.word, *_target_words(meaning)))
    return "|".join(map(re.escape, sorted(probes))) or r"\Z."


def _target_words(meaning: Meaning) -> Iterable[str]:
    for target, _ in meaning.targets:
        yield from target.name


def _not_offered(words: list[Word]) -> NotOffered | None:
    """Return what is asked for in vain, with or without the words that say little."""
    every = frozenset(word.stem for word in words)
    telling = frozenset(word.stem for word in words if not word.is_ignored)
    for item in load_not_offered():
        if item.is_asked(every) or item.is_asked(telling):
            return item
    return None
