"""Analytics, which are a chain.

A standing request for an app, the reports made for it, an instance of a report for each day, its
segments, and a signed address for each of them.
"""

from __future__ import annotations

import difflib
from datetime import date

import msgspec
from msgspec import UNSET

from .._runtime.http.address_policy import AddressPolicy
from .._runtime.http.transfer import Transfer
from .._runtime.http.transfer_client import AsyncTransferClient
from .._runtime.jsonapi.query import refuse_nones
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id, Unset
from .._runtime.messages.errors import AmbiguousWriteError, ConflictError, NoResultError
from .._runtime.messages.secret import Secret
from .errors import ReportError, ReportNotReadyError
from .namespaces import AsyncAnalyticsNamespaces, Instance, Segment
from .segments import SegmentFile

__all__ = ["AnalyticsInstance", "AnalyticsReport", "AsyncAnalytics"]

_WHOLE_PAGE = 200
_DOWNLOADS = 3


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


class AsyncAnalytics:
    """The steps of the chain, to be awaited; `largest` bounds the bytes of a download."""

    def __init__(
        self,
        client: AsyncAnalyticsNamespaces,
        transfers: AsyncTransferClient,
        addresses: AddressPolicy,
        largest: int,
    ) -> None:
        self._client = client
        self._transfers = transfers
        self._addresses = addresses
        self._largest = largest

    async def request(self, app: Id[Resource], access_type: str) -> str:
        """Find the standing request of an app or make one, and return its id.

        Apple allows one of a kind and answers 409 to another, stops an ongoing one that nobody
        reads, and may have made the one whose creation seemed to fail.
        """
        refuse_nones(app=app, access_type=access_type)
        problem: Exception | None = None
        for _ in range(2):
            found = self._client.apps.list_analytics_report_requests(
                app, access_type=access_type, limit=_WHOLE_PAGE
            )
            stopped: list[str] = []
            async for request in found:
                if not request.stopped_due_to_inactivity:
                    return request.id
                stopped.append(request.id)
            try:
                made = await self._client.analytics_report_requests.create(
                    access_type=access_type, app=app
                )
            except (ConflictError, AmbiguousWriteError) as error:
                problem = error
                # One that was stopped counts, and never runs again.
                for identifier in stopped if isinstance(error, ConflictError) else ():
                    await self._client.analytics_report_requests.delete(identifier)
            else:
                return made.id
        assert problem is not None  # noqa: S101 - nothing else ends the loop
        raise problem

    async def reports(
        self, request: str, category: str | Unset, name: str | Unset
    ) -> list[AnalyticsReport]:
        """Return the reports made for a request; by exact name, though the API's filter is not."""
        refuse_nones(request=request, category=category, name=name)
        found = self._client.analytics_report_requests.list_reports(
            request, category=category, name=name, limit=_WHOLE_PAGE
        )
        reports = [
            AnalyticsReport(item.id, str(item.name or ""), str(item.category or ""))
            async for item in found
        ]
        return [report for report in reports if name in {UNSET, report.name}]

    async def report(self, app: Id[Resource], name: str, access_type: str) -> AnalyticsReport:
        """Return the report of that name for an app, having asked for it if nobody has."""
        refuse_nones(app=app, name=name, access_type=access_type)
        request = await self.request(app, access_type)
        reports = await self.reports(request, UNSET, name)
        if reports:
            return reports[0]
        every = await self.reports(request, UNSET, UNSET)
        if not every:
            raise ReportNotReadyError(
                "Apple has made no report for this request yet; the first come after one to two"
                " days"
            )
        names = sorted(report.name for report in every)
        close = difflib.get_close_matches(name, names, 3, 0.4) or names
        raise NoResultError(f"there is no report {name!r} for this app, but {', '.join(close)}")

    async def instances(
        self, report: str, granularity: str | Unset, since: date | Unset, until: date | Unset
    ) -> list[AnalyticsInstance]:
        """Return the instances of a report made within some days, the oldest first."""
        refuse_nones(report=report, granularity=granularity, since=since, until=until)
        found = self._client.analytics_reports.list_instances(
            report, granularity=granularity, limit=_WHOLE_PAGE
        )
        instances = [_instance(item) async for item in found]
        chosen = [
            item
            for item in instances
            if (since is UNSET or (item.processing_date or date.min) >= since)
            and (until is UNSET or (item.processing_date or date.max) <= until)
        ]
        return sorted(chosen, key=lambda item: item.processing_date or date.min)

    async def download(self, instance: str, files: list[SegmentFile]) -> None:
        """Download every segment of an instance into a file of its own, which `files` gets.

        Each is verified, and downloaded again when it is not what the API announced.
        """
        refuse_nones(instance=instance)
        left = self._largest
        segments = self._client.analytics_report_instances.list_segments(
            instance, limit=_WHOLE_PAGE
        )
        async for segment in segments:
            file = _file(segment, left)
            files.append(file)
            await self._fetch(segment, file)
            left -= file.size
        if not files:
            raise ReportNotReadyError(
                f"Apple lists no file of the instance {instance} yet: ask again later"
            )

    async def _fetch(self, segment: Segment, file: SegmentFile) -> None:
        transfer = Transfer("GET", self._addresses.checked(Secret(segment.url or "")))
        for left in reversed(range(_DOWNLOADS)):
            try:
                await self._transfers.send(transfer, sink=file)
                file.verify()
            except ReportError:
                if not left or file.is_too_large:
                    raise
            else:
                return


def _instance(found: Instance) -> AnalyticsInstance:
    return AnalyticsInstance(found.id, str(found.granularity or ""), found.processing_date)


def _file(segment: Segment, largest: int) -> SegmentFile:
    size = segment.size_in_bytes
    return SegmentFile(size if size is not None and size >= 0 else None, segment.checksum, largest)
