"""Apple's document as it is, for judging bodies by it with a validator that is not ours."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

import app_store_connect
from app_store_connect import Client
from support.specs import SPECS

_DEEPEST = 8
# Declared as text, of which Apple takes two words.
_KNOWN = {"purchaseRequirement": "IN_APP_PURCHASE"}


@cache
def raw() -> Any:
    """The document that the package was rendered from; skips the test where it is not there."""
    product = "enterprise-program" if Client.ENTERPRISE else "app-store-connect"
    name = f"{product}-{app_store_connect.API_VERSION}.json"
    for path in (SPECS / "apple" / name, SPECS / name):
        if path.is_file():
            return _as_json_schema(json.loads(path.read_bytes()))
    pytest.skip(f"there is no {name} in $ASCGEN_SPECS")


def _as_json_schema(value: Any) -> Any:
    """Say what are OpenAPI's own words, `nullable` and `discriminator`, as JSON Schema does."""
    if isinstance(value, list):
        return [_as_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _as_json_schema(item) for name, item in value.items()}
    if "discriminator" in value and "oneOf" in value:
        # A value says which of them it is; it is good by others too, one of which is listed twice.
        found["anyOf"] = found.pop("oneOf")
    if value.get("nullable") is True:
        del found["nullable"]
        return {"anyOf": [found, {"type": "null"}]}
    return found


@cache
def validator(pointer: str) -> Draft202012Validator:
    """What checks bodies by the schema at a pointer of the document."""
    resource = Resource.from_contents(raw(), default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:document", resource)
    return Draft202012Validator({"$ref": f"urn:document#{pointer}"}, registry=registry)


def operations() -> list[tuple[str, str, Any]]:
    """The method, path and description of every operation."""
    methods = ("get", "post", "patch", "delete")
    return [
        (method.upper(), path, item[method])
        for path, item in raw()["paths"].items()
        for method in methods
        if method in item
    ]


def pointer(method: str, path: str, *rest: str) -> str:
    words = ("paths", path, method.lower(), *rest)
    return "".join(f"/{word.replace('~', '~0').replace('/', '~1')}" for word in words)


def resolved(schema: Any) -> Any:
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rpartition("/")[2]
    return resolved(raw()["components"]["schemas"][name])


def flat(schema: Any) -> Any:
    """A schema with the members of its parts: all of them, and the first of those to choose."""
    schema = resolved(schema)
    parts = list(schema.get("allOf", ()))
    parts += [schema[name][0] for name in ("oneOf", "anyOf") if name in schema]
    if not parts:
        return schema
    whole = {k: v for k, v in schema.items() if k not in {"allOf", "oneOf", "anyOf"}}
    for part in map(flat, parts):
        members = dict(whole.get("properties", {}))
        for name, item in part.get("properties", {}).items():
            members[name] = {"allOf": [members[name], item]} if name in members else item
        wanted = dict.fromkeys([*whole.get("required", ()), *part.get("required", ())])
        whole = {**part, **whole}
        if members or wanted:
            whole |= {"type": "object", "properties": members, "required": list(wanted)}
    return whole


def sample(schema: Any, depth: int = 0) -> Any:
    """A value that the document allows: the first of an enumeration, one item of a list."""
    schema = flat(schema)
    if schema.get("enum"):
        return schema["enum"][0]
    match schema.get("type"):
        case "array":
            return [] if depth > _DEEPEST else [sample(schema["items"], depth + 1)]
        case "object":
            members = schema.get("properties", {})
            deep = depth > _DEEPEST
            wanted = schema.get("required", ()) if deep else members
            return {name: _KNOWN.get(name) or sample(members[name], depth + 1) for name in wanted}
        case "integer":
            return schema.get("minimum", 3)
        case "number":
            return 1.5
        case "boolean":
            return True
        case _:
            formats = {
                "date-time": "2025-01-02T03:04:05+00:00",
                "date": "2025-01-02",
                "email": "ann@example.com",
            }
            return formats.get(schema.get("format", ""), "text")
