"""Answers whose body somebody read before the client does: event hooks and made-up transports."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import NotFoundError, RetryPolicy
from app_store_connect.reports import AsyncReports, Reports
from app_store_connect.uploads import AsyncUploader, Uploader, UploadError, UploadSettings
from support import keys
from support.clients import settled
from support.clock import Clock
from support.hostility import Stream
from support.whole_api import FLAVOURS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

# These call what the App Asset Library took the place of.
pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

STORE = "https://store-1.blobstore.apple.com"
REPORT = gzip.compress(b"a\tb\n1\t2\n")
EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
ONCE = RetryPolicy(attempts=1)


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["made up", "read by a hook"], autouse=True)
def talk(request: pytest.FixtureRequest, flavour: str, caplog: pytest.LogCaptureFixture) -> Any:
    """Have a scenario talk to a client whose answers were read before it sees them."""
    caplog.set_level(logging.DEBUG)
    hooked = request.param == "read by a hook"
    hook: Any = httpx.Response.read if flavour == "sync" else httpx.Response.aread

    def run(
        answer: Callable[[httpx.Request], tuple[int, bytes]],
        scenario: Callable[[Any], Awaitable[None]],
    ) -> None:
        def respond(sent: httpx.Request) -> httpx.Response:
            status, content = answer(sent)
            if hooked:
                return httpx.Response(status, stream=Stream(content))
            return httpx.Response(status, content=content)

        async def main() -> None:
            options: Any = {"event_hooks": {"response": [hook]}} if hooked else {}
            client: Any = FLAVOURS[flavour](
                keys.api_key(), transport=httpx.MockTransport(respond), policy=ONCE, **options
            )
            await scenario(client)
            await settled(client.close() if flavour == "sync" else client.aclose())

        asyncio.run(main())

    return run


def test_calls_return_and_raise_what_they_always_do(talk: Any) -> None:
    def answer(request: httpx.Request) -> tuple[int, bytes]:
        if request.url.path.endswith("/gone"):
            return 404, b'{"errors":[{"code":"NOT_FOUND"}]}'
        return 200, b'{"data":{"type":"apps","id":"a"}}'

    async def scenario(client: Any) -> None:
        assert (await settled(client.apps.get("a"))).id == "a"
        with pytest.raises(NotFoundError, match="NOT_FOUND"):
            await settled(client.apps.get("gone"))

    talk(answer, scenario)


@pytest.mark.parametrize("status", [200, 403])
def test_uploads_are_sent_and_told_why_not(talk: Any, flavour: str, status: int) -> None:
    operation = {"method": "PUT", "url": f"{STORE}/a", "offset": 0, "length": 3}
    operation["requestHeaders"] = [{"name": "Content-Type", "value": "image/png"}]
    state = {"state": "COMPLETE"}
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> tuple[int, bytes]:
        if str(request.url).startswith(STORE):
            sent.append(request.content)
            return status, b"" if status == 200 else EXPIRED
        attributes = {"uploadOperations": [operation], "assetDeliveryState": state}
        document = {"data": {"type": "appScreenshots", "id": "1", "attributes": attributes}}
        return 200, httpx.Response(200, json=document).content

    async def scenario(client: Any) -> None:
        clock, settings = Clock(), UploadSettings(retry=ONCE)
        uploader: Any = (
            Uploader(client, settings, **clock.blocking())
            if flavour == "sync"
            else AsyncUploader(client, settings, **clock.asynchronous())
        )

        async def upload() -> None:
            await settled(
                uploader.upload(
                    client.app_screenshots, b"png", file_name="a.png", app_screenshot_set="s"
                )
            )

        if status == 200:
            await upload()
            assert sent == [b"png"]
        else:
            with pytest.raises(UploadError, match="expired"):
                await upload()

    talk(answer, scenario)


def test_reports_are_downloaded_and_verified(talk: Any, flavour: str) -> None:
    segment = {
        "url": "https://a.s3.amazonaws.com/x?sig=1",
        "sizeInBytes": len(REPORT),
        "checksum": hashlib.md5(REPORT, usedforsecurity=False).hexdigest(),
    }

    def answer(request: httpx.Request) -> tuple[int, bytes]:
        if request.url.host.endswith("amazonaws.com"):
            return 200, REPORT
        item = {"type": "analyticsReportSegments", "id": "1", "attributes": segment}
        return 200, httpx.Response(200, json={"data": [item]}).content

    async def scenario(client: Any) -> None:
        clock = Clock()
        reports: Any = (
            Reports(client, **clock.blocking())
            if flavour == "sync"
            else AsyncReports(client, **clock.asynchronous())
        )
        with await settled(reports.download("1")) as report:
            assert [dict(row) for row in report] == [{"a": "1", "b": "2"}]

    talk(answer, scenario)
