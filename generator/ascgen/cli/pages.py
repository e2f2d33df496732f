"""Pages of text: the same words at every width, one item a line where there is no width."""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from msgspec import Struct

from ascgen.cli.terminal import is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Data = TypeVar("Data")

_MARGIN = "  "
_GAP = "  "
# The last column of a table is worth its place from here on; below, it goes under the others.
_LEAST = 44
# A word that is longer than a line is broken behind one of these.
_BREAKS = re.compile(r"[^/_.,()\[\]{}=]*[/_.,()\[\]{}=]?")


class Line(Struct, frozen=True):
    """A line of a page: whether it stands out or steps back, and how much of it is a name."""

    text: str
    bold: bool = False
    dim: bool = False
    lead: int = 0


class _Table(Struct, frozen=True):
    rows: tuple[tuple[str, ...], ...]
    dim: tuple[bool, ...]
    margin: str
    tabbed: bool


class Page(Struct):
    """A page that is written piece by piece and laid out for a width in the end."""

    _pieces: list[Line | _Table] = []

    def title(self, text: str) -> None:
        """Return what the page is about."""
        self._pieces.append(Line(text, bold=True))

    def text(self, text: str, *, dim: bool = False) -> None:
        """Return a paragraph; an empty one is left out."""
        if text:
            self._pieces.append(Line(text, dim=dim))

    def section(self, heading: str) -> None:
        """Return the heading of what follows."""
        self._pieces += [Line(""), Line(heading, bold=True)]

    def table(
        self,
        rows: Iterable[Sequence[str]],
        *,
        dim: Iterable[bool] = (),
        margin: str = _MARGIN,
        tabbed: bool = False,
    ) -> None:
        """Rows of cells of which only the last may be long.

        Where there is no width, a tabbed table has its cells between tabs, for other programs.
        """
        cells = tuple(tuple(row) for row in rows)
        marks = tuple(dim) or (False,) * len(cells)
        if cells:
            self._pieces.append(_Table(cells, marks, margin, tabbed))

    def names(self, heading: str, names: Sequence[str]) -> None:
        """Add a list of names under a heading that counts them, if there are any."""
        if names:
            self.section(f"{heading} ({len(names)})")
            self.table((name,) for name in names)

    def lines(self, width: int) -> Iterator[Line]:
        """Yield the page laid out; a width of 0 is as wide as it takes."""
        for piece in self._pieces:
            if isinstance(piece, _Table):
                yield from _table_lines(piece, width)
            else:
                for text in wrapped(piece.text, width):
                    yield Line(text, piece.bold, piece.dim)


def show(data: Data, sheet: Callable[[Data], Page], *, as_json: bool, brief: bool = False) -> None:
    """Print data as a page, as JSON, or as the briefest JSON."""
    if brief:
        from ascgen.explore.brief import brief as shortened
        from ascgen.explore.tokens import compact

        typer.echo(compact(shortened(data)))
    elif as_json:
        emit_json(data)
    else:
        emit(sheet(data))


def emit(page: Page) -> None:
    """Print a page: as wide as the terminal or COLUMNS say, plain unless it is a terminal."""
    plain = is_plain()
    for line in page.lines(_width()):
        if plain or not (line.bold or line.dim or line.lead):
            typer.echo(line.text)
        else:
            name = typer.style(line.text[: line.lead], fg="cyan") if line.lead else ""
            typer.echo(name + typer.style(line.text[line.lead :], bold=line.bold, dim=line.dim))


def emit_json(data: Any) -> None:
    """Print data as JSON."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(data), indent=2))


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Return a text in lines of a width, broken between words; 0 leaves it in one line."""
    if not width:
        return [f"{first}{text}"]
    lines: list[str] = []
    line, is_bare, room = first, True, max(1, width - len(rest))
    for word in text.split(" "):
        pieces = [word] if len(word) <= room else _broken(word, room)
        for place, piece in enumerate(pieces):
            glue = "" if is_bare or place else " "
            if is_bare or len(line) + len(glue) + len(piece) <= width:
                line += glue + piece
            else:
                lines.append(line)
                line = rest + piece
            is_bare = False
    return [*lines, line]


def _broken(word: str, room: int) -> list[str]:
    """Return a word that does not fit into a line, in pieces that do."""
    pieces = [piece for piece in _BREAKS.findall(word) if piece]
    return [piece[start : start + room] for piece in pieces for start in range(0, len(piece), room)]


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _table_lines(table: _Table, width: int) -> Iterator[Line]:
    """Yield the rows side by side if there is room, else with the last cells below."""
    if not width and table.tabbed:
        for row, dim in zip(table.rows, table.dim, strict=True):
            yield Line("\t".join(row), dim=dim)
        return
    widths = [max(map(len, column)) for column in zip(*table.rows, strict=True)]
    before = len(table.margin) + sum(size + len(_GAP) for size in widths[:-1])
    fits = not width or before + min(widths[-1], _LEAST) <= width
    for row, dim in zip(table.rows, table.dim, strict=True):
        *cells, last = row
        if fits:
            padded = (f"{cell:<{size}}{_GAP}" for cell, size in zip(cells, widths, strict=False))
            head = table.margin + "".join(padded)
            texts = wrapped(last, width, first=head, rest=" " * before)
            names = 1
        else:
            deeper = table.margin + _MARGIN
            texts = wrapped(row[0], width, first=table.margin, rest=deeper)
            names = len(texts)
            for cell in filter(None, row[1:]):
                texts += wrapped(cell, width, first=deeper, rest=deeper + _MARGIN)
        # What there is nothing to tell of needs no colour to stand out from it.
        lead = len(table.margin) + widths[0] if cells and not dim else 0
        for place, text in enumerate(texts):
            yield Line(text.rstrip(), dim=dim, lead=lead if place < names else 0)
