"""The simulator of another API than the rendered one: whatever was rendered, it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from ascgen.model import Kind, LinkageSchema, RequestSchema
from support import enterprise as enterprise_support
from support.samples import EMAIL, MOMENT_TEXT

if TYPE_CHECKING:
    from ascgen.model import ApiModel, Operation


pytestmark = enterprise_support.GROUP


@pytest.fixture(scope="module")
def enterprise() -> Any:
    return enterprise_support.api(), enterprise_support.part("simulator").Simulator


def team(simulated: Any, api: ApiModel) -> Any:
    """Two of each type, linked by everything they have."""
    simulator = simulated(requests_per_hour=None)
    world = simulator.world
    for kind in dict.fromkeys(x.type for x in api.resources()):
        for number in range(2):
            world.create(kind, {}, id=f"{kind}-{number}")
    for kind in world.state.types():
        for name, edge in world.edges.of(kind).items():
            world.link(world.all(kind)[0], name, *world.all(edge.type)[: 2 if edge.many else 1])
    return simulator


def asked(client: Any, api: ApiModel, operation: Operation) -> Any:
    path = operation.path.replace("{id}", quote(f"{operation.path.split('/')[2]}-0"))
    query = {f"filter[{x.name}]": (x.values or ("x",))[0] for x in operation.filters if x.required}
    query |= {x.name: (x.values or ("x",))[0] for x in operation.parameters if x.required}
    sent = body(api, operation)
    more = {} if sent is None else {"json": sent}
    return client.request(operation.method, path, query=query, **more)


def body(api: ApiModel, operation: Operation) -> Any:
    request = api.schemas.get(operation.request or "")
    if isinstance(request, LinkageSchema):
        data = {"type": request.type, "id": f"{request.type}-1"}
        return {"data": [data] if request.many else data}
    if not isinstance(request, RequestSchema):
        return None
    found: dict[str, Any] = {"type": request.type}
    if request.purpose == "update":
        found["id"] = f"{operation.path.split('/')[2]}-0"
    found["attributes"] = {x.name: value(api, x.type) for x in request.attributes if x.required}
    found["relationships"] = {
        x.name: {"data": [link] if x.many else link}
        for x in request.relationships
        if x.required
        for link in [{"type": x.type, "id": f"{x.type}-0"}]
    }
    return {"data": found}


def value(api: ApiModel, kind: Any) -> Any:
    if hasattr(kind, "schema"):
        return value(api, api.schemas[kind.schema])
    if hasattr(kind, "values") and isinstance(kind.values, tuple):
        return kind.values[0]
    if hasattr(kind, "items"):
        return [value(api, kind.items)]
    if hasattr(kind, "fields"):
        return {x.name: value(api, x.type) for x in kind.fields if x.required}
    if getattr(kind, "format", "") == "date-time":
        return MOMENT_TEXT
    if getattr(kind, "format", "") == "email":
        return EMAIL
    return {"integer": 1, "number": 1.5, "boolean": True}.get(getattr(kind, "name", ""), "text")


def test_every_operation_of_the_enterprise_program_is_answered(enterprise: Any) -> None:
    api, simulated = enterprise
    simulator = team(simulated, api)
    client = simulator.client()
    beginning = simulator.checkpoint()
    for operation in api.operations:
        simulator.restore(beginning)
        answer = asked(client, api, operation)
        assert answer.status in {x.status for x in operation.answers}, operation.id
        if operation.kind in {Kind.GET_COLLECTION, Kind.GET_TO_MANY_RELATED}:
            assert answer.json()["data"], operation.id
    assert client.SERVER in simulator.client().request("GET", "/v1/users").url


def test_keys_of_the_enterprise_program_are_its_own(enterprise: Any) -> None:
    _, simulated = enterprise
    simulator = simulated()
    assert simulator.key.enterprise
    assert simulator.client().users.list().all() == []
