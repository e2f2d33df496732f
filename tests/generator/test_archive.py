from __future__ import annotations

import codecs
import io
import random
import struct
import tracemalloc
import zipfile

import pytest

from ascgen.documents.archive import unpack_json
from ascgen.errors import FetchError
from support.small_spec import small_spec_bytes, zipped

JSON = small_spec_bytes()


def refused(content: bytes, *, limit: int = 1_000_000) -> str:
    with pytest.raises(FetchError) as caught:
        unpack_json(content, limit=limit)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("content", [JSON, b"\n  " + JSON, b"[1]"])
def test_json_is_given_as_it_is(content: bytes) -> None:
    assert unpack_json(content) == content


@pytest.mark.parametrize(
    "name",
    [
        "openapi.json",
        "OpenAPI.JSON",
        "folder/deeper/openapi.oas.json",
        "/etc/openapi.json",
        "../../openapi.json",
        "C:\\Windows\\openapi.json",
    ],
)
def test_the_members_name_does_not_matter(name: str) -> None:
    assert unpack_json(zipped({name: JSON})) == JSON


def test_what_mac_os_adds_is_not_the_document() -> None:
    members = {
        "spec/": b"",
        "spec/folder.json/": b"",
        "spec/openapi.json": JSON,
        "__MACOSX/spec/._openapi.json": b"\x00\x05\x16\x07",
        "spec/._openapi.json": b"\x00",
        "spec/.DS_Store": b"\x00",
        "spec/read me.txt": b"{}",
    }
    assert unpack_json(zipped(members)) == JSON


def test_a_stored_member() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.json", JSON)
    assert unpack_json(buffer.getvalue()) == JSON


def test_no_member_and_several_members() -> None:
    assert "no JSON member (it is empty)" in refused(zipped({}))
    assert "no JSON member ('a.txt')" in refused(zipped({"a.txt": JSON}))
    assert "several JSON members ('a.json', 'b.json')" in refused(
        zipped({"a.json": JSON, "b.json": JSON, "c.txt": b""})
    )


def test_a_members_name_cannot_steer_the_terminal() -> None:
    message = refused(zipped({"\x1b[2J" + "x" * 1000: b""}))
    assert message.isprintable()
    assert len(message) < 200


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"\x1f\x8b gzip", "neither"),
        (b"Not found", "neither"),
        (b"<!doctype html><title>Moved</title>", "web page"),
        (b"\r\n <html>", "web page"),
    ],
)
def test_other_content(content: bytes, what: str) -> None:
    assert what in refused(content)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped({"a.json": b"0" * 20_000_000})
    assert len(bomb) < 30_000
    tracemalloc.start()
    try:
        assert "larger than 1 MB" in refused(bomb, limit=1024 * 1024)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_the_claimed_size_is_not_trusted() -> None:
    bomb = bytearray(zipped({"a.json": b"0" * 5_000_000}))
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = struct.pack("<I", 10)
    refused(bytes(bomb))


def test_the_limit_is_the_last_size_taken() -> None:
    for content in (JSON, zipped({"a.json": JSON})):
        assert unpack_json(content, limit=len(JSON)) == JSON
    refused(JSON, limit=len(JSON) - 1)
    refused(zipped({"a.json": JSON}), limit=len(JSON) - 1)


def test_an_encrypted_member() -> None:
    archive = bytearray(zipped({"a.json": JSON}))
    archive[archive.rindex(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(archive)) == "the zip archive is encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_unusual_packing(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.json", JSON)
    assert "unusual" in refused(buffer.getvalue())


def test_a_truncated_archive() -> None:
    archive = zipped({"a.json": JSON})
    for end in (2, 10, len(archive) // 2, len(archive) - 1):
        assert "damaged" in refused(archive[:end])


def test_a_wrong_checksum() -> None:
    archive = bytearray(zipped({"a.json": JSON}))
    directory = archive.rindex(b"PK\x01\x02")
    archive[directory + 16] ^= 0xFF
    assert "damaged" in refused(bytes(archive))


def test_a_place_beyond_all_files() -> None:
    sound = zipped({"a.json": JSON})
    start, end = sound.rindex(b"PK\x01\x02"), sound.rindex(b"PK\x05\x06")
    entry, tail = bytearray(sound[start:end]), bytearray(sound[end:])
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    entry[30:32] = struct.pack("<H", len(extra))
    entry[42:46] = b"\xff" * 4
    tail[12:16] = struct.pack("<I", len(entry) + len(extra))
    assert "damaged" in refused(sound[:start] + entry + extra + tail)


def test_a_damaged_archive_never_raises_anything_else() -> None:
    sound = zipped({"a.json": JSON, "b.txt": b"x"})
    chance = random.Random(4)  # noqa: S311 - the same damage every time
    taken = 0
    for _ in range(3000):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(2, len(damaged))] = chance.randrange(256)
        try:
            unpack_json(bytes(damaged), limit=10_000)
            taken += 1
        except FetchError:
            pass
    assert 0 < taken < 3000


DOCUMENT = '{"title": "Zürich 京"}'


@pytest.mark.parametrize("packed", [False, True], ids=["alone", "in a zip archive"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_every_encoding_of_unicode_is_read(encoding: str, packed: bool) -> None:  # noqa: FBT001
    content = DOCUMENT.encode(encoding)
    given = zipped({"a.json": content}) if packed else content
    assert unpack_json(given) == DOCUMENT.encode()


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE])
def test_a_mark_says_which_half_comes_first(mark: bytes) -> None:
    name = "utf-16-be" if len(mark) == 2 else "utf-32-be"
    assert unpack_json(mark + DOCUMENT.encode(name)) == DOCUMENT.encode()


@pytest.mark.parametrize("packed", [False, True], ids=["alone", "in a zip archive"])
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (DOCUMENT.replace("京", "").encode("cp1252"), "UTF-8"),
        (codecs.BOM_UTF16_LE + DOCUMENT.encode("utf-16-le")[:-1], "UTF-16"),
        (codecs.BOM_UTF16_LE + b"{\x00\x00\xd8}\x00", "UTF-16"),
    ],
)
def test_other_text_is_refused_by_its_name(content: bytes, name: str, packed: bool) -> None:  # noqa: FBT001
    given = zipped({"a.json": content}) if packed else content
    assert f"not text in {name}" in refused(given)


def test_a_web_page_is_one_in_every_encoding() -> None:
    assert "web page" in refused("<html>".encode("utf-16"))
