"""What the document says of types and answers, as options and output need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .._api import facts
from .._api.model import (
    Array,
    MetricSchema,
    PlainSchema,
    Ref,
    ResourceSchema,
    ResponseSchema,
    Scalar,
)
from .values import Day, Json, Moment

if TYPE_CHECKING:
    from .._api import model
    from .values import Kind

__all__ = ["is_paged", "reader_of", "resolved", "resource_of"]

_TEXTS = {"uri": "URL", "email": "EMAIL", "duration": "DURATION", "number": "NUMBER"}


def is_paged(fact: model.Operation) -> bool:
    """Whether an operation answers with a collection, page by page."""
    return fact.method == "GET" and any(
        isinstance(shape, MetricSchema) or bool(getattr(shape, "many", False))
        for shape in _answers(fact)
    )


def resource_of(fact: model.Operation) -> model.ResourceSchema | None:
    """The schema of the resources that an operation answers with, None where it is no such."""
    for shape in _answers(fact):
        if isinstance(shape, ResponseSchema):
            found = facts().schema(shape.resource)
            return found if isinstance(found, ResourceSchema) else None
    return None


def _answers(fact: model.Operation) -> list[Any]:
    return [facts().schema(answer.schema) for answer in fact.answers if answer.schema]


def resolved(kind: model.Type) -> tuple[bool, Any]:
    """Whether a type is a list, and of what; through schemas that only name one."""
    if isinstance(kind, Array):
        is_list, found = resolved(kind.items)
        return True, kind.items if is_list else found
    if isinstance(kind, Ref):
        schema = facts().schema(kind.schema)
        return resolved(schema.type) if isinstance(schema, PlainSchema) else (False, schema)
    return False, kind


def reader_of(kind: Any) -> tuple[Kind, str]:
    """What reads a value of a type, and what stands for it in a help."""
    if isinstance(kind, Scalar):
        match kind.name, kind.format:
            case "string", "date":
                return Day(), Day.name
            case "string", "date-time":
                return Moment(), Moment.name
            case "string", form:
                return click.STRING, _TEXTS.get(form, "TEXT")
            case "integer", _:
                return click.INT, "N"
            case "number", _:
                return click.FLOAT, "NUMBER"
            case "boolean", _:
                return click.BOOL, "true|false"
            case _:
                pass
    return Json(), Json.name
