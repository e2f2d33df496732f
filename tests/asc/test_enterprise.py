"""The command line of another API than the rendered one: its commands are that API's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from asc.samples import command, word
from ascgen.model import LinkageSchema, RequestSchema
from ascgen.plan.names import snake
from simulator.test_other_documents import body, team
from support import enterprise as enterprise_support
from support.conversation import about
from support.enterprise import part

if TYPE_CHECKING:
    from ascgen.model import ApiModel, Operation

pytestmark = enterprise_support.GROUP


@pytest.fixture(scope="module")
def enterprise() -> tuple[ApiModel, Any]:
    return enterprise_support.api(), enterprise_support.package()


def words(api: ApiModel, operation: Operation) -> list[str]:
    """A call with what is required."""
    found = command(operation)
    if "{id}" in operation.path:
        found.append(f"{operation.path.split('/')[2]}-0")
    for item in (*operation.filters, *operation.parameters):
        if item.required:
            found += [f"--{word(snake(item.name))}", (item.values or ("x",))[0]]
    request, sent = api.schemas.get(operation.request or ""), body(api, operation)
    if isinstance(request, RequestSchema):
        found += ["--data", json.dumps(sent)]
    elif isinstance(request, LinkageSchema):
        found.append(f"{request.type}-1")
    return found if operation.method == "GET" else [*found, "--yes"]


def test_every_operation_of_it_is_a_command(
    enterprise: tuple[ApiModel, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    api, _ = enterprise
    simulator = team(part("simulator").Simulator, api)
    clock, beginning = simulator.clock, simulator.checkpoint()
    options = {
        "transport": part("simulator.transport").Transport(simulator),
        "now": clock.now,
        "clock": clock.now,
        "sleep": clock.sleep,
    }
    for operation in api.operations:
        simulator.restore(beginning)
        with about(operation):
            session = part("cli.session").Session(key=simulator.key, options=options, environ={})
            code = part("cli").main(words(api, operation), session)
            told = capsys.readouterr().err
            assert simulator.requests, told
            assert simulator.requests[-1].operation == operation.id, told
            assert code == 0 or simulator.requests[-1].status >= 400, told


def test_it_has_the_jobs_that_it_can_do(enterprise: tuple[ApiModel, Any]) -> None:
    assert not {"upload", "submit", "reviews"} & part("cli.listing").commands().keys()
    assert {"auth", "simulate", "users"} <= part("cli.listing").commands().keys()
