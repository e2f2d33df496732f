"""When a request is sent again, and after how long: one pure function over a replaceable policy.

What happened          reads (GET, HEAD)          writes
---------------------  -------------------------  ------------------------------------
never sent             again, with back-off       again, with back-off
lost after sending     again, with back-off       given up: nobody knows the outcome
401                    once more, with a new token (it is refused before it is processed)
429                    again, after the wait the API asks for or a back-off
408, 5xx               again, with back-off       given up: nobody knows the outcome
anything else          final                      final
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from ..messages.rate_limit import retry_after
from ..messages.request import Request
from ..messages.response import Response, TransportFailure

__all__ = ["Attempts", "Cause", "GiveUp", "Retry", "RetryPolicy", "cause_of", "decide"]

_UNAUTHORIZED = 401
_TIMED_OUT = 408
_TOO_MANY = 429
_SERVER_ERRORS = range(500, 600)
# Longer than any cap, and far from where floats end.
_MOST_DOUBLINGS = 64

Cause = Literal["unauthorized", "throttled", "failed", "final"]


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How patient a client is; the defaults suit scripts that run unattended.

    `attempts` counts how often a request is sent in all when it fails on the way or at the server,
    `throttled_attempts` when it is answered by 429, `token_renewals` how often a 401 is met with a
    new token. Waits are drawn evenly between 0 and `backoff`, doubled each time, never above
    `backoff_cap`; `throttled_backoff` begins those after a 429 without `Retry-After`. When the API
    asks for more than `longest_wait`, or all waits of the call together would come to more than
    `wait_budget`, the call ends at once. All times are in seconds.

    Apple has no idempotency keys, so a repeated write may happen twice. Set `repeat_writes` only
    where that does no harm.
    """

    attempts: int = 4
    throttled_attempts: int = 6
    token_renewals: int = 1
    backoff: float = 1.0
    throttled_backoff: float = 8.0
    backoff_cap: float = 60.0
    longest_wait: float = 120.0
    wait_budget: float = 240.0
    repeat_writes: bool = False

    def __post_init__(self) -> None:
        """Refuse what would mean something else than it says."""
        for name in ("attempts", "throttled_attempts"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1: the first one counts")
        for name in (
            "token_renewals",
            "backoff",
            "throttled_backoff",
            "backoff_cap",
            "longest_wait",
            "wait_budget",
        ):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} is at least 0")


class Attempts(msgspec.Struct, frozen=True):
    """How often one request was sent in vain, by cause."""

    unauthorized: int = 0
    throttled: int = 0
    failed: int = 0

    def plus(self, cause: Cause) -> Attempts:
        """Count one more."""
        return Attempts(
            self.unauthorized + (cause == "unauthorized"),
            self.throttled + (cause == "throttled"),
            self.failed + (cause == "failed"),
        )


class Retry(msgspec.Struct, frozen=True):
    """Send it again after so many seconds, with a new token if need be."""

    after: float = 0.0
    with_new_token: bool = False


class GiveUp(msgspec.Struct, frozen=True):
    """Raise; `ambiguous` when the request may have changed something all the same."""

    ambiguous: bool = False


def cause_of(outcome: Response | TransportFailure) -> Cause:
    """Sort an unsuccessful outcome into the kinds the policy counts."""
    if isinstance(outcome, TransportFailure):
        return "final" if outcome.kind == "certificate" else "failed"
    if outcome.status == _UNAUTHORIZED:
        return "unauthorized"
    if outcome.status == _TOO_MANY:
        return "throttled"
    failed = outcome.status == _TIMED_OUT or outcome.status in _SERVER_ERRORS
    return "failed" if failed else "final"


def decide(
    policy: RetryPolicy,
    request: Request,
    attempts: Attempts,
    outcome: Response | TransportFailure,
    *,
    now: float,
    random: Callable[[], float],
    patience: float = float("inf"),
) -> Retry | GiveUp:
    """Decide what follows an unsuccessful outcome.

    `attempts` counts the earlier ones of this request; `now` is in seconds since the epoch,
    `random` draws from 0 to 1, and `patience` is how many seconds may be waited at the most.
    """
    cause = cause_of(outcome)
    if cause == "final":
        return GiveUp()
    if cause == "unauthorized":
        may_renew = attempts.unauthorized < policy.token_renewals and patience > 0
        return Retry(with_new_token=True) if may_renew else GiveUp()
    if cause == "throttled":
        if attempts.throttled + 1 >= policy.throttled_attempts:
            return GiveUp()
        longest = policy.throttled_backoff * 2 ** min(attempts.throttled, _MOST_DOUBLINGS)
        return _wait(policy, longest, outcome, now=now, random=random, patience=patience)
    was_sent = isinstance(outcome, Response) or outcome.was_sent
    ambiguous = was_sent and not request.is_read
    if (ambiguous and not policy.repeat_writes) or attempts.failed + 1 >= policy.attempts:
        return GiveUp(ambiguous=ambiguous)
    longest = policy.backoff * 2 ** min(attempts.failed, _MOST_DOUBLINGS)
    decision = _wait(policy, longest, outcome, now=now, random=random, patience=patience)
    return GiveUp(ambiguous=ambiguous) if isinstance(decision, GiveUp) else decision


def _wait(
    policy: RetryPolicy,
    longest: float,
    outcome: Response | TransportFailure,
    *,
    now: float,
    random: Callable[[], float],
    patience: float,
) -> Retry | GiveUp:
    asked = retry_after(outcome.headers, now=now) if isinstance(outcome, Response) else None
    if asked is not None and asked > policy.longest_wait:
        return GiveUp()
    # Full jitter: clients that failed together do not come back together.
    after = random() * min(policy.backoff_cap, longest) if asked is None else asked
    return Retry(after) if after < patience else GiveUp()
