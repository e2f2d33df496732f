"""Collections whose links lead anywhere: the bearer stays, and every loop ends."""

from __future__ import annotations

import itertools
import json
import random
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_store_connect import AppStoreConnectError, PagingError, UnsafeUrlError
from support.documents import resource
from support.hostility import JUNK, Api, drained_outcome, spelled, trying

if TYPE_CHECKING:
    from collections.abc import Generator

ORIGIN = "https://api.appstoreconnect.apple.com"
APP = resource("apps", "a", {"name": "Mine"})
ELSEWHERE = [
    "https://evil.example.com/v1/apps?cursor=1",
    "//evil.example.com/v1/apps",
    f"{ORIGIN}@evil.example.com/v1/apps",
    f"{ORIGIN}.evil.example.com/v1/apps",
    f"{ORIGIN}:8443/v1/apps",
    f"{ORIGIN}:x/v1/apps",
    "https://me:pw@api.appstoreconnect.apple.com/v1/apps",
    "http://api.appstoreconnect.apple.com/v1/apps",
    *("ftp://api.appstoreconnect.apple.com/v1/apps", "file:///etc/passwd", "javascript:alert(1)"),
    *("https://api.appstoreconnect.apple.com\\@evil.example.com/", "https://[::1/", "data:,x"),
    *("https:///v1/apps", "https:evil.example.com", "v1/apps", "?cursor=x", "#", "..", "/v1/../x"),
    f"{ORIGIN}/v1/%2e%2e/x",
    f"{ORIGIN}/v1/apps\r\nAuthorization: x",
    f"{ORIGIN}/v1/apps\x1b[2J",
    f"{ORIGIN}/{'x' * 70_000}",
]


@pytest.fixture(scope="module", params=["sync", "async"])
def api(request: pytest.FixtureRequest) -> Generator[Api]:
    made = Api(request.param)
    yield made
    made.close()


def page(following: Any, *items: Any, **more: Any) -> bytes:
    return spelled({"data": list(items), "links": {"next": following}, **more})


def ids(api: Api, *, ahead: bool = False, pages: int = 300) -> Any:
    """What comes of reading a collection, or the error that it ends with."""

    def call(client: Any) -> Any:
        pager = client.apps.list()
        return pager.prefetch() if ahead else pager

    return api.outcome(call, pages)


@pytest.mark.parametrize("ahead", [False, True], ids=["as you go", "ahead"])
@pytest.mark.parametrize("link", ELSEWHERE, ids=lambda link: repr(link)[:50])
def test_no_link_takes_the_bearer_away(api: Api, link: str, *, ahead: bool) -> None:
    for given_as in (link, {"href": link}, f" {link}\t"):
        api.says(page(given_as, APP))
        error = ids(api, ahead=ahead)
        # Without a cursor it is the page that was just read.
        assert isinstance(error, UnsafeUrlError | PagingError)
        assert "pw" not in str(error)
        assert len(str(error)) < 700
        assert len(api.requests) == 1


@pytest.mark.parametrize("ahead", [False, True], ids=["as you go", "ahead"])
def test_links_of_every_kind_lead_nowhere_else(api: Api, *, ahead: bool) -> None:
    @trying(25)
    @given(
        st.text(max_size=80) | st.sampled_from(["/v1/", ORIGIN, "//", "https:", "?"]),
        st.text(max_size=20) | st.sampled_from(["@evil.example.com", ":443/v1", "/v1", "\\", "%"]),
    )
    def check(start: str, rest: str) -> None:
        api.says(json.dumps({"data": [], "links": {"next": start + rest}}).encode())
        drained_outcome(ids(api, ahead=ahead, pages=5))
        assert len(api.requests) <= 5

    check()


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:40])
def test_what_says_how_many_there_are_may_be_anything(api: Api, junk: Any) -> None:
    for more in ({"meta": {"paging": {"total": junk, "limit": junk}}}, {"meta": {"paging": junk}}):
        api.says(page(None, APP, **more))
        drained_outcome(ids(api))
    for links in (junk, {"next": junk}, {"next": {"href": junk}}):
        api.says(spelled({"data": [APP], "links": links}))
        drained_outcome(ids(api, pages=3))


@pytest.mark.parametrize("ahead", [False, True], ids=["as you go", "ahead"])
def test_pages_without_items_do_not_go_on_for_ever(api: Api, *, ahead: bool) -> None:
    cursors = itertools.count()
    api.requests.clear()
    api.answer = lambda _: httpx.Response(200, content=page(f"/v1/apps?cursor={next(cursors)}"))
    error = ids(api, ahead=ahead)
    assert isinstance(error, PagingError)
    assert "nothing on them" in str(error)
    assert len(api.requests) == 100


def test_pages_without_items_between_others_are_passed_over(api: Api) -> None:
    numbers = itertools.count(1)

    def answer(_: httpx.Request) -> httpx.Response:
        number = next(numbers)
        following = f"/v1/apps?cursor={number}" if number < 250 else None
        items = [APP] if number % 90 == 0 else []
        return httpx.Response(200, content=page(following, *items))

    api.answer = answer
    pages = ids(api)
    assert [len(one.items) for one in pages].count(1) == 2
    assert len(pages) == 250


@pytest.mark.parametrize("ahead", [False, True], ids=["as you go", "ahead"])
def test_circles_end_whatever_their_length(api: Api, *, ahead: bool) -> None:
    for length in (1, 2, 7):
        turn = itertools.cycle([f"/v1/apps?a={x}&cursor=1" for x in range(length)])
        api.requests.clear()
        api.answer = lambda _, turn=turn: httpx.Response(200, content=page(next(turn), APP))
        assert isinstance(ids(api, ahead=ahead), PagingError)
        assert len(api.requests) == length + 1


def test_a_link_of_ten_megabytes_is_refused_without_being_taken_apart(api: Api) -> None:
    for link in ("/v1/apps?" + "a&" * 5_000_000, ORIGIN + "/v1/" + "x" * 10_000_000):
        api.says(b'{"data":[{"type":"apps","id":"a"}],"links":{"next":"%s"}}' % link.encode())
        error = ids(api)
        assert isinstance(error, UnsafeUrlError)
        assert "characters" in str(error)


def test_pages_may_grow_shrink_and_change_their_kind(api: Api) -> None:
    chance = random.Random(5)  # noqa: S311 - a test
    for _ in range(40):
        number = itertools.count()

        def answer(_: httpx.Request, number: Any = number) -> httpx.Response:
            count = next(number)
            if count > 8 or chance.random() < 0.1:
                return httpx.Response(chance.choice([200, 204, 404, 500]), content=b"[]")
            items = [chance.choice([APP, None, 5, [], {"id": 1}])] * chance.choice([0, 1, 300])
            body = page(f"/v1/apps?cursor={count}", *items, meta={"paging": {"total": -count}})
            return httpx.Response(200, content=body)

        api.answer = answer
        outcome = ids(api, pages=20)
        assert isinstance(outcome, list | AppStoreConnectError)
