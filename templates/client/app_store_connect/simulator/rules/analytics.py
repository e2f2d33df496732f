"""Analytics reports: asked for once, there a day or two later, in instances and segments."""

from __future__ import annotations

import gzip
import hashlib
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from ..registry import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("analytics")

rules.known(
    "10.3",
    evidence="S",
    confidence="H",
    says="Requests for reports are listed by their app, there is no collection of them: 403.",
)
rules.switch(
    "second_analytics_request",
    default="STATE_ERROR",
    choices=("STATE_ERROR", "ENTITY_ERROR"),
    number="10.3",
    says="The code by which a second request of one access type is refused.",
)

_HEAD = ("Date", "App Name", "App Apple Identifier")
_DOWNLOADS = ("First-time download", "Redownload", "Auto-update")
# Of each report its category, the columns of kinds with what is told apart in them, the counts.
_REPORTS: dict[str, tuple[str, dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    "App Sessions Standard": ("APP_USAGE", {}, ("Sessions", "Unique Devices")),
    "App Store Discovery and Engagement Standard": (
        "APP_STORE_ENGAGEMENT",
        {"Event": ("Impression", "Page view", "Tap")},
        ("Counts", "Unique Counts"),
    ),
    "App Downloads Standard": ("COMMERCE", {"Download Type": _DOWNLOADS}, ("Counts",)),
    "App Store Purchases Standard": (
        "COMMERCE",
        {},
        ("Purchases", "Proceeds in USD", "Sales in USD", "Paying Users"),
    ),
    "App Store Installation and Deletion Standard": (
        "APP_USAGE",
        {"Event": ("Install", "Delete")},
        ("Counts", "Unique Devices"),
    ),
    "Location Sessions": ("FRAMEWORK_USAGE", {}, ("Counts",)),
    "App Crashes": ("APP_USAGE", {}, ("Crashes", "Unique Devices")),
    "App Install Performance": ("PERFORMANCE", {}, ("Counts",)),
}
_READY = timedelta(hours=36)
_DAY = timedelta(days=1)
_URL_LIFE = timedelta(minutes=5)


@rules.before(
    "analyticsReportRequests_createInstance",
    number="10.3",
    evidence="C+ field notes",
    confidence="H",
    says="There is one request of an access type, even if it has stopped: 409 without its id.",
)
def one_request_of_a_type(call: Call) -> None:
    app = call.related("app")
    kind = call.attributes.get("accessType")
    requests = call.world.many(app, "analyticsReportRequests") if app is not None else []
    if any(x["accessType"] == kind for x in requests):
        code = call.world.switch("second_analytics_request")
        call.refuse(409, code, "You already have such an entity")


rules.known(
    "10.4",
    evidence="C+ field notes",
    confidence="H",
    says="A request that was stopped for inactivity has to be deleted and made again.",
)


@rules.born(
    "analyticsReportRequests",
    number="10.5",
    evidence="D Downloading analytics reports",
    confidence="H",
    says="The reports of a request are there a day or two later.",
)
def reports_come_later(world: World, request: Entity) -> None:
    world.default(request, stoppedDueToInactivity=False, accessType="ONGOING")
    if not world.many(request, "reports"):
        world.later(_READY, "analytics are ready", request)


@rules.event(
    "analytics are ready",
    number="10.5",
    evidence="D Downloading analytics reports",
    confidence="H",
    says=(
        "There are reports of each category, a few of Apple's, with their columns and an instance "
        "for the day before."
    ),
)
def analytics_are_ready(world: World, request: Entity, _data: Mapping[str, Any]) -> None:
    for name, (category, _, _) in _REPORTS.items():
        report = world.create("analyticsReports", {"name": name, "category": category})
        world.link(request, "reports", report)
    _add_day(world, request)


@rules.event(
    "analytics of a day",
    number="10.5",
    evidence="D Downloading analytics reports",
    confidence="H",
    says="An ONGOING request gets an instance of each report every day, a snapshot stays as it is.",
)
def analytics_of_a_day(world: World, request: Entity, _data: Mapping[str, Any]) -> None:
    if not request["stoppedDueToInactivity"]:
        _add_day(world, request)


def _add_day(world: World, request: Entity) -> None:
    day = (world.now - _DAY).date()
    for report in world.many(request, "reports"):
        granularities = ["DAILY"] + ["WEEKLY"] * (day.weekday() == 0) + ["MONTHLY"] * (day.day == 1)
        for granularity in granularities:
            _add_instance(world, request, report, granularity, day)
    if request["accessType"] == "ONGOING":
        world.later(_DAY, "analytics of a day", request)


def _add_instance(
    world: World, request: Entity, report: Entity, granularity: str, day: date
) -> None:
    made = {"granularity": granularity, "processingDate": day.isoformat()}
    instance = world.create("analyticsReportInstances", made)
    world.link(report, "instances", instance)
    content = gzip.compress(_rows(world, request, str(report["name"]), day).encode(), mtime=0)
    sums = {
        "checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sizeInBytes": len(content),
    }
    segment = world.create("analyticsReportSegments", sums)
    world.link(instance, "segments", segment)
    world.state.put_file(_file(segment), content)


def _rows(world: World, request: Entity, name: str, day: date) -> str:
    app = world.one(request, "app")
    whose = (app["name"] or "", app.id) if app is not None else ("", "")
    _, kinds, counts = _REPORTS[name]
    lines = ["\t".join((*_HEAD, *kinds, "Territory", *counts))]
    for kind in product(*kinds.values()):
        for territory in ("US", "DE"):
            found = (str(world.draw("analytics", 1)[0]) for _ in counts)
            lines.append("\t".join((day.isoformat(), *whose, *kind, territory, *found)))
    return "".join(f"{line}\n" for line in lines)


def _file(segment: Entity) -> str:
    return f"analyticsReportSegments/{segment.id}"


def _sign(world: World, segment: Entity) -> None:
    """Give a segment an address that is good for five minutes from now."""
    content = world.state.file(_file(segment))
    if content is None:
        return
    old = segment["_file"]
    if old is not None and segment["_until"] > world.stamp():
        return
    name = f"{_file(segment)}/{world.uuid('segments')}"
    world.state.put_file(name, content)
    until = (world.now + _URL_LIFE).isoformat(timespec="seconds")
    world.set(segment, url=world.file_url(name), _file=name, _until=until)
    world.later(_URL_LIFE, "segment address ends", segment, name=name)


@rules.before(
    "analyticsReportInstances_segments_getToManyRelated",
    number="10.5",
    evidence="D Downloading analytics reports",
    confidence="H",
    says="A segment's address is good for five minutes; reading the segment gives a new one.",
)
def segments_get_addresses(call: Call) -> None:
    for segment in call.world.many(call.target, "segments"):
        _sign(call.world, segment)


@rules.before(
    "analyticsReportSegments_getInstance",
    number="10.5",
    evidence="D Downloading analytics reports",
    confidence="H",
    says="Reading one segment gives it a new address too.",
)
def segment_gets_an_address(call: Call) -> None:
    _sign(call.world, call.target)


@rules.event(
    "segment address ends",
    number="10.5",
    evidence="D Downloading analytics reports",
    confidence="H",
    says="After five minutes nothing is to be had there.",
)
def segment_address_ends(world: World, segment: Entity, data: Mapping[str, Any]) -> None:
    world.state.drop_file(data["name"])
    if segment["_file"] == data["name"]:
        world.set(segment, _file=None)
