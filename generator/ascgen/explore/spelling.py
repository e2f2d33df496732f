"""Types and parameters in a few words, and the values they allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.model import (
    ApiModel,
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    Map,
    Operation,
    Parameter,
    PlainSchema,
    Ref,
    Scalar,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def spell(kind: Type) -> str:
    """Return a type in a few words: `string`, `list of Platform`, `object (url: string)`."""
    match kind:
        case Scalar():
            return kind.format or kind.name
        case InlineEnum():
            return "enum"
        case Ref(schema=name):
            return name
        case Array(items=items):
            return f"list of {spell(items)}"
        case Map(values=values):
            return f"map of {spell(values)}"
        case InlineObject(fields=fields):
            members = ", ".join(f"{item.name}: {spell(item.type)}" for item in fields)
            return f"object ({members})" if members else "object"
        case _:
            return " or ".join(map(spell, kind.variants))


def values_of(api: ApiModel, kind: Type) -> tuple[str, ...]:
    """Return the allowed values of a type or of a list's items; empty if any is allowed."""
    match kind:
        case InlineEnum(values=values):
            return values
        case Array(items=inner) | Map(values=inner):
            return values_of(api, inner)
        case Ref(schema=name):
            schema = api.schemas[name]
            if isinstance(schema, PlainSchema):
                return values_of(api, schema.type)
            return schema.values if isinstance(schema, EnumSchema) else ()
        case _:
            return ()


def inner_values(kind: Type) -> Iterator[str]:
    """Yield the values that a type spells out itself, at any depth."""
    match kind:
        case InlineEnum(values=values):
            yield from values
        case Array(items=inner) | Map(values=inner):
            yield from inner_values(inner)
        case InlineObject(fields=fields):
            for item in fields:
                yield from inner_values(item.type)
        case _:
            return


def named_parameters(operation: Operation) -> Iterator[tuple[str, Parameter]]:
    """Yield the filters and free parameters of an operation, each with its name as it is sent."""
    for item in operation.filters:
        yield f"filter[{item.name}]", item
    for item in operation.parameters:
        yield item.name, item
