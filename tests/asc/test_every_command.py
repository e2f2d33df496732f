"""Every operation is a command, and every argument of it an option that reaches the wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

import httpx
import pytest

from asc.command_line import CommandLine
from asc.samples import command, whole, word
from ascgen.model import RequestSchema
from ascgen.plan.names import snake
from support import answers
from support.calls import IDENTIFIER
from support.conversation import about
from support.team import Team, body, owner, query, team
from support.whole_api import operations, rendered_api

if TYPE_CHECKING:
    from app_store_connect.simulator import Checkpoint
    from ascgen.model import Operation

NAMESPACES = sorted(operations())


class Wire(httpx.BaseTransport):
    """Keeps what was sent, and gives the answer that was set."""

    def __init__(self) -> None:
        self.sent: list[httpx.Request] = []
        self.answer = httpx.Response(204)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        return self.answer


@pytest.fixture(scope="module")
def account() -> tuple[Team, Checkpoint]:
    made = team()
    return made, made.simulator.checkpoint()


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_option_reaches_the_wire(account: tuple[Team, Checkpoint], namespace: str) -> None:
    wire = Wire()
    asc = CommandLine(account[0].simulator, transport=wire)
    for operation in operations()[namespace].values():
        typed = whole(operation)
        wire.sent.clear()
        wire.answer = answers.sent(operation).response()
        with about(operation):
            outcome = asc.run(*typed.words)
            assert outcome.code == 0, outcome.err
            (request,) = wire.sent
            path, _, text = request.url.raw_path.decode().partition("?")
            assert request.method == operation.method
            assert path == operation.path.replace("{id}", quote(IDENTIFIER, safe=""))
            assert dict(parse_qsl(text, keep_blank_values=True)) == typed.query
            sent = json.loads(request.content) if request.content else None
            assert sent == typed.body


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_command_is_answered(account: tuple[Team, Checkpoint], namespace: str) -> None:
    there, beginning = account
    asc = CommandLine(there.simulator)
    for operation in operations()[namespace].values():
        there.simulator.restore(beginning)
        with about(operation):
            outcome = asc.run(*words(there, operation))
            assert outcome.code == 0, outcome.err
            assert there.simulator.requests[-1].operation == operation.id
            if any(answer.media_type == "application/json" for answer in operation.answers):
                assert outcome.data is not None
            elif operation.method != "GET":
                assert outcome.out == ""


def words(there: Team, operation: Operation) -> list[str]:
    """What is typed for a call with what is required, its body as a document."""
    found = command(operation)
    if "{id}" in operation.path:
        found.append(there.first(owner(operation)).id)
    for name, value in query(operation).items():
        found += option(name, value)
    sent = body(there, operation, whole=True)
    if isinstance(rendered_api().schemas.get(operation.request or ""), RequestSchema):
        found += ["--data", json.dumps(sent)]
    elif sent is not None:
        data = sent["data"]
        found.append((data[0] if isinstance(data, list) else data)["id"])
    return found if operation.method == "GET" else [*found, "--yes"]


def option(wire: str, value: str) -> list[str]:
    """The option of a parameter by its wire name."""
    family, bracket, name = wire.removesuffix("]").partition("[")
    if family == "exists":
        return [f"--exists-{word(snake(name))}"]
    return [f"--{word(snake(name if bracket else family))}", value]
