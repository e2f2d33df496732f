"""The one that is meant, in both flavours: exactly it, whatever the API's filters found as well."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import UNSET, BadRequestError, NoResultError, TooManyResultsError
from support.api_server import Answer, ApiServer
from support.clients import FLAVOURS, handled, opened, settled
from support.documents import document, resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.api_server import Received

IDS = ["com.example.trails.beta", "com.example.trails", "com.example.Trails", "org.other"]


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def app(number: int, bundle_id: str | None, **others: Any) -> dict[str, Any]:
    return resource("apps", f"a{number}", {"bundleId": bundle_id, "name": "Trails", **others})


def paged(items: list[dict[str, Any]], size: int = 1) -> Callable[[Received], Answer]:
    """Pages of so many items, whatever was asked for."""

    def answer(request: Received) -> Answer:
        start = int(dict(request.query).get("cursor", "0"))
        more = start + size < len(items)
        following = f"/v1/apps?cursor={start + size}" if more else None
        return Answer(json=document(items[start : start + size], following=following))

    return answer


def play(flavour: str, api: ApiServer, call: Callable[[Any], Any]) -> Any:
    async def main() -> Any:
        async with opened(flavour, api) as asc:
            return await settled(call(asc))

    with api:
        return asyncio.run(main())


def among(items: list[dict[str, Any]], flavour: str, call: Callable[[Any], Any]) -> Any:
    return play(flavour, handled(paged(items)), call)


APPS = [app(number, bundle_id) for number, bundle_id in enumerate(IDS)]


@pytest.mark.parametrize("ahead", [False, True])
def test_find_compares_exactly_over_all_pages(flavour: str, *, ahead: bool) -> None:
    def call(asc: Any) -> Any:
        pager = asc.apps.list(bundle_id="com.example.trails")
        return (pager.prefetch() if ahead else pager).find(bundle_id="com.example.trails")

    assert among(APPS, flavour, call).id == "a1"


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({"bundle_id": "org.other", "name": "Trails"}, "a3"),
        ({"id": "a2"}, "a2"),
        ({"content_rights_declaration": "USES_THIRD_PARTY_CONTENT"}, "a9"),
        ({"is_or_ever_was_made_for_kids": True}, "a9"),
    ],
)
def test_find_compares_any_attributes(flavour: str, attributes: dict[str, Any], found: str) -> None:
    declared = {"contentRightsDeclaration": "USES_THIRD_PARTY_CONTENT"}
    last = app(9, "x", isOrEverWasMadeForKids=True, **declared)
    items = [*APPS, last]
    assert among(items, flavour, lambda asc: asc.apps.list().find(**attributes)).id == found


def test_find_says_what_came_near(flavour: str) -> None:
    with pytest.raises(NoResultError) as caught:
        among(APPS, flavour, lambda asc: asc.apps.list().find(bundle_id="com.example.trial"))
    text = str(caught.value)
    assert "with bundle_id='com.example.trial' exactly; near it are" in text
    assert "'com.example.trails' (a1)" in text
    assert "org.other" not in text
    with pytest.raises(NoResultError, match=r"nothing with bundle_id='x'$"):
        among([], flavour, lambda asc: asc.apps.list().find(bundle_id="x"))


def test_find_refuses_two_that_are_exact(flavour: str) -> None:
    with pytest.raises(TooManyResultsError, match="more than one with name='Trails'"):
        among(APPS, flavour, lambda asc: asc.apps.list().find(name="Trails"))


def test_find_says_that_the_fields_lack_what_is_compared(flavour: str) -> None:
    with pytest.raises(NoResultError, match="none of the 1 came with it; is it left out by `fie"):
        among([app(1, None)], flavour, lambda asc: asc.apps.list().find(bundle_id="x"))


@pytest.mark.parametrize(
    ("attributes", "kind", "match"),
    [
        ({}, TypeError, "compares attributes"),
        ({"bundle_id": None}, ValueError, "bundle_id is None"),
        ({"bundle_id": UNSET}, TypeError, "bundle_id"),
        ({"bundleId": "x"}, TypeError, "App has no attribute bundleId; did you mean bundle_id"),
        ({"builds": "x"}, TypeError, "has no attribute builds"),
        ({"_document": "x"}, TypeError, "has no attribute _document"),
    ],
)
def test_find_refuses_what_compares_nothing(
    flavour: str, attributes: dict[str, Any], kind: type[Exception], match: str
) -> None:
    with pytest.raises(kind, match=match):
        among(APPS, flavour, lambda asc: asc.apps.list().find(**attributes))


def test_find_among_resources_of_any_type(flavour: str) -> None:
    found = among(APPS, flavour, lambda asc: asc.collection("/v1/news").find(bundleId="org.other"))
    assert found.id == "a3"


@pytest.mark.parametrize("wanted", ["com.example.trails", ["com.example.trails", "none"]])
def test_the_only_one_is_the_one_that_the_filter_names(flavour: str, wanted: Any) -> None:
    found = among(APPS, flavour, lambda asc: asc.apps.list(bundle_id=wanted).one())
    assert found.id == "a1"


def test_the_only_one_is_no_other_that_a_filter_finds(flavour: str) -> None:
    with pytest.raises(NoResultError, match=r"near it are 'com.example.trails.beta' \(a0\)"):
        among(APPS[:1], flavour, lambda asc: asc.apps.list(bundle_id="com.example.trails").one())


def test_several_that_a_filter_names_are_too_many(flavour: str) -> None:
    twice = [app(1, "x"), app(2, "x"), app(3, "xy")]
    with pytest.raises(TooManyResultsError, match=r"more than one with filter\[bundleId\]=x"):
        among(twice, flavour, lambda asc: asc.apps.list(bundle_id="x").one())


def test_what_did_not_come_is_not_compared(flavour: str) -> None:
    call = {"bundle_id": "com.example", "fields": {"apps": ["name"]}}
    bare = resource("apps", "a1", {"name": "Trails"})
    assert among([bare], flavour, lambda asc: asc.apps.list(**call).one()).id == "a1"
    with pytest.raises(TooManyResultsError):
        among([bare, bare], flavour, lambda asc: asc.apps.list(**call).one())


def test_filters_of_listed_values_and_of_others_are_not_compared(flavour: str) -> None:
    """The API compares these itself, and not all by what is in an attribute."""
    build = resource("builds", "b1", {"version": "7", "processingState": "NEW", "expired": True})
    call = {"processing_state": "VALID", "expired": False, "app": "a1", "version": "7"}
    found = among([build], flavour, lambda asc: asc.builds.list(**call).one())
    assert found.id == "b1"


# How large pages are


@pytest.mark.parametrize(
    ("call", "limits"),
    [
        (lambda asc: asc.apps.list(bundle_id="x").all(), ["200", None]),
        (lambda asc: asc.apps.list().prefetch().all(), ["200", None]),
        (lambda asc: asc.apps.list().find(name="b"), ["200", None]),
        (lambda asc: asc.apps.list().one(), ["200", None]),
        (lambda asc: asc.apps.list().first(), ["1"]),
        (lambda asc: asc.apps.list().total, ["1"]),
        (lambda asc: asc.apps.list(limit=7).all(), ["7", None]),
        (lambda asc: asc.apps.list(limit=7).first(), ["7"]),
        (lambda asc: asc.apps.list(extra={"limit": 9}).all(), ["9", None]),
        (lambda asc: asc.collection("/v1/apps").all(), [None, None]),
        (lambda asc: asc.collection("/v1/apps").first(), [None]),
    ],
)
def test_pages_are_as_large_as_is_needed(flavour: str, call: Any, limits: list[str | None]) -> None:
    api = handled(paged([resource("apps", name, {"name": name}) for name in "ab"]))
    with suppress(TooManyResultsError):
        play(flavour, api, call)
    assert [dict(request.query).get("limit") for request in api.requests] == limits


@pytest.mark.parametrize(
    ("call", "item"),
    [
        (lambda asc: asc.apps.list_build_ids("a1").all(), {"type": "builds", "id": "b"}),
        (
            lambda asc: asc.beta_groups.list_beta_tester_usages("g").all(),
            {"dataPoints": [], "dimensions": {}},
        ),
    ],
)
def test_pages_of_ids_and_of_figures_are_as_large(
    flavour: str, call: Any, item: dict[str, Any]
) -> None:
    api = handled(paged([item, item]))
    play(flavour, api, call)
    assert [dict(request.query).get("limit") for request in api.requests] == ["200", None]


def test_pages_are_as_large_as_the_operation_allows(flavour: str) -> None:
    point = resource("inAppPurchasePricePoints", "q")
    api = handled(paged([point]))
    play(flavour, api, lambda asc: asc.in_app_purchase_price_points.list_equalizations("p").all())
    assert [dict(request.query).get("limit") for request in api.requests] == ["8000"]


def test_csv_has_no_pages(flavour: str) -> None:
    api = handled(lambda _: Answer(body=b"id\n1\n"))
    play(flavour, api, lambda asc: asc.apps.list_app_price_points("a1").csv())
    assert [request.query for request in api.requests] == [[]]


def test_a_cursor_that_the_api_refuses_says_what_to_do(flavour: str) -> None:
    source = {"parameter": "cursor"}
    refusal = {"code": "PARAMETER_ERROR.INVALID", "detail": "'x' is no cursor", "source": source}

    def answer(request: Received) -> Answer:
        if "cursor" in dict(request.query):
            return Answer(400, json={"errors": [refusal]})
        return Answer(json=document([APPS[0]], following="/v1/apps?cursor=x"))

    with pytest.raises(BadRequestError) as caught:
        play(flavour, handled(answer), lambda asc: asc.apps.list(limit=1).all())
    assert "read the collection again from its start" in str(caught.value)
    assert "without `limit`" in str(caught.value)
