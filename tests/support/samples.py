"""Values of every type the API knows: to be sent, to be received, and to be recognised."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from support.whole_api import model_class, rendered_api

from app_store_connect._runtime.values import Model, OpenEnum
from ascgen.model import (
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    Map,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    Scalar,
)
from ascgen.plan.names import snake

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.model import Field, Type

MOMENT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
MOMENT_TEXT = "2025-01-02T03:04:05Z"
DAY = date(2025, 1, 2)
# The same moment as the API has been seen to spell it, and the day where a moment is declared.
SPELLINGS = {
    MOMENT_TEXT: MOMENT,
    "2025-01-02T03:04:05+00:00": MOMENT,
    "2025-01-01T19:04:05-08:00": MOMENT,
    "2025-01-02T03:04:05.000Z": MOMENT,
    "2025-01-02T03:04:05.000+0000": MOMENT,
    "2025-01-01T19:04:05-0800": MOMENT,
    "2025-01-02T03:04:05+0000": MOMENT,
    "2025-01-02": datetime(2025, 1, 2, tzinfo=UTC),
}
SCALARS: dict[str, Any] = {
    "string": "some text, and more",
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "any": {"free": ["form"]},
}
PYTHON_TYPES = {"string": str, "integer": int, "number": float, "boolean": bool}


def resolved(kind: Type) -> Type | EnumSchema | ObjectSchema:
    """What a reference leads to, through schemas that only name a type."""
    if not isinstance(kind, Ref):
        return kind
    schema = rendered_api().schemas[kind.schema]
    if isinstance(schema, PlainSchema):
        return resolved(schema.type)
    assert isinstance(schema, EnumSchema | ObjectSchema), kind
    return schema


def received(kind: Type, moment: str = MOMENT_TEXT) -> Any:
    """A value as the API sends it; lists of enumerated values hold all of them."""
    match resolved(kind):
        case Scalar(format="date-time"):
            return moment
        case Scalar(format="date"):
            return DAY.isoformat()
        case Scalar(name=name):
            return SCALARS[name]
        case InlineEnum(values=values) | EnumSchema(values=values):
            return values[-1]
        case InlineObject(fields=fields) | ObjectSchema(fields=fields):
            return {item.name: received(item.type, moment) for item in fields}
        case Array(items=items):
            found = resolved(items)
            if isinstance(found, InlineEnum | EnumSchema):
                return list(found.values)
            return [received(items, moment)]
        case Map(values=values):
            return {"some key": received(values, moment)}
        case OneOf(variants=variants):
            return received(variants[0], moment)
        case other:
            raise AssertionError(other)


def given(kind: Type) -> Any:
    """A value as a caller passes it, which is sent as `received` has it."""
    wire = received(kind)
    match resolved(kind):
        case Scalar(format="date-time"):
            return MOMENT
        case Scalar(format="date"):
            return DAY
        case EnumSchema(name=name):
            return model_class(name)(wire)
        case ObjectSchema(name=name):
            return msgspec.convert(wire, model_class(name))
        case Array(items=items) if not isinstance(resolved(items), InlineEnum | EnumSchema):
            return (given(items),)
        case _:
            return wire


def check(value: Any, kind: Type, wire: Any, moment: datetime = MOMENT) -> None:
    """Make sure that a value was read as its declaration says."""
    match resolved(kind):
        case Scalar(format="date-time"):
            assert type(value) is datetime
            assert value == moment
            assert value.utcoffset() is not None
        case Scalar(format="date"):
            assert type(value) is date
            assert value == DAY
        case Scalar(name="any") | OneOf():
            assert value == wire
        case Scalar(name=name):
            assert type(value) is PYTHON_TYPES[name]
            assert value == wire
        case InlineEnum(values=values):
            check_enum(value, values, wire)
        case EnumSchema(name=name, values=values):
            assert type(value) is model_class(name)
            check_enum(value, values, wire)
        case InlineObject(fields=fields):
            check_object(value, fields, wire, moment)
        case ObjectSchema(name=name, fields=fields):
            assert type(value) is model_class(name)
            check_object(value, fields, wire, moment)
        case Array(items=items):
            assert type(value) is list
            for item, text in zip(value, wire, strict=True):
                check(item, items, text, moment)
        case Map(values=values):
            assert value.keys() == wire.keys()
            for name, text in wire.items():
                check(value[name], values, text, moment)
        case other:
            raise AssertionError(other)


def check_enum(value: Any, values: Iterable[str], wire: str) -> None:
    assert isinstance(value, OpenEnum)
    assert value == wire
    assert value.is_known
    assert [member.value for member in type(value)] == list(values)


def check_object(
    value: Any, fields: tuple[Field, ...], wire: Any, moment: datetime = MOMENT
) -> None:
    """Make sure that an object has exactly these members, each read as declared."""
    if not fields:
        assert value == wire
        return
    assert isinstance(value, Model)
    assert value.__struct_encode_fields__ == tuple(item.name for item in fields)
    for item in fields:
        check(getattr(value, snake(item.name)), item.type, wire[item.name], moment)
