"""Types and fields: the part of a JSON schema that the API uses, read strictly."""

from __future__ import annotations

from ascgen.analyze.cursor import Cursor, checked_name
from ascgen.model import Array, Field, InlineEnum, InlineObject, Map, OneOf, Ref, Scalar, Type

# Members that say nothing about the type or that the client leaves to the server to enforce.
_COMMENTARY = frozenset(
    {
        "description", "title", "example", "default", "deprecated", "nullable", "discriminator",
        "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
        "uniqueItems", "readOnly", "writeOnly", "externalDocs",
    }
)  # fmt: skip
_KNOWN = _COMMENTARY | {
    "type", "format", "enum", "items", "properties", "required", "additionalProperties",
    "oneOf", "$ref",
}  # fmt: skip
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_DEPTH_LIMIT = 40


def read_type(place: Cursor, *, depth: int = 0) -> Type:
    """The type a schema states.

    `nullable` and `deprecated` belong to the field and are read there, also beside a `$ref`,
    where OpenAPI 3.0 tells parsers to ignore them and Apple means them.
    """
    if depth > _DEPTH_LIMIT:
        place.fail(f"schemas nested deeper than {_DEPTH_LIMIT} are not supported")
    place.only(_KNOWN)
    name = place.reference()
    if name is not None:
        return Ref(schema=name)
    variants = place.get("oneOf")
    if variants is not None:
        return OneOf(variants=tuple(read_type(v, depth=depth + 1) for v in variants.items()))
    kind = place.get("type")
    if kind is None:
        return _read_untyped(place, depth)
    match kind.text():
        case "array":
            return Array(items=read_type(place.child("items"), depth=depth + 1))
        case "object":
            return _read_object(place, depth)
        case scalar if scalar in _SCALARS:
            return _read_scalar(place, scalar)
        case other:
            kind.fail(f"unknown type {other!r}")


def read_fields(place: Cursor | None, *, depth: int = 0) -> tuple[Field, ...]:
    """The members an object schema declares; none where there is no schema."""
    if place is None:
        return ()
    required = place.names("required")
    properties = place.get("properties")
    if properties is None:
        return ()
    return tuple(
        Field(
            name=checked_name(name, member),
            type=read_type(member, depth=depth + 1),
            required=name in required,
            nullable=member.flag("nullable"),
            deprecated=member.flag("deprecated"),
        )
        for name, member in properties.members()
    )


def single_value(place: Cursor | None) -> str | None:
    """The one value of a one-value enumeration: how the document pins a resource type."""
    if place is None or "enum" not in place.object():
        return None
    values = place.values("enum")
    return values[0] if len(values) == 1 else None


def _read_scalar(place: Cursor, scalar: str) -> Type:
    values = place.values("enum")
    if values:
        if scalar != "string":
            place.fail("only enumerations of strings are known")
        return InlineEnum(values=values)
    found = place.get("format")
    if found is None or found.value is None:
        return Scalar(name=scalar)
    return Scalar(name=scalar, format=found.word())


def _read_object(place: Cursor, depth: int) -> Type:
    extra = place.get("additionalProperties")
    if "properties" in place.object() or extra is None or extra.value is False:
        return InlineObject(fields=read_fields(place, depth=depth))
    if extra.value is True:
        return Map(values=Scalar(name="any"))
    return Map(values=read_type(extra, depth=depth + 1))


def _read_untyped(place: Cursor, depth: int) -> Type:
    if "properties" in place.object():
        return _read_object(place, depth)
    if "enum" in place.object():
        return InlineEnum(values=place.values("enum"))
    return Scalar(name="any")
