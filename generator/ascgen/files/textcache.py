"""Texts that were costly to make, kept by the hash of what they were made from.

The file lies in the user's own cache and is trusted as Python trusts its `__pycache__`: a checksum
tells whether it was damaged, not whether somebody who may write there has put something else in.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

import msgspec

from ascgen.errors import StoreError
from ascgen.files.atomic import discard_drafts, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_LIMIT = 32 * 1024 * 1024
_CHECKSUM_LENGTH = len("89abcdef\n")

# Texts, each once, and for each key the number of its text.
_decode = msgspec.msgpack.Decoder(tuple[list[str], dict[str, int]]).decode


class TextCache:
    """A file of texts by key; a missing or damaged one is an empty cache, never an error."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._old = self._read()
        self._new: dict[str, str] = {}
        self._changed = False

    @classmethod
    def within(cls, directory: Path) -> TextCache:
        """Return the texts that lie beside the documents of a cache."""
        return cls(directory / "texts.msgpack")

    @staticmethod
    def key(*parts: str) -> str:
        """Return the key of a text: a hash over everything it depends on."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(f"{len(part)}:".encode())
            digest.update(part.encode())
        return digest.hexdigest()

    def get(self, key: str) -> str | None:
        """Return a text that was put here in this run or an earlier one."""
        found = self._new.get(key, self._old.get(key))
        if found is not None:
            self._new[key] = found
        return found

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        self._new[key] = text
        self._changed = self._changed or self._old.get(key) != text

    def save(self) -> None:
        """Write what this run used, and of what it did not use as much as there is room for.

        A cache that cannot be written is not an error and not reported: the next run takes longer.
        """
        if self._path is None:
            return
        try:
            if not self._changed:
                discard_drafts(self._path.parent, self._path.name)
            else:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                body = self._encoded()
                write_atomically(self._path, _checksum(body) + body)
        except (OSError, StoreError):
            return  # the next run takes longer; nothing else is lost

    def _encoded(self) -> bytes:
        numbers: dict[str, int] = {}
        keys = {key: numbers.setdefault(x, len(numbers)) for key, x in self._texts().items()}
        return msgspec.msgpack.encode((list(numbers), keys))

    def _texts(self) -> dict[str, str]:
        texts = dict(self._new)
        room = _LIMIT - sum(map(len, set(texts.values())))
        for key, text in self._old.items():
            if key not in texts and room > len(text):
                texts[key] = text
                room -= len(text)
        return texts

    def _read(self) -> dict[str, str]:
        if self._path is None:
            return {}
        try:
            content = memoryview(self._path.read_bytes())
            checksum, body = content[:_CHECKSUM_LENGTH], content[_CHECKSUM_LENGTH:]
            if bytes(checksum) != _checksum(body):
                return {}
            texts, keys = _decode(body)
            return {key: texts[number] for key, number in keys.items()}
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, IndexError):
            return {}


def _checksum(body: bytes | memoryview) -> bytes:
    """Return the first line of the file."""
    return f"{zlib.crc32(body):08x}\n".encode()
