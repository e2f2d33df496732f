"""What the API says about how often it may be asked: `X-Rate-Limit` and `Retry-After`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

__all__ = ["RateLimit", "latest_rate_limit", "parse_rate_limit", "retry_after"]

# Bounded, because the text comes from outside and int() refuses thousands of digits.
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_SEPARATOR = re.compile("[;,]")
# The API sends four numbers; a header may hold thousands, and others in each answer.
_MOST = 32
_LONGEST_DATE = 100
_SECONDS = re.compile(r"[0-9]{1,15}(\.[0-9]{0,15})?", re.ASCII)


class RateLimit(msgspec.Struct, frozen=True):
    """The request budget of the key, as the API last sent it; None for what it did not send.

    Apple counts over a rolling hour, for some writes over a minute too. What remains may be
    negative, and may rise between two answers without a new window having begun: several gateways
    count. `values` holds every number under its own name.
    """

    values: Mapping[str, int]

    def __hash__(self) -> int:
        return hash(frozenset(self.values.items()))

    @property
    def hour_limit(self) -> int | None:
        """Requests allowed in an hour."""
        return self.values.get("user-hour-lim")

    @property
    def hour_remaining(self) -> int | None:
        """Requests left in the hour."""
        return self.values.get("user-hour-rem")

    @property
    def minute_limit(self) -> int | None:
        """Requests allowed in a minute, sent for some writes only."""
        return self.values.get("user-minute-lim")

    @property
    def minute_remaining(self) -> int | None:
        """Requests left in the minute, sent for some writes only."""
        return self.values.get("user-minute-rem")


def parse_rate_limit(header: str | None) -> RateLimit | None:
    """Read an `X-Rate-Limit` header; None when it is absent or holds no number.

    Every spelling seen is read: `user-hour-lim:3600;user-hour-rem:3598;`, two header lines joined
    by a comma, a negative remainder, names without a number, names nobody knows yet.
    """
    values: dict[str, int] = {}
    for part in _SEPARATOR.split(header or "", maxsplit=_MOST)[:_MOST]:
        name, _, number = part.partition(":")
        if (name := name.strip().lower()) and _INTEGER.fullmatch(number.strip()):
            values[name] = int(number)
    return RateLimit(values) if values else None


def latest_rate_limit(before: RateLimit | None, headers: Mapping[str, str]) -> RateLimit | None:
    """Return what is known after one more answer; numbers it lacks stay as they were.

    Some writes are answered with the minute only, and many answers have nothing.
    """
    seen = parse_rate_limit(headers.get("x-rate-limit"))
    if before is None or seen is None:
        return seen or before
    values = {**before.values, **seen.values}
    return RateLimit(values) if len(values) <= _MOST else seen


def retry_after(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Return the seconds `Retry-After` asks to wait, None when it is absent or unreadable.

    It holds seconds or an HTTP date. A date is read against the answer's own `Date`, so that a
    wrong local clock does no harm, and against `now` (seconds since the epoch) without one.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until = _timestamp(text)
    since = _timestamp(headers.get("date", "")) or now
    return None if until is None or since is None else max(0.0, until - since)


def _timestamp(text: str) -> float | None:
    """Return an HTTP date as seconds since the epoch."""
    try:
        moment = parsedate_to_datetime(text[:_LONGEST_DATE])
        # "-0000" and a missing zone read as naive; HTTP dates are always UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    # The parser of the standard library stumbles over some texts in other ways than it says.
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
