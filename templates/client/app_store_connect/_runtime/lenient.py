"""The slow way of reading an attribute object that does not fit its model.

The API's data is never refused. What fits is kept, a plain date where a time is declared becomes
midnight UTC, and what cannot be read becomes None with a warning; the text stays in `.extra`.
"""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import msgspec

__all__ = ["UnreadableValueWarning", "convert", "read_struct"]

S = TypeVar("S", bound=msgspec.Struct)

_UNREADABLE = object()


class UnreadableValueWarning(UserWarning):
    """The API sent a value that does not fit its declaration; the attribute reads as None."""


def read_struct(kind: type[S], values: dict[str, Any]) -> S:
    """Build a Struct from whatever fits; what does not is None, with a warning."""
    members: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in values:
            continue
        value = convert(values[field.encode_name], field.type)
        if value is _UNREADABLE:
            _warn(kind, field.encode_name)
        else:
            members[field.name] = value
    return kind(**members)


def convert(value: Any, kind: Any) -> Any:
    """The value as `kind`, as far as it can be read."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError, OverflowError):
        pass
    for choice in _choices(kind):
        repaired = _repair(value, choice)
        if repaired is not _UNREADABLE:
            return repaired
    return _UNREADABLE


def _repair(value: object, kind: Any) -> Any:
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return read_struct(kind, cast("dict[str, Any]", value))
    if isinstance(value, dict) and get_origin(kind) is dict:
        members = cast("dict[str, Any]", value).items()
        pairs = {name: convert(item, get_args(kind)[1]) for name, item in members}
        return {name: item for name, item in pairs.items() if item is not _UNREADABLE}
    if isinstance(value, list) and get_origin(kind) is list:
        items = [convert(item, get_args(kind)[0]) for item in cast("list[object]", value)]
        return [item for item in items if item is not _UNREADABLE]
    if isinstance(value, str) and kind in {datetime, date}:
        return _read_time(value, kind)
    return _UNREADABLE


def _read_time(text: str, kind: type[date]) -> Any:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return _UNREADABLE
    if kind is date:
        return time.date()
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _choices(kind: Any) -> Iterator[Any]:
    if get_origin(kind) in {Union, types.UnionType}:
        yield from get_args(kind)
    else:
        yield kind


def _warn(kind: type, name: str) -> None:
    warnings.warn(
        f"{kind.__name__}: the API's value of {name!r} could not be read; see .extra",
        UnreadableValueWarning,
        stacklevel=2,
    )
