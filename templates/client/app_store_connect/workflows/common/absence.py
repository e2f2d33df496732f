"""What is not there: Apple answers with null or with a 404, where it is asked for what may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ..._runtime.messages.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["if_any_async"]

P = ParamSpec("P")
T = TypeVar("T")


async def if_any_async(
    read: Callable[P, Awaitable[T | None]], *args: P.args, **keywords: P.kwargs
) -> T | None:
    """Return what a resource leads to, and None where that is nothing."""
    try:
        return await read(*args, **keywords)
    except NotFoundError:
        return None
