"""Answers of the API in little room: rows under columns, clipped, and cut where there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from ascgen.explore.tokens import compact, count_tokens
from ascgen.mcp.plain import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Sequence

Row: TypeAlias = dict[str, Any]

# Tokens of the data of one answer; a whole answer is below 2,000.
ROOM = 1_750
_CLIPS = (1_000, 300, 120, 60, 24)
# An id, a date or a value is told as a whole.
_LONGEST_WORD = 64
# Letters that no reader sees and a model reads all the same (Unicode's tags).
_UNSEEN = re.compile("[\U000e0000-\U000e007f]")
_NAMES = ("id",)


def flattened(resource: Row) -> Row:
    """A JSON:API resource as one row: id, attributes, and the ids of its relatives."""
    if "id" not in resource:
        return resource
    row: Row = {"id": resource["id"], **(as_object(resource.get("attributes")) or {})}
    for name, relation in (as_object(resource.get("relationships")) or {}).items():
        if "data" in relation:
            row[name] = _ids(relation["data"])
    return row


def table(rows: Sequence[Row], wanted: Sequence[str] = ()) -> tuple[Row, int]:
    """Rows under their columns in the room there is, and how many of them have found it.

    Long texts are clipped first, then columns left out that nobody asked for, then rows.
    """
    columns = list(dict.fromkeys(name for row in rows for name in row if row[name] is not None))
    if wanted:
        columns = [name for name in columns if name in {*_NAMES, *wanted}]
    left_out: list[str] = []
    data: Row = {}
    while True:
        for clip in _CLIPS:
            data = _told(rows, columns, left_out, clip)
            if count_tokens(compact(data)) <= ROOM:
                return data, len(rows)
        droppable = [name for name in columns if name not in {*_NAMES, *wanted}]
        if len(rows) <= 1 or len(columns) <= _FEWEST or not droppable:
            break
        sizes = {
            name: sum(count_tokens(compact(row.get(name))) for row in rows) for name in droppable
        }
        largest = max(droppable, key=lambda name: sizes[name])
        columns.remove(largest)
        left_out.append(largest)
    shown = len(rows)
    while shown > 1 and count_tokens(compact(data)) > ROOM:
        shown = max(1, min(shown - 1, shown * ROOM // count_tokens(compact(data))))
        data = _told(rows[:shown], columns, left_out, _CLIPS[-1])
    return data, shown


# Columns that are worth more than rows.
_FEWEST = 3


def _told(rows: Sequence[Row], columns: Sequence[str], left_out: Sequence[str], clip: int) -> Row:
    clipped = False
    cells: list[list[Any]] = []
    for row in rows:
        line: list[Any] = []
        for name in columns:
            value, was_clipped = _clipped(row.get(name), clip)
            clipped = clipped or was_clipped
            line.append(value)
        cells.append(line)
    data: Row = {"columns": list(columns), "rows": cells}
    if left_out:
        data["left_out"] = list(left_out)
    if clipped:
        data["clipped_to"] = clip
    return data


def _clipped(value: Any, most: int) -> tuple[Any, bool]:
    """A value whose texts and lists are not too long, and whether any was."""
    if isinstance(value, str):
        seen = _UNSEEN.sub("", value)
        if len(seen) <= _LONGEST_WORD and " " not in seen:
            return seen, False
        return (f"{seen[:most]}…", True) if len(seen) > most else (seen, False)
    if (items := as_list(value)) is not None:
        kept = [_clipped(item, most) for item in items[: max(most // 10, 5)]]
        return [item for item, _ in kept], len(kept) < len(items) or any(was for _, was in kept)
    if (members := as_object(value)) is not None:
        pairs = {key: _clipped(item, most) for key, item in members.items()}
        return {key: item for key, (item, _) in pairs.items()}, any(w for _, w in pairs.values())
    return value, False


def _ids(linkage: Any) -> Any:
    several = as_list(linkage)
    if several is not None:
        return [item["id"] for item in several]
    return linkage["id"] if linkage else None
