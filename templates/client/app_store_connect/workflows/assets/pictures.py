"""Images that Apple takes in one size only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .headers import read_header

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["picture_problem"]

_SUFFIXES = {"png": {".png"}, "jpg": {".jpg", ".jpeg"}}


def picture_problem(file: Path, width: int, height: int) -> str | None:
    """Return why Apple would not take a file as an image of this size, None if it would."""
    if not file.is_file():
        return f"{file.name} is not there"
    header = read_header(file)
    if header is None or file.suffix.lower() not in _SUFFIXES.get(header.format, ()):
        return f"{file.name} is not a PNG or JPEG image, or is named as another kind of file"
    if (header.width, header.height) != (width, height):
        found = f"{header.width} x {header.height}"
        return f"{file.name} has {found} pixels; Apple takes {width} x {height}"
    return f"{file.name} is transparent; Apple takes no alpha channel" if header.alpha else None
