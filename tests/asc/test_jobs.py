"""Jobs: whole tasks as one command, on the demo team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_store_connect.cli.exit_codes import ExitCode
from app_store_connect.cli.listing import commands
from app_store_connect.cli.outlines import namespaces
from support.build_files import ipa

if TYPE_CHECKING:
    from pathlib import Path

    from asc.command_line import CommandLine

TRAILS = ("--app", "com.example.trails")


def test_no_job_hides_a_namespace() -> None:
    # Its jobs stand beside the operations.
    assert commands().keys() & namespaces().keys() == {"users"}


def test_jobs_of_a_namespace_stand_beside_its_operations(asc: CommandLine) -> None:
    assert {"members", "invite", "list", "update"} <= set(asc.run("users", "--help").out.split())
    assert asc.data("users", "list")[0]["type"] == "users"


def test_the_status_of_all_apps_is_one_table(asc: CommandLine) -> None:
    rows = asc.data("status")
    assert {row["app"] for row in rows} == {"Trails", "Harbor", "Kettle"}
    assert len({(row["app"], row["platform"]) for row in rows}) == len(rows)


def test_an_app_is_named_by_option_or_environment(asc: CommandLine) -> None:
    assert asc.run("prices", "show").code == ExitCode.USAGE
    asc.environ["ASC_APP"] = "com.example.trails"
    assert asc.data("prices", "show") == asc.data("prices", "show", "--app", "6100000001")
    assert asc.run("prices", "show", "--app", "com.example.tails").code == ExitCode.NOT_FOUND


def test_a_build_goes_to_testers(asc: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "Trails.ipa"
    file.write_bytes(ipa())
    assert asc.run("upload", str(file)).code == 0
    done = asc.data("distribute", *TRAILS, "--group", "Friends", "--whats-new", "New maps.")
    assert done["groups"] == ["Friends"]
    # It may run again.
    assert asc.data("distribute", *TRAILS, "--group", "Friends")["groups"] == []


def test_testers_come_and_go(asc: CommandLine, tmp_path: Path) -> None:
    more = (*TRAILS, "--group", "Friends")
    assert asc.data("testers", "add", "kim@example.com", *more)["created"] == ["kim@example.com"]
    file = tmp_path / "testers.csv"
    file.write_text("lee@example.com,Lee,Park\n")
    assert asc.data("testers", "add", "--from", str(file), *more)["created"] == ["lee@example.com"]
    listed = {item["email"] for item in asc.data("testers", "list", *TRAILS)}
    assert {"kim@example.com", "lee@example.com"} <= listed
    assert asc.run("testers", "remove", "kim@example.com", *more).code == ExitCode.NOT_DONE
    removed = asc.data("testers", "remove", "kim@example.com", *more, "--yes")
    assert removed == {"removed": ["kim@example.com"]}
    assert asc.run("testers", "add", *more).code == ExitCode.USAGE


def test_texts_are_kept_in_a_repository(asc: CommandLine, tmp_path: Path) -> None:
    files = asc.data("metadata", "pull", str(tmp_path), *TRAILS)
    assert files
    notes = tmp_path / "en-US" / "release_notes.txt"
    notes.write_text("Maps that work offline.\n")
    (change,) = asc.data("metadata", "apply", str(tmp_path), *TRAILS)
    assert change["after"].startswith("Maps that work offline.")
    assert asc.data("metadata", "apply", str(tmp_path), *TRAILS) == []


def test_what_keeps_a_version_from_review_is_listed(asc: CommandLine) -> None:
    outcome = asc.run("submit", "--app", "com.example.kettle", "--check")
    assert outcome.code == ExitCode.FAILED
    assert all(item["says"] and item["where"] for item in outcome.data)
    assert {item.method for item in asc.simulator.requests} == {"GET"}


def test_a_release_is_asked_about(asc: CommandLine) -> None:
    words = ("release", "--app", "com.example.harbor")
    assert asc.run(*words).code == ExitCode.NOT_DONE
    assert asc.run(*words, "--phased", "start").code == 0
    assert asc.run(*words, "--yes").code == 0


def test_a_wait_ends_in_time(asc: CommandLine) -> None:
    words = ("watch", "--app", "com.example.trails", "--platform", "MAC_OS")
    outcome = asc.run(*words, "--timeout", "30")
    assert outcome.code == ExitCode.TIMED_OUT_WAIT, outcome.err
    assert "is still" in outcome.err
    resting = asc.data("watch", "--app", "com.example.harbor")
    assert resting["appVersionState"] == "PENDING_DEVELOPER_RELEASE"
    rejected = asc.run("watch", "--app", "com.example.kettle")
    assert rejected.code == ExitCode.FAILED
    assert rejected.data["appVersionState"] == "DEVELOPER_REJECTED"


def test_people_are_invited_changed_and_dismissed(asc: CommandLine) -> None:
    words = ("users", "invite", "kim@example.com", "--first-name", "Kim", "--last-name", "Lee")
    assert asc.data(*words, "--role", "developer", *TRAILS)["apps"] == ["6100000001"]
    changed = asc.data("users", "set", "toni@example.com", "--role", "MARKETING")
    assert changed["roles"] == ["MARKETING"]
    assert asc.run("users", "dismiss", "toni@example.com").code == ExitCode.NOT_DONE
    assert asc.data("users", "dismiss", "toni@example.com", "--yes") == {"removed": True}


def test_reviews_are_answered(asc: CommandLine) -> None:
    review = asc.data("reviews", "list", *TRAILS, "--unanswered")[0]
    asc.data("reviews", "reply", review["id"], "Thank you.")
    left = {item["id"] for item in asc.data("reviews", "list", *TRAILS, "--unanswered")}
    assert review["id"] not in left
    assert asc.data("reviews", "summary", *TRAILS)["total"] >= 3


def test_reports_are_rows(asc: CommandLine) -> None:
    words = ("report", "sales", "--vendor", "85012345", "--frequency", "WEEKLY")
    outcome = asc.run(*words, "--date", "2026-01-04", "--csv")
    assert outcome.code == 0, outcome.err
    assert "Units" in outcome.out.splitlines()[0].split(",")


def test_what_signs_is_made_once_and_its_password_not_shown(
    asc: CommandLine, tmp_path: Path
) -> None:
    words = ("sign", "setup", "com.example.trails", "--out", str(tmp_path / "keys"))
    made = asc.run(*words, "--password", "a-good-password")
    assert made.code == 0, made.err
    assert "a-good-password" not in made.out + made.err
    again = asc.run(*words, "--password", "a-good-password")
    assert again.data["key"] == made.data["key"]


def test_the_certificate_of_a_plan_is_for_a_key_that_is_there(
    asc: CommandLine, tmp_path: Path
) -> None:
    out, plan = tmp_path / "keys", str(tmp_path / "plan.json")
    words = ("sign", "setup", "com.example.trails", "--out", str(out), "--password", "secret")
    assert asc.run(*words, "--plan", plan).code == 0
    assert [x.name for x in out.iterdir()] == ["distribution.key"]
    key = (out / "distribution.key").read_bytes()
    assert asc.data("apply", plan)["sent"] == 2
    asc.simulator.requests.clear()
    assert asc.run(*words).code == 0
    assert {x.method for x in asc.simulator.requests} == {"GET"}
    assert (out / "distribution.key").read_bytes() == key


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_job_has_a_help(asc: CommandLine, name: str) -> None:
    outcome = asc.run(name, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: asc {name}")


def test_an_app_clip_card_is_told_by_locale(asc: CommandLine, tmp_path: Path) -> None:
    told = asc.run("app-clip", "set", *TRAILS, "--subtitle", "Find a path")
    assert told.code == ExitCode.USAGE
    assert "--subtitle 'Find a path': a locale and a value are needed" in told.err
    image = f"de-DE={tmp_path / 'none.png'}"
    told = asc.run("app-clip", "set", *TRAILS, "--header-image", image)
    assert told.code != 0
    assert "de-DE: none.png is not there" in told.err


def test_a_product_that_is_not_there_is_not_submitted(asc: CommandLine) -> None:
    told = asc.run("purchases", "submit", "com.example.trails.boats", *TRAILS)
    assert told.code != 0
    assert "no product 'com.example.trails.boats'" in told.err
