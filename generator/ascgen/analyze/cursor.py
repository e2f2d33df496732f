"""A place in the document: a value with the JSON pointer that leads to it."""

from __future__ import annotations

import re
import reprlib
from typing import TYPE_CHECKING, Any, NoReturn, cast, get_args

from ascgen.errors import SpecError, one_line
from ascgen.model import Name, Server, Title, Value, Version, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT_LIMIT = 500
_SHOWN_LENGTH = 400


def pattern_of(fact: Any) -> re.Pattern[str]:
    """Return the pattern that the model declares for a kind of fact."""
    (meta,) = get_args(fact)[1:]
    return re.compile(cast("str", meta.pattern))


_NAME = pattern_of(Name)
_VALUE = pattern_of(Value)
_VERSION = pattern_of(Version)
_TITLE = pattern_of(Title)
_SERVER = pattern_of(Server)
_WORD = pattern_of(Word)
# Text that is not a name or value of this API, and does no harm.
_ODD = re.compile(r"[\w .,:;+*/=@()\[\]&%!?|~^'\-]*\Z")
_REPR = reprlib.Repr()
_REPR.maxstring = 80


class UnknownConstructError(SpecError):
    """A place holds something this program cannot model; its reader goes on with less."""


class Cursor:
    """Reads the untrusted document; every complaint names the place it is about.

    `places` are members that stand elsewhere in the document, when a value is put together, and
    `is_plain` says that nothing is left to be put together.
    """

    __slots__ = ("_key", "_parent", "_places", "is_plain", "value")

    def __init__(
        self,
        value: object,
        parent: Cursor | None = None,
        key: str | int = "",
        places: dict[str, Cursor] | None = None,
    ) -> None:
        self.value: Any = value
        self._parent = parent
        self._key = key
        self._places = places
        self.is_plain = False

    @property
    def pointer(self) -> str:
        """The JSON pointer of this place."""
        # Few are ever asked for, and there is a place for each member of the document.
        if self._parent is None:
            return ""
        return f"{self._parent.pointer}/{str(self._key).replace('~', '~0').replace('/', '~1')}"

    def fail(self, message: str) -> NoReturn:
        """Give this place up with an error that names it."""
        raise UnknownConstructError(one_line(message, _SHOWN_LENGTH), pointer=self._shown_pointer())

    def stop(self, message: str, *, hint: str = "") -> NoReturn:
        """Refuse the document, which cannot be read without this place."""
        raise SpecError(one_line(message, _SHOWN_LENGTH), pointer=self._shown_pointer(), hint=hint)

    def _shown_pointer(self) -> str:
        return one_line(self.pointer, _SHOWN_LENGTH) or "/"

    def remade(self, value: dict[str, Any], places: dict[str, Cursor]) -> Cursor:
        """This place with another object as its value, some members of which stand elsewhere."""
        whole = value | {name: place.value for name, place in places.items()}
        found = Cursor(whole, self._parent, self._key, places)
        found.is_plain = self.is_plain
        return found

    def child(self, key: str | int) -> Cursor:
        """Return the member or item of that key, which must exist."""
        found = self.get(key)
        if found is None:
            self.fail(f"expected a member {key!r}")
        return found

    def get(self, key: str | int) -> Cursor | None:
        """Return the member or item of that key, or None."""
        if self._places is not None and (place := self._places.get(str(key))) is not None:
            return place
        try:
            return Cursor(self.value[key], self, key)
        except (KeyError, IndexError):
            return None
        except TypeError:
            self.fail(f"expected an object or array, found {type(self.value).__name__}")

    def at(self, *keys: str | int) -> Cursor | None:
        """Return the place below, through several keys, or None where one is missing."""
        here: Cursor | None = self
        for key in keys:
            here = here.get(key) if here is not None else None
        return here

    def object(self) -> dict[str, Any]:
        """Return the value as an object."""
        value: object = self.value
        if not isinstance(value, dict):
            self.fail(f"expected an object, found {type(value).__name__}")
        return cast("dict[str, Any]", value)

    def members(self) -> Iterator[tuple[str, Cursor]]:
        """Yield the members of an object, in the document's order."""
        for key in self.object():
            yield key, self.child(key)

    def items(self) -> Iterator[Cursor]:
        """Yield the items of an array."""
        value: object = self.value
        if not isinstance(value, list):
            self.fail(f"expected an array, found {type(value).__name__}")
        for index in range(len(cast("list[object]", value))):
            yield self.child(index)

    def text(self) -> str:
        """Return the value as text of bounded length without control characters."""
        value = self.value
        if not isinstance(value, str):
            self.fail(f"expected text, found {type(value).__name__}")
        if len(value) > _TEXT_LIMIT or not value.isprintable():
            self.stop("this text is too long or holds characters that cannot be printed")
        return value

    def refuse_hostile(self, text: str) -> None:
        """Stop at text that no API would use, unlike what is merely not known."""
        if len(text) > _TEXT_LIMIT or ".." in text or not _ODD.match(text):
            self.stop(f"{text[:80]!r} is not text that an API could use")

    def name(self) -> str:
        """Return the value as a name: a letter, then ASCII letters, digits, `_`, `.` and `-`."""
        value = self.text()
        if not _NAME.match(value):
            self.fail(f"{value!r} is not a name this API could use")
        return value

    def title(self) -> str:
        """Return the value as a title, which stands in comments of what is generated."""
        value = self.text()
        if not _TITLE.match(value):
            self.fail(f"{value!r} is not a title; use letters, digits and simple punctuation")
        return value

    def word(self) -> str:
        """Return the value as a word, such as a format: a name that may also begin with a digit."""
        value = self.text()
        if not _WORD.match(value):
            self.fail(f"{value!r} is not a word this API could use")
        return value

    def shown(self) -> str:
        """Return the value for a message: of any type, and no longer or deeper than people read."""
        return _REPR.repr(self.value)

    def version(self) -> str:
        """Return the value as a version, which becomes part of file names."""
        value = self.text()
        if not _VERSION.match(value):
            self.fail(f"{value!r} is not a version number")
        return value

    def server(self) -> str:
        """Return the value as the https origin of the API, without path, query or user."""
        address = re.match(r"https://[^/?#]*(?=/|\Z)", self.text())
        origin = address[0].lower() if address else ""
        if not _SERVER.match(origin):
            self.fail("expected the https origin of the API")
        return origin

    def flag(self, key: str) -> bool:
        """Return a boolean member, False when it is missing."""
        found = self.get(key)
        if found is None or found.value is None:
            return False
        if not isinstance(found.value, bool):
            found.fail("expected true or false")
        return found.value

    def reference(self) -> str | None:
        """Return the component schema that a `$ref` here names, None without a `$ref`."""
        found = self.get("$ref")
        if found is None:
            return None
        prefix, _, name = found.text().rpartition("/")
        if prefix != "#/components/schemas":
            found.fail("only references to #/components/schemas are known")
        return checked_name(name, found)


def is_name(value: object) -> bool:
    """Return whether a value is a name as this API's are."""
    return isinstance(value, str) and _NAME.match(value) is not None


def is_value(value: object) -> bool:
    """Return whether a value is one as this API's enumerations have them."""
    return isinstance(value, str) and _VALUE.match(value) is not None


def checked_name(key: str, where: Cursor) -> str:
    """Return a member's key as a name, refused with the place it stands at."""
    if not is_name(key):
        where.refuse_hostile(key)
        where.fail(f"{key[:80]!r} is not a name this API could use")
    return key
