"""What `ascgen update` refuses: nothing is changed, and what to do is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.program import written
from update.case import HOSTILE, MORE, as_bytes, spec

if TYPE_CHECKING:
    from update.case import Case

pytestmark = pytest.mark.xdist_group("update")

SNAPSHOT = "app-store-connect-1.0.api.json"
NEXT_SNAPSHOT = "app-store-connect-1.1.api.json"


def refusal(case: Case, *words: object, offline: bool = False) -> str:
    """The complaint of a run that ended with 3 and changed nothing of the checkout."""
    before = case.files()
    done = case.offline(*words) if offline else case(*words)
    assert (done.code, done.out) == (3, "")
    assert case.files() == before
    line, hint = done.err.splitlines()
    assert line.startswith("ascgen: ")
    assert hint.startswith("  hint: ")
    return done.err


def test_offline_is_not_nothing_new(case: Case) -> None:
    case.monkeypatch.setenv("ASCGEN_OFFLINE", "1")
    error = refusal(case, offline=True)
    assert "was not looked up, since ASCGEN_OFFLINE is set" in error
    assert "--from FILE" in error
    assert case.server.requests == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"status": 404}, "answered 404"),
        ({"status": 503}, "answered 503"),
        ({"body": b"<!DOCTYPE html><p>Sign in"}, ""),
        ({"body": b"PK\x03\x04 cut off"}, ""),
        ({"body": b"{"}, "not valid JSON"),
    ],
)
def test_what_is_no_document_is_refused(case: Case, answer: dict[str, Any], message: str) -> None:
    case.publish(answer.pop("body", b""), **answer)
    done = case()
    assert done.code == 3
    assert message in done.err
    assert case.snapshots == [SNAPSHOT]


def test_a_server_out_of_reach_is_not_nothing_new(case: Case) -> None:
    # Nothing listens on a discard port of this machine.
    error = refusal(case, "--url", "http://127.0.0.1:9/spec.zip", offline=True)
    assert "whether there is anything new could not be looked up: cannot download" in error


def test_a_hint_that_helps_is_kept(case: Case) -> None:
    case.publish(b"", status=404)
    assert "give another address with --url" in refusal(case)


def test_what_nothing_can_be_made_of_is_named_with_its_place(case: Case) -> None:
    case.publish(HOSTILE)
    before = case.files()
    done = case()
    assert (done.code, done.out) == (3, "")
    assert "not text that an API could use (at /paths/~1v1~1apps/get/operationId)" in done.err
    assert case.files() == before


def test_an_older_version_is_refused_unless_it_is_asked_for(case: Case) -> None:
    case.commit(spec("1.10"))
    (case.root / "spec_cache" / SNAPSHOT).unlink()
    case.publish(spec("1.9"))
    error = refusal(case)
    assert "has version 1.9, and 1.10 is committed already" in error
    file = case.place / "old.json"
    file.write_bytes(as_bytes(spec("1.9")))
    assert case.offline("--from", file, "--dry-run").code == 10
    assert case("--older").code == 10
    assert case.snapshots == ["app-store-connect-1.9.api.json"]


def test_a_file_is_as_good_as_a_download(case: Case) -> None:
    case.monkeypatch.setenv("ASCGEN_OFFLINE", "1")
    file = case.place / "new.json"
    file.write_bytes(as_bytes(MORE))
    assert case.offline("--from", file).code == 10
    assert case.snapshots == [NEXT_SNAPSHOT]


def test_a_product_without_a_snapshot_has_nothing_to_follow(case: Case) -> None:
    error = refusal(case, "--product", "enterprise", offline=True)
    assert "ascgen snapshot --product enterprise" in error


@pytest.mark.parametrize(
    "words",
    [("--from", "x", "--url", "y"), ("--from", "x", "--timeout", "1"), ("--dry-run", "--test")],
)
def test_options_that_contradict_each_other(case: Case, words: tuple[str, ...]) -> None:
    assert case.offline(*words).code == 2


def test_a_folder_that_is_no_checkout(case: Case) -> None:
    (case.root / "pyproject.toml").unlink()
    done = case()
    assert done.code == 2
    assert "is not a checkout" in done.err


def test_a_client_that_cannot_be_rendered_changes_nothing(case: Case) -> None:
    written(case.root, {"generated/app_store_connect/client.py": "# by hand\n"})
    case.publish(MORE)
    assert "was not generated and would be overwritten" in refusal(case)
