"""What could not be modelled, gathered on the way through the document."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ascgen.model import Omission

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from ascgen.analyze.cursor import Cursor, UnknownConstructError

_LONGEST = 300
# Omissions are printed, and stand in Markdown and in the snapshot.
_UNFIT = re.compile(r"[^A-Za-z0-9 _.,:;/~{}\[\]()'\"$#+*=?!@%&-]")


class Omissions:
    """The omissions of one document, each once and in the document's order."""

    def __init__(self) -> None:
        self._found: dict[Omission, str] = {}
        self._schema = ""

    @contextmanager
    def within(self, schema: str) -> Generator[None]:
        """Read a component schema: what is looser there matters where the schema is used."""
        self._schema = schema
        yield
        self._schema = ""

    def add(self, place: Cursor, what: str, still: str) -> None:
        """Note what is left out of the client, and how it is reached all the same."""
        self.add_at(place.pointer, what, still)

    def add_at(self, pointer: str, what: str, still: str) -> None:
        """Note what is left out at a JSON pointer."""
        self._found.setdefault(_omission(pointer, what, still), "")

    def add_error(self, error: UnknownConstructError, still: str) -> None:
        """Note the construct that an error is about."""
        what = error.message.removesuffix(f" (at {error.pointer})")
        self._found.setdefault(_omission(error.pointer, what, still), "")

    def add_looser(self, place: Cursor, what: str, still: str) -> None:
        """Note a type that is looser than the document says, unless nothing uses the schema."""
        self._found.setdefault(_omission(place.pointer, what, still), self._schema)

    def found(self, used: Iterable[str]) -> tuple[Omission, ...]:
        """Return all of them, given the schemas that the operations use."""
        wanted = {"", *used}
        return tuple(omission for omission, schema in self._found.items() if schema in wanted)


def _omission(pointer: str, what: str, still: str) -> Omission:
    return Omission(pointer=_fit(pointer) or "/", what=_fit(what) or "?", still=_fit(still))


def _fit(text: str) -> str:
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return _UNFIT.sub("?", short)
