"""Collections over many pages, in both flavours."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import (
    NoResultError,
    NotFoundError,
    PagingError,
    TooManyResultsError,
    UnsafeUrlError,
)
from support import keys
from support.api_server import Answer, ApiServer
from support.clients import FLAVOURS, handled, listed, opened, server, settled
from support.documents import document, resource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app_store_connect._runtime.jsonapi.document import Document
    from support.api_server import Received


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["as you go", "ahead"])
def pace(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def paced(pager: Any, pace: str) -> Any:
    return pager.prefetch() if pace == "ahead" else pager


def apps(*names: str) -> list[dict[str, Any]]:
    return [resource("apps", name, {"name": name}) for name in names]


async def collect(pager: Any, found: list[str]) -> None:
    """Add the id of each item as it comes, so that it is known what came before an error."""
    if hasattr(pager, "__aiter__"):
        async for item in pager:
            found.append(item.id)  # noqa: PERF401 - one by one is the point
    else:
        for item in pager:
            found.append(item.id)  # noqa: PERF401


async def seen(api: ApiServer, count: int) -> None:
    """Wait until the server got so many requests."""
    deadline = time.monotonic() + 10
    while len(api.requests) < count and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


def play(flavour: str, api: ApiServer, scene: Callable[[Any], Awaitable[None]]) -> None:
    async def main() -> None:
        async with opened(flavour, api) as asc:
            await scene(asc)
            assert [
                task for task in asyncio.all_tasks() if task is not asyncio.current_task()
            ] == []

    asyncio.run(main())
    assert not [item.name for item in threading.enumerate() if item.name.startswith("prefetch")]


def paging(pages: list[list[str]], *, delay: float = 0.0) -> Callable[[Received], Answer]:
    """Pages that lead to each other by relative addresses, never to be asked twice for one."""

    def answer(request: Received) -> Answer:
        number = int(dict(request.query).get("cursor", "0"))
        following = f"/v1/apps?cursor={number + 1}&limit=2" if number + 1 < len(pages) else None
        total = sum(map(len, pages))
        body = document(apps(*pages[number]), following=following, total=total)
        return Answer(json=body, delay=delay)

    return answer


def test_items_and_pages(flavour: str, pace: str) -> None:
    async def scene(asc: Any) -> None:
        pager = paced(asc.apps.list(limit=2), pace)
        assert [app.id for app in await listed(pager)] == ["a", "b", "c", "d"]
        assert [app.id for app in await settled(pager.all())] == ["a", "b", "c", "d"]
        pages = await listed(pager.pages())
        assert [[app.id for app in page.items] for page in pages] == [["a", "b"], [], ["c", "d"]]
        assert {page.total for page in pages} == {4}
        assert await settled(pager.total) == 4
        assert (await settled(pager.first())).id == "a"

    with handled(paging([["a", "b"], [], ["c", "d"]])) as api:
        play(flavour, api, scene)


def test_a_collection_of_nothing(flavour: str, pace: str) -> None:
    async def scene(asc: Any) -> None:
        pager = paced(asc.apps.list(), pace)
        assert await listed(pager) == []
        assert await settled(pager.first()) is None
        assert await settled(pager.total) == 0
        with pytest.raises(NoResultError, match=r"GET /v1/apps> found nothing$"):
            await settled(pager.one())
        asked = paced(asc.apps.list(bundle_id="com.example", sku=["a", "b"], limit=3), pace)
        with pytest.raises(NoResultError, match=r"with filter\[bundleId\]=com.example, filter\["):
            await settled(asked.one())

    with handled(paging([[]])) as api:
        play(flavour, api, scene)


@pytest.mark.parametrize("pages", [[["a", "b"]], [["a"], ["b"]], [[], ["a"], [], ["b"]]])
def test_only_one(flavour: str, pace: str, pages: list[list[str]]) -> None:
    async def scene(asc: Any) -> None:
        with pytest.raises(TooManyResultsError):
            await settled(paced(asc.apps.list(), pace).one())

    with handled(paging(pages)) as api:
        play(flavour, api, scene)

    async def only(asc: Any) -> None:
        assert (await settled(paced(asc.apps.list(), pace).one())).id == "a"

    with handled(paging([page for page in pages if "b" not in page] or [["a"]])) as api:
        play(flavour, api, only)


def test_two_are_enough_to_know_that_there_is_not_only_one(flavour: str, pace: str) -> None:
    async def scene(asc: Any) -> None:
        with pytest.raises(TooManyResultsError):
            await settled(paced(asc.apps.list(), pace).one())
        # Who prefetches has one page more in flight.
        assert len(api.requests) <= (3 if pace == "ahead" else 2)

    with handled(paging([["a"], ["b"], ["c"], ["d"], ["e"]])) as api:
        play(flavour, api, scene)


def test_nothing_is_fetched_before_or_beyond_what_is_needed(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        pager = asc.apps.list()
        assert len(api.requests) == 0
        if flavour == "sync":
            iterator = iter(pager)
            assert (next(iterator).id, next(iterator).id) == ("a", "b")
            iterator.close()
        else:
            items = aiter(pager)
            assert ((await anext(items)).id, (await anext(items)).id) == ("a", "b")
            await items.aclose()
        assert len(api.requests) == 1
        assert (await settled(pager.first())).id == "a"
        assert len(api.requests) == 2

    with handled(paging([["a", "b"], ["c"]])) as api:
        play(flavour, api, scene)


def test_the_first_item_may_be_on_a_later_page(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        assert (await settled(asc.apps.list().first())).id == "a"

    with handled(paging([[], ["a"]])) as api:
        play(flavour, api, scene)
    # No small page is followed to the next one.
    assert [dict(x.query).get("limit") for x in api.requests[:2]] == ["1", "200"]


def test_prefetching_fetches_one_page_ahead_and_no_more(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        pages = asc.apps.list().prefetch().pages()
        first = next(pages) if flavour == "sync" else await anext(pages)
        assert first.items[0].id == "a"
        await seen(api, 2)
        await asyncio.sleep(0.05)
        assert len(api.requests) == 2
        if flavour == "sync":
            pages.close()
        else:
            await pages.aclose()
        assert len(api.requests) == 2

    with handled(paging([["a"], ["b"], ["c"]])) as api:
        play(flavour, api, scene)


def test_leaving_a_prefetching_loop_leaves_nothing_behind(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        pager = asc.apps.list().prefetch()
        if flavour == "sync":
            for _ in pager:
                break
        else:
            async for _ in pager:
                await asyncio.sleep(0.02)
                break
            await asyncio.sleep(0.02)

    with handled(paging([["a"], ["b"]], delay=0.1)) as api:
        play(flavour, api, scene)


def test_cancelling_a_prefetching_task_cancels_the_request_in_flight() -> None:
    async def scene(asc: Any) -> None:
        async def read() -> None:
            async for _ in asc.apps.list().prefetch():
                pass

        task = asyncio.create_task(read())
        await seen(api, 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    def slow_second(request: Received) -> Answer:
        return paging([["a"], ["b"]], delay=0.5 if request.query else 0.0)(request)

    with handled(slow_second) as api:
        play("async", api, scene)


def test_an_error_comes_after_the_items_before_it(flavour: str, pace: str) -> None:
    async def scene(asc: Any) -> None:
        found: list[str] = []
        with pytest.raises(NotFoundError):
            await collect(paced(asc.apps.list(), pace), found)
        assert found == ["a"]

    errors = Answer(404, json={"errors": [{"code": "NOT_FOUND"}]})
    with server(document(apps("a"), following="/v1/apps?cursor=x"), errors) as api:
        play(flavour, api, scene)


@pytest.mark.parametrize(
    "link",
    [
        "{origin}/v1/apps?cursor=AQ%3D%3D&limit=2&filter%5Bname%5D=A%2CB",
        "/v1/apps?cursor=AQ%3D%3D&limit=2&filter%5Bname%5D=A%2CB",
        "\n {origin}/v1/apps?cursor=AQ%3D%3D&limit=2&filter%5Bname%5D=A%2CB\t",
        {"href": "{origin}/v1/apps?cursor=AQ%3D%3D&limit=2&filter%5Bname%5D=A%2CB", "meta": {}},
        ["/v1/apps?cursor=AQ%3D%3D&limit=2&filter%5Bname%5D=A%2CB"],
    ],
)
def test_the_next_page_is_where_the_api_says(flavour: str, pace: str, link: Any) -> None:
    def answer(request: Received) -> Answer:
        if "cursor" in dict(request.query):
            return Answer(json=document(apps("b")))
        if isinstance(link, dict):
            return Answer(
                json=document(apps("a"), following={"href": link["href"].format(origin=api.url)})
            )
        if isinstance(link, list):
            return Answer(json=document(apps("a"), following=link))
        return Answer(json=document(apps("a"), following=link.format(origin=api.url)))

    async def scene(asc: Any) -> None:
        found = await listed(paced(asc.apps.list(name=["A", "B"], limit=2), pace))
        assert [app.id for app in found] == ["a", "b"]

    with handled(answer) as api:
        play(flavour, api, scene)
    first, second = (request.target for request in api.requests)
    assert first == "/v1/apps?filter%5Bname%5D=A,B&limit=2"
    assert second == "/v1/apps?cursor=AQ%3D%3D&limit=2&filter%5Bname%5D=A%2CB"


@pytest.mark.parametrize("link", [None, "", "  ", {}, {"href": None}, False, []])
def test_no_next_page(flavour: str, link: Any) -> None:
    body = document(apps("a"))
    body["links"]["next"] = link

    async def scene(asc: Any) -> None:
        assert len(await listed(asc.apps.list())) == 1

    with server(body) as api:
        play(flavour, api, scene)


@pytest.mark.parametrize("link", [5, True, ["/v1/a", "/v1/b"], {"href": {"next": "/v1/a"}}])
def test_a_next_page_that_cannot_be_read_does_not_pass_for_the_end(
    flavour: str, pace: str, link: Any
) -> None:
    body = document(apps("a"))
    body["links"]["next"] = link

    async def scene(asc: Any) -> None:
        with pytest.raises(PagingError, match="this page is not the last one"):
            await listed(paced(asc.apps.list(), pace))

    with server(body) as api:
        play(flavour, api, scene)


@pytest.mark.parametrize(
    ("links", "read"),
    [
        (["/v1/apps?limit=2&filter%5Bname%5D=A"], 1),
        (["/v1/apps?cursor=1", "/v1/apps?cursor=1"], 2),
        (["/v1/apps?cursor=1&limit=2", "/v1/apps?cursor=2", "/v1/apps?limit=2&cursor=%31"], 3),
    ],
)
def test_pages_in_a_circle(flavour: str, pace: str, links: list[str], read: int) -> None:
    found: list[str] = []

    async def scene(asc: Any) -> None:
        pager = paced(asc.apps.list(name="A", limit=2), pace)
        with pytest.raises(PagingError, match="/v1/apps run in a circle"):
            await collect(pager, found)

    pages = [document(apps(str(n)), following=link) for n, link in enumerate(links)]
    with server(*pages) as api:
        play(flavour, api, scene)
    assert len(api.requests) == read
    assert found == [str(n) for n in range(read)]


@pytest.mark.parametrize(
    "link",
    ["{foreign}/v1/apps?cursor=1", "//evil.example/v1/apps?cursor=1", "apps?cursor=1", "http://["],
)
def test_no_page_of_another_origin(flavour: str, pace: str, link: str) -> None:
    async def scene(asc: Any) -> None:
        with pytest.raises(UnsafeUrlError):
            await listed(paced(asc.apps.list(), pace))

    with ApiServer([], bearer_forbidden=True) as foreign:
        with server(document(apps("a"), following=link.format(foreign=foreign.url))) as api:
            play(flavour, api, scene)
        assert foreign.requests == []
    assert len(api.requests) == 1


def test_every_page_is_asked_for_with_a_token(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        await listed(asc.apps.list())

    with handled(paging([["a"], ["b"], ["c"]])) as api:
        play(flavour, api, scene)
    assert [request.claims(keys.public_key())["iss"] for request in api.requests] == [
        keys.ISSUER_ID
    ] * 3


def test_ten_thousand_items_in_the_memory_of_a_few_pages(flavour: str, pace: str) -> None:
    names = [[f"{page}-{item}" * 4 for item in range(200)] for page in range(50)]
    nexts = [f"/v1/apps?cursor={number}" for number in range(1, 50)]
    pages = zip(names, [*nexts, None], strict=True)
    bodies = [json.dumps(document(apps(*page), following=link)).encode() for page, link in pages]

    def answer(request: Received) -> Answer:
        return Answer(body=bodies[int(dict(request.query).get("cursor", "0"))])

    async def scene(asc: Any) -> None:
        count, alive = 0, weakref.WeakSet["Document"]()
        pages = paced(asc.apps.list(limit=200), pace).pages()
        while True:
            page = next(pages, None) if flavour == "sync" else await anext(pages, None)
            if page is None:
                break
            alive.add(page.document)
            assert len(alive) <= 3
            count += len({app.name for app in page.items})
        assert count == 10_000

    with handled(answer) as api:
        play(flavour, api, scene)
