"""What a file of an image or a video tells of itself: size, transparency, length."""

from __future__ import annotations

import struct

import msgspec

__all__ = ["Picture", "film_seconds", "picture_in"]

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
# PNG's types of colour that have an alpha channel.
_TRANSPARENT = frozenset({4, 6})
# The segments of a JPEG that tell its size: starts of frames, without tables and the like.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PNG_HEADER = 26
_FRAME_HEADER = 9


class Picture(msgspec.Struct, frozen=True):
    """An image as far as its header tells it; sizes in pixels."""

    width: int
    height: int
    alpha: bool = False


def picture_in(content: bytes) -> Picture | None:
    """Return what a PNG or JPEG says of itself, None for anything else."""
    if content.startswith(_PNG) and len(content) >= _PNG_HEADER:
        width, height, _, color = struct.unpack(">IIBB", content[16:_PNG_HEADER])
        return Picture(width, height, color in _TRANSPARENT)
    return _jpeg(content) if content.startswith(_JPEG) else None


def _jpeg(content: bytes) -> Picture | None:
    place = len(_JPEG)
    while place + _FRAME_HEADER <= len(content):
        mark, kind, length = struct.unpack(">BBH", content[place : place + 4])
        if mark != 0xFF:  # noqa: PLR2004 - every segment begins with it
            return None
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return Picture(width, height)
        place += 2 + length
    return None


def film_seconds(content: bytes) -> float | None:
    """Return how long an MP4 or QuickTime file plays, None where it has no header of a movie."""
    found = content.find(b"mvhd")
    header = content[found + 4 : found + 36]
    if found < 0 or len(header) < 32:  # noqa: PLR2004 - the longer of two versions
        return None
    if header[0] == 1:
        scale, length = struct.unpack(">IQ", header[20:32])
    else:
        scale, length = struct.unpack(">II", header[12:20])
    return length / scale if scale else None
