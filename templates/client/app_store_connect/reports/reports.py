"""Getting at reports: what is called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Literal, TypeAlias, cast

from msgspec import UNSET

from .._runtime.client import AsyncBaseClient
from .._runtime.http.address_policy import DOWNLOAD_HOSTS, AddressPolicy
from .._runtime.http.retry import RetryPolicy
from .._runtime.http.transfer_client import AsyncTransferClient
from .._runtime.jsonapi.query import refuse_nones
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id, Unset
from .._runtime.messages.errors import NotFoundError
from .._runtime.public import public
from .analytics import AnalyticsInstance, AnalyticsReport, AsyncAnalytics
from .namespaces import AsyncAnalyticsNamespaces
from .queries import confirm_no_sales, finance_query, sales_query
from .report import Report, report_of
from .segments import SegmentFile

__all__ = ["AccessType", "AsyncReports"]

AccessType: TypeAlias = Literal["ONGOING", "ONE_TIME_SNAPSHOT"]

# These two as they come and not by their namespaces, whose methods unpack them into memory.
_SALES = "/v1/salesReports"
_FINANCE = "/v1/financeReports"
_GZIP = "application/a-gzip"
_LARGEST = 1 << 30


@public
class AsyncReports:
    """The reports that a client's key may read, to be awaited.

    A client has them as its `reports`; make your own for other settings. `hosts` are the names
    analytics may come from, `*.example.com` for all below a domain; None allows Apple's and its
    providers' where the API is Apple's own. `largest` is how many bytes an instance of analytics
    may have, compressed. `now` gives seconds since the epoch, `random` draws from 0 to 1;
    they and `sleep` are the client's unless they are given.
    """

    def __init__(
        self,
        client: AsyncBaseClient,
        *,
        hosts: tuple[str, ...] | None = None,
        retry: RetryPolicy | None = None,
        largest: int = _LARGEST,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._client = client
        transfers = AsyncTransferClient(
            client.session, retry or RetryPolicy(), now=now, sleep=sleep, random=random
        )
        addresses = AddressPolicy(client.session.origin, hosts, default=DOWNLOAD_HOSTS)
        namespaces = cast("AsyncAnalyticsNamespaces", client)
        self._analytics = AsyncAnalytics(namespaces, transfers, addresses, largest)

    async def sales(
        self,
        *,
        vendor_number: str,
        report_type: str = "SALES",
        report_sub_type: str = "SUMMARY",
        frequency: str = "DAILY",
        report_date: date | str | Unset = UNSET,
        version: str | Unset = UNSET,
    ) -> Report:
        """Read a sales report; an empty one when nothing was sold.

        A date is spelled as the frequency wants it, of a week its Sunday; text is sent as it is.
        Leave `version` out for the current one: those that other programs name get retired. Raises
        `ReportNotReadyError` for a report that is not there yet, `GoneError` for one that is no
        longer kept, `ReportError` where something else came than a report.
        """
        query = sales_query(
            vendor_number=vendor_number,
            report_type=report_type,
            report_sub_type=report_sub_type,
            frequency=frequency,
            report_date=report_date,
            version=version,
        )
        return await self._read(_SALES, query)

    async def finance(
        self,
        *,
        vendor_number: str,
        fiscal_month: str,
        report_type: str = "FINANCIAL",
        region_code: str | Unset = UNSET,
    ) -> Report:
        """Read a financial report; an empty one when nothing was sold.

        `fiscal_month` is a year and a month of Apple's fiscal calendar, such as `2026-01`. Without
        `region_code`, all regions: `ZZ`, or `Z1` for `FINANCE_DETAIL`, which has no other. Raises
        what `sales` does.
        """
        query = finance_query(
            vendor_number=vendor_number,
            report_type=report_type,
            region_code=region_code,
            fiscal_month=fiscal_month,
        )
        return await self._read(_FINANCE, query)

    async def analytics(
        self,
        app: Id[Resource],
        name: str,
        *,
        granularity: str = "DAILY",
        access_type: AccessType = "ONGOING",
        since: date | Unset = UNSET,
        until: date | Unset = UNSET,
    ) -> AsyncIterator[tuple[AnalyticsInstance, Report]]:
        """Download a report's instances one after the other, the oldest first, and close each.

        `name` is Apple's, such as `App Downloads Standard`; `since` and `until` are the first and
        the last day on which Apple made them, of which it keeps 35. Asks Apple to make reports for
        the app if nobody has, which needs an Admin key.

        Raises:
            ReportNotReadyError: as long as there are none.
            NoResultError: with the names there are.
        """
        refuse_nones(granularity=granularity, since=since, until=until)
        report = await self._analytics.report(app, name, access_type)
        instances = await self.analytics_instances(
            report, granularity=granularity, since=since, until=until
        )
        for instance in instances:
            yield instance, await self.download(instance)

    async def analytics_request(
        self, app: Id[Resource], access_type: AccessType = "ONGOING"
    ) -> str:
        """Return the id of the app's active analytics request, created if there is none.

        Apple stops an ongoing one that nobody reads; a new one takes its place. The first reports
        come after one to two days. Making one needs an Admin key.
        """
        return await self._analytics.request(app, access_type)

    async def analytics_reports(
        self, request: str, *, category: str | Unset = UNSET, name: str | Unset = UNSET
    ) -> list[AnalyticsReport]:
        """Return the reports of a request: all, those of a category, or one by its exact name."""
        return await self._analytics.reports(request, category, name)

    async def analytics_instances(
        self,
        report: AnalyticsReport | str,
        *,
        granularity: str | Unset = UNSET,
        since: date | Unset = UNSET,
        until: date | Unset = UNSET,
    ) -> list[AnalyticsInstance]:
        """Return the instances of a report that Apple made between two days, the oldest first."""
        identifier = report.id if isinstance(report, AnalyticsReport) else report
        return await self._analytics.instances(identifier, granularity, since, until)

    async def download(self, instance: AnalyticsInstance | str) -> Report:
        """Download all segments of an instance, each verified by its size and checksum.

        Nothing of the key goes to the addresses they come from. Large ones go to temporary files,
        which closing the report deletes.

        Raises:
            ReportNotReadyError: for an instance whose files are not there yet.
            ReportError: for one that arrives damaged or too large.
        """
        files: list[SegmentFile] = []
        identifier = instance.id if isinstance(instance, AnalyticsInstance) else instance
        try:
            await self._analytics.download(identifier, files)
        except BaseException:
            Report(files).close()
            raise
        return Report(files)

    async def _read(self, path: str, query: dict[str, object]) -> Report:
        try:
            response = await self._client.request("GET", path, query=query, accept=_GZIP)
        except NotFoundError as error:
            confirm_no_sales(error)
            return Report()
        return report_of(response.content)
