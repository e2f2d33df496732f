"""The rows of reports, read by the names in their header.

Apple appends columns over time and says so nowhere, so nothing is read by position.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from .lines import Line, cells_of

__all__ = ["Row"]

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

    __slots__ = ("_cells", "_columns", "_line")

    def __init__(self, columns: Mapping[str, int], line: Line) -> None:
        self._columns = columns
        self._line = line
        # Taken apart when somebody asks for a cell, as few do of every line.
        self._cells: list[str] | None = None

    def __getitem__(self, name: str) -> str:
        cells = self._cells
        if cells is None:
            cells = self._cells = cells_of(self._line)
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
