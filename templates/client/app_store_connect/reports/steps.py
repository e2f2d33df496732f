"""How to get at reports, without any input or output.

Sales and financial reports are one request each. Analytics are a chain: a standing request for an
app, the reports made for it, an instance of a report for each day, its segments, and a signed
address for each of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Generator
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from .._runtime.http.transfer import Sink, Transfer
from .._runtime.jsonapi.answers import read_resource
from .._runtime.jsonapi.operation import Operation
from .._runtime.jsonapi.query import refuse_nones
from .._runtime.jsonapi.resource import Resource, resource_id
from .._runtime.messages.errors import (
    AmbiguousWriteError,
    ConflictError,
    NoResultError,
    NotFoundError,
)
from .._runtime.messages.secret import Secret
from .errors import ReportError, ReportNotReadyError
from .segments import SegmentFile

if TYPE_CHECKING:
    from .._runtime.http.address_policy import AddressPolicy
    from .._runtime.jsonapi.values import Id, Unset
    from .._runtime.messages.response import Response

__all__ = [
    "AnalyticsInstance",
    "AnalyticsReport",
    "Fetch",
    "Listing",
    "SendJson",
    "confirm_no_sales",
    "download_steps",
    "finance_query",
    "find_report_steps",
    "list_instances_steps",
    "list_reports_steps",
    "request_steps",
    "sales_query",
]

_REQUEST: Operation[Resource] = Operation("POST", "", model="Resource")
_DATE_LENGTHS = {"MONTHLY": 7, "YEARLY": 4}
_WHOLE_PAGE = 200
_DOWNLOADS = 3


class SendJson(msgspec.Struct, frozen=True):
    """Send a JSON document; answer with the `Response`."""

    method: str
    path: str
    json: dict[str, Any]


class Listing(msgspec.Struct, frozen=True):
    """Read a collection, all pages of it; answer with the list of its resources."""

    path: str
    query: dict[str, object]


class Fetch(msgspec.Struct, frozen=True):
    """Download from a signed address; answer with None."""

    transfer: Transfer
    sink: Sink


Steps: TypeAlias = Generator[SendJson | Listing | Fetch, Any, Any]


class AnalyticsReport(msgspec.Struct, frozen=True):
    """A report that Apple makes for a request, such as `App Downloads Standard`."""

    id: str
    name: str
    category: str


class AnalyticsInstance(msgspec.Struct, frozen=True):
    """A report for one day, week or month; `processing_date` is when Apple made it."""

    id: str
    granularity: str
    processing_date: date | None


def sales_query(
    *,
    vendor_number: str,
    report_type: str,
    report_sub_type: str,
    frequency: str,
    report_date: date | str | Unset,
    version: str | Unset,
) -> dict[str, object]:
    """The query of a sales report. Without a version the API gives the current one."""
    refuse_nones(
        vendor_number=vendor_number,
        report_type=report_type,
        report_sub_type=report_sub_type,
        frequency=frequency,
        report_date=report_date,
        version=version,
    )
    if isinstance(report_date, date):
        report_date = report_date.isoformat()[: _DATE_LENGTHS.get(frequency, 10)]
    return {
        "filter[vendorNumber]": vendor_number,
        "filter[reportType]": report_type,
        "filter[reportSubType]": report_sub_type,
        "filter[frequency]": frequency,
        "filter[reportDate]": report_date,
        "filter[version]": version,
    }


def finance_query(
    *, vendor_number: str, report_type: str, region_code: str | Unset, fiscal_month: str
) -> dict[str, object]:
    """The query of a financial report; details exist for region Z1 only, ZZ is all together."""
    refuse_nones(
        vendor_number=vendor_number,
        report_type=report_type,
        region_code=region_code,
        fiscal_month=fiscal_month,
    )
    if region_code is UNSET:
        region_code = "Z1" if report_type == "FINANCE_DETAIL" else "ZZ"
    return {
        "filter[vendorNumber]": vendor_number,
        "filter[reportType]": report_type,
        "filter[regionCode]": region_code,
        "filter[reportDate]": fiscal_month,
    }


def confirm_no_sales(error: NotFoundError) -> None:
    """Return when a 404 means that nothing was sold; else raise what it means.

    Only the text tells a day without sales from a report that is not there yet.
    """
    said = " ".join(f"{detail.title} {detail.detail}" for detail in error.errors).lower()
    if "no sales" in said:
        return
    if "not available yet" in said or "not yet available" in said:
        raise ReportNotReadyError(f"Apple has not made this report yet: {error}") from error
    raise error


def request_steps(app: Id[Resource], access_type: str) -> Steps:
    """Find the standing request of an app or make one, and return its id.

    Apple allows one of a kind and answers 409 to another, stops an ongoing one that nobody reads,
    and may have made the one whose creation seemed to fail.
    """
    refuse_nones(app=app, access_type=access_type)
    app_id = resource_id(app, "apps")
    problem: Exception | None = None
    for _ in range(2):
        found: list[Resource] = yield Listing(
            f"/v1/apps/{quote(app_id, safe='')}/analyticsReportRequests",
            {"filter[accessType]": access_type, "limit": _WHOLE_PAGE},
        )
        for request in found:
            if not request.attributes.get("stoppedDueToInactivity"):
                return request.id
        try:
            answer: Response = yield SendJson(
                "POST", "/v1/analyticsReportRequests", _new_request(app_id, access_type)
            )
        except (ConflictError, AmbiguousWriteError) as error:
            problem = error
        else:
            return read_resource(_REQUEST, answer).id
    assert problem is not None  # noqa: S101 - nothing else ends the loop
    raise problem


def _new_request(app_id: str, access_type: str) -> dict[str, Any]:
    return {
        "data": {
            "type": "analyticsReportRequests",
            "attributes": {"accessType": access_type},
            "relationships": {"app": {"data": {"type": "apps", "id": app_id}}},
        }
    }


def list_reports_steps(request: str, category: str | Unset, name: str | Unset) -> Steps:
    """Return the reports made for a request; of that very name, as the API's filter is inexact."""
    refuse_nones(request=request, category=category, name=name)
    found: list[Resource] = yield Listing(
        f"/v1/analyticsReportRequests/{quote(request, safe='')}/reports",
        {"filter[category]": category, "filter[name]": name, "limit": _WHOLE_PAGE},
    )
    reports = [
        AnalyticsReport(
            item.id,
            str(item.attributes.get("name") or ""),
            str(item.attributes.get("category") or ""),
        )
        for item in found
    ]
    return [report for report in reports if name in {UNSET, report.name}]


def find_report_steps(app: Id[Resource], name: str, access_type: str) -> Steps:
    """Return the report of that name for an app, having asked for it if nobody has."""
    refuse_nones(app=app, name=name, access_type=access_type)
    request = yield from request_steps(app, access_type)
    reports: list[AnalyticsReport] = yield from list_reports_steps(request, UNSET, name)
    if reports:
        return reports[0]
    every: list[AnalyticsReport] = yield from list_reports_steps(request, UNSET, UNSET)
    if not every:
        raise ReportNotReadyError(
            "Apple has made no report for this request yet; the first come after one to two days"
        )
    names = sorted(report.name for report in every)
    close = difflib.get_close_matches(name, names, 3, 0.4) or names
    raise NoResultError(f"there is no report {name!r} for this app, but {', '.join(close)}")


def list_instances_steps(
    report: str, granularity: str | Unset, since: date | Unset, until: date | Unset
) -> Steps:
    """Return the instances of a report made within some days, the oldest first."""
    refuse_nones(report=report, granularity=granularity, since=since, until=until)
    found: list[Resource] = yield Listing(
        f"/v1/analyticsReports/{quote(report, safe='')}/instances",
        {"filter[granularity]": granularity, "limit": _WHOLE_PAGE},
    )
    instances = [_instance(item) for item in found]
    chosen = [
        item
        for item in instances
        if (since is UNSET or (item.processing_date or date.min) >= since)
        and (until is UNSET or (item.processing_date or date.max) <= until)
    ]
    return sorted(chosen, key=lambda item: item.processing_date or date.min)


def _instance(resource: Resource) -> AnalyticsInstance:
    day = str(resource.attributes.get("processingDate") or "")[:10]
    granularity = str(resource.attributes.get("granularity") or "")
    try:
        return AnalyticsInstance(resource.id, granularity, date.fromisoformat(day))
    except ValueError:
        return AnalyticsInstance(resource.id, granularity, None)


def download_steps(instance: str, files: list[SegmentFile], addresses: AddressPolicy) -> Steps:
    """Download every segment of an instance into a file of its own, which `files` gets.

    Each is verified, and downloaded again when it is not what the API announced.
    """
    segments: list[Resource] = yield Listing(
        f"/v1/analyticsReportInstances/{quote(instance, safe='')}/segments",
        {"limit": _WHOLE_PAGE},
    )
    for segment in segments:
        size, checksum, address = _told(segment)
        file = SegmentFile(size, checksum)
        files.append(file)
        transfer = Transfer("GET", addresses.checked(address))
        for left in reversed(range(_DOWNLOADS)):
            try:
                yield Fetch(transfer, file)
                file.verify()
            except ReportError:
                if not left:
                    raise
            else:
                break


def _told(segment: Resource) -> tuple[int | None, str | None, Secret]:
    """What the API says of a segment: its size, its checksum and where it is."""
    told = segment.attributes
    size, checksum = told.get("sizeInBytes"), told.get("checksum")
    return (
        size if isinstance(size, int) else None,
        checksum if isinstance(checksum, str) else None,
        Secret(str(told.get("url") or "")),
    )
