"""What the header of a PNG, JPEG or QuickTime file tells of it, without decoding the rest."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Header", "read_header"]

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_MARK = 0xFF
_BRANDS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
# Types of colour of a PNG that have an alpha channel.
_WITH_ALPHA = frozenset({4, 6})
# Segments of a JPEG that tell its size: starts of frames, without tables and the like.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEGMENTS = 1000
# The description of a film of half a minute has some ten thousand bytes.
_LARGEST_MOOV = 1 << 24


class Header(msgspec.Struct, frozen=True):
    """The format of a file, and as far as known its size in pixels and length in seconds."""

    format: str
    width: int = 0
    height: int = 0
    alpha: bool = False
    seconds: float | None = None
    audio: bool | None = None


def read_header(path: Path) -> Header | None:
    """Read the header of an image or a film, None for a file of another kind or a damaged one."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
            file.seek(0)
            if start.startswith(_PNG):
                return _png(file)
            if start.startswith(_JPEG):
                return _jpeg(file)
            return _film(file) if start[4:8] in _BRANDS else None
    except struct.error:
        return None


def _png(file: IO[bytes]) -> Header:
    file.seek(len(_PNG))
    width = height = 0
    alpha = False
    while len(head := file.read(8)) == 8:  # noqa: PLR2004 - length and type of a chunk
        length, kind = struct.unpack(">I4s", head)
        if kind == b"IHDR":
            width, height, _, color = struct.unpack(">IIBB", file.read(10))
            alpha = color in _WITH_ALPHA
            length -= 10
        elif kind == b"tRNS":
            alpha = True
        elif kind == b"IDAT":
            break
        file.seek(length + 4, 1)
    return Header("png", width, height, alpha)


def _jpeg(file: IO[bytes]) -> Header:
    file.seek(len(_JPEG))
    for _ in range(_SEGMENTS):
        mark, kind, length = struct.unpack(">BBH", file.read(4))
        if mark != _JPEG_MARK:
            break
        if kind in _FRAMES:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return Header("jpg", width, height)
        file.seek(length - 2, 1)
    return Header("jpg")


def _film(file: IO[bytes]) -> Header:
    while len(head := file.read(8)) == 8:  # noqa: PLR2004 - length and type of an atom
        length, kind = struct.unpack(">I4s", head)
        rest = length - 8
        if length == 1:
            rest = struct.unpack(">Q", file.read(8))[0] - 16
        if kind == b"moov":
            return _moov(file.read(min(rest, _LARGEST_MOOV)))
        if rest < 0:
            break
        file.seek(rest, 1)
    return Header("mov")


def _moov(content: bytes) -> Header:
    width = height = 0
    seconds: float | None = None
    audio = False
    for kind, atom in _atoms(content, frozenset({b"trak", b"mdia"})):
        if kind == b"mvhd":
            wide = atom[0] == 1
            scale, length = struct.unpack_from(">IQ" if wide else ">II", atom, 20 if wide else 12)
            seconds = length / scale if scale else None
        elif kind == b"tkhd":
            size = struct.unpack_from(">II", atom, 88 if atom[0] == 1 else 76)
            across, down = (x >> 16 for x in size)
            # The second number of its matrix is set where the film is turned by a right angle.
            turned = struct.unpack_from(">i", atom, 56 if atom[0] == 1 else 44)[0] != 0
            if across * down > width * height:
                width, height = (down, across) if turned else (across, down)
        elif kind == b"hdlr" and atom[8:12] == b"soun":
            audio = True
    return Header("mov", width, height, seconds=seconds, audio=audio)


def _atoms(content: bytes, parents: frozenset[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the atoms within one, and those within its `parents`."""
    place = 0
    while place + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if length < 8:  # noqa: PLR2004 - not even its own head
            break
        atom = content[place + 8 : place + length]
        yield kind, atom
        if kind in parents:
            yield from _atoms(atom, parents)
        place += length
