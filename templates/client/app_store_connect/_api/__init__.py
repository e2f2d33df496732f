"""The API's facts at run time: what its document says of operations, resources and types.

    api = facts()
    api.operation("GET", "/v1/apps").limit        # 200
    [schema.name for schema in api.resources("builds")]

The classes of facts are in `model`. An entity is read when it is first asked for.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from .model import Fieldset, Operation, ResourceSchema, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Facts", "facts"]

_FIRST = 0xE000


class _Header(msgspec.Struct, frozen=True):
    product: str
    title: str
    version: str
    server: str


class _Parts(dict[int, str]):
    """What each character of a folded line stands for, unfolded when it is first met.

    A part contains characters of earlier parts only.
    """

    def __init__(self, folded: list[str]) -> None:
        super().__init__()
        self._folded = folded

    def __missing__(self, character: int) -> str:
        is_part = _FIRST <= character < _FIRST + len(self._folded)
        found = self._folded[character - _FIRST].translate(self) if is_part else chr(character)
        self[character] = found
        return found


class Facts:
    """The facts of one API.

    `operations` are the methods and paths of all operations, in the document's order, `types` all
    types of resources.
    """

    def __init__(self, text: str) -> None:
        _, header, parts, *lines = text.split("\n")
        self.header = msgspec.json.decode(header, type=_Header)
        self._parts = _Parts(msgspec.json.decode(parts, type=list[str]))
        self._lines: dict[str, dict[str, str]] = {}
        self._types: dict[str, list[str]] = {}
        self._read: dict[tuple[int, str], Any] = {}
        for line in lines:
            if not line:
                continue
            kind, key, packed = line.split("\t", 2)
            if kind.startswith("resource "):
                self._types.setdefault(kind[9:], []).append(key)
            self._lines.setdefault(kind.partition(" ")[0], {})[key] = packed
        # One view of all schemas, whichever line they come from.
        self._schemas = self._lines.get("schema", {}) | self._lines.get("resource", {})
        self._type_of = {name: kind for kind, names in self._types.items() for name in names}

    @property
    def server(self) -> str:
        """The address of the API's own server."""
        return self.header.server

    @property
    def operations(self) -> Iterator[tuple[str, str]]:
        """The method and path of every operation."""
        for key in self._lines.get("operation", {}):
            method, _, path = key.partition(" ")
            yield method, path

    @property
    def types(self) -> tuple[str, ...]:
        """The types of all resources."""
        return tuple(self._types)

    def operation(self, method: str, path: str) -> Operation:
        """Return the operation of a method and a path such as `/v1/apps/{id}`.

        Raises:
            KeyError: if none.
        """
        key = f"{method} {path}"
        lines = self._lines["operation"]
        found: Operation = self._entity(key, lines, Operation, method=method, path=path)
        return found

    def schema(self, name: str) -> Schema:
        """Return the component schema of a name.

        Raises:
            KeyError: if there is none.
        """
        kind = self._type_of.get(name)
        known = {"name": name} if kind is None else {"name": name, "type": kind}
        found: Schema = self._entity(name, self._schemas, Schema, **known)
        return found

    def resources(self, type: str) -> tuple[ResourceSchema, ...]:  # noqa: A002 - Apple's word
        """Return the schemas of a resource type: one, or two where it has two versions."""
        found = (self.schema(name) for name in self._types.get(type, ()))
        return tuple(schema for schema in found if isinstance(schema, ResourceSchema))

    def fieldset(self, name: str) -> Fieldset:
        """Return the values of a `fields[type]` parameter, by the operation's name for them."""
        found: Fieldset = self._entity(name, self._lines["fieldset"], Fieldset, name=name)
        return found

    def _entity(self, key: str, lines: dict[str, str], shape: Any, **known: str) -> Any:
        place = (id(lines), key)
        found = self._read.get(place)
        if found is None:
            members = msgspec.json.encode(known)[:-1].decode()
            rest = lines[key].translate(self._parts)[1:]
            text = f"{members}{',' if rest != '}' else ''}{rest}"
            found = self._read[place] = msgspec.json.decode(text, type=shape)
        return found


@cache
def facts() -> Facts:
    """Return the facts of the API that this package was made for."""
    # `importlib.resources` would load what reads archives.
    content = pkgutil.get_data(__name__, "facts.txt")
    if content is None:
        raise FileNotFoundError("facts.txt")
    return Facts(content.decode())
