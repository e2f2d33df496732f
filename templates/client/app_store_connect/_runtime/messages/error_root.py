"""The root of the error tree: what makes every error picklable, and its text fit for a terminal."""

from __future__ import annotations

from typing import Any

from ..public import PACKAGE, place_of

__all__ = ["AppStoreConnectError", "printable"]

_PLACE = f"{PACKAGE}.errors"
# Room for every error of an answer; a hostile one can be of any length.
_LONGEST = 20_000


def _rebuild(
    kind: type[AppStoreConnectError], args: tuple[object, ...], state: dict[str, Any]
) -> AppStoreConnectError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


def printable(text: str, longest: int = _LONGEST) -> str:
    """Return the text in one line, without what a terminal would obey, cut where it is too long."""
    if len(text) > longest:
        text = f"{text[:longest]}…"
    return text if text.isprintable() else "".join(x if x.isprintable() else " " for x in text)


class AppStoreConnectError(Exception):
    """The root of every error this package raises on purpose.

    Its text quotes what came from outside, and holds nothing but printable lines of bounded length.
    """

    __module__ = _PLACE

    def __init_subclass__(cls) -> None:
        cls.__module__ = place_of(cls.__module__, _PLACE)

    def __init__(self, text: str = "") -> None:
        lines = f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
        super().__init__("\n".join(map(printable, lines.split("\n"))))

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors below take what the message is made of, not the message, which is what
        # the inherited method would call them with.
        return (_rebuild, (type(self), self.args, self.__dict__))
