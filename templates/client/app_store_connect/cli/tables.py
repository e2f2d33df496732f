"""Tables that fit the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .records import columns_of, field_of
from .texts import remark, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._runtime.jsonapi.values import Json

__all__ = ["show_object", "show_table"]

# What a column is never made narrower than, with the space beside it.
_NARROW = 12
_GAP = 2
# An id alone tells nobody anything.
_FEWEST = 2


def show_table(records: Sequence[Any], names: Sequence[str] | None = None) -> None:
    """Show records as rows; without names, as many columns as the terminal is wide enough for."""
    console = _console()
    columns, without = (list(names), []) if names else _fitting(records, console.width)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for name, width in zip(columns, _widths(records, columns, console.width), strict=True):
        values = (field_of(record, name) for record in records)
        right = all(isinstance(value, int | float) for value in values if value is not None)
        table.add_column(
            name,
            width=width,
            justify="right" if right else "left",
            overflow="fold" if name == "id" else "ellipsis",
            no_wrap=name != "id",
        )
    for record in records:
        table.add_row(*(_cell(field_of(record, name)) for name in columns))
    console.print(table)
    if without:
        remark(f"without {', '.join(without)}: --columns chooses")


def show_object(record: Any) -> None:
    """Show one record, a line for each of its members."""
    console = _console()
    if not isinstance(record, dict):
        console.print(_cell(record))
        return
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in cast("Json", record).items():
        if value is not None:
            table.add_row(name, _cell(value))
    console.print(table)


def _console() -> Console:
    # Values are data: nothing in them is markup or an emoji.
    return Console(markup=False, emoji=False, highlight=False)


def _fitting(records: Sequence[Any], width: int) -> tuple[list[str], list[str]]:
    """The columns that tell something and fit, in the API's order, and those that do not fit."""
    found: list[str] = []
    without: list[str] = []
    left = width
    objects = [cast("Json", record) for record in records if isinstance(record, dict)]
    for name in columns_of(objects):
        if name == "type" and len({field_of(record, name) for record in records}) == 1:
            continue
        texts = [_cell(field_of(record, name)).plain for record in records]
        if not any(texts) or _is_nested(records, name):
            continue
        needed = min(_natural(records, name), _NARROW * 3) + _GAP
        if left < needed and len(found) >= _FEWEST:
            # A narrower one further on may still find its place.
            without.append(name)
            continue
        found.append(name)
        left -= needed
    return found or ["id"], without


def _widths(records: Sequence[Any], names: Sequence[str], width: int) -> list[int]:
    """The widths of columns that fit together: of the widest ones something is taken away."""
    found = [min(_natural(records, name), width) for name in names]
    room = width - _GAP * (len(names) - 1)
    while sum(found) > room and max(found) > 1:
        found[found.index(max(found))] -= 1
    return found


def _natural(records: Sequence[Any], name: str) -> int:
    """How wide a column would like to be, in cells of the terminal."""
    return max(cell_len(name), *(_cell(field_of(record, name)).cell_len for record in records))


def _is_nested(records: Sequence[Any], name: str) -> bool:
    """Whether a column has objects or lists of them, which only take room."""
    values = (field_of(record, name) for record in records)
    return any(isinstance(value, dict) and "id" not in value for value in values)


def _cell(value: Any) -> Text:
    match value:
        case None:
            return Text()
        case bool():
            return Text("yes" if value else "no")
        case str():
            return Text(shown(value))
        case {"name": str() as name}:
            return Text(shown(name))
        case {"type": str(), "id": str() as identifier}:
            return Text(shown(identifier))
        case list():
            return Text(", ".join(_cell(item).plain for item in cast("Sequence[Any]", value)))
        case _:
            return Text(msgspec.json.encode(value).decode())
