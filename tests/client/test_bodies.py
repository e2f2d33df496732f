"""Request bodies: what keywords become on the wire, and what is refused before it is sent."""

from __future__ import annotations

import asyncio
import codecs
import dataclasses
from collections.abc import Callable, Generator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import pytest

from app_store_connect import UNSET, Client, Ref
from app_store_connect.models import (
    App,
    AppClipAdvancedExperiencePlace,
    AppEventTerritorySchedules,
    AppPriceV2InlineCreate,
    Build,
    CertificateType,
    TerritoryInlineCreate,
)
from support.api_server import Answer
from support.clients import FLAVOURS, handled, opened, settled, talking
from support.documents import document, resource

GROUP = document(resource("betaGroups", "g1"))


def sent(call: Callable[[Client], object], answer: Any = GROUP) -> Any:
    """The body that a call sends."""
    with talking(answer) as (asc, api):
        call(asc)
    (request,) = api.requests
    assert request.headers["content-type"] == "application/json"
    return request.json()


def refused(kind: type[Exception], match: str, call: Callable[[Client], object]) -> None:
    with talking() as (asc, api), pytest.raises(kind, match=match):
        call(asc)
    assert api.requests == []


def test_unset_is_left_out_and_none_is_null() -> None:
    body = sent(
        lambda asc: asc.beta_groups.update(
            "g1", name=UNSET, public_link_limit=None, feedback_enabled=False
        )
    )
    assert body == {
        "data": {
            "type": "betaGroups",
            "id": "g1",
            "attributes": {"publicLinkLimit": None, "feedbackEnabled": False},
        }
    }
    assert sent(lambda asc: asc.beta_groups.update("g1")) == {
        "data": {"type": "betaGroups", "id": "g1"}
    }


@pytest.mark.parametrize("app", ["a1", Ref("apps", "a1"), App(id="a1", name="Mine")])
def test_a_relationship_takes_an_id_a_reference_or_a_resource(app: Any) -> None:
    body = sent(lambda asc: asc.beta_groups.create(name="QA", app=app))
    assert body["data"]["relationships"] == {"app": {"data": {"type": "apps", "id": "a1"}}}


BUILDS = [{"type": "builds", "id": "b1"}, {"type": "builds", "id": "b2"}]


@pytest.mark.parametrize(
    ("builds", "data"),
    [
        ("b1", BUILDS[:1]),
        (Build(id="b1"), BUILDS[:1]),
        (["b1", Ref("builds", "b2")], BUILDS),
        ((build for build in (Build(id="b1"), Build(id="b2"))), BUILDS),
        ([], []),
    ],
)
def test_a_relationship_to_many_takes_one_or_several(builds: Any, data: Any) -> None:
    body = sent(lambda asc: asc.beta_groups.create(name="QA", app="a1", builds=builds))
    assert body["data"]["relationships"]["builds"] == {"data": data}


def test_pagers_and_what_was_included_go_where_several_go() -> None:
    groups = {"data": [{"type": "betaGroups", "id": "g1"}]}
    build = resource("builds", "b1", {}, betaGroups=groups)
    pages: list[Any] = [
        document(build, resource("betaGroups", "g1")),
        document([build]),
        Answer(204),
        Answer(204),
    ]
    with talking(*pages) as (asc, api):
        found = asc.builds.get("b1", include="betaGroups")
        asc.beta_groups.add_builds("g1", asc.builds.list())
        asc.builds.add_beta_groups(found, found.beta_groups)
    assert [request.json()["data"] for request in api.requests[2:]] == [BUILDS[:1], groups["data"]]


def test_linkages() -> None:
    version = "/v1/appStoreVersions/v1/relationships/build"
    with talking(*[Answer(204)] * 4) as (asc, api):
        asc.app_store_versions.set_build("v1", Build(id="b1"))
        asc.app_store_versions.set_build("v1", None)
        asc.beta_groups.remove_builds("g1", "b1")
        asc.beta_groups.remove_builds("g1", [])
    assert [request.path for request in api.requests[:2]] == [version, version]
    assert [request.json() for request in api.requests] == [
        {"data": BUILDS[0]},
        {"data": None},
        {"data": BUILDS[:1]},
        {"data": []},
    ]
    assert [request.method for request in api.requests] == ["PATCH", "PATCH", "DELETE", "DELETE"]


@pytest.mark.parametrize(
    ("app", "kind", "match"),
    [
        (Build(id="b1"), TypeError, r"app: expected one of the apps, not of the builds \('b1'\)"),
        (Ref("builds", "b1"), TypeError, "not of the builds"),
        (["a1"], TypeError, "app takes one apps, not several"),
        (7.5, TypeError, "app: expected an id of one of the apps as text, or a resource, not a fl"),
        (True, TypeError, "not a bool"),
        ("", ValueError, "app: an id of one of the apps is empty"),
        (App(name="new"), ValueError, "is empty"),
        (TerritoryInlineCreate(), TypeError, "expected one of the apps, not territories"),
    ],
)
def test_a_relationship_refuses_what_it_cannot_be(
    app: Any, kind: type[Exception], match: str
) -> None:
    refused(kind, match, lambda asc: asc.beta_groups.create(name="QA", app=app))


def test_a_number_is_the_id_that_it_spells() -> None:
    with talking({"data": None}, Answer(204)) as (asc, api):
        asc.builds.get_app(1234567890)  # type: ignore[arg-type]
        asc.beta_groups.add_builds(7, [8, "9"])  # type: ignore[arg-type, list-item]
    assert [request.path for request in api.requests] == [
        "/v1/builds/1234567890/app",
        "/v1/betaGroups/7/relationships/builds",
    ]
    assert api.requests[1].json() == {"data": [{"type": "builds", "id": x} for x in ("8", "9")]}


def test_a_relationship_to_many_refuses_what_it_cannot_be() -> None:
    wrong: Any = [Build(id="b1"), App(id="a1")]
    refused(TypeError, "not of the apps", lambda asc: asc.beta_groups.add_builds("g1", wrong))
    inline: Any = AppPriceV2InlineCreate()
    refused(TypeError, "exist already", lambda asc: asc.beta_groups.add_builds("g1", inline))


# Inline creation


def test_resources_created_along() -> None:
    territory = TerritoryInlineCreate()
    prices = [
        AppPriceV2InlineCreate(start_date=None, app_price_point="p1"),
        AppPriceV2InlineCreate(local_id="${later}", start_date=date(2030, 1, 2), extra={"flag": 1}),
    ]
    body = sent(
        lambda asc: asc.app_price_schedules.create(
            app="a1",
            base_territory=territory,
            manual_prices=[*prices, prices[0], "${later}"],
            included=[territory, AppPriceV2InlineCreate(local_id="spare")],
        ),
        document(resource("appPriceSchedules", "s1")),
    )
    relationships = body["data"]["relationships"]
    names = [item["id"] for item in relationships["manualPrices"]["data"]]
    assert names == [names[0], "${later}", names[0], "${later}"]
    assert relationships["baseTerritory"]["data"]["type"] == "territories"
    point = {"appPricePoint": {"data": {"type": "appPricePoints", "id": "p1"}}}
    assert body["included"] == [
        relationships["baseTerritory"]["data"],
        {
            "type": "appPrices",
            "id": names[0],
            "attributes": {"startDate": None},
            "relationships": point,
        },
        {
            "type": "appPrices",
            "id": "${later}",
            "attributes": {"startDate": "2030-01-02", "flag": 1},
        },
        {"type": "appPrices", "id": "${spare}"},
    ]
    made = [item["id"] for item in body["included"]]
    assert len(set(made)) == 4
    assert all(name.startswith("${") and name.endswith("}") for name in made)


def test_resources_created_along_may_hold_each_other() -> None:
    inner = AppPriceV2InlineCreate(local_id="inner", start_date="2030-01-02")
    outer = AppPriceV2InlineCreate(extra={"follows": inner})
    inner.extra = {"followedBy": [outer]}
    body = sent(
        lambda asc: asc.app_price_schedules.create(
            app="a1", base_territory="USA", manual_prices=outer, included=[]
        ),
        document(resource("appPriceSchedules", "s1")),
    )
    by_id = {item["id"]: item for item in body["included"]}
    (outer_id,) = by_id.keys() - {"${inner}"}
    assert by_id[outer_id]["relationships"]["follows"]["data"]["id"] == "${inner}"
    assert by_id["${inner}"]["relationships"]["followedBy"]["data"] == [
        {"type": "appPrices", "id": outer_id}
    ]


def test_made_names_keep_clear_of_given_ones() -> None:
    given = AppPriceV2InlineCreate(local_id="new-appPrices-2")
    body = sent(
        lambda asc: asc.app_price_schedules.create(
            app="a1", base_territory="USA", manual_prices=[given, AppPriceV2InlineCreate()]
        ),
        document(resource("appPriceSchedules", "s1")),
    )
    assert len({item["id"] for item in body["included"]}) == 2


def test_a_local_id_names_one_resource() -> None:
    twins = [AppPriceV2InlineCreate(local_id="p"), AppPriceV2InlineCreate(local_id="${p}")]
    refused(
        ValueError,
        "two resources of one request have the local id",
        lambda asc: asc.app_price_schedules.create(
            app="a1", base_territory="USA", manual_prices=twins
        ),
    )


# Attributes


def test_what_the_spec_lacks_goes_into_extra() -> None:
    extra = {
        "hasAccessToAllBuilds": True,
        "name": "Other",
        "builds": ["b1"],
        "owner": Ref("actors", "x"),
        "others": [App(id="a2"), Ref("apps", "a3")],
        "tags": ["one", "two"],
        "none": [],
        "object": {"nested": None},
    }
    data = sent(lambda asc: asc.beta_groups.update("g1", name="QA", extra=extra))["data"]
    assert data["attributes"] == {
        "name": "Other",
        "hasAccessToAllBuilds": True,
        "builds": ["b1"],
        "tags": ["one", "two"],
        "none": [],
        "object": {"nested": None},
    }
    assert data["relationships"] == {
        "owner": {"data": {"type": "actors", "id": "x"}},
        "others": {"data": [{"type": "apps", "id": "a2"}, {"type": "apps", "id": "a3"}]},
    }
    created = sent(
        lambda asc: asc.beta_groups.create(name="QA", app="a1", extra={"builds": ["b1"]})
    )
    assert created["data"]["relationships"]["builds"] == {"data": BUILDS[:1]}


def test_a_relationship_that_may_be_null_is_cleared_by_none() -> None:
    version = document(resource("appStoreVersions", "v1"))
    data = sent(lambda asc: asc.app_store_versions.update("v1", build=None), version)["data"]
    assert data["relationships"] == {"build": {"data": None}}


def test_a_time_keeps_its_zone() -> None:
    west = timezone(timedelta(hours=-7))
    value: Any = datetime(2020, 6, 17, 12, tzinfo=west)
    data = sent(lambda asc: asc.beta_groups.update("g1", extra={"time": value}))["data"]
    assert data["attributes"] == {"time": "2020-06-17T12:00:00-07:00"}


def test_times_and_days() -> None:
    publish: Any = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    data = sent(
        lambda asc: asc.beta_groups.update("g1", extra={"time": publish, "day": date(2030, 1, 2)})
    )
    assert data["data"]["attributes"] == {"time": "2030-01-02T03:04:05Z", "day": "2030-01-02"}


NAIVE = datetime(2030, 1, 2)  # noqa: DTZ001 - what is to be refused


@pytest.mark.parametrize(
    "value",
    [
        NAIVE,
        [NAIVE],
        {"at": [{"deep": NAIVE}]},
        (NAIVE,),
        [AppClipAdvancedExperiencePlace(names=[cast("str", NAIVE)])],
    ],
)
def test_times_without_a_zone_are_refused_at_any_depth(value: Any) -> None:
    refused(
        ValueError,
        "has no time zone; add one",
        lambda asc: asc.beta_groups.update("g1", extra={"at": value}),
    )


NOON = datetime(2030, 1, 2, 12, tzinfo=UTC)
DAY = date(2030, 1, 2)
# Every place of a request in which a document declares a day or a point in time.
MISTAKEN_DATES: dict[str, tuple[str, Callable[[Client], object]]] = {
    "a day": ("start_date", lambda asc: asc.win_back_offers.update("1", start_date=NOON)),
    "a time": (
        "earliest_release_date",
        lambda asc: asc.app_store_versions.update("1", earliest_release_date=cast("Any", DAY)),
    ),
    "extra": (
        "startDate",
        lambda asc: asc.win_back_offers.update("1", extra={"startDate": NOON}),
    ),
    "an inline creation": (
        "start_date",
        lambda asc: asc.app_price_schedules.create(
            app="a", base_territory="USA", manual_prices=AppPriceV2InlineCreate(start_date=NOON)
        ),
    ),
    "an object": (
        r"territory_schedules\[0\].event_start",
        lambda asc: asc.app_events.update(
            "1", territory_schedules=[AppEventTerritorySchedules(event_start=cast("Any", DAY))]
        ),
    ),
}


@pytest.mark.parametrize("place", MISTAKEN_DATES)
def test_a_day_is_not_a_point_in_time_nor_the_other_way_round(place: str) -> None:
    name, call = MISTAKEN_DATES[place]
    refused(TypeError, f"{name}: a date(time)? (has no hour|is more than)", call)


def test_objects_are_sent_under_the_names_of_the_api() -> None:
    place = AppClipAdvancedExperiencePlace(place_id="p", home_page="https://example.com")
    answer = document(resource("appClipAdvancedExperiences", "x1"))
    call: Any = {"place": place, "action": "OPEN"}
    body = sent(lambda asc: asc.app_clip_advanced_experiences.update("x1", **call), answer)
    assert body["data"]["attributes"] == {
        "place": {"placeId": "p", "homePage": "https://example.com"},
        "action": "OPEN",
    }
    call = {"place": {"placeId": None}}
    body = sent(lambda asc: asc.app_clip_advanced_experiences.update("x1", **call), answer)
    assert body["data"]["attributes"] == {"place": {"placeId": None}}


def test_enumerations_are_sent_as_their_values() -> None:
    answer = document(resource("certificates", "c1"))
    for value in (CertificateType.IOS_DISTRIBUTION, "IOS_DISTRIBUTION"):
        kind: Any = value
        body = sent(
            lambda asc, kind=kind: asc.certificates.create(csr_content="x", certificate_type=kind),
            answer,
        )
        assert body["data"]["attributes"]["certificateType"] == "IOS_DISTRIBUTION"
    new: Any = CertificateType("BRAND_NEW")
    body = sent(lambda asc: asc.certificates.create(csr_content="x", certificate_type=new), answer)
    assert body["data"]["attributes"]["certificateType"] == "BRAND_NEW"


@dataclasses.dataclass
class Place:
    place_id: str


class Named(NamedTuple):
    place_id: str


# Every kind of value that a codec would write as something else than it means, or not name.
NOT_JSON = {
    "der": (b"0\x82\x01", TypeError, "bytes cannot be sent"),
    "view": (memoryview(b"x"), TypeError, "bytes cannot be sent"),
    "nan": (float("nan"), ValueError, "nan cannot be sent"),
    "infinite": (float("-inf"), ValueError, "-inf cannot be sent"),
    "decimal": (Decimal("4.99"), TypeError, r"a Decimal cannot be sent; pass str\(…\)"),
    "path": (Path("a"), TypeError, r"cannot be sent; pass its text, str\(path\)"),
    "dataclass": (Place("p"), TypeError, "a Place cannot be sent; pass a mapping"),
    "named tuple": (Named("p"), TypeError, "a Named cannot be sent; pass a mapping"),
    "span": (timedelta(1), TypeError, "a timedelta cannot be sent"),
    "hour": (time(1, 2), TypeError, "a time cannot be sent"),
    "complex": (1j, TypeError, "a complex cannot be sent"),
    "object": (object(), TypeError, "an object cannot be sent"),
    "half": ("a\ud83d", ValueError, "surrogate pair"),
    "half a name": ({"\ud83d": 1}, ValueError, "surrogate pair"),
    "huge": (2**64, ValueError, "pass it as text"),
    "name": ({1: 2}, TypeError, r"the names of an object are text, not an int \(1\)"),
    "unset within": ([UNSET], TypeError, "a UnsetType cannot be sent"),
}
WAYS: dict[str, Callable[[Client, Any], object]] = {
    "a keyword of a create": lambda asc, x: asc.beta_groups.create(name=x, app="a1"),
    "a keyword of an update": lambda asc, x: asc.beta_groups.update("g1", name=x),
    "extra": lambda asc, x: asc.beta_groups.update("g1", extra={"name": {"deep": [x]}}),
    "a raw body": lambda asc, x: asc.request("POST", "/v1/betaGroups", json={"data": {"name": x}}),
    "an inline creation": lambda asc, x: asc.app_price_schedules.create(
        app="a", base_territory="USA", manual_prices=AppPriceV2InlineCreate(extra={"name": x})
    ),
    "an object": lambda asc, x: asc.app_clip_advanced_experiences.update(
        "x1", place=AppClipAdvancedExperiencePlace(names=[x])
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", NOT_JSON)
def test_what_would_be_sent_as_something_else_is_refused_by_name(case: str, way: str) -> None:
    value, kind, match = NOT_JSON[case]
    refused(kind, rf"name[^:]*: .*{match}", lambda asc: WAYS[way](asc, value))


@pytest.mark.parametrize("way", WAYS)
def test_what_holds_itself_is_refused(way: str) -> None:
    circle: list[Any] = []
    circle.append(circle)
    refused(ValueError, "or holds itself", lambda asc: WAYS[way](asc, circle))


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


class Colour(Enum):
    RED = "RED"


class Level(IntEnum):
    HIGH = 3


PEM = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (PEM.encode(), PEM),
        (bytearray(PEM.encode()), PEM),
        (memoryview(PEM.encode()), PEM),
        (codecs.BOM_UTF8 + PEM.encode(), PEM),
        (Text("text"), "text"),
        (Colour.RED, "RED"),
        (Level.HIGH, 3),
        ({Colour.RED.name: Colour.RED}, {"RED": "RED"}),
        (MappingProxyType({"a": (1, 2)}), {"a": [1, 2]}),
        ({"b", "a", "c"}, ["a", "b", "c"]),
        (frozenset({3, 1, 2}), [1, 2, 3]),
        ((x for x in "ab"), ["a", "b"]),
        ({"a": 1}.keys(), ["a"]),
        (range(2), [0, 1]),
        ({"a": UNSET, "b": None}, {"b": None}),
        (2**64 - 1, 2**64 - 1),
    ],
)
@pytest.mark.parametrize("way", ["a keyword of an update", "extra", "a raw body"])
def test_what_has_one_meaning_is_sent_as_that(way: str, value: Any, wire: Any) -> None:
    if isinstance(value, Generator):
        value = list(value) if way == "extra" else ("ab"[i] for i in range(2))
    body = sent(lambda asc: WAYS[way](asc, value))["data"]
    name = body.get("attributes", body)["name"]
    assert (name["deep"][0] if way == "extra" else name) == wire


def test_a_set_of_resources_is_sent_in_order() -> None:
    ids = {f"b{number}" for number in range(20)}
    body = sent(lambda asc: asc.beta_groups.create(name="QA", app="a1", builds=ids))
    data = body["data"]["relationships"]["builds"]["data"]
    assert [item["id"] for item in data] == sorted(ids)


def test_an_id_of_half_a_character_is_refused() -> None:
    refused(ValueError, "surrogate pair", lambda asc: asc.apps.get("\ud83d"))
    refused(ValueError, "surrogate pair", lambda asc: asc.beta_groups.add_builds("g", "\ud83d"))
    refused(ValueError, "surrogate pair", lambda asc: asc.builds.list(app="\ud83d").all())


@pytest.mark.parametrize("value", [App(id="a1"), Ref("apps", "a1"), [App(id="a1")]])
def test_an_attribute_cannot_be_a_resource(value: Any) -> None:
    refused(
        TypeError,
        r"name(\[0\])?: only a relationship can be a",
        lambda asc: asc.beta_groups.create(name=value, app="a1"),
    )


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_both_flavours_send_the_same(flavour: str) -> None:
    async def main() -> None:
        async with opened(flavour, api) as asc:
            await settled(asc.beta_groups.create(name="QA", app=App(id="a1"), builds=["b1", "b2"]))

    with handled(lambda _: Answer(201, json=GROUP)) as api:
        asyncio.run(main())
    assert api.requests[0].json() == {
        "data": {
            "type": "betaGroups",
            "attributes": {"name": "QA"},
            "relationships": {
                "app": {"data": {"type": "apps", "id": "a1"}},
                "builds": {"data": BUILDS},
            },
        }
    }
