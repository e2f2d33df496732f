"""Members as the pages list them: types with links, values with anchors, nested objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.explore.spelling import named_parameters
from ascgen.model import (
    Array,
    EnumSchema,
    Field,
    InlineEnum,
    InlineObject,
    Map,
    OneOf,
    PlainSchema,
    Ref,
    Relationship,
    Scalar,
)
from ascgen.plan.names import snake
from ascgen.site.addresses import anchor
from ascgen.site.views import Member, Part, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ascgen.model import FieldsParameter, Operation, Type
    from ascgen.site.addresses import Addresses


def type_parts(addresses: Addresses, kind: Type) -> tuple[Part, ...]:
    """Return a type in a few words, the shared ones as links."""
    match kind:
        case Scalar():
            return (Part(kind.format or kind.name),)
        case InlineEnum():
            return (Part("enum"),)
        case Ref(schema=name):
            return (Part(name, addresses.schema(name)),)
        case Array(items=items):
            return (Part("list of "), *type_parts(addresses, items))
        case Map(values=values):
            return (Part("map of "), *type_parts(addresses, values))
        case InlineObject():
            return (Part("object"),)
        case OneOf(variants=variants):
            parts: list[Part] = []
            for variant in variants:
                parts += [Part(" or ")] if parts else []
                parts += type_parts(addresses, variant)
            return tuple(parts)


def inner_enum(kind: Type) -> tuple[str, ...]:
    """Return the values that a type spells out itself, also within lists and maps."""
    match kind:
        case InlineEnum(values=values):
            return values
        case Array(items=inner) | Map(values=inner):
            return inner_enum(inner)
        case _:
            return ()


def fields(
    addresses: Addresses, items: Iterable[Field], *place: str, python: bool = False
) -> Iterator[Member]:
    """Attributes or members of an object; those of inline objects follow theirs, set in."""
    for item in items:
        yield from _field(addresses, item, place, depth=0, python=python)


def _field(
    addresses: Addresses, item: Field, place: tuple[str, ...], *, depth: int, python: bool
) -> Iterator[Member]:
    here = (*place, item.name)
    name = snake(item.name) if python and not depth else item.name
    yield Member(
        name=name,
        wire=item.name if name != item.name else "",
        anchor=anchor(*here),
        type=type_parts(addresses, item.type),
        marks=_marks(item),
        values=_values(addresses, item.type, here),
        depth=depth,
    )
    for inner in _inner(item.type):
        yield from _field(addresses, inner, here, depth=depth + 1, python=python)


def relationships(
    addresses: Addresses, items: Iterable[Relationship], *place: str, python: bool = False
) -> Iterator[Member]:
    """Relationships, each a link to where it leads."""
    for item in items:
        name = snake(item.name) if python else item.name
        target = Part(item.type, addresses.by_type(item.type)) if item.type else Part("links only")
        yield Member(
            name=name,
            wire=item.name if name != item.name else "",
            anchor=anchor(*place, item.name),
            type=(Part("list of "), target) if item.many else (target,),
            marks=_marks(item),
        )


def parameters(addresses: Addresses, operation: Operation) -> Iterator[Member]:
    """Yield the query of an operation: what must be given, then by families."""
    plain = sorted(named_parameters(operation), key=lambda pair: not pair[1].required)
    for wire, item in plain:
        yield _parameter(
            operation,
            snake(item.name),
            wire,
            "one or several" if item.array else "one",
            item.values,
            marks=(item.required, item.deprecated),
        )
    for flag in operation.exists:
        name = f"exists_{snake(flag.name)}"
        marks = (flag.required, flag.deprecated)
        yield _parameter(operation, name, f"exists[{flag.name}]", "boolean", marks=marks)
    if operation.sort:
        yield _parameter(operation, "sort", "", "one or several", operation.sort)
    if operation.include:
        yield _parameter(operation, "include", "", "one or several", operation.include)
    for fieldset in operation.fields:
        yield _fields_parameter(addresses, operation, fieldset)
    if operation.limit:
        yield _parameter(operation, "limit", "", f"integer, at most {operation.limit}")
    for limit in operation.related_limits:
        yield _parameter(
            operation,
            f'related_limit["{limit.name}"]',
            f"limit[{limit.name}]",
            f"integer, at most {limit.maximum}",
            marks=(False, limit.deprecated),
        )


def _fields_parameter(addresses: Addresses, operation: Operation, item: FieldsParameter) -> Member:
    wire = f"fields[{item.type}]"
    page = addresses.by_type(item.type)
    return Member(
        name=f'fields["{item.type}"]',
        wire=wire,
        anchor=anchor(operation.id, wire),
        type=(Part("one or several fields of "), Part(item.type, page)),
        marks=("deprecated",) if item.deprecated else (),
        values=tuple(map(Value, addresses.api.fieldsets[item.fieldset].values)),
    )


def _parameter(
    operation: Operation,
    name: str,
    wire: str,
    takes: str,
    values: Iterable[str] = (),
    *,
    marks: tuple[bool, bool] = (False, False),
) -> Member:
    required, deprecated = marks
    return Member(
        name=name,
        wire=wire if wire != name else "",
        anchor=anchor(operation.id, wire or name),
        type=(Part(takes),),
        marks=_named(required=required, deprecated=deprecated),
        values=tuple(map(Value, values)),
    )


def _values(addresses: Addresses, kind: Type, here: tuple[str, ...]) -> tuple[Value, ...]:
    """Return a type's own values with anchors, or those of a shared enumeration, which has them."""
    shared = shared_enum(addresses, kind)
    if shared is not None:
        return tuple(map(Value, shared.values))
    return values_at(inner_enum(kind), *here)


def values_at(values: Iterable[str], *place: str) -> tuple[Value, ...]:
    """Values with an anchor each."""
    return tuple(Value(value, anchor(*place, value)) for value in values)


def shared_enum(addresses: Addresses, kind: Type) -> EnumSchema | None:
    """Return the shared enumeration that a type refers to, also within lists."""
    while isinstance(kind, Array):
        kind = kind.items
    if isinstance(kind, Ref):
        schema = addresses.api.schemas[kind.schema]
        if isinstance(schema, PlainSchema):
            return shared_enum(addresses, schema.type)
        return schema if isinstance(schema, EnumSchema) else None
    return None


def _inner(kind: Type) -> tuple[Field, ...]:
    match kind:
        case InlineObject(fields=found):
            return found
        case Array(items=inner) | Map(values=inner):
            return _inner(inner)
        case _:
            return ()


def _marks(item: Field | Relationship) -> tuple[str, ...]:
    return _named(required=item.required, nullable=item.nullable, deprecated=item.deprecated)


def _named(**marks: bool) -> tuple[str, ...]:
    return tuple(name for name, is_set in marks.items() if is_set)
