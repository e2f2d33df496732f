"""Jobs of the matrix on TestFlight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix import Job

from support.build_files import ipa

if TYPE_CHECKING:
    from matrix import Run

    from app_store_connect.simulator import Simulator

__all__ = ["JOBS"]

APP = "6100000001"


def upload(_: Simulator) -> Run:
    return lambda asc: asc.workflows.testflight.upload(ipa(), file_name="Trails.ipa")


def ensure_group(_: Simulator) -> Run:
    return lambda asc: asc.workflows.testflight.ensure_group(APP, "Beta", public_link=50)


def change_group(simulator: Simulator) -> Run:
    simulator.client().workflows.testflight.ensure_group(APP, "Beta")
    return lambda asc: asc.workflows.testflight.ensure_group(
        APP, "Beta", public_link=50, feedback=False
    )


def group(asc: Any, name: str = "Friends") -> Any:
    return asc.beta_groups.list(app=APP, name=name).one()


TESTERS = ["dag.trails@example.com", "ada.trails@example.com", ("kim@example.com", "Kim", "Lee")]


def add_testers(simulator: Simulator) -> Run:
    found = simulator.client().workflows.testflight.ensure_group(APP, "Beta")
    rows = [*TESTERS, "lou@example.com"]
    return lambda asc: asc.workflows.testflight.add_testers(found, rows)


def remove_testers(simulator: Simulator) -> Run:
    found = group(simulator.client())
    return lambda asc: asc.workflows.testflight.remove_testers(found, TESTERS)


def distribute(simulator: Simulator) -> Run:
    asc = simulator.client()
    build = asc.workflows.testflight.find_build(APP, "106", version="1.2")
    waiting = asc.workflows.testflight.find_build(APP, "103", version="1.2")
    asc.workflows.testflight.expire([waiting])
    detail = asc.beta_app_review_details.get(APP)
    return lambda asc: asc.workflows.testflight.distribute(
        build,
        ["Friends", "Team"],
        whats_new={"en-US": "Maps load faster.", "de-DE": "Karten laden schneller."},
        uses_non_exempt_encryption=False,
        notify=True,
        beta_texts={"de-DE": {"description": "Wege.", "feedback_email": "a@example.com"}},
        review_contact={"notes": f"Ask {detail.contact_first_name}."},
    )


def expire(_: Simulator) -> Run:
    def run(asc: Any) -> None:
        builds = asc.builds.list(app=APP, version=["102", "103"]).all()
        asc.workflows.testflight.expire(builds)

    return run


def expire_older(_: Simulator) -> Run:
    def run(asc: Any) -> None:
        newest = asc.workflows.testflight.find_build(APP, "104", version="1.2")
        asc.workflows.testflight.expire_older(newest)

    return run


def leave_app(_: Simulator) -> Run:
    def run(asc: Any) -> None:
        app = asc.workflows.apps.find("com.example.trails")
        asc.workflows.testflight.remove_testers(app, TESTERS)

    return run


JOBS = [
    Job("testflight.upload", upload),
    Job("testflight.ensure_group", ensure_group),
    Job("testflight.ensure_group, changing", change_group),
    Job("testflight.add_testers", add_testers),
    Job("testflight.remove_testers", remove_testers),
    Job("testflight.remove_testers, from an app", leave_app),
    Job("testflight.distribute", distribute),
    Job("testflight.expire", expire),
    Job("testflight.expire_older", expire_older),
]
