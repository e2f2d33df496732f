"""What a build says of itself: version, number, platform and bundle id of an .ipa or .pkg.

Files are not trusted: what is read of them is small and bounded, and nothing is unpacked to disk.
"""

from __future__ import annotations

import bz2
import io
import os
import plistlib
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import msgspec

from .common.reading import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..uploads.source import UploadFile

__all__ = ["BuildInfo", "build_info"]

# An Info.plist has some kilobytes, a table of contents of an installer package some more.
_LARGEST = 8 << 20
_INFO = re.compile(r"(?:Payload/)?[^/]+\.app/(?:Contents/)?Info\.plist")
_APP = re.compile(r"(?:\./)?[^/]+\.app")
_PLATFORMS = {
    "iphoneos": "IOS",
    "appletvos": "TV_OS",
    "xros": "VISION_OS",
    "macosx": "MAC_OS",
}
# The fixed part of a xar file: magic, its own size, version, sizes of the table of contents packed
# and unpacked, kind of checksum, as the wiki of mackyle/xar says.
_XAR = struct.Struct(">4sHHQQI")


class BuildInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a build; `platform` is the API's word, such as `IOS`."""

    bundle_id: str
    version: str
    build_number: str
    platform: str


def build_info(file: UploadFile) -> BuildInfo:
    """Read what an .ipa, .pkg or zipped app says of itself.

    Raises:
        ValueError: the file is none of these, is damaged, or lacks what was looked for.
    """
    if isinstance(file, bytes | bytearray | memoryview):
        return _read(io.BytesIO(file), "the file")
    if isinstance(file, str | os.PathLike):
        path = Path(file).expanduser()
        with reading("file"), path.open("rb") as opened:
            return _read(opened, path.name)
    place = file.tell()
    try:
        return _read(file, "the file")
    finally:
        file.seek(place)


def _read(file: IO[bytes], name: str) -> BuildInfo:
    file.seek(0)
    magic = file.read(4)
    try:
        if magic == b"PK\x03\x04":
            return _of_zip(file)
        if magic == b"xar!":
            return _of_xar(file)
    except (ValueError, EOFError, OSError, zlib.error, zipfile.BadZipFile, ET.ParseError) as error:
        raise ValueError(f"{name} cannot be read as a build: {error}") from error
    raise ValueError(
        f"file: {name} is neither an .ipa nor a .pkg: export one with xcodebuild -exportArchive"
    )


def _of_zip(file: IO[bytes]) -> BuildInfo:
    with zipfile.ZipFile(file) as archive:
        names = [x for x in archive.namelist() if _INFO.fullmatch(x)]
        if not names:
            raise ValueError("it has no Payload/….app/Info.plist")
        if len(names) > 1:
            raise ValueError(f"it has several apps: {', '.join(sorted(names)[:3])}")
        if archive.getinfo(names[0]).flag_bits & 1:
            raise ValueError("its Info.plist is encrypted")
        with archive.open(names[0]) as member:
            content = member.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("its Info.plist is larger than any")
    return _of_plist(content)


class _InfoPlist(msgspec.Struct):
    """What is read of an Info.plist."""

    bundle_id: str = msgspec.field(name="CFBundleIdentifier", default="")
    version: str = msgspec.field(name="CFBundleShortVersionString", default="")
    build_number: str = msgspec.field(name="CFBundleVersion", default="")
    systems: list[str] = msgspec.field(name="CFBundleSupportedPlatforms", default=[])
    system: str = msgspec.field(name="DTPlatformName", default="iphoneos")


def _of_plist(content: bytes) -> BuildInfo:
    try:
        info = msgspec.convert(plistlib.loads(content), _InfoPlist)
    except Exception as error:
        raise ValueError(f"its Info.plist is damaged: {error}") from error
    systems = sorted({x.lower() for x in info.systems or [info.system]})
    known = [_PLATFORMS[x] for x in systems if x in _PLATFORMS]
    if not known:
        raise ValueError(f"it was built for {', '.join(systems)}, not for a device")
    return _checked(info.bundle_id, info.version, info.build_number, known[0])


def _checked(
    bundle_id: str | None, version: str | None, number: str | None, platform: str
) -> BuildInfo:
    if bundle_id and version and number:
        return BuildInfo(
            bundle_id=bundle_id, version=version, build_number=number, platform=platform
        )
    told = {
        "CFBundleIdentifier": bundle_id,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": number,
    }
    missing = [name for name, value in told.items() if not value]
    raise ValueError(f"it says no {', '.join(missing)}")


def _of_xar(file: IO[bytes]) -> BuildInfo:
    file.seek(0)
    header = file.read(_XAR.size)
    if len(header) < _XAR.size:
        raise ValueError("it ends in its header")
    _, size, _, packed, _, _ = _XAR.unpack(header)
    if packed > _LARGEST:
        raise ValueError("its table of contents is larger than any")
    file.seek(size)
    contents = _unpacked(zlib.decompressobj(), file.read(packed))
    heap = size + packed
    for path, entry in _files(_tree(contents)):
        # What a package installs is in its PackageInfo, and in the Distribution of a product.
        if path.rpartition("/")[2] not in {"PackageInfo", "Distribution"}:
            continue
        for bundle in _tree(_member(file, heap, entry)).iter("bundle"):
            if _APP.fullmatch(bundle.get("path", "")):
                return _checked(
                    bundle.get("id"),
                    bundle.get("CFBundleShortVersionString"),
                    bundle.get("CFBundleVersion"),
                    "MAC_OS",
                )
    raise ValueError("it tells of no app: give app=, version= and build_number=")


def _files(toc: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    """Yield the files of a table of contents, which nests folders."""
    root = toc.find("toc")
    waiting = [("", x) for x in (root if root is not None else toc).findall("file")]
    while waiting:
        folder, entry = waiting.pop()
        path = f"{folder}{entry.findtext('name') or ''}"
        if entry.find("data") is not None:
            yield path, entry
        waiting += [(f"{path}/", x) for x in entry.findall("file")]


def _member(file: IO[bytes], heap: int, entry: ET.Element) -> bytes:
    data = entry.find("data")
    assert data is not None  # noqa: S101 - only those that have it get here
    offset, length = (int(data.findtext(x) or 0) for x in ("offset", "length"))
    if offset < 0 or not 0 <= length <= _LARGEST:
        raise ValueError("a part of it is larger than any")
    file.seek(heap + offset)
    content = file.read(length)
    encoding = data.find("encoding")
    style = "" if encoding is None else encoding.get("style", "")
    if style.endswith("gzip"):
        return _unpacked(zlib.decompressobj(), content)
    if style.endswith("bzip2"):
        return _unpacked(bz2.BZ2Decompressor(), content)
    return content


def _unpacked(unpacker: Any, content: bytes) -> bytes:
    found: bytes = unpacker.decompress(content, _LARGEST + 1)
    if len(found) > _LARGEST:
        raise ValueError("a part of it unpacks to more than any has")
    if not unpacker.eof:
        raise ValueError("a part of it is cut off")
    return found


def _tree(content: bytes) -> ET.Element:
    # Entities are what XML can be a bomb by, and Apple's files declare none.
    if b"<!" in content.replace(b"<!--", b""):
        raise ValueError("its XML declares a document type")
    return ET.fromstring(content)  # noqa: S314 - without declarations there is nothing to expand
