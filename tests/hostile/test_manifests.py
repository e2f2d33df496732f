"""Tampered caches: the manifest, the documents it lists, and the texts kept between runs."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ascgen.analyze import analyze
from ascgen.documents.cache import SpecCache
from ascgen.documents.document import parse_document
from ascgen.errors import StoreError
from ascgen.files.textcache import TextCache
from ascgen.sources import Source
from support.hostile import (
    FACTOR,
    TEXTS,
    VALUES,
    changed,
    check_line,
    doubled,
    places,
    renamed,
    thorough,
    without,
)
from support.hostile_spec import RICH
from support.small_spec import small_spec_bytes

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2024, 1, 1, tzinfo=UTC)
FILE = "app-store-connect-1.0-"
DATES = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2024-01-01T00:00:00", "0")

here = settings(thorough(60), suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> SpecCache:
    """A cache of two documents, with others beside it that must stay unread."""
    folder = tmp_path_factory.mktemp("cache") / "inner"
    cache = SpecCache(folder)
    for version in ("1.0", "2.0"):
        content = small_spec_bytes(version)
        document = parse_document(content, origin="x")
        cache.store(document, content, url="https://a.example", fetched_at=NOW, etag='"a"')
    (folder.parent / "secret.json").write_bytes(small_spec_bytes("9.0"))
    return cache


@pytest.fixture(scope="module")
def manifest(stored: SpecCache) -> Any:
    return json.loads(stored.manifest.read_bytes())


def outcome(cache: SpecCache, content: bytes) -> None:
    """A manifest is refused, or all it leads to are documents that were stored."""
    original = cache.manifest.read_bytes()
    cache.manifest.write_bytes(content)
    try:
        for entry in cache.entries():
            path = cache.path(entry)
            assert path.parent == cache.directory / "documents"
            assert cache.load(entry).version in {"1.0", "2.0"}
        cache.newest()
        cache.find("enterprise", "1.0")
    except StoreError as error:
        check_line(error)
    finally:
        cache.manifest.write_bytes(original)


MEMBERS = (*("product", "version", "sha256", "fetched_at", "file", "url", "etag", "last_modified"),)
ENTRY_PLACES = [(0,), *((0, name) for name in MEMBERS)]


@here
@given(
    st.sampled_from(ENTRY_PLACES),
    st.sampled_from(TEXTS) | st.sampled_from(VALUES) | st.sampled_from(DATES),
)
@example((0, "file"), "../../secret.json")
@example((0, "sha256"), "0" * 64)
def test_a_manifest_with_something_else(
    stored: SpecCache, manifest: Any, place: Any, value: Any
) -> None:
    if place == (0, "last_modified"):
        manifest = changed(manifest, (0,), {**manifest[0], "last_modified": value})
    else:
        manifest = changed(manifest, place, value)
    outcome(stored, json.dumps(manifest).encode())


@here
@given(st.data())
def test_a_manifest_of_another_structure(stored: SpecCache, manifest: Any, data: Any) -> None:
    place = data.draw(st.sampled_from([place for place in places(manifest) if place]))
    text = data.draw(st.sampled_from(TEXTS))
    outcome(stored, json.dumps(without(manifest, place)).encode())
    outcome(stored, json.dumps(doubled(manifest, place, text)).encode())
    if isinstance(place[-1], str):
        outcome(stored, json.dumps(renamed(manifest, place, text)).encode())


@here
@given(st.integers(0, 800), st.binary(max_size=8))
@example(0, b"9" * 5000)
@example(0, b"[" * 100_000)
def test_a_manifest_of_other_bytes(stored: SpecCache, position: int, put_in: bytes) -> None:
    content = stored.manifest.read_bytes()
    outcome(stored, content[:position] + put_in + content[position:])
    outcome(stored, content[:position])
    outcome(stored, put_in)


def test_a_document_that_is_not_the_stored_one_is_not_used(stored: SpecCache) -> None:
    entry = stored.newest()
    assert entry is not None
    path = stored.path(entry)
    original = path.read_bytes()
    try:
        for content in (b"", b"{", small_spec_bytes("9.0"), small_spec_bytes("2.0", note="x")):
            path.write_bytes(content)
            with pytest.raises(StoreError):
                stored.load(entry)
        path.unlink()
        path.symlink_to(stored.directory.parent / "secret.json")
        with pytest.raises(StoreError):
            stored.load(entry)
    finally:
        path.unlink()
        path.write_bytes(original)


# --- Texts ---------------------------------------------------------------------------------


def kept(path: Path) -> dict[str, str]:
    texts = TextCache(path)
    texts.put("a", "one")
    texts.put("b", "two" * 100)
    texts.save()
    return {"a": "one", "b": "two" * 100}


@here
@given(st.integers(0, 400), st.binary(max_size=12))
@example(0, b"\xdf\xff\xff\xff\xff")
@example(9, b"\xdf\xff\xff\xff\xff")
def test_damaged_texts_are_no_texts(
    tmp_path_factory: pytest.TempPathFactory, position: int, put_in: bytes
) -> None:
    path = tmp_path_factory.mktemp("texts") / "texts.msgpack"
    expected = kept(path)
    content = path.read_bytes()
    assert TextCache(path).get("a") == "one"
    for other in (
        content[:position],
        content[:position] + put_in + content[position + len(put_in) :],
    ):
        path.write_bytes(other)
        texts = TextCache(path)
        found = {name: texts.get(name) for name in expected}
        assert found == (expected if other == content else dict.fromkeys(expected))


@pytest.mark.parametrize("value", [b"", [], None, {"a": 1}, {1: "a"}, "x", {"a": {"b": "c"}}])
def test_texts_of_another_form_are_no_texts(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "texts.msgpack"
    body = msgspec.msgpack.encode(value)
    path.write_bytes(f"{zlib.crc32(body):08x}\n".encode() + body)
    assert TextCache(path).get("a") is None
    path.write_bytes(body)
    assert TextCache(path).get("a") is None


def test_texts_may_not_be_readable(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    for name in ("folder", "itself", "gone/texts"):
        texts = TextCache(tmp_path / name)
        assert texts.get("a") is None
        texts.put("a", "b")
        texts.save()


@pytest.mark.parametrize("text", ["", "{}", "null", '{"format": 1}', "a" * 1000, "\udc80"])
def test_facts_that_were_tampered_with_are_read_again(tmp_path: Path, text: str) -> None:
    content = json.dumps(RICH).encode()
    document = parse_document(content, origin="x")
    source = Source("x", document)
    expected = analyze(document.data, product=document.product, sha256=document.sha256)
    texts = TextCache(tmp_path / "texts")
    assert source.load(overlay=False, texts=texts) == expected
    [key] = texts._new
    texts.put(key, text)
    assert source.load(overlay=False, texts=texts) == expected
    assert source.load(overlay=False, texts=texts) == expected


def test_more_examples_are_made_on_demand() -> None:
    assert here.max_examples == 60 * FACTOR
