"""What sessions of both flavours know: how a request is sent, and what its end means."""

from __future__ import annotations

import copy
import logging
import re
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from ..messages.error_root import AppStoreConnectError
from ..messages.errors import AmbiguousWriteError, DecodeError, UnsafeUrlError
from ..messages.events import CallEvent, Hooks, PageEvent, WaitEvent
from ..messages.rate_limit import latest_rate_limit
from ..messages.redaction import redacted
from ..messages.response import Headers, Response, TransportFailure
from ..messages.secret import Secret
from .call import Call
from .conversation import conversation_steps
from .httpx_adapter import bounded, limited
from .intake import CODINGS, LARGEST, Intake
from .options import of_kind
from .retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from ..messages.rate_limit import RateLimit
    from ..messages.request import Request
    from .api_origin import ApiOrigin
    from .connections import AsyncConnections, Connections
    from .conversation import Conversation, Send, Sleep, Tokens
    from .wiring import Wiring

__all__ = ["DEADLINE", "Course", "SessionBase"]

# In seconds, of a whole call with its waits.
DEADLINE = 300.0

_LOG = logging.getLogger("app_store_connect")
_TIMED_OUT = 408
_SERVER_ERROR = 500
# Those that a client decides about itself.
_RESERVED = frozenset(
    (
        *("accept", "accept-encoding", "authorization", "connection", "content-length"),
        *("content-type", "cookie", "host", "te", "transfer-encoding", "upgrade"),
    )
)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*", re.ASCII)


class Course:
    """One call: how far it is, and whether a write of it may have happened."""

    __slots__ = (
        "attempts",
        "begun",
        "call",
        "in_doubt",
        "is_told",
        "is_under_way",
        "last",
        "request",
        "steps",
    )

    def __init__(self, request: Request, call: Call, begun: float) -> None:
        self.request = request
        self.call = call
        self.begun = begun
        self.attempts = 0
        self.in_doubt = False
        self.is_told = False
        self.is_under_way = False
        self.last: Response | None = None
        self.steps: Conversation

    def note(self, outcome: Response | TransportFailure) -> None:
        """Note what came of an attempt."""
        self.is_under_way = False
        if isinstance(outcome, TransportFailure):
            self.in_doubt = outcome.was_sent
        else:
            self.last = outcome
            status = outcome.status
            self.in_doubt = outcome.is_success or status == _TIMED_OUT or status >= _SERVER_ERROR


class SessionBase:
    """Where requests go, how they look to httpx, and what came back."""

    is_rehearsal = False
    """Whether writes go to a simulator; what it answers is nothing to keep in files."""

    def __init__(
        self,
        origin: ApiOrigin,
        tokens: Tokens,
        connections: Connections | AsyncConnections,
        policy: RetryPolicy | None,
        user_agent: str,
        *,
        deadline: float | None,
        hooks: Hooks | None,
        now: Callable[[], float],
        clock: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self.origin = origin
        self._tokens = tokens
        self._common = connections
        self._policy = of_kind(RetryPolicy, policy, "policy") or RetryPolicy()
        self._deadline = bounded(deadline, "a deadline")
        self._timeouts = connections.wiring.timeouts
        self._hooks = hooks or Hooks()
        self._headers: dict[str, str] = {"User-Agent": user_agent}
        self.now = now
        self._clock = clock
        self.random = random
        self._is_view = False

    @property
    def rate_limit(self) -> RateLimit | None:
        """The latest numbers that answers gave; None before the first answer."""
        return self._common.rate_limit

    @property
    def wiring(self) -> Wiring:
        """How connections are made."""
        return self._common.wiring

    @property
    def clock(self) -> Callable[[], float]:
        """The clock that measures elapsed seconds."""
        return self._clock

    def announce(self, kind: str, identifier: str, source: object, md5: str) -> None:
        """Hear which file is about to be sent to a reservation; a rehearsal wants to know."""

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return the same connections and tokens, used in another way."""
        view = copy.copy(self)
        view._is_view = True  # noqa: SLF001 - our own
        for name, value in options.items():
            match name:
                case "timeout":
                    view._timeouts = self.wiring.http_library.timeouts(value)  # noqa: SLF001
                case "deadline":
                    view._deadline = bounded(value, "a deadline")  # noqa: SLF001
                case "policy":
                    policy = of_kind(RetryPolicy, value, name) or RetryPolicy()
                    view._policy = policy  # noqa: SLF001
                case "hooks":
                    view._hooks = of_kind(Hooks, value, name) or Hooks()  # noqa: SLF001
                case "headers":
                    view._headers = self._headers | _checked_headers(value)  # noqa: SLF001
                case _:
                    raise TypeError(f"{name!r} cannot be chosen for single calls")
        return view

    def _begin(self, request: Request) -> Course:
        course = Course(request, Call(self._clock, self._deadline), self._clock())
        call = course.call
        course.steps = conversation_steps(
            request,
            tokens=self._tokens,
            policy=self._policy,
            now=self.now,
            random=self.random,
            remaining=lambda: call.remaining,
            on_retry=self._hooks.on_retry,
        )
        return course

    def _waits(self, course: Course, step: Sleep) -> None:
        _LOG.debug("waiting %.1f s", step.seconds)
        course.call.slept(step.seconds)
        if (hook := self._hooks.on_wait) is not None:
            request = course.request
            hook(WaitEvent(method=request.method, path=_path(request), seconds=step.seconds))

    def _outgoing(self, course: Course, step: Send) -> httpx.Request:
        request = step.request
        course.attempts += 1
        course.call.sent = False
        address = self.origin.url(request.target, request.query)
        wiring = self.wiring
        module = wiring.http_library.module
        try:
            url = module.URL(address)
        except module.InvalidURL as error:
            raise UnsafeUrlError(f"cannot send to {redacted(address)[:200]!r}: {error}") from None
        headers = {"Accept": request.accept, "Accept-Encoding": CODINGS, **self._headers}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        timeouts = self._timeouts
        if request.timeout is not None:
            timeouts = wiring.http_library.timeouts(request.timeout)
        timeouts = limited(timeouts, course.call.remaining)
        outgoing: httpx.Request
        if wiring.client is None:
            outgoing = wiring.http_library.build_request(
                request.method, url, headers, request.body, timeouts
            )
        else:
            outgoing = wiring.client.build_request(
                request.method,
                url,
                headers=headers,
                content=request.body,
                extensions={"timeout": timeouts},
            )
            # Default parameters of a user's client would replace the query.
            outgoing.url = url
        # Waiting for its turn may have taken the request longer than a token lives.
        step.token = Secret(self._tokens.token())
        # Set last and kept in no local, for the sake of tracebacks that show locals.
        outgoing.headers["Authorization"] = f"Bearer {step.token.reveal()}"
        course.is_under_way = True
        return outgoing

    def _intake(self, incoming: httpx.Response) -> Intake:
        coding = incoming.headers.get("content-encoding", "")
        return Intake(coding, is_success=incoming.is_success)

    def _answer(
        self, course: Course, request: httpx.Request, incoming: httpx.Response, body: Intake
    ) -> Response:
        response = Response(
            status=incoming.status_code,
            headers=Headers(incoming.headers.multi_items()),
            content=body.content,
            method=request.method,
            url=redacted(str(request.url)),
        )
        course.note(response)
        self._common.rate_limit = latest_rate_limit(self._common.rate_limit, response.headers)
        if _LOG.isEnabledFor(logging.DEBUG):
            _LOG.debug(
                "%s %s: %d, %d bytes, request id %s",
                *(response.method, response.url, response.status, len(response.content)),
                response.request_id,
            )
        return response

    @staticmethod
    def _whole(response: Response, body: Intake) -> Response:
        """Return the answer if all of it was kept; no frame that can raise holds httpx's own."""
        if body.is_cut and response.is_success:
            raise DecodeError(response, f"the body is larger than {LARGEST} bytes")
        return response

    def _failure(self, course: Course, error: Exception) -> TransportFailure:
        failure = self.wiring.failure(error, course.call)
        course.note(failure)
        if _LOG.isEnabledFor(logging.DEBUG):
            request = course.request
            address = redacted(self.origin.url(request.target, request.query))
            _LOG.debug("%s %s: %s", request.method, address, failure.reason)
        return failure

    def _end(self, course: Course, answer: Response) -> Response:
        if (hook := self._hooks.on_page) is not None and course.request.page:
            hook(PageEvent(path=_path(course.request), number=course.request.page))
        self._tell(course, None)
        return answer

    def _fail(self, course: Course, error: BaseException) -> None:
        """Attach the uncertain outcome to an exception of another kind, and report it."""
        request, wiring = course.request, self.wiring
        is_ours = isinstance(error, AppStoreConnectError)
        in_doubt = course.in_doubt
        if course.is_under_way:
            in_doubt = course.call.sent or not wiring.is_watched
        if in_doubt and not request.is_read and not is_ours:
            reason = f"{type(error).__name__} ended the call"
            failure = TransportFailure("sent", reason)
            AmbiguousWriteError(request.method, _path(request), failure).attach_to(error)
        self._tell(course, error)

    def _tell(self, course: Course, error: BaseException | None) -> None:
        if course.is_told:
            return
        course.is_told = True
        hook = self._hooks.on_call
        # At "debug" there is a line for each answer already.
        is_logged = _LOG.isEnabledFor(logging.INFO) and not _LOG.isEnabledFor(logging.DEBUG)
        if hook is None and not is_logged:
            return
        answer = course.last
        event = CallEvent(
            method=course.request.method,
            path=_path(course.request),
            attempts=course.attempts,
            seconds=self._clock() - course.begun,
            status=None if answer is None else answer.status,
            request_id=None if answer is None else answer.request_id,
            error=None if error is None else type(error).__name__,
        )
        if is_logged:
            _LOG.info(
                "%s %s: %s in %.3f s, sent %d times",
                *(event.method, event.path, event.error or event.status),
                *(event.seconds, event.attempts),
            )
        if hook is not None:
            hook(event)


def _path(request: Request) -> str:
    return urlsplit(request.target.strip()).path


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name.lower() in _RESERVED:
            raise ValueError(f"the header {name} is the client's own to set")
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"{name!r} is not a header, or its value is not a line of ASCII text")
    return {name.title(): value for name, value in headers.items()}
