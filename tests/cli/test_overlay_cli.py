from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.documents.cache import SpecCache
from ascgen.documents.document import parse_document
from ascgen.overlay import bundled_overlay
from ascgen.snapshot import load_snapshot
from support.small_spec import ENTERPRISE, small_spec, small_spec_bytes, zipped
from support.terminal import on_terminal
from support.whole_api import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path


def ascgen_overlay(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", "overlay", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
def content() -> bytes:
    document = small_spec("4.4.1")
    document["components"]["schemas"] = {
        "BundleIdPlatform": {"type": "string", "enum": ["IOS"]},
        "Device": {
            "properties": {"attributes": {"properties": {"status": {"enum": ["PROCESSING"]}}}}
        },
    }
    return json.dumps(document).encode()


@pytest.fixture
def spec(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "document.json"
    path.write_bytes(content)
    return path


def mends(*arguments: object) -> list[dict[str, Any]]:
    done = ascgen_overlay("--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_mends_as_json(spec: Path) -> None:
    found = {mend["id"]: mend for mend in mends("--spec", spec)}
    bundled = bundled_overlay("app-store-connect").mends
    assert list(found) == [mend.id for mend in bundled]
    assert {mend["kind"] for mend in found.values()} == {"mend"}
    applied = found["bundle-id-platform-services"]
    assert applied == {
        "kind": "mend",
        "id": "bundle-id-platform-services",
        "status": "applied",
        "matched": 1,
        "changed": 1,
        "reason": next(m.reason for m in bundled if m.id == applied["id"]),
        "source": next(m.source for m in bundled if m.id == applied["id"]),
        "places": ["/components/schemas/BundleIdPlatform"],
    }
    made_by_apple, gone = found["device-status-processing"], found["error-link-see"]
    assert [made_by_apple[key] for key in ("status", "matched", "changed")] == ["obsolete", 1, 0]
    assert [gone[key] for key in ("status", "matched", "places")] == ["obsolete", 0, []]
    later = found["asset-library-order"]
    assert [later[key] for key in ("status", "matched", "places")] == ["not-applicable", 0, []]


def test_mends_as_lines_when_piped(spec: Path) -> None:
    done = ascgen_overlay("--spec", spec)
    assert (done.returncode, done.stderr) == (0, "")
    lines = {line.split("\t")[0]: line.split("\t")[1:3] for line in done.stdout.splitlines()}
    assert len(lines) == len(bundled_overlay("app-store-connect").mends)
    assert lines["bundle-id-platform-services"] == ["applied", "1"]
    assert lines["device-status-processing"] == ["obsolete", "1"]
    assert lines["error-link-see"] == ["obsolete", "0"]
    assert "\x1b" not in done.stdout


def test_mends_as_a_table_on_a_terminal(spec: Path) -> None:
    table = on_terminal("overlay", "--spec", spec)
    assert "bundle-id-platform-services" in table
    assert "obsolete: " in table
    bundled = bundled_overlay("app-store-connect").mends
    later = sum(mend.where is not None for mend in bundled)
    obsolete = len(bundled) - later - 1
    counted = f"{len(bundled)} mends, {obsolete} of them obsolete, {later} not applicable"
    assert counted in " ".join(table.split())


def test_a_zip_and_the_other_product(tmp_path: Path) -> None:
    path = tmp_path / "enterprise.zip"
    path.write_bytes(zipped({"oas.json": small_spec_bytes(server=ENTERPRISE)}))
    ids = [mend["id"] for mend in mends("--spec", path)]
    assert ids == [mend.id for mend in bundled_overlay("enterprise").mends]


def test_the_newest_cached_document(tmp_path: Path, content: bytes) -> None:
    cache = SpecCache(tmp_path)
    for found in (small_spec_bytes("4.4"), content):
        document = parse_document(found, origin="test")
        cache.store(document, found, url="test", fetched_at=datetime.now(UTC))
    by_id = {mend["id"]: mend for mend in mends("--cache-dir", tmp_path)}
    assert by_id["bundle-id-platform-services"]["changed"] == 1


def test_without_any_document_the_snapshot_tells_what_was_applied(tmp_path: Path) -> None:
    found = {mend["id"]: mend for mend in mends("--cache-dir", tmp_path / "none")}
    api = load_snapshot(snapshot_path())
    assert list(found) == [mend.id for mend in bundled_overlay("app-store-connect").mends]
    assert {id_ for id_, mend in found.items() if mend["status"] == "applied"} == {*api.overlay}
    assert {mend["status"] for mend in found.values()} <= {"applied", "not-applied"}
    for mend in found.values():
        assert [mend[key] for key in ("matched", "changed", "places")] == [None, None, []]
        assert mend["reason"]
        assert mend["source"]
    assert list(found.values()) == mends("--spec", "snapshot")


def test_a_cached_version_by_its_number(tmp_path: Path, content: bytes) -> None:
    cache = SpecCache(tmp_path)
    cache.store(
        parse_document(content, origin="test"), content, url="test", fetched_at=datetime.now(UTC)
    )
    found = mends("--spec", "4.4.1", "--cache-dir", tmp_path)
    assert found == mends("--cache-dir", tmp_path)
    assert ascgen_overlay("--spec", "9.9", "--cache-dir", tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("content", "said"), [(b"not json", "ascgen: "), (b'{"openapi": "2.0"}', "2.0")]
)
def test_a_file_that_is_no_document(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    done = ascgen_overlay("--spec", path)
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
