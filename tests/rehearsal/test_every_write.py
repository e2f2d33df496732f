"""Every write that the API has can be rehearsed: nothing but reads reaches the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from app_store_connect.simulator.registry import Book
from ascgen.model import Kind
from support.conversation import about
from support.team import Team, body, owner, team
from support.whole_api import operations, rendered_api

if TYPE_CHECKING:
    from app_store_connect import Client
    from ascgen.model import Operation

NAMESPACES = sorted(operations())


@pytest.fixture(scope="module")
def whole() -> tuple[Team, Client]:
    found = team(quirks=False)
    return found, found.simulator.client()


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_nothing_is_written_and_all_is_planned(
    whole: tuple[Team, Client], namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No rules, as the server here: they would refuse these values one after the other.
    monkeypatch.setattr("app_store_connect.simulator.world.book", lambda: Book(()))
    everything, asc = whole
    simulator = everything.simulator
    simulator.requests.clear()
    for operation in operations()[namespace].values():
        if operation.method == "GET":
            continue
        with about(operation), asc.rehearsal() as trial:
            sent = body(everything, operation, whole=True) if operation.request else None
            path = operation.path
            if "{id}" in path:
                path = path.replace("{id}", quote(everything.first(owner(operation)).id, safe=""))
            answer = trial.client.request(
                operation.method, path, **({} if sent is None else {"json": sent})
            )
            assert answer.status in {x.status for x in operation.answers}
            expected = [operation.id] if changes_something(everything, operation, sent) else []
            assert [x.operation for x in trial.plan] == expected
            for change in trial.plan:
                assert change.method == operation.method
                assert change.path == path
                assert str(change)
    assert {x.method for x in simulator.requests} <= {"GET"}


def changes_something(everything: Team, operation: Operation, sent: Any) -> bool:
    """Whether a body says anything but what is known to be so already."""
    world, name = everything.simulator.world, operation.path.rpartition("/")[2]
    if operation.kind is Kind.UPDATE_INSTANCE and is_read(operation.path):
        entity = everything.first(owner(operation))
        data = sent["data"]
        return any(entity[x] != value for x, value in data["attributes"].items()) or any(
            [x.id for x in world.many(entity, x)] != ids_of(value["data"])
            for x, value in data["relationships"].items()
        )
    if "/relationships/" not in operation.path or not (
        is_read(operation.path) or is_read(operation.path.replace("/relationships/", "/"))
    ):
        return True
    if operation.kind is Kind.CREATE_TO_MANY_RELATIONSHIP:
        # What is added is not looked for.
        return True
    linked = [x.id for x in world.many(everything.first(owner(operation)), name)]
    named = ids_of(sent["data"])
    if operation.kind is Kind.DELETE_TO_MANY_RELATIONSHIP:
        return not set(named).isdisjoint(linked)
    return named != linked


def is_read(path: str) -> bool:
    return any((x.method, x.path) == ("GET", path) for x in rendered_api().operations)


def ids_of(data: Any) -> list[str]:
    return [x["id"] for x in (data if isinstance(data, list) else [data])]
