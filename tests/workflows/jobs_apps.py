"""Jobs of the matrix on apps as a whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from matrix import Job

from support.ready_app import add_app

if TYPE_CHECKING:
    from matrix import Run

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

__all__ = ["JOBS"]

TRAILS = "6100000001"


def described(simulator: Simulator) -> Run:
    def run(asc: Client) -> None:
        apps = asc.workflows.apps
        apps.set_texts(TRAILS, {"en-US": {"subtitle": "Walks"}, "it": {"name": "Sentieri"}})
        apps.set_categories(TRAILS, primary_category="NAVIGATION")
        apps.set_age_rating(TRAILS, gambling=True)

    del simulator
    return run


def priced(simulator: Simulator) -> Run:
    app = add_app(simulator)

    def run(asc: Client) -> None:
        asc.workflows.apps.set_price(app, "4.99")
        asc.workflows.apps.set_price(app, "5.99", start=date(2026, 2, 1))

    return lambda asc: run(asc) if not asc.workflows.apps.price_table(app) else later(asc)


def later(asc: Client) -> None:
    asc.workflows.apps.set_price(asc.apps.list().one(), "5.99", start=date(2026, 2, 1))


def available(simulator: Simulator) -> Run:
    app = add_app(simulator)

    def run(asc: Client) -> None:
        asc.workflows.apps.set_availability(app, ["USA", "FRA", "DEU"])

    return run


def less_available(simulator: Simulator) -> Run:
    app = add_app(simulator)
    with simulator.client() as asc:
        asc.workflows.apps.set_availability(app, ["USA", "FRA", "DEU"])
    return lambda asc: asc.workflows.apps.set_availability(app, ["USA", "JPN"])


JOBS: list[Job] = [
    Job("an app is described", described),
    Job("an app gets a price and a later one", priced, seed=""),
    Job("an app is made available", available, seed=""),
    Job("an app is taken from territories and put into another", less_available, seed=""),
]
