"""Errors as the client raises them, for tests of what a program does about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .._api import facts
from .._runtime.messages.api_errors import error_from
from .._runtime.messages.response import Headers, Response
from .problems import Problem, usual_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._runtime.messages.api_errors import ApiError

__all__ = ["api_error"]

_ID = "00000000-0000-4000-a000-000000000000"


def api_error(
    status: int,
    code: str = "",
    detail: str | None = None,
    *,
    title: str = "",
    pointer: str | None = None,
    parameter: str | None = None,
    meta: Mapping[str, Any] | None = None,
    method: str = "GET",
    path: str = "/v1/apps",
    headers: Mapping[str, str] | None = None,
) -> ApiError:
    """Make the error that the client would raise for such an answer, of the class for its status.

    Unless a code is given it has the usual one for its status.
    Raise it from a stand-in, as in `mock.create.side_effect = api_error(409, "STATE_ERROR")`.
    Raises ValueError for a status that is no error.
    """
    if status not in range(400, 600):
        raise ValueError(f"{status!r} is no error: pass a status from 400 to 599")
    problem = Problem(
        status=status,
        code=code or usual_code(status),
        detail=detail,
        title=title,
        pointer=pointer,
        parameter=parameter,
        meta=dict(meta) if meta is not None else None,
    )
    body = msgspec.json.encode({"errors": [problem.members(_ID)]})
    lines = {"content-type": "application/json", **(headers or {})}
    return error_from(
        Response(status, Headers(lines.items()), body, method, f"{facts().server}{path}")
    )
