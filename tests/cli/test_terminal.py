"""What commands look like on a terminal, with NO_COLOR, and where their output goes elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support import mini
from support.mini import operation
from support.terminal import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
BUILD = mini.resource("Build", "builds", {"version": mini.TEXT})
SPEC = mini.spec({"GET /v1/builds/{id}": operation("builds_getInstance", "BuildResponse")}, BUILD)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC))
    return path


def commands(spec: Path) -> list[list[object]]:
    return [
        ["info", "--spec", spec],
        ["search", "build", "--spec", spec],
        ["overlay", "--spec", spec],
        ["diff", spec, spec],
    ]


def test_a_terminal_has_colours_unless_they_are_unwanted_and_a_pipe_has_none(spec: Path) -> None:
    for command in commands(spec):
        shown = on_terminal(*command)
        assert COLOURS.search(shown), command
        plain = on_terminal(*command, NO_COLOR="1")
        assert "\x1b" not in plain, command
        assert plain.split() == COLOURS.sub("", shown).split(), command
        piped = subprocess.run(  # noqa: S603 - the program under test
            [sys.executable, "-m", "ascgen", *map(str, command)],
            capture_output=True, text=True, check=True, env={**os.environ, "NO_COLOR": ""},
        ).stdout  # fmt: skip
        assert "\x1b" not in piped, command


def test_an_error_stands_out_on_a_terminal() -> None:
    shown = on_terminal("resource", "bilds", "--spec", "snapshot", streams="stderr")
    assert shown.startswith("\x1b[31m\x1b[1mascgen:\x1b[0m there is no resource")
    plain = on_terminal("resource", "bilds", "--spec", "snapshot", streams="stderr", NO_COLOR="1")
    assert plain.startswith("ascgen: there is no resource")


def test_rendering_shows_how_far_it_is(tmp_path: Path) -> None:
    # What cannot be rendered ends early, and so costs no time here.
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(mini.spec({"GET /v1/bu\nilds": operation("builds_getCollection")})))
    shown = on_terminal("generate", "--spec", path, "-o", tmp_path / "out", streams="stderr")
    assert "analysing" in shown
    assert "%" in shown


def test_a_graph_can_be_read_on_a_terminal() -> None:
    shown = on_terminal("graph", "betaGroups", "--spec", "snapshot")
    assert shown.startswith("flowchart LR")
    assert on_terminal("graph", "betaGroups", "--spec", "snapshot", "--format", "svg").startswith(
        "<svg "
    )
