"""The slow way of reading an object that does not fit its model.

The API's data is never refused. What fits is kept: a plain date where a time is declared becomes
midnight UTC, a time without a zone is UTC's, a time where a date is declared becomes its date, a
number where text is declared becomes text, a lone value where a list is declared becomes a list of
one. What cannot be read becomes None with a warning; a resource keeps it in `.extra`.
"""

from __future__ import annotations

import types
import warnings
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec

from ..messages.error_root import printable
from ..public import public

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .values import Json

__all__ = ["UnreadableValueWarning", "bare", "read_struct", "unread"]

S = TypeVar("S", bound=msgspec.Struct)

_UNREADABLE = object()
# What a warning names: the paths hold keys that the API chose, and there may be any number of them.
_MOST = 10
_LONGEST = 200


@public
class UnreadableValueWarning(UserWarning):
    """The API sent a value that does not fit its declaration, and what was read lacks it."""


def read_struct(kind: type[S], values: Json) -> S:
    """Build a Struct from whatever fits; what does not is None, with a warning."""
    reader = _Reader()
    struct = reader.struct(kind, values, "")
    if reader.lost:
        warnings.warn(
            f"{kind.__name__}: the API's value of {_listed(reader.lost)} could not be read",
            UnreadableValueWarning,
            stacklevel=2,
        )
    return struct


def _listed(paths: list[str]) -> str:
    more = f" and {len(paths) - _MOST} more" if len(paths) > _MOST else ""
    return ", ".join(printable(path, _LONGEST) for path in paths[:_MOST]) + more


def unread(kind: type[msgspec.Struct], values: Json) -> set[str]:
    """Return the names of the values that a Struct does not know, or could not hold whole."""
    fields = _fields(kind)
    reader = _Reader()
    reader.struct(kind, values, "")
    paths = (*reader.lost, *reader.shortened)
    lost = {path.partition(".")[0].partition("[")[0] for path in paths}
    return {
        name
        for name, value in values.items()
        if name in lost or name not in fields or _has_unknown(value, fields[name].type)
    }


def _has_unknown(value: object, kind: Any) -> bool:
    """Return whether an object at any depth has members that its Struct does not know."""
    for choice in _choices(kind):
        items = get_args(choice)
        if isinstance(value, dict):
            members = cast("Json", value)
            if isinstance(choice, type) and issubclass(choice, msgspec.Struct):
                known = _fields(choice)
                return any(
                    n not in known or _has_unknown(v, known[n].type) for n, v in members.items()
                )
            if get_origin(choice) is dict:
                return any(_has_unknown(v, items[1]) for v in members.values())
        if get_origin(choice) is list:
            several = cast("list[object]", value if isinstance(value, list) else [value])
            return any(_has_unknown(item, items[0]) for item in several)
    return False


class _Reader:
    """One pass over a value: `lost` names what could not be read, `shortened` what in part."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self.shortened: list[str] = []

    def struct(self, kind: type[S], values: Json, path: str) -> S:
        members: Json = {}
        for name, field in _fields(kind).items():
            if name in values:
                value = self._read(values[name], field.type, f"{path}.{name}" if path else name)
                if value is not _UNREADABLE:
                    members[field.name] = value
        return kind(**members)

    def _read(self, value: Any, kind: Any, path: str) -> Any:
        try:
            return msgspec.convert(value, kind)
        except (msgspec.ValidationError, ValueError, OverflowError):
            pass
        for choice in _choices(kind):
            repaired = self._repair(value, choice, path)
            if repaired is not _UNREADABLE:
                return repaired
        self.lost.append(path)
        return _UNREADABLE

    def _repair(self, value: object, kind: Any, path: str) -> Any:
        origin = get_origin(kind)
        match value:
            case dict() if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                return self.struct(kind, cast("Json", value), path)
            case dict() if origin is dict:
                members = cast("Json", value).items()
                pairs = {n: self._read(v, get_args(kind)[1], f"{path}.{n}") for n, v in members}
                return {name: item for name, item in pairs.items() if item is not _UNREADABLE}
            case _ if origin is list and value is not None:
                several = cast("list[object]", value if isinstance(value, list) else [value])
                items = enumerate(several)
                read = [self._read(item, get_args(kind)[0], f"{path}[{i}]") for i, item in items]
                return [item for item in read if item is not _UNREADABLE]
            case str() if kind in {datetime, date}:
                time = _time(value)
                if kind is datetime or time is _UNREADABLE:
                    return time
                if ":" in value:  # The hour is what a date cannot hold.
                    self.shortened.append(path)
                return time.date()
            case str() if kind in {int, float, bool}:
                return _number(value, kind)
            case int() | float() if kind is str and not isinstance(value, bool):
                return str(value)
            case _:
                return _UNREADABLE


def _time(text: str) -> Any:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return _UNREADABLE
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _number(text: str, kind: type[float]) -> Any:
    try:
        return msgspec.convert(text, kind, strict=False)
    except (msgspec.ValidationError, ValueError):
        return _UNREADABLE


def _choices(kind: Any) -> Iterator[Any]:
    choices = get_args(kind) if get_origin(kind) in {Union, types.UnionType} else (kind,)
    yield from map(bare, choices)


def bare(kind: Any) -> Any:
    """Return a type without what else is asked of its values."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}
