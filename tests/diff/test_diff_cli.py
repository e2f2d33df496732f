"""`ascgen diff` as a process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ascgen.cli import app
from ascgen.documents.document import parse_document
from ascgen.errors import AscgenError
from ascgen.history import History
from ascgen.snapshot import read_snapshot, snapshot_name, write_snapshot
from ascgen.sources import api_of
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
    assert message == "ascgen: '0.0.1' is neither a file nor a version that is cached or committed"
    assert "hint" in hint
    assert ascgen_diff(less, less, "--format", "xml").returncode == 2


def git(*arguments: object, cwd: Path) -> None:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
    subprocess.run(  # noqa: S603 - our own arguments
        ["git", *identity, *map(str, arguments)],  # noqa: S607 - the machine's git
        cwd=cwd, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository whose snapshot has been replaced by that of a later version, twice."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git("init", "--quiet", cwd=tmp_path)
    for version, operations in (("1.0", GET), ("1.1", GET | DELETE), ("2.0", GET)):
        document = mini.spec(operations, BUILD, version=version)
        content = json.dumps(document).encode()
        api = api_of(parse_document(content, origin="test"))
        for old in tmp_path.glob("*.api.json"):
            git("rm", "--quiet", old, cwd=tmp_path)
        (tmp_path / snapshot_name(api)).write_bytes(write_snapshot(api))
        git("add", "--all", cwd=tmp_path)
        git("commit", "--quiet", "--message", version, cwd=tmp_path)
    return tmp_path


def test_a_clone_has_the_snapshots_of_earlier_versions(clone: Path) -> None:
    history = History(clone)
    assert history.versions("app-store-connect") == ["1.0", "1.1", "2.0"]
    assert history.versions("enterprise") == []
    text = history.snapshot("app-store-connect", "1.1")
    assert read_snapshot(text, origin="git").version == "1.1"
    assert history.snapshot("app-store-connect", "1.0.0") == b""


def test_without_a_history_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert History(tmp_path).versions("app-store-connect") == []
    monkeypatch.setenv("PATH", "")
    assert History(tmp_path).snapshot("app-store-connect", "1.0") == b""


def test_names_that_were_not_given_are_the_newest_and_the_one_before(
    clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr("ascgen.sources.snapshot_directory", lambda: clone)
    cache = ("--cache-dir", str(tmp_path_factory.mktemp("cache")))
    for arguments, versions in (
        ([], "1.1 → 2.0"),
        (["1.0"], "1.0 → 2.0"),
        (["1.0", "1.1"], "1.0 → 1.1"),
    ):
        done = CliRunner().invoke(app, ["diff", *arguments, *cache])
        assert done.stdout.startswith(f"App Store Connect API {versions}\n")
    oldest = CliRunner().invoke(app, ["diff", "--product", "enterprise", *cache])
    assert isinstance(oldest.exception, AscgenError)


def test_a_file_that_is_no_document(less: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{}")
    done = ascgen_diff(less, path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("ascgen: ")
    assert "Traceback" not in done.stderr
