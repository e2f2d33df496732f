"""Counts of an API taken twice: from the document by plain walking, and from the facts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ascgen.model import (
    ApiModel,
    EnumSchema,
    ObjectSchema,
    Ref,
    RequestSchema,
    ResourceSchema,
)
from support.census import Raw

if TYPE_CHECKING:
    from collections.abc import Iterator

Counts = dict[str, int]


# --- The document, without the analyzer --------------------------------------------------------


def of_document(data: dict[str, Any]) -> Counts:
    """Count what a parsed document holds."""
    raw = Raw(data)
    counts = Counter(_of_operations(data))
    for name, schema in raw.schemas.items():
        counts["schemas"] += 1
        counts.update(_of_schema(raw, name, schema))
    return dict(+counts)


def _operations(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in data["paths"].values():
        yield from (operation for method, operation in item.items() if method != "parameters")


def _of_operations(data: dict[str, Any]) -> Iterator[str]:
    for operation in _operations(data):
        yield "operations"
        yield f"kind {_kind(operation['operationId'])}"
        if operation.get("deprecated"):
            yield "deprecated operations"
        # Documents before 3 give some twice, with other values.
        given: dict[str, list[dict[str, Any]]] = {}
        for parameter in operation.get("parameters", ()):
            given.setdefault(parameter["name"], []).append(parameter)
        for name, same in given.items():
            yield "parameters"
            yield f"family {name.partition('[')[0]}"
            values = {value for parameter in same for value in _values(parameter["schema"])}
            yield from ["parameter values"] * len(values)
            if any(parameter.get("required") for parameter in same):
                yield "required parameters"
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                for media_type, content in (answer.get("content") or {"": {}}).items():
                    # As Apple's documents up to 1.2 spell it.
                    name = "application/a-gzip" if media_type == "gzip" else media_type
                    yield f"answers {name or 'without a body'}"
                    if content and "$ref" not in content["schema"]:
                        yield "schemas"


def _values(schema: dict[str, Any]) -> list[str]:
    return schema.get("enum") or schema.get("items", {}).get("enum") or []


def _kind(operation_id: str) -> str:
    """`getCollection` out of `apps_getCollection` and of `apps-get_collection`."""
    first, *rest = operation_id.rpartition("-" if "-" in operation_id else "_")[2].split("_")
    return first + "".join(word.capitalize() for word in rest)


def _of_schema(raw: Raw, name: str, schema: dict[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        yield "shared enums"
        yield from ["shared enum values"] * len(set(schema["enum"]))
    # The data of a response is a resource that is counted by itself.
    for path in ((), *([("data",)] if name.endswith("Request") else [])):
        kind = "request" if path or name.endswith("InlineCreate") else "resource"
        for same in raw.members(schema, *path, "attributes").values():
            yield f"{kind} attributes"
            # Variants repeat what they have in common.
            yield from _flags(kind, same[0])
        for same in raw.members(schema, *path, "relationships").values():
            yield f"{kind} relationships"
            if "data" not in same[0].get("properties", {}):
                yield f"{kind} relationships without data"


def _flags(kind: str, item: dict[str, Any]) -> Iterator[str]:
    for flag in ("nullable", "deprecated"):
        if item.get(flag):
            yield f"{flag} {kind} attributes"
            if "$ref" in item:
                yield f"{flag} {kind} attributes beside $ref"


# --- The facts ---------------------------------------------------------------------------------


def of_facts(api: ApiModel) -> Counts:
    """Count what the analyzer made of a document, under the same names."""
    counts = Counter(_of_operation_facts(api))
    for schema in api.schemas.values():
        counts["schemas"] += 1
        match schema:
            case EnumSchema(values=values):
                counts["shared enums"] += 1
                counts["shared enum values"] += len(values)
            case ResourceSchema():
                counts.update(_of_members("resource", schema))
            case RequestSchema():
                counts.update(_of_members("request", schema))
            case _:
                pass
    return dict(+counts)


def _of_operation_facts(api: ApiModel) -> Iterator[str]:
    for operation in api.operations:
        yield "operations"
        yield f"kind {operation.kind.value}"
        if operation.deprecated:
            yield "deprecated operations"
        single = {"sort": operation.sort, "include": operation.include}
        families = {
            "filter": [item.values for item in operation.filters],
            "exists": [() for _ in operation.exists],
            "fields": [api.fieldsets[item.fieldset].values for item in operation.fields],
            "limit": [() for _ in range(len(operation.related_limits) + bool(operation.limit))],
            **{name: [values] for name, values in single.items() if values},
        }
        for item in operation.parameters:
            families.setdefault(item.name, []).append(item.values)
        for family, parameters in families.items():
            for values in parameters:
                yield "parameters"
                yield f"family {family}"
                yield from ["parameter values"] * len(values)
        flagged = (*operation.filters, *operation.parameters, *operation.exists)
        yield from ["required parameters"] * sum(item.required for item in flagged)
        for answer in operation.answers:
            yield f"answers {answer.media_type or 'without a body'}"


def _of_members(kind: str, schema: ResourceSchema | RequestSchema) -> Iterator[str]:
    for item in schema.attributes:
        yield f"{kind} attributes"
        flags = {"nullable": item.nullable, "deprecated": item.deprecated}
        for flag in (name for name, value in flags.items() if value):
            yield f"{flag} {kind} attributes"
            if isinstance(item.type, Ref):
                yield f"{flag} {kind} attributes beside $ref"
    for link in schema.relationships:
        yield f"{kind} relationships"
        if link.type is None:
            yield f"{kind} relationships without data"


# --- What is not counted alike -----------------------------------------------------------------


def descriptions(value: Any) -> Iterator[str]:
    """Every description in a document."""
    if isinstance(value, dict):
        if isinstance(text := value.get("description"), str):
            yield text
        for member in value.values():
            yield from descriptions(member)
    elif isinstance(value, list):
        for item in value:
            yield from descriptions(item)


def rendered_schemas(api: ApiModel) -> Counts:
    """How many schemas there are of each kind that becomes classes."""
    return {
        "resource schemas": len(api.resources()),
        "resource types": len({schema.type for schema in api.resources()}),
        "shared enums": sum(isinstance(s, EnumSchema) for s in api.schemas.values()),
        "shared objects": sum(isinstance(s, ObjectSchema) for s in api.schemas.values()),
        "requests": sum(isinstance(s, RequestSchema) for s in api.schemas.values()),
    }
