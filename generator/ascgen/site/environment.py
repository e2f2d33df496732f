"""The Jinja environment of the site: everything that is interpolated is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from pathlib import Path

_BREAK = re.compile(r"(?<=_)(?=[a-z0-9])|(?<=[a-z0-9])(?=[A-Z])")


def environment(templates: Path) -> jinja2.Environment:
    """Templates of pages; anything undefined is an error, never empty text."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["breakable"] = breakable
    env.filters["grouped"] = "{:,}".format
    return env


def breakable(name: str) -> Markup:
    """Return a name, escaped, that may be broken between its words rather than anywhere."""
    return Markup("<wbr>").join(map(escape, _BREAK.split(name)))
