"""A client that was rendered long ago goes on working when the API has grown."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.model import (
    Array,
    EnumSchema,
    InlineEnum,
    MetricSchema,
    Ref,
    ResourceSchema,
    ResponseSchema,
)
from ascgen.plan.names import snake
from support import specs
from support.answers import sent
from support.conversation import about
from support.older_client import OlderClient, older_client
from support.whole_api import rendered_api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel, Field, Operation, Type
    from support.answers import Sent

NAMES = (specs.UNMENDED, specs.EARLIER)
# Both are rendered once, in one worker.
pytestmark = pytest.mark.xdist_group("older-clients")


@pytest.fixture(scope="module", params=NAMES)
def older(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OlderClient]:
    api = specs.facts(request.param)
    if api.version == rendered_api().version:
        pytest.skip(f"{api.version} is what is rendered: there is nothing newer to read")
    with pytest.MonkeyPatch.context() as patched:
        # Leave black out, which takes most of the time: this is about what is rendered.
        patched.setattr("ascgen.render.layout.format_python", lambda text, _path="": text)
        found = older_client(api, tmp_path_factory.mktemp("older"))
    with found.client:
        yield found


def pairs(older: OlderClient) -> list[tuple[Operation, Operation]]:
    """The operations that both versions have."""
    newest = {(item.method, item.path): item for item in rendered_api().operations}
    keys = ((item.method, item.path) for item in older.api.operations)
    return [
        (item, newest[key])
        for item, key in zip(older.api.operations, keys, strict=True)
        if key in newest
    ]


def walk(
    older: OlderClient, come: dict[tuple[str, str], str]
) -> Iterator[tuple[Operation, Sent, Any, Any]]:
    for operation, now in pairs(older):
        answer = with_values(sent(now, identifier="an-id"), come)
        with about(operation):
            yield operation, answer, *older.call(operation, answer)


def test_every_attribute_an_older_client_knows_is_read_and_the_rest_is_kept(
    older: OlderClient,
) -> None:
    seen = {"resources": 0, "unknown types": 0, "unknown attributes": 0, "unknown values": 0}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_all(older, seen)
    assert all(count for name, count in seen.items() if name != "unknown values"), seen
    # What is of another type now cannot be read; it is said, and the answer's JSON has it.
    assert {str(item.message) for item in caught} == {
        f"{name}: the API's value of {', '.join(members)} could not be read"
        for name, members in changed_rows(older).items()
    }


def test_values_that_came_later_are_read_and_kept(older: OlderClient) -> None:
    come = later_values(older)
    assert come
    seen = {"resources": 0, "unknown types": 0, "unknown attributes": 0, "unknown values": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_all(older, seen, come)
    assert seen["unknown values"] >= len(come)


def later_values(older: OlderClient) -> dict[tuple[str, str], str]:
    """A value that an attribute had not, by the type and name of those that gained any."""
    now = rendered_api()
    found: dict[tuple[str, str], str] = {}
    for schema in older.api.resources():
        newer = now.schemas.get(schema.name)
        if not isinstance(newer, ResourceSchema):
            continue
        values = {item.name: _values(now, item.type) for item in newer.attributes}
        for item in schema.attributes:
            before, after = _values(older.api, item.type), values.get(item.name)
            if before and after and set(after) - set(before):
                value = next(text for text in after if text not in before)
                found[schema.type, item.name] = value
    return found


def _values(api: ApiModel, kind: Type) -> tuple[str, ...] | None:
    schema = api.schemas[kind.schema] if isinstance(kind, Ref) else kind
    return schema.values if isinstance(schema, InlineEnum | EnumSchema) else None


def with_values(answer: Sent, come: dict[tuple[str, str], str]) -> Sent:
    """The same answer, with other values in its resources."""
    if not come or not isinstance(answer.document, dict):
        return answer
    document = deepcopy(answer.document)
    data = document.get("data")
    for one in (*(data if isinstance(data, list) else [data]), *document.get("included", ())):
        for name in one.get("attributes", {}) if isinstance(one, dict) else ():
            if (value := come.get((one["type"], name))) is not None:
                one["attributes"][name] = value
    return replace(answer, document=document, content=json.dumps(document).encode())


def changed_rows(older: OlderClient) -> dict[str, list[str]]:
    """The members of metrics that are of another type now, by the class of their rows."""
    found: dict[str, list[str]] = {}
    now = rendered_api().schemas
    for schema in older.api.schemas.values():
        newer = now.get(schema.name)
        if isinstance(schema, MetricSchema) and isinstance(newer, MetricSchema):
            types = {item.name: type(item.type) for item in newer.row.fields}
            changed = [
                item.name
                for item in schema.row.fields
                if item.name in types and types[item.name] is not type(item.type)
            ]
            if changed:
                found[older.classes[schema.name]] = changed
    return found


def check_all(
    older: OlderClient,
    seen: dict[str, int],
    come: dict[tuple[str, str], str] | None = None,
) -> None:
    for operation, answer, value, document in walk(older, come or {}):
        if not isinstance(answer.document, dict) or document is None:
            continue
        declared = declared_types(older, operation)
        data = answer.document.get("data")
        if isinstance(data, dict | list) and isinstance(value, older.package.Resource | list):
            values = value if isinstance(value, list) else [value]
            wires = data if isinstance(data, list) else [data]
            for one, wire in zip(values, wires, strict=True):
                if isinstance(one, older.package.Resource):
                    check(older, one, wire, declared, seen)
        for one, wire in zip(document.included, answer.document.get("included", ()), strict=True):
            check(older, one, wire, declared, seen)


def declared_types(older: OlderClient, operation: Operation) -> set[str]:
    """The types that an answer was declared to hold, in the older version."""
    found: set[str] = set()
    for answer in operation.answers:
        schema = older.api.schemas.get(answer.schema or "")
        if isinstance(schema, ResponseSchema):
            found |= {older.api.resource(n).type for n in (schema.resource, *schema.included)}
        elif isinstance(schema, MetricSchema):
            found |= {older.api.resource(name).type for name in schema.included}
    return found


def check(
    older: OlderClient, value: Any, wire: Any, declared: set[str], seen: dict[str, int]
) -> None:
    seen["resources"] += 1
    assert (value.resource_type, value.id) == (wire["type"], wire["id"])
    assert value.attributes == wire["attributes"]
    assert value.relationships.keys() == wire["relationships"].keys()
    if type(value) is older.package.Resource:
        seen["unknown types"] += 1
        assert wire["type"] not in declared
        assert value.extra == wire["attributes"]
        return
    [schema] = older.resources[type(value).__name__]
    known = {item.name for item in schema.attributes}
    for item in schema.attributes:
        found = getattr(value, snake(item.name))
        if item.name in wire["attributes"]:
            check_value(older, found, item, wire["attributes"][item.name], seen)
        else:
            assert found is None
    for name in wire["attributes"].keys() - known:
        seen["unknown attributes"] += 1
        assert value.extra[name] == wire["attributes"][name]


def check_value(
    older: OlderClient, found: Any, item: Field, wire: Any, seen: dict[str, int]
) -> None:
    values = enum_values(older, item.type)
    if values is None:
        assert found is not None
        return
    assert isinstance(found, list) == isinstance(wire, list)
    for one, text in zip(*(x if isinstance(x, list) else [x] for x in (found, wire)), strict=True):
        assert isinstance(one, older.package.OpenEnum)
        assert one == text
        assert one.is_known == (text in values)
        seen["unknown values"] += text not in values


def enum_values(older: OlderClient, kind: Type) -> tuple[str, ...] | None:
    """The values an attribute had, if it is an enumeration or a list of them."""
    if isinstance(kind, Array):
        return enum_values(older, kind.items)
    schema = older.api.schemas[kind.schema] if isinstance(kind, Ref) else kind
    return schema.values if isinstance(schema, InlineEnum | EnumSchema) else None
