"""What an area of workflows is besides its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ..._runtime.messages.errors import NotInPublicApiError
from ..._runtime.suggestions import guard_keywords, missing
from .arguments import check_arguments

__all__ = ["Area"]


class Area:
    """An area: its jobs look at their arguments first, and what no key can do says what remains."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        guard_keywords(cls)
        check_arguments(cls)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            area = type(self).__name__.removeprefix("Async").lower()
            problem = NotInPublicApiError.of(f"workflows.{area}.{name}")
            if problem is None:
                raise missing(self, name)

            def refuse(*_: object, **__: object) -> NoReturn:
                raise problem

            return refuse
