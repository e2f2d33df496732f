"""Search in the words of people: what they want, ranked, and what the API is known not to offer."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.explore.entries import KINDS, operation_entries, other_entries
from ascgen.explore.ranking import Meaning, Wanted, Weights, fits, score
from ascgen.explore.thesaurus import load_not_offered, load_thesaurus
from ascgen.explore.words import split, stem, stems

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ascgen.explore.entries import Entry
    from ascgen.explore.lookup import Lookup
    from ascgen.explore.thesaurus import NotOffered, Target, Term
    from ascgen.explore.uses import Uses

# A name as the API spells it: camel case, snake case, capitals, or with a dot or bracket in it.
_NAME = re.compile(r"[A-Za-z]+(?:[a-z0-9][A-Z]|[_.\[=]).*|[A-Z][A-Z0-9_]{3,}\Z")
# A word said with a verb's stem that is none: submission, invitations.
_NOUN = re.compile(r".+(?:ion|ment)s?\Z")
_VERB_WEIGHT = 0.35
_IGNORED_WEIGHT = 0.12
# What a term is worth whose words stand apart, or beside one that says more about the same word.
_APART = 0.92
_SHORTER = 0.85
_CLOSE_ENOUGH = 82
_SHORT = 4
# Words that say less than this beside the most telling one are not looked for by themselves.
_TELLING = 0.3


class Hit(Struct, frozen=True):
    """Something that was found, and how well it fits."""

    kind: str
    id: str
    score: float


class Found(Struct, frozen=True):
    """What a search came to: hits, best first, and what is asked for in vain."""

    hits: tuple[Hit, ...]
    not_offered: NotOffered | None = None


class _Word(Struct, frozen=True):
    spelled: str
    stem: str
    is_ignored: bool


class Finder:
    """Search over one API."""

    def __init__(self, lookup: Lookup, uses: Uses) -> None:
        self._lookup = lookup
        self._uses = uses
        self._thesaurus = load_thesaurus()

    def search(
        self,
        query: str,
        *,
        kinds: Collection[str] = KINDS,
        limit: int = 10,
        deprecated: bool = False,
    ) -> Found:
        """The best hits for a query.

        Deprecated operations that have a successor are left out unless asked for or called by
        their own name; others that are deprecated come late.
        """
        same = self._thesaurus.same
        words = [
            self._word(spelled) for said in split(query) for spelled in same.get(said, (said,))
        ]
        wanted = self._understood(words, query)
        hidden = {} if deprecated else self._lookup.successors
        hits = [
            Hit(entry.kind, entry.id, round(points, 3))
            for entry in self._entries(kinds, wanted)
            if (points := score(entry, wanted, self._weights)) > 0
            and (entry.id not in hidden or entry.id.lower() in wanted.names)
        ]
        hits.sort(key=lambda hit: (-hit.score, KINDS.index(hit.kind), len(hit.id), hit.id))
        missing = _not_offered(words)
        if missing is not None and "operation" in kinds:
            known = [name for name in missing.instead if name in self._lookup.operations]
            best = max((hit.score for hit in hits), default=1.0)
            near = [Hit("operation", name, best) for name in known]
            hits = near + [hit for hit in hits if hit.id not in missing.instead]
        return Found(tuple(hits[:limit]), missing)

    def _understood(self, words: list[_Word], query: str) -> Wanted:
        """What the words of a query may mean."""
        said = [word.stem for word in words]
        every = frozenset(said)
        terms = [term for term in self._thesaurus.terms if term.words <= every]
        verbs = {
            word.stem: self._thesaurus.verbs[word.stem]
            for word in words
            if word.stem in self._thesaurus.verbs and not _NOUN.match(word.spelled)
        }
        meanings: dict[str, Meaning] = {}
        for word in words:
            mine = [term for term in terms if word.stem in term.words]
            weight = self._weights.of(word.stem)
            if word.is_ignored or word.stem in verbs:
                weight *= _IGNORED_WEIGHT if word.is_ignored else _VERB_WEIGHT
                # A verb that no name and no term has, has said what it can by its methods.
                in_names = word.stem in self._weights.known
                if not mine and not (in_names and len(word.stem) >= _SHORT):
                    continue
            meanings[word.stem] = Meaning(
                word.stem,
                weight,
                _having(word.stem, self._fields),
                _having(word.stem, self._values),
                _targets(mine, said),
            )
        first = next((word.stem for word in words if not word.is_ignored), "")
        methods = fits(verbs.values(), leads=first in verbs)
        if verbs and "get" in methods and "list" in methods:
            one, many = sorted((methods["get"], methods["list"]), reverse=not _is_plural(words))
            methods |= {"get": one, "list": many}
        return Wanted(every, tuple(meanings.values()), methods, _names(query))

    def _word(self, spelled: str) -> _Word:
        """A word by its stem, or by that of the word it was meant to be."""
        stemmed = stem(spelled)
        if spelled in self._thesaurus.ignored:
            return _Word(spelled, stemmed, is_ignored=True)
        if len(spelled) < _SHORT or self._is_known(stemmed):
            return _Word(spelled, stemmed, is_ignored=False)
        from rapidfuzz import fuzz, process

        near = process.extractOne(
            stemmed, sorted(self._vocabulary), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
        )
        return _Word(spelled, near[0] if near else stemmed, is_ignored=False)

    def _is_known(self, word: str) -> bool:
        return word in self._vocabulary or bool(
            _having(word, self._fields) or _having(word, self._values)
        )

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """The stems of operations, verbs, terms and what is not offered."""
        terms = (term.words for term in self._thesaurus.terms)
        asked = (ask for missing in load_not_offered() for ask in missing.asks)
        return frozenset(self._weights.known).union(self._thesaurus.verbs, *terms, *asked)

    @cached_property
    def _operations(self) -> tuple[Entry, ...]:
        return tuple(operation_entries(self._lookup.api))

    @cached_property
    def _weights(self) -> Weights:
        return Weights(self._operations)

    @cached_property
    def _fields(self) -> frozenset[str]:
        return frozenset[str]().union(*(entry.fields for entry in self._operations))

    @cached_property
    def _values(self) -> frozenset[str]:
        return frozenset[str]().union(*(entry.values for entry in self._operations))

    def _entries(self, kinds: Collection[str], wanted: Wanted) -> Iterable[Entry]:
        if "operation" in kinds:
            yield from self._operations
        # Most names have nothing to do with the wish: a look at their letters is enough to see it.
        probes = {name[:_SHORT] for name in wanted.names if name.isalnum()}
        telling = max((meaning.weight for meaning in wanted.meanings), default=0) * _TELLING
        for meaning in wanted.meanings:
            if meaning.weight < telling:
                continue
            probes.update(word[:_SHORT] for word in (meaning.word, *_target_words(meaning)))
        probe = re.compile("|".join(map(re.escape, sorted(probes))) or r"\Z.", re.IGNORECASE)
        yield from other_entries(self._lookup, self._uses, kinds, probe)


def _having(word: str, names: Iterable[str]) -> frozenset[str]:
    """The names that have a word; only those with its first letters are taken apart."""
    start = word[:_SHORT]
    return frozenset(name for name in names if start in name.lower() and word in stems(name))


def _is_plural(words: list[_Word]) -> bool:
    """Whether more than one of something is wanted."""
    return any(
        word.spelled.endswith("s") and not word.spelled.endswith("ss") and not word.is_ignored
        for word in words
    )


def _target_words(meaning: Meaning) -> Iterable[str]:
    for target, _ in meaning.targets:
        yield from target.name


def _names(query: str) -> frozenset[str]:
    """The parts of a query that are spelled as names of the API; all of it, if it is one word."""
    parts = query.split()
    return frozenset(part.lower() for part in parts if len(parts) == 1 or _NAME.match(part))


def _targets(terms: list[Term], said: list[str]) -> tuple[tuple[Target, float], ...]:
    """What a word's terms mean, by what they are worth beside each other."""
    longest = max((len(term.words) for term in terms), default=0)
    found: list[tuple[Target, float]] = []
    for term in terms:
        worth = 1.0 if len(term.words) == longest else _SHORTER
        if not _stands_together(term.words, said):
            worth *= _APART
        found += [(target, target.worth * worth) for target in term.targets()]
    return tuple(found)


def _stands_together(words: frozenset[str], said: list[str]) -> bool:
    count = len(words)
    return any(
        words == frozenset(said[place : place + count]) for place in range(len(said) - count + 1)
    )


def _not_offered(words: list[_Word]) -> NotOffered | None:
    """What is asked for in vain, with or without the words that say little."""
    every = frozenset(word.stem for word in words)
    telling = frozenset(word.stem for word in words if not word.is_ignored)
    for missing in load_not_offered():
        if missing.is_asked(every) or missing.is_asked(telling):
            return missing
    return None
