"""Films as far as their headers tell: atoms that a reader finds by their lengths."""

from __future__ import annotations

import struct

__all__ = ["movie"]


def _atom(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _track(handler: bytes, width: int = 0, height: int = 0, *, turned: bool = False) -> bytes:
    straight = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    matrix = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000) if turned else straight
    head = struct.pack(">I", 7) + b"\0" * 32 + b"\0" * 4
    head += struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16)
    named = _atom(b"hdlr", b"\0" * 8 + handler + b"\0" * 12)
    return _atom(b"trak", _atom(b"tkhd", head) + _atom(b"mdia", named))


def movie(
    width: int, height: int, seconds: float, *, audio: bool = True, turned: bool = False
) -> bytes:
    """A film of this size and length; `turned` is one that was taken upright by a camera."""
    header = struct.pack(">I", 0) + b"\0" * 8 + struct.pack(">II", 600, int(600 * seconds))
    moov = _atom(b"mvhd", header + b"\0" * 80)
    moov += _track(b"vide", *((height, width) if turned else (width, height)), turned=turned)
    moov += _track(b"soun") if audio else b""
    return _atom(b"ftyp", b"qt  " + b"\0" * 4) + _atom(b"mdat", b"\0" * 64) + _atom(b"moov", moov)
