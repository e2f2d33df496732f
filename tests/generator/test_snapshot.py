"""The snapshot: the same facts on disk, and not a word believed that is not one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from ascgen.errors import SpecError
from ascgen.snapshot import (
    newest_snapshot,
    read_snapshot,
    snapshot_name,
    snapshot_version,
    write_snapshot,
)
from support import mini
from support.mini import TEXT, array, edited, enum, obj, operation, parameter, ref
from support.program import Program

if TYPE_CHECKING:
    from pathlib import Path

SPEC = mini.spec(
    {
        "GET /v1/apps": operation(
            "apps_getCollection",
            "AppsResponse",
            parameter("filter[kind]", array(enum("A", "B"))),
            parameter("fields[apps]", array(enum("name", "kind"))),
        ),
        "PATCH /v1/apps/{id}": operation("apps_updateInstance", body="AppUpdateRequest"),
    },
    mini.resource(
        "App",
        "apps",
        {"name": {**TEXT, "description": "Said by Apple."}, "kind": ref("Kind")},
        {"builds": mini.many("builds")},
    ),
    mini.request("AppUpdate", "apps", {"plan": obj({"days": array(TEXT)})}),
    {"Kind": enum("A", "B")},
)
API = mini.analysed(SPEC)
TEXTUAL = write_snapshot(API)
PLAIN: dict[str, Any] = json.loads(TEXTUAL)


def test_what_is_written_is_read() -> None:
    assert read_snapshot(TEXTUAL, origin="x") == API
    assert write_snapshot(read_snapshot(TEXTUAL, origin="x")) == TEXTUAL


def test_document_and_snapshot_give_the_same_client() -> None:
    assert mini.files_of(read_snapshot(TEXTUAL, origin="x"), "same") == mini.files_of(API, "same")


def test_an_entity_is_a_line_and_none_of_apples_prose() -> None:
    lines = [line.rstrip(",") for line in TEXTUAL.decode().splitlines()]
    assert sum(line.startswith('"App": ') for line in lines) == 1
    assert sum('"id":"apps_updateInstance"' in line for line in lines) == 1
    assert "Said by Apple" not in TEXTUAL.decode()


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("/format", 2, "has format 2, this program reads 1"),
        ("/format", "1", "not a snapshot this program can read"),
        ("/title", 'a"""b', "$.title"),
        ("/title", "a\nb", "$.title"),
        ("/version", "1.0/../..", "$.version"),
        ("/version", "4.4\n", "$.version"),
        ("/server", "http://api.appstoreconnect.apple.com", "$.server"),
        ("/server", "https://a@b", "$.server"),
        ("/product", "../x", "there is no product '../x'"),
        ("/overlay", ["a'b"], "$.overlay"),
        ("/operations/0/path", "/v1/../../x", "$.operations[0].path"),
        ("/operations/0/path", "/v1/apps/{id}/'", "$.operations[0].path"),
        ("/operations/0/method", "PUT", "$.operations[0].method"),
        ("/operations/0/kind", "runInstance", "$.operations[0].kind"),
        ("/operations/0/id", "a'b", "$.operations[0].id"),
        ("/operations/0/filters/0/name", "a']", "$.operations[0].filters[0].name"),
        ("/operations/0/filters/0/values/0", "A', x", "$.operations[0].filters[0].values"),
        ("/operations/0/fields/0/type", "a b", "$.operations[0].fields[0].type"),
        ("/operations/0/fields/0/fieldset", "gone", "there is no fieldset 'gone'"),
        ("/operations/0/answers/0/schema", "Gone", "there is no schema 'Gone'"),
        ("/operations/0/answers/0/media_type", "a b", "$.operations[0].answers[0].media_type"),
        ("/operations/1/request", "Gone", "there is no schema 'Gone'"),
        ("/operations/1/request", "App", "App is not a request"),
        ("/schemas/App/name", "Other", "'App' holds the entity 'Other'"),
        ("/schemas/App/type", "a b", "$.schemas"),
        ("/schemas/App/is", "nothing", "$.schemas"),
        ("/schemas/App/attributes/0/name", "a=b", "$.schemas"),
        ("/schemas/App/attributes/1/type/schema", "Gone", "there is no schema 'Gone'"),
        ("/schemas/App/attributes/1/type/schema", "AppResponse", "is used as something it is not"),
        ("/schemas/App/relationships/0/name", "a(b", "$.schemas"),
        ("/schemas/AppResponse/resource", "Gone", "there is no schema 'Gone'"),
        ("/schemas/AppResponse/resource", "Kind", "is used as something it is not"),
        ("/schemas/Kind/values/0", "A\nimport os", "$.schemas"),
        ("/schemas/Kind/values/0", "\u202ea", "$.schemas"),
        ("/fieldsets/apps/name", "other", "'apps' holds the entity 'other'"),
        ("/fieldsets/apps/values/0", '"', "$.fieldsets"),
        ("/operations", None, "missing required field `operations`"),
    ],
)
def test_a_tampered_snapshot_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    value: object,
    message: str,
) -> None:
    program = Program(tmp_path, monkeypatch, capsys)
    assert message in program.refusal(edited(PLAIN, place, value), "tampered.api.json")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}', TEXTUAL[:-10], b"[" * 100_000, b"PK\x03\x04"],
    ids=lambda content: repr(content[:8]),
)
def test_what_is_no_snapshot_is_refused(content: bytes) -> None:
    with pytest.raises(SpecError, match="x is not a snapshot this program can read"):
        read_snapshot(content, origin="x")


@pytest.mark.parametrize("member", ["operations", "schemas"])
def test_a_snapshot_holds_no_more_than_any_api(member: str) -> None:
    first = PLAIN[member][0] if member == "operations" else PLAIN[member]["Kind"]
    many = (
        [first] * 20_001
        if member == "operations"
        else dict.fromkeys(map(str, range(20_001)), first)
    )
    with pytest.raises(SpecError, match=rf"length <= 20000 - at `\$\.{member}`"):
        read_snapshot(json.dumps({**PLAIN, member: many}).encode(), origin="x")


@pytest.mark.parametrize("depth", [60, 400, 2000])
def test_deep_types_are_refused(depth: int) -> None:
    kind = b'{"is":"array","items":' * depth + b'{"is":"scalar","name":"string"}' + b"}" * depth
    whole = edited(PLAIN, "/schemas/App/attributes/0/type", "HERE")
    with pytest.raises(SpecError):
        read_snapshot(json.dumps(whole).encode().replace(b'"HERE"', kind), origin="x")


def test_the_newest_snapshot_is_that_of_the_highest_version(tmp_path: Path) -> None:
    assert newest_snapshot(tmp_path) is None
    for version in ("4.9", "4.10", "4.10.1", "3.99"):
        api = msgspec.structs.replace(API, version=version)
        (tmp_path / snapshot_name(api)).write_bytes(write_snapshot(api))
    other = msgspec.structs.replace(API, product="enterprise", version="9.0")
    (tmp_path / snapshot_name(other)).write_bytes(write_snapshot(other))
    assert newest_snapshot(tmp_path) == tmp_path / "app-store-connect-4.10.1.api.json"
    assert newest_snapshot(tmp_path, "enterprise") == tmp_path / "enterprise-9.0.api.json"


@pytest.mark.parametrize(
    ("names", "newest", "version"),
    [
        (["4.5-beta", "4.5", "4.4"], "4.5", "4.5"),
        (["4.5-beta", "4.4"], "4.5-beta", "4.5-beta"),
        (["4.5-beta-2", "4.5-beta"], "4.5-beta-2", "4.5-beta-2"),
    ],
)
def test_a_version_with_hyphens_is_read_as_a_whole(
    tmp_path: Path, names: list[str], newest: str, version: str
) -> None:
    for name in names:
        (tmp_path / f"app-store-connect-{name}.api.json").touch()
    found = newest_snapshot(tmp_path)
    assert found == tmp_path / f"app-store-connect-{newest}.api.json"
    assert snapshot_version(found) == version
