"""The states of versions, and which of an app's versions is meant by each of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from .. import models as m
from .._runtime.messages.errors import NoResultError
from .common.words import check_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..models import AppStoreVersion

__all__ = [
    "CHANGEABLE",
    "IN_FLIGHT",
    "RELEASED",
    "AppVersions",
    "Platform",
    "check_release",
    "number_of",
    "state_of",
    "version_number",
]

# Fastlane's sets, in spaceship/lib/spaceship/connect_api/models/
# app.rb, and READY_FOR_REVIEW, which a version becomes when a draft has it.
LIVE = frozenset({"READY_FOR_DISTRIBUTION", "PROCESSING_FOR_DISTRIBUTION"})
CHANGEABLE = frozenset(
    {
        "PREPARE_FOR_SUBMISSION",
        "DEVELOPER_REJECTED",
        "REJECTED",
        "METADATA_REJECTED",
        "INVALID_BINARY",
    }
)
EDITABLE = CHANGEABLE | {"WAITING_FOR_REVIEW", "READY_FOR_REVIEW"}
PENDING = frozenset({"PENDING_APPLE_RELEASE", "PENDING_DEVELOPER_RELEASE"})
IN_FLIGHT = PENDING | {
    "ACCEPTED",
    "IN_REVIEW",
    "READY_FOR_REVIEW",
    "WAITING_FOR_EXPORT_COMPLIANCE",
    "WAITING_FOR_REVIEW",
}
RELEASED = LIVE | {"REPLACED_WITH_NEW_VERSION"}

Platform: TypeAlias = Literal["IOS", "MAC_OS", "TV_OS", "VISION_OS"]

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_FORM = re.compile(r"[0-9]+(\.[0-9]+){0,2}")


def version_number(text: str) -> str:
    """Return a version's number as it is; ValueError for what is none."""
    if not _FORM.fullmatch(text):
        raise ValueError(
            f"version {text!r} is not of the form 1.2.3: one to three whole numbers with dots"
        )
    return text


def check_release(wanted: Mapping[str, object], now: float) -> None:
    """Refuse with ValueError when a version is released in no way that Apple knows of."""
    if isinstance(kind := wanted.get("release_type"), str):
        check_word("release_type", kind, ("MANUAL", "AFTER_APPROVAL", "SCHEDULED"))
    date = wanted.get("earliest_release_date")
    if isinstance(date, str):
        try:
            date = datetime.fromisoformat(date)
        except ValueError:
            raise ValueError(
                f"earliest_release_date: {date!r} is not a time such as 2030-01-31T17:00:00Z"
            ) from None
    if isinstance(date, datetime) and (
        date.tzinfo is None or date <= datetime.fromtimestamp(now, UTC)
    ):
        raise ValueError(f"earliest_release_date: {date} is not to come, or has no time zone")


def number_of(version: str | None) -> tuple[int, ...]:
    """Return the parts of a version's number, by which it is compared: 1.2 is 1.2.0 and 1.02."""
    parts = [int(x) for x in re.findall(r"[0-9]+", version or "")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def state_of(version: AppStoreVersion) -> str:
    """Return a version's state, empty where the API does not say it."""
    return str(version.app_version_state or "")


class AppVersions(msgspec.Struct, frozen=True):
    """All App Store versions of an app on one platform, the newest first, by what they are.

    Each includes its build and its phased release.
    """

    versions: tuple[m.AppStoreVersion, ...]

    @property
    def live(self) -> AppStoreVersion | None:
        """The one in the store, or about to be: READY_ or PROCESSING_FOR_DISTRIBUTION."""
        return self._first(LIVE)

    @property
    def editable(self) -> AppStoreVersion | None:
        """The one that is being prepared, the highest number of several.

        Its state is PREPARE_FOR_SUBMISSION, READY_FOR_REVIEW, WAITING_FOR_REVIEW, INVALID_BINARY,
        REJECTED, METADATA_REJECTED or DEVELOPER_REJECTED; in the second and third of these Apple
        lets only some of it be changed.
        """
        found = self._in(EDITABLE)
        return max(found, key=lambda x: number_of(x.version_string), default=None)

    @property
    def latest(self) -> AppStoreVersion | None:
        """The one that was created last, whatever its state."""
        return max(self.versions, key=lambda x: x.created_date or _EARLIEST, default=None)

    @property
    def pending_release(self) -> AppStoreVersion | None:
        """The approved one that waits for its release, by you or by Apple."""
        return self._first(PENDING)

    @property
    def in_review(self) -> AppStoreVersion | None:
        """The one that App Review looks at now: IN_REVIEW."""
        return self._first({"IN_REVIEW"})

    @property
    def in_flight(self) -> AppStoreVersion | None:
        """The one on its way: from READY_FOR_REVIEW until it is released."""
        return self._first(IN_FLIGHT)

    def get(self, number: str) -> AppStoreVersion:
        """Return the version of that number, in any spelling of it.

        Raises:
            NoResultError: there is none; the text names those there are.
        """
        for version in self.versions:
            if number_of(version.version_string) == number_of(number):
                return version
        known = ", ".join(f"{x.version_string} ({state_of(x)})" for x in self.versions)
        raise NoResultError(f"there is no version {number} of this app, but {known or 'none'}")

    def _in(self, states: Iterable[str]) -> list[AppStoreVersion]:
        wanted = frozenset(states)
        return [x for x in self.versions if state_of(x) in wanted]

    def _first(self, states: Iterable[str]) -> AppStoreVersion | None:
        return next(iter(self._in(states)), None)
