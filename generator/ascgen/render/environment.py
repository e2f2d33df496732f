"""The Jinja environment: strict about undefined names, with filters that quote and lay out."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2

from ascgen.plan.views import Alias, Method, Parameter


def environment(templates: Path) -> jinja2.Environment:
    """Templates loop, test and interpolate; anything undefined is an error, never empty text."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is Python; every value is a checked name or quoted
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["literal"] = literal
    env.filters["literal_type"] = literal_type
    env.filters["signature"] = signature
    env.filters["toml"] = json.dumps
    return env


def literal(value: str) -> str:
    """A string as Python source, in black's quotes."""
    return json.dumps(value) if value.isascii() and value.isprintable() else repr(value)


def literal_type(alias: Alias) -> str:
    """The type of an alias: its values, or any text where the document lists none."""
    values = ", ".join(literal(value) for value in alias.values)
    return f"Literal[{values}]" if values else "str"


def signature(method: Method) -> str:
    """The parameters of a method, in Python's order."""
    parts = ["self", *(parameter(item) for item in method.positional)]
    if method.positional:
        parts.append("/")
    if method.keywords:
        parts.append("*")
        parts += (parameter(item) for item in method.keywords)
    return ", ".join(parts)


def parameter(item: Parameter) -> str:
    """One parameter of a signature."""
    text = f"{item.name}: {item.annotation}"
    return f"{text} = {item.default}" if item.default else text
