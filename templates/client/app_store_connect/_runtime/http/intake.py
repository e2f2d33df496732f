"""Bodies as they come in: how they may be packed, and how much of them is kept."""

from __future__ import annotations

__all__ = ["CODINGS", "LARGEST", "Intake", "PackedBodyError"]

# httpx unpacks 64 KiB at a time: into 64 MiB at the most by these, and by others without bounds.
CODINGS = "gzip, deflate"
_UNBOUNDED = frozenset({"br", "zstd"})
# In bytes, unpacked: no answer of the API, and no error document, is larger.
LARGEST = 1 << 28
_LARGEST_ERROR = 1 << 21


class PackedBodyError(Exception):
    """A body packed in a way nobody asked for, which unpacks without bounds."""


class Intake:
    """A body as it comes in, of which no more is kept than an answer can have."""

    __slots__ = ("_chunks", "_room")

    def __init__(self, coding: str, *, is_success: bool) -> None:
        """Begin with a body.

        Raises:
            PackedBodyError: unless it is packed once and in a known way.
        """
        if coding:
            _check(coding)
        self._chunks: list[bytes] = []
        self._room = LARGEST if is_success else _LARGEST_ERROR

    @property
    def is_cut(self) -> bool:
        """Whether there was more of it."""
        return self._room < 0

    @property
    def content(self) -> bytes:
        """What was taken."""
        return b"".join(self._chunks)

    def add(self, chunk: bytes) -> bool:
        """Take one more piece, and return whether to stop there."""
        self._room -= len(chunk)
        self._chunks.append(chunk if self._room >= 0 else chunk[: self._room])
        return self._room < 0


def _check(coding: str) -> None:
    names = [name.strip().lower() for name in coding.split(",")]
    packed = {*names} - {"", "identity"}
    if (len(names) > 1 and packed) or not _UNBOUNDED.isdisjoint(packed):
        raise PackedBodyError(f"the body is packed by {coding!r}")
