"""Every method of the client, of both flavours, gets an answer that it can read; so does HTTP."""

from __future__ import annotations

import asyncio
import http.client
import json
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from app_store_connect import AsyncPager, Pager
from ascgen.model import Kind, LinkageSchema, MetricSchema, RequestSchema, ResponseSchema
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name
from support.calls import all_operations
from support.conversation import about
from support.samples import given
from support.team import Team, body, owner, query, team
from support.whole_api import answer_schemas, operations, rendered_api

if TYPE_CHECKING:
    from collections.abc import Generator

    from app_store_connect.simulator import Checkpoint
    from ascgen.model import Operation

NAMESPACES = sorted(operations())
JSON = "application/json"


class Users:
    """A team, a client of either flavour, and a loop for the one that awaits."""

    def __init__(self) -> None:
        self.team: Team = team()
        simulator = self.team.simulator
        self.clients: dict[str, Any] = {
            "sync": simulator.client(),
            "async": simulator.async_client(),
        }
        self.runner = asyncio.Runner()
        self.beginning: Checkpoint = simulator.checkpoint()

    def call(self, operation: Operation, flavour: str) -> Any:
        """What the method of an operation comes to, the first page of what has several."""
        self.team.simulator.restore(self.beginning)
        name = python_name(operation)
        method = getattr(getattr(self.clients[flavour], name.namespace), name.method)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found = method(*self.positional(operation), **self.keywords(operation))
        if flavour == "async":
            return self.runner.run(_settled(found))
        return next(iter(found.pages())).items if isinstance(found, Pager) else found

    def positional(self, operation: Operation) -> list[Any]:
        request = rendered_api().schemas.get(operation.request or "")
        found: list[Any] = []
        if "{id}" in operation.path:
            found.append(self.team.first(owner(operation)).id)
        if isinstance(request, LinkageSchema):
            identifier = self.team.entities[request.type][-1].id
            found.append([identifier] if request.many else identifier)
        return found

    def keywords(self, operation: Operation) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in query(operation).items():
            found[snake(name.removeprefix("filter[").removesuffix("]"))] = value
        request = rendered_api().schemas.get(operation.request or "")
        if isinstance(request, RequestSchema):
            found |= {snake(x.name): given(x.type) for x in request.attributes}
            for item in request.relationships:
                if item.type in self.team.entities:
                    identifier = self.team.first(item.type).id
                    found[snake(item.name)] = [identifier] if item.many else identifier
        return found


async def _settled(found: Any) -> Any:
    if isinstance(found, AsyncPager):
        return (await anext(found.pages())).items
    return await found


@pytest.fixture(scope="module")
def users() -> Generator[Users]:
    made = Users()
    yield made
    made.runner.close()


@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_method_is_answered_with_what_it_returns(
    users: Users, namespace: str, flavour: str
) -> None:
    for operation in operations()[namespace].values():
        with about(operation):
            found = users.call(operation, flavour)
            match answer_schemas(operation).get(JSON):
                case ResponseSchema(many=True) | MetricSchema():
                    if not query(operation):
                        assert found
                case ResponseSchema():
                    assert found is not None
                    assert found.id
                case LinkageSchema(many=True):
                    assert all(found)
                case None:
                    media = {x.media_type for x in operation.answers} - {""}
                    assert not media or found


@pytest.fixture(scope="module")
def served(users: Users) -> Generator[str]:
    pytest.importorskip("uvicorn")
    with users.team.simulator.serve(speed=0) as url:
        yield url


def test_every_operation_is_answered_over_http_as_in_process(users: Users, served: str) -> None:
    simulator = users.team.simulator
    connection = http.client.HTTPConnection(urlsplit(served).netloc)
    headers = {"Authorization": f"Bearer {simulator.token()}", "Content-Type": JSON}
    for operation in all_operations():
        with about(operation):
            simulator.restore(users.beginning)
            path = operation.path
            if "{id}" in path:
                identifier = quote(users.team.first(owner(operation)).id, safe="")
                path = path.replace("{id}", identifier)
            sent = body(users.team, operation, whole=True)
            words = f"?{urlencode(query(operation))}" if query(operation) else ""
            content = None if sent is None else json.dumps(sent)
            connection.request(operation.method, path + words, content, headers)
            answer = connection.getresponse()
            over_http = answer.read()
            asked = simulator.requests[-1]
            assert asked.operation == operation.id
            assert answer.status in {x.status for x in operation.answers}
            if operation.kind in {Kind.GET_COLLECTION, Kind.GET_INSTANCE}:
                client = users.clients["sync"]
                accept = next(iter(answer_schemas(operation)), JSON)
                inside = client.request("GET", path, query=query(operation), accept=accept)
                there = over_http.replace(served.encode(), rendered_api().server.encode())
                assert there == inside.content
    connection.close()
