"""The two drivers of the steps that lead to reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._runtime.http.address_policy import DOWNLOAD_HOSTS, AddressPolicy
from .._runtime.http.retry import RetryPolicy
from .._runtime.http.transfer import AsyncTransferClient, TransferClient
from .._runtime.messages.errors import AppStoreConnectError, NotFoundError
from .report import Report, report_of
from .steps import Fetch, Listing, SendJson, confirm_no_sales, download_steps

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .._runtime.client import AsyncBaseClient, BaseClient
    from .segments import SegmentFile
    from .steps import Steps

__all__ = ["AsyncReportDriver", "ReportDriver"]

_GZIP = "application/a-gzip"


class ReportDriver:
    """Carries out steps with a client and blocks."""

    def __init__(
        self,
        client: BaseClient,
        hosts: tuple[str, ...] | None,
        retry: RetryPolicy | None,
        *,
        now: Callable[[], float] | None,
        sleep: Callable[[float], None] | None,
        random: Callable[[], float] | None,
    ) -> None:
        self._client = client
        self._addresses = AddressPolicy(client.session.origin, hosts, default=DOWNLOAD_HOSTS)
        self._transfers = TransferClient(
            client.session, retry or RetryPolicy(), now=now, sleep=sleep, random=random
        )

    def read(self, path: str, query: dict[str, object]) -> Report:
        """Read a report that is one answer of the API."""
        try:
            response = self._client.request("GET", path, query=query, accept=_GZIP)
        except NotFoundError as error:
            confirm_no_sales(error)
            return Report()
        return report_of(response.content)

    def download(self, instance: str) -> Report:
        """Download an instance, or nothing of it."""
        files: list[SegmentFile] = []
        try:
            self.run(download_steps(instance, files, self._addresses))
        except BaseException:
            Report(files).close()
            raise
        return Report(files)

    def run(self, steps: Steps) -> Any:
        """Carry out the steps and return what they come to."""
        outcome: Any = None
        try:
            step = next(steps)
            while True:
                try:
                    match step:
                        case Listing(path=path, query=query):
                            outcome = self._client.collection(path, query=query).all()
                        case SendJson(method=method, path=path, json=json):
                            outcome = self._client.request(method, path, json=json)
                        case Fetch(transfer=transfer, sink=sink):
                            outcome = self._transfers.send(transfer, sink=sink)
                except AppStoreConnectError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as end:
            return end.value


class AsyncReportDriver:
    """Carries out steps with an asynchronous client."""

    def __init__(
        self,
        client: AsyncBaseClient,
        hosts: tuple[str, ...] | None,
        retry: RetryPolicy | None,
        *,
        now: Callable[[], float] | None,
        sleep: Callable[[float], Awaitable[None]] | None,
        random: Callable[[], float] | None,
    ) -> None:
        self._client = client
        self._addresses = AddressPolicy(client.session.origin, hosts, default=DOWNLOAD_HOSTS)
        self._transfers = AsyncTransferClient(
            client.session, retry or RetryPolicy(), now=now, sleep=sleep, random=random
        )

    async def read(self, path: str, query: dict[str, object]) -> Report:
        """Read a report that is one answer of the API."""
        try:
            response = await self._client.request("GET", path, query=query, accept=_GZIP)
        except NotFoundError as error:
            confirm_no_sales(error)
            return Report()
        return report_of(response.content)

    async def download(self, instance: str) -> Report:
        """Download an instance, or nothing of it."""
        files: list[SegmentFile] = []
        try:
            await self.run(download_steps(instance, files, self._addresses))
        except BaseException:
            Report(files).close()
            raise
        return Report(files)

    async def run(self, steps: Steps) -> Any:
        """Carry out the steps and return what they come to."""
        outcome: Any = None
        try:
            step = next(steps)
            while True:
                try:
                    match step:
                        case Listing(path=path, query=query):
                            outcome = await self._client.collection(path, query=query).all()
                        case SendJson(method=method, path=path, json=json):
                            outcome = await self._client.request(method, path, json=json)
                        case Fetch(transfer=transfer, sink=sink):
                            outcome = await self._transfers.send(transfer, sink=sink)
                except AppStoreConnectError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as end:
            return end.value
