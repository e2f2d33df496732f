"""An overview of all apps: versions, builds, reviews, and what is about to expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from .. import models as m
from .._runtime.messages.errors import AgreementMissingError, PermissionDeniedError
from .._runtime.public import public
from .common.area import Area
from .version_states import AppVersions, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..client import AsyncClient
    from ..models import App, AppStoreVersion, Build, Certificate, Profile

__all__ = ["AppRow", "AsyncOverview", "TeamOverview"]

_STATES = ("PROCESSING", "FAILED", "INVALID", "VALID")
_APPS_A_REQUEST = 50
_PAGE = 200


class AppRow(msgspec.Struct, frozen=True, kw_only=True):
    """How an app is on a platform; `platform` is empty where there is no version yet.

    `unanswered_reviews` is of the app as a whole, None where the key may not read reviews.
    """

    app: m.App
    platform: str
    versions: AppVersions
    build: m.Build | None
    unanswered_reviews: int | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        build = self.build
        return (
            str(self.app.name),
            self.platform,
            _shown(self.versions.live),
            _shown(self.versions.editable),
            _shown(self.versions.in_review),
            "" if build is None else f"{build.version} {build.processing_state}",
            "" if self.unanswered_reviews is None else str(self.unanswered_reviews),
        )


class TeamOverview(msgspec.Struct, frozen=True, kw_only=True):
    """All apps of a team, a row for each platform; its text is a table.

    `certificates` and `profiles` are those that expire soon or have expired. `notes` say what the
    key may not read, and which agreements wait for the Account Holder.
    """

    apps: tuple[AppRow, ...]
    certificates: tuple[m.Certificate, ...] = ()
    profiles: tuple[m.Profile, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = ("app", "platform", "live", "editable", "in review", "build", "unanswered")
        rows = [head, *(x.cells for x in self.apps)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        lines = [
            "  ".join(x.ljust(width) for x, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        lines += (f"certificate {x.name!r}: expires {x.expiration_date}" for x in self.certificates)
        lines += (f"profile {x.name!r}: expires {x.expiration_date}" for x in self.profiles)
        return "\n".join([*lines, *self.notes])


@public
class AsyncOverview(Area):
    """How a team's apps are doing, to be awaited.

    print(await asc.workflows.overview.read())
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def read(self, *, expiring_within: int = 30) -> TeamOverview:
        """Read the versions, newest builds and unanswered reviews of all apps in one table.

        With the certificates and profiles that expire within so many days. Where the key may not
        read something, or an agreement is missing, the table says so and the rest is there.
        """
        notes: list[str] = []
        try:
            found = self._client.apps.list(
                include=["appStoreVersions"], related_limit={"appStoreVersions": 50}, limit=_PAGE
            )
            apps = [x async for x in found]
        except AgreementMissingError as error:
            return TeamOverview(apps=(), notes=(_agreement(error),))
        builds = await self._builds(apps)
        rows: list[AppRow] = []
        for app in apps:
            reviews = await self._unanswered(app, notes)
            versions = await self._versions(app)
            platforms = list(dict.fromkeys(str(x.platform) for x in versions)) or [""]
            rows += (
                AppRow(
                    app=app,
                    platform=platform,
                    versions=AppVersions(tuple(x for x in versions if str(x.platform) == platform)),
                    build=builds.get((app.id, platform)),
                    unanswered_reviews=reviews,
                )
                for platform in platforms
            )
        until = datetime.fromtimestamp(self._client.session.now(), UTC)
        until += timedelta(days=expiring_within)
        certificates, profiles = await self._expiring(until, notes)
        return TeamOverview(
            apps=tuple(rows),
            certificates=tuple(certificates),
            profiles=tuple(profiles),
            notes=tuple(dict.fromkeys(notes)),
        )

    async def _versions(self, app: App) -> Sequence[AppStoreVersion]:
        """The versions that came with the app, or all of them where some were left out."""
        included = app.app_store_versions
        if not included.truncated:
            return included
        found = self._client.apps.list_app_store_versions(app, limit=_PAGE)
        return [x async for x in found]

    async def _builds(self, apps: list[App]) -> dict[tuple[str, str], Build]:
        """The newest build of each app and platform: the last ones of many apps are one page."""
        newest: dict[tuple[str, str], Build] = {}
        states: Any = list(_STATES)
        for start in range(0, len(apps), _APPS_A_REQUEST):
            chunk = apps[start : start + _APPS_A_REQUEST]
            found = self._client.builds.list(
                app=chunk,
                processing_state=states,
                sort="-uploadedDate",
                include=["app", "preReleaseVersion"],
                limit=_PAGE,
            )
            seen = 0
            async for build in found:
                app, train = build.app, build.pre_release_version
                if app is not None and train is not None:
                    newest.setdefault((app.id, str(train.platform)), build)
                seen += 1
                if seen == _PAGE:
                    break
            for app in chunk if seen == _PAGE else ():
                await self._older_builds(app, newest)
        return newest

    async def _older_builds(self, app: App, newest: dict[tuple[str, str], Build]) -> None:
        """Look for those that others have pushed off the page."""
        states: Any = list(_STATES)
        for platform in dict.fromkeys(str(x.platform) for x in app.app_store_versions):
            if (app.id, platform) not in newest:
                on: Any = platform
                found = self._client.builds.list(
                    app=app,
                    pre_release_version_platform=on,
                    processing_state=states,
                    sort="-uploadedDate",
                    limit=1,
                )
                build = await found.first()
                if build is not None:
                    newest[app.id, platform] = build

    async def _unanswered(self, app: App, notes: list[str]) -> int | None:
        found = self._client.apps.list_customer_reviews(app, exists_published_response=False)
        try:
            return await found.total
        except PermissionDeniedError:
            notes.append("this key may not read customer reviews")
            return None

    async def _expiring(
        self, until: datetime, notes: list[str]
    ) -> tuple[list[Certificate], list[Profile]]:
        certificates = self._client.certificates.list(limit=_PAGE)
        profiles = self._client.profiles.list(include=["certificates"], limit=_PAGE)
        try:
            return (
                [x async for x in certificates if _expires(x, until)],
                # A profile does not turn invalid with its certificate.
                [x async for x in profiles if _any_expires([x, *x.certificates], until)],
            )
        except PermissionDeniedError:
            notes.append("this key may not read certificates and profiles")
            return [], []


def _any_expires(items: Iterable[Certificate | Profile], until: datetime) -> bool:
    return any(_expires(x, until) for x in items)


def _expires(item: Certificate | Profile, until: datetime) -> bool:
    return item.expiration_date is not None and item.expiration_date <= until


def _shown(version: AppStoreVersion | None) -> str:
    return "" if version is None else f"{version.version_string} {state_of(version)}"


def _agreement(error: AgreementMissingError) -> str:
    return f"an agreement waits for the Account Holder: {error.errors[0].detail or error}"
