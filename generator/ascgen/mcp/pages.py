"""Answers of the API in little room: rows under columns, clipped, and cut where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from ascgen.explore.tokens import compact, count_tokens
from ascgen.mcp.plain import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Row: TypeAlias = dict[str, Any]

# Tokens of the data of one answer; a whole answer is below 2,000.
ROOM = 1_750
_CLIPS = (1_000, 300, 120, 60, 24)
# An id, a date or a value is told as a whole.
_LONGEST_WORD = 64
_NAMES = ("id",)
# Members of objects and lists, where even clipped ones have no room.
_MEMBERS = (16, 8, 5)
# Columns that are worth more than rows.
_FEWEST = 3
# Columns left out that are named, and tokens of what is around the rows.
_NAMED = 20
_FRAME = 40


class Page(Struct, frozen=True):
    """The data that has found room, the rows that are left, and whether any text lost its end."""

    data: Row
    rest: tuple[Row, ...] = ()
    is_clipped: bool = False


def flattened(resource: Any) -> Row:
    """A JSON:API resource as one row: id, attributes, and the ids of its relatives."""
    members = as_object(resource)
    if members is None:
        return {"value": resource}
    if "id" not in members:
        return members
    row: Row = {"id": members["id"]}
    for name, value in (as_object(members.get("attributes")) or {}).items():
        row[name[:_LONGEST_WORD]] = value
    for name, relation in (as_object(members.get("relationships")) or {}).items():
        linked = as_object(relation) or {}
        if "data" in linked:
            row[name[:_LONGEST_WORD]] = _ids(linked["data"])
    return row


def table(rows: Sequence[Row], wanted: Sequence[str] = (), room: int = ROOM) -> Page:
    """Rows under their columns in the room there is.

    Long texts are clipped first, then columns left out that nobody asked for, then rows.
    """
    columns = _columns(rows)
    if wanted:
        columns = [name for name in columns if name in {*_NAMES, *wanted}]
    left_out: list[str] = []
    data, clipped = _clipped_table(rows, columns, left_out, room)
    if count_tokens(compact(data)) > room:
        left_out = _too_large(rows, columns, {*_NAMES, *wanted}, room)
        columns = [name for name in columns if name not in left_out]
        data, clipped = _clipped_table(rows, columns, left_out, room)
    shown = len(rows)
    while count_tokens(compact(data)) > room:
        if shown <= 1:
            # One row that has no room however short it is told: all of it, in parts.
            return whole(rows, wanted, room)
        shown = max(1, min(shown - 1, shown * room // count_tokens(compact(data))))
        data, clipped = _told(rows[:shown], columns, left_out, _CLIPS[-1])
    return Page(data, tuple(rows[shown:]), is_clipped=clipped)


def whole(rows: Sequence[Row], wanted: Sequence[str] = (), room: int = ROOM) -> Page:
    """Rows with their texts as a whole; a text that has no room goes on in the rest."""
    if wanted:
        rows = [
            {name: value for name, value in row.items() if name in {*_NAMES, *wanted}}
            for row in rows
        ]
    shown = 0
    left = room - _FRAME
    while shown < len(rows) and (size := _size(rows[shown])) <= left:
        left -= size
        shown += 1
    if shown or not rows:
        data, _ = _told(rows[:shown], _columns(rows[:shown]), (), None)
        return Page(data, tuple(rows[shown:]))
    first, rest, part = _parted(rows[0], room)
    data, _ = _told([first], _columns([first]), (), None)
    if part:
        data["goes_on"] = part
    return Page(data, (*([rest] if rest else ()), *rows[1:]))


def fitting(value: Any, room: int) -> tuple[Any, bool]:
    """A JSON value clipped until it has room, and whether it had to be."""
    if count_tokens(compact(value)) <= room:
        return value, False
    for clip in _CLIPS:
        told, _ = _clipped(value, clip)
        if count_tokens(compact(told)) <= room:
            return told, True
    for most in _MEMBERS:
        told = _thinned(_clipped(value, _CLIPS[-1])[0], most)
        if count_tokens(compact(told)) <= room:
            return told, True
    text = compact(value)
    return f"{text[: _length(text, room)]}…", True


def _clipped_table(
    rows: Sequence[Row], columns: Sequence[str], left_out: Sequence[str], room: int
) -> tuple[Row, bool]:
    """The table with the longest texts that have room, or with the shortest."""
    data: Row = {}
    clipped = False
    for clip in _CLIPS:
        data, clipped = _told(rows, columns, left_out, clip)
        if count_tokens(compact(data)) <= room:
            break
    return data, clipped


def _too_large(
    rows: Sequence[Row], columns: Sequence[str], wanted: Collection[str], room: int
) -> list[str]:
    """The columns to be left out, the largest first, so that the others have room."""
    sizes = {
        name: count_tokens(compact([_clipped(row.get(name), _CLIPS[-1])[0] for row in rows]))
        + count_tokens(name)
        for name in columns
    }
    left = sum(sizes.values()) + _FRAME
    found: list[str] = []
    for name in sorted(columns, key=lambda name: -sizes[name]):
        if left <= room or len(columns) - len(found) <= _FEWEST:
            break
        if name not in wanted:
            found.append(name)
            left -= sizes[name]
    return found


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row if row[name] is not None))


def _size(row: Row) -> int:
    return count_tokens(compact(row))


def _told(
    rows: Sequence[Row], columns: Sequence[str], left_out: Sequence[str], clip: int | None
) -> tuple[Row, bool]:
    clipped = False
    cells: list[list[Any]] = []
    for row in rows:
        line: list[Any] = []
        for name in columns:
            value, was_clipped = row.get(name), False
            if clip is not None:
                value, was_clipped = _clipped(value, clip)
            clipped = clipped or was_clipped
            line.append(value)
        cells.append(line)
    data: Row = {"columns": list(columns), "rows": cells}
    if left_out:
        data["left_out"] = list(left_out[:_NAMED])
        if len(left_out) > _NAMED:
            data["left_out"].append(f"… {len(left_out) - _NAMED} more")
    if clipped:
        data["clipped_to"] = clip
    return data, clipped


def _parted(row: Row, room: int) -> tuple[Row, Row | None, str]:
    """The part of a row that has room, what is left of it, and the member that is cut if any is."""
    named = {name: row[name] for name in _NAMES if name in row}
    first: Row = {name: _clipped(value, _LONGEST_WORD)[0] for name, value in named.items()}
    members = [(name, row[name]) for name in row if name not in _NAMES and row[name] is not None]
    left = room - _FRAME - _size(first)
    fits = 0
    while fits < len(members) and (size := _size(dict(members[fits : fits + 1]))) <= left:
        left -= size
        fits += 1
    first |= dict(members[:fits])
    following = members[fits:]
    part = ""
    if following and not fits:
        part, value = following.pop(0)
        text = value if isinstance(value, str) else compact(value)
        length = max(1, _length(text, left - _size({part: ""})))
        first[part] = text[:length]
        following.insert(0, (part, text[length:]))
    return first, {**named, **dict(following)} if following else None, part


def _length(text: str, room: int) -> int:
    """How much of a text, as JSON, has room."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(compact(text[:middle])) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _clipped(value: Any, most: int) -> tuple[Any, bool]:
    """A value whose texts and lists are not too long, and whether any was."""
    if isinstance(value, str):
        if len(value) <= _LONGEST_WORD and " " not in value:
            return value, False
        return (f"{value[:most]}…", True) if len(value) > most else (value, False)
    if (items := as_list(value)) is not None:
        kept = [_clipped(item, most) for item in items[: max(most // 10, 5)]]
        return [item for item, _ in kept], len(kept) < len(items) or any(was for _, was in kept)
    if (members := as_object(value)) is not None:
        pairs = {key: _clipped(item, most) for key, item in members.items()}
        return {key: item for key, (item, _) in pairs.items()}, any(w for _, w in pairs.values())
    return value, False


def _thinned(value: Any, most: int) -> Any:
    """A value without members that hold nothing, and with only so many of the others."""
    if (items := as_list(value)) is not None:
        kept = [_thinned(item, most) for item in items[:most]]
        return [*kept, f"… {len(items) - most} more"] if len(items) > most else kept
    if (members := as_object(value)) is not None:
        full = {name: item for name, item in members.items() if item not in (None, [], "")}
        return {name: _thinned(full[name], most) for name in list(full)[:most]}
    return value


def _ids(linkage: Any) -> Any:
    several = as_list(linkage)
    if several is not None:
        return [_ids(item) for item in several]
    return (as_object(linkage) or {}).get("id")
