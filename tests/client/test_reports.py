"""Sales, finance and analytics of a simulated team."""

from __future__ import annotations

import asyncio
import gzip
import logging
import tracemalloc
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import (
    AsyncClient,
    Client,
    ConflictError,
    GoneError,
    NoResultError,
    NotFoundError,
    UnsafeUrlError,
)
from app_store_connect.reports import AsyncReports, ReportError, ReportNotReadyError, Reports
from app_store_connect.simulator import Simulator
from app_store_connect.uploads import TransferError
from support.api_server import Answer, ApiServer
from support.uploading import SECRET, expired, md5

if TYPE_CHECKING:
    from app_store_connect.simulator.messages import Recorded

FLAVOURS = ["sync", "async"]
TABLE = b"SKU\tUnits\tTitle\na\t1\tx\n"
PACKED = gzip.compress(TABLE, mtime=0)


SALES, FINANCE = "salesReports_getCollection", "financeReports_getCollection"
CREATE = "analyticsReportRequests_createInstance"
# The store of segments, as the simulator has it.
STORE = "GET */given/*"


def run(
    flavour: str, simulator: Simulator, work: Any, **options: Any
) -> tuple[Any, list[Recorded]]:
    """What `work(reports)` returns in one of the flavours, and what the API was asked for it."""
    simulator.requests.clear()
    chosen = {"now": simulator.clock.now, "random": lambda: 1.0, **options}
    if flavour == "sync":
        with simulator.client() as client:
            made = work(Reports(client, sleep=simulator.clock.sleep, **chosen))
    else:

        async def main() -> Any:
            async with simulator.async_client() as client:
                return await work(AsyncReports(client, sleep=simulator.clock.asleep, **chosen))

        made = asyncio.run(main())
    return made, [request for request in simulator.requests if request.operation]


# --- sales and finance


def answering(simulator: Simulator, operation: str = SALES) -> Simulator:
    """A simulator whose reports are the table."""
    simulator.faults.add(operation, body=PACKED)
    return simulator


def sales(**more: Any) -> Any:
    return lambda reports: reports.sales(vendor_number="8", **more)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_sales_are_rows(simulator: Simulator, flavour: str) -> None:
    report, (request,) = run(flavour, answering(simulator), sales(report_date="2026-01-03"))
    with report:
        assert [(row["SKU"], row.integer("Units")) for row in report] == [("a", 1)]
    assert request.headers["accept"] == "application/a-gzip"
    assert dict(request.query) == {
        "filter[vendorNumber]": "8",
        "filter[reportType]": "SALES",
        "filter[reportSubType]": "SUMMARY",
        "filter[frequency]": "DAILY",
        "filter[reportDate]": "2026-01-03",
    }, "without a version the API gives the current one"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("frequency", "spelled"),
    [
        ("DAILY", "2025-11-20"),
        ("WEEKLY", "2025-11-20"),
        ("MONTHLY", "2025-11"),
        ("YEARLY", "2025"),
    ],
)
def test_the_date_is_spelled_as_the_frequency_wants_it(
    simulator: Simulator, flavour: str, frequency: str, spelled: str
) -> None:
    work = sales(report_date=date(2025, 11, 20), frequency=frequency, version="1_1")
    report, (request,) = run(flavour, simulator, work)
    report.close()
    query = dict(request.query)
    assert (query["filter[reportDate]"], query["filter[version]"]) == (spelled, "1_1")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_day_without_sales_is_an_empty_report(flavour: str) -> None:
    report, _ = run(flavour, Simulator(switches={"sales": "none"}), sales())
    assert list(report) == []


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"detail": "Report is not available yet."}, ReportNotReadyError),
        ({"detail": "There is no resource of type 'null'"}, NotFoundError),
        ({"detail": None}, NotFoundError),
        ({"detail": "There is no salesReports with id 8"}, NotFoundError),
        (
            {"body": b'{"errors": [{"detail": "There were no sales"}, {"detail": "No vendor"}]}'},
            NotFoundError,
        ),
        ({"detail": "No sales: the report is not available yet."}, ReportNotReadyError),
        ({"body": "html"}, NotFoundError),
        ({"status": 410, "code": "GONE", "detail": "The report is gone"}, GoneError),
    ],
)
def test_other_reasons_for_no_report_are_told_apart(
    simulator: Simulator, flavour: str, answer: dict[str, Any], expected: type[Exception]
) -> None:
    simulator.faults.add(SALES, **{"status": 404, **answer})
    with pytest.raises(expected) as caught:
        run(flavour, simulator, sales())
    if expected is ReportNotReadyError:
        assert isinstance(caught.value.__cause__, NotFoundError)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"errors": [{"code": "FORBIDDEN_ERROR", "detail": "no"}]}', "FORBIDDEN_ERROR: no came"),
        (b"<html>log in</html>", "<html>log in</html>"),
        (b"", "an empty answer"),
    ],
)
def test_an_answer_that_is_no_report_is_not_taken_for_a_day_without_sales(
    simulator: Simulator, flavour: str, body: bytes, told: str
) -> None:
    for content in (body, gzip.compress(body)):
        simulator.faults.add(SALES, body=content)
        with pytest.raises(ReportError, match=told):
            run(flavour, simulator, sales())


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("FINANCIAL", "ZZ")),
        ({"report_type": "FINANCE_DETAIL"}, ("FINANCE_DETAIL", "Z1")),
        ({"region_code": "EU"}, ("FINANCIAL", "EU")),
    ],
)
def test_finance_details_exist_for_one_region_only(
    simulator: Simulator, flavour: str, options: dict[str, str], expected: tuple[str, str]
) -> None:
    def work(reports: Any) -> Any:
        return reports.finance(vendor_number="8", fiscal_month="2025-11", **options)

    report, (request,) = run(flavour, answering(simulator, FINANCE), work)
    with report:
        assert [row["SKU"] for row in report] == ["a"]
    query = dict(request.query)
    assert (query["filter[reportType]"], query["filter[regionCode]"]) == expected
    assert query["filter[reportDate]"] == "2025-11"


# --- analytics


class Analytics:
    """An app that has analytics; what is related to what is added from the bottom up."""

    def __init__(self) -> None:
        self.simulator = found = Simulator()
        self.app: str = found.add("apps", bundle_id="com.example.trails", name="Trails").id

    def request(self, *reports: Any, stopped: bool | None = False) -> Any:
        return self.simulator.add(
            "analyticsReportRequests",
            app=self.app,
            access_type="ONGOING",
            stopped_due_to_inactivity=stopped,
            reports=reports,
        )

    def report(self, name: str, *instances: Any) -> Any:
        return self.simulator.add(
            "analyticsReports", name=name, category="COMMERCE", instances=instances
        )

    def instance(self, *segments: Any, day: str = "2026-01-03") -> Any:
        return self.simulator.add(
            "analyticsReportInstances",
            granularity="DAILY",
            processing_date=day,
            segments=segments,
        )

    def segment(self, content: bytes = PACKED, **told: Any) -> Any:
        """A file, of which the API tells this."""
        attributes = {
            "url": self.simulator.add_file(content),
            "size_in_bytes": len(content),
            "checksum": md5(content),
            **told,
        }
        return self.simulator.add("analyticsReportSegments", **attributes)

    def download(self, flavour: str, *segments: Any, **options: Any) -> Any:
        """The report that an instance with these segments is."""
        identifier = self.instance(*segments).id
        work = lambda reports: reports.download(identifier)  # noqa: E731
        return run(flavour, self.simulator, work, **options)[0]

    @property
    def fetched(self) -> list[Recorded]:
        """The requests that went to the store."""
        return [x for x in self.simulator.requests if not x.operation]


@pytest.fixture
def analytics() -> Analytics:
    return Analytics()


def posts(requests: list[Recorded]) -> int:
    return sum(request.method == "POST" for request in requests)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("there", "found", "made"),
    [
        ([False], 0, 0),
        ([None], 0, 0),
        ([True, False], 1, 0),
    ],
)
def test_a_request_that_still_runs_is_found(
    analytics: Analytics, flavour: str, there: list[bool | None], found: int, made: int
) -> None:
    ids = [analytics.request(stopped=stopped).id for stopped in there]
    identifier, requests = run(
        flavour, analytics.simulator, lambda reports: reports.analytics_request(analytics.app)
    )
    assert identifier == ids[found]
    assert posts(requests) == made


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_request_is_made_where_there_is_none(analytics: Analytics, flavour: str) -> None:
    identifier, requests = run(
        flavour, analytics.simulator, lambda reports: reports.analytics_request(analytics.app)
    )
    (made,) = analytics.simulator.world.all("analyticsReportRequests")
    assert identifier == made.id
    assert posts(requests) == 1
    assert requests[-1].body["data"]["attributes"] == {"accessType": "ONGOING"}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("fault", [{"status": 409}, {"status": 504}, {"connection": "cut"}])
def test_a_request_may_have_been_made_meanwhile(
    analytics: Analytics, flavour: str, fault: dict[str, Any]
) -> None:
    analytics.simulator.faults.add(CREATE, after_commit=True, **fault)
    identifier, requests = run(
        flavour, analytics.simulator, lambda reports: reports.analytics_request(analytics.app)
    )
    (made,) = analytics.simulator.world.all("analyticsReportRequests")
    assert identifier == made.id
    assert posts(requests) == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_request_that_has_stopped_makes_way_for_another(
    analytics: Analytics, flavour: str
) -> None:
    analytics.request(stopped=True)
    identifier, _ = run(
        flavour, analytics.simulator, lambda reports: reports.analytics_request(analytics.app)
    )
    (made,) = analytics.simulator.world.all("analyticsReportRequests")
    assert (identifier, made["stoppedDueToInactivity"]) == (made.id, False)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_request_that_is_refused_for_good(analytics: Analytics, flavour: str) -> None:
    analytics.simulator.faults.add(CREATE, status=409, times=None)
    with pytest.raises(ConflictError):
        run(flavour, analytics.simulator, lambda x: x.analytics_request(analytics.app))
    assert len(analytics.simulator.requests.of(CREATE)) == 2


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_reports_are_found_by_their_exact_name(analytics: Analytics, flavour: str) -> None:
    """The API's filter lets others through."""
    named = [analytics.report(x) for x in ("App Downloads Standard 2", "App Downloads Standard")]
    request = analytics.request(*named)

    def work(reports: Any) -> Any:
        return reports.analytics_reports(
            request.id, name="App Downloads Standard", category="COMMERCE"
        )

    found, requests = run(flavour, analytics.simulator, work)
    assert [(report.name, report.category) for report in found] == [
        ("App Downloads Standard", "COMMERCE")
    ]
    assert dict(requests[0].query)["filter[category]"] == "COMMERCE"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_instances_are_chosen_by_their_day_and_come_in_order(
    analytics: Analytics, flavour: str
) -> None:
    days = ("2026-01-02", "2026-01-01", "2026-01-03")
    second, first, third = (analytics.instance(day=day) for day in days)
    report = analytics.report("App Crashes", second, first, third)

    def work(reports: Any) -> Any:
        return reports.analytics_instances(report.id, granularity="DAILY", until=date(2026, 1, 2))

    found, requests = run(flavour, analytics.simulator, work)
    ordered = [(item.id, item.processing_date.day) for item in found]
    assert ordered == [(first.id, 1), (second.id, 2)]
    assert dict(requests[0].query)["filter[granularity]"] == "DAILY"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_segments_come_without_the_bearer_and_are_one_report(
    analytics: Analytics, flavour: str
) -> None:
    other = gzip.compress(TABLE.replace(b"a\t1", b"b\t2"))
    with analytics.download(flavour, analytics.segment(), analytics.segment(other)) as report:
        assert [(row["SKU"], row["Units"]) for row in report] == [("a", "1"), ("b", "2")]
    assert [request.headers.keys() for request in analytics.fetched] == [{"host"}] * 2


async def collected(items: Any) -> list[Any]:
    return [item async for item in items]


def whole(flavour: str, app: str, **options: Any) -> Any:
    """All that one call gives."""

    def work(reports: Any) -> Any:
        items = reports.analytics(app, "App Downloads Standard", **options)
        return list(items) if flavour == "sync" else collected(items)

    return work


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_whole_chain_in_one_call(analytics: Analytics, flavour: str) -> None:
    """As the simulator makes it: asked for once, there a day or two later."""
    simulator = analytics.simulator
    with pytest.raises(ReportNotReadyError, match="one to two days"):
        run(flavour, simulator, whole(flavour, analytics.app))
    simulator.clock.advance(days=4)
    found, requests = run(flavour, simulator, whole(flavour, analytics.app, since=date(2026, 1, 6)))
    assert [instance.processing_date.day for instance, _ in found] == [6, 7]
    for instance, report in found:
        with report:
            assert {row["Date"] for row in report} == {f"{instance.processing_date:%Y-%m-%d}"}
    assert posts(requests) == 0


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_hop_of_the_chain_comes_in_pages(analytics: Analytics, flavour: str) -> None:
    """A page has 200 of the API's at most."""
    segment = analytics.segment()
    older = [analytics.instance(day="2025-12-31") for _ in range(200)]
    wanted = analytics.report("App Downloads Standard", *older, analytics.instance(segment))
    analytics.request(*(analytics.report("App Downloads Standard 2") for _ in range(200)), wanted)
    ((_, report),), requests = run(
        flavour, analytics.simulator, whole(flavour, analytics.app, since=date(2026, 1, 1))
    )
    with report:
        assert [row["SKU"] for row in report] == ["a"]
    assert len(requests) == 6


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["App Crashes", "App Downloads Detailed"], "but App Downloads Detailed"),
        (["App Crashes", "Else"], "App Crashes"),
    ],
)
def test_a_report_that_is_not_there(
    analytics: Analytics, flavour: str, names: list[str], text: str
) -> None:
    analytics.request(*map(analytics.report, names))
    with pytest.raises(NoResultError, match=text):
        run(flavour, analytics.simulator, whole(flavour, analytics.app))


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "bad",
    [
        {"body": b"short"},
        {"body": b"x" * 99_999},
        {"body": bytes(len(PACKED))},
        {"body": "truncated"},
        {"status": 503},
        {"connection": "cut"},
    ],
)
def test_a_download_that_is_not_what_was_announced_is_repeated(
    analytics: Analytics, flavour: str, bad: dict[str, Any]
) -> None:
    analytics.simulator.faults.add(STORE, **bad)
    with analytics.download(flavour, analytics.segment()) as report:
        assert [row["SKU"] for row in report] == ["a"]
    assert len(analytics.fetched) == 2


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_large_download_is_never_in_memory(analytics: Analytics, flavour: str) -> None:
    content = bytes(40 << 20)
    key = analytics.simulator.key
    with ApiServer([Answer(body=content)], bearer_forbidden=True) as store:
        told = {"url": store.url, "size_in_bytes": len(content), "checksum": md5(content)}
        identifier = analytics.instance(analytics.segment(**told)).id
        with analytics.simulator.serve(speed=0) as url:

            async def main() -> Any:
                async with AsyncClient(key, base_url=url) as asc:
                    return await AsyncReports(asc).download(identifier)

            tracemalloc.start()
            try:
                if flavour == "sync":
                    with Client(key, base_url=url) as asc:
                        report: Any = Reports(asc).download(identifier)
                else:
                    report = asyncio.run(main())
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    report.close()
    assert peak < 8 << 20, f"{peak >> 20} MiB"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("size", [None, -1, True, "40000000", 1 << 62, [], 1.5])
@pytest.mark.filterwarnings("ignore::app_store_connect.UnreadableValueWarning")
def test_a_download_of_unknown_or_absurd_size_is_bounded(
    analytics: Analytics, flavour: str, size: Any
) -> None:
    told = {"sizeInBytes": size, "checksum": None}
    segments = "analyticsReportInstances_segments_getToManyRelated"
    analytics.simulator.faults.add(segments, content=told)
    with pytest.raises(ReportError, match=r"larger than 1000000 bytes.*largest="):
        analytics.download(flavour, analytics.segment(bytes(4 << 20)), largest=1_000_000)
    assert len(analytics.fetched) == 1, "it would be as large the next time"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_bound_is_for_all_segments_together(analytics: Analytics, flavour: str) -> None:
    segments = [analytics.segment(TABLE) for _ in range(2)]
    with pytest.raises(ReportError, match="larger than"):
        analytics.download(flavour, *segments, largest=len(TABLE) * 2 - 1)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_instance_without_files_is_not_an_empty_report(
    analytics: Analytics, flavour: str
) -> None:
    with pytest.raises(ReportNotReadyError, match="no file of the instance"):
        analytics.download(flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_download_that_stays_damaged_is_an_error(analytics: Analytics, flavour: str) -> None:
    damaged = analytics.segment(b"damaged", checksum=md5(TABLE))
    with pytest.raises(ReportError, match="arrived damaged: its md5 sum"):
        analytics.download(flavour, damaged)
    assert len(analytics.fetched) == 3


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_download_that_is_refused_or_sent_elsewhere(
    analytics: Analytics, flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = {"status": 302, "headers": {"Location": "https://example.com/"}}
    segment = analytics.segment()
    signed = analytics.segment(url=f"{segment.url}?X-Amz-Signature={SECRET}")
    for fault, text in ((away, "status 302"), (expired(), "Request has expired")):
        analytics.simulator.faults.add(STORE, **fault)
        with pytest.raises(TransferError, match=text) as caught:
            analytics.download(flavour, signed)
        assert SECRET not in str(caught.value)
    assert caught.value.is_expired
    assert SECRET not in caplog.text


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "url",
    [
        "http://reports.example.com/a",
        "https://elsewhere.example.org/a",
        "https://me:pw@reports.example.com/a",
        "file:///etc/passwd",
        None,
    ],
)
def test_unsafe_addresses_are_refused(analytics: Analytics, flavour: str, url: str | None) -> None:
    with pytest.raises(UnsafeUrlError):
        analytics.download(flavour, analytics.segment(url=url), hosts=("*.example.com",))
    assert analytics.fetched == []
