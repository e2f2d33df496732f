"""What is seen: on terminals of every width, in every locale, of text that others wrote."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from rich.cells import cell_len

from app_store_connect.cli.exit_codes import ExitCode
from app_store_connect.cli.listing import commands
from app_store_connect.simulator import Simulator
from asc.command_line import CommandLine
from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from asc.command_line import Outcome

APP = "6100000001"
PATIENCE = 120
# What a terminal would obey: colours, a title, C1 controls, an override of the order, a new line.
EVIL = "red\x1b[31m\x1b]0;gone\x07\x9b2J\u202egpj.exe\r\nline\x7f\u2028end"
FORMULA = "=HYPERLINK(1)"


def obeyed(text: str) -> set[str]:
    """The characters of a text that a terminal would not print; ours make a heading bold."""
    bare = text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    return {x for x in bare if not x.isprintable() and x not in "\n\u200d"}


def named(asc: CommandLine, *names: str) -> None:
    for name in names:
        asc.simulator.add("betaGroups", name=name, app=APP)


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_terminal_obeys_nothing_of_what_others_wrote(asc: CommandLine, form: str) -> None:
    named(asc, EVIL)
    words = ("beta-groups", "list", f"--{form}", "--columns", "name")
    outcome = asc.run(*words, terminal=True)
    assert outcome.code == 0
    assert "gpj.exe" in outcome.out
    assert obeyed(outcome.out + outcome.err) == set()
    if form == "json":
        assert {"name": EVIL} in outcome.data
    if form != "table":
        # A pipe gets it as it is.
        assert "\x9b2J\u202egpj.exe" in asc.run(*words).out


def test_one_resource_and_a_plan_are_as_harmless(asc: CommandLine) -> None:
    named(asc, EVIL)
    group = next(x for x in asc.data("beta-groups", "list", "--all") if x["name"] == EVIL)["id"]
    for words in (("get", group), ("delete", group, "--dry-run"), ("delete", group, "--yes")):
        outcome = asc.run("beta-groups", *words, terminal=True)
        assert outcome.code == 0
        assert obeyed(outcome.out + outcome.err) == set()


def answering(content: bytes, status: int = 409) -> CommandLine:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    return CommandLine(Simulator(), transport=transport)


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_what_the_server_says_of_an_error_is_as_harmless(debug: tuple[str, ...]) -> None:
    error = {"status": "409", "code": "STATE", "title": EVIL, "detail": EVIL}
    asc = answering(json.dumps({"errors": [error]}, ensure_ascii=False).encode())
    outcome = asc.run("apps", "update", "1", "--primary-locale", "fr-FR", *debug, terminal=True)
    assert outcome.code == ExitCode.CONFLICT
    assert "gpj.exe" in outcome.err
    assert obeyed(outcome.err) == set()


def test_an_argument_that_is_quoted_is_as_harmless(asc: CommandLine) -> None:
    for words in ((EVIL,), ("apps", "list", "--sort", EVIL), ("apps", "list", f"--{EVIL}")):
        outcome = asc.run(*words, terminal=True)
        assert outcome.code == ExitCode.USAGE
        assert obeyed(outcome.err) == set()
        assert outcome.err.count("\n") == 1


WIDE = ("日本語のテスターグループ" * 3, "👩\u200d👩\u200d👧 😀", "مجموعة الاختبار", "long " * 60)


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("more", [(), ("--columns", "id,name,app.name", "--include", "app")])
def test_no_column_vanishes_beside_a_long_one(
    asc: CommandLine, width: int, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    named(asc, *WIDE)
    outcome = asc.run("beta-groups", "list", *more, terminal=True)
    assert outcome.code == 0, outcome.err
    header = outcome.lines[0].split()
    assert header[:2] == ["id", "name"]
    assert len(header) == 3 or not more
    assert max(map(cell_len, outcome.lines)) <= width
    # An identifier is whole, on as many lines as it takes.
    first = asc.data("beta-groups", "list")[0]["id"]
    assert first in "".join(line.split("  ")[0] for line in outcome.lines[1:4])


def test_a_spreadsheet_runs_nothing_of_what_others_wrote(asc: CommandLine) -> None:
    names = (FORMULA, "+1", "-1.5", "-two", "@SUM(1)", "\t=1", 'a "b", c', "two\nlines", "\r")
    named(asc, *names)
    outcome = asc.run("beta-groups", "list", "--csv", "--columns", "name", "--all")
    rows = {row["name"] for row in csv.DictReader(io.StringIO(outcome.out, newline=""))}
    assert {f"'{FORMULA}", "+1", "-1.5", "'-two", "'@SUM(1)", "'\t=1", "'\r"} <= rows
    assert {'a "b", c', "two\nlines"} <= rows
    # JSON is exact.
    assert set(names) <= {item["name"] for item in asc.data("beta-groups", "list", "--all")}


def test_what_has_members_is_one_cell(asc: CommandLine) -> None:
    words = ("apps", "list", "--include", "betaGroups", "--csv", "--columns", "name,betaGroups")
    rows = list(csv.DictReader(io.StringIO(asc.run(*words).out)))
    assert len(rows) == 3
    assert all(json.loads(row["betaGroups"])[0]["type"] == "betaGroups" for row in rows)


def process(*words: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own, with the simulator in it."""
    code = (
        "import sys; from app_store_connect.cli import main;"
        "from app_store_connect.simulator import Simulator;"
        "from app_store_connect.simulator.transport import Transport;"
        "from app_store_connect.cli.session import Session;"
        "sim = Simulator('demo');"
        f"sim.add('betaGroups', name='日本語 ≤ …', app='{APP}');"
        "sys.exit(main(session=Session(key=sim.key, environ={},"
        " options={'transport': Transport(sim), 'now': sim.clock.now})))"
    )
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-X", "utf8=0", "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environ},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("form", ["--table", "--csv", "--json"])
def test_no_locale_is_too_small_for_what_is_written(encoding: str, form: str) -> None:
    words = ("beta-groups", "list", form, "--columns", "name", "--limit-total", "50")
    done = process(*words, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    # Data is UTF-8 wherever it is written; a table says what it cannot show.
    there = done.stdout.decode(encoding if form == "--table" else "utf-8")
    assert ("\\u65e5" if form == "--table" else "日本語 ≤ …") in there


@pytest.mark.parametrize(
    "words", [*((name,) for name in commands()), ("apps", "list"), ("beta-groups", "create"), ()]
)
def test_a_help_is_read_in_every_locale(asc: CommandLine, words: tuple[str, ...]) -> None:
    assert asc.run(*words, "--help").out.isascii()


@pytest.mark.parametrize("width", [40, 80, 160, 400])
def test_a_help_fits_the_terminal_and_stays_readable(
    asc: CommandLine, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = asc.run("apps", "list", "--help").lines
    # Only the name of an option and an address may be longer: they are not broken.
    long = [line.strip() for line in lines if len(line) > min(width, 120)]
    assert all(line.startswith(("-", "https://")) for line in long)
    # Beside the names or below them there is room for what they mean.
    assert any("appEncryptionDeclarations," in line for line in lines)


SHELL = shutil.which("bash")


@pytest.mark.skipif(SHELL is None, reason="it takes bash")
def test_streams_that_are_closed_are_no_mistake_of_ours() -> None:
    program = f'"{sys.executable}" -m app_store_connect.cli'
    script = (
        f"set -o pipefail; {program} namespaces --ndjson | head -n 1 > /dev/null; echo $?;"
        f"{program} namespaces >&-; echo $?; {program} namespaces 2>&- <&- > /dev/null; echo $?"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [str(SHELL), "-c", script],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.stdout.split() in (["141", "0", "0"], ["0", "0", "0"])
    assert done.stderr == ""


class Interrupting(httpx.BaseTransport):
    """A network in the midst of which somebody presses Ctrl-C."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt


def test_what_is_interrupted_says_so() -> None:
    outcome: Outcome = CommandLine(Simulator(), transport=Interrupting()).run("apps", "list")
    assert outcome.code == ExitCode.INTERRUPTED
    assert outcome.out == ""
    assert outcome.err.split("\n")[-2] == "error: interrupted"
