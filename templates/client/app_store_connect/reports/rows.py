"""Reports as rows, read by the names in their header.

Apple appends columns over time and says so nowhere, so nothing is read by position. The same code
reads tabs and commas, the lines some finance reports have before the header and after the rows,
tables that follow one another in one file, cells that nobody named, and blanks of every kind.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain, islice

from .errors import ReportError

__all__ = ["Row", "Table"]

_PREAMBLE_LINES = 16
_PREAMBLE_CELLS = 2
# How a line may begin that is a total, for a quick look at each.
_TOTALS = ("Total", "total", "TOTAL", " ", '"')
_TOTAL = re.compile(r"total_.|total rows", re.IGNORECASE)
_TOTAL_ROWS = re.compile(r"total[_ ]rows\s*:?", re.IGNORECASE)
_DIGIT = re.compile("[0-9]")
_COUNT = re.compile(r"[\d,]{1,20}", re.ASCII)
# A quotation mark that nothing closes would take in all that follows.
_LONGEST_ROW = 10_000
_LARGEST_ROW = 1 << 24
# What the csv module takes at most.
_LONGEST_CELL = csv.field_size_limit()
# Nothing counted has more digits, and `1e999999999` as a whole number would fill the memory.
_DIGITS = 1000
_SHOWN = 80
_NO_NUMBER = Decimal("NaN")
_DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m", "%Y")

Line = str | list[str]


class Row(Mapping[str, str]):
    """A line of a report: the text of each cell by the name of its column, blanks as ``.

    Spaces around a cell are not part of it. `decimal`, `integer` and `date` read a cell as what it
    is, None for a blank; they raise KeyError for a column the report does not have and ValueError
    for text that is something else.
    """

    __slots__ = ("_cells", "_columns", "_line")

    def __init__(self, columns: Mapping[str, int], line: Line) -> None:
        self._columns = columns
        self._line = line
        # Taken apart when somebody asks for a cell, as few do of every line.
        self._cells: list[str] | None = None

    def __getitem__(self, name: str) -> str:
        cells = self._cells
        if cells is None:
            cells = self._cells = _cells(self._line)
        try:
            return cells[self._columns[name]].strip()
        except IndexError:
            return ""
        except KeyError:
            names = ", ".join(self._columns)
            raise KeyError(f"{name!r} is not among the columns {names}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def decimal(self, name: str) -> Decimal | None:
        """Return the number in a column, exactly as it is written."""
        text = self[name]
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            number = _NO_NUMBER
        if number is not None and not number.is_finite():
            raise ValueError(f"{name[:_SHOWN]}: {text[:_SHOWN]!r} is not a number")
        return number

    def integer(self, name: str) -> int | None:
        """Return the whole number in a column."""
        number = self.decimal(name)
        if number is not None and (
            number.adjusted() > _DIGITS or number != number.to_integral_value()
        ):
            raise ValueError(f"{name[:_SHOWN]}: {self[name][:_SHOWN]!r} is not a whole number")
        return None if number is None else int(number)

    def date(self, name: str) -> date | None:
        """Return the date in a column: `MM/DD/YYYY` in some reports, `YYYY-MM-DD` in others.

        A month or a year is its first day.
        """
        text = self[name]
        for form in _DATES:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if text:
            raise ValueError(f"{name[:_SHOWN]}: {text[:_SHOWN]!r} is not a date")
        return None

    def __repr__(self) -> str:
        return f"Row({dict(self)!r})"


class Table:
    """The lines of one file taken apart; its rows are read as they are asked for, once.

    `totals` and `summary` are complete when all rows have been read: what the file says in lines
    of a name and a number, and the rows of other tables that follow the first.
    """

    def __init__(self, batches: Iterable[list[str]]) -> None:
        given = chain.from_iterable(batches)
        first = list(islice((line for line in given if line.strip()), 1))
        texts = chain(first, given)
        is_quoted = bool(first) and "," in first[0] and "\t" not in first[0]
        self._lines: Iterator[Line] = _quoted(texts) if is_quoted else texts
        self.totals: dict[str, str] = {}
        self.summary: list[Row] = []
        self.preamble: dict[str, str] = {}
        self.columns = _columns(self._read_header())

    def rows(self) -> Iterator[Row]:
        """Yield the rows, without the totals and further tables of a finance report.

        Raises:
            ReportError: where there are not as many as the file says.
        """
        columns = self.columns
        count, is_over = 0, False
        while not is_over:
            is_over = True
            for line in self._lines:
                if isinstance(line, str):
                    if not line or line.isspace():
                        continue
                    text = line
                else:
                    text = "\t".join(line)
                if not _DIGIT.search(text) and self._is_header(line):
                    self._lines = chain([line], self._lines)
                    columns, count, is_over = self._next_columns(), 0, False
                    break
                if text.startswith(_TOTALS) and _is_total(line):
                    if self._ends_table(line, count):
                        columns, count, is_over = self._next_columns(), 0, False
                        break
                    continue
                count += 1
                if columns is self.columns:
                    yield Row(columns, line)
                else:
                    self.summary.append(Row(columns, line))

    def _is_header(self, line: Line) -> bool:
        """Return whether a line without a number begins another table, or this one once more."""
        cells = [cell.strip() for cell in _cells(line)]
        names = _filled(cells)
        is_whole = len(set(names)) == len("\t".join(cells).rstrip("\t").split("\t"))
        return (
            len(names) > _PREAMBLE_CELLS and is_whole and not self.columns.keys().isdisjoint(names)
        )

    def _ends_table(self, line: Line, count: int) -> bool:
        """Note a total, and return whether it is the number of rows, which ends a table."""
        name, *values = _filled(_cells(line))
        value = self.totals[name] = "".join(values)
        if not _TOTAL_ROWS.fullmatch(name) or not _COUNT.fullmatch(value):
            return False
        if int(value.replace(",", "") or 0) != count:
            raise ReportError(f"a table of the report has {count} rows, and says it has {value}")
        return True

    def _next_columns(self) -> dict[str, int]:
        """Return the columns of the table that follows, or the present ones where it goes on."""
        for line in self._lines:
            if _is_total(line):
                name, *values = _filled(_cells(line))
                self.totals[name] = "".join(values)
            elif _filled(_cells(line)):
                self._lines = chain([line], self._lines)
                break
        columns = _columns(self._read_header())
        return self.columns if columns == self.columns else columns

    def _read_header(self) -> Line:
        """Return the first line with more than a name and a value, or else the first line.

        Those before it are the preamble.
        """
        before: list[Line] = []
        for line in self._lines:
            cells = _filled(_cells(line))
            if len(cells) > _PREAMBLE_CELLS:
                self.preamble |= {x[0].strip(): "".join(x[1:]).strip() for x in map(_cells, before)}
                return line
            if len(before) == _PREAMBLE_LINES or _is_total(line):
                self._lines = chain([line], self._lines)
                break
            if cells:
                before.append(line)
        self._lines = chain(before[1:], self._lines)
        return before[0] if before else []


def _columns(header: Line) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, name in enumerate(_cells(header)):
        if name.strip():
            columns.setdefault(name.strip(), position)
    return columns


def _is_total(line: Line) -> bool:
    """Return whether a line is a total: a name of its own kind, and a number."""
    filled = _filled(_cells(line))
    return bool(filled) and _TOTAL.match(filled[0]) is not None and len(filled) <= _PREAMBLE_CELLS


def _cells(line: Line) -> list[str]:
    """Return the cells of a line, without quotation marks around them.

    The csv module cannot do it: a title may begin with a quotation mark that nothing closes.
    """
    if not isinstance(line, str):
        return line
    cells = line.split("\t")
    return [_unquoted(cell.rstrip("\r")) for cell in cells] if '"' in line else cells


def _filled(cells: list[str]) -> list[str]:
    return [text for cell in cells if (text := cell.strip())]


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if is_quoted else cell


def _quoted(lines: Iterator[str]) -> Iterator[Line]:
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
