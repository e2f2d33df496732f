"""What is taken in of an answer: a body is unpacked as it comes, and somebody has to stop it."""

from __future__ import annotations

from .error_root import printable

__all__ = ["CODINGS", "LARGEST", "Intake", "PackedBodyError", "failure_text"]

# httpx unpacks 64 KiB at a time: into 64 MiB at the most by these, and by others without bounds.
CODINGS = "gzip, deflate"
_UNBOUNDED = frozenset({"br", "zstd"})
# In bytes and unpacked: what is larger is no answer of the API, and no error tells so much.
LARGEST = 1 << 28
_LARGEST_ERROR = 1 << 23
_LONGEST_REASON = 500


class PackedBodyError(Exception):
    """A body packed in a way nobody asked for, which unpacks without bounds."""


class Intake:
    """A body as it comes in, of which no more is kept than an answer can have."""

    def __init__(self, codings: list[str], *, is_success: bool) -> None:
        """Begin with a body; PackedBodyError unless it is packed once and in a known way."""
        packed = {item.strip().lower() for item in codings} - {"", "identity"}
        if (len(codings) > 1 and packed) or not _UNBOUNDED.isdisjoint(packed):
            raise PackedBodyError(f"the body is packed by {', '.join(codings)!r}")
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

    def is_enough(self, chunk: bytes) -> bool:
        """Take one more piece, and tell whether to stop there."""
        self._room -= len(chunk)
        self._chunks.append(chunk[: self._room] if self.is_cut else chunk)
        return self.is_cut


def failure_text(error: Exception) -> str:
    """What a failure on the way says; httpx quotes in it what the server sent."""
    return printable(f"{type(error).__name__} {error}".strip(), _LONGEST_REASON)
