from __future__ import annotations

import time

import pytest

from app_store_connect._runtime.messages.rate_limit import (
    RateLimit,
    latest_rate_limit,
    parse_rate_limit,
    retry_after,
)
from app_store_connect._runtime.messages.response import Headers
from support.copies import copies


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("user-hour-lim:3500;user-hour-rem:500;", (3500, 500, None, None)),
        ("user-minute-lim:250;user-minute-rem:244;", (None, None, 250, 244)),
        (
            "user-hour-lim:3600;user-hour-rem:3598;, user-minute-lim:150;user-minute-rem:149;",
            (3600, 3598, 150, 149),
        ),
        ("user-hour-lim:3600;user-hour-rem:-1", (3600, -1, None, None)),
        ("  User-Hour-Lim : 3600 ; user-hour-rem : 7", (3600, 7, None, None)),
        ("user-hour-lim:;user-hour-rem:12;", (None, 12, None, None)),
        ("user-hour-lim;user-hour-rem:many;user-minute-rem:1", (None, None, None, 1)),
        (f"user-hour-lim:{'9' * 5000};user-hour-rem:3", (None, 3, None, None)),
    ],
)
def test_every_spelling_of_the_header_is_read(
    header: str, expected: tuple[int | None, ...]
) -> None:
    limit = parse_rate_limit(header)
    assert limit is not None
    told = (limit.hour_limit, limit.hour_remaining, limit.minute_limit, limit.minute_remaining)
    assert told == expected


@pytest.mark.parametrize("header", [None, "", " ; , ", "no numbers here", "user-hour-lim:x", ":5"])
def test_no_number_is_no_limit(header: str | None) -> None:
    assert parse_rate_limit(header) is None


def test_numbers_nobody_knows_yet_are_kept_under_their_names() -> None:
    limit = parse_rate_limit("team-day-lim:9;user-hour-rem:1")
    assert limit == RateLimit({"team-day-lim": 9, "user-hour-rem": 1})
    assert copies(limit) == (limit, limit, limit)


def test_the_latest_number_counts_and_an_untold_one_stays() -> None:
    limit = None
    for header in (
        "user-hour-lim:3600;user-hour-rem:5",
        "user-minute-rem:9",
        "",
        "user-hour-rem:8",
    ):
        limit = latest_rate_limit(limit, Headers([("X-Rate-Limit", header)]))
    assert limit is not None
    # It rose, as it does when several gateways count.
    assert (limit.hour_limit, limit.hour_remaining, limit.minute_remaining) == (3600, 8, 9)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:28:30 -0000", 30.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Wed, 99 Oct 2026 07:00:00 GMT", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    now = 1792567680.0  # 2026-10-21 07:28:00 UTC
    assert retry_after(Headers([("Retry-After", value)]), now=now) == seconds


def test_a_date_to_retry_after_is_read_by_the_servers_clock() -> None:
    headers = Headers(
        [
            ("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT"),
            ("date", "Wed, 21 Oct 2026 07:28:10 GMT"),
        ]
    )
    assert retry_after(headers, now=0) == 20.0
    assert retry_after(headers) == 20.0


def test_a_date_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        headers = Headers([("retry-after", "Wed, 21 Oct 2026 07:28:30")])
        assert retry_after(headers, now=1792567680.0) == 30.0
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_needs_a_clock() -> None:
    headers = Headers([("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT")])
    assert retry_after(headers) is None
    assert retry_after(Headers()) is None
