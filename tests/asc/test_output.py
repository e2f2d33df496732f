"""What commands write: data on stdout in the format that was chosen, everything else on stderr."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from asc.command_line import CommandLine


def test_a_pipe_gets_one_json_document(asc: CommandLine) -> None:
    outcome = asc.run("apps", "list", "--sort", "name")
    assert outcome.code == 0
    assert outcome.err == ""
    assert [item["name"] for item in json.loads(outcome.out)] == ["Harbor", "Kettle", "Trails"]


def test_a_terminal_gets_a_table(asc: CommandLine) -> None:
    lines = asc.run("apps", "list", "--sort", "name", terminal=True).lines
    assert lines[0].split()[:2] == ["id", "name"]
    assert [line.split()[1] for line in lines[1:]] == ["Harbor", "Kettle", "Trails"]


@pytest.mark.parametrize("width", [40, 80, 160])
def test_a_table_is_no_wider_than_the_terminal(
    asc: CommandLine, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (("builds", "list"), ("beta-testers", "list"), ("users", "list")):
        outcome = asc.run(*words, terminal=True)
        assert outcome.code == 0, outcome.err
        assert max(map(len, outcome.lines)) <= width


def test_a_wider_terminal_shows_more_columns(
    asc: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    for width in ("40", "160"):
        monkeypatch.setenv("COLUMNS", width)
        outcome = asc.run("apps", "list", "--table")
        shown.append(set(outcome.lines[0].split()))
        assert "sku" in shown[-1] or "sku" in outcome.err
    assert shown[0] < shown[1]


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {}])
def test_what_is_piped_has_no_colour(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app_store_connect.cli", "--help"],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environ},
        capture_output=True,
        check=True,
    )
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_ndjson_is_a_document_a_line(asc: CommandLine) -> None:
    lines = asc.run("apps", "list", "--ndjson", "--columns", "id,name").out.splitlines()
    assert [json.loads(line).keys() for line in lines] == [{"id", "name"}] * 3


def test_csv_has_a_header_and_quotes_what_needs_it(asc: CommandLine) -> None:
    asc.simulator.add("betaGroups", name='Ann, "the" best', app="6100000001")
    outcome = asc.run("beta-groups", "list", "--csv", "--columns", "name,publicLinkEnabled")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert 'Ann, "the" best' in {row["name"] for row in rows}
    assert {row["publicLinkEnabled"] for row in rows} <= {"true", "false", ""}


def test_csv_has_the_columns_of_the_document_without_any_record(asc: CommandLine) -> None:
    outcome = asc.run("apps", "list", "--bundle-id", "com.example.nothing", "--csv")
    assert outcome.out.startswith("id,")
    assert "bundleId" in outcome.out
    assert len(outcome.out.splitlines()) == 1


def test_what_is_included_is_in_its_relationship(asc: CommandLine) -> None:
    app, *_ = asc.data("apps", "list", "--sort", "name", "--include", "betaGroups")
    assert app["betaGroups"]
    assert all(group["type"] == "betaGroups" and group["name"] for group in app["betaGroups"])
    rows = asc.data(
        "builds", "list", "--include", "app", "--limit-total", "3", "--columns", "version,app.name"
    )
    assert all(row["app.name"] in {"Trails", "Harbor", "Kettle"} for row in rows)


def test_the_first_page_says_that_there_are_more(asc: CommandLine) -> None:
    outcome = asc.run("builds", "list", "--limit", "2")
    assert len(outcome.data) == 2
    assert "--all" in outcome.err
    every = asc.run("builds", "list", "--limit", "2", "--all", "--columns", "id")
    assert every.err == ""
    assert len({item["id"] for item in every.data}) == len(every.data) > 2


@pytest.mark.parametrize("count", [1, 3, 4])
def test_no_more_is_read_than_was_asked_for(asc: CommandLine, count: int) -> None:
    before = len(asc.simulator.requests)
    found = asc.data("builds", "list", "--limit", "2", "--limit-total", str(count))
    assert len(found) == count
    assert len(asc.simulator.requests) - before == (count + 1) // 2


def test_a_total_counts_where_all_are_wanted_too(asc: CommandLine) -> None:
    words = ("builds", "list", "--all", "--limit-total", "1", "--columns", "id")
    assert len(asc.data(*words)) == 1


def test_a_page_holds_what_was_asked_for_where_it_can(asc: CommandLine) -> None:
    asc.data("builds", "list", "--limit-total", "3")
    assert ("limit", "3") in asc.simulator.requests[-1].query


def test_the_fields_that_are_asked_for_are_shown(asc: CommandLine) -> None:
    outcome = asc.run("apps", "list", "--fields", "sku,name", "--csv")
    assert outcome.out.splitlines()[0] == "id,sku,name"


def test_one_resource_is_one_object(asc: CommandLine) -> None:
    assert asc.data("apps", "get", "6100000001")["bundleId"] == "com.example.trails"
    shown = asc.run("apps", "get", "6100000001", terminal=True).out
    assert "bundleId" in shown
    assert "{" not in shown.splitlines()[0]


def test_nothing_is_null(asc: CommandLine) -> None:
    outcome = asc.run("apps", "get-end-user-license-agreement", "6100000001")
    assert (outcome.code, outcome.out) == (0, "null\n")


def test_a_write_without_an_answer_says_so_on_stderr(asc: CommandLine) -> None:
    group = asc.data("beta-groups", "list")[0]["id"]
    outcome = asc.run("beta-groups", "delete", group, "--yes")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "done\n")


def test_text_that_would_move_the_cursor_does_not(asc: CommandLine) -> None:
    asc.simulator.add("betaGroups", name="red\x1b[31m\rgone", app="6100000001")
    shown = asc.run("beta-groups", "list", "--columns", "name", terminal=True).out
    assert "red" in shown
    assert "\x1b[31m" not in shown
    assert "\r" not in shown


def test_ndjson_of_many_pages_is_written_in_constant_memory(asc: CommandLine) -> None:
    for number in range(1000):
        asc.simulator.add("betaTesters", email=f"{number}@example.com", first_name="x" * 500)
    asc.run("beta-testers", "list", "--limit", "50", "--ndjson", "--all")
    peaks = []
    for words in (("--limit-total", "100"), ("--all",)):
        tracemalloc.start()
        asc.run("beta-testers", "list", "--limit", "50", "--ndjson", *words)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # What is written is kept by the test, twice at most while its buffer grows.
    written = len(asc.run("beta-testers", "list", "--limit", "50", "--ndjson", "--all").out)
    assert peaks[1] - peaks[0] < 4 * written
