"""Every job, by its own words: it works, it is rehearsed, and read only it is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest

from app_store_connect.cli.command import Command
from app_store_connect.cli.exit_codes import ExitCode
from app_store_connect.cli.listing import commands
from app_store_connect.cli.namespaces import NamespaceGroup
from app_store_connect.cli.outlines import namespaces, outline
from app_store_connect.cli.program import Program
from app_store_connect.simulator import Simulator
from asc.command_line import CommandLine
from support.build_files import ipa
from support.media import png
from support.ready_app import ready_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRAILS = ("--app", "com.example.trails")
HARBOR = ("--app", "com.example.harbor")
VENDOR = ("--vendor", "85012345")
KEYS = ("com.example.trails", "--out", "keys", "--password", "a-good-password")
KIM = ("kim@example.com", "--role", "DEVELOPER", "--first-name", "Kim", "--last-name", "Lee")
PRODUCTS = """
[[purchases]]
product_id = "com.example.trails.maps"
name = "Maps"
type = "NON_CONSUMABLE"
localizations.en-US = { name = "Charts" }
"""
# Files are in the folder that a command is run in; REVIEW, ANSWERED and TESTER stand for ids.
WRITES: tuple[tuple[str, ...], ...] = (
    ("upload", "Trails.ipa"),
    ("distribute", *TRAILS, "--group", "Friends", "--whats-new", "New maps."),
    ("testers", "add", "kim@example.com", *TRAILS, "--group", "Friends"),
    ("testers", "add", "--from", "testers.csv", *TRAILS, "--group", "Friends"),
    ("testers", "remove", "TESTER", *TRAILS, "--group", "Friends", "--yes"),
    ("metadata", "apply", "texts", *TRAILS),
    ("screenshots", "sync", "images", *TRAILS, "--mode", "append"),
    ("screenshots", "sync", "images", *TRAILS, "--yes"),
    ("submit", *TRAILS),
    ("release", *HARBOR, "--phased", "start"),
    ("release", *HARBOR, "--yes"),
    ("sign", "setup", *KEYS),
    ("sign", "rotate", *KEYS, "--days", "9999", "--revoke", "--yes"),
    ("sign", "devices", "devices.txt"),
    ("prices", "set", "4.99", *TRAILS),
    ("purchases", "apply", "products.toml", *TRAILS),
    ("purchases", "submit", "com.example.trails.maps", *TRAILS),
    ("app-clip", "set", *TRAILS, "--subtitle", "en-US=Find a path", "--action", "OPEN"),
    ("reviews", "reply", "REVIEW", "Thank you."),
    ("reviews", "withdraw", "ANSWERED", "--yes"),
    ("users", "invite", *KIM),
    ("users", "set", "toni@example.com", "--role", "MARKETING"),
    ("users", "dismiss", "toni@example.com", "--yes"),
)
READS: tuple[tuple[str, ...], ...] = (
    ("status",),
    ("testers", "list", *TRAILS),
    ("metadata", "pull", "pulled", *TRAILS),
    ("watch", *HARBOR),
    ("prices", "show", *TRAILS),
    ("reviews", "list", *TRAILS),
    ("reviews", "summary", *TRAILS),
    ("report", "sales", *VENDOR, "--date", "2026-01-04"),
    ("report", "finance", *VENDOR, "--month", "2025-11"),
    ("report", "analytics", *TRAILS, "--name", "App Downloads Standard"),
    ("users", "members"),
    ("auth", "list"),
    ("auth", "check"),
    ("namespaces",),
)
# They are tried elsewhere, or need what the demo team has not.
ELSEWHERE = {
    ("apply",),
    ("rehearse",),
    ("simulate",),
    ("completion",),
    ("auth", "add"),
    ("auth", "remove"),
}


@pytest.fixture
def asc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Trails.ipa").write_bytes(ipa())
    (tmp_path / "products.toml").write_text(PRODUCTS)
    (tmp_path / "testers.csv").write_text("lee@example.com,Lee,Park\n")
    (tmp_path / "devices.txt").write_text(
        "Device ID\tDevice Name\tDevice Platform\n00008110-000A1B2C3D4E001E\tKim's\tios\n"
    )
    for folder, name, content in (
        ("texts", "release_notes.txt", b"Maps that work offline.\n"),
        ("images", "1.png", png(1290, 2796)),
    ):
        (tmp_path / folder / "en-US").mkdir(parents=True)
        (tmp_path / folder / "en-US" / name).write_bytes(content)
    return CommandLine(Simulator("demo"), environ={"ASC_CONFIG_DIR": str(tmp_path / "settings")})


def spelled(asc: CommandLine, words: tuple[str, ...]) -> list[str]:
    """The words of a command with the ids of the team that it is for, which is made ready."""
    found = list(words)
    if words[0] == "distribute":
        asc.data("upload", "Trails.ipa")
    if words[0] == "submit":
        asc.use(Simulator())
        ready_app(asc.simulator, asc.simulator.client())
    if words[:2] == ("purchases", "submit"):
        asc.data("purchases", "apply", "products.toml", *TRAILS)
    if words[0] == "app-clip":
        trails = asc.simulator.world.all("apps")[0]
        clip = asc.simulator.add("appClips", bundle_id="com.example.trails.Clip")
        asc.simulator.world.link(trails, "appClips", asc.simulator.world.all(clip.resource_type)[0])
    if words[:2] == ("report", "analytics"):
        app, kind = ("--app", "6100000001"), ("--access-type", "ONGOING")
        asc.data("analytics-report-requests", "create", *app, *kind)
        asc.simulator.clock.advance(days=4)
    if words[:2] == ("sign", "rotate"):
        asc.data("sign", "setup", *KEYS)
    if "ANSWERED" in words:
        listed = {x["id"] for x in asc.data("reviews", "list", *TRAILS)}
        open_ = {x["id"] for x in asc.data("reviews", "list", *TRAILS, "--unanswered")}
        found[words.index("ANSWERED")] = min(listed - open_)
    if "REVIEW" in words:
        review = asc.data("reviews", "list", *TRAILS, "--unanswered")[0]
        found[words.index("REVIEW")] = review["id"]
    if "TESTER" in words:
        tester = asc.data("testers", "add", "gone@example.com", *TRAILS, "--group", "Friends")
        found[words.index("TESTER")] = tester["created"][0]
    asc.simulator.requests.clear()
    return found


def writes(asc: CommandLine) -> list[str]:
    return [item.operation for item in asc.simulator.requests if item.method != "GET"]


def leaves(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of all jobs: of a namespace, those that are no operations."""
    context = click.Context(group)
    names = list(commands()) if isinstance(group, Program) else group.commands
    # Operations that were called before are kept beside the jobs.
    operations = outline(group.namespace) if isinstance(group, NamespaceGroup) else ()
    for name in (x for x in names if x not in operations):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        else:
            yield (*above, name)


def test_no_job_is_forgotten() -> None:
    tried = {words[:size] for words in (*WRITES, *READS) for size in (1, 2)}
    assert {words for words in leaves(Program()) if words not in tried} == ELSEWHERE
    assert namespaces().keys() & commands().keys() == {"users"}


@pytest.mark.parametrize("words", [*WRITES, *READS], ids=" ".join)
def test_a_job_works_and_writes_nothing_but_data(asc: CommandLine, words: tuple[str, ...]) -> None:
    outcome = asc.run(*spelled(asc, words))
    assert outcome.code == 0, outcome.err
    # What is deleted has nothing to show.
    assert json.loads(outcome.out or "null") or words[1] in {"withdraw", "list"}
    assert bool(writes(asc)) == (words in WRITES)


@pytest.mark.parametrize("words", WRITES, ids=" ".join)
def test_a_job_is_rehearsed_kept_and_carried_out(
    asc: CommandLine, words: tuple[str, ...], tmp_path: Path
) -> None:
    spelt = spelled(asc, words)
    there = {*tmp_path.rglob("*")}
    asc.environ["ASC_READ_ONLY"] = "1"
    shown = asc.data("rehearse", "--", *spelt)
    assert shown["changes"]
    assert asc.data(*spelt, "--plan", "plan.json") == shown
    assert writes(asc) == []
    # A plan that asks for a certificate asks for one of a key that is kept.
    made = {x for x in {*tmp_path.rglob("*")} - there if x.suffix != ".key" and x.name != "keys"}
    assert made == {tmp_path / "plan.json"}
    assert there <= {*tmp_path.rglob("*")}


@pytest.mark.parametrize("words", WRITES, ids=" ".join)
def test_read_only_refuses_a_job(asc: CommandLine, words: tuple[str, ...], tmp_path: Path) -> None:
    spelt = spelled(asc, words)
    there = sorted(tmp_path.rglob("*"))
    asc.environ["ASC_READ_ONLY"] = "1"
    outcome = asc.run(*spelt)
    assert outcome.code == ExitCode.NOT_DONE
    assert outcome.out == ""
    assert "ASC_READ_ONLY" in outcome.err
    assert writes(asc) == []
    assert sorted(tmp_path.rglob("*")) == there


def test_what_writes_can_be_rehearsed_and_what_reads_cannot() -> None:
    known = {words[:size] for words in WRITES for size in (1, 2)}
    for words in leaves(Program()):
        command: click.Command = Program()
        for word in words:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None
            command = found
        flags = {flag for param in command.params for flag in param.opts}
        assert isinstance(command, Command)
        expected = words in known or words == ("apply",)
        assert ({"--dry-run", "--plan", "--yes"} <= flags) == expected, words
