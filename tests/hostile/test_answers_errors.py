"""Error answers and headers of every kind: an error of the package, fit for a terminal."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app_store_connect import AppStoreConnectError
from app_store_connect._runtime.http.retry import Attempts, GiveUp, Retry, RetryPolicy, decide
from app_store_connect._runtime.http.transfer import Transfer, TransferError
from app_store_connect._runtime.messages.errors import DecodeError, error_from
from app_store_connect._runtime.messages.rate_limit import (
    latest_rate_limit,
    parse_rate_limit,
    retry_after,
)
from app_store_connect._runtime.messages.response import Headers, Response, TransportFailure
from app_store_connect._runtime.messages.secret import Secret
from support.hostility import Api, check_text, damaged, mutated, trying
from support.sessions import GET, POST

NOW = 1_800_000_000.0
# A title that clears the screen, takes over the prompt and turns the line around.
OBEYED = "\x1b[2J\x1b]0;title\x07\x9b31m\u202eevil\u2066\u200b\r\nforged line\x00\x7f\u2028"
WHOLE: dict[str, Any] = {
    "errors": [
        {
            "id": "1",
            "status": "409",
            "code": "STATE_ERROR",
            "title": "A title",
            "detail": "A detail",
            "source": {"pointer": "/data", "parameter": "sort"},
            "links": {"see": "/x", "associated": {"href": "/v1/x"}},
            "meta": {"associatedErrors": {"/v1/x/": [{"code": "A", "detail": "b"}]}},
        }
    ]
}
TEXT = st.text(max_size=60)
NAMES = st.sampled_from(
    ["retry-after", "date", "x-rate-limit", "x-request-id", "content-type", "location"]
)
DATES = st.sampled_from(
    [
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        "Sat, 00 Jan 0000 00:00:00 GMT",
        "Wed, 21 Oct 2015 07:28:00 +999999",
        "Wed, 21 Oct 2015 99:99:99 GMT",
        "Wed, 21 Oct -2015 07:28:00 GMT",
        *("NaN", "-1", "1e308", "inf", "9" * 400, "\u0661", "0x10", "1,2", "+5", "0.0000001"),
    ]
)


def answer(status: int, content: bytes, lines: list[tuple[str, str]] | None = None) -> Response:
    url = "https://api.example.com/v1/apps"
    return Response(status, Headers(lines or []), content, "POST", url)


@trying(50)
@given(
    st.integers(0, 999), st.integers(0, 2**64), st.lists(st.tuples(NAMES, TEXT | DATES), max_size=5)
)
def test_any_status_body_and_headers_make_an_error_that_can_be_printed(
    status: int, seed: int, lines: list[tuple[str, str]]
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test
    content = mutated(WHOLE, chance)
    response = answer(status, content if seed % 2 else damaged(content, chance), lines)
    for error in (
        error_from(response, now=NOW),
        DecodeError(response, "x"),
        TransferError(Transfer("PUT", Secret("https://a.example.com/?a=b")), response),
    ):
        check_text(error)
    assert parse_rate_limit(response.headers.get("x-rate-limit")) is None or status >= 0
    for request in (GET, POST):
        made = decide(RetryPolicy(), request, Attempts(), response, now=NOW, random=lambda: 1.0)
        assert isinstance(made, GiveUp) or 0 <= made.after <= RetryPolicy().longest_wait


@pytest.mark.parametrize(
    "place", ["title", "detail", "code", "pointer", "path", "see", "parameter"]
)
def test_nothing_in_an_error_is_obeyed_by_a_terminal(place: str) -> None:
    error: dict[str, Any] = {"code": "A", "source": {}, "links": {}, "meta": {}}
    match place:
        case "pointer" | "parameter":
            error["source"][place] = OBEYED
        case "see":
            error["links"]["see"] = OBEYED
        case "path":
            error["meta"]["associatedErrors"] = {OBEYED: [{"code": "B"}]}
        case _:
            error[place] = OBEYED
    made = error_from(answer(409, json.dumps({"errors": [error]}).encode()))
    check_text(made)
    assert "evil" in str(made)
    assert "\nforged" not in str(made)


@pytest.mark.parametrize("header", ["x-request-id", "content-type"])
def test_nothing_in_a_header_is_obeyed_by_a_terminal(header: str) -> None:
    response = answer(500, b"text", [(header, OBEYED + "x" * 100_000)])
    for error in (error_from(response), DecodeError(response, "no JSON")):
        check_text(error)
        assert "\nforged" not in str(error)
        assert len(str(error)) < 1000


def test_nothing_a_store_says_is_obeyed_by_a_terminal() -> None:
    body = f"<Error><Code>A</Code><Message>{OBEYED}</Message></Error>".encode()
    made = TransferError(Transfer("PUT", Secret("https://a.example.com/")), answer(400, body))
    check_text(made)
    assert "evil" in str(made)


def test_a_failure_on_the_way_is_quoted_within_bounds() -> None:
    failure = TransportFailure("sent", "RemoteProtocolError " + OBEYED + "x" * 1_000_000)
    check_text(TransferError(Transfer("PUT", Secret("https://a.example.com/")), failure))


def test_an_error_of_a_million_errors_tells_some_of_them() -> None:
    many = [{"code": f"CODE_{number}", "detail": "d" * 2000} for number in range(2000)]
    error = error_from(answer(409, json.dumps({"errors": many}).encode(), [("x-request-id", "R")]))
    check_text(error)
    assert "CODE_0" in str(error)
    assert "CODE_1999" not in str(error)
    assert "and more" in str(error)
    assert str(error).endswith("request id R")
    assert len(error.errors) == 2000
    assert error.has_code("CODE_1999")


@pytest.mark.parametrize(
    "one",
    [
        b"1",
        b"[]",
        b"{}",
        b'{"meta":{"associatedErrors":{"/a":[1,1],"/b":[1]}}}',
        b'{"meta":{"associatedErrors":[{},{},{}]}}',
    ],
)
def test_an_error_remembers_no_more_errors_than_anybody_sends(one: bytes) -> None:
    """As objects they would take a hundred times the room they take on the way."""
    for body in (b"[%s]", b'{"errors":[%s]}', b'{"error":[%s]}'):
        error = error_from(answer(409, body % b",".join([one] * 50_000)))
        assert 1000 < sum(1 for item in error.errors for _ in item.walk()) <= 10_000


@trying(150)
@given(DATES | TEXT, DATES | TEXT)
@example("Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359")
def test_what_the_api_asks_to_wait_is_no_less_than_nothing(asked: str, date: str) -> None:
    for headers in ({"retry-after": asked}, {"retry-after": asked, "date": date}):
        seconds = retry_after(headers, now=NOW)
        assert seconds is None or 0 <= seconds < 1e16


@pytest.mark.parametrize(
    "asked", ["3155760000", "Fri, 31 Dec 9999 23:59:59 GMT", "999999999999999"]
)
@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_nobody_waits_a_hundred_years(flavour: str, asked: str) -> None:
    """Were it to wait, the test would hang: this client sleeps for real."""
    api = Api(flavour, policy=RetryPolicy())
    for status in (429, 503):
        api.says(b"", status, **{"retry-after": asked})
        error = api.outcome(lambda client: client.apps.get("a"))
        assert isinstance(error, AppStoreConnectError)
        assert len(api.requests) == 1
    api.close()


HEADER = st.lists(
    st.sampled_from(
        [
            *("user-hour-lim", "user-hour-rem", ":", ";", ",", "-", "3600", "9" * 400, " ", "\t"),
            *("\u0663", "\x00", "1e5", "NaN", ":-5", ":+5", "1_0", "0x5"),
        ]
    ),
    max_size=12,
).map("".join)


@trying(150)
@given(HEADER | TEXT)
def test_a_rate_limit_is_numbers_or_nothing(header: str) -> None:
    found = parse_rate_limit(header)
    if found is not None:
        for number in (*found.values.values(), found.hour_limit or 0, found.hour_remaining or 0):
            assert abs(number) < 10**15


def test_a_rate_limit_does_not_grow_with_every_answer() -> None:
    known = None
    for number in range(1000):
        header = ";".join(f"name-{number}-{index}:1" for index in range(100))
        known = latest_rate_limit(known, {"x-rate-limit": header})
        assert known is not None
        assert len(known.values) <= 100
    assert f"name-{number}-0" in known.values


LOCATIONS = st.sampled_from(
    [
        *(
            "http://[",
            "//[::1",
            "https://evil.example.com/",
            "//evil.example.com/v1",
            "/v1/x",
            "?a",
        ),
        *("https://api.appstoreconnect.apple.com@evil.example.com/", "https://\\evil", "file:///x"),
        *("https://api.appstoreconnect.apple.com:99999/", "javascript:1", "../../..", "?a", ""),
        *("https://api.appstoreconnect.apple.com:8443/v1", "http://api.appstoreconnect.apple.com/"),
        *("/" * 70_000, "https://xn--a/", "https://a..b/", "https://\u0130/", "#x", "http:", "::"),
    ]
)


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_no_redirect_takes_the_bearer_away(flavour: str) -> None:
    api = Api(flavour)

    @trying(30)
    @given(LOCATIONS | TEXT, st.sampled_from([300, 301, 302, 303, 304, 307, 308]))
    def check(location: str, status: int) -> None:
        api.says(b"", status, location=location)
        for call in (
            lambda client: client.apps.get("a"),
            lambda client: client.apps.update("a", bundle_id="b"),
        ):
            assert isinstance(api.outcome(call), AppStoreConnectError)
            assert len(api.requests) <= 12
        assert [request.method for request in api.requests].count("PATCH") == 1

    check()
    api.close()


def test_a_retry_is_one_of_few_kinds() -> None:
    """What an answer asks for is never waited for longer than the policy allows."""
    made = decide(
        RetryPolicy(longest_wait=5),
        GET,
        Attempts(),
        answer(503, b"", [("retry-after", "5.000000001")]),
        now=NOW,
        random=lambda: 1.0,
    )
    assert made == GiveUp()
    assert isinstance(
        decide(RetryPolicy(), GET, Attempts(), answer(503, b""), now=NOW, random=lambda: 1.0), Retry
    )
