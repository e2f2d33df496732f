"""Sales, finance and analytics, against an API and a store of segments on this machine."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
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
from app_store_connect.uploads import TransferError
from support import keys
from support.api_server import DROP, Answer, ApiServer, Received, error
from support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FLAVOURS = ["sync", "async"]
TABLE = b"SKU\tUnits\tTitle\na\t1\tx\n"
SECRET = "0123456789abcdef-signature"
DAYS = {"i1": "2026-11-02", "i2": "2026-11-01", "i3": "2026-11-03"}


def run(
    flavour: str, api: Sequence[Answer] | Callable[[Received], Answer], work: Any, **options: Any
) -> tuple[Any, list[Received]]:
    """What `work(reports)` returns in one of the flavours, and what the API was asked."""
    key, clock = keys.api_key(), Clock()
    with ApiServer(api, public_key=keys.public_key()) as server:
        if flavour == "sync":
            with Client(key, base_url=server.url) as client:
                made = work(Reports(client, **clock.blocking(), **options))
                return made, server.requests

        async def main() -> Any:
            async with AsyncClient(key, base_url=server.url) as client:
                return await work(AsyncReports(client, **clock.asynchronous(), **options))

        return asyncio.run(main()), server.requests


# --- sales and finance


def zipped(content: bytes = TABLE) -> Answer:
    return Answer(200, gzip.compress(content), headers=[("Content-Type", "application/a-gzip")])


def sales(**more: Any) -> Any:
    return lambda reports: reports.sales(vendor_number="8", **more)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_sales_are_rows(flavour: str) -> None:
    report, (request,) = run(flavour, [zipped()], sales(report_date="2026-11-20"))
    with report:
        assert [(row["SKU"], row.integer("Units")) for row in report] == [("a", 1)]
    assert request.headers["accept"] == "application/a-gzip"
    assert dict(request.query) == {
        "filter[vendorNumber]": "8",
        "filter[reportType]": "SALES",
        "filter[reportSubType]": "SUMMARY",
        "filter[frequency]": "DAILY",
        "filter[reportDate]": "2026-11-20",
    }, "without a version the API gives the current one"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("frequency", "spelled"),
    [
        ("DAILY", "2026-11-20"),
        ("WEEKLY", "2026-11-20"),
        ("MONTHLY", "2026-11"),
        ("YEARLY", "2026"),
    ],
)
def test_the_date_is_spelled_as_the_frequency_wants_it(
    flavour: str, frequency: str, spelled: str
) -> None:
    work = sales(report_date=date(2026, 11, 20), frequency=frequency, version="1_3")
    report, (request,) = run(flavour, [zipped()], work)
    report.close()
    query = dict(request.query)
    assert (query["filter[reportDate]"], query["filter[version]"]) == (spelled, "1_3")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_day_without_sales_is_an_empty_report(flavour: str) -> None:
    nothing = error(404, "NOT_FOUND", detail="There were no sales for the date specified.")
    report, _ = run(flavour, [nothing], sales())
    assert list(report) == []


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(404, "NOT_FOUND", detail="Report is not available yet."), ReportNotReadyError),
        (error(404, "NOT_FOUND", detail="There is no resource of type 'null'"), NotFoundError),
        (error(404, "NOT_FOUND", detail=None), NotFoundError),
        (error(404, "NOT_FOUND", detail="There is no salesReports with id 8"), NotFoundError),
        (
            Answer(
                404,
                json={
                    "errors": [{"detail": "There were no sales"}, {"detail": "No such vendor"}],
                },
            ),
            NotFoundError,
        ),
        (
            error(404, "NOT_FOUND", detail="No sales: the report is not available yet."),
            ReportNotReadyError,
        ),
        (Answer(404, b"<html>"), NotFoundError),
        (error(410, "GONE", detail="The report is no longer available"), GoneError),
    ],
)
def test_other_reasons_for_no_report_are_told_apart(
    flavour: str, answer: Answer, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as caught:
        run(flavour, [answer], sales())
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
    flavour: str, body: bytes, told: str
) -> None:
    for content in (body, gzip.compress(body)):
        with pytest.raises(ReportError, match=told):
            run(flavour, [Answer(200, content)], sales())


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
    flavour: str, options: dict[str, str], expected: tuple[str, str]
) -> None:
    def work(reports: Any) -> Any:
        return reports.finance(vendor_number="8", fiscal_month="2026-01", **options)

    report, (request,) = run(flavour, [zipped()], work)
    with report:
        assert [row["SKU"] for row in report] == ["a"]
    query = dict(request.query)
    assert (query["filter[reportType]"], query["filter[regionCode]"]) == expected
    assert query["filter[reportDate]"] == "2026-01"


# --- analytics


class Analytics:
    """An app's analytics; `refusals` come first when a request is to be made."""

    def __init__(self, store: str = "https://example.com", **options: Any) -> None:
        self.store = store
        self.requests: list[dict[str, Any]] = options.get("requests", [self.request("r1")])
        self.names: list[str] = options.get("names", ["App Downloads", "App Downloads Standard"])
        self.refusals: list[Any] = options.get("refusals", [])
        self.appears: dict[str, Any] | None = options.get("appears")
        self.segments: dict[str, bytes] = options.get("segments", {"s1": gzip.compress(TABLE)})
        self.told: dict[str, Any] = options.get("told", {})

    @staticmethod
    def request(identifier: str, *, stopped: bool | None = False) -> dict[str, Any]:
        attributes = {"accessType": "ONGOING", "stoppedDueToInactivity": stopped}
        return {"type": "analyticsReportRequests", "id": identifier, "attributes": attributes}

    def __call__(self, request: Received) -> Answer:
        query = dict(request.query)
        match request.method, request.path.split("/")[2:]:
            case "POST", ["analyticsReportRequests"]:
                return self._make(request)
            case _, ["apps", "7", "analyticsReportRequests"]:
                assert query["filter[accessType]"] == "ONGOING"
                items = self.requests
            case _, ["analyticsReportRequests", _, "reports"]:
                wanted = query.get("filter[name]", "")
                items = [
                    {
                        "type": "analyticsReports",
                        "id": name,
                        "attributes": {"name": name, "category": "COMMERCE"},
                    }
                    for name in self.names
                    if wanted.split()[:2] == name.split()[:2] or not wanted
                ]
            case _, ["analyticsReports", _, "instances"]:
                items = [
                    {
                        "type": "analyticsReportInstances",
                        "id": key,
                        "attributes": {"granularity": "DAILY", "processingDate": day},
                    }
                    for key, day in DAYS.items()
                ]
            case _, ["analyticsReportInstances", _, "segments"]:
                items = [self._segment(key, content) for key, content in self.segments.items()]
            case _:
                raise AssertionError(request.target)
        return self._page(request, items)

    def _make(self, request: Received) -> Answer:
        data = request.json()["data"]
        assert data["attributes"] == {"accessType": "ONGOING"}
        assert data["relationships"]["app"]["data"] == {"type": "apps", "id": "7"}
        if self.appears is not None:
            self.requests.append(self.appears)
        if self.refusals:
            refusal: Answer = self.refusals.pop(0)
            return refusal
        return Answer(201, json={"data": self.request("made")})

    def _segment(self, key: str, content: bytes) -> dict[str, Any]:
        attributes = {
            "url": f"{self.store}/{key}?X-Amz-Signature={SECRET}",
            "sizeInBytes": len(content),
            "checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            **self.told,
        }
        return {"type": "analyticsReportSegments", "id": key, "attributes": attributes}

    @staticmethod
    def _page(request: Received, items: list[dict[str, Any]]) -> Answer:
        """One item a page, since all hops come in pages."""
        place = int(dict(request.query).get("cursor", "0"))
        document: dict[str, Any] = {"data": items[place : place + 1]}
        if place + 1 < len(items):
            kept = "&".join(f"{n}={v}" for n, v in request.query if n != "cursor")
            host = request.headers["host"]
            link = f"http://{host}{request.path}?{kept}&cursor={place + 1}"
            document["links"] = {"next": link.replace(" ", "%20")}
        return Answer(json=document)


def posts(requests: list[Received]) -> int:
    return sum(request.method == "POST" for request in requests)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("api", "found", "made"),
    [
        (Analytics, "r1", 0),
        (lambda: Analytics(requests=[Analytics.request("r1", stopped=None)]), "r1", 0),
        (lambda: Analytics(requests=[]), "made", 1),
        (lambda: Analytics(requests=[Analytics.request("old", stopped=True)]), "made", 1),
        (
            lambda: Analytics(
                requests=[
                    Analytics.request("old", stopped=True),
                    Analytics.request("second"),
                ]
            ),
            "second",
            0,
        ),
    ],
)
def test_a_request_that_still_runs_is_found_or_one_is_made(
    flavour: str, api: Callable[[], Analytics], found: str, made: int
) -> None:
    identifier, requests = run(flavour, api(), lambda reports: reports.analytics_request("7"))
    assert identifier == found
    assert posts(requests) == made


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("refusal", [error(409, "STATE_ERROR"), Answer(504), DROP])
def test_a_request_may_have_been_made_meanwhile(flavour: str, refusal: Answer) -> None:
    api = Analytics(requests=[], refusals=[refusal], appears=Analytics.request("theirs"))
    identifier, requests = run(flavour, api, lambda reports: reports.analytics_request("7"))
    assert identifier == "theirs"
    assert posts(requests) == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_request_that_is_refused_for_good(flavour: str) -> None:
    api = Analytics(requests=[], refusals=[error(409, "STATE_ERROR")] * 9)
    with pytest.raises(ConflictError):
        run(flavour, api, lambda reports: reports.analytics_request("7"))
    assert len(api.refusals) == 7


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_reports_are_found_by_their_exact_name(flavour: str) -> None:
    """The API's filter lets others through."""

    def work(reports: Any) -> Any:
        return reports.analytics_reports("r1", name="App Downloads Standard", category="COMMERCE")

    found, requests = run(flavour, Analytics(), work)
    assert [(report.name, report.category) for report in found] == [
        ("App Downloads Standard", "COMMERCE")
    ]
    assert dict(requests[0].query)["filter[category]"] == "COMMERCE"
    assert len(requests) == 2, "both pages were read"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_instances_are_chosen_by_their_day_and_come_in_order(flavour: str) -> None:
    def work(reports: Any) -> Any:
        return reports.analytics_instances("a", granularity="DAILY", until=date(2026, 11, 2))

    found, requests = run(flavour, Analytics(), work)
    assert [(item.id, item.processing_date.day) for item in found] == [("i2", 1), ("i1", 2)]
    assert dict(requests[0].query)["filter[granularity]"] == "DAILY"
    assert len(requests) == 3


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_segments_come_without_the_bearer_and_are_one_report(flavour: str) -> None:
    segments = {"s1": gzip.compress(TABLE), "s2": gzip.compress(TABLE.replace(b"a\t1", b"b\t2"))}
    with ApiServer(
        lambda request: Answer(body=segments[request.path[1:]]), bearer_forbidden=True
    ) as store:
        api = Analytics(store.url, segments=segments)
        report, _ = run(flavour, api, lambda reports: reports.download("i1"))
        assert [request.headers.keys() for request in store.requests] == [{"host"}] * 2
        assert store.requests[0].target == f"/s1?X-Amz-Signature={SECRET}"
    with report:
        assert [(row["SKU"], row["Units"]) for row in report] == [("a", "1"), ("b", "2")]


async def collected(items: Any) -> list[Any]:
    return [item async for item in items]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_whole_chain_in_one_call(flavour: str) -> None:
    def work(reports: Any) -> Any:
        items = reports.analytics("7", "App Downloads Standard", since=date(2026, 11, 2))
        return list(items) if flavour == "sync" else collected(items)

    content = gzip.compress(TABLE)
    with ApiServer(lambda _: Answer(body=content), bearer_forbidden=True) as store:
        found, requests = run(flavour, Analytics(store.url), work)
    assert [instance.id for instance, _ in found] == ["i1", "i3"]
    for _, report in found:
        with report:
            assert [row["SKU"] for row in report] == ["a"]
    assert posts(requests) == 0


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("names", "expected", "text"),
    [
        ([], ReportNotReadyError, "one to two days"),
        (["App Crashes", "App Downloads Detailed"], NoResultError, "but App Downloads Detailed"),
        (["App Crashes", "Else"], NoResultError, "App Crashes"),
    ],
)
def test_a_report_that_is_not_there(
    flavour: str, names: list[str], expected: type[Exception], text: str
) -> None:
    def work(reports: Any) -> Any:
        items = reports.analytics("7", "App Downloads Standard")
        return list(items) if flavour == "sync" else collected(items)

    with pytest.raises(expected, match=text):
        run(flavour, Analytics(names=names), work)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("bad", [b"short", b"x" * 99_999, None, Answer(503), DROP])
def test_a_download_that_is_not_what_was_announced_is_repeated(flavour: str, bad: Any) -> None:
    content = gzip.compress(TABLE)
    if bad is None:
        bad = bytes(len(content))
    answers = [bad if isinstance(bad, Answer) else Answer(body=bad), Answer(body=content)]
    with ApiServer(answers, bearer_forbidden=True) as store:
        report, _ = run(flavour, Analytics(store.url), lambda reports: reports.download("i1"))
    with report:
        assert [row["SKU"] for row in report] == ["a"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_large_download_is_never_in_memory(flavour: str) -> None:
    content = bytes(40 << 20)
    with ApiServer([Answer(body=content)], bearer_forbidden=True) as store:
        api = Analytics(store.url, segments={"s1": content})
        tracemalloc.start()
        try:
            report, _ = run(flavour, api, lambda reports: reports.download("i1"))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    report.close()
    assert peak < 8 << 20, f"{peak >> 20} MiB"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("size", [None, -1, True, "40000000", 1 << 62, [], 1.5])
@pytest.mark.filterwarnings("ignore::app_store_connect.UnreadableValueWarning")
def test_a_download_of_unknown_or_absurd_size_is_bounded(flavour: str, size: Any) -> None:
    sent = 0

    def endless(_: Received) -> Answer:
        nonlocal sent
        sent += 1
        return Answer(body=bytes(4 << 20))

    with ApiServer(endless, bearer_forbidden=True) as store:
        api = Analytics(store.url, told={"sizeInBytes": size, "checksum": None})
        with pytest.raises(ReportError, match=r"larger than 1000000 bytes.*largest="):
            run(flavour, api, lambda reports: reports.download("i1"), largest=1_000_000)
    assert sent == 1, "it would be as large the next time"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_bound_is_for_all_segments_together(flavour: str) -> None:
    segments = {"s1": TABLE, "s2": TABLE}
    with ApiServer(lambda _: Answer(body=TABLE), bearer_forbidden=True) as store:
        api = Analytics(store.url, segments=segments)
        with pytest.raises(ReportError, match="larger than"):
            run(flavour, api, lambda x: x.download("i1"), largest=len(TABLE) * 2 - 1)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_instance_without_files_is_not_an_empty_report(flavour: str) -> None:
    with pytest.raises(ReportNotReadyError, match="no file of the instance i1"):
        run(flavour, Analytics(segments={}), lambda reports: reports.download("i1"))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_download_that_stays_damaged_is_an_error(flavour: str) -> None:
    with ApiServer([Answer(body=b"damaged")] * 3, bearer_forbidden=True) as store:
        api = Analytics(store.url, told={"sizeInBytes": 7})
        with pytest.raises(ReportError, match="arrived damaged: its md5 sum"):
            run(flavour, api, lambda reports: reports.download("i1"))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_download_that_is_refused_or_sent_elsewhere(
    flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = Answer(302, headers=[("Location", "https://example.com/")])
    expired = Answer(403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message>")
    for answer, text in ((away, "status 302"), (expired, "Request has expired")):
        with ApiServer([answer], bearer_forbidden=True) as store:
            with pytest.raises(TransferError, match=text) as caught:
                run(flavour, Analytics(store.url), lambda reports: reports.download("i1"))
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
def test_unsafe_addresses_are_refused(flavour: str, url: str | None) -> None:
    api = Analytics(told={"url": url})
    with pytest.raises(UnsafeUrlError):
        run(flavour, api, lambda reports: reports.download("i1"), hosts=("*.example.com",))
