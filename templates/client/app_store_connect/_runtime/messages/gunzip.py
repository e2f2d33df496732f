"""Reports, which come as gzip without saying so."""

from __future__ import annotations

import zlib
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["unzipped"]

_MAGIC = b"\x1f\x8b"
_GZIP = 31
# What is taken in at a time: with every member, what is left of it is copied.
_BITE = 1 << 14
# What a piece of a compressed file may become at a time, however well it was compressed.
_CHUNK = 1 << 18


def unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress what begins like gzip, and pass on anything else as it is.

    Members follow one another; other bytes after the last one are ignored, as gzip(1) does.

    Raises:
        ValueError: for a damaged file, and for one that ends before it is complete.
    """
    source = iter(chunks)
    start = _at_least(2, b"", source)
    if not start.startswith(_MAGIC):
        yield start
        yield from source
        return
    source = _bites(chain([start], source))
    data = _at_least(2, b"", source)
    while data.startswith(_MAGIC):
        member = zlib.decompressobj(_GZIP)
        while not member.eof:
            try:
                piece = member.decompress(data, _CHUNK)
            except zlib.error as error:
                raise ValueError(f"the compressed report is damaged: {error}") from None
            if piece:
                yield piece
            data = member.unconsumed_tail
            # A full piece may be followed by more without any more input.
            if not data and not member.eof and len(piece) < _CHUNK:
                data = next(source, b"")
                if not data:
                    raise ValueError("the compressed report is cut off")
        data = _at_least(2, member.unused_data, source)


def _bites(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _BITE):
            yield chunk[start : start + _BITE]


def _at_least(size: int, data: bytes, source: Iterator[bytes]) -> bytes:
    while len(data) < size and (chunk := next(source, None)) is not None:
        data += chunk
    return data
