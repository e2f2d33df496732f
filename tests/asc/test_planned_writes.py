"""Plans: what a command would change is shown, kept, and carried out as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app_store_connect.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from asc.command_line import CommandLine

APP = "6100000001"
TESTERS = ("--app", "com.example.trails", "--group", "Friends")
CREATE = ("beta-groups", "create", "--name", "QA", "--app", APP)


def groups(asc: CommandLine) -> list[str]:
    return [item["name"] for item in asc.data("beta-groups", "list", "--all")]


def writes(asc: CommandLine) -> list[str]:
    return [item.operation for item in asc.simulator.requests if item.method != "GET"]


@pytest.mark.parametrize("words", [(*CREATE, "--dry-run"), ("rehearse", "--", *CREATE)])
def test_what_would_change_is_shown_and_nothing_is_sent(
    asc: CommandLine, words: tuple[str, ...]
) -> None:
    (change,) = asc.data(*words)["changes"]
    assert (change["operation"], change["after"]["name"]) == ("betaGroups_createInstance", "QA")
    assert writes(asc) == []


def test_somebody_reads_it_as_text(asc: CommandLine) -> None:
    shown = asc.run(*CREATE, "--dry-run", terminal=True).out
    assert "1 change" in shown
    assert "QA" in shown


def test_a_rehearsal_writes_where_nothing_may_be_written(asc: CommandLine) -> None:
    asc.environ["ASC_READ_ONLY"] = "1"
    assert len(asc.data(*CREATE, "--dry-run")["changes"]) == 1
    assert writes(asc) == []


def test_what_destroys_is_rehearsed_without_being_asked_about(asc: CommandLine) -> None:
    group = asc.data("beta-groups", "list")[0]["id"]
    (change,) = asc.data("rehearse", "--", "beta-groups", "delete", group)["changes"]
    assert change["method"] == "DELETE"
    assert writes(asc) == []


def test_a_rehearsed_read_is_a_read(asc: CommandLine) -> None:
    found = asc.data("rehearse", "--", "apps", "list", "--columns", "name")
    assert {item["name"] for item in found} == {"Trails", "Harbor", "Kettle"}


def test_a_plan_is_carried_out_once(asc: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    outcome = asc.run(*CREATE, "--plan", str(file))
    assert outcome.code == 0
    assert str(file) in outcome.err
    assert file.stat().st_mode & 0o077 == 0
    assert asc.data("apply", str(file)) == {"sent": 1, "skipped": 0}
    assert groups(asc).count("QA") == 1
    assert asc.data("apply", str(file)) == {"sent": 0, "skipped": 1}
    assert groups(asc).count("QA") == 1


@pytest.mark.parametrize("words", [("--dry-run",), ("--plan", "rest.json")])
def test_to_carry_out_a_plan_can_be_rehearsed_too(
    asc: CommandLine, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asc.run(*CREATE, "--plan", "plan.json")
    kept = (tmp_path / "plan.json").read_bytes()
    (change,) = asc.data("apply", "plan.json", *words)["changes"]
    assert change["after"]["name"] == "QA"
    assert len(asc.data("rehearse", "--", "apply", "plan.json")["changes"]) == 1
    assert writes(asc) == []
    assert (tmp_path / "plan.json").read_bytes() == kept
    assert asc.data("apply", "plan.json") == {"sent": 1, "skipped": 0}
    # Nothing is left to do then.
    assert asc.data("apply", "plan.json", "--dry-run")["changes"] == []


def test_a_plan_goes_on_where_it_stopped(asc: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.touch()
    asc.run("testers", "add", "a@example.com", "b@example.com", *TESTERS, "--plan", str(file))
    asc.simulator.faults.add("betaTesters_createInstance", status=409, times=1)
    before = file.read_bytes()
    outcome = asc.run("apply", str(file))
    assert outcome.code == ExitCode.CONFLICT, outcome.err
    assert json.loads(file.read_bytes())["changes"] == json.loads(before)["changes"]
    assert asc.run("apply", str(file)).code == 0
    emails = [item["email"] for item in asc.data("testers", "list", *TESTERS[:2])]
    assert emails.count("a@example.com") == emails.count("b@example.com") == 1


def test_a_plan_that_destroys_is_asked_about(asc: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    group = asc.data("beta-groups", "list")[0]["id"]
    asc.run("beta-groups", "delete", group, "--plan", str(file))
    assert asc.run("apply", str(file)).code == ExitCode.NOT_DONE
    assert asc.run("apply", str(file), "--yes").code == 0
    assert len(writes(asc)) == 1


def test_a_plan_is_not_carried_out_where_something_has_changed(
    asc: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    group = asc.data("beta-groups", "list")[0]["id"]
    asc.run("beta-groups", "update", group, "--name", "planned", "--plan", str(file))
    asc.data("beta-groups", "update", group, "--name", "meanwhile")
    assert asc.run("apply", str(file)).code == ExitCode.CONFLICT
    assert "meanwhile" in groups(asc)


def test_read_only_applies_nothing(asc: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    asc.run(*CREATE, "--plan", str(file))
    asc.environ["ASC_READ_ONLY"] = "1"
    assert asc.run("apply", str(file)).code == ExitCode.NOT_DONE
    assert writes(asc) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"plan": 1, "changes": [{"op'])
def test_what_is_no_plan_is_refused(asc: CommandLine, tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    outcome = asc.run("apply", str(file))
    assert outcome.code == ExitCode.USAGE
    assert outcome.err.count("\n") == 1


def test_jobs_are_rehearsed_as_operations_are(asc: CommandLine) -> None:
    found = asc.data("prices", "set", "4.99", "--app", "com.example.trails", "--dry-run")
    assert [item["operation"] for item in found["changes"]] == ["appPriceSchedules_createInstance"]
    assert writes(asc) == []
    assert json.dumps(found)
