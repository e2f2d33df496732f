"""What a call makes of answers that are not what the spec promises."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import DecodeError, NotFoundError, Response
from app_store_connect.models import BetaTester
from support.api_server import Answer, error
from support.clients import FLAVOURS, opened, server, settled, talking
from support.copies import copies
from support.documents import document, refs, resource

if TYPE_CHECKING:
    from collections.abc import Callable

APP = resource("apps", "a1", {"name": "Mine"})
JSON = ("Content-Type", "application/json;")


def test_an_update_without_a_body_returns_what_is_known() -> None:
    with talking(Answer(204)) as (asc, _):
        app = asc.apps.update("a/1", primary_locale="fr-FR")
        assert (app.id, app.primary_locale, app.attributes) == ("a/1", None, {})
        assert app.resource_type == "apps"
        assert app.document is not None
        assert app.document.response.is_success
        assert asc.rate_limit is None


@pytest.mark.parametrize("answer", [Answer(200), Answer(200, b" "), Answer(202)])
def test_an_update_without_an_answer_is_not_taken_for_done(answer: Answer) -> None:
    with talking(answer) as (asc, _), pytest.raises(DecodeError, match="answer to PATCH"):
        asc.apps.update("a1", primary_locale="fr-FR")


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (resource("apps", "a2", {}), "has the id 'a2', not 'a1'"),
        (resource("apps", "", {}), "has the id '', not 'a1'"),
        (resource("builds", "a1", {}), "of the type 'builds', not 'apps'"),
    ],
)
def test_another_resource_than_was_asked_for_is_an_error(
    found: dict[str, Any], reason: str, flavour: str
) -> None:
    async def main() -> None:
        async with opened(flavour, api) as asc:
            for call in (
                lambda: asc.apps.get("a1"),
                lambda: asc.apps.update("a1", primary_locale="fr-FR"),
            ):
                with pytest.raises(DecodeError, match=reason):
                    await settled(call())

    with server(document(found), document(found)) as api:
        asyncio.run(main())


LATE = {"type": "strangers", "id": "9"}


@pytest.mark.parametrize(
    ("call", "data", "reason"),
    [
        (lambda asc: asc.apps.list().all(), [APP, LATE], "'strangers', not 'apps'"),
        (
            lambda asc: asc.apps.list_build_ids("a1").all(),
            [*refs("builds", "b1", "b2")["data"], LATE],
            "'strangers', not 'builds'",
        ),
        (lambda asc: asc.builds.get_app_id("b1"), refs("apps", "1", "2")["data"], "not one"),
        (
            lambda asc: asc.builds.set_app_encryption_declaration("b1", "d1"),
            {"type": "appEncryptionDeclarations", "id": "d2"},
            "has the id 'd2', not 'd1'",
        ),
        (lambda asc: asc.apps.replace_promoted_purchases("a1", "p"), [LATE], "'promotedPurch"),
        (lambda asc: asc.beta_groups.delete("g1"), {"type": "betaGroups", "id": "g2"}, "not 'g1'"),
    ],
)
def test_another_thing_than_was_asked_for_is_an_error(
    call: Callable[[Any], object], data: object, reason: str
) -> None:
    with talking(document(data)) as (asc, _), pytest.raises(DecodeError, match=reason):
        call(asc)


@pytest.mark.parametrize(
    ("call", "data"),
    [
        (lambda asc: asc.beta_groups.add_builds("g1", "b2"), refs("builds", "b1", "b2")["data"]),
        (
            lambda asc: asc.builds.set_app_encryption_declaration("b1", "d1"),
            {"type": "appEncryptionDeclarations", "id": "D1"},
        ),
        (lambda asc: asc.beta_groups.delete("g1"), {"type": "betaGroups", "id": "g1"}),
        (lambda asc: asc.beta_groups.remove_builds("g1", "b1"), []),
    ],
)
def test_a_write_may_answer_what_it_did(call: Callable[[Any], Response], data: object) -> None:
    with talking(document(data)) as (asc, _):
        assert call(asc).is_success


def test_ids_without_a_type_are_taken_as_they_come() -> None:
    with talking(document([{"id": "b1"}]), document([{"id": "a1"}])) as (asc, _):
        assert asc.apps.list_build_ids("a1").all() == ["b1"]
        assert asc.builds.get_app_id("b1") == "a1"


def test_another_type_than_was_created_or_listed_is_an_error() -> None:
    other = document(resource("betaTesters", "g", {}))
    with talking(other, other, document([resource("builds", "b", {})])) as (asc, _):
        with pytest.raises(DecodeError, match="not 'betaGroups'"):
            asc.beta_groups.create(name="QA", app="a1")
        with pytest.raises(DecodeError, match="not 'apps'"):
            asc.builds.get_app("b")
        with pytest.raises(DecodeError, match="not 'apps'"):
            asc.apps.list().all()


@pytest.mark.parametrize("errors", [b'{"errors": [{"code": "X"}], "data": []}', b"<html>"])
@pytest.mark.parametrize(
    "call",
    [
        lambda asc: asc.apps.list().all(),
        lambda asc: asc.builds.get_app("b"),
        lambda asc: asc.beta_groups.delete("g"),
        lambda asc: asc.beta_groups.add_builds("g", "b"),
        lambda asc: asc.builds.set_app_encryption_declaration("b", "d"),
        lambda asc: asc.apps.list_perf_power_metrics("a"),
        lambda asc: asc.sales_reports.list(
            frequency="DAILY", report_type="SALES", report_sub_type="SUMMARY", vendor_number="8"
        ),
    ],
)
def test_a_success_that_holds_errors_is_not_taken_for_nothing_or_done(
    call: Callable[[Any], object], errors: bytes
) -> None:
    with talking(Answer(200, errors)) as (asc, _), pytest.raises(DecodeError, match=r"X|HTML|JSON"):
        call(asc)


def test_what_was_created_has_an_id() -> None:
    answer = document(resource("betaGroups", "", {}))
    with talking(answer) as (asc, _), pytest.raises(DecodeError, match="it has no id"):
        asc.beta_groups.create(name="QA", app="a1")


def test_the_letter_case_of_an_id_is_apples_affair() -> None:
    with talking(document(resource("apps", "ABC", {}))) as (asc, _):
        assert asc.apps.get("abc").id == "ABC"


def test_a_create_without_a_body_cannot_be_read() -> None:
    with talking(Answer(201)) as (asc, _), pytest.raises(DecodeError, match="201 answer to POST"):
        asc.beta_groups.create(name="QA", app="a1")


@pytest.mark.parametrize(
    "answer",
    [
        document(None),
        {"data": None},
        document(resource("appStoreVersions", "", {})),
        document({"type": "appStoreVersions", "id": None}),
        Answer(204),
    ],
)
def test_a_related_resource_may_not_exist(answer: Answer | dict[str, Any]) -> None:
    with talking(answer) as (asc, _):
        assert asc.builds.get_app_store_version("b1") is None


def test_a_related_resource_that_is_not_found_is_an_error() -> None:
    """Some say so with a 404, which may as well mean that there is no such build."""
    with talking(error(404, "NOT_FOUND")) as (asc, _), pytest.raises(NotFoundError):
        asc.builds.get_app_store_version("b1")


def test_a_page_may_repeat_an_id() -> None:
    with talking(document([APP, APP], total=2)) as (asc, _):
        assert [app.id for app in asc.apps.list()] == ["a1", "a1"]


def test_a_linkage_may_be_empty() -> None:
    with talking(document(None), Answer(204), document([]), {"data": None}) as (asc, _):
        assert asc.builds.get_app_id("b1") is None
        assert asc.builds.get_app_id("b1") is None
        assert asc.beta_groups.list_build_ids("g1").all() == []
        assert asc.beta_groups.list_build_ids("g1").all() == []


def test_null_where_one_resource_was_promised() -> None:
    with talking(document(None)) as (asc, _), pytest.raises(DecodeError, match="not one resource"):
        asc.apps.get("a1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>Bad gateway</html>", "not JSON"),
        (b'{"data": [{"type": "apps", "id"', "not JSON"),
        (b'{"data": [' + b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON:API document"),
        (b'"data"', "not a JSON:API document"),
        (b'{"statusCode": "ERROR"}', "it has no data"),
        (b'{"error": {"code": "X"}}', "it has no data"),
        (b'{"included": 5}', "it has no data"),
        (b'{"data": 5}', "its data is not a resource"),
    ],
)
def test_a_success_that_is_no_document(body: bytes, reason: str) -> None:
    with talking(Answer(200, body), Answer(200, body)) as (asc, _):
        for call in (lambda: asc.apps.get("a1"), lambda: asc.apps.list().all()):
            with pytest.raises(DecodeError, match=reason) as caught:
                call()
            assert "200 answer to GET /v1/apps" in str(caught.value)


def test_what_surrounds_the_data_may_be_anything() -> None:
    odd = {"data": [APP], "links": None, "meta": [], "included": None}
    changed: list[dict[str, Any]] = [
        {},
        {"links": []},
        {"meta": None},
        {"included": {}},
        {"included": [None, 5]},
    ]
    for changes in changed:
        with talking({**odd, **changes}) as (asc, _):
            (page,) = asc.apps.list().pages()
            assert [app.name for app in page.items] == ["Mine"]
            assert (page.total, page.next_url) == (None, None)
            assert page.document.included == []


def test_the_content_type_is_not_looked_at() -> None:
    body = b'{"data": {"type": "apps", "id": "a1"}}'
    with talking(Answer(200, body, headers=[JSON]), Answer(200, body)) as (asc, _):
        assert asc.apps.get("a1") == asc.apps.get("a1")


def test_ids_may_be_numbers() -> None:
    with talking(document({"type": "apps", "id": 7, "attributes": {"name": "Mine"}})) as (asc, _):
        app = asc.apps.get("7")
    assert (app.id, app.name) == ("7", "Mine")


def test_measurements() -> None:
    sent = {
        "dataPoints": [
            {"start": "2022-10-05", "end": "2022-10-06T00:00:00Z", "values": {"crashCount": None}}
        ],
        "dimensions": {"betaTesters": {"data": {"type": "betaTesters", "id": "t1"}, "links": None}},
        "type": "unheard of",
    }
    tester = resource("betaTesters", "t1", {"firstName": "Ann"})
    with talking(document([sent, sent], tester, total=2)) as (asc, _):
        (page,) = asc.beta_groups.list_beta_tester_usages("g1").pages()
    assert len(page.items) == page.total == 2
    row: Any = page.items[0]
    (point,) = row.data_points
    assert (point.start.isoformat(), point.end.day) == ("2022-10-05T00:00:00+00:00", 6)
    assert row.dimensions.beta_testers.data == {"type": "betaTesters", "id": "t1"}
    assert page.document.included == [BetaTester(id="t1")]
    assert page.document.included[0].attributes == {"firstName": "Ann"}


def test_what_is_no_resource_keeps_what_its_model_does_not_know() -> None:
    known = {"dataPoints": [{"values": {"crashCount": 1}}]}
    sent = {"new": {"a": 1}, "dataPoints": [{"values": {}, "also": 2}]}
    with talking(document([sent, known]), {"version": "4", "also": [1]}) as (asc, _):
        odd, plain = asc.beta_groups.list_beta_tester_usages("g1")
        metrics = asc.apps.list_perf_power_metrics("a1")
    for row in (odd, *copies(odd)):
        assert row == odd
        assert row.extra == row.to_dict() == sent
    assert (plain.extra, plain.to_dict()) == ({}, known)
    made = type(plain)(data_points=plain.data_points)
    assert made == plain
    assert (made.to_dict(), "_sent" in repr(plain)) == (known, False)
    assert (metrics.extra, metrics.to_dict()) == ({"also": [1]}, {"version": "4", "also": [1]})


def test_a_list_of_one_is_that_one_where_a_lone_value_is_declared() -> None:
    build = resource("builds", "b1", {})
    build["relationships"] = {"app": {"data": [{"type": "apps", "id": "a1"}]}}
    with talking(document(build, resource("apps", "a1", {"name": "Mine"}))) as (asc, _):
        app = asc.builds.get("b1", include="app").app
    assert app is not None
    assert app.name == "Mine"


def test_attributes_that_are_no_object_are_kept_as_they_were_sent() -> None:
    data = {"type": "apps", "id": "a1", "attributes": ["?"]}
    with talking(document(data)) as (asc, _):
        app = asc.apps.get("a1")
    assert (app.name, app.to_dict()["attributes"]) == (None, ["?"])


@pytest.mark.filterwarnings("error")
def test_a_lone_value_is_a_list_of_one() -> None:
    """Apple's document declares these two so, and its examples are lists."""
    value = {"value": 1.5, "subSystemLabel": "x"}
    point = {"version": "4.1.0", "percentageBreakdown": value}
    insight = {"metric": "HANGS", "referenceVersions": "4.1.0"}
    metric = {"datasets": {"points": point}}
    sent = {
        "insights": {"regressions": insight},
        "productData": {"metricCategories": {"metrics": metric}},
    }
    with talking(sent) as (asc, _):
        found = asc.apps.list_perf_power_metrics("a1")
    assert found.insights is not None
    assert [item.reference_versions for item in found.insights.regressions or ()] == [["4.1.0"]]
    (product,) = found.product_data or ()
    (category,) = product.metric_categories or ()
    (read,) = category.metrics or ()
    (dataset,) = read.datasets or ()
    (only,) = dataset.points or ()
    (share,) = only.percentage_breakdown or ()
    assert (share.value, share.sub_system_label) == (1.5, "x")


@pytest.mark.filterwarnings("error")
def test_a_lone_item_of_a_document_is_one_of_several() -> None:
    links = {"betaGroups": {"data": {"type": "betaGroups", "id": "g1"}}}
    build = {"type": "builds", "id": "b1", "relationships": links}
    group = resource("betaGroups", "g1", {"name": "QA"})
    row = {"dataPoints": {"values": {"crashCount": 3}}}
    answers = ({"data": build, "included": group}, {"data": group}, {"data": row})
    with talking(*answers) as (asc, _):
        (found,) = asc.builds.list(include=["betaGroups"])
        assert [item.name for item in found.beta_groups] == ["QA"]
        assert asc.apps.list_beta_group_ids("a1").all() == ["g1"]
        (usage,) = asc.beta_groups.list_beta_tester_usages("g1")
        assert [point.values and point.values.crash_count for point in usage.data_points or ()] == [
            3
        ]


def test_measurements_of_any_kind() -> None:
    sent = {
        "dimensions": {"gameCenterDetail": {"data": True}, "result": {"data": "NEW"}},
        "granularity": 900,
        "dataPoints": None,
    }
    with talking(document([sent])) as (asc, _):
        (row,) = asc.game_center_matchmaking_queues.list_matchmaking_requests(
            "q1", granularity="PT15M"
        )
    assert (row.granularity, row.data_points) == (900, None)
    dimensions: Any = row.dimensions
    assert dimensions.game_center_detail.data is True
    assert dimensions.result.data == "NEW"


def test_answers_that_are_no_documents() -> None:
    metrics = Answer(200, b'{"version": "1.0", "insights": null, "productData": [], "new": 1}')
    with talking(metrics, Answer(200, b"no"), Answer(200, b"[]")) as (asc, api):
        assert asc.builds.list_perf_power_metrics("b1").version == "1.0"
        with pytest.raises(DecodeError, match="not JSON"):
            asc.builds.list_perf_power_metrics("b1")
        with pytest.raises(DecodeError, match="not an object"):
            asc.builds.list_perf_power_metrics("b1")
    assert api.requests[0].headers["accept"] == "application/vnd.apple.xcode-metrics+json"


def test_reports() -> None:
    members = gzip.compress(b"Provider\t") + gzip.compress(b"SKU\n")
    bodies = [members, b"Provider\n", members[:-3], members[:20] + b"?" + members[21:]]
    with talking(*(Answer(200, body) for body in bodies)) as (asc, api):

        def report() -> bytes:
            return asc.sales_reports.list(
                vendor_number="8", report_type="SALES", report_sub_type="SUMMARY", frequency="DAILY"
            )

        assert report() == b"Provider\tSKU\n"
        assert report() == b"Provider\n"
        with pytest.raises(DecodeError, match="cut off"):
            report()
        with pytest.raises(DecodeError, match="damaged"):
            report()
    assert api.requests[0].headers["accept"] == "application/a-gzip"


def test_csv_beside_json() -> None:
    text = "id,price\n1,0.99\n"
    points = document([resource("appPricePoints", "p1", {"customerPrice": "0.99"})])
    with talking(Answer(200, "\ufeff".encode() + text.encode()), points) as (asc, api):
        pager = asc.app_price_points_v3.list_equalizations("p1", limit=8000)
        assert pager.prefetch().csv() == text
        assert [point.customer_price for point in pager] == ["0.99"]
    assert [request.headers["accept"] for request in api.requests] == [
        "text/csv",
        "application/json",
    ]
