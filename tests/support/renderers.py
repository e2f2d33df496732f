"""Everything that turns an error and what its frames hold into text, as programs that report do."""

from __future__ import annotations

import dataclasses
import io
import pickle
import pprint
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

import app_store_connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

# Texts for people and crash reporters.
SHOWING: list[Callable[[Any], object]] = [
    repr,
    str,
    lambda value: f"{value}",
    lambda value: pprint.pformat(value, width=10_000),
    lambda value: pretty_repr(value, max_width=10_000),
    lambda value: repr(vars(value)),
    lambda value: pretty_repr(vars(value), max_width=10_000),
    lambda value: repr(dataclasses.asdict(value)),
    lambda value: repr(value._asdict()),
]
# What is kept in slots, as `vars` has it of other values.
OPENING: list[Callable[[Any], object]] = [
    lambda value: [repr(getattr(value, name)) for name in type(value).__slots__],
]
# Forms that hold a value whole.
KEEPING: list[Callable[[Any], object]] = [
    pickle.dumps,
    msgspec.json.encode,
    msgspec.to_builtins,
    msgspec.structs.asdict,
]


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all it came of, those that Python would not print as well."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        item = waiting.pop()
        if id(item) not in seen:
            seen.add(id(item))
            yield item
            waiting += [x for x in (item.__cause__, item.__context__) if x is not None]


def own_frames(error: BaseException) -> TracebackType | None:
    """The traceback from the first frame of the package on: the test's own hold the secrets."""
    folder = str(app_store_connect.__file__).rpartition("/")[0]
    found = error.__traceback__
    while found is not None and not found.tb_frame.f_code.co_filename.startswith(folder):
        found = found.tb_next
    return found


def shown(error: BaseException) -> str:
    """All that is shown of an error, of what it came of, and of the locals of their frames."""
    texts: list[str] = []
    for item in chain(error):
        frames = own_frames(item)
        values = [item, *item.args, *vars(item).values(), *getattr(item, "__notes__", ())]
        for frame, _ in traceback.walk_tb(frames):
            values += frame.f_locals.values()
        texts += [text for value in _each_once(values) for text in rendered(value, SHOWING)]
        told = traceback.TracebackException(type(item), item, frames, capture_locals=True)
        texts += told.format(chain=False)
        texts.append(_by_rich(item, frames))
    return "\n".join(texts)


def kept(error: BaseException) -> str:
    """All that is kept of the same in pickles and other forms."""
    values: list[Any] = []
    for item in chain(error):
        values.append(item)
        for frame, _ in traceback.walk_tb(own_frames(item)):
            values += frame.f_locals.values()
    return "\n".join(text for value in _each_once(values) for text in rendered(value, KEEPING))


def _each_once(values: list[Any]) -> list[Any]:
    return list({id(value): value for value in values}.values())


def rendered(value: Any, ways: list[Callable[[Any], object]]) -> Iterator[str]:
    """A value as these show it, as far as they take such a value."""
    for way in ways:
        with suppress(Exception):
            text = way(value)
            yield text.decode("latin-1") if isinstance(text, bytes) else str(text)


def _by_rich(error: BaseException, frames: TracebackType | None) -> str:
    console = Console(file=io.StringIO(), width=10_000)
    console.print(
        Traceback.from_exception(
            type(error),
            error,
            frames,
            show_locals=True,
            locals_max_length=None,
            locals_max_string=None,
        )
    )
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
