"""Text that others wrote, so that no terminal obeys it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["escaped", "remark", "shown", "write_definitions"]

# Below this many characters a line has no room for two columns.
_NARROW = 60

# They are not printable by themselves, yet emoji and some scripts are written with them.
_JOINERS = frozenset("\u200c\u200d")


def shown(text: str) -> str:
    """One line of text, without what would move the cursor, ring the bell or turn the order."""
    if text.isprintable():
        return text
    return "".join(x if x.isprintable() or x in _JOINERS else " " for x in text)


def escaped(json: str) -> str:
    """A JSON text that says the same, with escapes for what a terminal would obey."""
    return "".join(x if x.isprintable() or x in _JOINERS or x == "\n" else _escape(x) for x in json)


def remark(text: str) -> None:
    """Say on stderr what is no data."""
    for line in text.splitlines():
        click.echo(shown(line), err=True)


def write_definitions(
    formatter: click.HelpFormatter, records: Sequence[tuple[str, str]], widest: int
) -> None:
    """Write names, and beside or below each of them what it does."""
    formatter.write_dl(records, col_max=widest if formatter.width >= _NARROW else 2)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
