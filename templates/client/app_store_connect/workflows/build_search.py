"""Looking for builds: by train, by version and number, or the latest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from .. import models as m
from .._runtime.messages.errors import NoResultError, TooManyResultsError
from .._runtime.pauses import AsyncPauses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, Build

__all__ = ["AsyncBuildSearch", "Train", "next_number", "plain_number", "spellings"]

# Without them a list may lack those that are being processed.
_ALL_STATES: Any = ("PROCESSING", "FAILED", "INVALID", "VALID")


class Train(msgspec.Struct, frozen=True, kw_only=True):
    """A version on its way through TestFlight; `builds` are the newest first."""

    version: str
    platform: str
    builds: tuple[m.Build, ...]


def plain_number(number: str) -> str:
    """Return a version or a build number as Apple keeps it: without zeros in front of its parts."""
    return ".".join(re.sub(r"^0+(?=\d)", "", part) for part in number.split("."))


def spellings(version: str) -> list[str]:
    """Return how Apple may spell a version: 1.2 and 1.2.0 are one, as it was first uploaded."""
    plain = plain_number(version)
    parts = plain.split(".")
    found = {version, plain}
    if len(parts) == 2:  # noqa: PLR2004 - major and minor
        found.add(f"{plain}.0")
    elif parts[-1] == "0" and len(parts) > 1:
        found.add(".".join(parts[:-1]))
    return sorted(found)


def next_number(numbers: Iterable[str]) -> str:
    """Return the number after the highest, `1` after none."""
    # A build number has three parts at most; those that are not there are zeros.
    highest = max(
        ([int(x) for x in re.findall(r"\d+", number) or "0"] for number in numbers),
        key=lambda parts: [*parts, 0, 0, 0],
        default=[0],
    )
    return ".".join(map(str, [*highest[:-1], highest[-1] + 1]))


class AsyncBuildSearch:
    """Looks for builds of an app, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def trains(self, app: Id[App], platform: str | None) -> list[Train]:
        """Return all versions with their builds."""
        builds = self._client.builds.list(
            app=app,
            processing_state=_ALL_STATES,
            include=["preReleaseVersion", "buildBetaDetail"],
            sort="-uploadedDate",
            limit=200,
            **_narrow(None, platform),
        )
        found: dict[tuple[str, str], list[Build]] = {}
        async for build in builds:
            train = build.pre_release_version
            if train is not None:
                key = (train.version or "", str(train.platform))
                found.setdefault(key, []).append(build)
        return [
            Train(version=version, platform=system, builds=tuple(builds))
            for (version, system), builds in found.items()
        ]

    async def latest(
        self,
        app: Id[App],
        version: str | None,
        platform: str | None,
        processing_state: str | Iterable[str] | None,
    ) -> Build | None:
        """Return the build that was uploaded last."""
        states: Any = processing_state or _ALL_STATES
        builds = self._client.builds.list(
            app=app,
            processing_state=states,
            include=["preReleaseVersion", "buildBetaDetail"],
            sort="-uploadedDate",
            limit=1,
            **_narrow(version, platform),
        )
        return await builds.first()

    async def find(
        self,
        app: Id[App],
        number: str,
        version: str,
        platform: str | None,
        *,
        timeout: float,
    ) -> Build:
        """Return the build of a number, which may be listed some time after its upload."""
        session = self._client.session
        pauses = AsyncPauses(
            first=5, longest=30, timeout=timeout, now=session.now, sleep=session.sleep
        )
        while True:
            found = await self._find(app, number, version, platform)
            if found is not None:
                return found
            if not await pauses.pause():
                break
        latest = await self.latest(app, version, platform, None)
        near = "no other either" if latest is None else f"the latest is {latest.version}"
        raise NoResultError(f"there is no build {version} ({number}); of that version {near}")

    async def older(self, build: Id[Build]) -> list[str]:
        """Return the ids of builds that were uploaded before one, and can still be tested."""
        newest = await self._client.builds.get(build, include=["app", "preReleaseVersion"])
        if newest.app is None or newest.uploaded_date is None:
            return []
        train = newest.pre_release_version
        pages = self._client.builds.list(
            app=newest.app,
            expired=False,
            processing_state=_ALL_STATES,
            fields={"builds": ["uploadedDate"]},
            limit=200,
            **_narrow(None, None if train is None else str(train.platform)),
        )
        return [
            x.id
            async for x in pages
            if x.id != newest.id and x.uploaded_date and x.uploaded_date < newest.uploaded_date
        ]

    async def _find(
        self, app: Id[App], number: str, version: str, platform: str | None
    ) -> Build | None:
        wanted = plain_number(number)
        builds = self._client.builds.list(
            app=app,
            version=sorted({number, wanted}),
            processing_state=_ALL_STATES,
            include=["preReleaseVersion", "buildBetaDetail"],
            **_narrow(version, platform),
        )
        # Two spellings of a version may answer with one build twice.
        found = {x.id: x async for x in builds if plain_number(x.version or "") == wanted}
        if len(found) > 1:
            raise TooManyResultsError(
                f"{len(found)} platforms have a build {version} ({number}): give platform="
            )
        return next(iter(found.values()), None)

    async def numbers(self, app: Id[App], version: str | None, platform: str | None) -> list[str]:
        """Return the numbers of all builds and uploads."""
        builds = self._client.builds.list(
            app=app,
            processing_state=_ALL_STATES,
            fields={"builds": ["version"]},
            limit=200,
            **_narrow(version, platform),
        )
        narrow: dict[str, Any] = {}
        if version is not None:
            narrow["cf_bundle_short_version_string"] = spellings(version)
        if platform is not None:
            narrow["platform"] = platform
        uploads = self._client.apps.list_build_uploads(
            app, fields={"buildUploads": ["cfBundleVersion"]}, limit=200, **narrow
        )
        found = [build.version async for build in builds]
        found += [upload.cf_bundle_version async for upload in uploads]
        return [number for number in found if number]


def _narrow(version: str | None, platform: str | None) -> dict[str, Any]:
    narrow: dict[str, Any] = {}
    if version is not None:
        narrow["pre_release_version_version"] = spellings(version)
    if platform is not None:
        narrow["pre_release_version_platform"] = platform
    return narrow
