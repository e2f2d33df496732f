"""Values of every type the API knows: to be sent, to be received, and to be recognised."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from app_store_connect._runtime.jsonapi.values import Model, OpenEnum, members_of
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
from support.whole_api import model_class, rendered_api

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
EMAIL = "ann@example.com"
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


def received(kind: Type, moment: str = MOMENT_TEXT, inside: tuple[str, ...] = ()) -> Any:
    """A value as the API sends it; lists of enumerated values hold all of them.

    `inside` are the objects around it: those that hold lists of themselves do so once.
    """
    match resolved(kind):
        case Scalar(name=name, format=form):
            forms = {"date-time": moment, "date": DAY.isoformat(), "email": EMAIL}
            return forms.get(form) or SCALARS[name]
        case InlineEnum(values=values) | EnumSchema(values=values):
            return values[-1]
        case InlineObject(fields=fields):
            return {item.name: received(item.type, moment, inside) for item in fields}
        case ObjectSchema(name=name, fields=fields):
            return {item.name: received(item.type, moment, (*inside, name)) for item in fields}
        case Array(items=items):
            return _received_list(items, moment, inside)
        case Map(values=values):
            return {"some key": received(values, moment, inside)}
        case OneOf(variants=variants):
            return received(variants[0], moment, inside)
        case other:
            raise AssertionError(other)


def _received_list(items: Type, moment: str, inside: tuple[str, ...]) -> list[Any]:
    match resolved(items):
        case InlineEnum(values=values) | EnumSchema(values=values):
            return list(values)
        case ObjectSchema(name=name) if inside.count(name) > 1:
            return []
        case _:
            return [received(items, moment, inside)]


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
        case Scalar() as scalar:
            check_scalar(value, scalar, wire, moment)
        case OneOf():
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


def check_scalar(value: Any, kind: Scalar, wire: Any, moment: datetime) -> None:
    """Make sure that a value is of the Python type for it: a day is no moment, true is no 1."""
    if kind.format in {"date-time", "date"}:
        expected = moment if kind.format == "date-time" else DAY
        assert type(value) is type(expected)
        assert value == expected
        assert kind.format == "date" or value.utcoffset() is not None
        return
    assert value == wire
    if kind.name != "any":
        assert type(value) is PYTHON_TYPES[kind.name]


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
    assert [wire for wire, _, _ in members_of(value)] == [item.name for item in fields]
    for item in fields:
        check(getattr(value, snake(item.name)), item.type, wire[item.name], moment)
