"""What destroys is asked about, and what may not write does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_store_connect.cli.exit_codes import ExitCode
from asc.samples import command
from ascgen.model import Kind
from support.calls import all_operations
from support.conversation import about

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator
    from asc.command_line import CommandLine

DESTROYING = {
    Kind.DELETE_INSTANCE,
    Kind.DELETE_TO_MANY_RELATIONSHIP,
    Kind.REPLACE_TO_MANY_RELATIONSHIP,
}


def writes(simulator: Simulator) -> list[str]:
    return [item.operation for item in simulator.requests if item.method != "GET"]


def group(asc: CommandLine) -> str:
    found: str = asc.data("beta-groups", "list", "--limit-total", "1")[0]["id"]
    return found


def test_nobody_there_to_ask_is_a_no(asc: CommandLine) -> None:
    outcome = asc.run("beta-groups", "delete", group(asc))
    assert outcome.code == ExitCode.NOT_DONE
    assert "--yes" in outcome.err
    assert writes(asc.simulator) == []


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 11), ("", 130)])
def test_somebody_there_is_asked(asc: CommandLine, answer: str, code: int) -> None:
    identifier = group(asc)
    outcome = asc.run("beta-groups", "delete", identifier, given=answer, terminal=True)
    assert outcome.code == code
    assert f"beta-groups delete {identifier}: go ahead?" in outcome.err
    assert len(writes(asc.simulator)) == (code == 0)


def test_everything_that_destroys_is_asked_about(asc: CommandLine) -> None:
    for operation in all_operations():
        if operation.kind not in DESTROYING:
            continue
        with about(operation):
            linked = [] if operation.kind is Kind.DELETE_INSTANCE else ["one"]
            outcome = asc.run(*command(operation), "an-id", *linked)
            assert outcome.code == ExitCode.NOT_DONE
    assert len(asc.simulator.requests) == 0


def test_read_only_refuses_every_write_before_anything_is_sent(asc: CommandLine) -> None:
    asc.environ["ASC_READ_ONLY"] = "1"
    for operation in all_operations():
        if operation.method == "GET":
            continue
        words = [*command(operation), *(["an-id"] if "{id}" in operation.path else [])]
        more = ["--data", '{"data": {}}']
        if operation.kind not in {Kind.CREATE_INSTANCE, Kind.UPDATE_INSTANCE}:
            more = [] if operation.kind is Kind.DELETE_INSTANCE else ["one"]
        with about(operation):
            outcome = asc.run(*words, *more, "--yes")
            assert outcome.code == ExitCode.NOT_DONE, outcome.err
            assert "ASC_READ_ONLY" in outcome.err
    assert len(asc.simulator.requests) == 0


def test_read_only_holds_for_what_reaches_the_client_by_another_way(asc: CommandLine) -> None:
    asc.environ["ASC_READ_ONLY"] = "1"
    client = asc.session().client
    with pytest.raises(Exception, match="ASC_READ_ONLY"):
        client.request("DELETE", "/v1/betaGroups/1")
    with pytest.raises(Exception, match="ASC_READ_ONLY"):
        client.beta_groups.delete("1")
    assert len(asc.simulator.requests) == 0


def test_read_only_reads(asc: CommandLine) -> None:
    asc.environ["ASC_READ_ONLY"] = "true"
    assert asc.run("apps", "list").code == 0
    asc.environ["ASC_READ_ONLY"] = "0"
    assert asc.run("beta-groups", "delete", group(asc), "--yes").code == 0
