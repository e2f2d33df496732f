"""Types: how they are spelled for readers, and what replacing one by another breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.diff.model import Impact
from ascgen.model import (
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    Map,
    OneOf,
    PlainSchema,
    Ref,
    Scalar,
    Type,
)

if TYPE_CHECKING:
    from ascgen.diff.sides import Sides
    from ascgen.model import ApiModel
    from ascgen.plan.catalog import Catalog

_TIMES = frozenset({"date-time", "date"})
_WIDER = {("integer", "number")}


def spelled(kind: Type) -> str:
    """Return a type as a reader of the changes sees it."""
    match kind:
        case Scalar():
            return f"{kind.name} ({kind.format})" if kind.format else kind.name
        case InlineEnum():
            return "enumeration"
        case InlineObject():
            return "object"
        case OneOf():
            return "one of several types"
        case Ref():
            return kind.schema
        case Array():
            return f"list of {spelled(kind.items)}"
        case Map():
            return f"map of {spelled(kind.values)}"


def renamed(kind: Type, names: dict[str, str]) -> Type:
    """Return a type of the old version in the names of the new one."""
    match kind:
        case Ref():
            return Ref(schema=names.get(kind.schema, kind.schema))
        case Array():
            return Array(items=renamed(kind.items, names))
        case Map():
            return Map(values=renamed(kind.values, names))
        case _:
            return kind


def resolved(kind: Type, api: ApiModel) -> Type:
    """Return a type with references to shared text, maps and the like followed."""
    while isinstance(kind, Ref) and isinstance(schema := api.schemas[kind.schema], PlainSchema):
        kind = schema.type
    return kind


def answer_impact(old: Type, new: Type, catalog: Catalog) -> Impact:
    """Return the impact of an answer holding another type; both name the new classes."""
    match old, new:
        case (Array(), Array()):
            return answer_impact(old.items, new.items, catalog)
        case (Map(), Map()):
            return answer_impact(old.values, new.values, catalog)
        case (Scalar(name="string"), Ref()) if (
            _python(old) == "string" and catalog.classes[new.schema].values
        ):
            # A member of an open enumeration is a string, and equal to its value.
            return Impact.COMPATIBLE
        case (Scalar(), Scalar()) if _python(old) == _python(new):
            return Impact.COMPATIBLE
        case (Scalar(), Scalar()) if (old.name, new.name) in _WIDER:
            return Impact.TYPING
        case _:
            return Impact.COMPATIBLE if old == new else Impact.BREAKING


def request_impact(old: Type, new: Type, sides: Sides) -> Impact:
    """Return what it breaks that an argument is of another type.

    What is accepted may widen; where the old type's values still go to the wire as they did, only
    a type checker objects to a narrower one.
    """
    before, after = _sort(old, sides.old.api), _sort(new, sides.new.api)
    match old, new:
        case (Array(), Array()):
            return request_impact(old.items, new.items, sides)
        case (Map(), Map()):
            return request_impact(old.values, new.values, sides)
        case _ if after in {"any", before}:
            return Impact.COMPATIBLE
        case _ if (before, after) in {
            ("string", "date-time"), ("string", "date"), ("enum", "string"), ("integer", "number"),
        }:  # fmt: skip
            return Impact.COMPATIBLE
        case _ if {before, after} <= {"string", "date-time", "date", "enum"}:
            return Impact.TYPING
        case _ if (before, after) == ("number", "integer") or before == "any":
            return Impact.TYPING
        case _:
            return Impact.BREAKING


def choices(kind: Type, api: ApiModel) -> tuple[str, ...] | None:
    """Return the values of an enumeration, wherever it is spelled out; None for other types."""
    while isinstance(kind, Array | Map):
        kind = kind.items if isinstance(kind, Array) else kind.values
    if isinstance(kind, InlineEnum):
        return kind.values
    if isinstance(kind, Ref) and isinstance(schema := api.schemas[kind.schema], EnumSchema):
        return schema.values
    return None


def _python(kind: Scalar) -> str:
    return kind.format if kind.format in _TIMES else kind.name


def _sort(kind: Type, api: ApiModel) -> str:
    match kind:
        case Scalar():
            return _python(kind)
        case InlineEnum():
            return "enum"
        case OneOf():
            return "any"
        case InlineObject() | Map():
            return "object"
        case Array():
            return "list"
        case Ref():
            return "enum" if isinstance(api.schemas[kind.schema], EnumSchema) else "object"
