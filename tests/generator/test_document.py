from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ascgen.documents.document import parse_document, version_key
from ascgen.errors import SpecError
from support.small_spec import ENTERPRISE, small_spec, small_spec_bytes

SPECS = Path(os.environ.get("ASCGEN_SPECS", Path(__file__).parents[3] / "shared" / "specs"))


def refused(content: bytes | dict[str, Any]) -> SpecError:
    with pytest.raises(SpecError) as caught:
        parse_document(
            content if isinstance(content, bytes) else json.dumps(content).encode(), origin="x"
        )
    return caught.value


def test_facts_of_a_document() -> None:
    content = small_spec_bytes("4.4.1")
    document = parse_document(content, origin="a.json")
    assert (document.product, document.version, document.origin) == (
        "app-store-connect",
        "4.4.1",
        "a.json",
    )
    assert document.title == "App Store Connect API"
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.data == small_spec("4.4.1")


def test_documents_are_equal_when_their_bytes_are() -> None:
    one, same = (parse_document(small_spec_bytes(), origin=origin) for origin in ("a", "b"))
    other = parse_document(small_spec_bytes(note="x"), origin="a")
    assert one == same
    assert len({one, same, other}) == 2
    assert "paths" not in repr(one)


@pytest.mark.parametrize(
    ("changes", "product"),
    [
        ({"servers": [{"url": ENTERPRISE}]}, "enterprise"),
        ({"info": {"title": "Enterprise Program API", "version": "1.0"}}, "app-store-connect"),
        (
            {"info": {"title": "Enterprise Program API", "version": "1.0"}, "servers": []},
            "enterprise",
        ),
        ({"info": {"version": "1.0"}, "servers": [{"url": "http://[bad"}, 3]}, "app-store-connect"),
        ({"servers": "no list"}, "app-store-connect"),
    ],
)
def test_product(changes: dict[str, Any], product: str) -> None:
    document = parse_document(json.dumps({**small_spec(), **changes}).encode(), origin="x")
    assert document.product == product


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"openapi": None}, "/openapi"),
        ({"openapi": "2.0"}, "/openapi"),
        ({"openapi": "3.00"}, "/openapi"),
        ({"openapi": 3}, "/openapi"),
        ({"info": []}, "/info"),
        ({"info": {"title": "App Store Connect API"}}, "/info/version"),
        ({"info": {"title": "x\x1b[2J", "version": "1"}}, "/info/title"),
        ({"info": {"title": 1, "version": "1"}}, "/info/title"),
        ({"paths": {}}, "/paths"),
        ({"paths": []}, "/paths"),
        ({"paths": {"/pets": {}}, "servers": [{"url": "https://pets.example"}]}, "/paths"),
        ({"components": None}, "/components"),
        ({"components": {"schemas": []}}, "/components/schemas"),
    ],
)
def test_other_documents_are_refused_with_the_place(changes: dict[str, Any], pointer: str) -> None:
    error = refused({**small_spec(), **changes})
    assert error.pointer == pointer
    assert error.hint


@pytest.mark.parametrize(
    "changes",
    [{"openapi": "3.1.0"}, {"openapi": "3.0"}, {"paths": {"/apps": {}}}, {"paths": {"apps": {}}}],
)
def test_documents_of_apples_in_another_form_are_taken(changes: dict[str, Any]) -> None:
    """What the analyser can make of them is its own affair."""
    content = json.dumps({**small_spec(), **changes}).encode()
    assert parse_document(content, origin="a.json").product == "app-store-connect"


@pytest.mark.parametrize(
    "version", ["", "../4", "4/4", "4\\4", ".", "..", "4.4\n", "4 4", "x" * 33, "٤", 4.4]
)
def test_a_version_is_fit_for_a_file_name(version: object) -> None:
    info = {"title": "App Store Connect API", "version": version}
    assert refused({**small_spec(), "info": info}).pointer == "/info/version"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe{}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"1" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    assert refused(content).hint


@pytest.mark.parametrize(
    ("content", "pointer", "key"),
    [
        (b'{"openapi": "3.0.1", "openapi": "3.0.1"}', "", "openapi"),
        (b'{"a": [1, {"b/c~": {"k": 1, "j": 1, "k": 2}}]}', "/a/1/b~1c~0", "k"),
        (b'{"a": {"k": 1, "k": 1}, "a": {}}', "", "a"),
        (b'{"\\u001b[2J": {"k": 1, "k": 1}}', "/\\x1b[2J", "k"),
    ],
)
def test_a_repeated_key_is_refused(content: bytes, pointer: str, key: str) -> None:
    error = refused(content)
    assert error.pointer == pointer
    assert f"'{key}' stands twice" in error.message


def test_equal_text_in_values_is_no_repeated_key() -> None:
    document = {**small_spec(), "x": [{"k": '"k": 1, "k"'}, {"k": {"k": {"k": 1}}}]}
    assert parse_document(json.dumps(document).encode(), origin="x").data == document


def test_versions_are_ordered_as_numbers() -> None:
    versions = ["4.10", "4.4.1", "10.0", "4.9", "4.4", "4.x", "3.7.0", "4.4-beta"]
    ordered = ["3.7.0", "4.x", "4.4-beta", "4.4", "4.4.1", "4.9", "4.10", "10.0"]
    assert sorted(versions, key=version_key) == ordered


@pytest.mark.skipif(not SPECS.is_dir(), reason="needs Apple's documents")
def test_apples_own_documents() -> None:
    found = {
        path.name: f"{document.product}-{document.version}.json"
        for path in sorted(SPECS.glob("*.json"))
        for document in [parse_document(path.read_bytes(), origin=path.name)]
    }
    assert "app-store-connect-4.4.1.json" in found
    assert [name.replace("-program", "") for name in found] == list(found.values())
