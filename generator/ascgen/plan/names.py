"""Python names from the API's names. Nothing else in this program makes an identifier."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from ascgen.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable

# aB → a B, ABc → A Bc, a1B → a1 B; digits stay with the word before them.
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_SIGNLESS = re.compile(r"[^a-z0-9]+")
_MEMBER = re.compile(r"[^A-Za-z0-9_]+")
_SIGNS = {"-": "MINUS_", "+": "PLUS_"}
# What would be something else on a string enumeration.
_ENUM_MEMBERS = frozenset(dir(str)) | {"mro", "name", "value", "is_known"}
# In the body of a class these would be the attribute that is called so.
_ANNOTATIONS = frozenset(
    {"bool", "date", "datetime", "dict", "field", "float", "int", "list", "str"}
)
# A file system takes 255 characters, and a module's name has an ending.
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,239}\Z")
# Windows keeps these for devices, with whatever ending; modules are named in snake case.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])\Z")


def words(name: str) -> list[str]:
    """Return the words of a camel-case name, spelled as they are in it."""
    return [word for word in _BOUNDARY.split(name) if word]


@cache
def snake(name: str) -> str:
    """`preReleaseVersion.version` → `pre_release_version_version`.

    Keywords, what annotations of attributes are made of, and Windows' devices get a `_` behind.
    """
    text = "_".join(word.lower() for word in words(name))
    taken = keyword.iskeyword(text) or text in _ANNOTATIONS or _DEVICES.match(text)
    return _checked(f"{text}_" if taken else text, name)


def loose(name: str) -> str:
    """Return a name for comparison with what people type: lower-case letters and digits."""
    return _SIGNLESS.sub("", name.lower())


@cache
def pascal(name: str) -> str:
    """`betaGroups` → `BetaGroups`; what is upper case stays so, and `None` becomes `NoneType`."""
    text = "".join(word[0].upper() + word[1:] for word in words(name))
    return _checked(f"{text}Type" if keyword.iskeyword(text) else text, name)


def members(values: Iterable[str], owner: str) -> dict[str, str]:
    """Return the members of the enumeration `owner` by their names.

    They are upper case, unless two values differ in case only.
    """
    texts = {value: _member(value) for value in values}
    upper = Counter(text.upper() for text in texts.values())
    found: dict[str, str] = {}
    scope = Scope(f"the enumeration {owner}")
    for value, text in texts.items():
        name = text.upper() if upper[text.upper()] == 1 else text
        name = f"{name}_" if keyword.iskeyword(name) or name in _ENUM_MEMBERS else name
        found[scope.take(_checked(name, value), f"the value {value!r}")] = value
    return found


def _member(value: str) -> str:
    sign = _SIGNS.get(value[:1], "")
    text = sign + _MEMBER.sub("_", value[1:] if sign else value)
    return text if text[:1].isalpha() else f"N{text}"


def _checked(identifier: str, origin: str) -> str:
    if not _IDENTIFIER.match(identifier):
        raise SpecError(f"no Python name can be made of {origin[:80]!r}")
    return identifier


class Scope:
    """Names that share a place: a second use of one is an error that names both origins."""

    def __init__(self, what: str, reserved: Iterable[str] = ()) -> None:
        self._what = what
        self._taken = dict.fromkeys(reserved, "the runtime")

    def take(self, name: str, origin: str) -> str:
        """Claim a name; raises SpecError where it is taken already."""
        if name in self._taken:
            raise SpecError(
                f"two things in {self._what} would be called {name!r}:"
                f" {self._taken[name]} and {origin}",
                hint="take one of them away with an overlay",
            )
        self._taken[name] = origin
        return name
