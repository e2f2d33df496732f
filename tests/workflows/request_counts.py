"""How many requests jobs take on the simulator, beside what fastlane needs for the same.

fastlane's numbers are counted step by step from what its source does: its tools list, look again,
and write what has not changed too. However long a wait is, it counts as one look, here and there.
Where fastlane has no such job, or one that no key can do, there is no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from matrix import Job

from app_store_connect.reports import ReportNotReadyError
from app_store_connect.simulator import Simulator
from support.ready_app import ready_app

if TYPE_CHECKING:
    from matrix import Run

    from app_store_connect import Client

__all__ = ["COUNTS", "Count", "requests_of"]

TRAILS = "6100000001"


@dataclass(frozen=True)
class Count:
    """The requests of a job: at most `most`; fastlane's are `fastlane`, by these steps."""

    id: str
    job: str
    most: int
    fastlane: int | None = None
    steps: str = ""


def versions(_: Simulator) -> Run:
    return lambda asc: asc.workflows.versions.all(TRAILS)


def preflight(simulator: Simulator) -> Run:
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
    return lambda asc: asc.workflows.versions.preflight(ready.app)


def overview(_: Simulator) -> Run:
    return lambda asc: asc.workflows.overview.read()


def metric(simulator: Simulator) -> Run:
    def run(asc: Client) -> None:
        asc.workflows.analytics.metric(TRAILS, "impressions")

    with simulator.client() as asc:
        try:
            run(asc)
        except ReportNotReadyError:
            simulator.clock.advance(days=3)
    return run


READING = (
    Job("the versions of an app by state", versions),
    Job("a version is checked before its submission", preflight, seed=""),
    Job("an overview of all apps", overview),
    Job("a metric by the days", metric),
)

COUNTS = (
    Count("versions", READING[0].name, 1, 5, "five getters, each lists the versions"),
    Count("preflight", READING[1].name, 11, 4, "precheck: app info, version, texts of both"),
    Count(
        *("submit", "a first version is submitted", 16, 14),
        "precheck 4; version 1, build 2, attach 1, submissions 2, create 1, item 1, look 1, send 1",
    ),
    Count(
        *("prepare", "an update is prepared", 11, 17),
        "versions 1, create 1, look again 2, texts 1 + 2 + 3, update 1, first? 1, contact 2,"
        " build 3",
    ),
    Count(
        *("folder", "a folder of deliver's is applied", 20, 21),
        "app 1, version 1, info 1, texts 2 + 2 + 3, first? 1, update 1, categories 1, phases 2,"
        " contact 2, attachment 1 + 3",
    ),
    Count(
        *("media-sets", "media.sync, sets", 25, 34),
        "version 1, texts 1 + 2, sets 2 + 2, four files 12, wait 2, check 2, order 2; previews:"
        " texts 1, sets 1 + 1, file 3, wait 1, order 1",
    ),
    Count("app-clip", "an App Clip card is carried over", 21),
    Count("media-library", "media.sync, library", 26),
    Count(
        *("distribute", "testflight.distribute", 13, 13),
        "build 1, contact 1, texts 1 + 1, notes 1 + 2, detail 1, compliance 2, review 1, groups 2",
    ),
    Count(
        *("testers", "testflight.add_testers", 5, 10),
        "app 1, groups 1, create 4, find and add the two that are known 4",
    ),
    Count("upload", "testflight.upload", 7),
    Count(
        *("signing", "signing.setup, app-store", 6, 8),
        "certificates 1 + 1, bundle id 1 + 1, profiles 1, certificates 1, name 1, create 1",
    ),
    Count("devices", "signing.register_devices", 4, 4, "devices 1, create 3"),
    Count("price", "an app gets a price and a later one", 8),
    Count("products", "purchases.ensure", 29),
    Count("product-version", "purchases.submit, of a new version", 10),
    Count("promoted", "purchases.ensure, of what is promoted", 25),
    Count("overview", READING[2].name, 7),
    Count("metric", READING[3].name, 7),
)


@cache
def _jobs() -> dict[str, Job]:
    names = sorted(x.stem for x in Path(__file__).parent.glob("jobs_*.py"))
    found = [*READING, *(job for name in names for job in import_module(name).JOBS)]
    return {job.name: job for job in found}


def requests_of(count: Count) -> int:
    """Do the job once, undisturbed, and return how many requests that took.

    A read that is repeated while nothing is written is a wait.
    """
    job = _jobs()[count.job]
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    simulator.requests.clear()
    with simulator.client() as asc:
        run(asc)
    found, looks = 0, set[str]()
    for request in simulator.requests:
        look = f"{request.path}?{request.query}"
        if request.method != "GET":
            looks.clear()
        elif look in looks:
            continue
        looks.add(look)
        found += 1
    return found
