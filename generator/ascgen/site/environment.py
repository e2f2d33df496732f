"""The Jinja environment of the site: everything that is interpolated is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from pathlib import Path

# What begins markup or a line.
_MARKED = re.compile("[<>`\\x00-\\x1f\x7f\x85\u2028\u2029]")
_BREAK = re.compile(r"(?<=_)(?=[a-z0-9])|(?<=[a-z0-9])(?=[A-Z])")


def environment(templates: Path) -> jinja2.Environment:
    """Templates of pages; anything undefined is an error, never empty text."""
    env = _environment(templates, autoescape=True)
    env.filters["breakable"] = breakable
    env.filters["grouped"] = "{:,}".format
    return env


def markdown_environment(templates: Path) -> jinja2.Environment:
    """Templates of pages in Markdown: no text gets out of its line, or becomes markup."""
    env = _environment(templates, autoescape=False, finalize=_kept_in_line)
    env.filters["markdown"] = markdown_address
    env.filters["code"] = _code
    env.filters["markup"] = Markup
    return env


def _environment(templates: Path, **options: Any) -> jinja2.Environment:
    return jinja2.Environment(  # noqa: S701 - both environments say how they escape
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )


def markdown_address(address: str) -> str:
    """Where the page of an address is in Markdown."""
    return f"{address.removesuffix('.html')}.md"


def _kept_in_line(value: Any) -> Any:
    """A text without what Markdown reads as more than text; what is markup already stays."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _MARKED.sub(" ", value)
    return value


def _code(text: str) -> Markup:
    """Python that ends no fence and opens no tag; in Python's strings both can be spelled out."""
    spelled = text.replace("`", "\\x60").replace("<", "\\x3c")
    return Markup(spelled)  # noqa: S704 - it has been made harmless


def breakable(name: str) -> Markup:
    """Return a name, escaped, that may be broken between its words rather than anywhere."""
    return Markup("<wbr>").join(map(escape, _BREAK.split(name)))
