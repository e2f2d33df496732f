"""JSON:API request bodies out of flat keywords: attributes and relationships side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

import msgspec
from msgspec import UNSET

from .resource import Resource
from .values import Json, Ref, checked_attribute, is_several

__all__ = ["InlineCreate", "Linkage", "many", "one", "resource_body", "to_linkage"]


class Linkage(msgspec.Struct, frozen=True):
    """A relationship that a request may carry: its wire name, target type and arity."""

    name: str
    type: str
    many: bool = False


def one(name: str, kind: str) -> Linkage:
    """A to-one relationship of a request."""
    return Linkage(name, kind)


def many(name: str, kind: str) -> Linkage:
    """A to-many relationship of a request."""
    return Linkage(name, kind, many=True)


class InlineCreate(msgspec.Struct, kw_only=True, eq=False):
    """A resource that a request creates along with its own: pass it where a relationship goes.

    `local_id` names it inside the request; leave it empty to have one made.
    """

    TYPE: ClassVar[str] = ""
    ATTRIBUTES: ClassVar[Mapping[str, str]] = {}
    RELATIONSHIPS: ClassVar[Mapping[str, Linkage]] = {}

    local_id: str = ""


class _Included:
    """The inline creations of one request, each once, with its local id."""

    def __init__(self) -> None:
        self.items: list[Json] = []
        self._refs: dict[int, Json] = {}
        self._kept: list[InlineCreate] = []

    def add(self, item: InlineCreate) -> Json:
        """The linkage to an inline creation, which joins `included` when it is new."""
        known = self._refs.get(id(item))
        if known is not None:
            return known
        local_id = item.local_id or f"new-{item.TYPE}-{len(self._refs) + 1}"
        if not local_id.startswith("${"):
            local_id = f"${{{local_id}}}"
        ref = {"type": item.TYPE, "id": local_id}
        self._refs[id(item)] = ref
        self._kept.append(item)  # keeps the id() of a temporary object from being given again
        position = len(self.items)
        self.items.append(ref)
        values = {name: getattr(item, name) for name in item.__struct_fields__}
        whole = _members(values, item.ATTRIBUTES, item.RELATIONSHIPS, self)
        self.items[position] = {**ref, **whole}
        return ref


def resource_body(
    kind: str,
    identifier: str | None,
    values: Mapping[str, Any],
    attributes: Mapping[str, str],
    relationships: Mapping[str, Linkage],
) -> bytes:
    """The body of a create (`identifier` None) or update; UNSET is left out, None sent as null."""
    included = _Included()
    data: Json = {"type": kind}
    if identifier is not None:
        data["id"] = identifier
    data |= _members(values, attributes, relationships, included)
    for item in cast("Iterable[InlineCreate]", values.get("included") or ()):
        included.add(item)
    body: Json = {"data": data}
    if included.items:
        body["included"] = included.items
    return msgspec.json.encode(body)


def to_linkage(value: Any, linkage: Linkage, included: _Included | None = None) -> Any:
    """The `data` of a relationship: one reference, several, or None for null."""
    if not linkage.many:
        if is_several(value):
            raise TypeError(f"{linkage.name} takes one {linkage.type}, not several")
        return None if value is None else _reference(value, linkage, included)
    if value is None:
        return None
    items = cast("Iterable[Any]", value) if is_several(value) else [value]
    return [_reference(item, linkage, included) for item in items]


def _members(
    values: Mapping[str, Any],
    attributes: Mapping[str, str],
    relationships: Mapping[str, Linkage],
    included: _Included,
) -> Json:
    sent = {
        wire: checked_attribute(values[name])
        for name, wire in attributes.items()
        if values[name] is not UNSET
    }
    linked = {
        linkage.name: {"data": to_linkage(values[name], linkage, included)}
        for name, linkage in relationships.items()
        if values[name] is not UNSET
    }
    for name, value in cast("Json", values.get("extra") or {}).items():
        if _is_reference(value):
            several = is_several(value)
            linkage = Linkage(name, "", many=several)
            linked[name] = {"data": to_linkage(value, linkage, included)}
        else:
            sent[name] = checked_attribute(value)
    members: Json = {}
    if sent:
        members["attributes"] = sent
    if linked:
        members["relationships"] = linked
    return members


def _is_reference(value: Any) -> bool:
    """Whether an extra value is meant as a relationship: references, resources, or several."""
    if isinstance(value, list | tuple) and value:
        return all(_is_reference(item) for item in cast("list[Any]", value))
    return isinstance(value, Ref | Resource | InlineCreate)


def _reference(value: Any, linkage: Linkage, included: _Included | None) -> Json:
    match value:
        case InlineCreate():
            if included is None:
                raise TypeError(f"{linkage.name} takes existing {linkage.type} only")
            return included.add(value)
        case str() if value and linkage.type:
            return {"type": linkage.type, "id": value}
        case Ref():
            kind, identifier = value.type, value.id
        case Resource():
            kind, identifier = value.resource_type, value.id
        case _:
            raise TypeError(f"{linkage.name} takes an id or a {linkage.type} resource: {value!r}")
    if linkage.type and kind != linkage.type:
        raise TypeError(f"{linkage.name} takes {linkage.type}, not {kind} ({identifier!r})")
    if not identifier:
        raise ValueError(f"{linkage.name}: this {kind} resource has no id yet")
    return {"type": kind, "id": identifier}
