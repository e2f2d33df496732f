"""Content that is not resources, made up to fit its declaration: rows, CSV, reports, logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .._api import facts
from .._api.model import (
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    Map,
    MetricSchema,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    Scalar,
)
from .clock import START

if TYPE_CHECKING:
    from .._api.model import Field, Type
    from .state import Entity
    from .table import Table

__all__ = ["made_up", "sample"]

_REPORT = "Provider\tProvider Country\tSKU\tUnits\nAPPLE\tUS\tcom.example.trails\t1\n"
# What the mends declare as anything is a granularity, which is a period, or text.
_SAMPLES: dict[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "any": "P1D",
}
_FORMATS = {
    "date-time": START.isoformat(),
    "date": START.date().isoformat(),
    "duration": "P1D",
    "uri": "https://example.com/",
    "uri-reference": "https://example.com/",
    "email": "someone@example.com",
    "number": "1",
}
_DEEPEST = 6


def made_up(found: Table, media_type: str, entities: list[Entity]) -> bytes:
    """Return a body of a media type that is not JSON:API, or the rows of measurements."""
    if media_type == "text/csv":
        return _csv(found, entities)
    if media_type.endswith("gzip"):
        import gzip  # noqa: PLC0415 - few need it

        # The same bytes whenever it is made.
        return gzip.compress(_REPORT.encode(), mtime=0)
    answer = found.answer
    if isinstance(answer, MetricSchema):
        return msgspec.json.encode([sample(answer.row)])
    name = found.media[media_type].schema if media_type in found.media else None
    return msgspec.json.encode(sample(Ref(schema=name)) if name else {})


def _csv(found: Table, entities: list[Entity]) -> bytes:
    """Return a line for each resource under a line of names."""
    schema = found.schema
    names = [x.name for x in schema.attributes] if schema is not None else ["value"]
    lines = [",".join(("id", *names))]
    lines += (
        ",".join(_quoted(x) for x in (entity.id, *(entity[name] for name in names)))
        for entity in entities
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _quoted(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else str(value)
    escaped = text.replace('"', '""')
    return f'"{escaped}"' if any(x in text for x in ',"\n\r') else text


def sample(kind: Type, depth: int = 0) -> Any:
    """Return a value of a declared type: the first of an enumeration, one item of a list."""
    match kind:
        case Ref(schema=name):
            schema = facts().schema(name)
            if isinstance(schema, EnumSchema):
                return schema.values[0]
            if isinstance(schema, ObjectSchema):
                return _object(schema.fields, depth)
            return sample(schema.type, depth) if isinstance(schema, PlainSchema) else {}
        case Scalar(name=name, format=form):
            return _FORMATS.get(form, _SAMPLES[name]) if name == "string" else _SAMPLES[name]
        case InlineEnum(values=values):
            return values[0]
        case Array(items=items):
            return [] if depth > _DEEPEST else [sample(items, depth + 1)]
        case Map(values=values):
            return {} if depth > _DEEPEST else {"name": sample(values, depth + 1)}
        case InlineObject(fields=fields):
            return _object(fields, depth)
        case OneOf(variants=variants):
            return sample(variants[0], depth + 1)


def _object(fields: tuple[Field, ...], depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        return {}
    return {field.name: sample(field.type, depth + 1) for field in fields}
