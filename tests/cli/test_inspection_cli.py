"""The inspection commands: readable at every width, plain when piped, JSON as documented."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from ascgen.cli import app, pages, sheets
from ascgen.documents.cache import SpecCache
from ascgen.documents.fetch import import_file
from ascgen.errors import SpecError, UsageError
from ascgen.explore.explorer import Explorer
from ascgen.explore.places import places
from ascgen.snapshot import load_snapshot, snapshot_version
from support import mini
from support.whole_api import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "json.md"
SNAPSHOT_VERSION = snapshot_version(snapshot_path())
BROAD = "appStoreVersionExperimentTreatmentLocalizations"
COMMANDS = [
    ["info"],
    ["resources"],
    ["resources", "beta*"],
    ["operations"],
    ["operations", BROAD],
    ["resource", "apps"],
    ["resource", "inAppPurchases"],
    ["resource", "perfPowerMetrics"],
    ["resource", BROAD],
    ["operation", "apps_getCollection"],
    ["operation", "POST /v1/winBackOffers"],
    ["operation", "betaGroups_betaTesters_createToManyRelationship"],
    ["operation", "appStoreVersions_build_updateToOneRelationship"],
    ["operation", "salesReports_getCollection"],
    ["operation", "gameCenterAchievements_createInstance"],
    ["schema", "Platform"],
    ["schema", "AppStoreVersion"],
    ["schema", "AppPriceScheduleCreateRequest"],
    ["schema", "AppsResponse"],
    ["schema", "AppEventUpdateRequest"],
    ["schema", "csv"],
    ["schema", "ErrorResponse"],
    ["where", "usesNonExemptEncryption"],
    ["where", "READY_FOR_REVIEW"],
    ["where", "builds"],
    ["search", "submit", "app", "for", "review"],
    ["search", "create an app"],
    ["search", "state", "--kind", "value", "--kind", "parameter", "--limit", "40"],
]


def run(*arguments: str, **variables: str) -> str:
    """What a command prints, run in this process."""
    environment: dict[str, str | None] = {"COLUMNS": None, **variables}
    result = CliRunner().invoke(app, [*arguments, "--spec", "snapshot"], env=environment)
    if result.exception is not None:
        raise result.exception
    return result.output


def kept(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def in_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return Explorer(load_snapshot(snapshot_path()))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_width_says_the_same_and_keeps_to_it(command: list[str]) -> None:
    whole = run(*command)
    for width in (80, 160):
        text = run(*command, COLUMNS=str(width))
        longest = max(text.splitlines(), key=len)
        assert len(longest) <= width, longest
        assert "".join(text.split()) == "".join(whole.split())
    assert "\x1b" not in whole


def test_narrow_and_wide_pages_are_laid_out_for_it() -> None:
    narrow = run("operation", "winBackOffers_createInstance", COLUMNS="40").splitlines()
    wide = run("operation", "winBackOffers_createInstance", COLUMNS="200").splitlines()
    assert len(narrow) > len(wide)
    assert max(map(len, narrow)) <= 40
    assert 80 < max(map(len, wide)) <= 200


def test_lists_are_tabbed_where_there_is_no_width() -> None:
    lines = run("operations").splitlines()
    assert len(lines) == len(load_snapshot(snapshot_path()).operations)
    assert {line.count("\t") for line in lines} == {2}
    assert "apps_getCollection\tGET /v1/apps\tasc.apps.list()" in lines
    assert all(line.count("\t") == 2 for line in run("resources").splitlines())


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda e: sheets.resource_page(e.resource("betaGroups")), ["publicLinkLimit", "app"]),
        (
            lambda e: sheets.operation_page(e.operation("builds_getCollection")),
            ["filter[processingState]", "PROCESSING", "sort", "limit[icons]", "BuildsResponse"],
        ),
        (lambda e: sheets.schema_page(e.schema("Platform")), ["VISION_OS", "AppStoreVersion"]),
        (
            lambda e: sheets.places_page({"results": places(e, "READY_FOR_REVIEW")}),
            ["reviewSubmissions.state", "filter[appStoreState]", "AppVersionState"],
        ),
    ],
)
def test_pages_say_what_there_is_to_know(
    explorer: Explorer, make: Callable[[Explorer], pages.Page], names: list[str]
) -> None:
    text = "\n".join(line.text for line in make(explorer).lines(0))
    for name in names:
        assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text), name


def test_each_operation_of_a_resource_stands_with_its_call(explorer: Explorer) -> None:
    facts = explorer.resource("betaGroups")
    text = run("resource", "betaGroups")
    for operation in facts["operations"]:
        (line,) = (x for x in text.splitlines() if x.split()[:1] == [operation["id"]] and "(" in x)
        assert operation["call"] in line


def test_what_is_deprecated_names_its_successor() -> None:
    text = run("operation", "gameCenterAchievements_createInstance")
    assert "use gameCenterAchievementsV2_createInstance" in text


# --- JSON ------------------------------------------------------------------------------------


def documented() -> dict[str, set[str]]:
    """The members that docs/json.md tells of each kind of item."""
    found: dict[str, set[str]] = {}
    for section in DOCUMENTATION.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        # What stands in parentheses explains; members stand outside of them.
        text = re.sub(r"\([^()]*\)", "", text)
        found[heading] = set(re.findall(r"`(\w+)`", text))
    return found


PARTS = documented()
USED_BY = {"returned_by", "included_by", "accepted_by", "part_of"}
FIELD_IN_USE = PARTS["field"] | PARTS["field in use"]


def check(item: dict[str, Any], members: set[str]) -> None:
    assert set(item) == members
    assert isinstance(item["kind"], str)
    assert isinstance(item["id"], str)
    assert item["id"]


def test_json_of_info() -> None:
    facts = in_json("info")
    check(facts, PARTS["document"])
    assert facts["id"] == f"app-store-connect-{facts['version']}"
    assert set(facts["counts"]) == {
        "operations", "deprecated_operations", "resources", "schemas", "enums",
    }  # fmt: skip
    assert sum(facts["operation_kinds"].values()) == facts["counts"]["operations"]
    assert facts["core_resources"][0]["id"] == "apps"
    for item in facts["core_resources"]:
        check(item, PARTS["resource"])


def test_json_of_lists() -> None:
    resources, operations = in_json("resources"), in_json("operations")
    for item in resources:
        check(item, PARTS["resource"])
        assert item["kind"] == "resource"
    for item in operations:
        check(item, PARTS["operation"])
        assert set(item["python"]) == {"namespace", "method"}
        assert item["call"].startswith("asc.{namespace}.{method}(".format(**item["python"]))
    assert sum(item["operation_count"] for item in resources) == len(operations)
    assert len(operations) == len(load_snapshot(snapshot_path()).operations)


def test_json_of_a_resource() -> None:
    for name in ("betaGroups", "perfPowerMetrics", "salesReports", "inAppPurchases"):
        facts = in_json("resource", name)
        check(facts, PARTS["resource"] | PARTS["resource, in full"])
        for item in facts["operations"]:
            check(item, PARTS["operation"])
        for item in (*facts["attributes"], *facts["relationships"]):
            check(item, FIELD_IN_USE)


@pytest.mark.parametrize("name", [c[1] for c in COMMANDS if c[0] == "operation"])
def test_json_of_an_operation(name: str) -> None:
    facts = in_json("operation", name)
    check(facts, PARTS["operation"] | PARTS["operation, in full"])
    for item in facts["parameters"]:
        check(item, PARTS["parameter of an operation"])
    for item in facts["responses"]:
        assert set(item) == {"status", "media_type", "schema"}
    if facts["body"] is not None:
        check(facts["body"], PARTS["body"])
        for item in (*facts["body"]["attributes"], *facts["body"]["relationships"]):
            check(item, PARTS["field"])


@pytest.mark.parametrize("name", [c[1] for c in COMMANDS if c[0] == "schema"])
def test_json_of_a_schema(name: str) -> None:
    facts = in_json("schema", name)
    check(facts, PARTS["schema"])
    assert set(facts["used_by"]) == USED_BY
    for item in (*facts["fields"], *facts["relationships"]):
        check(item, PARTS["field"])


def test_json_of_uses() -> None:
    expected = {
        "resource": {"kind", "id", "schemas", "included_by", "returned_by"},
        "schema": {"kind", "id", *USED_BY},
        "field": FIELD_IN_USE,
        "parameter": {"kind", "id", "operations"},
        "value": {"kind", "id", "schemas", "fields", "parameters"},
    }
    told = PARTS["use"] | FIELD_IN_USE | USED_BY
    assert told >= set[str]().union(*expected.values())
    names = ("builds", "Build", "usesNonExemptEncryption", "READY_FOR_REVIEW", "filter[app]")
    seen: set[str] = set()
    for name in names:
        facts = in_json("where", name)
        assert set(facts) == {"results"}
        for item in facts["results"]:
            check(item, expected[item["kind"]])
            seen.add(item["kind"])
    assert seen == set(expected)


def test_json_of_a_search() -> None:
    answers = [
        in_json("search", words, "--limit", "5000")
        for words in ("version state", "sales report", "rate limit")
    ]
    for facts in answers:
        assert set(facts) == {"results", "not_offered"}
        assert facts["not_offered"] is None
    expected = {
        "helper": PARTS["helper"] | {"score"},
        "guide": PARTS["guide"] | {"score"},
        "operation": PARTS["operation"] | {"score"},
        "resource": PARTS["resource"] | {"summary", "score"},
        "schema": {"kind", "id", "summary", "score"},
        "field": FIELD_IN_USE | {"summary", "score"},
        "parameter": {"kind", "id", "operations", "summary", "score"},
        "value": {"kind", "id", "schemas", "fields", "parameters", "summary", "score"},
    }
    results = [item for facts in answers for item in facts["results"]]
    for item in results:
        check(item, expected[item["kind"]])
    assert {item["kind"] for item in results} == set(expected)


def test_json_of_a_vain_wish() -> None:
    facts = in_json("search", "create", "an", "app")
    check(facts["not_offered"], {"kind", "id", "answer", "remains", "instead"})
    assert facts["not_offered"].keys() <= PARTS["not_offered"] | {"kind", "id"}
    near = [item["id"] for item in facts["results"]]
    assert near[: len(facts["not_offered"]["instead"])] == facts["not_offered"]["instead"]


def test_a_search_without_hits() -> None:
    for form in ((), ("--json",)):
        with pytest.raises(UsageError, match="nothing fits 'xyzzyplugh'"):
            run("search", "xyzzyplugh", *form)
    result = CliRunner().invoke(app, ["search", "xyzzyplugh", "--json", "--spec", "snapshot"])
    assert json.loads(result.stdout) == {"results": [], "not_offered": None}
    with pytest.raises(UsageError, match="no kind 'thing'"):
        run("search", "app", "--kind", "thing")


# --- As a program ------------------------------------------------------------------------------


def ascgen(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"} | variables
    return subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["operation", "apps_getColection"], 2, "did you mean apps_getCollection"),
        (["schema", "Bulid"], 2, "did you mean Build"),
        (["info", "--spec", "no-such-version"], 2, "hint"),
        (["info", "--spec", str(DOCUMENTATION)], 3, "ascgen:"),
    ],
)
def test_errors_are_a_line_and_a_hint(arguments: list[str], code: int, hint: str) -> None:
    done = ascgen(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2


def test_a_terminal_gets_marks_and_a_pipe_does_not() -> None:
    arguments = ["resource", "gameCenterAchievements", "--spec", "snapshot"]
    assert "\x1b[" not in ascgen(*arguments).stdout
    assert "\x1b[1m" in on_a_terminal(*arguments)
    assert "\x1b[" not in on_a_terminal(*arguments, NO_COLOR="1")


def on_a_terminal(*arguments: str, **variables: str) -> str:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", **variables}
    process = subprocess.Popen(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", *arguments], stdout=theirs, env=environment
    )
    os.close(theirs)
    parts: list[bytes] = []
    # A terminal whose other end was closed ends in an error.
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return b"".join(parts).decode()


def test_a_search_loads_no_more_than_it_needs() -> None:
    code = (
        "import sys; sys.argv = ['ascgen', 'search', 'list', 'apps', '--spec', 'snapshot'];"
        "from ascgen.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'rich', 'httpx', 'black', 'jinja2', 'datamodel_code_generator', 'rapidfuzz'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("apps_getCollection")
    assert done.stderr.strip() == "[]"


def test_looking_up_goes_on_where_the_newest_document_cannot_be_read(tmp_path: Path) -> None:
    odd = mini.spec({"GET /v1/apps/{id}": mini.operation("apps_getInstance", "AppResponse")})
    odd["info"]["version"] = "99.0"
    odd["paths"]["/v1/apps/{id}"]["get"]["operationId"] = "a`b"
    import_file(SpecCache(tmp_path), kept(tmp_path / "odd.json", odd))
    done = CliRunner().invoke(app, ["info", "--cache-dir", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "/paths/~1v1~1apps~1{id}/get/operationId" in done.stderr
    assert "going on with the committed snapshot" in done.stderr
    assert f"API {SNAPSHOT_VERSION}" in done.stdout
    words = ["info", "--cache-dir", str(tmp_path), "--spec", "99.0"]
    error = CliRunner().invoke(app, words).exception
    assert isinstance(error, SpecError)
    assert "--spec snapshot" in error.hint


def test_a_request_may_be_two_words() -> None:
    assert run("operation", "GET", "/v1/apps") == run("operation", "GET /v1/apps")


def test_the_program_says_its_version_and_helps_by_either_name() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.output) == (0, f"ascgen {version('ascgen')}\n")
    helps = [
        CliRunner().invoke(app, [*words, name]).output
        for words in ([], ["info"])
        for name in ("-h", "--help")
    ]
    assert helps[0] == helps[1] != helps[2] == helps[3]
    assert "Turn Apple's App Store Connect OpenAPI document" in helps[0]
