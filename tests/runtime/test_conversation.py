from __future__ import annotations

from typing import Any

import pytest

from app_store_connect._runtime.http.conversation import (
    Conversation,
    Outcome,
    Send,
    Sleep,
    conversation_steps,
)
from app_store_connect._runtime.http.retry import RetryPolicy
from app_store_connect._runtime.messages.errors import (
    AmbiguousWriteError,
    ApiError,
    AppStoreConnectError,
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
)
from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.response import Headers, Response, TransportFailure
from support.tracebacks import with_locals

GET = Request("GET", "/v1/apps", (("limit", "2"),))
POST = Request("POST", "/v1/apps", body=b"{}")
RESET = TransportFailure("sent", "ReadError reset")
LATE = TransportFailure("sent-timeout", "ReadTimeout")
REFUSED = TransportFailure("connect", "ConnectError refused")


class Tokens:
    """Tokens named by number."""

    def __init__(self) -> None:
        self.number = 1

    def token(self) -> str:
        return f"secret-token-{self.number}"

    def invalidate(self, token: str) -> None:
        if token == self.token():
            self.number += 1


def reply(status: int, body: bytes = b"", **headers: str) -> Response:
    lines = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, Headers(lines), body, "?", "https://api.example.com/v1/apps?limit=…")


def conversation(request: Request, **policy: Any) -> Conversation:
    return conversation_steps(
        request,
        tokens=Tokens(),
        policy=RetryPolicy(**policy),
        now=lambda: 0.0,
        random=lambda: 1.0,
    )


def play(request: Request, *outcomes: Outcome, **policy: Any) -> tuple[list[str], Any]:
    """Answer every Send in turn; return what was done and what it came to."""
    steps = conversation(request, **policy)
    left = list(outcomes)
    done: list[str] = []
    step = next(steps)
    while True:
        if isinstance(step, Sleep):
            done.append(f"sleep {step.seconds:g}")
            outcome = None
        else:
            done.append(f"{step.request.method} {step.request.target} {step.token.reveal()[-1]}")
            outcome = left.pop(0)
        try:
            step = steps.send(outcome)
        except StopIteration as end:
            assert not left
            return done, end.value
        except AppStoreConnectError as error:
            assert not left
            return done, error


def test_a_success_is_returned_as_it_is() -> None:
    for status in (200, 201, 202, 204):
        answer = reply(status)
        assert play(GET, answer) == (["GET /v1/apps 1"], answer)


def test_a_refused_token_is_replaced_once_whatever_the_method() -> None:
    for request in (GET, POST):
        first, second = f"{request.method} /v1/apps 1", f"{request.method} /v1/apps 2"
        done, answer = play(request, reply(401), reply(200))
        assert (done, answer.status) == ([first, second], 200)
        done, error = play(request, reply(401), reply(401))
        assert done == [first, second]
        assert type(error) is AuthenticationError


def test_a_read_is_repeated_with_growing_pauses() -> None:
    done, answer = play(GET, RESET, reply(503), REFUSED, reply(200))
    get = "GET /v1/apps 1"
    assert done == [get, "sleep 1", get, "sleep 2", get, "sleep 4", get]
    assert answer.status == 200


def test_a_read_gives_up_with_the_last_thing_that_happened() -> None:
    last: list[tuple[Outcome, type[AppStoreConnectError]]] = [
        (reply(500), ServerError),
        (RESET, ConnectionFailedError),
        (REFUSED, ConnectionFailedError),
        (LATE, RequestTimeoutError),
        (TransportFailure("connect-timeout", "x"), RequestTimeoutError),
    ]
    for outcome, kind in last:
        _, error = play(GET, reply(502), outcome, attempts=2)
        assert type(error) is kind


def test_a_write_that_may_have_happened_is_sent_once() -> None:
    for outcome in (reply(500, x_request_id="R"), reply(504), RESET, LATE):
        done, error = play(POST, outcome)
        assert done == ["POST /v1/apps 1"]
        assert type(error) is AmbiguousWriteError
        assert (error.method, error.path) == ("POST", "/v1/apps")
    _, error = play(POST, reply(500, x_request_id="R"))
    assert (error.status, error.request_id) == (500, "R")
    assert isinstance(error.cause, ServerError)


def test_a_write_that_never_left_is_sent_again() -> None:
    done, answer = play(POST, REFUSED, reply(201))
    assert done == ["POST /v1/apps 1", "sleep 1", "POST /v1/apps 1"]
    assert answer.status == 201
    _, error = play(POST, REFUSED, attempts=1)
    assert type(error) is ConnectionFailedError
    assert "POST /v1/apps" in str(error)


def test_a_throttled_write_waits_as_long_as_it_is_told() -> None:
    done, answer = play(POST, reply(429, retry_after="7"), reply(429), reply(201))
    post = "POST /v1/apps 1"
    assert done == [post, "sleep 7", post, "sleep 16", post]
    assert answer.status == 201


def test_a_wait_of_an_hour_is_an_error_at_once() -> None:
    done, error = play(GET, reply(429, retry_after="3600"))
    assert done == ["GET /v1/apps 1"]
    assert type(error) is RateLimitError
    assert error.retry_after == 3600.0


def test_a_conflict_is_final() -> None:
    done, error = play(POST, reply(409, b'{"errors":[{"code":"STATE_ERROR"}]}'))
    assert done == ["POST /v1/apps 1"]
    assert type(error) is ConflictError
    assert error.has_code("STATE_ERROR")


def test_causes_are_counted_apart() -> None:
    done, answer = play(GET, reply(500), reply(401), reply(429), reply(500), reply(200), attempts=3)
    get = "GET /v1/apps"
    assert done == [
        f"{get} 1",
        "sleep 1",
        f"{get} 1",
        f"{get} 2",
        "sleep 8",
        f"{get} 2",
        "sleep 2",
        f"{get} 2",
    ]
    assert answer.status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/v1/other?x=1", "https://api.example.com/v1/other?x=1"),
        ("other", "https://api.example.com/v1/other"),
        ("https://elsewhere.example.com/v1", "https://elsewhere.example.com/v1"),
    ],
)
def test_a_read_is_sent_on(status: int, location: str, target: str) -> None:
    steps = conversation(GET)
    next(steps)
    step = steps.send(reply(status, location=location))
    assert isinstance(step, Send)
    # Where it may go is the sender's to judge; the query has gone into the new address.
    assert (step.request.method, step.request.target, step.request.query) == ("GET", target, ())


def test_redirects_end() -> None:
    done, error = play(GET, *[reply(302, location="/v1/apps")] * 6)
    assert len(done) == 6
    assert type(error) is ApiError
    assert error.status == 302


def test_a_write_is_never_sent_on() -> None:
    for status in (302, 307):
        done, error = play(POST, reply(status, location="/v1/other"))
        assert done == ["POST /v1/apps 1"]
        assert type(error) is ApiError


def test_a_redirect_to_nowhere_is_an_error() -> None:
    assert play(GET, reply(302))[1].status == 302
    assert play(GET, reply(304, location="/v1/other"))[1].status == 304


def test_a_driver_that_forgets_to_answer_is_told() -> None:
    steps = conversation(GET)
    next(steps)
    with pytest.raises(TypeError, match="answered by"):
        steps.send(None)


def test_neither_steps_nor_frames_show_the_token() -> None:
    steps = conversation(POST)
    step = next(steps)
    assert isinstance(step, Send)
    assert step.token.reveal() not in repr(step)
    with pytest.raises(AmbiguousWriteError) as caught:
        steps.send(LATE)
    shown = with_locals(caught.value)
    assert "in conversation_steps:" in shown
    assert "secret-token" not in shown
    assert caught.value.__context__ is None
