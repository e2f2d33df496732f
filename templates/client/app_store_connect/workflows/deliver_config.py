"""Appfile and Deliverfile, as far as they hold plain values: they are Ruby, which is not run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read_config"]

_CALL = re.compile(r"(?P<name>[a-z_]+)(?:\s+|\s*\(\s*)(?P<value>.+?)\)?\s*(?:#[^\"']*)?")
_TEXT = re.compile(r"""(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""")
_NUMBER = re.compile(r"-?\d+")
_WORDS: dict[str, Any] = {"true": True, "false": False, "nil": None}


def read_config(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the values that a file sets by name, and what of it is not understood, by line."""
    values: dict[str, Any] = {}
    unread: list[str] = []
    if not path.is_file():
        return values, unread
    for number, line in _lines(path.read_text(encoding="utf-8")):
        call = _CALL.fullmatch(line)
        known, value = (False, None) if call is None else _value(call["value"])
        if call is not None and known:
            values[call["name"]] = value
        else:
            unread.append(f"{path.name}, line {number}: {line}")
    return values, unread


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def _value(text: str) -> tuple[bool, Any]:
    """Whether a text is a plain value of Ruby, and which."""
    if text in _WORDS:
        return True, _WORDS[text]
    if _NUMBER.fullmatch(text):
        return True, int(text)
    found = _TEXT.fullmatch(text)
    if found is None or "#{" in found["text"]:
        return False, None
    plain = re.sub(r"\\(.)", r"\1", found["text"].replace(r"\n", "\n"))
    return True, plain
