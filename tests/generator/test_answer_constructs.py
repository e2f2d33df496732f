"""Answers: resources and what they include, measurements, CSV, reports, JSON of Apple's own."""

from __future__ import annotations

import asyncio
import gzip
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from support import mini
from support.mini import TEXT, TIME, WHOLE, array, obj, operation, ref

if TYPE_CHECKING:
    from support.mini import Api

POINT = obj({"start": TIME, "values": obj({"crashCount": WHOLE, "ratio": mini.NUMBER})})
DIMENSIONS = obj({"testers": obj({"data": TEXT, "links": obj({"groupBy": TEXT})})})

SPEC = mini.spec(
    {
        "GET /v1/apps": operation("apps_getCollection", "AppsResponse"),
        "GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse"),
        # Two schemas share the type `prices`; what an answer includes says which of them is meant.
        "GET /v1/prices/{id}": operation("prices_getInstance", "PriceResponse"),
        "GET /v2/prices/{id}": operation("pricesV2_getInstance", "PriceV2Response"),
        "GET /v1/stores/{id}": operation("stores_getInstance", "StoreResponse"),
        "GET /v2/stores/{id}": operation("storesV2_getInstance", "StoreV2Response"),
        "GET /v1/apps/{id}/metrics/usages": operation(
            "apps_usages_getMetrics", "AppUsagesV1MetricResponse"
        ),
        "GET /v1/apps/{id}/points": operation(
            "apps_points_getToManyRelated", "PricesResponse", media={"text/csv": "csv"}
        ),
        "GET /v1/codes/{id}/values": operation(
            "codes_values_getToManyRelated", media={"text/csv": "csv"}
        ),
        "GET /v1/salesReports": operation(
            "salesReports_getCollection", media={"application/a-gzip": "gzip"}
        ),
        "GET /v1/apps/{id}/powerMetrics": operation(
            "apps_powerMetrics_getToManyRelated",
            media={"application/vnd.apple.xcode-metrics+json": "xcodeMetrics"},
        ),
    },
    mini.resource(
        "App",
        "apps",
        {"name": TEXT},
        {"price": mini.one("prices"), "stores": mini.many("stores"), "info": obj({"links": TEXT})},
        included=["Price", "StoreV2"],
    ),
    mini.resource("Price", "prices", {"amount": TEXT}),
    mini.resource("PriceV2", "prices", {"amount": WHOLE}),
    mini.resource(
        "Store", "stores", {"first": TEXT}, {"price": mini.one("prices")}, included=["Price"]
    ),
    mini.resource(
        "StoreV2", "stores", {"second": TEXT}, {"price": mini.one("prices")}, included=["PriceV2"]
    ),
    {
        "AppUsagesV1MetricResponse": mini.document(
            array(obj({"dataPoints": array(POINT), "dimensions": DIMENSIONS})), ["App"]
        ),
        "csv": TEXT,
        "gzip": {"type": "string", "format": "binary"},
        "xcodeMetrics": obj({"version": TEXT, "insights": ref("Insights")}),
        "Insights": obj({"trending": array(obj({"metric": ref("MetricKind")}))}),
        "MetricKind": mini.enum("HANG", "DISK"),
    },
)
PRICE = {"type": "prices", "id": "p1", "attributes": {"amount": 3}}
LINKED = {"price": {"data": {"type": "prices", "id": "p1"}}}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("answers"))


def test_a_resource_with_what_it_includes(api: Api) -> None:
    empty = {"data": None}
    stores = {"data": [{"type": "stores", "id": "s1"}], "meta": {"paging": {"total": 4}}}
    api.answers(
        [{"type": "apps", "id": "a1", "attributes": {"name": "A"}, "relationships": LINKED},
         {"type": "apps", "id": "a2", "relationships": {"price": empty, "stores": stores}}],
        {**PRICE, "attributes": {"amount": "3"}},
        {"type": "stores", "id": "s1", "attributes": {"second": "S"}},
    )  # fmt: skip
    first, second = api.client.apps.list().all()
    assert isinstance(first, api.model("App"))
    assert (first.id, first.name, first.price.amount) == ("a1", "A", "3")
    assert (second.price, second.stores[0].second) == (None, "S")
    assert (second.stores.truncated, second.stores.total) == (True, 4)
    with pytest.raises(api.package.NotIncludedError, match=r"include=\['stores'\]"):
        _ = first.stores


def test_a_relationship_of_links_only_cannot_be_included(api: Api) -> None:
    assert not hasattr(api.model("App"), "info")
    api.answers({"type": "apps", "id": "a", "relationships": {"info": {"links": {"self": "x"}}}})
    assert api.client.apps.get("a").relationships["info"].links == {"self": "x"}


@pytest.mark.parametrize(
    ("namespace", "model", "amount"), [("stores", "Price", "3"), ("stores_v2", "PriceV2", 3)]
)
def test_a_shared_type_is_read_as_the_answer_includes_it(
    api: Api, namespace: str, model: str, amount: object
) -> None:
    price = {**PRICE, "attributes": {"amount": amount}}
    api.answers({"type": "stores", "id": "s", "relationships": LINKED}, price)
    found = getattr(api.client, namespace).get("s").price
    assert (type(found), found.amount) == (api.model(model), amount)


@pytest.mark.parametrize(
    ("module", "model"), [("store", "Price"), ("store_v2", "PriceV2"), ("app", "Price")]
)
def test_a_shared_type_is_annotated_as_answers_include_it(
    api: Api, module: str, model: str
) -> None:
    text = api.files[f"{api.package.__name__}/models/{module}.py"]
    assert re.findall(r'price: ToOne\[(\w+)\] = ToOne\("price"\)', text) == [model]


def test_where_nothing_says_which_is_meant_it_is_the_one_that_most_answers_include(
    api: Api,
) -> None:
    """Four answers include `Price` and two `PriceV2`; none includes the first of the stores."""
    price = {"type": "prices", "id": "p1", "attributes": {"amount": "3"}}
    store = {"type": "stores", "id": "s1", "attributes": {"second": "S"}}
    api.answers([{"dataPoints": None}], price, store)
    page = next(api.client.apps.list_usages("a1").pages())
    found = [type(item) for item in page.document.included]
    assert found == [api.model("Price"), api.model("StoreV2")]


def test_a_shared_type_takes_the_ids_of_both(api: Api) -> None:
    assert api.annotations("prices.get")["resource_id*"] == "Id[Price]"
    assert api.annotations("prices_v2.get")["resource_id*"] == "Id[PriceV2]"


def test_measurements_are_rows(api: Api) -> None:
    api.answers(
        [
            {
                "dataPoints": [
                    {"start": "2030-01-02T00:00:00Z", "values": {"crashCount": 2, "ratio": 0.5}},
                    {"start": "2030-01-03", "values": {}},
                ],
                "dimensions": {"testers": {"data": "7", "links": {"groupBy": "/x"}}},
            },
            {"dataPoints": None},
        ],
        {"type": "apps", "id": "a1", "attributes": {"name": "A"}},
    )
    page = next(api.client.apps.list_usages("a1").pages())
    first, second = page.items
    assert isinstance(first, api.model("AppUsages"))
    assert [item.start for item in first.data_points] == [
        datetime(2030, 1, 2, tzinfo=UTC),
        datetime(2030, 1, 3, tzinfo=UTC),
    ]
    assert first.data_points[0].values.crash_count == 2
    assert first.dimensions.testers.links.group_by == "/x"
    assert second.data_points is None
    assert [item.name for item in page.document.included] == ["A"]


def test_a_collection_that_is_also_there_as_csv(api: Api) -> None:
    api.answers([{"type": "prices", "id": "p1"}])
    assert api.client.apps.list_points("a1").one().id == "p1"
    assert api.sent.accept == "application/json"
    api.answer = b"id,amount\n1,2\n"
    assert api.client.apps.list_points("a1").csv() == "id,amount\n1,2\n"
    assert (api.sent.accept, api.sent.path) == ("text/csv", "/v1/apps/a1/points")
    api.answer = b"id\n"
    assert asyncio.run(api.async_client.apps.list_points("a1").csv()) == "id\n"


def test_a_collection_that_is_only_there_as_csv(api: Api) -> None:
    api.answer = b"\xef\xbb\xbfcode\nABC\n"
    assert api.client.codes.list_values("c1") == "code\nABC\n"
    assert api.sent.accept == "text/csv"


@pytest.mark.parametrize("zipped", [gzip.compress(b"a\tb\n"), b"a\tb\n"], ids=["zipped", "plain"])
def test_a_report_is_unzipped(api: Api, zipped: bytes) -> None:
    api.answer = zipped
    assert api.client.sales_reports.list() == b"a\tb\n"
    assert api.sent.accept == "application/a-gzip"


def test_json_that_is_no_document_is_a_model(api: Api) -> None:
    api.answer = b'{"version": "1", "insights": {"trending": [{"metric": "HANG"}]}, "more": 1}'
    found = api.client.apps.list_power_metrics("a1")
    assert isinstance(found, api.model("XcodeMetrics"))
    assert found.insights.trending[0].metric is api.model("MetricKind").HANG
    assert api.sent.accept == "application/vnd.apple.xcode-metrics+json"
