"""Texts that were costly to make, kept by the hash of what they were made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from ascgen.cache import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_LIMIT = 64 * 1024 * 1024

_decode = msgspec.msgpack.Decoder(dict[str, str]).decode


class TextCache:
    """A file of texts by key; a missing or damaged one is an empty cache, never an error."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._old = self._read()
        self._new: dict[str, str] = {}

    @staticmethod
    def key(*parts: str) -> str:
        """The key of a text: a hash over everything it depends on."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(f"{len(part)}:".encode())
            digest.update(part.encode())
        return digest.hexdigest()

    def get(self, key: str) -> str | None:
        """A text that was put here in this run or an earlier one."""
        found = self._new.get(key) or self._old.get(key)
        if found is not None:
            self._new[key] = found
        return found

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        self._new[key] = text

    def save(self) -> None:
        """Write what this run used, and of what it did not use as much as there is room for."""
        if self._path is None or self._new.keys() <= self._old.keys():
            return
        texts = dict(self._new)
        room = _LIMIT - sum(map(len, texts.values()))
        for key, text in self._old.items():
            if key not in texts and room > len(text):
                texts[key] = text
                room -= len(text)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.msgpack.encode(texts))
        except OSError:
            return  # the next run takes longer; nothing else is lost

    def _read(self) -> dict[str, str]:
        if self._path is None:
            return {}
        try:
            return _decode(self._path.read_bytes())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}
