"""The agent skill: it fits, says nothing that is not there, and its snippets run."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from app_store_connect import Client
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.registry import book
from ascgen.cli import app
from ascgen.errors import AscgenError, StoreError, UsageError
from ascgen.explore.lookup import Lookup
from ascgen.explore.tokens import count_tokens
from ascgen.installed import installed_api
from ascgen.plan.namespaces import python_name
from ascgen.skill import publish_skill, render_skill
from ascgen.skill.jobs import read_jobs
from ascgen.skill.names import check_names, stale_names
from ascgen.skill.rules import read_refusals
from ascgen.snapshot import load_snapshot
from ascgen.sources import guide_directory, templates_directory
from ascgen.subset import subset
from docs.blocks import blocks
from support.whole_api import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

    from ascgen.model import ApiModel

TEMPLATES = templates_directory()
LINE = re.compile(r"- `(?P<resource>\w+)` · `asc\.(?P<namespace>\w+)`: (?P<calls>.*)")
CALL = re.compile(r"(?P<method>[a-z]\w*)(?:\((?P<keywords>[^)]*)\))?")
CODE = re.compile(r"`(?P<text>[^`\n]+)`")


@pytest.fixture(scope="module")
def api() -> ApiModel:
    return load_snapshot(snapshot_path())


@pytest.fixture(scope="module")
def files(api: ApiModel) -> dict[str, str]:
    return render_skill(api, templates=TEMPLATES)


def commands(text: str) -> set[str]:
    found = {match["text"] for match in CODE.finditer(text)}
    # What made the page is told too.
    return {item for item in found if item.startswith("ascgen ")} - {"ascgen skill"}


def run_snippets(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the snippets of a page one after the other, on the simulator; return what they print."""
    sim = Simulator("demo")
    monkeypatch.setattr(Client, "from_env", sim.client)
    names: dict[str, Any] = {}
    printed = io.StringIO()
    for block in blocks(path):
        assert block.language == "python"
        with contextlib.redirect_stdout(printed):
            exec(compile(block.text, block.place, "exec"), names)  # noqa: S102 - our own skill
    return printed.getvalue()


def test_the_first_page_and_each_reference_fit(files: dict[str, str]) -> None:
    assert count_tokens(files["SKILL.md"]) <= 5_000
    for path, text in files.items():
        assert count_tokens(text) <= 3_000 or path == "SKILL.md", path


def test_the_front_matter_is_what_hosts_of_skills_want(files: dict[str, str]) -> None:
    _, front, body = files["SKILL.md"].split("---\n", 2)
    told = yaml.safe_load(front)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", told["name"])
    assert len(told["name"]) <= 64
    assert 0 < len(told["description"]) <= 1024
    assert body.startswith("\n# ")
    assert files["SKILL.md"].startswith("---\n")


def test_every_reference_is_linked_and_every_link_leads_somewhere(files: dict[str, str]) -> None:
    links = set(re.findall(r"\]\((references/[^)]+)\)", files["SKILL.md"]))
    assert links == set(files) - {"SKILL.md"}


def test_every_operation_is_one_look_up_away(api: ApiModel, files: dict[str, str]) -> None:
    lookup = Lookup(api)
    told: dict[str, set[str]] = {}
    gone = 0
    for text in files.values():
        for line in filter(None, map(LINE.match, text.splitlines())):
            calls, _, rest = line["calls"].partition("; ")
            found = {call["method"] for call in CALL.finditer(calls)}
            told.setdefault(line["namespace"], set()).update(found)
            gone += int((re.search(r"(\d+) deprecated", rest) or [0, 0])[1])
    names = {item.id: python_name(item) for item in api.operations}
    for operation in api.operations:
        name = names[operation.id]
        assert lookup.operation(f"{name.namespace}.{name.method}") is operation
        assert name.namespace in told
        if operation.id not in lookup.successors:
            assert name.method in told[name.namespace], operation.id
    assert gone == len(lookup.successors)


def test_nothing_is_named_that_is_not_there(files: dict[str, str]) -> None:
    assert stale_names(files, "app_store_connect") == ()


@pytest.mark.parametrize(
    "stale",
    [
        "- `apps` · `asc.apps`: list, obtain",
        "- `apps` · `asc.applications`: list",
        "- `betaGroups` · `asc.beta_groups`: create(title=, app=)",
        "call `asc.workflows.apps.discover(bundle_id)`",
        "`asc.apps.list(bundle=1)`",
        "asc.uploads.send",
        "the operation `apps_dropInstance`, or betaGroups_getAllToManyRelated",
        "```python\nfrom app_store_connect import Klient\n```",
        "```python\nfor app in asc.apps.list(bundel_id='x'):\n    asc.apps.fetch(app)\n```",
    ],
)
def test_a_stale_name_fails_the_rendering(stale: str) -> None:
    found, *_ = stale_names({"a.md": stale}, "app_store_connect")
    assert found.startswith("a.md: ")
    with pytest.raises(AscgenError, match=r"a\.md"):
        check_names({"a.md": stale}, "app_store_connect")


def test_the_commands_that_render_fail_on_a_stale_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `make skill` calls them: nothing is written then."""
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    page = templates / "skill" / "SKILL.md.jinja"
    page.write_text(page.read_text(encoding="utf-8") + "`asc.apps.obtain`\n", encoding="utf-8")
    monkeypatch.setattr("ascgen.sources.templates_directory", lambda: templates)
    command = ["skill", "--check", "--for", "app_store_connect", "--output", str(tmp_path / "s")]
    result = CliRunner().invoke(app, command)
    assert isinstance(result.exception, AscgenError)
    assert "SKILL.md: asc.apps.obtain" in str(result.exception)
    assert not (tmp_path / "s").exists()
    monkeypatch.undo()
    guide = tmp_path / "guide"
    shutil.copytree(guide_directory(), guide)
    (guide / "calls.md").write_text("# Calls\n\nSay `asc.apps.obtain()`.\n", encoding="utf-8")
    monkeypatch.setattr("ascgen.sources.guide_directory", lambda: guide)
    result = CliRunner().invoke(
        app, ["docs", "--check", "--spec", "snapshot", "--output", str(tmp_path / "d")]
    )
    assert "calls.md: asc.apps.obtain" in str(result.exception)
    assert not (tmp_path / "d").exists()


def test_the_commands_it_tells_work(files: dict[str, str]) -> None:
    found = set[str]().union(*map(commands, files.values()))
    assert len(found) > 4
    filled = {"WORDS": "submit app", "NAMESPACE.METHOD": "apps.list", "NAME": "Platform"}
    for command in found:
        words = command
        for blank, value in filled.items():
            words = re.sub(rf"(?<![.\w]){re.escape(blank)}(?![.\w])", value, words)
        result = CliRunner().invoke(app, [*words.split()[1:], "--spec", "snapshot"])
        assert result.exit_code == 0, (command, result.exception)


def test_the_snippets_run_on_the_simulator(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_skill(files, tmp_path / "skill")
    pages = [path for path in (tmp_path / "skill").rglob("*.md") if "```" in path.read_text()]
    assert [path.name for path in pages] == ["SKILL.md"]
    printed = run_snippets(pages[0], monkeypatch)
    assert printed.splitlines()[-1] == "['apps_getCollection', 'betaGroups_createInstance']"


def test_refusals_are_those_of_the_simulator(api: ApiModel) -> None:
    ids = {item.id for item in api.operations}
    running = {
        (rule.says, rule.strength): {name for name in rule.subjects if name in ids}
        for rule in book().rules
        if rule.moment == "before"
    }
    read = {(rule.says, rule.strength): rule.operations for rule in read_refusals(TEMPLATES)}
    assert {says for says, _ in running} == {says for says, _ in read}
    known = sum(bool(operations) for operations in read.values())
    assert known > 0.8 * len(read)


def test_jobs_are_those_of_the_client() -> None:
    areas = read_jobs(TEMPLATES)
    assert "apps" in {area.name for area in areas}
    with Simulator().client() as asc:
        for area in areas:
            for job in area.jobs:
                method = getattr(getattr(asc.workflows, area.name), job.name.partition(".")[2])
                names = set(inspect.signature(method).parameters)
                inside = job.signature.partition("(")[2]
                assert all(name in inside for name in names), job
                assert job.says, job.name


def test_an_installed_client_tells_its_own_api(api: ApiModel) -> None:
    whole = msgspec.structs.replace(api, sha256="", overlay=(), omissions=())
    assert installed_api("app_store_connect") == whole
    result = CliRunner().invoke(app, ["skill", "--for", "xyzzy"])
    assert isinstance(result.exception, UsageError)
    for odd in ("os", "..", "a.b", ""):
        with pytest.raises(UsageError, match="no client"):
            installed_api(odd)


@pytest.mark.parametrize("resources", [["certificates", "devices"], ["salesReports"]], ids=str)
def test_a_small_api_has_a_skill_of_what_it_has(api: ApiModel, resources: list[str]) -> None:
    small = subset(api, resources, [])
    text = "\n".join(render_skill(small, templates=TEMPLATES, package="small_client").values())
    assert "small_client" in text
    assert "app_store_connect" not in text
    assert "asc.apps" not in text
    assert "bundle_id" not in text


def test_a_skill_is_rendered_anew_and_never_over_somebody_elses(
    files: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "skill"
    publish_skill(files, folder)
    stale = folder / "references" / "old.md"
    stale.write_text(files["references/app.md"], encoding="utf-8")
    mine = folder / "references" / "mine.md"
    mine.write_text("by hand", encoding="utf-8")
    publish_skill(files, folder)
    assert not stale.exists()
    assert mine.exists()
    (folder / "SKILL.md").write_text("---\nname: mine\n---\n", encoding="utf-8")
    with pytest.raises(StoreError, match="not a generated one"):
        publish_skill(files, folder)


def test_the_command_writes_the_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["skill", "--check", "--output", str(tmp_path / "s"), "--for", "app_store_connect"]
    )
    assert result.exit_code == 0, result.exception
    assert (tmp_path / "s" / "SKILL.md").is_file()
