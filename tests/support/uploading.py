"""A simulated team that takes files, and what is to go wrong with them.

The simulator is the API and the store of files. What it cannot be is a program that hangs for a
minute, or one that takes more bytes than there is memory: tests of those bring a server of theirs.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

from app_store_connect import AsyncClient, Client
from app_store_connect.simulator import Simulator
from app_store_connect.uploads import AsyncUploader, Uploader, UploadSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect.simulator.messages import Requests

__all__ = ["CREATE", "GET", "PARTS", "SECRET", "SET", "UPDATE", "Team", "expired", "md5", "part"]

SECRET = "0123456789abcdef-signature"
# The set of screenshots, and what is done with those in it.
SET = "9"
CREATE, GET, UPDATE = (f"appScreenshots_{x}Instance" for x in ("create", "get", "update"))
PARTS = "PUT */deliveries/*"
STORE = "https://northamerica-1.object-storage.apple.com/simulator/deliveries/given"


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def expired() -> dict[str, Any]:
    """What a store says of an address that is too old, as Amazon's do."""
    told = "<Code>AccessDenied</Code><Message>Request has expired</Message>"
    body = f"<Error>{told}<SignatureProvided>{SECRET}</SignatureProvided></Error>"
    return {"status": 403, "body": body.encode()}


def part(size: int, **changes: Any) -> dict[str, Any]:
    """The attributes of a file that is sent in one part, which an answer is to have."""
    operation = {
        "method": "PUT",
        "url": f"{STORE}?X-Amz-Signature={SECRET}",
        "offset": 0,
        "length": size,
        "requestHeaders": [{"name": "Content-Type", "value": "image/png"}],
    }
    return {"uploadOperations": [{**operation, **changes}]}


class Team:
    """A team with an empty set of screenshots; `naps` are how long an upload slept."""

    def __init__(self, *, part: int = 5, **options: Any) -> None:
        self.simulator = found = Simulator(part_size=part, **options)
        self.app = found.add("apps", bundle_id="com.example.trails", name="Trails")
        version = found.add("appStoreVersions", app=self.app, version_string="1", platform="IOS")
        texts = found.add("appStoreVersionLocalizations", app_store_version=version, locale="de-DE")
        found.add(
            "appScreenshotSets",
            SET,
            screenshot_display_type="APP_IPHONE_67",
            app_store_version_localization=texts,
        )
        self.naps: list[float] = []

    def fail(self, target: str, **fault: Any) -> None:
        """Have something go wrong once, or as the fault says."""
        self.simulator.faults.add(target, **fault)

    def run(
        self, flavour: str, work: Callable[[Any, Any], Any], *, url: str = "", **settings: Any
    ) -> Any:
        """What `work(client, uploader)` returns in one flavour, over HTTP with a `url`."""
        key = self.simulator.key
        if flavour == "sync":
            made = Client(key, base_url=url) if url else self.simulator.client()
            with made as client:
                return work(client, self.uploader(client, **settings))

        async def main() -> Any:
            made = AsyncClient(key, base_url=url) if url else self.simulator.async_client()
            async with made as client:
                return await work(client, self.async_uploader(client, **settings))

        return asyncio.run(main())

    def uploader(self, client: Client, **settings: Any) -> Uploader:
        return Uploader(client, UploadSettings(**settings), sleep=self._sleep, **self._time)

    def async_uploader(self, client: AsyncClient, **settings: Any) -> AsyncUploader:
        return AsyncUploader(client, UploadSettings(**settings), sleep=self._asleep, **self._time)

    @property
    def _time(self) -> dict[str, Any]:
        self.naps.clear()
        # Every back-off is its longest.
        return {"now": self.simulator.clock.now, "random": lambda: 1.0}

    def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.simulator.clock.sleep(seconds)

    async def _asleep(self, seconds: float) -> None:
        self._sleep(seconds)

    @property
    def sent(self) -> Requests:
        """The requests that brought parts of files."""
        return type(self.simulator.requests)(
            x for x in self.simulator.requests if x.method == "PUT"
        )

    @property
    def methods(self) -> list[str]:
        """The methods of the requests to the API."""
        return [x.method for x in self.simulator.requests if x.operation]

    def file(self, resource: Any) -> bytes:
        """What has arrived of a file."""
        return self.simulator.uploaded(resource)

    @property
    def reserved(self) -> dict[str, Any]:
        """The body of the last reservation."""
        data: dict[str, Any] = self.simulator.requests.of(CREATE)[-1].body["data"]
        return data

    @property
    def committed(self) -> dict[str, Any]:
        """The attributes of the last commit."""
        sent = [x for x in self.simulator.requests if x.method == "PATCH"]
        attributes: dict[str, Any] = sent[-1].body["data"]["attributes"]
        return attributes

    @property
    def deleted(self) -> list[str]:
        """The ids of what was deleted."""
        return [x.path.rpartition("/")[2] for x in self.simulator.requests if x.method == "DELETE"]
