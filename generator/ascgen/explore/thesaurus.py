"""The curated data of search: everyday words, and what the API is known not to offer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from ascgen.explore.words import split, stem, stems

_FOLDER = Path(__file__).parent
# What the second and third meaning of a term are worth beside the first.
_FADING = 0.06


class Target(Struct, frozen=True):
    """What a term means: words of a name, a field of it, or one operation."""

    text: str
    worth: float
    name: frozenset[str] = frozenset()
    field: str = ""
    operation: str = ""


class Term(Struct, frozen=True):
    """Everyday words and what they mean, the likeliest first."""

    words: frozenset[str]
    meanings: str

    def targets(self) -> tuple[Target, ...]:
        """What the words stand for in the API's vocabulary."""
        texts = self.meanings.split(", ")
        return tuple(_target(text, 1 - place * _FADING) for place, text in enumerate(texts))


class NotOffered(Struct, frozen=True):
    """Something the public API is known not to offer."""

    id: str
    asks: tuple[frozenset[str], ...]
    besides: frozenset[str] | None
    answer: str
    remains: str
    instead: tuple[str, ...]

    def is_asked(self, words: frozenset[str]) -> bool:
        """Whether a query's words ask for this, and for nothing else where that matters."""
        return any(
            ask <= words and (self.besides is None or words - ask <= self.besides)
            for ask in self.asks
        )


class Thesaurus(Struct, frozen=True):
    """Words to leave out or to take for others, verbs by the methods they come to, and terms."""

    ignored: frozenset[str]
    same: dict[str, tuple[str, ...]]
    verbs: dict[str, tuple[str, ...]]
    terms: tuple[Term, ...]


@cache
def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with this program."""
    data = _read("thesaurus.yaml")
    return Thesaurus(
        ignored=frozenset(word for text in data["ignored"].split() for word in split(text)),
        same={
            other: tuple(split(word))
            for word, others in data["same"].items()
            for other in others.split()
        },
        verbs={stem(word): tuple(kinds.split()) for word, kinds in data["verbs"].items()},
        terms=tuple(Term(stems(words), meanings) for words, meanings in data["terms"].items()),
    )


@cache
def load_not_offered() -> tuple[NotOffered, ...]:
    """What the API does not offer, as it comes with this program."""
    return tuple(
        NotOffered(
            id=item["id"],
            asks=tuple(map(stems, item["asks"])),
            besides=stems(item.get("besides", "")) if item.get("only") else None,
            answer=item["answer"],
            remains=item["remains"],
            instead=tuple(item["instead"]),
        )
        for item in _read("not_offered.yaml")
    )


def _target(text: str, worth: float) -> Target:
    if "_" in text:
        return Target(text, worth, operation=text)
    name, _, field = text.partition(".")
    return Target(text, worth, name=stems(name), field=field)


def _read(name: str) -> Any:
    import yaml

    # The C loader is much faster; a PyYAML built without it has only the other.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), loader)  # noqa: S506 - it is safe
