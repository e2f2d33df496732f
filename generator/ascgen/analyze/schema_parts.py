"""Plain schemas: what they say of a type, and small changes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ascgen.analyze.cursor import Cursor

# Members that say nothing about the type or that the client leaves to the server to enforce.
COMMENTARY = frozenset(
    {
        "description", "title", "example", "examples", "default", "deprecated", "nullable",
        "discriminator", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties",
        "maxProperties", "pattern", "uniqueItems", "readOnly", "writeOnly", "externalDocs", "xml",
        "not", "if", "dependentRequired", "contentEncoding", "contentMediaType", "contentSchema",
        "minContains", "maxContains", "$id", "$schema", "$anchor", "$defs", "$comment",
    }
)  # fmt: skip
# Members that say what the type is.
_TELLING = frozenset(
    {"type", "format", "enum", "items", "properties", "required", "additionalProperties"}
)
ALTERNATIVES = ("oneOf", "anyOf")
COMPOUND = frozenset({"allOf", *ALTERNATIVES, "const"})
KNOWN = COMMENTARY | _TELLING | COMPOUND | {"$ref"}
_FLAGS = ("nullable", "deprecated")
_OBJECT = frozenset({"properties", "additionalProperties", "required"})
_COMPONENTS = "#/components/schemas/"


def names_schema(reference: str) -> bool:
    """Return whether a reference leads to a component schema as a whole."""
    return reference.startswith(_COMPONENTS) and "/" not in reference[len(_COMPONENTS) :]


def untyped(place: Cursor) -> Cursor:
    """Return the form of OpenAPI 3.0 for a list of types, which is that of 3.1."""
    kinds = cast("list[object]", place.value["type"])
    names = [kind for kind in kinds if kind != "null"]
    rest = without(place, {"type"})
    whole = dict(rest.value)
    if len(names) < len(kinds):
        whole["nullable"] = True
    if len(names) == 1:
        whole["type"] = names[0]
    elif names:
        whole["oneOf"] = [{"type": name} for name in names]
    return rest.remade(whole, places_of(rest))


def without(place: Cursor, left_out: Iterable[str]) -> Cursor:
    """Return a schema without some of its members."""
    names = frozenset(left_out)
    value = {name: item for name, item in place.object().items() if name not in names}
    return place.remade(value, {name: place.child(name) for name in value})


def places_of(place: Cursor) -> dict[str, Cursor]:
    """Return the places of all members."""
    return {name: place.child(name) for name in place.value}


def marked(found: Cursor, place: Cursor) -> Cursor:
    """Return what a reference leads to, with what is said beside the reference."""
    flags = [flag for flag in _FLAGS if place.flag(flag)]
    if not flags:
        return found
    return found.remade(found.value | dict.fromkeys(flags, True), places_of(found))


def flagged(found: Cursor, parts: Sequence[Cursor]) -> Cursor:
    """Return a schema with the flags of any of its parts."""
    flags = {flag: any(part.flag(flag) for part in parts) for flag in _FLAGS}
    return with_flags(found, **flags)


def with_flags(found: Cursor, *, nullable: bool, deprecated: bool) -> Cursor:
    """Return a schema with these flags and no others."""
    if found.flag("nullable") == nullable and found.flag("deprecated") == deprecated:
        return found
    rest = without(found, _FLAGS)
    flags = {"nullable": nullable, "deprecated": deprecated}
    return rest.remade(rest.value | {name: True for name in flags if flags[name]}, places_of(rest))


def distinct(parts: list[Cursor]) -> list[Cursor]:
    """Return those that say different things of the type."""
    found: list[Cursor] = []
    for part in parts:
        if not any(is_same(part, other) for other in found):
            found.append(part)
    return found


def is_same(one: Cursor, other: Cursor) -> bool:
    """Return whether two schemas say the same of the type."""
    mine, theirs = ({k: v for k, v in p.value.items() if k not in COMMENTARY} for p in (one, other))
    return mine == theirs


def tells(place: Cursor) -> bool:
    """Return whether a schema says anything about the type."""
    return not place.value.keys().isdisjoint({*_TELLING, *ALTERNATIVES, "$ref"})


def type_of(place: Cursor) -> str:
    """Return the type that a schema states or its values have, empty for others."""
    kind = place.value.get("type")
    if isinstance(kind, str):
        return kind
    return "string" if any(isinstance(value, str) for value in values_of(place)) else ""


def is_object(place: Cursor) -> bool:
    """Return whether a schema is one of objects."""
    kind = place.value.get("type")
    return kind == "object" or (kind is None and not place.value.keys().isdisjoint(_OBJECT))


def values_of(place: Cursor) -> list[object]:
    """Return the values of an enumeration."""
    found = place.get("enum")
    return [item.value for item in found.items()] if found is not None else []


def required_of(place: Cursor) -> set[str]:
    """Return the names of the members that are required."""
    found = place.get("required")
    return {item.text() for item in found.items()} if found is not None else set()


def members_of(place: Cursor) -> dict[str, Cursor]:
    """Return the declared members by name."""
    found = place.get("properties")
    return dict(found.members()) if found is not None else {}


def free_members(place: Cursor) -> Cursor | None:
    """Return the schema of members that are not declared, if there may be any."""
    found = place.get("additionalProperties")
    return None if found is None or found.value is False else found


def optional(place: Cursor) -> Cursor:
    """Return an object that only some alternatives hold: what it requires, the others do not."""
    return without(place, {"required"}) if "required" in place.value else place
