"""The report as a table for people: with rich on a terminal, plain text elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Spread
    from bench.rows import Budget, Row, Side, Unit

HEAD = ("what", "measured", "against", "ratio", "budget", "", "peak memory")
_COLOURS = {"ok": "green", "over": "red"}


def cells(row: Row, *, judged: bool) -> tuple[str, ...]:
    """A row as text, a cell for each column; the reason where there are no figures."""
    if row.subject is None:
        return (row.what, "–", row.reason, "", "", "", "")
    return (
        row.what,
        _side(row.subject, row.unit),
        _side(row.reference, row.unit) if row.reference else "",
        _comparison(row),
        budget(row.budget, row.unit) if row.budget else "",
        row.verdict if judged else "",
        _memory(row),
    )


def quantity(value: float, unit: Unit, *, signed: bool = False) -> str:
    """A figure with its unit, to three digits."""
    sign = "+" if signed and value >= 0 else ""
    if unit == "count":
        return f"{sign}{value:,.0f}"
    if unit == "bytes":
        return f"{sign}{value / 1e6:.1f} MB"
    for factor, name in ((1, "s"), (1e3, "ms")):
        if abs(value) * factor >= 1:
            return f"{sign}{value * factor:.3g} {name}"
    return f"{sign}{value * 1e6:.3g} µs"


def budget(limit: Budget, unit: Unit) -> str:
    """What a budget allows."""
    if limit.of == "ratio":
        return f"≤ {limit.limit:g} ×"
    return f"≤ {quantity(limit.limit, unit, signed=limit.of == 'difference')}"


def write(rows: Sequence[Row], stream: TextIO, *, judged: bool) -> None:
    """Write the table, area by area."""
    if stream.isatty():
        _write_rich(rows, judged=judged)
    else:
        _write_plain(rows, stream, judged=judged)


def _write_rich(rows: Sequence[Row], *, judged: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*("area", *HEAD), title="medians, and quartiles of the ratios of all turns")
    area = ""
    for row in rows:
        if row.area != area:
            table.add_section()
        texts = [Text(cell) for cell in cells(row, judged=judged)]
        texts[5].stylize(_COLOURS.get(texts[5].plain, "default"))
        table.add_row(row.area if row.area != area else "", *texts)
        area = row.area
    Console().print(table)


def _write_plain(rows: Sequence[Row], stream: TextIO, *, judged: bool) -> None:
    lines = [HEAD, *(cells(row, judged=judged) for row in rows)]
    # A reason takes the room of all cells after it.
    counted = [line for line in lines if line[1] != "–"]
    widths = [max(len(line[index]) for line in counted) for index in range(len(HEAD))]
    widths[0] = max(len(line[0]) for line in lines)
    area = ""
    for row, line in zip((None, *rows), lines, strict=True):
        if row is not None and row.area != area:
            area = row.area
            stream.write(f"\n{area}\n")
        text = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        stream.write(f"  {text.rstrip()}\n")


def _side(side: Side, unit: Unit) -> str:
    return f"{quantity(side.spread.median, unit)} {side.name}"


def _comparison(row: Row) -> str:
    parts = []
    if row.difference is not None:
        parts.append(quantity(row.difference.median, row.unit, signed=True))
    if row.ratio is not None:
        parts.append(f"{row.ratio.median:.2f} × {_quartiles(row.ratio)}".rstrip())
    return ", ".join(parts)


def _quartiles(spread: Spread) -> str:
    return f"({spread.low:.2f}–{spread.high:.2f})" if spread.count > 1 else ""


def _memory(row: Row) -> str:
    sides = [side for side in (row.subject, row.reference) if side is not None]
    # What was measured in one process has one figure.
    peaks = dict.fromkeys(side.peak for side in sides if side.peak is not None)
    together = [side.together for side in sides if side.together is not None]
    parts = []
    if peaks and row.unit != "bytes":
        parts.append(" / ".join(f"{peak / 1e6:.0f}" for peak in peaks) + " MB")
    if together:
        parts.append("together " + " / ".join(f"{most / 1e6:.0f}" for most in together) + " MB")
    return ", ".join(parts)
