"""Analytics, sales and finance reports as time passes, read with the client's own readers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from app_store_connect import ApiError, NotFoundError
from app_store_connect.reports import Reports
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.messages import Incoming

if TYPE_CHECKING:
    from app_store_connect import Client

GZIP = "application/a-gzip"
SALES = {
    "vendor_number": "80000000",
    "report_type": "SALES",
    "report_sub_type": "SUMMARY",
    "frequency": "DAILY",
}


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.t", name="Trails")


def test_analytics_are_there_a_day_or_two_after_the_request(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    request = asc.analytics_report_requests.create(app=app, access_type="ONGOING")
    assert not list(asc.analytics_report_requests.list_reports(request))
    simulator.clock.advance(days=2)
    reports = list(asc.analytics_report_requests.list_reports(request))
    assert len({x.category for x in reports}) == 5
    instances = asc.analytics_reports.list_instances(reports[0])
    assert [x.granularity for x in instances][:1] == ["DAILY"]
    simulator.clock.advance(days=3)
    days = {x.processing_date for x in asc.analytics_reports.list_instances(reports[0])}
    assert len(days) == 4


def test_a_snapshot_stays_as_it_is(simulator: Simulator, asc: Client, app: Any) -> None:
    request = asc.analytics_report_requests.create(app=app, access_type="ONE_TIME_SNAPSHOT")
    simulator.clock.advance(days=9)
    for report in asc.analytics_report_requests.list_reports(request):
        days = {x.processing_date for x in asc.analytics_reports.list_instances(report)}
        assert len(days) == 1


@pytest.mark.parametrize("code", ["STATE_ERROR", "ENTITY_ERROR"])
def test_there_is_one_request_of_an_access_type(code: str) -> None:
    simulator = Simulator(switches={"second_analytics_request": code})
    asc = simulator.client()
    app: Any = simulator.add("apps", bundle_id="com.example.t", name="Trails")
    request = asc.analytics_report_requests.create(app=app, access_type="ONGOING")
    with pytest.raises(ApiError) as caught:
        asc.analytics_report_requests.create(app=app, access_type="ONGOING")
    assert caught.value.status == 409
    assert caught.value.has_code(code)
    asc.analytics_report_requests.create(app=app, access_type="ONE_TIME_SNAPSHOT")
    asc.analytics_report_requests.delete(request)
    asc.analytics_report_requests.create(app=app, access_type="ONGOING")


def segment_url(asc: Client, app: Any) -> str:
    request = asc.apps.list_analytics_report_requests(app).one()
    report = asc.analytics_report_requests.list_reports(request).first()
    assert report is not None
    instance = asc.analytics_reports.list_instances(report).first()
    assert instance is not None
    segment = asc.analytics_report_instances.list_segments(instance).one()
    return str(segment.url)


def download(simulator: Simulator, url: str) -> int:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return simulator.answer(Incoming("GET", parts.path, "", {}, b"", origin)).status


def test_a_segments_address_is_good_for_five_minutes(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    asc.analytics_report_requests.create(app=app, access_type="ONGOING")
    simulator.clock.advance(days=2)
    url = segment_url(asc, app)
    assert download(simulator, url) == 200
    simulator.clock.advance(minutes=4)
    assert segment_url(asc, app) == url
    simulator.clock.advance(minutes=2)
    assert download(simulator, url) == 404
    again = segment_url(asc, app)
    assert again != url
    assert download(simulator, again) == 200


def test_sales_are_told_by_day(simulator: Simulator, asc: Client, app: Any) -> None:
    with Reports(asc).sales(**SALES, report_date=day(simulator, -2)) as report:
        rows = list(report)
    assert [row["Title"] for row in rows] == ["Trails"]


def day(simulator: Simulator, days: int) -> str:
    return (simulator.world.now + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize(
    ("sales", "days", "status", "said"),
    [
        ("none", -3, 404, "no sales"),
        ("some", 2, 404, "not available yet"),
        ("some", -400, 410, "no longer available"),
    ],
)
def test_why_there_is_no_report_is_told_by_the_detail(
    sales: str, days: int, status: int, said: str
) -> None:
    simulator = Simulator(switches={"sales": sales})
    query = {
        "filter[vendorNumber]": "80000000",
        "filter[reportType]": "SALES",
        "filter[reportSubType]": "SUMMARY",
        "filter[frequency]": "DAILY",
        "filter[reportDate]": day(simulator, days),
    }
    with pytest.raises(ApiError) as caught:
        simulator.client().request("GET", "/v1/salesReports", query=query, accept=GZIP)
    assert caught.value.status == status
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("frequency", "changes", "said"),
    [
        ("DAILY", {"reportDate": "2025-01"}, "YYYY-MM-DD"),
        ("DAILY", {"reportDate": "2025-02-30"}, "YYYY-MM-DD"),
        ("MONTHLY", {"reportDate": "2025-01-01"}, "YYYY-MM"),
        ("YEARLY", {"reportDate": "2025-01"}, "YYYY"),
        ("DAILY", {"version": "9_9"}, "1_1"),
    ],
)
def test_a_wrong_date_or_version_is_refused_with_the_right_form(
    asc: Client, frequency: str, changes: dict[str, str], said: str
) -> None:
    query = {
        "filter[vendorNumber]": "80000000",
        "filter[reportType]": "SALES",
        "filter[reportSubType]": "SUMMARY",
        "filter[frequency]": frequency,
        **{f"filter[{name}]": value for name, value in changes.items()},
    }
    with pytest.raises(ApiError) as caught:
        asc.request("GET", "/v1/salesReports", query=query, accept=GZIP)
    assert caught.value.status == 400
    assert caught.value.has_code("PARAMETER_ERROR.INVALID")
    assert said in str(caught.value)


def test_a_month_that_is_not_over_has_no_finances(simulator: Simulator, asc: Client) -> None:
    query = {
        "filter[vendorNumber]": "80000000",
        "filter[reportType]": "FINANCIAL",
        "filter[regionCode]": "ZZ",
    }

    def ask(month: str) -> bytes:
        asked = {**query, "filter[reportDate]": month}
        return asc.request("GET", "/v1/financeReports", query=asked, accept=GZIP).content

    assert ask("2020-01").startswith(b"\x1f\x8b")
    with pytest.raises(NotFoundError):
        ask(day(simulator, 1)[:7])
    with pytest.raises(ApiError, match="YYYY-MM"):
        ask("2020-01-01")
