"""Files of devices: Apple's text file, its .deviceids, and CSV."""

from __future__ import annotations

import csv
import io
import os
import plistlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .._runtime.files import read_whole
from .common.reading import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["DeviceRow", "DeviceRows", "device_rows"]

DeviceRow: TypeAlias = tuple[str, str, str]
"""Udid, name and platform, `IOS` or `MAC_OS`."""

DeviceRows: TypeAlias = "Iterable[Sequence[str]] | os.PathLike[str]"
"""Rows of udid, name and perhaps platform, or the path of a file of such."""

_LARGEST = 8 << 20
# Of devices until 2018, of later ones, of Macs.
_UDID = re.compile(
    r"[0-9A-F]{40}|[0-9A-F]{8}-[0-9A-F]{16}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
    re.IGNORECASE,
)
_PLATFORMS = {
    **dict.fromkeys(("", "ios", "tvos", "tv_os", "watchos", "visionos", "vision_os"), "IOS"),
    **dict.fromkeys(("mac", "macos", "mac_os", "osx"), "MAC_OS"),
}
_COLUMNS = {
    **dict.fromkeys(("device id", "udid", "device udid", "identifier", "deviceidentifier"), 0),
    **dict.fromkeys(("device name", "name", "devicename"), 1),
    **dict.fromkeys(("device platform", "platform", "deviceplatform"), 2),
}


def device_rows(devices: DeviceRows) -> list[DeviceRow]:
    """Return udid, name and platform of each device once.

    A file is the text that Apple's portal takes (tabs between `Device ID`, `Device Name` and
    `Device Platform`), a .deviceids of Apple Configurator, or CSV with such columns.

    Raises:
        ValueError: a row has no udid or an unknown platform, with its number.
    """
    if isinstance(devices, os.PathLike):
        with reading("devices"):
            rows = _read(Path(devices))
    else:
        rows = _given(devices)
    found: dict[str, DeviceRow] = {}
    for number, row in rows:
        udid, name, system = (str(cell).strip() for cell in row)
        if not _UDID.fullmatch(udid):
            raise ValueError(f"devices: row {number} has no udid: {', '.join(map(str, row))}")
        platform = _PLATFORMS.get(system.lower())
        if platform is None:
            raise ValueError(f"devices: row {number} has platform {system!r}: ios or mac")
        found.setdefault(udid.replace("-", "").lower(), (udid, name or udid, platform))
    if not found:
        raise ValueError("devices: there is none")
    return list(found.values())


def _given(devices: Iterable[Any]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(devices, 1):
        if isinstance(row, str) or not isinstance(row, Sequence):
            raise TypeError(f"devices: row {number} is not udid, name and perhaps platform")
        yield number, [*row, "", ""][:3]


def _read(path: Path) -> Iterable[tuple[int, list[str]]]:
    content = read_whole(path, _LARGEST)
    if content.lstrip().startswith((b"<?xml", b"bplist")):
        return enumerate(_of_plist(path, content), 1)
    return _of_text(content.decode("utf-8-sig", errors="replace"))


def _of_plist(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        loaded: Any = plistlib.loads(content)
        members = loaded["Device UDIDs"]
        rows = [
            [str(x.get(y) or "") for y in ("deviceIdentifier", "deviceName", "devicePlatform")]
            for x in members
        ]
    except Exception as error:
        raise ValueError(f"devices: {path} is not a .deviceids file") from error
    yield from rows


def _of_text(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",")
    columns: list[int | None] = [0, 1, 2]
    for number, cells in enumerate(reader, 1):
        named = [_COLUMNS.get(cell.strip().lower()) for cell in cells]
        if not any(cell.strip() for cell in cells):
            continue
        if 0 in named:
            columns = named
            continue
        row = ["", "", ""]
        for column, cell in zip(columns, cells, strict=False):
            if column is not None:
                row[column] = cell
        yield number, row
