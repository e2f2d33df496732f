"""Appfile and Deliverfile, as far as they hold plain values: they are Ruby, which is not run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .._runtime.files import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read_config", "read_utf8"]

_CALL = re.compile(r"(?P<name>[a-z_]+)(?:\s*\(\s*(?P<inside>.+?)\s*\)|\s+(?P<value>.+?))\s*")
_TEXT = re.compile(r"""(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""")
_NUMBER = re.compile(r"-?\d+")
_WORDS: dict[str, Any] = {"true": True, "false": False, "nil": None}
# What a backslash stands before, by the quotes around it.
_ESCAPES = {'"': {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}, "'": {"'": "'", "\\": "\\"}}

# What depends on a lane or on anything else begins like this, and ends with `end`.
_BLOCK = re.compile(
    r"(if|unless|case|begin|def|while|until|for|class|module)\b|.*\bdo(\s*\|.*\|)?$"
)
_HEREDOC = re.compile(r"<<[~-]?[\"'`]?([A-Za-z_]\w*)")
_OPENING, _CLOSING = "([{", ")]}"


def read_utf8(path: Path) -> str:
    """Return the text of a file, without a byte order mark; ValueError for what is no UTF-8."""
    try:
        text = read_whole(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}): save it as that") from None
    # As text files are read: there is one end of a line.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_config(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the values that a file sets by name, and what of it is not understood, by line.

    What is set twice, or only for some lane, is not understood.
    """
    values: dict[str, Any] = {}
    unread: list[str] = []
    if not path.is_file():
        return values, unread
    twice: set[str] = set()
    for number, line, plain in _statements(read_utf8(path)):
        call = _CALL.fullmatch(_without_comment(line)) if plain else None
        known, value = (False, None) if call is None else _value(call["inside"] or call["value"])
        if call is not None and known:
            name = call["name"]
            if values.get(name, value) != value:
                twice.add(name)
            values[name] = value
        else:
            unread.append(f"{path.name}, line {number}: {line}")
    for name in sorted(twice):
        del values[name]
        unread.append(f"{path.name}: {name} is set to several values")
    return values, unread


def _statements(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines with what they say, and whether that is said always, and in one line."""
    depth, closes, ends = 0, 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if ends:
            ends = "" if stripped == ends else ends
        elif stripped == "__END__":
            return
        elif stripped == "=begin":
            ends = "=end"
        elif not stripped or stripped.startswith("#"):
            continue
        else:
            bare = _TEXT.sub("", stripped).partition("#")[0].strip()
            opened = sum(map(bare.count, _OPENING)) - sum(map(bare.count, _CLOSING))
            heredoc = _HEREDOC.search(bare) or _HEREDOC.search(stripped)
            is_end = re.match(r"end\b", bare) is not None
            opens = not is_end and closes <= 0 and _BLOCK.match(bare) is not None
            plain = depth == 0 and closes == 0 and not (opens or is_end or opened or heredoc)
            if not is_end:
                yield number, stripped, plain
            depth = max(depth + opens - is_end, 0)
            closes = max(closes + opened, 0)
            ends = heredoc[1] if heredoc else ""


def _without_comment(line: str) -> str:
    """Return a line up to the sign that begins a comment, which none within quotes does."""
    masked = _TEXT.sub(lambda x: "_" * len(x[0]), line)
    return line[: len(masked.partition("#")[0])]


def _value(text: str) -> tuple[bool, Any]:
    """Whether a text is a plain value of Ruby, and which."""
    if text in _WORDS:
        return True, _WORDS[text]
    if _NUMBER.fullmatch(text):
        return True, int(text)
    found = _TEXT.fullmatch(text)
    if found is None or (found["quote"] == '"' and "#{" in found["text"]):
        return False, None
    escapes = _ESCAPES[found["quote"]]
    marks = re.findall(r"\\(.)", found["text"])
    if found["quote"] == '"' and not set(marks) <= set(escapes):
        return False, None
    return True, re.sub(r"\\(.)", lambda x: escapes.get(x[1], x[0]), found["text"])
