"""References between schemas: each must lead to a schema of the kind its place calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import (
    ApiModel,
    Array,
    EnumSchema,
    Field,
    InlineObject,
    Map,
    MetricSchema,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Schema,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEPTH_LIMIT = 50  # beyond what the analysis of a document lets through
_VALUE_SCHEMAS = (EnumSchema, ObjectSchema, PlainSchema)


def check_references(schemas: dict[str, Schema]) -> None:
    """Raise SpecError for a reference that leads nowhere or to the wrong kind of schema."""
    for schema in schemas.values():
        for name in _value_references(schema):
            _expect(schemas, schema, name, *_VALUE_SCHEMAS)
        if isinstance(schema, PlainSchema):
            _refuse_circle(schemas, schema)
        match schema:
            case ResponseSchema():
                _expect(schemas, schema, schema.resource, ResourceSchema)
                for name in schema.included:
                    _expect(schemas, schema, name, ResourceSchema)
            case MetricSchema():
                for name in schema.included:
                    _expect(schemas, schema, name, ResourceSchema)
            case RequestSchema():
                for name in schema.included:
                    _expect(schemas, schema, name, RequestSchema)
            case _:
                pass


def closure(api: ApiModel, roots: Iterable[str]) -> set[str]:
    """The schemas of these names with all that they refer to, directly or not."""
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            schema = api.schemas[name]
            pending += _value_references(schema)
            pending += _document_references(schema)
    return found


def _document_references(schema: Schema) -> tuple[str, ...]:
    match schema:
        case ResponseSchema():
            return (schema.resource, *schema.included)
        case MetricSchema() | RequestSchema():
            return schema.included
        case _:
            return ()


def references(kind: Type, depth: int = 0) -> Iterator[str]:
    """The names of all schemas that a type refers to, in order, with repetition.

    Raises SpecError for a type so deep that whoever walks it would run out of stack.
    """
    if depth > _DEPTH_LIMIT:
        raise SpecError(f"types nested deeper than {_DEPTH_LIMIT} are not supported")
    depth += 1
    match kind:
        case Ref():
            yield kind.schema
        case Array():
            yield from references(kind.items, depth)
        case Map():
            yield from references(kind.values, depth)
        case InlineObject():
            for field in kind.fields:
                yield from references(field.type, depth)
        case OneOf():
            for variant in kind.variants:
                yield from references(variant, depth)
        case _:
            return


def _value_references(schema: Schema) -> Iterator[str]:
    fields: Iterable[Field]
    match schema:
        case ObjectSchema():
            fields = schema.fields
        case ResourceSchema() | RequestSchema():
            fields = schema.attributes
        case MetricSchema():
            fields = schema.row.fields
        case PlainSchema():
            yield from references(schema.type)
            return
        case _:
            return
    for field in fields:
        yield from references(field.type)


def _refuse_circle(schemas: dict[str, Schema], start: PlainSchema) -> None:
    """A plain schema stands for its type, so it cannot lead to itself; objects may."""
    seen: set[str] = set()
    pending = [start.name]
    while pending:
        schema = schemas.get(pending.pop())
        if isinstance(schema, PlainSchema):
            following = set(references(schema.type))
            if start.name in following:
                raise SpecError(f"{start.name} leads to itself", pointer=start.pointer)
            pending += following - seen
            seen |= following


def _expect(schemas: dict[str, Schema], owner: Schema, name: str, *kinds: type[Schema]) -> None:
    found = schemas.get(name)
    if found is None:
        raise SpecError(f"there is no schema {name!r}", pointer=owner.pointer)
    if not isinstance(found, kinds):
        raise SpecError(
            f"{name} is used as something it is not ({type(found).__name__})",
            pointer=owner.pointer,
        )
