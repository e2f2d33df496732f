"""Jobs of several parts that break in the middle: their errors tell what was done, and what not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

__all__ = ["partial"]


@contextmanager
def partial(parts: Iterable[str]) -> Generator[list[str]]:
    """Give a list for the names of the parts that are done, which an error tells in a note.

    The note is not part of the message, and a traceback shows it.
    """
    done: list[str] = []
    try:
        yield done
    except BaseException as error:
        left = [part for part in parts if part not in done]
        if left:
            error.add_note(
                f"done before: {', '.join(done) or 'nothing'}; not done: {', '.join(left)};"
                " the job may run again, and does nothing twice"
            )
        raise
