"""Component schemas, told apart by their structure."""

from __future__ import annotations

from ascgen.analyze.cursor import Cursor, checked_name
from ascgen.analyze.types import read_fields, read_type, single_value
from ascgen.model import (
    EnumSchema,
    InlineObject,
    LinkageSchema,
    MetricSchema,
    ObjectSchema,
    PlainSchema,
    Relationship,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Schema,
)

_DOCUMENT_MEMBERS = frozenset({"data", "included", "links", "meta"})
_RESOURCE_MEMBERS = frozenset({"type", "id", "attributes", "relationships", "links"})
_LINKAGE_MEMBERS = frozenset({"type", "id"})
_RELATIONSHIP_MEMBERS = frozenset({"data", "links", "meta"})


def read_schema(name: str, place: Cursor) -> Schema:
    """Sort one component schema into its kind."""
    checked_name(name, place)
    properties = place.get("properties")
    if properties is not None:
        if single_value(properties.get("type")) and properties.get("id") is not None:
            if "id" in place.names("required"):
                return _read_resource(name, place, properties)
            return _read_request(name, place, place, "inline")
        data = properties.get("data")
        if data is not None and set(properties.object()) <= _DOCUMENT_MEMBERS:
            return _read_document(name, place, data)
        return ObjectSchema(
            name=name, fields=read_fields(place), deprecated=place.flag("deprecated")
        )
    if "enum" in place.object():
        return EnumSchema(
            name=name, values=place.values("enum"), deprecated=place.flag("deprecated")
        )
    kind = read_type(place)
    if isinstance(kind, InlineObject):
        return ObjectSchema(name=name, fields=kind.fields, deprecated=place.flag("deprecated"))
    return PlainSchema(name=name, type=kind)


def _read_resource(name: str, place: Cursor, properties: Cursor) -> ResourceSchema:
    properties.only(_RESOURCE_MEMBERS)
    return ResourceSchema(
        name=name,
        type=_resource_type(properties),
        attributes=read_fields(properties.get("attributes")),
        relationships=_read_relationships(properties.get("relationships")),
        deprecated=place.flag("deprecated"),
    )


def _read_document(name: str, place: Cursor, data: Cursor) -> Schema:
    """Requests carry one resource or linkage; responses name a resource schema, or rows."""
    item, many = _item(data)
    included = _included(place.at("properties", "included"))
    deprecated = place.flag("deprecated")
    reference = item.reference()
    if reference is not None:
        return ResponseSchema(
            name=name, resource=reference, many=many, included=included, deprecated=deprecated
        )
    members = item.child("properties")
    if single_value(members.get("type")) is None:
        row = read_type(item)
        if not many or not isinstance(row, InlineObject):
            item.fail("a document holds resources, linkages or rows of measurements")
        return MetricSchema(name=name, row=row, included=included, deprecated=deprecated)
    if name.endswith("UpdateRequest"):
        return _read_request(name, item, place, "update")
    if name.endswith("CreateRequest"):
        return _read_request(name, item, place, "create")
    members.only(_LINKAGE_MEMBERS)
    return LinkageSchema(name=name, type=_resource_type(members), many=many, deprecated=deprecated)


def _read_request(name: str, item: Cursor, place: Cursor, purpose: str) -> RequestSchema:
    properties = item.child("properties")
    properties.only(_RESOURCE_MEMBERS)
    included = place.at("properties", "included") if item is not place else None
    return RequestSchema(
        name=name,
        type=_resource_type(properties),
        purpose=purpose,
        attributes=read_fields(properties.get("attributes")),
        relationships=_read_relationships(properties.get("relationships")),
        included=_included(included),
        deprecated=place.flag("deprecated"),
    )


def _read_relationships(place: Cursor | None) -> tuple[Relationship, ...]:
    properties = place.get("properties") if place is not None else None
    if place is None or properties is None:
        return ()
    required = place.names("required")
    return tuple(
        _read_relationship(name, member, required=name in required)
        for name, member in properties.members()
    )


def _read_relationship(name: str, member: Cursor, *, required: bool) -> Relationship:
    checked_name(name, member)
    members = member.child("properties")
    members.only(_RELATIONSHIP_MEMBERS)
    data = members.get("data")
    deprecated = member.flag("deprecated")
    if data is None:
        return Relationship(name=name, required=required, deprecated=deprecated)
    item, many = _item(data)
    linkage = item.child("properties")
    linkage.only(_LINKAGE_MEMBERS)
    return Relationship(
        name=name,
        type=_resource_type(linkage),
        many=many,
        required=required,
        nullable=data.flag("nullable") or member.flag("nullable"),
        deprecated=deprecated,
    )


def _item(data: Cursor) -> tuple[Cursor, bool]:
    kind = data.get("type")
    many = kind is not None and kind.value == "array"
    return (data.child("items") if many else data), many


def _resource_type(properties: Cursor) -> str:
    kind = properties.child("type")
    value = single_value(kind)
    if value is None:
        kind.fail("a resource's type is an enumeration of one value")
    return checked_name(value, kind)


def _included(place: Cursor | None) -> tuple[str, ...]:
    if place is None:
        return ()
    items = place.child("items")
    variants = items.get("oneOf")
    names: dict[str, None] = {}
    for variant in variants.items() if variants is not None else (items,):
        name = variant.reference()
        if name is None:
            variant.fail("included resources are references to schemas")
        names[name] = None
    return tuple(names)
