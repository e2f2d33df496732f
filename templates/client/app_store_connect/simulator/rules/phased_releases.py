"""Phased releases: seven days, pauses, the end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .localizations import is_first_version
from .states import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("phased_releases")

_DAY = 86_400
_DAYS = 7
_MOST_PAUSED = 30


@rules.before(
    "appStoreVersionPhasedReleases_createInstance",
    number="4.20",
    evidence="D App Store Connect help, release in phases",
    confidence="H",
    says="A first version cannot be released in phases.",
)
def updates_only(call: Call) -> None:
    version = call.related("appStoreVersion")
    if version is not None and is_first_version(call.world, version):
        call.refuse(409, "STATE_ERROR", "The first version of an app cannot be released in phases.")


@rules.born(
    "appStoreVersionPhasedReleases",
    number="4.21",
    evidence="D API documentation; rorkai/App-Store-Connect-CLI #95",
    confidence="H",
    says="Before the release it is INACTIVE and has no date.",
)
def inactive_at_first(world: World, phased: Entity) -> None:
    version = world.one(phased, "appStoreVersion")
    world.default(phased, phasedReleaseState="INACTIVE", totalPauseDuration=0, _run=0)
    if phased["phasedReleaseState"] == "ACTIVE":
        if version is None or version["appVersionState"] != LIVE:
            world.set(phased, phasedReleaseState="INACTIVE")
        elif phased["startDate"] is None:
            _start(world, phased)


@rules.changed(
    "appStoreVersions.appVersionState",
    number="4.21",
    evidence="D App Store Connect help, release in phases",
    confidence="H",
    says="The release makes it ACTIVE on day 1; after seven days it is COMPLETE.",
)
def release_starts_it(world: World, version: Entity, _before: Any) -> None:
    phased = world.one(version, "appStoreVersionPhasedRelease")
    if (
        phased is not None
        and version["appVersionState"] == LIVE
        and phased["phasedReleaseState"] == "INACTIVE"
    ):
        world.set(phased, phasedReleaseState="ACTIVE")
        _start(world, phased)


def _start(world: World, phased: Entity) -> None:
    world.set(phased, startDate=world.stamp(), currentDayNumber=1)
    _next_day(world, phased)


def _next_day(world: World, phased: Entity) -> None:
    """Announce the next day; what was announced before a pause is of an older run."""
    run = (phased["_run"] or 0) + 1
    world.set(phased, _run=run)
    world.later(_DAY, "phase day", phased, run=run)


@rules.event(
    "phase day",
    number="4.21",
    evidence="D App Store Connect help, release in phases",
    confidence="H",
    says="Each day reaches a greater share: 1, 2, 5, 10, 20, 50, 100 percent.",
)
def day_passes(world: World, phased: Entity, data: Mapping[str, Any]) -> None:
    if data["run"] != phased["_run"] or phased["phasedReleaseState"] != "ACTIVE":
        return
    day = (phased["currentDayNumber"] or 1) + 1
    if day > _DAYS:
        world.set(phased, phasedReleaseState="COMPLETE")
    else:
        world.set(phased, currentDayNumber=day)
        _next_day(world, phased)


@rules.before(
    "appStoreVersionPhasedReleases_updateInstance",
    number="4.22",
    evidence="R tramlinehq/applelink",
    confidence="H",
    says="The state that it has already is refused.",
)
def another_state(call: Call) -> None:
    if call.attributes.get("phasedReleaseState") == call.target["phasedReleaseState"]:
        detail = "The attribute 'phasedReleaseState' already has this value"
        call.invalid("phasedReleaseState", detail)


@rules.before(
    "appStoreVersionPhasedReleases_updateInstance",
    number="4.23",
    evidence="R tramlinehq/applelink",
    confidence="H",
    says="COMPLETE is final.",
)
def complete_is_final(call: Call) -> None:
    if call.target["phasedReleaseState"] == "COMPLETE":
        call.invalid("phasedReleaseState", "The phased release is complete; its state is final")


@rules.changed(
    "appStoreVersionPhasedReleases.phasedReleaseState",
    number="4.24",
    evidence="D App Store Connect help, release in phases",
    confidence="M",
    says="Pauses add up to 30 days at most; what is resumed goes on with the same day.",
)
def pauses_are_counted(world: World, phased: Entity, before: Any) -> None:
    state = phased["phasedReleaseState"]
    if state == "PAUSED":
        left = max(0, _MOST_PAUSED - (phased["totalPauseDuration"] or 0))
        run = (phased["_run"] or 0) + 1
        world.set(phased, _pausedAt=world.stamp(), _run=run)
        world.later(left * _DAY, "pause ends", phased, run=run)
    elif before == "PAUSED" and phased["_pausedAt"]:
        paused = world.now - datetime.fromisoformat(phased["_pausedAt"])
        total = (phased["totalPauseDuration"] or 0) + paused.days
        world.set(phased, totalPauseDuration=total, _pausedAt=None)
        if state == "ACTIVE":
            _next_day(world, phased)


@rules.event(
    "pause ends",
    number="4.24",
    evidence="D App Store Connect help, release in phases",
    confidence="M",
    says="After 30 days of pauses it goes on by itself.",
)
def pause_is_used_up(world: World, phased: Entity, data: Mapping[str, Any]) -> None:
    if data["run"] == phased["_run"] and phased["phasedReleaseState"] == "PAUSED":
        world.set(phased, phasedReleaseState="ACTIVE")


@rules.before(
    "appStoreVersionPhasedReleases_deleteInstance",
    number="4.24",
    evidence="D API documentation",
    confidence="M",
    says="It can be deleted until it has started.",
)
def started_ones_stay(call: Call) -> None:
    if call.target["phasedReleaseState"] != "INACTIVE":
        call.refuse(409, "STATE_ERROR", "A phased release that has started cannot be deleted.")
