"""Counts on Apple's documents by walking their JSON, with nothing of the program under test."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from support.specs import SPECS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
Key = tuple[str, ...]


@cache
def raw(name: str) -> Json:
    path = SPECS / name
    if not path.is_file():
        pytest.skip(f"there is no {name} in $ASCGEN_SPECS")
    found: Json = json.loads(path.read_bytes())
    return found


def operations(document: Json) -> dict[Key, Json]:
    return {
        (method, path): item
        for path, methods in document["paths"].items()
        for method, item in methods.items()
        if method != "parameters"
    }


def both(old: Json, new: Json) -> Iterator[tuple[Key, Json, Json]]:
    """The operations that both have."""
    before, after = operations(old), operations(new)
    for key in before.keys() & after.keys():
        yield key, before[key], after[key]


def parameters(operation: Json) -> dict[str, Json]:
    return {item["name"]: item for item in operation.get("parameters", [])}


def values(parameter: Json) -> set[str]:
    schema = parameter["schema"]
    return set(schema.get("enum") or schema.get("items", {}).get("enum") or ())


def parameter_keys(old: Json, new: Json) -> tuple[set[Key], set[Key]]:
    """The parameters of operations that both have, on each side."""
    before, after = set[Key](), set[Key]()
    for key, was, now in both(old, new):
        before |= {(*key, name) for name in parameters(was)}
        after |= {(*key, name) for name in parameters(now)}
    return before, after


def parameter_values(old: Json, new: Json) -> tuple[set[Key], set[Key]]:
    """The values of parameters that both have and list; those of sparse fieldsets are apart."""
    before, after = set[Key](), set[Key]()
    for key, was, now in both(old, new):
        for name, item in parameters(was).items():
            other = parameters(now).get(name)
            if other is None or name.startswith("fields[") or not values(item) or not values(other):
                continue
            before |= {(*key, name, value) for value in values(item)}
            after |= {(*key, name, value) for value in values(other)}
    return before, after


def deprecated_parameters(old: Json, new: Json) -> int:
    return sum(
        bool(parameters(now)[name].get("deprecated")) and not item.get("deprecated")
        for _, was, now in both(old, new)
        for name, item in parameters(was).items()
        if name in parameters(now)
    )


def fieldsets(document: Json) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for operation in operations(document).values():
        for name, item in parameters(operation).items():
            if name.startswith("fields["):
                found.setdefault(name, set()).update(values(item))
    return found


def schemas(document: Json) -> dict[str, Json]:
    found: dict[str, Json] = document["components"]["schemas"]
    return found


def resources(document: Json) -> dict[str, Json]:
    return {
        name: schema
        for name, schema in schemas(document).items()
        if {"type", "id"} <= schema.get("properties", {}).keys()
        and "id" in schema.get("required", ())
        and len(schema["properties"]["type"].get("enum", ())) == 1
    }


def members(schema: Json, kind: str) -> dict[str, Json]:
    found: Json = schema.get("properties", {}).get(kind, {}).get("properties", {})
    return found


def required(schema: Json, kind: str) -> set[str]:
    return set(schema.get("properties", {}).get(kind, {}).get("required", ()))


def resource_members(old: Json, new: Json, kind: str) -> tuple[dict[Key, Json], dict[Key, Json]]:
    """The attributes or relationships of the resources that both have."""
    before, after = resources(old), resources(new)
    names = before.keys() & after.keys()
    return tuple(  # type: ignore[return-value]
        {(name, key): item for name in names for key, item in members(side[name], kind).items()}
        for side in (before, after)
    )


def request(document: Json, operation: Json) -> tuple[str, Json] | None:
    """The resource object that a create or update takes."""
    body = operation.get("requestBody")
    if body is None:
        return None
    name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
    if not name.endswith("Request") or "Linkage" in name:
        return None
    data: Json = schemas(document)[name]["properties"]["data"]
    return name, data


def requests(old: Json, new: Json) -> Iterator[tuple[str, Json, Json]]:
    """The requests of operations that both have, each once."""
    told = set[str]()
    for _, was, now in both(old, new):
        before, after = request(old, was), request(new, now)
        if before is not None and after is not None and after[0] not in told:
            told.add(after[0])
            yield after[0], before[1], after[1]


def used(document: Json) -> set[str]:
    """The component schemas that operations lead to, however far."""
    found: set[str] = set()
    pending: list[Any] = [document["paths"]]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                name = reference.rsplit("/", 1)[-1]
                if name not in found:
                    found.add(name)
                    pending.append(schemas(document)[name])
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return found


def enums(document: Json) -> dict[str, set[str]]:
    return {
        name: set(schemas(document)[name]["enum"])
        for name in used(document)
        if "enum" in schemas(document)[name]
    }


def pairs(old: dict[str, set[str]], new: dict[str, set[str]]) -> tuple[set[Key], set[Key]]:
    """What each side lists under the names that both have."""
    names = old.keys() & new.keys()
    before, after = (
        {(name, value) for name in names for value in side[name]} for side in (old, new)
    )
    return before, after


def newly(old: dict[Key, Json], new: dict[Key, Json], flag: str) -> set[Key]:
    return {key for key in old.keys() & new.keys() if new[key].get(flag) and not old[key].get(flag)}


@cache
def declares_null(name: str) -> bool:
    return any(
        item.get("nullable")
        for schema_name, schema in schemas(raw(name)).items()
        if schema_name.endswith("Request")
        for data in [schema["properties"].get("data", {})]
        for item in members(data, "attributes").values()
    )


def nullable(name: str, data: Json) -> set[str]:
    """The attributes that the client of a document takes None for."""
    if declares_null(name):
        return {key for key, item in members(data, "attributes").items() if item.get("nullable")}
    return members(data, "attributes").keys() - required(data, "attributes")


def names(keys: Iterable[Key]) -> set[str]:
    return {".".join(key) for key in keys}
