"""The Python call of an operation, as a reader would write it: its required arguments only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ascgen.model import (
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    LinkageSchema,
    Map,
    MetricSchema,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    RequestSchema,
    ResponseSchema,
    Scalar,
)
from ascgen.plan.code import literal
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ascgen.model import ApiModel, Field, Operation, Parameter, Type

_SCALARS = {
    ("string", "date"): '"YYYY-MM-DD"',
    ("string", "date-time"): '"YYYY-MM-DDTHH:MM:SSZ"',
    ("string", "uri"): '"https://example.com"',
    ("string", "email"): '"somebody@example.com"',
}
_VERSION = re.compile(r"_v[0-9]+\Z")


def call_text(
    api: ApiModel,
    operation: Operation,
    *,
    awaited: bool = False,
    client: str = "asc",
    given: Mapping[str, str] | None = None,
) -> str:
    """Return the expression that calls an operation: `asc.apps.get("APP_ID")`.

    What the reader has to fill in is in capitals, in quotes where it is text, so that it never
    looks like an answer. The awaited form is for an AsyncClient, where lists are iterated rather
    than awaited. `given` are arguments by keyword, as Python; what is not required comes last.
    """
    name = python_name(operation)
    known = dict(given or {})
    texts: list[str] = []
    for keyword, value in _arguments(api, operation):
        texts.append(f"{keyword}={known.pop(keyword, value)}" if keyword else value)
    arguments = ", ".join([*texts, *(f"{keyword}={value}" for keyword, value in known.items())])
    call = f"{client}.{name.namespace}.{name.method}({arguments})"
    return f"await {call}" if awaited and not is_paged(api, operation) else call


def is_paged(api: ApiModel, operation: Operation) -> bool:
    """Return whether a call returns a pager, to be iterated: with `async for` in an AsyncClient."""
    for answer in operation.answers:
        schema = api.schemas.get(answer.schema or "")
        if isinstance(schema, MetricSchema):
            return True
        if isinstance(schema, LinkageSchema | ResponseSchema):
            return schema.many
    return False


def _arguments(api: ApiModel, operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the required arguments, with their keywords unless they are positional."""
    if "{id}" in operation.path:
        yield "", _identifier(operation.path.split("/")[2])
    request = api.schemas.get(operation.request or "")
    if isinstance(request, LinkageSchema):
        yield "", _linked(request.type, many=request.many)
    answered = api.answered(operation)
    links = {item.name: item.type for item in answered.relationships} if answered else {}
    for parameter in (*operation.filters, *operation.parameters):
        if parameter.required:
            target = links.get(parameter.name)
            yield snake(parameter.name), _identifier(target) if target else _given(parameter)
    for flag in operation.exists:
        if flag.required:
            yield f"exists_{snake(flag.name)}", _blank(f"exists_{snake(flag.name)}")
    if isinstance(request, RequestSchema):
        for item in request.attributes:
            if item.required:
                yield snake(item.name), _value(api, item.type, item.name)
        for link in request.relationships:
            if link.required:
                yield snake(link.name), _linked(link.type or link.name, many=link.many)


def _identifier(kind: str) -> str:
    """Return a resource's id to be filled in: `apps` → `"APP_ID"`."""
    name = _VERSION.sub("", snake(kind))
    for ending, instead in (("ies", "y"), ("statuses", "status"), ("criteria", "criterion")):
        if name.endswith(ending):
            return literal(f"{name[: -len(ending)]}{instead}_ID".upper())
    name = name.removesuffix("s")
    return literal((name if name.endswith("_id") else f"{name}_id").upper())


def _linked(kind: str, *, many: bool) -> str:
    identifier = _identifier(kind)
    return f"[{identifier}]" if many else identifier


def _given(parameter: Parameter) -> str:
    return _choice(parameter.values, parameter.name)


def _choice(values: tuple[str, ...], name: str) -> str:
    """Return the only value there is, or the place of one."""
    return literal(values[0] if len(values) == 1 else _blank(name))


def _blank(name: str) -> str:
    """Return the place of what the reader has to fill in: `APP_ID`."""
    return snake(name).upper()


def _value(api: ApiModel, kind: Type, name: str) -> str:
    match kind:
        case Scalar():
            if kind.name != "string":
                return _blank(name)
            return _SCALARS.get((kind.name, kind.format)) or literal(_blank(name))
        case InlineEnum(values=values):
            return _choice(values, name)
        case Array(items=items):
            return f"[{_value(api, items, name)}]"
        case Map(values=values):
            return f'{{"KEY": {_value(api, values, name)}}}'
        case InlineObject(fields=fields):
            return _object(api, fields)
        case OneOf(variants=variants):
            return _value(api, variants[0], name)
        case Ref(schema=found):
            schema = api.schemas[found]
            match schema:
                case EnumSchema(values=values):
                    return _choice(values, name)
                case PlainSchema(type=inner):
                    return _value(api, inner, name)
                case ObjectSchema(fields=fields):
                    return _object(api, fields)
                case _:
                    return "None"


def _object(api: ApiModel, fields: tuple[Field, ...]) -> str:
    """Return an object with its required members, or with its first where none is."""
    wanted = [item for item in fields if item.required] or fields[:1]
    members = (f"{literal(item.name)}: {_value(api, item.type, item.name)}" for item in wanted)
    return "{" + ", ".join(members) + "}"
