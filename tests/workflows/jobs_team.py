"""Jobs of the matrix on the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix import Job

if TYPE_CHECKING:
    from matrix import Run

    from app_store_connect.simulator import Simulator

__all__ = ["JOBS"]

APP = "6100000001"


def invite(_: Simulator) -> Run:
    return lambda asc: asc.workflows.team.invite(
        "kim@example.com", ["DEVELOPER"], first_name="Kim", last_name="Lee", apps=[APP]
    )


def invite_anew(simulator: Simulator) -> Run:
    invite(simulator)(simulator.client())
    return lambda asc: asc.workflows.team.invite(
        "kim@example.com", ["MARKETING"], first_name="Kim", last_name="Lee"
    )


def set_roles(_: Simulator) -> Run:
    return lambda asc: asc.workflows.team.set_roles("toni@example.com", ["MARKETING", "SALES"])


def set_visible_apps(_: Simulator) -> Run:
    return lambda asc: asc.workflows.team.set_visible_apps("sam@example.com", [APP])


def remove(_: Simulator) -> Run:
    return lambda asc: asc.workflows.team.remove("toni@example.com")


JOBS = [
    Job("team.invite", invite),
    Job("team.invite, replacing", invite_anew),
    Job("team.set_roles", set_roles),
    Job("team.set_visible_apps", set_visible_apps),
    Job("team.remove", remove),
]
