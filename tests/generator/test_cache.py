from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import platformdirs
import pytest

from ascgen.documents.cache import SpecCache, StoreOutcome, default_directory
from ascgen.documents.document import parse_document
from ascgen.errors import StoreError
from ascgen.files.atomic import write_atomically
from support.small_spec import ENTERPRISE, small_spec_bytes

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
URL = "https://example.com/spec.zip"


@pytest.fixture
def cache(tmp_path: Path) -> SpecCache:
    return SpecCache(tmp_path / "not" / "there yet")


def store(cache: SpecCache, content: bytes, *, day: int = 0, **facts: str) -> StoreOutcome:
    return cache.store(
        parse_document(content, origin="x"),
        content,
        fetched_at=MOMENT + timedelta(days=day),
        **{"url": URL, **facts},
    )


def tampered(cache: SpecCache, **changes: Any) -> None:
    [entry] = json.loads(cache.manifest.read_bytes())
    cache.manifest.write_text(json.dumps([{**entry, **changes}]))


def test_an_empty_cache(cache: SpecCache) -> None:
    assert cache.entries() == []
    assert cache.newest() is None
    assert cache.find("app-store-connect", "1.0") is None
    assert not cache.directory.exists()


def test_what_is_stored_can_be_loaded(cache: SpecCache) -> None:
    content = small_spec_bytes("4.4.1")
    outcome = store(cache, content, etag='"abc"', last_modified="yesterday")
    entry = outcome.entry
    assert (outcome.change, outcome.previous_sha256) == ("new", "")
    assert entry.file == f"app-store-connect-4.4.1-{entry.sha256[:12]}.json"
    assert cache.path(entry) == cache.directory / "documents" / entry.file
    assert cache.path(entry).read_bytes() == content
    assert cache.load(entry) == parse_document(content, origin="")
    assert cache.load(entry).origin == "cache"
    assert cache.entries() == [entry]
    assert json.loads(cache.manifest.read_bytes()) == [
        {
            "product": "app-store-connect",
            "version": "4.4.1",
            "sha256": entry.sha256,
            "fetched_at": "2026-01-02T03:04:05Z",
            "file": entry.file,
            "url": URL,
            "etag": '"abc"',
            "last_modified": "yesterday",
        }
    ]
    assert {path.name for path in cache.directory.rglob("*")} == {
        "manifest.json",
        "documents",
        entry.file,
    }


def test_the_same_content_again(cache: SpecCache) -> None:
    store(cache, small_spec_bytes(), etag="a")
    again = store(cache, small_spec_bytes(), day=1, etag="b")
    assert again.change == "unchanged"
    assert cache.entries() == [again.entry]
    assert (again.entry.etag, again.entry.fetched_at) == ("b", MOMENT + timedelta(days=1))


def test_a_download_after_an_import_says_where_it_came_from(cache: SpecCache) -> None:
    store(cache, small_spec_bytes(), url="copy.json")
    assert store(cache, small_spec_bytes()).entry.url == URL


def test_an_import_leaves_the_next_download_its_condition(cache: SpecCache) -> None:
    store(cache, small_spec_bytes(), etag="a")
    entry = store(cache, small_spec_bytes(), day=1, url="copy.json").entry
    assert (entry.url, entry.etag, entry.fetched_at) == (URL, "a", MOMENT + timedelta(days=1))


def test_other_content_under_the_same_version(cache: SpecCache) -> None:
    old = store(cache, small_spec_bytes(note="old"))
    new = store(cache, small_spec_bytes(note="new"), day=1)
    assert (new.change, new.previous_sha256) == ("changed", old.entry.sha256)
    assert cache.find("app-store-connect", "1.0") == new.entry
    assert cache.load(old.entry).data["info"]["description"] == "old"
    back = store(cache, small_spec_bytes(note="old"), day=2)
    assert (back.change, back.previous_sha256) == ("changed", new.entry.sha256)
    cache.manifest.write_bytes(msgspec.json.encode([back.entry, new.entry]))
    assert cache.newest() == back.entry


def test_newest_is_by_version_and_within_a_product(cache: SpecCache) -> None:
    for version, day in (("4.10", 0), ("4.9", 1), ("4.4.1", 2)):
        assert store(cache, small_spec_bytes(version), day=day).change == "new"
    enterprise = store(cache, small_spec_bytes("9.0", server=ENTERPRISE)).entry
    newest = cache.newest()
    assert newest
    assert newest.version == "4.10"
    assert cache.newest("enterprise") == enterprise
    assert cache.find("enterprise", "4.10") is None
    found = cache.find("app-store-connect", "4.9")
    assert found
    assert found.version == "4.9"
    entries = cache.entries()
    assert [e.version for e in entries] == ["4.4.1", "4.9", "4.10", "9.0"]
    cache.manifest.write_bytes(msgspec.json.encode(entries[::-1]))
    assert cache.newest() == newest
    assert cache.entries() == entries


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[", b"[1]", b"[{}]", b"\xff", b'"\\ud800"', b"[" * 100_000, b"null"],
)
def test_a_damaged_manifest(cache: SpecCache, content: bytes) -> None:
    cache.directory.mkdir(parents=True)
    cache.manifest.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        cache.entries()
    assert "delete it" in caught.value.hint
    with pytest.raises(StoreError):
        store(cache, small_spec_bytes())
    assert cache.manifest.read_bytes() == content


@pytest.mark.parametrize(
    "changes",
    [
        {"file": "../../../etc/passwd"},
        {"file": "/etc/passwd"},
        {"file": "app-store-connect-1.0-000000000000.json"},
        {"version": "../1.0"},
        {"version": 1.0},
        {"sha256": "f" * 63},
        {"sha256": None},
        {"product": "../other"},
        {"etag": 'a"\r\nAuthorization: x'},
        {"last_modified": "é"},
        {"fetched_at": "yesterday"},
        {"fetched_at": "2026-01-02T03:04:05"},
        {"unknown": 1},
    ],
)
def test_a_tampered_manifest(cache: SpecCache, changes: dict[str, Any]) -> None:
    store(cache, small_spec_bytes())
    tampered(cache, **changes)
    with pytest.raises(StoreError, match="damaged"):
        cache.newest()


def test_a_document_is_what_its_entry_says(cache: SpecCache) -> None:
    entry = store(cache, small_spec_bytes()).entry
    path = cache.path(entry)
    for content in (small_spec_bytes(note="other"), b"{", b""):
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"damaged|not the document") as caught:
            cache.load(entry)
        assert "--refresh" in caught.value.hint
    path.unlink()
    with pytest.raises(StoreError, match="cannot read"):
        cache.load(entry)


def test_an_entry_cannot_claim_another_version(cache: SpecCache) -> None:
    entry = store(cache, small_spec_bytes()).entry
    name = entry.file.replace("1.0", "9.0")
    tampered(cache, version="9.0", file=name)
    cache.path(entry).rename(cache.path(entry).with_name(name))
    [claimed] = cache.entries()
    with pytest.raises(StoreError, match="not the document"):
        cache.load(claimed)


def test_a_broken_document_is_mended_by_storing_it_again(cache: SpecCache) -> None:
    entry = store(cache, small_spec_bytes()).entry
    cache.path(entry).write_bytes(b"")
    assert store(cache, small_spec_bytes()).change == "unchanged"
    assert cache.load(entry)


def test_a_header_that_cannot_be_sent_back_is_dropped(cache: SpecCache) -> None:
    store(cache, small_spec_bytes(), etag="a\r\nb", last_modified="é")
    [entry] = cache.entries()
    assert (entry.etag, entry.last_modified) == ("", "")


def test_a_directory_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = SpecCache(tmp_path / "file")
    with pytest.raises(StoreError) as caught:
        store(cache, small_spec_bytes())
    assert "--cache-dir" in caught.value.hint
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(StoreError):
        SpecCache(tmp_path).entries()


def test_a_failed_write_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a", b"old")]


def test_the_manifest_is_written_last(cache: SpecCache, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    monkeypatch.setattr(
        "ascgen.documents.cache.write_atomically", lambda path, _: written.append(path)
    )
    entry = store(cache, small_spec_bytes()).entry
    assert written == [cache.path(entry), cache.manifest]


def test_several_writers_at_once(tmp_path: Path) -> None:
    def write(minor: int) -> None:
        store(SpecCache(tmp_path), small_spec_bytes(f"1.{minor}"))

    # The lock belongs to an open file, so it parts threads as it parts processes.
    with ThreadPoolExecutor(max_workers=4) as writers:
        list(writers.map(write, range(30)))
    cache = SpecCache(tmp_path)
    assert [entry.version for entry in cache.entries()] == [f"1.{n}" for n in range(30)]
    assert all(cache.load(entry) for entry in cache.entries())


def test_the_default_directory(tmp_path: Path) -> None:
    package = tmp_path / "generator" / "ascgen"
    user = platformdirs.user_cache_path("asc-openapi", appauthor=False)
    assert default_directory({"ASCGEN_CACHE_DIR": "x"}, package) == Path("x")
    assert default_directory({}, package) == user
    (tmp_path / "pyproject.toml").touch()
    assert default_directory({"ASCGEN_CACHE_DIR": ""}, package) == user
    (tmp_path / "templates").mkdir()
    (tmp_path / "pyproject.toml").unlink()
    assert default_directory({}, package) == user
    (tmp_path / "pyproject.toml").touch()
    assert default_directory({}, package) == tmp_path / "spec_cache"
    assert default_directory({}) == Path(__file__).parents[2] / "spec_cache"
