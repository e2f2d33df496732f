"""The lines of reports: their cells, and what tells a header, a total and a row from each other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping

from .errors import ReportError

__all__ = [
    "PAIR",
    "Layout",
    "Line",
    "Lines",
    "cells_of",
    "columns_of",
    "filled",
    "is_measure",
    "is_small_table",
    "is_total",
    "quoted",
]

# A name and a value: what totals and the lines before a header consist of.
PAIR = 2
# A quotation mark that nothing closes would take in all that follows.
_LONGEST_ROW = 10_000
_LARGEST_ROW = 1 << 24
# What the csv module takes at most.
_LONGEST_CELL = csv.field_size_limit()
_TOTAL = re.compile(r"total_.|total rows", re.IGNORECASE)
# What no name of a column is: a number, an amount of money, a date, a time.
_MEASURE = re.compile(r"[-+(]?[^\w\s]?\s?\d[\d.,:/+-]*(?:[eET ][\d.,:/+-]+)?Z?\)?\s?%?")
_DATED = re.compile(r"\bdate\b", re.IGNORECASE)
_MEASURED = re.compile(
    r"\b(date|quantity|units?|counts?|prices?|proceeds|amount|share)\b", re.IGNORECASE
)

Line = str | list[str]


class Lines:
    """Lines one after the other, of which some may be put back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._given = iter(lines)
        self._back: list[Line] = []

    def put_back(self, *lines: Line) -> None:
        """Let these come next."""
        self._back += reversed(lines)

    def peek(self) -> Line | None:
        """Return the line that comes next, if there is one."""
        for line in self:
            self.put_back(line)
            return line
        return None

    def __iter__(self) -> Iterator[Line]:
        while True:
            while self._back:
                yield self._back.pop()
            for line in self._given:
                yield line
                if self._back:
                    break
            if not self._back:
                return


class Layout:
    """What the rows of a table look like: in which of its columns they have a number or a date."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._kinds = {
            place: "date" if _DATED.search(name) else "number"
            for name, place in columns.items()
            if _MEASURED.search(name)
        }
        self.is_known = False
        self.looks_like_row = re.compile("").match

    def learn(self, row: Line) -> None:
        """Take a row as an example."""
        for place, text in enumerate(cells_of(row)):
            if kind := _kind(text.strip()):
                self._kinds[place] = kind
        measured = [place for place, kind in self._kinds.items() if kind != "text"]
        if measured:
            before = r"(?:[^\t]*\t)" + f"{{{min(measured)}}}"
            self.looks_like_row = re.compile(rf"{before}(?:\W?\W?\d|\s*(?:\t|\Z))").match
        self.is_known = True

    def fit(self, line: Line, *, texts: bool = False) -> int:
        """Return how many numbers and dates are where they are expected, less what else is there.

        With `texts`, less those that are where texts are expected, too.
        """
        fit = 0
        for place, cell in enumerate(cells_of(line)):
            expected, kind = self._kinds.get(place, "text"), _kind(cell.strip())
            if expected != "text" and kind:
                fit += 1 if kind == expected else -1
            elif texts and kind and kind != "text":
                fit -= 1
        return fit

    @property
    def is_telling(self) -> bool:
        """Whether there are such columns."""
        return any(kind != "text" for kind in self._kinds.values())


def _kind(cell: str) -> str:
    """Return what a cell is: a number, a date, a text; empty for a blank."""
    if not is_measure(cell):
        return "text" if cell else ""
    return "date" if "/" in cell or "-" in cell[1:] else "number"


def is_measure(cell: str) -> bool:
    """Return whether a cell is a number or a date."""
    return _MEASURE.fullmatch(cell) is not None


def is_total(line: Line) -> bool:
    """Return whether a line is a total: a name of its own kind, and a number."""
    texts = filled(line)
    return (
        0 < len(texts) <= PAIR
        and _TOTAL.match(texts[0]) is not None
        # Columns may be called so, too.
        and (len(texts) == 1 or _TOTAL.match(texts[1]) is None)
    )


def is_small_table(lines: list[Line], *, is_apart: bool) -> bool:
    """Return whether lines of one cell or two are a table, rather than what is before a header.

    `is_apart` says whether there is a blank line behind them.
    """
    rows = [filled(line) for line in lines]
    if len(rows) < PAIR:
        return False
    if all(len(row) == 1 for row in rows):
        return is_apart
    if any(len(row) != PAIR for row in rows) or is_measure(rows[0][1]):
        return False
    values = [row[1] for row in rows[1:]]
    # The lines before a header say whose report it is, and from when till when.
    return all(map(is_measure, values)) and (
        _DATED.search(rows[0][1]) is not None or all(_kind(x) == "number" for x in values)
    )


def columns_of(header: Line) -> dict[str, int]:
    """Return where each column is, by its name."""
    columns: dict[str, int] = {}
    for position, name in enumerate(cells_of(header)):
        if name.strip():
            columns.setdefault(name.strip(), position)
    return columns


def cells_of(line: Line) -> list[str]:
    """Return the cells of a line, without quotation marks around them.

    The csv module cannot do it: a title may begin with a quotation mark that nothing closes.
    """
    if not isinstance(line, str):
        return line
    cells = line.split("\t")
    return [_unquoted(cell.rstrip("\r")) for cell in cells] if '"' in line else cells


def filled(line: Line) -> list[str]:
    """Return the cells of a line that are not blank."""
    return [text for cell in cells_of(line) if (text := cell.strip())]


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if is_quoted else cell


def quoted(lines: Iterator[str]) -> Iterator[Line]:
    """Yield the rows of a file whose cells are separated by commas and may contain line breaks.

    A line in which nothing is quoted is given as one with tabs, which costs less to take apart.
    """
    begun: list[str] = []
    taken = size = 0

    def counted() -> Iterator[str]:
        nonlocal taken, size
        while True:
            line = begun.pop() if begun else next(lines, None)
            if line is None:
                return
            taken += 1
            size += len(line)
            if taken > _LONGEST_ROW or size > _LARGEST_ROW:
                raise ReportError(f"a row of the report goes on for {taken} lines, {size} bytes")
            yield f"{line}\n"

    rows = csv.reader(counted())
    for line in lines:
        is_plain = '"' not in line and "\t" not in line and "\r" not in line[:-1]
        if is_plain and len(line) <= _LONGEST_CELL:
            yield line.replace(",", "\t")
            continue
        begun.append(line)
        taken = size = 0
        try:
            cells = next(rows)
        except csv.Error as error:
            raise ReportError(f"a row of the report cannot be read: {error}") from None
        if any(map(str.strip, cells)):
            yield cells
