"""What goes wrong on purpose: which requests, how often, at what moment, in what way."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import msgspec

from .._api import facts
from .answer import error_answer
from .messages import Answer
from .oddities import Oddity, changed, replaced
from .problems import Problem, Refusal, usual_code
from .spelling import did_you_mean

if TYPE_CHECKING:
    from .messages import Incoming
    from .world import World

__all__ = ["Fault", "Faults"]

Connection: TypeAlias = Literal["refused", "cut", "timeout"]
Body: TypeAlias = Literal["truncated", "garbled", "html", "empty"]

_HTML = b"<html><head><title>502</title></head><body>Could not process this request</body></html>"
_AGREEMENTS = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"
_GATEWAY = 502
_STATUSES = range(100, 600)
_METHODS = frozenset({"", "GET", "POST", "PATCH", "DELETE", "PUT"})
_LINE = re.compile(r"[ -~]*")


class Fault(msgspec.Struct, kw_only=True):
    """One fault, as `Faults.add` describes it; `left` is how often it will still happen."""

    target: str | None = None
    status: int | None = None
    code: str = ""
    detail: str | None = None
    headers: dict[str, str] = {}
    connection: Connection | None = None
    body: Body | bytes | None = None
    content: Oddity | dict[str, Any] | None = None
    latency: float = 0.0
    after_commit: bool = False
    skip: int = 0
    left: int | None = 1

    def meets(self, operation: str, incoming: Incoming) -> bool:
        """Whether it is for such a request."""
        target = self.target
        if target is None:
            return True
        method, _, path = target.rpartition(" ")
        if "/" not in path:
            return fnmatchcase(operation, target)
        return method in {"", incoming.method} and fnmatchcase(incoming.path, path)

    @property
    def comes_first(self) -> bool:
        """Whether nothing happens of what was asked."""
        replaces = self.status is not None or self.connection is not None
        return self.connection == "refused" or (replaces and not self.after_commit)

    def spoil(self, world: World, answer: Answer | None) -> Answer:
        """Return the answer in its place."""
        if answer is None or self.status is not None:
            answer = self._refusal(world, self.status or 500)
        if isinstance(self.content, dict):
            answer.body = replaced(answer.body, self.content)
        elif self.content is not None:
            answer.body = changed(answer.body, self.content)
        if isinstance(self.body, bytes):
            answer.body = self.body
        elif self.body == "html":
            answer.body, answer.media_type = _HTML, "text/html"
        elif self.body == "empty":
            answer.body = b""
        elif self.body == "garbled":
            answer.body = answer.body[: len(answer.body) // 2] + b'\xff{"'
        elif self.body == "truncated":
            answer.broken = "truncated"
        answer.headers = {**answer.headers, **self.headers}
        answer.broken = self.connection or answer.broken
        answer.latency = self.latency
        return answer

    def _refusal(self, world: World, status: int) -> Answer:
        if status >= _GATEWAY and not self.code:
            return Answer(status, _HTML, "text/html")
        code = self.code or usual_code(status)
        links = {"see": "/agreements"} if code == _AGREEMENTS else None
        problem = Problem(status=status, code=code, detail=self.detail, links=links)
        return error_answer(world, Refusal(problem))


class Faults:
    """The faults that a simulator is to have."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        target: str | None = None,
        *,
        status: int | None = None,
        code: str = "",
        detail: str | None = None,
        after_commit: bool = False,
        connection: Connection | None = None,
        body: Body | bytes | None = None,
        content: Oddity | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
        rate_limit: str | None = None,
        latency: float = 0.0,
        skip: int = 0,
        times: int | None = 1,
    ) -> Fault:
        """Have something go wrong.

        `target` is the id of an operation, or a path, and a method before it if only that is meant
        (`"PATCH /v1/apps/*"`), both with `*` for any text; None is every request. The parts of
        files go to `"PUT */deliveries/*"`. After `skip` of them it happens `times` times, None for
        always. Of several faults that fit a request the first one happens.

        Instead of what was asked: a `status`, with Apple's body for it or for a `code`, or an HTML
        page from 502 on; a `connection` that is `"refused"`, `"cut"` before any answer, or quiet
        until the `"timeout"`. With `after_commit` what was asked is done nevertheless, and only its
        answer is lost.

        To an answer that comes otherwise as it should: a `body` that is `"truncated"`, `"garbled"`,
        `"empty"`, a page of `"html"` or bytes of yours; `content` with every attribute null, with
        enumeration values that no document lists, with dates as `+0000` or as mere days, or with
        attributes of yours, by the API's names; `headers`, among them `retry_after` and
        `rate_limit` (the text of `X-Rate-Limit`); a `latency` in seconds, which is virtual for
        clients of this process.

        Raises ValueError for an operation that there is not, and for what cannot go wrong.
        """
        _check_target(target)
        _check_choice("connection", connection, Connection)
        if not isinstance(body, bytes):
            _check_choice("body", body, Body)
        chosen = _checked_content(content)
        if status is not None and status not in _STATUSES:
            raise ValueError(f"{status!r} is no status of HTTP")
        _check_counts(latency, skip, times)
        lines: dict[str, Any] = dict(headers or {})
        if retry_after is not None:
            lines["retry-after"] = str(retry_after)
        if rate_limit is not None:
            lines["x-rate-limit"] = rate_limit
        for name, line in lines.items():
            if not isinstance(line, str) or not _LINE.fullmatch(name + line):
                raise ValueError(f"{line!r} of {name!r} is nothing for a header")
        if status is None and (code or detail is not None):
            raise ValueError("a code and a detail are of an answer with a status: give that too")
        if status is None and connection is None and after_commit:
            raise ValueError("after_commit tells when a status or a connection is to go wrong")
        if status is not None and connection is not None:
            raise ValueError(f"either the connection is {connection} or there is a status")
        if not (status or connection or lines or latency) and body is None and content is None:
            raise ValueError("nothing goes wrong: give a status, a connection, a body or the like")
        fault = Fault(
            target=target,
            status=status,
            code=code,
            detail=detail,
            headers=lines,
            connection=connection,
            body=body,
            content=chosen,
            latency=latency,
            after_commit=after_commit,
            skip=skip,
            left=times,
        )
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Have nothing go wrong any more."""
        self._faults.clear()

    def __len__(self) -> int:
        return len(self._faults)

    def take(self, operation: str, incoming: Incoming) -> Fault | None:
        """Return the fault that a request is to have, and count it."""
        if not self._faults:
            return None
        for fault in self._faults:
            if not fault.meets(operation, incoming):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
            return fault
        return None


def _check_target(target: str | None) -> None:
    if target is None:
        return
    method, _, path = target.rpartition(" ")
    if "/" in path:
        if method not in _METHODS:
            raise ValueError(f"{method!r} is no method of the API's, in {target!r}")
    elif not any(fnmatchcase(known, target) for known in _operation_ids()):
        hint = did_you_mean(target, _operation_ids())
        raise ValueError(f"there is no operation {target!r}{hint}")


def _check_counts(latency: float, skip: int, times: int | None) -> None:
    counts: list[Any] = [skip] if times is None else [skip, times]
    whole = all(type(x) is int for x in counts)
    if not whole or not 0 <= latency < math.inf or skip < 0 or (times is not None and times < 1):
        raise ValueError(
            "latency is 0 or more, skip a number from 0 on, and times one from 1 on, or None"
        )


def _checked_content(
    content: Oddity | Mapping[str, Any] | None,
) -> Oddity | dict[str, Any] | None:
    if not isinstance(content, Mapping):
        _check_choice("content", content, Oddity)
        return content
    try:
        return {str(name): msgspec.to_builtins(value) for name, value in content.items()}
    except TypeError as error:
        raise ValueError(f"content is sent as JSON: {error}") from None


def _check_choice(name: str, value: Any, choices: Any) -> None:
    known = get_args(choices)
    if value is not None and value not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}, not {value!r}")


@cache
def _operation_ids() -> frozenset[str]:
    api = facts()
    return frozenset(api.operation(method, path).id for method, path in api.operations)
