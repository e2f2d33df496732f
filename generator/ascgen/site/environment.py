"""The Jinja environment of the site: everything that is interpolated is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from pathlib import Path


def environment(templates: Path) -> jinja2.Environment:
    """Templates of pages; anything undefined is an error, never empty text."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
