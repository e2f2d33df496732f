"""Relationships as ways between types: where each leads, and which other one leads back.

The document says that builds have an app and apps have builds, and not that these are one fact. Two
are taken for one when they lead to each other and nothing else could be meant, or when each is
named after the type it leads to.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from .._api import facts
from .._api.model import Kind, LinkageSchema, RequestSchema

if TYPE_CHECKING:
    from .._api import Facts

__all__ = ["Edge", "Edges", "edges", "singular"]

_RELATED = (
    Kind.GET_TO_ONE_RELATED,
    Kind.GET_TO_MANY_RELATED,
    Kind.GET_TO_ONE_RELATIONSHIP,
    Kind.GET_TO_MANY_RELATIONSHIP,
)


class Edge(msgspec.Struct, frozen=True, eq=False):
    """A relationship of a type.

    `name` is the one it is kept under: a second version of a type may spell it differently.
    `hidden` ones occur in requests only.
    """

    owner: str
    name: str
    type: str
    many: bool
    hidden: bool = False


class Edges:
    """All relationships of one API."""

    def __init__(self, api: Facts) -> None:
        self._api = api
        self._by_owner: dict[str, dict[str, Edge]] = {}
        self._inverse: dict[tuple[str, str], Edge | None] = {}
        self._from_paths: dict[str, dict[str, tuple[str, str]]] = {}
        self._requests: dict[str, list[str]] = {}
        for method, path in api.operations:
            parts = path.split("/")
            if len(parts) >= 5:  # noqa: PLR2004 - /v1/apps/{id}/builds
                self._from_paths.setdefault(parts[2], {}).setdefault(parts[-1], (method, path))
            elif len(parts) <= 4 and method in {"POST", "PATCH"}:  # noqa: PLR2004
                self._requests.setdefault(parts[2], []).append(f"{method} {path}")

    def of(self, owner: str) -> dict[str, Edge]:
        """Return the relationships of a type by every name they have."""
        found = self._by_owner.get(owner)
        if found is None:
            found = self._by_owner[owner] = self._read(owner)
        return found

    def find(self, owner: str, name: str) -> Edge | None:
        """Return a relationship by its name, None where the type has none of that name."""
        return self.of(owner).get(name)

    def inverse(self, edge: Edge) -> Edge | None:
        """Return the relationship that leads back, None where none is known to."""
        key = (edge.owner, edge.name)
        if key not in self._inverse:
            self._inverse[key] = self._find_inverse(edge)
        return self._inverse[key]

    def _read(self, owner: str) -> dict[str, Edge]:
        found: dict[str, Edge] = {}
        schemas = self._api.resources(owner)
        for schema in schemas:
            for item in schema.relationships:
                if item.name in found:
                    continue
                kind, many = item.type, item.many
                if kind is None:
                    kind, many = self._by_path(owner, item.name)
                if kind is not None:
                    found[item.name] = Edge(owner, item.name, kind, many)
        for name in self._from_paths.get(owner, {}):
            if name not in found:
                kind, many = self._by_path(owner, name)
                if kind is not None:
                    found[name] = Edge(owner, name, kind, many)
        visible = dict(found)
        self._read_requests(owner, found)
        self._merge_spellings(owner, found, visible)
        return found

    def _by_path(self, owner: str, name: str) -> tuple[str | None, bool]:
        place = self._from_paths.get(owner, {}).get(name)
        if place is None:
            return None, False
        operation = self._api.operation(*place)
        if operation.kind not in _RELATED:
            body = self._api.schema(operation.request) if operation.request else None
            return (body.type, body.many) if isinstance(body, LinkageSchema) else (None, False)
        many = operation.kind in {Kind.GET_TO_MANY_RELATED, Kind.GET_TO_MANY_RELATIONSHIP}
        for answer in operation.answers:
            schema = self._api.schema(answer.schema) if answer.schema else None
            if isinstance(schema, LinkageSchema):
                return schema.type, many
            resource = getattr(schema, "resource", None)
            if isinstance(resource, str):
                found = getattr(self._api.schema(resource), "type", None)
                return (found if isinstance(found, str) else None), many
        return None, many

    def _read_requests(self, owner: str, found: dict[str, Edge]) -> None:
        pending = [
            self._api.operation(*key.split(" ", 1)).request for key in self._requests.get(owner, ())
        ]
        for name in pending:
            schema = self._api.schema(name) if name else None
            if isinstance(schema, RequestSchema) and schema.type == owner:
                for item in schema.relationships:
                    if item.name not in found and item.type is not None:
                        found[item.name] = Edge(owner, item.name, item.type, item.many, hidden=True)

    def _merge_spellings(
        self, owner: str, found: dict[str, Edge], visible: dict[str, Edge]
    ) -> None:
        """Two versions of one type name the same relationship differently: keep it once."""
        schemas = self._api.resources(owner)
        names = [{item.name for item in schema.relationships} for schema in schemas]
        for name, edge in list(found.items()):
            plain = re.sub(r"V\d$", "", name)
            target = found.get(plain)
            if target is not None and plain != name and target.type == edge.type:
                found[name] = target
            elif edge.hidden:
                others = [
                    x for x in visible.values() if x.type == edge.type and singular(x.name) == name
                ]
                if len(others) == 1:
                    found[name] = others[0]
        if len(names) == 2:  # noqa: PLR2004 - two versions
            for one in sorted(names[0] - names[1]):
                twins = [
                    x for x in sorted(names[1] - names[0]) if _same(found.get(one), found.get(x))
                ]
                if len(twins) == 1 and one in found:
                    found[twins[0]] = found[one]

    def _find_inverse(self, edge: Edge) -> Edge | None:
        back = {x.name: x for x in self.of(edge.type).values() if x.type == edge.owner}
        # Beside all `images`, `image` is the one that is shown.
        listed = {singular(x.name) for x in back.values() if x.many}
        back = {name: x for name, x in back.items() if x.many or name not in listed}
        there = {x.name: x for x in self.of(edge.owner).values() if x.type == edge.type}
        if edge.owner == edge.type:
            pair = [x for x in there.values() if not x.hidden]
            if [x.many for x in pair] in ([True, False], [False, True]):  # parent and children
                return pair[1] if pair[0].name == edge.name else pair[0]
            return None
        if len(back) == 1 and len(there) == 1:
            return next(iter(back.values()))
        if not _named_after(edge.name, edge.type):
            return None
        named = [x for x in back.values() if _named_after(x.name, edge.owner)]
        # Whoever is named as precisely as it can be is meant.
        there_named = [x for x in there.values() if _named_after(x.name, edge.type)]
        return named[0] if len(named) == 1 and len(there_named) == 1 else None


def singular(name: str) -> str:
    """Return the singular of a type's or relationship's name: `appCategory` of `appCategories`."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches")):
        return name[:-2]
    return name.removesuffix("s")


def _named_after(name: str, kind: str) -> bool:
    """Whether a relationship's name is the type's, or its last words."""
    plain = re.sub(r"V\d$", "", name)
    tail = singular(plain)
    whole = singular(kind)
    return whole == tail or whole.endswith(tail[:1].upper() + tail[1:])


def _same(one: Edge | None, other: Edge | None) -> bool:
    return (
        one is not None and other is not None and one.type == other.type and one.many == other.many
    )


@cache
def edges() -> Edges:
    """Return the relationships of the API that this package was made for."""
    return Edges(facts())
