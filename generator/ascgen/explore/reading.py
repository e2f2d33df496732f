"""The reading of a query: its words without endings and typing errors, and their meanings.

`site.js` reads in the same way, with the same data; a test compares the two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.explore.ranking import Meaning, Wanted, fits
from ascgen.explore.tuning import TUNING
from ascgen.explore.words import split, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.explore.thesaurus import Target
    from ascgen.explore.vocabulary import Vocabulary

# A name as the API spells it: camel case, snake case, capitals, or with a dot or bracket in it.
_NAME = re.compile(r"[A-Za-z]+(?:[a-z0-9][A-Z]|[_.\[=]).*|[A-Z][A-Z0-9_]{3,}\Z")
_CALL = re.compile(r"\A(?:await )?(?:asc|client)\.|\(.*\Z", re.DOTALL)
_SIGN = re.compile(r"[\[/_.=]")
_UNFINISHED = re.compile(r"[A-Za-z0-9]\Z")
# A word said with a verb's stem that is none: submission, invitations.
_NOUN = re.compile(r".+(?:ion|ment)s?\Z")
# Shorter words are not searched for in names of fields, nor mended or completed.
_SHORT = 4
_SHORTEST = 2
# How many slips a word of some length may have.
_SLIPS = ((8, 2), (_SHORT, 1))


class Word(Struct, frozen=True):
    """A word as it was said, its stem, and whether it says nothing."""

    spelled: str
    stem: str
    is_ignored: bool = False


def read_words(query: str, vocabulary: Vocabulary) -> list[Word]:
    """Return the words of a query, each as what it was meant to be."""
    said = split(query)
    last = len(said) - 1 if _UNFINISHED.search(query) else -1
    return [
        word
        for place, spelled in enumerate(said)
        for word in _meant(spelled, vocabulary, is_last=place == last)
    ]


def understand(words: list[Word], query: str, vocabulary: Vocabulary) -> Wanted:
    """Return what the words of a query may mean."""
    said = [word.stem for word in words]
    every = frozenset(said)
    terms = [
        (mine, targets, _worth(mine, said))
        for mine, targets in vocabulary.terms.items()
        if mine <= every
    ]
    verbs = _verbs(words, vocabulary)
    meanings: dict[str, Meaning] = {}
    for word in words:
        mine = [term for term in terms if word.stem in term[0]]
        weight = vocabulary.weights.of(word.stem)
        if word.is_ignored or word.stem in verbs:
            weight *= TUNING["ignored_weight" if word.is_ignored else "verb_weight"]
            # A verb that no name and no term has, has said what it can by its methods.
            in_names = word.stem in vocabulary.weights.known
            if not mine and not (in_names and len(word.stem) >= _SHORT):
                continue
        elif word.stem in vocabulary.thesaurus.details:
            weight *= TUNING["detail_weight"]
        meanings[word.stem] = Meaning(
            word.stem,
            weight,
            vocabulary.fields.get(word.stem, frozenset()),
            vocabulary.values.get(word.stem, frozenset()),
            tuple(_targets(mine)),
        )
    first = next((word.stem for word in words if not word.is_ignored), "")
    methods = fits(filter(None, verbs.values()), leads=first in verbs)
    if verbs and "get" in methods and "list" in methods:
        one, many = sorted((methods["get"], methods["list"]), reverse=not _is_plural(words))
        methods |= {"get": one, "list": many}
    if not any(verbs.values()) and any(
        target.field for meaning in meanings.values() for target, _ in meaning.targets
    ):
        methods["update"] = TUNING["named_field"]
    is_term = len(words) == 1 and every in vocabulary.terms
    names, begun = _names(query)
    return Wanted(every, tuple(meanings.values()), methods, names, begun, is_term)


def _meant(said: str, vocabulary: Vocabulary, *, is_last: bool) -> Iterator[Word]:
    """Yield the known words that a word stands for, joins, begins or misspells."""
    stemmed = stem(said)
    is_known = (
        said in vocabulary.thesaurus.ignored
        or stemmed in vocabulary.known
        or (
            len(stemmed) >= _SHORT
            and (stemmed in vocabulary.fields or stemmed in vocabulary.values)
        )
    )
    spelled = said
    if not is_known and said not in vocabulary.thesaurus.same and said not in vocabulary.compounds:
        spelled = _completed(said, vocabulary) if is_last else ""
        spelled = spelled or _mended(stemmed, vocabulary) or said
    parts = vocabulary.thesaurus.same.get(spelled) or vocabulary.compounds.get(spelled)
    for part in parts or (spelled,):
        yield Word(part, stem(part), part in vocabulary.thesaurus.ignored)


def _completed(said: str, vocabulary: Vocabulary) -> str:
    """Return the most frequent word of the API that begins like this, or an empty one."""
    if len(said) < _SHORTEST:
        return ""
    found = [word for word in vocabulary.spellings if word.startswith(said)]
    return min(found, key=lambda word: (vocabulary.weights.of(word), len(word), word), default="")


def _mended(stemmed: str, vocabulary: Vocabulary) -> str:
    """Return the word with the fewest slips, as far as the length allows any."""
    allowed = next((slips for length, slips in _SLIPS if len(stemmed) >= length), 0)
    if not allowed:
        return ""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(
        stemmed, vocabulary.spellings, scorer=OSA.distance, score_cutoff=allowed, limit=None
    )
    near = [(slips, place, word) for word, slips, place in found if len(word) >= _SHORT - 1]
    return min(near)[2] if near else ""


def _verbs(words: list[Word], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Return the verbs that were said, by their stems, with the methods they come down to.

    A second word (`turn off`) belongs to its verb and has no methods of its own.
    """
    known = vocabulary.thesaurus.verbs
    said = [word.stem for word in words]
    found: dict[str, tuple[str, ...]] = {}
    for place, word in enumerate(words):
        if word.stem in found or _NOUN.match(word.spelled):
            continue
        pair = next((other for other in said[place + 1 :] if (word.stem, other) in known), None)
        if pair is not None:
            found |= {word.stem: known[word.stem, pair], pair: ()}
        elif (word.stem,) in known:
            found[word.stem] = known[word.stem,]
    return found


def _worth(term: frozenset[str], said: list[str]) -> float:
    """Return what a term is worth by how its words stand: together, or with others between them."""
    count = len(term)
    together = any(
        term == frozenset(said[place : place + count]) for place in range(len(said) - count + 1)
    )
    return 1.0 if together else TUNING["apart"]


def _targets(
    terms: list[tuple[frozenset[str], tuple[Target, ...], float]],
) -> Iterator[tuple[Target, float]]:
    """Yield what a word's terms mean, by what they are worth beside each other."""
    longest = max((len(words) for words, _, _ in terms), default=0)
    for words, targets, worth in terms:
        fits_best = 1.0 if len(words) == longest else TUNING["shorter"]
        for target in targets:
            yield target, target.worth * worth * fits_best


def _is_plural(words: list[Word]) -> bool:
    """Return whether more than one of something is wanted."""
    return any(
        word.spelled.endswith("s") and not word.spelled.endswith("ss") and not word.is_ignored
        for word in words
    )


def _names(query: str) -> tuple[frozenset[str], str]:
    """Return the parts of a query that are names of the API, and the query as a prefix."""
    parts = query.split()
    found = {part.lower() for part in parts if len(parts) == 1 or _NAME.match(part)}
    called = _CALL.sub("", " ".join(parts)).lower()
    is_name = len(parts) == 1 or _SIGN.search(called)
    return frozenset({*found, called} - {""}), called if is_name else ""
