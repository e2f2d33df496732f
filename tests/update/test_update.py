"""`ascgen update` on a small checkout: what it writes, what it refuses, how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ascgen.snapshot import load_snapshot
from support.mini import edited
from support.program import written
from update.case import LESS, MORE, OLD, SAME_NUMBER, UNKNOWN, spec

if TYPE_CHECKING:
    from update.case import Case

JSON_PAGE = Path(__file__).parents[2] / "docs" / "json.md"
# What is formatted for one test need not be formatted for the next.
pytestmark = pytest.mark.xdist_group("update")

SNAPSHOT = "app-store-connect-1.0.api.json"
NEXT_SNAPSHOT = "app-store-connect-1.1.api.json"


# --- Nothing new -------------------------------------------------------------------------------


def test_the_same_content_is_nothing_new(case: Case) -> None:
    before = case.files()
    done = case("--test")
    assert (done.code, done.err) == (0, "")
    assert done.out == "Nothing new: App Store Connect API 1.0 is what is committed.\n"
    assert case.files() == before


def test_what_was_not_modified_at_the_server_is_compared_all_the_same(case: Case) -> None:
    case.publish(OLD, etag='"one"')
    assert case().code == 0
    assert case().code == 0
    case.publish(MORE, etag='"two"')
    assert case("--dry-run").code == 10
    # It is in the cache by now, and the server sends nothing.
    assert case("--dry-run").code == 10
    assert case.server.requests[-1]["if-none-match"] == '"two"'


# --- Updates -----------------------------------------------------------------------------------


def test_an_update_writes_changelog_client_and_snapshot_and_nothing_else(case: Case) -> None:
    before = case.files()
    case.publish(MORE)
    done = case()
    assert (done.code, done.err) == (10, "")
    after = case.files()
    assert case.snapshots == [NEXT_SNAPSHOT]
    assert load_snapshot(case.root / "spec_cache" / NEXT_SNAPSHOT).version == "1.1"
    others = {path for path in after if before.get(path) != after[path]}
    assert {path for path in others if not path.startswith("generated/")} == {
        "CHANGELOG.md",
        f"spec_cache/{NEXT_SNAPSHOT}",
    }
    assert before.keys() - after.keys() == {f"spec_cache/{SNAPSHOT}"}
    assert "get(" in after["generated/app_store_connect/resources/apps.py"].decode()
    assert after["generated/notes.txt"] == b"mine"
    told = case.changelog
    assert "### App Store Connect API 1.1 (from 1.0)" in told
    assert "- `asc.apps`: `get`" in told
    assert case().code == 0
    assert case.files() == after


def test_a_report_says_what_to_do(case: Case) -> None:
    case.publish(MORE)
    out = case().out
    assert out.startswith("App Store Connect API 1.0 → 1.1: 1 change: 0 breaking, 0 typing and 1 ")
    assert re.search(r"  written: \d+ files in generated/\n  written: CHANGELOG.md\n", out)
    assert f"  removed: spec_cache/{SNAPSHOT}\n" in out
    assert "Version of the client: 1.1 (" in out
    assert "Version of ascgen: 0.1.1 after 0.1.0 (" in out
    places = "    README.md:1\n    docs/guide/versions.md:1\n"
    assert f"lines that speak of 1.0; counts may be among them\n{places}Updated" in out
    assert out.splitlines()[-1].startswith("Updated: look at `git diff`, then commit.")


def test_other_content_under_the_same_number_is_an_update(case: Case) -> None:
    case.publish(SAME_NUMBER)
    done = case()
    assert done.code == 10
    assert "Version of the client: 1.0.0.1 (" in done.out
    assert "lines that speak of" not in done.out
    assert case.snapshots == [SNAPSHOT]
    assert "### App Store Connect API 1.0 (changed under the same number)" in case.changelog
    again = spec("1.0", **{"GET_/v2/apps": SAME_NUMBER["paths"]["/v1/apps"]["get"]})
    case.publish(again)
    done = case("--dry-run")
    assert done.code == 11
    # Whether the first change was released is not known: then somebody has raised the number.
    assert "Version of the client: 1.0.0.1 (" in done.out


def test_other_content_that_says_the_same_is_nothing_new(case: Case) -> None:
    before = case.files()
    for document in (OLD | {"x-note": 1}, spec(note="Apple explains.")):
        case.publish(document)
        done = case("--json")
        assert done.code == 0
        facts = json.loads(done.out)
        assert facts["outcome"] == "unchanged"
        assert facts["files"] == {"written": [], "removed": []}
    assert case.files() == before


def test_what_is_not_in_the_client_has_to_be_looked_at(case: Case) -> None:
    case.publish(UNKNOWN)
    done = case("--notes", case.place / "notes.md")
    place, told = "/paths/~1v1~1apps/put", "the method PUT is not known; request('PUT', '/v1/apps')"
    assert done.code == 11
    assert "is in the document and not in the client" in done.out
    assert f"    {place}: {told}\n" in done.out
    assert done.out.endswith("not all of it is in the client: look at it, then commit.\n")
    assert f"#### Not in the client\n\n- `{place}`: {told}\n" in case.changelog
    assert f"- `{place}`: {told}\n" in (case.place / "notes.md").read_text()
    assert f"- `{place}`: {told}\n" in (case.root / "generated" / "README.md").read_text()
    # The same omission is no news the next time.
    case.publish(edited(UNKNOWN, "/info/version", "1.2"))
    again = case("--json")
    assert again.code == 10
    assert [item["id"] for item in json.loads(again.out)["omissions"]] == [place]
    case.publish(edited(spec("1.3"), "/info/title", "App Store Connect API"))
    assert case().code == 10
    assert f"#### In the client now\n\n- `{place}`: {told}\n" in case.changelog


def test_what_breaks_has_to_be_looked_at(case: Case) -> None:
    case.publish(LESS)
    done = case()
    assert done.code == 11
    assert "    apps.list(name=) (removed)\n" in done.out
    assert "Version of ascgen: 0.2.0 after 0.1.0 (" in done.out
    assert done.out.splitlines()[-1] == "Updated, and something breaks: look at it, then commit."
    assert case.snapshots == [NEXT_SNAPSHOT]


def test_snapshots_left_from_before_go(case: Case) -> None:
    case.commit(spec("0.9"))
    case.publish(MORE)
    assert case().code == 10
    assert case.snapshots == [NEXT_SNAPSHOT]


def test_without_a_changelog_one_is_begun(case: Case) -> None:
    (case.root / "CHANGELOG.md").unlink()
    case.publish(MORE)
    assert case().code == 10
    assert case.changelog.startswith(
        "# Changelog\n\n## Unreleased\n\n### App Store Connect API 1.1 "
    )


# --- Tests -------------------------------------------------------------------------------------

GREEN = """
import os, pathlib
def test_it_is_the_new_client_offline():
    assert os.environ["ASCGEN_OFFLINE"]
    text = pathlib.Path("generated/app_store_connect/__init__.py").read_text()
    assert '"1.1"' in text
"""


def test_green_tests_are_said_to_be_so(case: Case) -> None:
    written(case.root, {"tests/test_one.py": GREEN})
    case.publish(MORE)
    done = case("--test")
    assert done.code == 10
    assert done.out.splitlines()[-1] == "Updated: look at `git diff`, then commit."


def test_red_tests_leave_the_files_and_say_what_to_do(case: Case) -> None:
    written(case.root, {"tests/test_one.py": "def test_counts():\n    assert 1 == 2\n"})
    case.publish(MORE)
    done = case("--test")
    assert done.code == 11
    assert "tests fail: the files stay as they are" in done.out.splitlines()[-1]
    assert case.snapshots == [NEXT_SNAPSHOT]
    assert case().code == 0


def test_tests_that_do_not_run_are_not_green(case: Case) -> None:
    case.publish(MORE)
    done = case("--test", "--json")
    facts = json.loads(done.out)  # what pytest prints goes elsewhere
    assert (done.code, facts["exit_code"], facts["tests"]) == (11, 11, "failed")
    assert facts["outcome"] == "updated"


# --- Interruptions -----------------------------------------------------------------------------


@pytest.mark.parametrize("stopped", ["CHANGELOG.md", NEXT_SNAPSHOT])
def test_an_interrupted_update_is_finished_by_the_next(case: Case, stopped: str) -> None:
    """The writing fails at each file in turn; the snapshot is the old one until all is done."""
    case.publish(MORE)
    from ascgen.update import writing

    write = writing.write_atomically

    def fail(path: Path, content: bytes) -> None:
        if path.name == stopped:
            raise OSError(28, "No space left on device")
        write(path, content)

    with case.monkeypatch.context() as patched:
        patched.setattr(writing, "write_atomically", fail)
        done = case()
    assert done.code == 3
    assert f"{stopped}: No space left on device\n  hint: run the same command again" in done.err
    assert case.snapshots == [SNAPSHOT]
    assert case().code == 10
    assert case.snapshots == [NEXT_SNAPSHOT]
    assert case.changelog.count("### App Store Connect API 1.1 (from 1.0)") == 1
    assert case().code == 0


def test_an_update_that_is_finished_suggests_what_it_did_before(case: Case) -> None:
    case.publish(SAME_NUMBER)
    assert case().code == 10
    case.commit(OLD)  # as if the snapshot had not been written
    assert "Version of the client: 1.0.0.1 (" in case().out


# --- Dry runs, notes and JSON ------------------------------------------------------------------


def test_a_dry_run_shows_everything_and_writes_nothing(case: Case) -> None:
    before = case.files()
    case.publish(LESS)
    done = case("--dry-run")
    assert done.code == 11
    assert done.out.startswith("### App Store Connect API 1.1 (from 1.0)\n")
    assert "#### Breaking" in done.out
    assert "Version of the client: 1.1 (" in done.out
    assert "written" not in done.out.splitlines()[-2]
    assert case.files() == before
    case.publish(MORE)
    assert case("--dry-run").code == 10


def documented(heading: str) -> set[str]:
    """The members that docs/json.md tells of a kind of item."""
    _, _, rest = JSON_PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    text = re.sub(r"\([^()]*\)", "", rest.partition("\n## ")[0].partition(". Where")[0])
    return set(re.findall(r"`(\w+)`", text))


def test_json_is_as_documented(case: Case) -> None:
    unchanged = json.loads(case("--json").out)
    assert set(unchanged) == documented("update")
    assert unchanged["outcome"] == "unchanged"
    assert (unchanged["exit_code"], unchanged["review"]) == (0, [])
    case.publish(LESS)
    planned = json.loads(case("--json", "--dry-run").out)
    assert set(planned) == documented("update")
    assert (planned["outcome"], planned["exit_code"], planned["bump"]) == ("planned", 11, "major")
    assert planned["id"] == "app-store-connect-1.0..app-store-connect-1.1"
    assert planned["files"] == {"written": [], "removed": []}
    assert planned["markdown"].startswith("### App Store Connect API 1.1")
    assert set(planned["versions"]["ascgen"]) == {"old", "new", "reason"}
    assert planned["review"][0]["id"] == "breaking"
    for item in planned["review"]:
        assert set(item) == documented("review")
    updated = json.loads(case("--json").out)
    assert updated["outcome"] == "updated"
    assert f"spec_cache/{SNAPSHOT}" in updated["files"]["removed"]


def test_notes_are_what_a_pull_request_says(case: Case) -> None:
    case.publish(LESS)
    notes = case.place / "notes.md"
    assert case("--notes", notes).code == 11
    text = notes.read_text(encoding="utf-8")
    assert text.startswith("# App Store Connect API 1.0 → 1.1\n\nUpdated, and something breaks")
    assert "apps.list(name=) (removed)" in text
    assert "#### Breaking" in text


def test_notes_fit_into_a_pull_request(case: Case) -> None:
    many = {
        f"GET_/v1/{'a' * 90}{chr(97 + n // 26)}{chr(97 + n % 26)}": {
            **MORE["paths"]["/v1/apps"]["get"],
            "operationId": f"x{n}_getCollection",
        }
        for n in range(676)
    }
    case.publish(spec("1.1", **many))
    notes = case.place / "notes.md"
    assert case("--dry-run", "--notes", notes).code == 10
    text = notes.read_text(encoding="utf-8")
    assert len(text) < 65_536
    assert text.endswith("The rest is in `CHANGELOG.md`.\n")


def test_the_exit_codes_are_told_where_people_look(case: Case) -> None:
    page = JSON_PAGE.read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)
    done = case.offline("--help")
    for code in ("0", "10", "11", "2", "3"):
        assert code in listed
        assert re.search(rf"^    {code} ", done.out, flags=re.MULTILINE)
