from __future__ import annotations

from typing import Any

import pytest

from app_store_connect._runtime.http.retry import (
    Attempts,
    Cause,
    GiveUp,
    Retry,
    RetryPolicy,
    cause_of,
    decide,
)
from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.response import (
    FailureKind,
    Headers,
    Response,
    TransportFailure,
)

READS = ["GET", "HEAD"]
WRITES = ["POST", "PATCH", "DELETE", "PUT"]
UNSENT: list[FailureKind] = ["connect", "connect-timeout", "pool-timeout"]
SENT: list[FailureKind] = ["sent", "sent-timeout"]


def decision(
    method: str,
    outcome: int | FailureKind,
    before: Attempts | None = None,
    retry_after: str = "",
    chance: float = 1.0,
    **policy: Any,
) -> Retry | GiveUp:
    happened: Response | TransportFailure
    if isinstance(outcome, int):
        lines = [("Retry-After", retry_after)] if retry_after else []
        happened = Response(outcome, Headers(lines), b"", method, "https://a/v1/apps")
    else:
        happened = TransportFailure(outcome, "why")
    return decide(
        RetryPolicy(**policy),
        Request(method, "/v1/apps"),
        before or Attempts(),
        happened,
        now=0.0,
        random=lambda: chance,
    )


@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("outcome", [408, 500, 502, 503, 504, 599, *UNSENT, *SENT])
def test_a_read_that_failed_on_the_way_or_at_the_server_is_repeated(
    method: str, outcome: int | FailureKind
) -> None:
    assert decision(method, outcome) == Retry(1.0)
    assert decision(method, outcome, Attempts(failed=2)) == Retry(4.0)
    assert decision(method, outcome, Attempts(failed=3)) == GiveUp()


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("outcome", [408, 500, 502, 503, 504, 599, *SENT])
def test_a_write_that_may_have_happened_is_not(method: str, outcome: int | FailureKind) -> None:
    assert decision(method, outcome) == GiveUp(ambiguous=True)
    assert decision(method, outcome, repeat_writes=True) == Retry(1.0)
    assert decision(method, outcome, Attempts(failed=3), repeat_writes=True) == GiveUp(
        ambiguous=True
    )


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("outcome", UNSENT)
def test_a_write_that_never_left_is_repeated(method: str, outcome: FailureKind) -> None:
    assert decision(method, outcome) == Retry(1.0)
    assert decision(method, outcome, Attempts(failed=3)) == GiveUp()


@pytest.mark.parametrize("method", READS + WRITES)
def test_a_refused_token_is_renewed_once(method: str) -> None:
    assert decision(method, 401) == Retry(0.0, with_new_token=True)
    assert decision(method, 401, Attempts(failed=3, throttled=5)) == Retry(with_new_token=True)
    assert decision(method, 401, Attempts(unauthorized=1)) == GiveUp()
    assert decision(method, 401, token_renewals=0) == GiveUp()


@pytest.mark.parametrize("method", READS + WRITES)
def test_a_throttled_request_waits(method: str) -> None:
    waits = [decision(method, 429, Attempts(throttled=count)) for count in range(6)]
    assert waits == [Retry(8.0), Retry(16.0), Retry(32.0), Retry(60.0), Retry(60.0), GiveUp()]
    assert decision(method, 429, throttled_attempts=1) == GiveUp()
    # The other budgets are not touched by it.
    assert decision(method, 429, Attempts(failed=9, unauthorized=9)) == Retry(8.0)


def test_what_the_api_asks_for_comes_before_the_back_off() -> None:
    assert decision("POST", 429, retry_after="17") == Retry(17.0)
    assert decision("POST", 429, retry_after="0") == Retry(0.0)
    assert decision("GET", 503, retry_after="3") == Retry(3.0)
    assert decision("GET", 429, retry_after="Thu, 01 Jan 1970 00:00:09 GMT") == Retry(9.0)
    assert decision("GET", 429, retry_after="whenever") == Retry(8.0)


def test_a_wait_that_is_too_long_ends_the_call() -> None:
    assert decision("GET", 429, retry_after="120") == Retry(120.0)
    assert decision("GET", 429, retry_after="121") == GiveUp()
    assert decision("GET", 429, retry_after="3600", longest_wait=3600) == Retry(3600.0)


@pytest.mark.parametrize("method", READS + WRITES)
@pytest.mark.parametrize("status", [301, 304, 400, 403, 404, 405, 406, 409, 410, 422, 600])
def test_everything_else_is_final(method: str, status: int) -> None:
    assert decision(method, status, repeat_writes=True) == GiveUp()


def test_the_back_off_is_drawn_from_nothing_to_all_of_it() -> None:
    assert decision("GET", 500, Attempts(failed=1), chance=0.0) == Retry(0.0)
    assert decision("GET", 500, Attempts(failed=1), chance=0.25) == Retry(0.5)
    assert decision("GET", 500, Attempts(failed=30), chance=0.5, attempts=99) == Retry(30.0)


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [(401, "unauthorized"), (429, "throttled"), (503, "failed"), (404, "final")],
)
def test_attempts_are_counted_by_cause(outcome: int, cause: Cause) -> None:
    assert cause_of(Response(outcome, Headers(), b"", "GET", "/")) == cause
    counted = Attempts(1, 1, 1).plus(cause)
    assert counted == Attempts(
        1 + (cause == "unauthorized"), 1 + (cause == "throttled"), 1 + (cause == "failed")
    )


@pytest.mark.parametrize("outcome", [429, 503, "connect"])
def test_patience_without_end_waits_no_longer_than_the_cap(outcome: int | FailureKind) -> None:
    before = Attempts(throttled=5000, failed=5000)
    patience = {"attempts": 10**6, "throttled_attempts": 10**6}
    assert decision("GET", outcome, before, **patience) == Retry(60.0)


@pytest.mark.parametrize(
    "policy",
    [{"attempts": 0}, {"throttled_attempts": 0}, {"token_renewals": -1}, {"backoff": -1.0}]
    + [{name: float("nan")} for name in ("backoff", "throttled_backoff", "backoff_cap")],
)
def test_a_policy_that_means_something_else_is_refused(policy: dict[str, Any]) -> None:
    [name] = policy
    with pytest.raises(ValueError, match=f"^{name} is at least"):
        RetryPolicy(**policy)
