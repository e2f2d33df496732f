"""The changes on a terminal, or plain where the output goes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ascgen.diff.reports import ADVICE, counts, detail, omission_sections, summary, title
from ascgen.diff.story import sections
from ascgen.omitted import line

if TYPE_CHECKING:
    from rich.console import Console

    from ascgen.diff.model import Diff
    from ascgen.diff.story import Line, Section

_STYLES = {"Breaking": "bold red", "Seen by type checkers": "bold yellow", "Added": "bold green"}


def print_diff(diff: Diff, console: Console) -> None:
    """Print all changes, the most urgent first, as wide as the console is."""
    console.print(Text(title(diff), style="bold"))
    console.print(Text(f"{summary(diff)}."))
    console.print(Text(f"Suggested for the client: {diff.bump} ({ADVICE[diff.bump]})."))
    if diff.changes:
        console.print(_counts(diff))
    for section in sections(diff):
        _print_section(section, console)
    for heading, omissions in omission_sections(diff):
        console.print()
        console.print(Text(f"{heading} ({len(omissions)})", style="bold yellow"))
        for omission in omissions:
            console.print(Text(line(omission)), soft_wrap=True)


def _counts(diff: Diff) -> Table:
    head, *rows = counts(diff)
    table = Table(box=SIMPLE_HEAD)
    table.add_column(head[0])
    for name in head[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _print_section(section: Section, console: Console) -> None:
    console.print()
    style = _STYLES.get(section.heading, "bold")
    console.print(Text(f"{section.heading} ({section.count})", style=style))
    for paragraph in section.paragraphs:
        table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
        table.add_column(paragraph.heading, ratio=1, overflow="fold")
        table.add_column("", ratio=1, overflow="fold")
        for row in paragraph.lines:
            table.add_row(Text("\n".join(row.places)), _items(row))
        console.print(table)


def _items(line: Line) -> Text:
    # Text, not str: brackets in a value are not markup.
    found = Text()
    for item in line.items:
        about = detail(item)
        found.append(", " if found else "")
        found.append(item.name)
        found.append(f" ({about})" if about else "", style="dim")
    return found
