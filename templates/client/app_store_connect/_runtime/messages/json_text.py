"""JSON and other text as servers send it: read past whatever is wrong with its characters.

The API's text has been cut in the middle of an emoji, and gateways write in encodings of their own.
Everything that reads a body reads it here, so that a page, an error document and a delivery of a
webhook survive the same things.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

import msgspec

__all__ = ["is_deep", "mended", "read_json", "read_text"]

# Far more than the API has. What is nested deeper could be read, and neither shown nor pickled.
_DEEPEST = 100
_MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|([\[{])|([\]}])', re.DOTALL)

# Python refuses to read or write integers of more than 4300 digits.
_DIGITS = 4000


def read_json(content: bytes) -> Any:
    """A body as plain values; ValueError where it is not JSON, RecursionError where it is too deep.

    The ValueError is a `msgspec.DecodeError`.
    """
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = error
    try:
        return msgspec.json.decode(mended(content))
    except ValueError:
        raise msgspec.DecodeError(str(problem)) from None


def mended(content: bytes) -> bytes:
    """The same JSON as UTF-8 without what is no text; ValueError where it is not JSON.

    Halves of surrogate pairs and bytes that are no characters are replaced, because msgspec refuses
    the whole document otherwise. Numbers that are none or beyond all bounds are null.
    """
    value = json.loads(
        read_text(content),
        parse_int=lambda text: int(text) if len(text) <= _DIGITS else None,
        parse_float=lambda text: number if isfinite(number := float(text)) else None,
        parse_constant=lambda _: None,
    )
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def read_text(content: bytes) -> str:
    """A body as text, in UTF-8, 16 or 32, marked as such or not; what is no character is replaced.

    Without a mark the zeros in the first characters tell, as JSON and tables begin in ASCII.
    """
    return content.decode(json.detect_encoding(content), "replace")


def is_deep(content: bytes) -> bool:
    """Whether JSON is nested deeper than anything that the API sends."""
    if content.count(b"[") + content.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    for mark in _MARKS.finditer(content):
        depth += (mark[1] is not None) - (mark[2] is not None)
        if depth > _DEEPEST:
            return True
    return False
