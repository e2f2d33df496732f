"""JSON:API request bodies out of flat keywords: attributes and relationships side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple, TypeAlias, cast

import msgspec
from msgspec import UNSET
from msgspec.structs import fields

from .plain import in_order, plain
from .query import check_names, refuse_unset
from .resource import Resource, resource_id
from .values import Json, Ref, is_several

__all__ = [
    "Dates",
    "InlineCreate",
    "Linkage",
    "Shape",
    "json_body",
    "many",
    "one",
    "resource_body",
    "to_linkage",
]


Dates: TypeAlias = Mapping[str, type[date]]
"""What is a day and what a point in time, by wire names."""


class Linkage(msgspec.Struct, frozen=True):
    """A relationship that a request may carry: its wire name, target type and arity."""

    name: str
    type: str
    many: bool = False


def one(name: str, kind: str) -> Linkage:
    """Return a to-one relationship of a request."""
    return Linkage(name, kind)


def many(name: str, kind: str) -> Linkage:
    """Return a to-many relationship of a request."""
    return Linkage(name, kind, many=True)


class Shape(NamedTuple):
    """What a request may hold, by Python names: attributes, relationships, and which are dates."""

    attributes: Mapping[str, str]
    relationships: Mapping[str, Linkage]
    dates: Dates


class InlineCreate(msgspec.Struct, kw_only=True, eq=False):
    """A resource that a request creates along with its own: pass it where a relationship goes.

    `local_id` names it inside the request; leave it empty to have one made. `extra` holds what
    the API takes and this package does not know, by the API's names.
    """

    TYPE: ClassVar[str] = ""
    ATTRIBUTES: ClassVar[Mapping[str, str]] = {}
    DATES: ClassVar[Dates] = {}
    RELATIONSHIPS: ClassVar[Mapping[str, Linkage]] = {}

    local_id: str = ""
    extra: Mapping[str, object] | None = None


class _Included:
    """The inline creations of one request, each once, with its local id."""

    def __init__(self) -> None:
        self._members: dict[InlineCreate, Json] = {}
        self._names: dict[InlineCreate, str] = {}

    @property
    def items(self) -> list[Json]:
        return list(self._members.values())

    def add(self, item: InlineCreate) -> Json:
        """Return the linkage to an inline creation, which joins `included` when it is new."""
        if item not in self._names:
            self._names[item] = self._new_name(item)
            # Two may refer to each other: its name is known before its members are.
            self._members[item] = {}
            values = {name: getattr(item, name) for name in item.__struct_fields__}
            refuse_unset(
                {field.name: values[field.name] for field in fields(item) if field.required}
            )
            shape = Shape(item.ATTRIBUTES, item.RELATIONSHIPS, item.DATES)
            members = _members(values, shape, self)
            self._members[item] = {**self._ref(item), **members}
        return self._ref(item)

    def _ref(self, item: InlineCreate) -> Json:
        return {"type": item.TYPE, "id": self._names[item]}

    def _new_name(self, item: InlineCreate) -> str:
        taken = set(self._names.values())
        if item.local_id:
            name = item.local_id if item.local_id.startswith("${") else f"${{{item.local_id}}}"
            if name in taken:
                raise ValueError(f"two resources of one request have the local id {name!r}")
            return name
        number = len(taken) + 1
        while f"${{new-{item.TYPE}-{number}}}" in taken:
            number += 1
        return f"${{new-{item.TYPE}-{number}}}"


def resource_body(
    kind: str, identifier: str | None, values: Mapping[str, Any], shape: Shape
) -> bytes:
    """Return the body of a create (no `identifier`) or update; None is sent as null."""
    included = _Included()
    data: Json = {"type": kind}
    if identifier is not None:
        data["id"] = identifier
    data |= _members(values, shape, included)
    for item in cast("Iterable[InlineCreate]", values.get("included") or ()):
        included.add(item)
    body: Json = {"data": data}
    if included.items:
        body["included"] = included.items
    return msgspec.json.encode(body)


def json_body(value: object) -> bytes:
    """Return a body out of plain values and the values of this package; see `plain`."""
    return msgspec.json.encode(plain(value, "the body"))


def to_linkage(value: Any, linkage: Linkage, included: _Included | None = None) -> Any:
    """Return the `data` of a relationship: one reference, several, or None for null."""
    if value is None and linkage.many:
        raise TypeError(f"{linkage.name} takes several {linkage.type}, not None: pass [] for none")
    if value is None:
        return None
    if not linkage.many:
        if is_several(value):
            raise TypeError(f"{linkage.name} takes one {linkage.type}, not several")
        return _reference(value, linkage, included)
    items = cast("Iterable[Any]", value) if is_several(value) else [value]
    references = [_reference(item, linkage, included) for item in items]
    return in_order(references) if isinstance(value, set | frozenset) else references


def _reference(value: object, linkage: Linkage, included: _Included | None) -> Json:
    if isinstance(value, InlineCreate):
        if included is None:
            raise TypeError(f"{linkage.name} takes only {linkage.type} that exist already")
        if linkage.type and linkage.type != value.TYPE:
            raise TypeError(f"{linkage.name}: expected one of the {linkage.type}, not {value.TYPE}")
        return included.add(value)
    try:
        identifier = resource_id(value, linkage.type)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{linkage.name}: {error}") from None
    kind = linkage.type
    if isinstance(value, Ref | Resource):
        kind = kind or (value.type if isinstance(value, Ref) else value.resource_type)
    return {"type": kind, "id": identifier}


def _members(values: Mapping[str, Any], shape: Shape, included: _Included) -> Json:
    sent = {
        wire: plain(values[name], name, shape.dates.get(wire))
        for name, wire in shape.attributes.items()
        if values[name] is not UNSET
    }
    linked = {
        linkage.name: {"data": to_linkage(values[name], linkage, included)}
        for name, linkage in shape.relationships.items()
        if values[name] is not UNSET
    }
    known = {linkage.name: linkage for linkage in shape.relationships.values()}
    extra = cast("Json", values.get("extra") or {})
    check_names("extra", extra)
    for name, value in extra.items():
        linkage = known.get(name) or _linkage(name, value)
        if value is UNSET:
            continue
        if linkage is None:
            sent[name] = plain(value, name, shape.dates.get(name))
        else:
            linked[name] = {"data": to_linkage(value, linkage, included)}
    members: Json = {}
    if sent:
        members["attributes"] = sent
    if linked:
        members["relationships"] = linked
    return members


def _linkage(name: str, value: Any) -> Linkage | None:
    """Return the linkage for an extra value that is one reference or several."""
    several = isinstance(value, list | tuple)
    items = cast("Iterable[Any]", value) if several else [value]
    if not value or not all(isinstance(item, Ref | Resource | InlineCreate) for item in items):
        return None
    return many(name, "") if several else one(name, "")
