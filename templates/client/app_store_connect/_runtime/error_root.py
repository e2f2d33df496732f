"""The root of the error tree, and what makes every error picklable."""

from __future__ import annotations

from typing import Any

__all__ = ["AppStoreConnectError"]


def _rebuild(
    kind: type[AppStoreConnectError], args: tuple[object, ...], state: dict[str, Any]
) -> AppStoreConnectError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class AppStoreConnectError(Exception):
    """The root of every error this package raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors below take what the message is made of, not the message, which is what
        # the inherited method would call them with.
        return (_rebuild, (type(self), self.args, self.__dict__))
