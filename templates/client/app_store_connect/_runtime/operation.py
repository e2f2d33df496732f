"""Operations as values: what the generated methods hand over, and how it becomes a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from .body import Linkage, json_body, resource_body, to_linkage
from .exchange import Request
from .query import joined, raw_query
from .resource import resource_id

__all__ = ["Operation", "path_segment"]

T = TypeVar("T")

_JSON = "application/json"
_NOTHING: Mapping[str, Any] = {}


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """One operation of the API: everything but the arguments of a call.

    `query` maps the Python names of filters and the like to wire names; `sort`, `include`,
    `fields`, `limit` and `related_limit` mean the same everywhere. Values are joined with commas,
    so a comma inside one is refused except for the names in `single`. `owner` is the resource type
    that `{id}` belongs to and `type` that of the body, the first segment of the path unless given.
    `model` names the class of what is answered, `included` the classes of types that may come
    along where it is not the usual one; they are imported when an answer holds them.
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
    included: Mapping[str, str] = _NOTHING
    accept: str = _JSON

    def request(self, arguments: Mapping[str, Any]) -> Request:
        """The request of a call with these arguments, by their Python names.

        Raises TypeError or ValueError for arguments that cannot mean what they say: an empty id,
        a resource of another type, a value with a comma, a time without a zone.
        """
        target, identifier = self.path, None
        if "{id}" in target:
            identifier = resource_id(arguments["resource_id"], self.owner or self._root())
            target = target.replace("{id}", path_segment(identifier))
        return Request(
            method=self.method,
            target=target,
            query=self._query(arguments),
            body=self._body(arguments, identifier),
            accept=self.accept,
        )

    def _query(self, arguments: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        query: dict[str, str] = {}
        for name, wire in self.query.items():
            value = arguments.get(name)
            if value is not None and value is not UNSET:
                query[wire] = joined(wire, value, split=name not in self.single)
                if not query[wire] and value != "":
                    # Sent empty, a filter selects everything, the opposite of what it says.
                    raise ValueError(
                        f"{wire}: there is no value in it; leave it out to filter none"
                    )
        # A member of the request may be called as a parameter is: then it is the member.
        free = {
            name: value
            for name, value in arguments.items()
            if name not in self.attributes and name not in self.relationships
        }
        for name in ("sort", "include", "limit"):
            value = free.get(name)
            if value is not None and value is not UNSET and (text := joined(name, value)):
                query[name] = text
        query |= _by_type("fields", free.get("fields"))
        query |= _by_type("limit", free.get("related_limit"))
        if self.method == "GET":
            query |= raw_query(free.get("extra") or {})
        return tuple(query.items())

    def _body(self, arguments: Mapping[str, Any], identifier: str | None) -> bytes | None:
        if self.linkage is not None:
            return json_body({"data": to_linkage(arguments["linked"], self.linkage)})
        if self.method not in {"POST", "PATCH"}:
            return None
        kind = self.type or self._root()
        return resource_body(kind, identifier, arguments, self.attributes, self.relationships)

    def _root(self) -> str:
        return self.path.split("/", 3)[2]


def path_segment(identifier: str) -> str:
    """An id as exactly one segment of a path; `.` and `..` would lead to another path."""
    if identifier in {".", ".."}:
        raise ValueError(f"{identifier!r} is no id")
    return quote(identifier, safe="")


def _by_type(name: str, value: object) -> dict[str, str]:
    """`fields` and `related_limit`: a parameter of its own for each resource type."""
    if value is None or value is UNSET:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} takes a mapping by resource type, not a {type(value).__name__}")
    members = cast("Mapping[str, object]", value).items()
    pairs = ((f"{name}[{member}]", item) for member, item in members)
    return {wire: joined(wire, item) for wire, item in pairs if item is not None}
