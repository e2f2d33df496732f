"""Formatting: black over the cores, for text that it has not formatted before."""

from __future__ import annotations

import gc
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import cache
from importlib.metadata import version
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ascgen.errors import AscgenError, SpecError
from ascgen.files.locks import undisturbed
from ascgen.files.textcache import TextCache
from ascgen.render import flavours
from ascgen.render.fit import LINE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BATCH = 60_000


class Formatter:
    """Formats files in other processes, while the caller goes on making more of them.

    The processes end with the block it is used in; what has not been begun by then is dropped.
    """

    def __init__(self, texts: TextCache, workers: int | None = None) -> None:
        self._texts = texts
        self._workers = workers or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._pending: dict[Future[dict[str, str]], dict[str, str]] = {}
        self._done: dict[str, str] = {}
        self._paths: set[str] = set()
        # A text is what black, this module and the derivation of flavours make of it.
        own = (Path(path).read_text(encoding="utf-8") for path in (__file__, flavours.__file__))
        self._stamp = TextCache.key(version("black"), str(LINE_LENGTH), *own)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, files: Iterable[tuple[str, str]]) -> None:
        """Have these files formatted; files in other languages than Python are left alone.

        A path that was there before is a SpecError: one text would be lost.
        """
        batch: dict[str, str] = {}
        size = 0
        for path, text in files:
            if path.casefold() in self._paths:
                raise SpecError(
                    f"two things would be rendered to {path}",
                    hint="take one of them away with an overlay",
                )
            self._paths.add(path.casefold())
            if not path.endswith(".py"):
                self._done[path] = text
                continue
            found = self._texts.get(self._key(path, text))
            if found is not None:
                self._done[path] = found
                continue
            batch[path] = text
            size += len(text)
            if size > _BATCH:
                self._submit(batch)
                batch, size = {}, 0
        if batch:
            self._submit(batch)

    def finish(self, progress: Callable[[int, int], None]) -> dict[str, str]:
        """Return all files, formatted; `progress` hears how many of how many batches are done."""
        total = len(self._pending)
        for count, future in enumerate(as_completed(self._pending), start=1):
            for path, text in future.result().items():
                self._done[path] = text
                self._texts.put(self._key(path, self._pending[future][path]), text)
            progress(count, total)
        return self._done

    def _submit(self, batch: dict[str, str]) -> None:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(max_workers=self._workers, initializer=_start)
        # A worker that is just being made would answer Ctrl-C with a traceback.
        with undisturbed():
            self._pending[self._pool.submit(format_files, batch)] = batch

    def _key(self, path: str, text: str) -> str:
        return TextCache.key(self._stamp, "namespace" if is_namespace(path) else "", text)


def _start() -> None:
    """Have this worker end with its parent, however that ends, and say nothing of Ctrl-C."""
    # Looking for cycles in growing syntax trees takes a fifth of black's time; see format_files.
    gc.disable()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def is_namespace(path: str) -> bool:
    """Return whether a file holds a namespace, whose asynchronous flavour is derived."""
    return "/resources/" in path and not path.endswith("/__init__.py")


def format_files(files: dict[str, str]) -> dict[str, str]:
    """Format Python files; a namespace gets its asynchronous flavour on the way."""
    formatted = {path: _format_file(path, text) for path, text in files.items()}
    gc.collect()
    return formatted


def _format_file(path: str, text: str) -> str:
    formatted = format_python(text, path)
    if is_namespace(path):
        return flavours.with_asynchronous(
            formatted, lambda part: format_python(part, path), LINE_LENGTH
        )
    return formatted


def format_python(text: str, path: str = "") -> str:
    """Python source as black lays it out."""
    import black
    from black.parsing import InvalidInput
    from black.report import NothingChanged

    try:
        # `fast` leaves out the check that the syntax tree stayed the same; the tests make it.
        return black.format_file_contents(text, fast=True, mode=_mode())
    except NothingChanged:
        return text
    except InvalidInput as error:
        reason = str(error).partition("\n")[0]
        raise AscgenError(f"what was rendered for {path} is not Python: {reason}") from None


@cache
def _mode() -> Any:
    from black.mode import Mode, TargetVersion

    return Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
