"""The report of `make bench`: that it can be made, and that it figures as it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench import measure, peers, table
from bench.measure import Spread
from bench.peers import Environments, Unavailable
from bench.processes import Processes, ProgramError
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]
LONGEST = 600
FLAVOURS = ("sync", "async")
PEERS = ("datamodel-code-generator", "openapi-python-client")
IDS = {
    *(f"generation.{case}" for case in ("cold", "cold-memory", "unchanged", "one-resource")),
    "generation.cold-client-generator",
    *(f"imports.{case}" for case in ("over-floor", "over-floor-memory", *PEERS)),
    *(
        f"decoding.{step}{against}"
        for step in ("decoded", "resolved", "read")
        for against in ("", "-by-hand", "-msgspec", "-pydantic")
    ),
    *(
        f"calls.{size}{way}"
        for size in ("small", "large")
        for way in ("", "-in-flight", "-in-flight-bare")
    ),
    *(
        f"paging.{flavour}-{way}"
        for flavour in FLAVOURS
        for way in ("plain", "prefetch", "busy", "busy-prefetch")
    ),
    *(
        f"commands.{command}-over-{floor}"
        for command in ("search", "search-misspelt", "info", "help")
        for floor in ("python", "typer")
    ),
    *(f"shell.{what}" for what in ("help-over-click", "command-help-over-click")),
    "shell.codemagic-cli-tools",
    *(f"simulator.{case}" for case in ("import", "empty", "demo", "read", "page")),
    *(f"simulator.served-{case}{peer}" for case in ("start", "read") for peer in ("", "-prism")),
    *(f"agents.{what}" for what in ("tools", "describe", "describe-workflow", "page", "job")),
    *(f"agents.{what}" for what in ("skill", "reference")),
    *(
        f"jobs.{what}"
        for what in ("versions", "preflight", "submit", "prepare", "folder", "testers")
    ),
    *(
        f"jobs.{what}"
        for what in ("media-sets", "media-library", "distribute", "upload", "signing")
    ),
    *(f"jobs.{what}" for what in ("devices", "price", "products", "overview", "metric")),
    *(f"jobs.{what}" for what in ("app-clip", "product-version", "promoted")),
    *(f"package.{what}" for what in ("bytes", "files", "largest", "pyright", "pyright-errors")),
}


# Those that read the results run in one process, so that they are made once.
ONCE = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The results of a quick run in a folder of its own, so that no peer is there."""
    folder = tmp_path_factory.mktemp("bench")
    words = [sys.executable, "-m", "bench", "--quick", "--folder", str(folder)]
    done = subprocess.run(  # noqa: S603 - the program under test
        [*words, "--json", str(folder / "asked.json")],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stderr
    text = (folder / "asked.json").read_text(encoding="utf-8")
    results: dict[str, Any] = json.loads(text)
    return {**results, "text": text, "out": done.stdout}


@ONCE
def test_a_quick_run_has_figures_or_a_reason_in_every_row(quick: dict[str, Any]) -> None:
    rows = {row["id"]: row for row in quick["rows"]}
    assert rows.keys() == IDS
    assert len(quick["rows"]) == len(IDS)
    for row in rows.values():
        assert row["area"] == row["id"].partition(".")[0]
        assert bool(row["reason"]) is (row["subject"] is None), row["id"]
        for side in (row["subject"], row["reference"], row["ratio"]):
            if side is not None:
                assert 0 < side["low"] <= side["median"] <= side["high"], row["id"]
    measured = {name for name, row in rows.items() if row["subject"] is not None}
    assert IDS - measured == {
        "generation.cold-client-generator",
        *(f"imports.{peer}" for peer in PEERS),
        "shell.codemagic-cli-tools",
        *(f"simulator.served-{case}-prism" for case in ("start", "read")),
        "package.pyright",
        "package.pyright-errors",
    }


@ONCE
def test_processes_of_a_run_have_a_peak_of_memory(quick: dict[str, Any]) -> None:
    for row in quick["rows"]:
        if row["subject"] is not None and row["area"] not in {"package", "agents", "jobs"}:
            assert row["subject"]["peak_bytes"] > 1e6, row["id"]


@ONCE
def test_a_quick_run_judges_nothing(quick: dict[str, Any]) -> None:
    assert quick["mode"] == "quick"
    assert {row["verdict"] for row in quick["rows"]} == {""}


@ONCE
def test_results_name_versions_and_no_place(quick: dict[str, Any]) -> None:
    assert quick["python"].startswith("3.")
    assert quick["cpus"] >= 1
    assert quick["packages"].keys() == {"generator", "client", *PEERS, "codemagic-cli-tools"}
    assert str(TESTS.parent) not in quick["text"]
    assert str(Path.home()) not in quick["text"].replace('"/"', "")


@ONCE
def test_the_table_is_plain_where_it_is_piped(quick: dict[str, Any]) -> None:
    assert "\x1b" not in quick["out"]
    for row in quick["rows"]:
        assert row["what"] in quick["out"]
        assert row["reason"] in quick["out"]


def test_a_spread_is_the_median_between_the_quartiles() -> None:
    assert Spread.of([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(3.0, 2.0, 4.0, 5)
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0, 1)


def test_a_ratio_is_the_median_of_those_of_each_turn() -> None:
    # The machine is five times as slow in the last turn, and that hits both.
    row = Row(
        "area.name",
        "what",
        subject=Side("ours", [2.0, 3.0, 20.0]),
        reference=Side("theirs", [1.0, 2.0, 10.0]),
    )
    assert row.ratio == Spread(2.0, 1.75, 2.0, 3)
    assert row.ratio.median != row.subject.spread.median / row.reference.spread.median  # type: ignore[union-attr]


def test_a_reference_measured_once_stands_for_all_turns() -> None:
    assert measure.ratios([2.0, 4.0, 8.0], [2.0]) == [1.0, 2.0, 4.0]


def test_a_difference_is_taken_turn_by_turn() -> None:
    assert measure.differences([5.0, 60.0], [4.0, 40.0]) == [1.0, 20.0]
    with pytest.raises(ValueError):
        measure.differences([5.0, 60.0], [4.0])


def test_candidates_take_turns_after_a_warm_up_that_does_not_count() -> None:
    calls: list[str] = []

    def candidate(name: str) -> int:
        calls.append(name)
        return len(calls)

    found = measure.in_turns({"a": lambda: candidate("a"), "b": lambda: candidate("b")}, 2)
    assert calls == ["a", "b", "a", "b", "a", "b"]
    assert found == {"a": [3, 5], "b": [4, 6]}


def test_a_busy_machine_takes_fewer_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = {"a": lambda: 1, "b": lambda: 2}
    assert measure.in_turns(candidates, 9) == {"a": [1] * 9, "b": [2] * 9}
    monkeypatch.setattr(measure, "_LONGEST", -1.0)
    assert measure.in_turns(candidates, 9) == {"a": [1] * 3, "b": [2] * 3}
    assert measure.in_turns(candidates, 2) == {"a": [1] * 2, "b": [2] * 2}


def verdict(budget: Budget | None, *, subject: list[float], reference: list[float]) -> str:
    sides = {"subject": Side("ours", subject), "reference": Side("theirs", reference)}
    return Row("area.name", "what", budget=budget, **sides).verdict


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (Budget(3.0), "ok"),
        (Budget(2.9), "over"),
        (Budget(1.5, "ratio"), "ok"),
        (Budget(1.4, "ratio"), "over"),
        (Budget(1.0, "difference"), "ok"),
        (Budget(0.9, "difference"), "over"),
        (None, ""),
    ],
)
def test_a_budget_is_kept_by_the_median_of_what_it_limits(
    budget: Budget | None, expected: str
) -> None:
    found = verdict(budget, subject=[1.0, 3.0, 30.0], reference=[1.0, 2.0, 10.0])
    assert found == expected


def test_a_row_without_figures_has_no_verdict() -> None:
    row = Row("area.name", "what", budget=Budget(1.0), reason="nobody is here")
    assert row.verdict == ""
    assert row.as_json()["reason"] == "nobody is here"
    compared = Row("area.name", "what", subject=Side("ours", [1.0]), budget=Budget(1.0, "ratio"))
    assert compared.verdict == ""


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.345, "seconds", "12.3 s"),
        (0.0321, "seconds", "32.1 ms"),
        (0.0000456, "seconds", "45.6 µs"),
        (6_000_000, "bytes", "6.0 MB"),
        (4999, "count", "4,999"),
    ],
)
def test_figures_are_written_with_their_unit(value: float, unit: Any, text: str) -> None:
    assert table.quantity(value, unit) == text


def test_the_table_shows_ratio_budget_verdict_and_memory() -> None:
    rows = [
        Row(
            "area.one",
            "something",
            subject=Side("ours", [0.2, 0.2], peak=30e6, together=50e6),
            reference=Side("theirs", [0.1, 0.1], peak=10e6),
            budget=Budget(0.05, "difference"),
        ),
        Row("area.two", "something else", reason="nobody is here"),
    ]
    out = StringIO()
    table.write(rows, out, judged=True)
    one, two = out.getvalue().splitlines()[-2:]
    expected = "200 ms ours 100 ms theirs +100 ms, 2.00 × (2.00–2.00) ≤ +50 ms over 30 / 10 MB"
    assert " ".join(one.split()) == f"something {expected}, together 50 MB"
    assert " ".join(two.split()) == "something else – nobody is here"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path) as made:
        yield made


def test_a_process_has_the_memory_of_the_largest_it_started(processes: Processes) -> None:
    grown = "bytearray(200_000_000)"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{grown}'])"
    for code in (grown, nested):
        finished = processes.run([sys.executable, "-c", code])
        assert 200e6 < finished.peak < 300e6
        assert finished.seconds > 0
    assert processes.run([sys.executable, "-c", "pass"]).peak < 50e6


def test_what_is_measured_may_keep_compiled_modules(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    code = "import os, sys; print(sys.dont_write_bytecode, 'PYTHONPATH' in os.environ)"
    assert processes.run([sys.executable, "-c", code]).out.split() == ["False", "False"]


def test_a_program_that_fails_says_why(processes: Processes) -> None:
    with pytest.raises(ProgramError, match=r"ended with 3: …what went wrong"):
        processes.run([sys.executable, "-c", "import sys; print('what went wrong'); sys.exit(3)"])
    with pytest.raises(ProgramError, match="ended with -9"):
        processes.run([sys.executable, "-c", "import time; time.sleep(60)"], limit=1)
    assert processes.run([sys.executable, "-c", "print('well')"]).out == "well\n"


def test_a_peer_that_is_not_there_is_no_failure(tmp_path: Path) -> None:
    said: list[str] = []
    absent = Environments(tmp_path, install=False, say=said.append)
    with pytest.raises(Unavailable, match="`make bench` makes it"):
        absent.python("client")
    assert not said


def test_a_peer_that_cannot_be_installed_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def make(place: Path, requirements: Path) -> None:
        tried.append(place)
        raise subprocess.CalledProcessError(1, "pip", stderr="no route to host")

    monkeypatch.setattr(peers, "_make", make)
    said: list[str] = []
    environments = Environments(tmp_path, install=True, say=said.append)
    for _ in range(2):
        with pytest.raises(Unavailable, match="is there a network"):
            environments.python("client")
    assert tried == [tmp_path / "client"]
    assert "no route to host" in said[-1]


def test_an_environment_is_made_again_when_its_packages_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(place: Path, requirements: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        made.append(requirements.read_text(encoding="utf-8"))

    requirements = tmp_path / "requirements"
    requirements.mkdir()
    monkeypatch.setattr(peers, "_make", make)
    monkeypatch.setattr(peers, "_REQUIREMENTS", requirements)
    environments = Environments(tmp_path / "made", install=True, say=lambda _: None)
    for pins in ("httpx==1", "httpx==1", "httpx==2"):
        (requirements / "client.txt").write_text(pins, encoding="utf-8")
        assert environments.python("client").name == "python"
        assert peers.pinned("client") == {"httpx": pins[-1]}
    assert made == ["httpx==1", "httpx==2"]
