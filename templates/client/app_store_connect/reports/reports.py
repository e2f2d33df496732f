"""Getting at reports: what is called, blocking and asynchronous."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from typing import Literal, TypeAlias

from msgspec import UNSET

from .._runtime.client import AsyncBaseClient, BaseClient
from .._runtime.http.retry import RetryPolicy
from .._runtime.jsonapi.query import refuse_nones
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id, Unset
from .._runtime.public import public
from .driver import AsyncReportDriver, ReportDriver
from .report import Report
from .steps import (
    AnalyticsInstance,
    AnalyticsReport,
    finance_query,
    find_report_steps,
    list_instances_steps,
    list_reports_steps,
    request_steps,
    sales_query,
)

__all__ = ["AccessType", "AsyncReports", "Reports"]

AccessType: TypeAlias = Literal["ONGOING", "ONE_TIME_SNAPSHOT"]


@public
class Reports:
    """The reports that a client's key may read.

    `hosts` are the names analytics may come from, `*.example.com` for all below a domain; None
    allows Apple's and its providers' where the API is Apple's own. `now` gives seconds since the
    epoch, `random` draws from 0 to 1; each is the client's unless it is given, as is `sleep`.
    """

    def __init__(
        self,
        client: BaseClient,
        *,
        hosts: tuple[str, ...] | None = None,
        retry: RetryPolicy | None = None,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._driver = ReportDriver(client, hosts, retry, now=now, sleep=sleep, random=random)

    def sales(
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
        longer kept.
        """
        query = sales_query(
            vendor_number=vendor_number,
            report_type=report_type,
            report_sub_type=report_sub_type,
            frequency=frequency,
            report_date=report_date,
            version=version,
        )
        return self._driver.read("/v1/salesReports", query)

    def finance(
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
        return self._driver.read("/v1/financeReports", query)

    def analytics(
        self,
        app: Id[Resource],
        name: str,
        *,
        granularity: str = "DAILY",
        access_type: AccessType = "ONGOING",
        since: date | Unset = UNSET,
        until: date | Unset = UNSET,
    ) -> Iterator[tuple[AnalyticsInstance, Report]]:
        """Download a report's instances one after the other, the oldest first, and close each.

        `name` is Apple's, such as `App Downloads Standard`; `since` and `until` are the first and
        the last day on which Apple made them, of which it keeps 35. Asks Apple to make reports for
        the app if nobody has, which needs an Admin key. Raises `ReportNotReadyError` as long as
        there are none, and `NoResultError` with the names there are.
        """
        refuse_nones(granularity=granularity, since=since, until=until)
        report: AnalyticsReport = self._driver.run(find_report_steps(app, name, access_type))
        instances = self.analytics_instances(
            report, granularity=granularity, since=since, until=until
        )
        for instance in instances:
            yield instance, self.download(instance)

    def analytics_request(self, app: Id[Resource], access_type: AccessType = "ONGOING") -> str:
        """The id of the app's analytics request, which is made if there is none that still runs.

        Apple stops an ongoing one that nobody reads; a new one takes its place. The first reports
        come after one to two days. Making one needs an Admin key.
        """
        identifier: str = self._driver.run(request_steps(app, access_type))
        return identifier

    def analytics_reports(
        self, request: str, *, category: str | Unset = UNSET, name: str | Unset = UNSET
    ) -> list[AnalyticsReport]:
        """The reports made for a request, all or those of a category or of one exact name."""
        reports: list[AnalyticsReport] = self._driver.run(
            list_reports_steps(request, category, name)
        )
        return reports

    def analytics_instances(
        self,
        report: AnalyticsReport | str,
        *,
        granularity: str | Unset = UNSET,
        since: date | Unset = UNSET,
        until: date | Unset = UNSET,
    ) -> list[AnalyticsInstance]:
        """The instances of a report that Apple made between two days, the oldest first."""
        identifier = report if isinstance(report, str) else report.id
        instances: list[AnalyticsInstance] = self._driver.run(
            list_instances_steps(identifier, granularity, since, until)
        )
        return instances

    def download(self, instance: AnalyticsInstance | str) -> Report:
        """Download all segments of an instance, each verified by its size and checksum.

        Nothing of the key goes to the addresses they come from. Large ones go to temporary files,
        which closing the report deletes.
        """
        return self._driver.download(instance if isinstance(instance, str) else instance.id)


@public
class AsyncReports:
    """The reports that an asynchronous client's key may read; see `Reports`."""

    def __init__(
        self,
        client: AsyncBaseClient,
        *,
        hosts: tuple[str, ...] | None = None,
        retry: RetryPolicy | None = None,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._driver = AsyncReportDriver(client, hosts, retry, now=now, sleep=sleep, random=random)

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
        """See `Reports.sales`."""
        query = sales_query(
            vendor_number=vendor_number,
            report_type=report_type,
            report_sub_type=report_sub_type,
            frequency=frequency,
            report_date=report_date,
            version=version,
        )
        return await self._driver.read("/v1/salesReports", query)

    async def finance(
        self,
        *,
        vendor_number: str,
        fiscal_month: str,
        report_type: str = "FINANCIAL",
        region_code: str | Unset = UNSET,
    ) -> Report:
        """See `Reports.finance`."""
        query = finance_query(
            vendor_number=vendor_number,
            report_type=report_type,
            region_code=region_code,
            fiscal_month=fiscal_month,
        )
        return await self._driver.read("/v1/financeReports", query)

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
        """See `Reports.analytics`."""
        refuse_nones(granularity=granularity, since=since, until=until)
        report: AnalyticsReport = await self._driver.run(find_report_steps(app, name, access_type))
        instances = await self.analytics_instances(
            report, granularity=granularity, since=since, until=until
        )
        for instance in instances:
            yield instance, await self.download(instance)

    async def analytics_request(
        self, app: Id[Resource], access_type: AccessType = "ONGOING"
    ) -> str:
        """See `Reports.analytics_request`."""
        identifier: str = await self._driver.run(request_steps(app, access_type))
        return identifier

    async def analytics_reports(
        self, request: str, *, category: str | Unset = UNSET, name: str | Unset = UNSET
    ) -> list[AnalyticsReport]:
        """See `Reports.analytics_reports`."""
        reports: list[AnalyticsReport] = await self._driver.run(
            list_reports_steps(request, category, name)
        )
        return reports

    async def analytics_instances(
        self,
        report: AnalyticsReport | str,
        *,
        granularity: str | Unset = UNSET,
        since: date | Unset = UNSET,
        until: date | Unset = UNSET,
    ) -> list[AnalyticsInstance]:
        """See `Reports.analytics_instances`."""
        identifier = report if isinstance(report, str) else report.id
        instances: list[AnalyticsInstance] = await self._driver.run(
            list_instances_steps(identifier, granularity, since, until)
        )
        return instances

    async def download(self, instance: AnalyticsInstance | str) -> Report:
        """See `Reports.download`."""
        return await self._driver.download(instance if isinstance(instance, str) else instance.id)
