"""References between schemas: each must lead to a schema of the kind its place calls for.

What a few lines of a document could multiply is bounded here: plain schemas stand for their types
wherever they are used, and whatever may be included or shares a type is spelled out as a union.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import (
    ApiModel,
    Array,
    EnumSchema,
    InlineObject,
    Map,
    MetricSchema,
    ObjectSchema,
    OneOf,
    Operation,
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
_EXPANSION_LIMIT = 200_000
_INCLUDED_LIMIT = 200
_SHARING_LIMIT = 20
VALUE_SCHEMAS = (EnumSchema, ObjectSchema, PlainSchema)


def check_references(schemas: dict[str, Schema]) -> None:
    """Raise SpecError for a reference that leads nowhere or to the wrong kind of schema."""
    expansion = _Expansion(schemas)
    shared: Counter[str] = Counter()
    for schema in schemas.values():
        expansion.measure(schema)
        for name in _value_references(schema):
            _expect(schemas, schema, name, *VALUE_SCHEMAS)
        if isinstance(schema, ResourceSchema):
            shared[schema.type] += 1
            if shared[schema.type] > _SHARING_LIMIT:
                raise SpecError(
                    f"more than {_SHARING_LIMIT} schemas of the type {schema.type!r}",
                    pointer=schema.pointer,
                )
        if len(_document_references(schema)) > _INCLUDED_LIMIT:
            raise SpecError(
                f"{schema.name} includes more than {_INCLUDED_LIMIT} schemas",
                pointer=schema.pointer,
            )
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
    """Return the schemas of these names with all that they refer to, directly or not."""
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


def schemas_of(operation: Operation) -> Iterable[str]:
    """Return the schemas that an operation takes and answers."""
    names = (operation.request, *(answer.schema for answer in operation.answers))
    return (name for name in names if name is not None)


def _document_references(schema: Schema) -> tuple[str, ...]:
    match schema:
        case ResponseSchema():
            return (schema.resource, *schema.included)
        case MetricSchema() | RequestSchema():
            return schema.included
        case _:
            return ()


def references(kind: Type, depth: int = 0) -> Iterator[str]:
    """Yield the names of all schemas that a type refers to, in order, with repetition.

    Raises:
        SpecError: for a type nested so deeply that walking it would exhaust the stack.
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
    for kind in _types(schema):
        yield from references(kind)


def _types(schema: Schema) -> Iterable[Type]:
    match schema:
        case ObjectSchema():
            return (field.type for field in schema.fields)
        case ResourceSchema() | RequestSchema():
            return (field.type for field in schema.attributes)
        case MetricSchema():
            return (field.type for field in schema.row.fields)
        case PlainSchema():
            return (schema.type,)
        case _:
            return ()


class _Expansion:
    """What types come to when each plain schema in them is replaced by the type it stands for.

    Plain schemas that use others twice each would double with every level, and a long row of them
    would be too deep to walk; one that leads to itself would never end.
    """

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self._schemas = schemas
        self._known: dict[str, tuple[int, int]] = {}
        self._active: set[str] = set()
        self._total = 0

    def measure(self, schema: Schema) -> None:
        """Add the types of a schema, and refuse the one with which it becomes too much."""
        for kind in _types(schema):
            _, size = self._type(kind, 0, schema)
            self._total += size
        if self._total > _EXPANSION_LIMIT:
            raise SpecError(
                f"with {schema.name}, plain schemas stand for more than {_EXPANSION_LIMIT} types",
                pointer=schema.pointer,
            )

    def _type(self, kind: Type, depth: int, owner: Schema) -> tuple[int, int]:
        """Height and size of a type; only what stands in plain schemas adds to the size."""
        if depth > _DEPTH_LIMIT:
            raise SpecError(
                f"types nested deeper than {_DEPTH_LIMIT} are not supported", pointer=owner.pointer
            )
        inner: Iterable[Type]
        match kind:
            case Ref():
                schema = self._schemas.get(kind.schema)
                if not isinstance(schema, PlainSchema):
                    return 1, 0
                return self._plain(schema, depth + 1)
            case Array():
                inner = (kind.items,)
            case Map():
                inner = (kind.values,)
            case InlineObject():
                inner = (field.type for field in kind.fields)
            case OneOf():
                inner = kind.variants
            case _:
                return 1, 0
        height, size = 0, 0
        for part in inner:
            found, more = self._type(part, depth + 1, owner)
            height = max(height, found)
            size += more
        return height + 1, size

    def _plain(self, schema: PlainSchema, depth: int) -> tuple[int, int]:
        if schema.name in self._active:
            raise SpecError(f"{schema.name} leads to itself", pointer=schema.pointer)
        found = self._known.get(schema.name)
        if found is None:
            self._active.add(schema.name)
            height, size = self._type(schema.type, depth, schema)
            self._active.remove(schema.name)
            found = self._known[schema.name] = height + 1, size + _nodes(schema.type)
        if depth + found[0] > _DEPTH_LIMIT + 1:
            raise SpecError(
                f"types nested deeper than {_DEPTH_LIMIT} are not supported", pointer=schema.pointer
            )
        return found


def _nodes(kind: Type) -> int:
    """Return how many types are spelled out in one, itself included."""
    match kind:
        case Array():
            return 1 + _nodes(kind.items)
        case Map():
            return 1 + _nodes(kind.values)
        case InlineObject():
            return 1 + sum(_nodes(field.type) for field in kind.fields)
        case OneOf():
            return 1 + sum(map(_nodes, kind.variants))
        case _:
            return 1


def _expect(schemas: dict[str, Schema], owner: Schema, name: str, *kinds: type[Schema]) -> None:
    found = schemas.get(name)
    if found is None:
        raise SpecError(f"there is no schema {name!r}", pointer=owner.pointer)
    if not isinstance(found, kinds):
        raise SpecError(
            f"{name} is used as something it is not ({type(found).__name__})",
            pointer=owner.pointer,
        )
