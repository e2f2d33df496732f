"""Operations as values: what the generated methods hand over, and how it becomes a request."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from ..messages.request import Request
from .body import Dates, Linkage, Shape, json_body, resource_body, to_linkage
from .query import Read, by_type, flag, joined, number, raw_query, value, word
from .resource import resource_id

__all__ = ["Operation", "path_segment"]

T = TypeVar("T")

_JSON = "application/json"
_NOTHING: Mapping[str, Any] = {}
_STANDARD: Mapping[str, Read] = {"sort": word, "include": word, "limit": number}


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """One operation of the API: everything but the arguments of a call.

    `query` maps the Python names of filters and the like to wire names; `sort`, `include`,
    `fields`, `limit` and `related_limit` mean the same everywhere. Values are joined with commas,
    so a comma inside one is refused except for the names in `single`. `ids` says which of them take
    ids, and of which type. `dates` says which attributes, by wire names, are days (`date`) or
    points in time (`datetime`). `owner` is the resource type that `{id}` belongs to and `type` that
    of the body, the first segment of the path unless given; where ids are answered, `type` is
    theirs. `model` names the class of what is answered, `included` the classes of types that may
    come along where it is not the usual one; they are imported when an answer holds them. `limit`
    is the size of the largest page, 0 where pages have no size to choose.
    """

    method: str
    path: str
    owner: str = ""
    type: str = ""
    query: Mapping[str, str] = _NOTHING
    single: tuple[str, ...] = ()
    ids: Mapping[str, str] = _NOTHING
    attributes: Mapping[str, str] = _NOTHING
    dates: Dates = _NOTHING
    relationships: Mapping[str, Linkage] = _NOTHING
    linkage: Linkage | None = None
    model: str = ""
    included: Mapping[str, str] = _NOTHING
    limit: int = 200
    accept: str = _JSON

    @property
    def resource_type(self) -> str:
        """The type of the resource that `{id}` is the id of."""
        return self.owner or self._root()

    def request(self, arguments: Mapping[str, Any]) -> Request:
        """Return the request of a call with these arguments, by their Python names.

        Raises:
            TypeError, ValueError: for arguments that cannot mean what they say: an empty id, None
                in the query, a resource of another type, a value with a comma, a time without a
                zone.
        """
        target, identifier = self.path, None
        if "{id}" in target:
            identifier = resource_id(arguments["resource_id"], self.resource_type)
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
            if (given := arguments.get(name, UNSET)) is not UNSET:
                label = wire if wire == name else f"{name} ({wire})"
                query[wire] = joined(
                    label, given, self._reader(name), split=name not in self.single
                )
        # A member of the request may be called as a parameter is: then it is the member.
        free = {
            name: given
            for name, given in arguments.items()
            if name not in self.attributes and name not in self.relationships
        }
        for name, read in _STANDARD.items():
            # An empty list of names has a meaning; an empty number of results has none.
            if (given := free.get(name, UNSET)) is not UNSET and not _is_no_name(name, given):
                query[name] = joined(name, given, read)
        if (fields := free.get("fields", UNSET)) is not UNSET:
            query |= by_type("fields", fields, word, may_be_empty=True)
        if (limits := free.get("related_limit", UNSET)) is not UNSET:
            query |= by_type("related_limit", limits, number)
        if self.method == "GET":
            query |= raw_query(free.get("extra") or {}, "extra")
        return tuple(query.items())

    def _reader(self, name: str) -> Read:
        if name in self.ids:
            return partial(resource_id, kind=self.ids[name])
        return flag if self.query[name].startswith("exists[") else value

    def _body(self, arguments: Mapping[str, Any], identifier: str | None) -> bytes | None:
        if self.linkage is not None:
            return json_body({"data": to_linkage(arguments["linked"], self.linkage)})
        if self.method not in {"POST", "PATCH"}:
            return None
        kind = self.type or self._root()
        shape = Shape(self.attributes, self.relationships, self.dates)
        return resource_body(kind, identifier, arguments, shape)

    def _root(self) -> str:
        return self.path.split("/", 3)[2]


def path_segment(identifier: str) -> str:
    """Return an id as exactly one segment of a path; `.` and `..` would lead to another path.

    So would they in it, where a slash is decoded too early.
    """
    if any(part in {".", ".."} for part in re.split(r"[/\\]", identifier)):
        raise ValueError(f"{identifier!r} is not an id")
    return quote(identifier, safe="")


def _is_no_name(name: str, given: object) -> bool:
    """Return whether an empty sequence says that nothing is to be included or sorted by."""
    return (
        name != "limit"
        and isinstance(given, Collection)
        and not isinstance(given, str)
        and not given
    )
