"""The action for GitHub: its shell lines are run as they are, against the simulator."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from app_store_connect.simulator import Simulator
from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Generator

ACTION = Path(__file__).parents[2] / ".github" / "actions" / "asc" / "action.yml"
SHELL = shutil.which("bash")
PATIENCE = 120

pytestmark = pytest.mark.skipif(SHELL is None, reason="the action is for bash")


def action() -> dict[str, Any]:
    found = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def served() -> Generator[tuple[Simulator, str]]:
    pytest.importorskip("uvicorn")
    simulator = Simulator("demo")
    with simulator.serve(speed=0) as url:
        yield simulator, url


class Runner:
    """A machine of GitHub's, with `asc` where the action installs it."""

    def __init__(self, home: Path, simulator: Simulator, url: str) -> None:
        self.home = home
        self.output = home / "output"
        self.output.touch()
        program = home / "asc" / "bin" / "asc"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app_store_connect.cli "$@"\n')
        program.chmod(0o755)
        self.inputs = {
            "key-id": simulator.key_id,
            "issuer-id": simulator.issuer_id,
            "private-key": simulator.key_path.read_text(),
            "base-url": url,
        }

    def run(self, **given: str) -> subprocess.CompletedProcess[str]:
        (step,) = [item for item in action()["runs"]["steps"] if item.get("id") == "run"]
        known = {name: item.get("default", "") for name, item in action()["inputs"].items()}
        values = {**known, **self.inputs, **{n.replace("_", "-"): x for n, x in given.items()}}
        environment = {
            name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: values[m[1]], text)
            for name, text in step["env"].items()
        }
        return subprocess.run(  # noqa: S603 - our own action, as GitHub runs it
            [str(SHELL), "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.home,
            env={
                **os.environ,
                **environment,
                "PYTHONPATH": str(PACKAGE.parent),
                "RUNNER_TEMP": str(self.home),
                "GITHUB_OUTPUT": str(self.output),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    @property
    def told(self) -> str:
        """The output of the step, as GitHub reads it."""
        found = re.fullmatch(r"output<<(\S+)\n(.*)\n\1\n", self.output.read_text(), re.DOTALL)
        assert found
        return found[2]


@pytest.fixture
def runner(tmp_path: Path, served: tuple[Simulator, str]) -> Runner:
    return Runner(tmp_path, *served)


def test_no_input_is_a_part_of_a_script() -> None:
    for step in action()["runs"]["steps"]:
        assert "${{" not in step["run"]


def test_commands_are_run_one_after_the_other(runner: Runner) -> None:
    done = runner.run(command="apps list --columns name --ndjson\n\nusers list --columns id --csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == runner.told.rstrip("\n") + "\n"
    assert json.loads(runner.told.splitlines()[0])["name"] in {"Trails", "Harbor", "Kettle"}


def test_a_command_that_fails_ends_it_with_its_code(runner: Runner) -> None:
    done = runner.run(command="apps get x\napps list")
    assert done.returncode == 5
    assert done.stdout == ""
    assert runner.told == ""


def test_words_are_quoted_and_nothing_is_expanded(runner: Runner) -> None:
    name = 'Ann\'s "best" $(touch hacked) `touch hacked` ; touch hacked'
    quoted = "'" + name.replace("'", "'\"'\"'") + "'"
    line = f"beta-groups create --name {quoted} --app 6100000001 --columns name"
    done = runner.run(command=line)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["name"] == name
    assert not (runner.home / "hacked").exists()


def test_a_plan_is_shown_and_nothing_is_sent(runner: Runner, served: tuple[Simulator, str]) -> None:
    before = [item for item in served[0].requests if item.method != "GET"]
    done = runner.run(command="prices set 4.99 --app com.example.trails --table", plan="true")
    assert done.returncode == 0, done.stderr
    assert "1 change" in runner.told
    assert [item for item in served[0].requests if item.method != "GET"] == before


def test_read_only_refuses_what_writes(runner: Runner) -> None:
    command = "beta-groups create --name QA --app 6100000001"
    done = runner.run(command=command, read_only="true")
    assert done.returncode == 11
    assert runner.run(command=command, read_only="false").returncode == 0
