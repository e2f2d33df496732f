"""Arguments of jobs: compared with what their signatures say, before anything is sent."""

from __future__ import annotations

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import UNSET

from ..._runtime.suggestions import suggestion

__all__ = ["check_arguments"]

_SCALARS: dict[str, tuple[Any, str]] = {
    "str": (str, "text"),
    "bool": (bool, "True or False"),
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "date": (date, "a datetime.date"),
    "datetime": (datetime, "a datetime.datetime"),
    "os.PathLike": (os.PathLike, "a path"),
    "Mapping": (Mapping, "a dict"),
    "Texts": (Mapping, "a dict of texts by locale"),
    "Iterable": (Iterable, "a list"),
    "Sequence": (Iterable, "a list"),
    "Callable": (Callable, "a function"),
    "Progress": (Callable, "a function"),
    "DeviceRows": ((Iterable, os.PathLike), "a list of rows, or the pathlib.Path of a file"),
    "TesterRows": (
        (Iterable, os.PathLike),
        "a list of addresses, or the pathlib.Path of a CSV file",
    ),
    "TableSource": ((Mapping, str, os.PathLike), "a dict, or the path of a TOML file"),
}
# Names of texts that their jobs know, or have a word from the document for.
_WORDS = frozenset({"Mode", "Through", "Step", "SigningKind", "MetricName", "Platform"})
_WORDS_OF_API = frozenset({"UserRoleValue", "UserRole"})
# What is iterated over, and what a text by mistake would be, letter by letter.
_ROWS = frozenset({"Iterable", "Sequence", "DeviceRows", "TesterRows"})
# What takes the path of a file.
_PATHS = frozenset({("os.PathLike", "str"), ("UploadFile", ""), ("TableSource", "")})
_LONGEST_NAME = 255
_PLATFORMS = ("IOS", "MAC_OS", "TV_OS", "VISION_OS")
_PLATFORM = re.compile(r"[A-Z][A-Z_]+")


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A value that is not what is wanted; `is_type` says whether the type is what is wrong."""

    def __init__(self, wanted: str, *, is_type: bool = True) -> None:
        super().__init__(wanted)
        self.is_type = is_type


def check_arguments(owner: type) -> None:
    """Have the public methods of a class refuse arguments that their annotations do not name.

    They raise TypeError or ValueError, which name the keyword and what it takes, and never the
    value, which may be a secret.
    """
    for name, value in list(vars(owner).items()):
        if inspect.isfunction(value) and not name.startswith("_"):
            setattr(owner, name, _guarded(value))


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    code = inspect.unwrap(method).__code__
    names = code.co_varnames[: code.co_argcount]
    read = functools.cache(lambda: {x: _alternatives(y) for x, y in method.__annotations__.items()})

    def checked(args: tuple[Any, ...], keywords: dict[str, Any]) -> list[Any]:
        for name, value in keywords.items():
            keywords[name] = _checked(name, value, read())
        return [
            args[0],
            *(
                _checked(names[place], value, read()) if place < len(names) else value
                for place, value in enumerate(args[1:], 1)
            ),
        ]

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def awaited(*args: Any, **keywords: Any) -> Any:
            return await method(*checked(args, keywords), **keywords)

        return awaited

    @functools.wraps(method)
    def called(*args: Any, **keywords: Any) -> Any:
        return method(*checked(args, keywords), **keywords)

    return called


def _checked(name: str, value: Any, known: Mapping[str, list[tuple[str, str]]]) -> Any:
    if name not in known:
        return value
    try:
        return _fitting(value, known[name])
    except _Refused as problem:
        if problem.is_type:
            raise TypeError(f"{name}: give {problem}, not {_kind(value)}") from None
        raise ValueError(f"{name}: {problem}") from None


def _alternatives(annotation: str) -> list[tuple[str, str]]:
    """Return the types that an annotation allows, each as its name and what is in its brackets."""
    parts, depth = [""], 0
    for sign in annotation:
        depth += (sign == "[") - (sign == "]")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [(x.strip().partition("[")[0], x.strip().partition("[")[2][:-1]) for x in parts]


def _fitting(value: Any, wanted: list[tuple[str, str]]) -> Any:
    """Return a value that is one of some types; `_Refused` says why it is none of them."""
    told: list[str] = []
    takes_path = not _PATHS.isdisjoint(wanted)
    if takes_path and _is(value, (str, os.PathLike)):
        _check_path(value)
    for kind, inner in wanted:
        if kind in {"None", "Unset"}:
            if value is (None if kind == "None" else UNSET):
                return value
            continue
        try:
            found = _as(value, kind, inner)
        except _Refused as problem:
            if not problem.is_type:
                raise
            told.append(str(problem))
            continue
        if isinstance(found, str) and "\0" in found:
            raise _Refused("it has a NUL character", is_type=False)
        if (
            isinstance(found, str)
            and not found.strip()
            and (kind == "Id" or ("Unset", "") not in wanted)
        ):
            raise _Refused("it is empty", is_type=False)
        return found
    raise _Refused(" or ".join(dict.fromkeys(told)) or "None")


def _check_path(value: Any) -> None:
    """Refuse what no system takes for a path."""
    place = str(Path(value))
    if "\0" in place or any(len(os.fsencode(x)) > _LONGEST_NAME for x in Path(place).parts):
        raise _Refused("it is not a path", is_type=False)


def _as(value: Any, kind: str, inner: str) -> Any:
    """Return a value as one of a type; types that are not known here take anything."""
    if kind in _SCALARS:
        return _as_builtin(value, kind, inner)
    if kind == "OneOrMany":
        is_many = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
        return _as(value, "Iterable", inner) if is_many else _fitting(value, _alternatives(inner))
    if kind == "Id":
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) or isinstance(getattr(value, "id", None), str):
            return value
        raise _Refused("a resource or its id")
    if kind in _WORDS | _WORDS_OF_API:
        if not isinstance(value, str):
            raise _Refused("text")
        if kind == "Platform" and not _PLATFORM.fullmatch(value):
            hint = suggestion(value, _PLATFORMS) or f": there are {', '.join(_PLATFORMS)}"
            raise _Refused(f"{value!r} is not a platform{hint}", is_type=False)
        return value
    if kind == "UploadFile":
        held = (str, os.PathLike, bytes, bytearray, memoryview)
        if not (_is(value, held) or hasattr(value, "read")):
            raise _Refused("the path of a file, bytes, or a binary file")
        return value
    from ... import models  # noqa: PLC0415 - few jobs want a resource and not its id

    type_ = getattr(getattr(models, kind, None), "TYPE", None)
    if type_ is not None and getattr(value, "resource_type", None) != type_:
        raise _Refused(f"a resource of type {type_}")
    return value


def _as_builtin(value: Any, kind: str, inner: str) -> Any:
    expected, told = _SCALARS[kind]
    is_wrong = (
        not _is(value, expected)
        or (kind in {"int", "float"} and _is(value, bool))
        or (kind == "date" and _is(value, datetime))
        or (kind in _ROWS and _is(value, (str, bytes, Mapping)))
    )
    if is_wrong:
        raise _Refused(told)
    if kind in {"int", "float"} and not value >= 0:
        raise _Refused("it is not a number from 0 on", is_type=False)
    if kind == "datetime" and value.tzinfo is None:
        raise _Refused("it needs a time zone, such as tzinfo=datetime.UTC", is_type=False)
    if kind == "Texts":
        inner = "str, object"
    if kind in {"Mapping", "Texts"}:
        key, _, content = inner.partition(", ")
        return {
            _fitting(x, _alternatives(key)): _fitting(y, _alternatives(content))
            for x, y in value.items()
        }
    if told == "a list":
        # A generator can be looked at once only.
        return [_fitting(x, _alternatives(inner)) for x in value]
    return value


def _is(value: Any, kinds: Any) -> bool:
    """Whether a value is of some kinds, which type checkers learn nothing from."""
    return isinstance(value, kinds)


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__
