"""`ascgen diff` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support import mini
from support.mini import operation

if TYPE_CHECKING:
    from pathlib import Path

GET = {"GET /v1/builds/{id}": operation("builds_getInstance", "BuildResponse")}
DELETE = {"DELETE /v1/builds/{id}": operation("builds_deleteInstance", status=204)}
BUILD = mini.resource("Build", "builds", {"version": mini.TEXT})


def ascgen_diff(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", "diff", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip


@pytest.fixture
def less(tmp_path: Path) -> Path:
    path = tmp_path / "less.json"
    path.write_text(json.dumps(mini.spec(GET, BUILD, version="2.0")))
    return path


@pytest.fixture
def more(tmp_path: Path) -> Path:
    path = tmp_path / "more.json"
    path.write_text(json.dumps(mini.spec(GET | DELETE, BUILD, version="1.0")))
    return path


def test_breaking_changes_set_the_exit_code_when_asked(less: Path, more: Path) -> None:
    assert ascgen_diff(more, less).returncode == 0
    assert ascgen_diff(more, less, "--breaking").returncode == 1
    assert ascgen_diff(less, more, "--breaking").returncode == 0


def test_piped_it_is_plain_and_fits(less: Path, more: Path) -> None:
    done = ascgen_diff(more, less)
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "App Store Connect API 1.0 → 2.0" in done.stdout
    assert "asc.builds" in done.stdout


def test_formats(less: Path, more: Path) -> None:
    assert ascgen_diff(more, less, "--format", "markdown").stdout.startswith(
        "# App Store Connect API 1.0 → 2.0\n"
    )
    facts = json.loads(ascgen_diff(more, less, "--format", "json").stdout)
    assert [change["id"] for change in facts["changes"]] == ["builds_deleteInstance"]
    assert json.loads(ascgen_diff(more, less, "--json").stdout) == facts


def test_the_snapshot() -> None:
    done = ascgen_diff("snapshot", "snapshot", "--json", "--breaking")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["changes"] == []


def test_what_there_is_not(less: Path, tmp_path: Path) -> None:
    done = ascgen_diff(less, "0.0.1", "--cache-dir", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    message, hint = done.stderr.splitlines()
    assert message == "ascgen: '0.0.1' is neither a file nor a cached version"
    assert "hint" in hint
    assert ascgen_diff(less).returncode == 2
    assert ascgen_diff(less, less, "--format", "xml").returncode == 2


def test_a_file_that_is_no_document(less: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{}")
    done = ascgen_diff(less, path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("ascgen: ")
    assert "Traceback" not in done.stderr
