"""Descriptions of the parts of operations and schemas: parameters, members, bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.explore.spelling import named_parameters, spell, values_of
from ascgen.model import Relationship
from ascgen.plan.names import snake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel, Field, LinkageSchema, Operation, RequestSchema


def describe_field(api: ApiModel, owner: str, item: Field | Relationship) -> dict[str, Any]:
    """Return an attribute or relationship of its owner."""
    data: dict[str, Any] = {
        "kind": "field",
        "id": f"{owner}.{item.name}",
        "name": item.name,
        "python": snake(item.name),
    }
    if isinstance(item, Relationship):
        target = item.type or "links only"
        data |= {"type": f"list of {target}" if item.many else target, "values": []}
    else:
        data |= {"type": spell(item.type), "values": list(values_of(api, item.type))}
    return data | {
        "relationship": isinstance(item, Relationship),
        "required": item.required,
        "nullable": item.nullable,
        "deprecated": item.deprecated,
    }


def describe_parameters(api: ApiModel, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield the query parameters of an operation: those that must be given, then by families."""
    plain = sorted(named_parameters(operation), key=lambda pair: not pair[1].required)
    for wire, item in plain:
        yield _parameter(
            wire,
            snake(item.name),
            "list" if item.array else "one",
            item.values,
            required=item.required,
            deprecated=item.deprecated,
        )
    for flag in operation.exists:
        name = f"exists_{snake(flag.name)}"
        yield _parameter(
            f"exists[{flag.name}]",
            name,
            "boolean",
            required=flag.required,
            deprecated=flag.deprecated,
        )
    if operation.sort:
        yield _parameter("sort", "sort", "list", operation.sort)
    if operation.include:
        yield _parameter("include", "include", "list", operation.include)
    for fieldset in operation.fields:
        yield _parameter(
            f"fields[{fieldset.type}]",
            f'fields={{"{fieldset.type}": [...]}}',
            "list",
            api.fieldsets[fieldset.fieldset].values,
            deprecated=fieldset.deprecated,
        )
    if operation.limit:
        yield _parameter("limit", "limit", "integer", maximum=operation.limit)
    for limit in operation.related_limits:
        yield _parameter(
            f"limit[{limit.name}]",
            f'related_limit={{"{limit.name}": ...}}',
            "integer",
            maximum=limit.maximum,
            deprecated=limit.deprecated,
        )


def _parameter(
    wire: str,
    python: str,
    takes: str,
    values: tuple[str, ...] = (),
    *,
    maximum: int | None = None,
    required: bool = False,
    deprecated: bool = False,
) -> dict[str, Any]:
    return {
        "kind": "parameter",
        "id": wire,
        "python": python,
        "takes": takes,
        "values": list(values),
        "maximum": maximum,
        "required": required,
        "deprecated": deprecated,
    }


def describe_request(api: ApiModel, request: RequestSchema) -> dict[str, Any]:
    """Return the body of a create or update; `included` names what may be created along with it."""
    return {
        "kind": "schema",
        "id": request.name,
        "type": request.type,
        "many": False,
        "attributes": [describe_field(api, request.name, item) for item in request.attributes],
        "relationships": [
            describe_field(api, request.name, item) for item in request.relationships
        ],
        "included": list(request.included),
    }


def describe_linkage(request: LinkageSchema) -> dict[str, Any]:
    """Return the body of a change to a relationship: ids of one type."""
    return {
        "kind": "schema",
        "id": request.name,
        "type": request.type,
        "many": request.many,
        "attributes": [],
        "relationships": [],
        "included": [],
    }
