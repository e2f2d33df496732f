"""Names as Apple spells them and as Python does, and what was meant by one that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "plain"]


def plain(name: str) -> str:
    """Return a name without what tells Apple's spelling from Python's."""
    return name.replace("_", "").lower()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence on a name that does not exist, empty where none is like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - few need it

    spelled = {plain(x): x for x in known}
    near = get_close_matches(plain(name), list(spelled), 1)
    return f": did you mean {spelled[near[0]]!r}?" if near else ""
