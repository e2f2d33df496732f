"""Checksums as the API gives them: in hex or base64, of a kind that follows from their length."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

__all__ = ["Checksum"]

_ALGORITHMS = {16: "md5", 20: "sha1", 32: "sha256"}


class Checksum:
    """What the sum of a file should be."""

    def __init__(self, value: bytes) -> None:
        self.algorithm = _ALGORITHMS[len(value)]
        self._value = value

    @classmethod
    def read(cls, text: str) -> Checksum | None:
        """Read a sum; None for one of an unknown kind."""
        text = text.strip()
        try:
            value = bytes.fromhex(text)
        except ValueError:
            try:
                value = base64.b64decode(text, validate=True)
            except ValueError:
                return None
        return cls(value) if len(value) in _ALGORITHMS else None

    def begin(self) -> Any:
        """Return a sum of nothing yet, of the same kind."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def is_of(self, digest: Any) -> bool:
        """Return whether a sum is this one."""
        return bool(digest.digest() == self._value)

    def matches(self, chunks: Iterable[bytes]) -> bool:
        """Return whether this is the sum of these bytes."""
        digest = self.begin()
        for chunk in chunks:
            digest.update(chunk)
        return self.is_of(digest)
