"""The curated data of search: everyday words, and what the API is known not to offer."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from ascgen.explore.tuning import TUNING
from ascgen.explore.words import split, stem, stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER = Path(__file__).parent


class Target(Struct, frozen=True):
    """What a term means: words of a name, a field of it, or one entry by its id.

    `argument` is what a call says to do it: `expired=True`, `sort="-uploadedDate"`.
    """

    text: str
    worth: float
    name: frozenset[str] = frozenset()
    field: str = ""
    entry: str = ""
    argument: str = ""


class Term(Struct, frozen=True):
    """Everyday words and what they mean, the likeliest first."""

    words: frozenset[str]
    meanings: tuple[str, ...]

    def targets(self, is_known: Callable[[Target], bool] = lambda _: True) -> tuple[Target, ...]:
        """Return what the words stand for, without what is not known in some API."""
        found: list[Target] = []
        for text in self.meanings:
            target = _target(text, 1 - len(found) * TUNING["fading"])
            if is_known(target):
                found.append(target)
        return tuple(found)


class NotOffered(Struct, frozen=True):
    """Something the public API is known not to offer; `looked_for` is where, in the client."""

    id: str
    asks: tuple[frozenset[str], ...]
    besides: frozenset[str] | None
    answer: str
    remains: str
    instead: tuple[str, ...]
    looked_for: tuple[str, ...] = ()

    def is_asked(self, words: frozenset[str]) -> bool:
        """Return whether a query's words ask for this, and for nothing else where that matters."""
        return any(
            ask <= words and (self.besides is None or words - ask <= self.besides)
            for ask in self.asks
        )


class Helper(Struct, frozen=True):
    """What does a whole job: a part of the client's runtime, or a page of the guide.

    `python` is where it is in the package and `call` how it is called; a page has neither. `needs`
    is a resource without which there is nothing to help with, `does` are operations it does.
    """

    kind: str
    id: str
    summary: str
    asks: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    method: str = ""
    python: str = ""
    call: str = ""
    needs: str = ""


class Thesaurus(Struct, frozen=True):
    """Words to leave out, that are a mere detail, or to take for others; verbs; and terms.

    Verbs are by their words, of which there may be two (`turn off`), with the methods they come
    down to.
    """

    ignored: frozenset[str]
    details: frozenset[str]
    same: dict[str, tuple[str, ...]]
    verbs: dict[tuple[str, ...], tuple[str, ...]]
    terms: tuple[Term, ...]


@cache
def load_thesaurus() -> Thesaurus:
    """Return the thesaurus that comes with this program."""
    data = _read("thesaurus.yaml")
    return Thesaurus(
        ignored=frozenset(word for text in data["ignored"].split() for word in split(text)),
        details=stems(data["details"]),
        same={
            other: tuple(split(word))
            for word, others in data["same"].items()
            for other in others.split()
        },
        verbs={
            tuple(map(stem, split(words))): tuple(kinds.split())
            for words, kinds in data["verbs"].items()
        },
        terms=tuple(
            Term(words, tuple(meanings.split(", ")))
            for pattern, meanings in data["terms"].items()
            for words in dict.fromkeys(map(stems, spelled_out(pattern)))
        ),
    )


@cache
def load_not_offered() -> tuple[NotOffered, ...]:
    """Return what the API does not offer, as it comes with this program."""
    return tuple(
        NotOffered(
            id=item["id"],
            asks=tuple(map(stems, item["asks"])),
            besides=stems(item.get("besides", "")) if item.get("only") else None,
            answer=item["answer"],
            remains=item["remains"],
            instead=tuple(item["instead"]),
            looked_for=tuple(item.get("looked_for", ())),
        )
        for item in _read("not_offered.yaml")
    )


@cache
def load_helpers() -> tuple[Helper, ...]:
    """Return the helpers and the pages of the guide that search knows."""
    data = _read("helpers.yaml")
    rows = [
        {
            **item,
            "kind": kind,
            "asks": [ask for asks in item.get("asks", ()) for ask in spelled_out(asks)],
        }
        for kind, items in (("helper", data["helpers"]), ("guide", data["guide"]))
        for item in items
    ]
    return msgspec.convert(rows, tuple[Helper, ...])


def spelled_out(pattern: str) -> Iterator[str]:
    """Yield every wording of a pattern: `support url|link` is `support url` and `support link`."""
    for words in product(*(part.split("|") for part in pattern.split())):
        yield " ".join(words)


def _target(text: str, worth: float) -> Target:
    meaning, _, argument = text.partition("?")
    if meaning.startswith("="):
        return Target(text, worth, entry=meaning[1:])
    if "_" in meaning:
        return Target(text, worth, entry=meaning, argument=argument)
    name, _, field = meaning.partition(".")
    return Target(text, worth, name=stems(name), field=field, argument=argument)


def _read(name: str) -> Any:
    import yaml

    # The C loader is much faster; a PyYAML built without it has only the other.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), loader)  # noqa: S506 - it is safe
