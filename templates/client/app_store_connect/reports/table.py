"""Reports taken apart into tables.

The same code reads tabs and commas, the lines some finance reports have before the header and after
the rows, tables that follow one another in one file, cells that nobody named, and blanks of every
kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from .errors import ReportError
from .lines import (
    PAIR,
    Layout,
    Line,
    Lines,
    cells_of,
    columns_of,
    filled,
    is_measure,
    is_small_table,
    is_total,
    quoted,
)
from .rows import Row

__all__ = ["Table"]

_PREAMBLE_LINES = 16
# How a line may begin that is a total, for a quick look at each.
_TOTALS = ("Total", "total", "TOTAL", " ", '"')
_TOTAL_ROWS = re.compile(r"total[_ ]rows\s*:?", re.IGNORECASE)
_SUM = re.compile(r"(?:grand |sub)?totals?:?", re.IGNORECASE)
_COUNT = re.compile(r"[\d,]{1,20}", re.ASCII)
# Numbers and dates in any column but the first, and in the first: a quick look as well.
_LATER_MEASURE = re.compile(r'\t"?[-+]?[0-9][0-9.,:/-]*"?(?:[\t\r]|\Z)')
_FIRST_MEASURE = re.compile(r'"?[-+]?[0-9][0-9.,:/-]*"?(?:[\t\r]|\Z)')


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
        self._lines = Lines(quoted(texts) if is_quoted else texts)
        self.totals: dict[str, str] = {}
        self.summary: list[Row] = []
        self.preamble: dict[str, str] = {}
        # Rows since the last number of rows, and of these since the last header.
        self._count = self._part = 0
        self._header: Line = self._read_header()
        self.columns: dict[str, int] = columns_of(self._header)
        self._columns: dict[str, int] = self.columns
        self._layout = Layout(self.columns)

    def rows(self) -> Iterator[Row]:
        """Yield the rows, without the totals and further tables of a finance report.

        Raises:
            ReportError: where there are not as many as the file says.
        """
        columns, layout, header = self._columns, self._layout, self._end_of_header()
        is_main, is_apart = True, False
        for line in self._lines:
            if isinstance(line, str):
                if not line or line.isspace():
                    is_apart = True
                    continue
                text = line
            else:
                text = "\t".join(line)
            row: Line | None = line
            if (
                is_apart
                or not (_LATER_MEASURE.search(text) or _FIRST_MEASURE.match(text))
                or text.endswith(header)
                or not layout.looks_like_row(text)
            ):
                row, is_apart = self._looked_at(line, header, is_apart=is_apart), False
            if row is not None and text.startswith(_TOTALS) and is_total(row):
                row = self._note_total(row)
            if row is None:
                columns, layout, header = self._columns, self._layout, self._end_of_header()
                is_main = columns.keys() == self.columns.keys()
                continue
            if not layout.is_known:
                layout.learn(row)
            self._part += 1
            if is_main:
                yield Row(columns, row)
            else:
                self.summary.append(Row(columns, row))

    def _looked_at(self, line: Line, header: str, *, is_apart: bool) -> Line | None:
        """Return a line that may be no row, or what there is of it before a header; else None."""
        if is_total(line):
            return line
        if (
            isinstance(line, str)
            and line.endswith(header)
            and len(line.split("\t")) > len(self._columns)
        ):
            # The line before the header had no end.
            self._lines.put_back(header)
            return line[: -len(header)]
        if self._is_header(line, is_apart=is_apart):
            self._lines.put_back(line)
            self._begin(self._read_header())
            return None
        if _SUM.fullmatch((texts := filled(line))[0]) and not self._layout.looks_like_row(texts[0]):
            self.totals[texts[0]] = " ".join(texts[1:])
            return None
        return line

    def _is_header(self, line: Line, *, is_apart: bool) -> bool:
        """Return whether a line begins another table, or this one once more."""
        cells, names, layout = cells_of(line), filled(line), self._layout
        if _spelled(names) == _spelled(filled(self._header)):
            return True
        if len(set(names)) < len(names):
            return False
        fit = layout.fit(line)
        if any(map(is_measure, names)):
            # Years and numbers of days are names, too, where the others are no dates or numbers.
            if fit > 0 or not layout.is_known or not layout.is_telling or len(names) < PAIR:
                return False
            after = self._fit_of_next()
            return fit < 0 if after is None else after <= 0
        if (
            fit < 0
            or len(names) > len(self._columns)
            or (layout.is_telling and len(cells) < len(self._columns))
            or (is_apart and len(cells) != len(self._columns))
        ):
            return True
        if not layout.is_telling:
            known = _spelled(list(self._columns))
            return len(names) > PAIR and not set(known).isdisjoint(_spelled(names))
        after = self._fit_of_next()
        return len(names) >= PAIR and after is not None and after <= 0

    def _fit_of_next(self) -> int | None:
        """Return how the next line fits into the present table; None if there is none, or blank."""
        following = self._lines.peek()
        return self._layout.fit(following, texts=True) if following and filled(following) else None

    def _note_total(self, line: Line) -> Line | None:
        """Note a total, and begin the next table behind the number of rows."""
        name, *values = filled(line)
        value = self.totals[name] = "".join(values)
        if not _TOTAL_ROWS.fullmatch(name) or not _COUNT.fullmatch(value):
            return None
        stated, count = int(value.replace(",", "") or 0), self._count + self._part
        # Where a header is repeated, either may be meant.
        if stated not in {count, self._part}:
            raise ReportError(f"a table of the report has {count} rows, and says it has {value}")
        self._count = self._part = 0
        for following in self._lines:
            if is_total(following):
                name, *values = filled(following)
                self.totals[name] = "".join(values)
            elif texts := filled(following):
                self._lines.put_back(following)
                if len(texts) <= PAIR or self._layout.fit(following) <= 0:
                    self._begin(self._read_header())
                break
        return None

    def _begin(self, header: Line) -> None:
        """Take what follows as the rows of a table of this header."""
        columns = columns_of(header)
        present = {name.casefold(): name for name in self._columns}
        main = {name.casefold(): name for name in self.columns}
        names = {name.casefold(): place for name, place in columns.items()}
        is_same = names.keys() == present.keys()
        self._count, self._part = (self._count + self._part if is_same else 0), 0
        if names.keys() == main.keys():
            columns = {name: names[key] for key, name in main.items()}
        self._header, self._columns, self._layout = header, columns, Layout(columns)

    def _end_of_header(self) -> str:
        """Return how a line ends that the header is in; what no line does for a lone name."""
        text = self._header if isinstance(self._header, str) else "\t".join(self._header)
        return text if "\t" in text else "\n"

    def _read_header(self) -> Line:
        """Return the first line with more than a name and a value, or else the first line.

        Those before it are the preamble, unless they are a table.
        """
        before: list[Line] = []
        is_apart = False
        for line in self._lines:
            texts = filled(line)
            if not texts:
                is_apart = True
                continue
            is_wide = len(texts) > PAIR
            if is_wide and not is_small_table(before, is_apart=is_apart):
                self.preamble |= {
                    cells[0].strip(): "".join(cells[1:]).strip() for cells in map(cells_of, before)
                }
                return line
            if is_wide or len(before) == _PREAMBLE_LINES or is_total(line):
                self._lines.put_back(line)
                break
            before.append(line)
            is_apart = False
        self._lines.put_back(*before[1:])
        return before[0] if before else []


def _spelled(names: list[str]) -> list[str]:
    return [name.casefold() for name in names]
