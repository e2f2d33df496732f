"""What the inspection commands print with `--brief`: small, and true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from ascgen.cli import app
from ascgen.explore.brief import RESOURCE_ROOM, ROOM, brief
from ascgen.explore.explorer import Explorer
from ascgen.explore.tokens import compact, count_tokens
from ascgen.snapshot import load_snapshot
from support.whole_api import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return Explorer(load_snapshot(snapshot_path()))


def run(*arguments: str) -> tuple[int, Any, str]:
    """The exit code, the JSON and the message of a command."""
    from ascgen.errors import AscgenError

    result = CliRunner().invoke(app, [*arguments, "--spec", "snapshot"])
    code = result.exit_code
    if isinstance(result.exception, AscgenError):
        code = result.exception.exit_code
    return code, json.loads(result.stdout or "null"), str(result.exception or "")


def told(members: Any) -> set[str]:
    """The names in what is a mapping in full and a list in short."""
    return {str(name).removesuffix(" (required)") for name in members or ()}


def required(data: dict[str, Any]) -> Iterator[str]:
    yield from (item["python"] for item in data["parameters"] if item["required"])
    body = data["body"] or {"attributes": (), "relationships": ()}
    for item in (*body["attributes"], *body["relationships"]):
        if item["required"]:
            yield item["python"]


def test_every_operation_takes_at_most_300_tokens_and_loses_nothing_required(
    explorer: Explorer,
) -> None:
    assert ROOM == 300
    for operation in explorer.api.operations:
        data = explorer.operation(operation.id)
        short = brief(data)
        assert count_tokens(compact(short)) <= ROOM, operation.id
        assert short["id"] == operation.id
        assert short["request"] == f"{operation.method} {operation.path}"
        body = short.get("body")
        names = told(short.get("query")) | told(None if isinstance(body, str) else body)
        assert names >= set(required(data)), operation.id
        if "…" in compact(short):
            assert short["more"] == f"ascgen operation {operation.id} --json"


def test_every_resource_and_schema_has_its_room(explorer: Explorer) -> None:
    for name in explorer.lookup.resources:
        assert count_tokens(compact(brief(explorer.resource(name)))) <= RESOURCE_ROOM, name
    for name in explorer.api.schemas:
        assert count_tokens(compact(brief(explorer.schema(name)))) <= ROOM, name


def test_what_is_cut_is_counted(explorer: Explorer) -> None:
    data = explorer.operation("apps_getInstance")
    fields = [item["id"] for item in data["parameters"] if item["id"].startswith("fields[")]
    assert brief(data)["fields"] == [f"…+{len(fields)}"]


def test_a_deprecated_operation_names_its_successor(explorer: Explorer) -> None:
    short = brief(explorer.operation("gameCenterAchievements_createInstance"))
    assert short["deprecated"] == "use gameCenterAchievementsV2_createInstance"


@pytest.mark.parametrize(
    "command",
    [
        "info",
        "resources beta",
        "operations betaGroups",
        "resource apps",
        "operation GET /v1/apps",
        "schema Platform",
        "where READY_FOR_REVIEW",
        "search submit app for review",
    ],
)
def test_each_command_has_a_brief_form_of_the_same_things(command: str) -> None:
    code, short, _ = run(*command.split(), "--json", "--brief")
    _, whole, _ = run(*command.split(), "--json")
    assert code == 0
    assert count_tokens(compact(short)) < count_tokens(compact(whole))

    def ids(data: Any) -> list[str]:
        items = data if isinstance(data, list) else data.get("results", [data])
        return [item["id"] for item in items]

    assert ids(short) == ids(whole)


def test_a_wish_in_vain_is_told_in_brief() -> None:
    code, short, _ = run("search", "create an app", "--brief")
    assert code == 0
    assert short["not_offered"]["id"] == "create-app"


@pytest.mark.parametrize("form", [(), ("--json",), ("--json", "--brief")], ids=" ".join)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("search submit app", 0),
        ("search create an app", 0),
        ("search xyzzyplugh", 2),
        ("search app --kind thing", 2),
        ("where xyzzyplugh", 2),
        ("resources xyzzyplugh", 2),
        ("operations xyzzyplugh", 2),
        ("resource xyzzyplugh", 2),
        ("operation xyzzyplugh", 2),
        ("schema xyzzyplugh", 2),
    ],
)
def test_every_form_of_a_command_exits_alike(
    form: tuple[str, ...], words: str, expected: int
) -> None:
    result = CliRunner().invoke(app, [*words.split(), *form, "--spec", "snapshot"])
    code = getattr(result.exception, "exit_code", result.exit_code)
    assert code == expected
