"""The one JSON document out of the bytes Apple serves, wrapped in a zip archive or as they are."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from pathlib import PurePosixPath

from ascgen.errors import FetchError

MAX_BYTES = 64 * 1024 * 1024
"""About twenty times Apple's document: more than this is not one, packed or unpacked."""

# The longer marks first: that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Which of the first four bytes are zero.
_UNMARKED: dict[tuple[bool, ...], str] = {
    (True, True, True, False): "utf-32-be",
    (False, True, True, True): "utf-32-le",
    (True, False, True, False): "utf-16-be",
    (False, True, False, True): "utf-16-le",
}
_HINT = "expected Apple's zip archive with one JSON member, or the JSON itself"
_ENCRYPTED = 0x1
_SHOWN_MEMBERS = 5
_SHOWN_LENGTH = 80
# What zipfile raises for a damaged or hostile archive, besides its own error.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def unpack_json(content: bytes, *, limit: int = MAX_BYTES) -> bytes:
    """Give the JSON document in a zip archive, or the content itself where it is JSON already.

    It is given as UTF-8 without a byte order mark, whatever of Unicode it came in.

    Neither a member's name nor its claimed size is trusted: nothing is written to disk, and
    unpacking stops at `limit` bytes.

    Raises:
        FetchError: the content is neither, or the archive is damaged, encrypted or ambiguous.
    """
    if content.startswith(b"PK"):
        content = _member(content, limit)
    elif len(content) > limit:
        raise _too_large(limit)
    content = _utf8(content)
    start = content[:1024].lstrip(b" \t\r\n")
    if start.startswith(b"<"):
        raise FetchError(
            "got a web page (HTML or XML) instead of the document", hint="check the address"
        )
    if not start.startswith((b"{", b"[")):
        what = "neither a zip archive nor JSON" if content else "empty"
        raise FetchError(f"the file is {what}", hint=_HINT)
    return content


def _utf8(content: bytes) -> bytes:
    """Return the text as UTF-8; what is in no encoding of Unicode is refused.

    Without a mark, the first two bytes decide, since JSON begins with ASCII (RFC 4627, section 3).
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    if not encoding:
        empty = tuple(byte == 0 for byte in content[:4])
        encoding = _UNMARKED.get(empty, "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise FetchError(
            f"the file is neither a zip archive nor JSON: it is not text in {encoding.upper()}",
            hint="UTF-8, UTF-16 and UTF-32 are read: check what it is, or convert it",
        ) from None
    return content if encoding == "utf-8" else text.encode(errors="replace")


def _member(content: bytes, limit: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            member = _json_member(archive.infolist())
            with archive.open(member) as stream:
                unpacked = stream.read(limit + 1)
    except _BROKEN as error:
        raise FetchError(f"the zip archive is damaged: {error}", hint="download it again") from None
    if len(unpacked) > limit:
        raise _too_large(limit)
    return unpacked


def _json_member(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    found = [member for member in members if _is_json(member.filename)]
    if len(found) != 1:
        names = ", ".join(
            repr(member.filename[:_SHOWN_LENGTH]) for member in (found or members)[:_SHOWN_MEMBERS]
        )
        count = "several JSON members" if found else "no JSON member"
        raise FetchError(f"the zip archive has {count} ({names or 'it is empty'})", hint=_HINT)
    member = found[0]
    if member.flag_bits & _ENCRYPTED:
        raise FetchError("the zip archive is encrypted", hint="unpack it and give the JSON")
    # Deflate is unpacked piece by piece; the other methods may claim any amount of memory first.
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FetchError(
            "the zip archive is packed in an unusual way", hint="unpack it and give the JSON"
        )
    return member


def _is_json(name: str) -> bool:
    path = PurePosixPath(name)
    beside = path.name.startswith("._")  # what macOS packs next to each file, under __MACOSX
    return path.suffix.casefold() == ".json" and not name.endswith("/") and not beside


def _too_large(limit: int) -> FetchError:
    return FetchError(
        f"the document is larger than {limit / 1024 / 1024:.0f} MB", hint="check where it is from"
    )
