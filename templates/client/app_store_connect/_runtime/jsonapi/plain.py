"""Plain JSON values out of what callers pass: what means something else on the wire is refused.

A codec writes whatever it can: bytes as base64, NaN as null, a dataclass under Python's names, a
set in any order. The API would take that for what the caller meant.
"""

from __future__ import annotations

import codecs
import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from math import isfinite
from os import PathLike
from typing import Any, cast, get_args

import msgspec
from msgspec import UNSET

from ..suggestions import kind_of
from .lenient import bare
from .resource import Resource
from .values import Json, Model, Ref, aware, members_of

__all__ = ["in_order", "plain"]

_PEM = b"-----BEGIN "
# What JSON programs agree on; beyond it a number is another one, or none, where it arrives.
_LARGEST = 2**64


def plain(value: object, name: str, declared: type[date] | None = None) -> Any:
    """Return the value as plain JSON; errors begin with `name`.

    An iterable is a list, a set one in order; an Enum is its value, bytes are PEM text. `declared`
    is what kind of date the API takes, where it takes one.
    """
    if declared is not None:
        _check_kind(value, name, declared)
    try:
        return _plain(value, name)
    except RecursionError:
        raise ValueError(f"{name}: it is nested too deep, or holds itself") from None


def in_order(items: list[Any]) -> list[Any]:
    """Return items of a set in an order that is the same in every process."""
    return sorted(items, key=msgspec.json.encode)


def _plain(value: object, name: str) -> Any:
    match value:
        case None | bool() | msgspec.Raw():
            return value
        case Enum():
            return _plain(value.value, name)
        case str():
            return _text(value, name)
        case int() | float():
            return _number(value, name)
        case date():
            return _time(value, name)
        case bytes() | bytearray() | memoryview():
            return _pem(bytes(cast("bytes", value)), name)
        case _:
            return _compound(value, name)


def _compound(value: object, name: str) -> Any:
    match value:
        case Mapping():
            return _object(cast("Mapping[object, object]", value), name)
        case msgspec.Struct():
            return _struct(value, name)
        case Iterable() if not _has_named_members(cast("object", value)):
            items = enumerate(cast("Iterable[object]", value))
            read = [_plain(item, f"{name}[{i}]") for i, item in items]
            return in_order(read) if isinstance(value, set | frozenset) else read
        case _:
            raise TypeError(f"{name}: {kind_of(value)} cannot be sent; {_advice(value)}")


def _has_named_members(value: object) -> bool:
    return dataclasses.is_dataclass(value) or hasattr(value, "_fields")


def _text(value: str, name: str) -> str:
    text = str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name}: half of a surrogate pair in it cannot be sent") from None
    return text


def _number(value: float, name: str) -> float:
    if isinstance(value, int):
        if abs(value) >= _LARGEST:
            raise ValueError(f"{name}: a number of this size cannot be sent; pass it as text")
        return int(value)
    if not isfinite(value):
        raise ValueError(f"{name}: {value!r} cannot be sent, as JSON has no such number")
    return float(value)


def _time(value: date, name: str) -> str:
    try:
        time = aware(value) if isinstance(value, datetime) else value
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    text: str = msgspec.to_builtins(time)
    return text


def _check_kind(value: object, name: str, declared: type[date]) -> None:
    """Refuse a day where a point in time is declared, which has no hour, and the other way round.

    What goes for one of them would be another day, or another hour, to whoever reads it.
    """
    if not isinstance(value, date) or isinstance(value, datetime) is (declared is datetime):
        return
    if declared is datetime:
        raise TypeError(
            f"{name}: a date has no hour; pass a datetime with a time zone, as the API takes a"
            " point in time"
        )
    raise TypeError(
        f"{name}: a datetime is more than the API takes, which is a day; pass its .date() in the"
        " time zone that you mean"
    )


def _pem(value: bytes, name: str) -> str:
    text = value.removeprefix(codecs.BOM_UTF8)
    if text.lstrip().startswith(_PEM) and text.isascii():
        return text.decode()
    raise TypeError(
        f"{name}: bytes cannot be sent, as JSON has none; pass text: what you decoded them to, or"
        " base64 where the API asks for that"
    )


def _object(value: Mapping[object, object], name: str) -> Json:
    members: Json = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError(
                f"{name}: the names of an object are text, not {kind_of(key)} ({key!r})"
            )
        if item is not UNSET:
            wire = _plain(key, name)
            members[wire] = _plain(item, f"{name}.{wire}")
    return members


def _struct(value: msgspec.Struct, name: str) -> Any:
    if isinstance(value, Resource | Ref) or hasattr(value, "RELATIONSHIPS"):
        raise TypeError(f"{name}: only a relationship can be {kind_of(value)}")
    if not isinstance(value, Model):
        # Of the caller's own, which says how it is to be encoded.
        kept = (bytes, bytearray, memoryview, datetime, date)
        return _plain(msgspec.to_builtins(value, builtin_types=kept), name)
    dates = _dates(type(value))
    members: Json = {}
    for wire, field, item in members_of(value):
        if item is not None:
            if wire in dates:
                _check_kind(item, f"{name}.{field}", dates[wire])
            members[wire] = _plain(item, f"{name}.{field}")
    return members


@cache
def _dates(kind: type[msgspec.Struct]) -> Mapping[str, type[date]]:
    """Return which members of a model are dates, and of which kind, by their wire names."""
    return {
        field.encode_name: choice
        for field in msgspec.structs.fields(kind)
        for choice in map(bare, get_args(field.type))
        if choice in {date, datetime}
    }


def _advice(value: object) -> str:
    match value:
        case PathLike():
            return "pass its text, str(path), or what is in the file"
        case _ if hasattr(value, "as_tuple"):
            return "pass str(…), as prices and other exact numbers are text to the API, or float(…)"
        case _ if _has_named_members(value):
            return "pass a mapping with the API's names, or the class of this package"
        case _:
            return "pass text, a number, True, False, None, a list or a mapping"
