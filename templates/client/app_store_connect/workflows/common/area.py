"""What an area of workflows is besides its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ..._runtime.messages.errors import NotInPublicApiError
from ..._runtime.suggestions import missing

__all__ = ["Area"]


class Area:
    """An area: where a job is looked for that no key can do, it says what remains."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            area = type(self).__name__.removeprefix("Async").lower()
            problem = NotInPublicApiError.of(f"workflows.{area}.{name}")
            if problem is None:
                raise missing(self, name)

            def refuse(*_: object, **__: object) -> NoReturn:
                raise problem

            return refuse
