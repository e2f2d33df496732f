"""Reports as rows, read by the names in their header.

Apple appends columns over time and says so nowhere, so nothing is read by position. The same code
reads tabs and commas, the lines some finance reports have before the header and after the rows,
cells that nobody named, and blanks of every kind.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain, islice

from .errors import ReportError

__all__ = ["Row", "Table"]

_PREAMBLE_LINES = 16
_PREAMBLE_CELLS = 2
_TOTAL = "Total_"
# A quotation mark that nothing closes would take in all that follows.
_LONGEST_ROW = 10_000
# Nothing counted has more digits, and `1e999999999` as a whole number would fill the memory.
_DIGITS = 1000
_SHOWN = 80
_NO_NUMBER = Decimal("NaN")
_DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m", "%Y")


class Row(Mapping[str, str]):
    """A line of a report: the text of each cell by the name of its column, blanks as ``.

    Spaces around a cell are not part of it. `decimal`, `integer` and `date` read a cell as what it
    is, None for a blank; they raise KeyError for a column the report does not have and ValueError
    for text that is something else.
    """

    __slots__ = ("_cells", "_columns")

    def __init__(self, columns: Mapping[str, int], cells: list[str]) -> None:
        self._columns = columns
        self._cells = cells

    def __getitem__(self, name: str) -> str:
        position = self._columns.get(name)
        if position is None:
            raise KeyError(f"{name!r} is not among the columns {', '.join(self._columns)}")
        return self._cells[position].strip() if position < len(self._cells) else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def decimal(self, name: str) -> Decimal | None:
        """The number in a column, exactly as it is written."""
        text = self[name]
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            number = _NO_NUMBER
        if number is not None and not number.is_finite():
            raise ValueError(f"{name}: {text[:_SHOWN]!r} is no number")
        return number

    def integer(self, name: str) -> int | None:
        """The whole number in a column."""
        number = self.decimal(name)
        if number is not None and (
            number.adjusted() > _DIGITS or number != number.to_integral_value()
        ):
            raise ValueError(f"{name}: {self[name][:_SHOWN]!r} is no whole number")
        return None if number is None else int(number)

    def date(self, name: str) -> date | None:
        """The date in a column: `MM/DD/YYYY` in some reports, `YYYY-MM-DD` in others.

        A month or a year is its first day.
        """
        text = self[name]
        for form in _DATES:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if text:
            raise ValueError(f"{name}: {text[:_SHOWN]!r} is no date")
        return None

    def __repr__(self) -> str:
        return f"Row({dict(self)!r})"


class Table:
    """The lines of one file taken apart; its rows are read as they are asked for, once."""

    def __init__(self, lines: Iterable[str]) -> None:
        given = iter(lines)
        first = list(islice((line for line in given if line.strip()), 1))
        self._delimiter = _delimiter(first[0]) if first else "\t"
        self._lines = chain(first, given)
        cells = self._cells()
        self.preamble: dict[str, str] = {}
        self.columns: dict[str, int] = {}
        header, self._rest = self._header(cells)
        for position, name in enumerate(header):
            if name.strip():
                self.columns.setdefault(name.strip(), position)

    def rows(self) -> Iterator[Row]:
        """The rows; totals that a finance report has after them are not rows."""
        for cells in self._rest:
            if not (cells[0].startswith(_TOTAL) and len(_filled(cells)) <= _PREAMBLE_CELLS):
                yield Row(self.columns, cells)

    def _header(self, lines: Iterator[list[str]]) -> tuple[list[str], Iterator[list[str]]]:
        """The first line of more than a name and a value, or the very first if there is none."""
        before: list[list[str]] = []
        for cells in islice(lines, _PREAMBLE_LINES):
            if len(_filled(cells)) > _PREAMBLE_CELLS:
                self.preamble = {x[0].strip(): "".join(x[1:]).strip() for x in before}
                return cells, lines
            before.append(cells)
        return (before[0], chain(before[1:], lines)) if before else ([], lines)

    def _cells(self) -> Iterator[list[str]]:
        if self._delimiter == ",":
            yield from self._quoted_cells()
            return
        # Not by the csv module: a title may begin with a quotation mark that nothing closes.
        for line in self._lines:
            if line.strip():
                yield [_unquoted(cell) for cell in line.rstrip("\r\n").split("\t")]

    def _quoted_cells(self) -> Iterator[list[str]]:
        taken = 0

        def counted() -> Iterator[str]:
            nonlocal taken
            for line in self._lines:
                taken += 1
                if taken > _LONGEST_ROW:
                    raise ReportError(f"a row of the report goes on for {_LONGEST_ROW} lines")
                yield line

        try:
            for cells in csv.reader(counted()):
                taken = 0
                if _filled(cells):
                    yield cells
        except csv.Error as error:
            raise ReportError(f"a row of the report cannot be read: {error}") from None


def _delimiter(line: str) -> str:
    return "," if "," in line and "\t" not in line else "\t"


def _filled(cells: list[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()]


def _unquoted(cell: str) -> str:
    """A quoted cell without its quotes, as analytics reports write even empty ones."""
    inner = cell[1:-1]
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if is_quoted else cell
