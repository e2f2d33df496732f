"""Types and fields: the part of a JSON schema that the API uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.analyze.composition import AS_IT_IS
from ascgen.analyze.cursor import Cursor, UnknownConstructError, is_name, is_value
from ascgen.model import Array, Field, InlineEnum, InlineObject, Map, OneOf, Ref, Scalar, Type

if TYPE_CHECKING:
    from ascgen.analyze.composition import Composition
    from ascgen.analyze.omissions import Omissions

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_DEPTH_LIMIT = 40
ANY = Scalar(name="any")

BY_EXTRA = "answers keep it in .extra, and extra={...} sends it"


class TypeReader:
    """Reads types; what has none that this program knows becomes any value, and is noted."""

    def __init__(self, composition: Composition, omissions: Omissions) -> None:
        self._composition = composition
        self._omissions = omissions

    def type(self, place: Cursor, *, depth: int = 0) -> Type:
        """Return the type a schema states.

        `nullable` and `deprecated` belong to the field and are read there, also beside a `$ref`,
        where OpenAPI 3.0 tells parsers to ignore them and Apple means them.
        """
        if depth > _DEPTH_LIMIT:
            place.stop(f"schemas nested deeper than {_DEPTH_LIMIT} are not supported")
        try:
            return self._known(self._composition.plain(place), depth)
        except UnknownConstructError as error:
            self._omissions.add_error(error, AS_IT_IS)
            return ANY

    def fields(self, place: Cursor, *, depth: int = 0) -> tuple[Field, ...]:
        """Return the members an object schema declares."""
        whole = self._composition.followed(place)
        self._composition.note_unknown(whole)
        if "oneOf" in whole.value:
            self._omissions.add(place, "one of several types", BY_EXTRA)
            whole = self._composition.objects(whole)
        properties = whole.get("properties")
        if properties is None:
            free = whole.value.get("additionalProperties", False)
            if whole.value.get("type", "object") != "object" or free is not False:
                self._omissions.add(place, "no members are declared here", BY_EXTRA)
            return ()
        required = required_names(whole)
        found: list[Field] = []
        for name, member in properties.members():
            if not is_name(name):
                member.refuse_hostile(name)
                self._omissions.add(member, "not a name an API can use", BY_EXTRA)
                continue
            found.append(self._field(name, member, depth, required=name in required))
        return tuple(found)

    def values(self, place: Cursor) -> tuple[str, ...]:
        """Return the values of an enumeration of text, in order and without repetition."""
        values: dict[str, None] = {}
        for item in place.child("enum").items():
            if item.value is None:
                continue
            if is_value(item.value):
                values[item.value] = None
            else:
                item.refuse_hostile(str(item.value))
                self._omissions.add(item, "not a value an API can use", AS_IT_IS)
        return tuple(values)

    def _field(self, name: str, member: Cursor, depth: int, *, required: bool) -> Field:
        nullable = deprecated = False
        try:
            whole = self._composition.plain(member)
            nullable = whole.flag("nullable") or _holds_null(whole)
            deprecated = whole.flag("deprecated")
        except UnknownConstructError as error:
            self._omissions.add_error(error, AS_IT_IS)
            kind: Type = ANY
        else:
            kind = self.type(whole, depth=depth + 1)
        return Field(
            name=name, type=kind, required=required, nullable=nullable, deprecated=deprecated
        )

    def _known(self, place: Cursor, depth: int) -> Type:
        self._composition.note_unknown(place)
        reference = place.reference()
        if reference is not None:
            return Ref(schema=reference)
        variants = place.get("oneOf")
        if variants is not None:
            self._omissions.add_looser(place, "one of several types, undiscriminated", AS_IT_IS)
            return OneOf(variants=tuple(self.type(v, depth=depth + 1) for v in variants.items()))
        kind = place.get("type")
        if kind is None:
            return self._untyped(place, depth)
        match kind.text():
            case "array":
                items = place.get("items")
                return Array(items=ANY if items is None else self.type(items, depth=depth + 1))
            case "object":
                return self._object(place, depth)
            case "null":
                return ANY
            case scalar if scalar in _SCALARS:
                return self._scalar(place, scalar)
            case other:
                kind.fail(f"unknown type {other!r}")

    def _scalar(self, place: Cursor, scalar: str) -> Type:
        if place.get("enum") is not None:
            if scalar == "string":
                return self._enum(place)
            if place.value["enum"]:
                self._omissions.add_looser(
                    place.child("enum"), "only enumerations of text are known", AS_IT_IS
                )
        found = place.get("format")
        if found is None or found.value is None:
            return Scalar(name=scalar)
        try:
            return Scalar(name=scalar, format=found.word())
        except UnknownConstructError as error:
            self._omissions.add_error(error, "it is read without a format")
            return Scalar(name=scalar)

    def _enum(self, place: Cursor) -> Type:
        """Return the values, or any text where there are none."""
        values = self.values(place)
        return InlineEnum(values=values) if values else Scalar(name="string")

    def _object(self, place: Cursor, depth: int) -> Type:
        extra = place.get("additionalProperties")
        if "properties" in place.object() or extra is None or extra.value is False:
            fields = self.fields(place, depth=depth)
            if extra is not None and extra.value is not False and fields:
                self._omissions.add_looser(
                    extra, "members beside those that are declared", "to_dict() has them"
                )
            return InlineObject(fields=fields)
        if extra.value is True:
            return Map(values=ANY)
        return Map(values=self.type(extra, depth=depth + 1))

    def _untyped(self, place: Cursor, depth: int) -> Type:
        if not place.object().keys().isdisjoint({"properties", "additionalProperties"}):
            return self._object(place, depth)
        if "items" in place.object():
            return Array(items=self.type(place.child("items"), depth=depth + 1))
        values = [item.value for item in _enum_items(place)]
        if any(isinstance(value, str) for value in values):
            return self._enum(place)
        if any(value is not None for value in values):
            self._omissions.add_looser(place, "only enumerations of text are known", AS_IT_IS)
        return ANY


def required_names(place: Cursor) -> frozenset[str]:
    """Return the members that an object schema requires."""
    found = place.get("required")
    names = [item.value for item in found.items()] if found is not None else []
    return frozenset(name for name in names if isinstance(name, str))


def single_value(place: Cursor | None) -> str | None:
    """Return the one value of a one-value enumeration: how the document pins a resource type."""
    if place is None:
        return None
    values = {item.value for item in _enum_items(place) if isinstance(item.value, str)}
    return values.pop() if len(values) == 1 else None


def _enum_items(place: Cursor) -> list[Cursor]:
    found = place.get("enum")
    return list(found.items()) if found is not None else []


def _holds_null(place: Cursor) -> bool:
    return any(item.value is None for item in _enum_items(place))
