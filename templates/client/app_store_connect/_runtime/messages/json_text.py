"""JSON and other text as servers send it: read past whatever is wrong with its characters.

The API's text has been cut in the middle of an emoji, and gateways write in encodings of their own.
Everything that reads a body reads it here, so that a page, an error document and a delivery of a
webhook survive the same things.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, cast

import msgspec

__all__ = ["is_deep", "lone", "mended", "read_json", "read_text"]

# Far more than the API has. What is nested deeper could be read, and neither shown nor pickled.
_DEEPEST = 100
_MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|([\[{])|([\]}])', re.DOTALL)

# Python refuses to read or write integers of more than 4300 digits.
_DIGITS = 4000


def read_json(content: bytes) -> Any:
    """Return a body as plain values.

    The ValueError is a `msgspec.DecodeError`.

    Raises:
        ValueError: where it is not JSON.
        RecursionError: where it is too deep.
    """
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = error
    try:
        return msgspec.json.decode(mended(content))
    except ValueError:
        raise msgspec.DecodeError(str(problem)) from None


def lone(value: object) -> Any:
    """Return what a list of one holds, which servers send for a lone value; others as they are."""
    if not isinstance(value, list):
        return value
    items = cast("list[object]", value)
    return items[0] if len(items) == 1 else items


def mended(content: bytes) -> bytes:
    """Return the same JSON as UTF-8, without invalid characters.

    Halves of surrogate pairs and invalid bytes are replaced, because msgspec refuses
    the whole document otherwise. NaN, infinities and numbers out of range become null.

    Raises:
        ValueError: where it is not JSON.
    """
    value = json.loads(
        read_text(content),
        parse_int=lambda text: int(text) if len(text) <= _DIGITS else None,
        parse_float=lambda text: number if isfinite(number := float(text)) else None,
        parse_constant=lambda _: None,
    )
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def read_text(content: bytes) -> str:
    """Return a body as text, in UTF-8, 16 or 32; invalid characters are replaced.

    Without a byte order mark, the zeros in the first characters decide, as JSON and tables begin
    in ASCII.
    """
    return content.decode(json.detect_encoding(content), "replace")


def is_deep(content: bytes) -> bool:
    """Return whether JSON is nested deeper than anything that the API sends."""
    if content.count(b"[") + content.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    for mark in _MARKS.finditer(content):
        depth += (mark[1] is not None) - (mark[2] is not None)
        if depth > _DEEPEST:
            return True
    return False
