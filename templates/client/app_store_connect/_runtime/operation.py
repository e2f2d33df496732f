"""Operations as values: what the generated methods hand over, and how it becomes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from .body import Linkage, resource_body, to_linkage
from .exchange import Request
from .resource import Resource
from .values import Ref, is_several, query_text

__all__ = ["Operation"]

T = TypeVar("T")

_JSON = "application/json"
_STANDARD = {
    "sort": "sort",
    "include": "include",
    "fields": "fields",
    "limit": "limit",
    "related_limit": "limit",
}
_NOTHING: Mapping[str, Any] = {}


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """One operation of the API: everything but the arguments of a call.

    `query` maps the Python names of filters and the like to wire names; `sort`, `include`,
    `fields`, `limit` and `related_limit` mean the same everywhere. Values are joined with commas,
    so a comma inside one is refused except for the names in `single`. `owner` is the resource type
    that `{id}` belongs to and `type` that of the body, the first segment of the path unless given.
    `model` names the class of what is answered, `included` the classes an answer may include; both
    are imported when an answer is read.
    """

    method: str
    path: str
    owner: str = ""
    type: str = ""
    query: Mapping[str, str] = _NOTHING
    single: tuple[str, ...] = ()
    attributes: Mapping[str, str] = _NOTHING
    relationships: Mapping[str, Linkage] = _NOTHING
    linkage: Linkage | None = None
    model: str = ""
    included: tuple[str, ...] = ()
    accept: str = _JSON

    def request(self, arguments: Mapping[str, Any], *, accept: str = "") -> Request:
        """The request of a call with these arguments, by their Python names.

        Raises TypeError or ValueError for arguments that cannot mean what they say: an empty id,
        a resource of another type, a value with a comma.
        """
        target, identifier = self._target(arguments)
        return Request(
            method=self.method,
            target=target,
            query=self._query(arguments),
            body=self._body(arguments, identifier),
            accept=accept or self.accept,
        )

    def _target(self, arguments: Mapping[str, Any]) -> tuple[str, str | None]:
        if "{id}" not in self.path:
            return self.path, None
        identifier = resource_id(arguments["resource_id"], self.owner or self._root())
        return self.path.replace("{id}", path_segment(identifier)), identifier

    def _query(self, arguments: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        if self.method != "GET":
            return ()
        pairs: list[tuple[str, str]] = []
        for name, wire in (*self.query.items(), *_STANDARD.items()):
            value = arguments.get(name, UNSET)
            if value is UNSET or value is None:
                continue
            if isinstance(value, Mapping):
                members = cast("Mapping[str, Any]", value)
                pairs += (
                    (f"{wire}[{member}]", joined(f"{wire}[{member}]", item, split=True))
                    for member, item in members.items()
                )
            else:
                pairs.append((wire, joined(wire, value, split=name not in self.single)))
        pairs += query_pairs(arguments.get("extra") or {})
        return tuple(pairs)

    def _body(self, arguments: Mapping[str, Any], identifier: str | None) -> bytes | None:
        if self.linkage is not None:
            return msgspec.json.encode({"data": to_linkage(arguments["linked"], self.linkage)})
        if self.method not in {"POST", "PATCH"}:
            return None
        kind = self.type or self._root()
        return resource_body(kind, identifier, arguments, self.attributes, self.relationships)

    def _root(self) -> str:
        return self.path.split("/", 3)[2]


def resource_id(value: str | Ref | Resource, kind: str) -> str:
    """The id that a string, reference or resource stands for, of the given type if it has one."""
    if isinstance(value, str):
        identifier = value
    else:
        found = value.type if isinstance(value, Ref) else value.resource_type
        if kind and found and found != kind:
            raise TypeError(
                f"expected the id of one of the {kind}, not of the {found}: {value.id!r}"
            )
        identifier = value.id
    if not identifier or identifier in {".", ".."}:
        raise ValueError(f"{identifier!r} is no id")
    return identifier


def query_pairs(query: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """A query by its wire names; what is UNSET or None is left out."""
    return tuple(
        (wire, joined(wire, value, split=False))
        for wire, value in query.items()
        if value is not UNSET and value is not None
    )


def path_segment(identifier: str) -> str:
    """An id as exactly one segment of a path."""
    return quote(identifier, safe="")


def joined(name: str, value: Any, *, split: bool) -> str:
    """A query value as text; several joined by commas, none of which may hold one itself."""
    values = cast("Iterable[Any]", value) if is_several(value) else (value,)
    texts = [query_text(item) for item in values]
    for text in texts:
        if "," in text and (split or len(texts) > 1):
            raise ValueError(
                f"{name}: {text!r} holds a comma, at which the API would split it;"
                " pass several values as a list"
            )
    return ",".join(texts)
