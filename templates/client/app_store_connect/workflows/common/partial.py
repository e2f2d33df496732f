"""Jobs of several parts that break in the middle: their errors tell what was done, and what not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

__all__ = ["partial"]

# An error is read by people: of longer lists it tells so many names.
_TOLD = 40


@contextmanager
def partial(parts: Iterable[str]) -> Generator[list[str]]:
    """Give a list for the names of the parts that are done, which an error tells in a note.

    The note is not part of the message, and a traceback shows it.
    """
    wanted = list(dict.fromkeys(parts))
    done: list[str] = []
    try:
        yield done
    except BaseException as error:
        left = [part for part in wanted if part not in done]
        if left:
            error.add_note(
                f"done before: {_told(done)}; not done: {_told(left)};"
                " the job may run again, and does nothing twice"
            )
        raise


def _told(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _TOLD} more"] if len(names) > _TOLD else []
    return ", ".join([*names[:_TOLD], *more]) or "nothing"
