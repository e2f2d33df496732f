"""Jobs of the matrix on purchases: a table that makes everything, and one that changes it."""

from __future__ import annotations

import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from matrix import Job, Run

from support.media import png

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator

__all__ = ["ENDED", "JOBS", "PROMOTED", "SCREENSHOT", "SOLD", "TABLE"]

# Deleted when the program ends.
_FOLDER = TemporaryDirectory(prefix="purchases-")
SCREENSHOT = Path(_FOLDER.name) / "review.png"
SCREENSHOT.write_bytes(png(1290, 2796))
IMAGE = SCREENSHOT.with_name("promoted.png")
IMAGE.write_bytes(png(1024, 1024))

TABLE: dict[str, Any] = {
    "purchases": [
        {
            "product_id": "com.example.trails.peaks",
            "name": "Peaks",
            "type": "NON_CONSUMABLE",
            "price": "4.99",
            "prices": {"JPN": "598"},
            "territories": ["USA", "DEU", "JPN"],
            "review_screenshot": str(SCREENSHOT),
            "localizations": {
                "en-US": {"name": "Peaks", "description": "All of them"},
                "de-DE": {"name": "Gipfel", "description": "Alle"},
            },
        }
    ],
    "groups": [
        {
            "name": "Trails Club",
            "localizations": {"en-US": {"name": "Club"}},
            "subscriptions": [
                {
                    "product_id": "com.example.trails.club",
                    "name": "Club",
                    "period": "ONE_MONTH",
                    "price": "2.99",
                    "territories": ["USA", "DEU"],
                    "localizations": {"en-US": {"name": "Club", "description": "Every month"}},
                    "introductory_offers": [{"mode": "FREE_TRIAL", "duration": "ONE_WEEK"}],
                    "promotional_offers": [
                        {
                            "name": "Back",
                            "code": "BACK",
                            "mode": "PAY_AS_YOU_GO",
                            "duration": "ONE_MONTH",
                            "price": "0.99",
                        }
                    ],
                    "offer_codes": [
                        {
                            "name": "Fair",
                            "mode": "FREE_TRIAL",
                            "duration": "ONE_MONTH",
                            "customers": ["NEW"],
                            "custom_codes": {"FAIR": 500},
                        }
                    ],
                }
            ],
        }
    ],
}

_END = "2027-06-30"
_FAIR: dict[str, Any] = {
    "name": "Fair",
    "mode": "FREE_TRIAL",
    "duration": "ONE_MONTH",
    "customers": ["NEW"],
    "territories": ["USA"],
}
_WIN_BACK: dict[str, Any] = {
    "name": "Come back",
    "code": "COMEBACK",
    "mode": "PAY_UP_FRONT",
    "duration": "THREE_MONTHS",
    "price": "1.99",
    "territories": ["USA", "DEU"],
    "start": "2027-01-01",
    "paid_months": 3,
    "left_months": [2, 12],
}


_GIVEN: dict[str, Any] = {
    "custom_codes": {"SPRING": 100},
    "one_time_codes": [{"count": 10, "expires": _END}],
}
SOLD: dict[str, Any] = {
    "purchases": [
        {
            "product_id": "com.example.trails.maps",
            "name": "Maps",
            "type": "NON_CONSUMABLE",
            "localizations": {"en-US": {"name": "Charts"}, "de-DE": {"name": "Karten"}},
            "offer_codes": [{"name": "Spring", "customers": ["NON_SPENDER"], **_GIVEN}],
        }
    ],
    "groups": [
        {
            "name": "Trails Plus",
            "subscriptions": [
                {
                    "product_id": "com.example.trails.monthly",
                    "name": "Monthly",
                    "period": "ONE_MONTH",
                    "localizations": {"en-US": {"name": "Every month", "description": "All"}},
                    "win_back_offers": [_WIN_BACK],
                    "offer_codes": [{**_FAIR, **_GIVEN}],
                }
            ],
        }
    ],
}

ENDED = copy.deepcopy(SOLD)
_SPRING = ENDED["purchases"][0]["offer_codes"][0]
_SPRING["custom_codes"] = {"SPRING": {"count": 100, "active": False}}
_SPRING["one_time_codes"][0]["active"] = False
_MONTHLY = ENDED["groups"][0]["subscriptions"][0]
_MONTHLY["win_back_offers"][0]["active"] = False
_MONTHLY["offer_codes"][0]["active"] = False

_PLAIN = ("product_id", "name", "type", "period")
_COFFEE = {"product_id": "com.example.trails.coffee", "name": "Coffee", "type": "CONSUMABLE"}
PROMOTED: dict[str, Any] = {
    "purchases": [{x: y for x, y in SOLD["purchases"][0].items() if x in _PLAIN}, _COFFEE],
    "groups": [
        {
            "name": "Trails Plus",
            "subscriptions": [{x: y for x, y in _MONTHLY.items() if x in _PLAIN}],
        }
    ],
    "promoted": [
        {"product_id": "com.example.trails.monthly"},
        {"product_id": "com.example.trails.coffee", "active": False},
        {"product_id": "com.example.trails.maps"},
    ],
}


def ensure(simulator: Simulator) -> Run:
    """Make a purchase, a group and a subscription with all their parts."""
    app = simulator.world.all("apps")[0].id
    return lambda asc: asc.workflows.purchases.ensure(app, TABLE)


def change_prices(simulator: Simulator) -> Run:
    """Change the prices of an approved subscription in three territories."""
    subscriptions = simulator.world.all("subscriptions")
    product = next(x.id for x in subscriptions if x["productId"].endswith("trails.monthly"))

    def run(asc: Any, prices: dict[str, str] | None = None) -> None:
        found = asc.subscriptions.get(product)
        there = {"USA": "2.99", "DEU": "9.89", "GBR": "9.69", "JPN": "1648"}
        asc.workflows.purchases.set_prices(found, prices or there, base="USA", preserve=True)

    with simulator.client() as asc:
        run(asc, {"USA": "2.99"})
    return run


def submit(simulator: Simulator) -> Run:
    """Submit a product that has just got all its parts."""
    products = simulator.world.all("inAppPurchases")
    product = next(x.id for x in products if x["productId"] == "com.example.trails.coffee")
    table = {
        "purchases": [
            {
                "product_id": "com.example.trails.coffee",
                "name": "Coffee",
                "type": "CONSUMABLE",
                "price": "0.99",
                "territories": "all",
                "review_screenshot": str(SCREENSHOT),
            }
        ]
    }
    with simulator.client() as asc:
        asc.workflows.purchases.ensure(simulator.world.all("apps")[0].id, table)

    def run(asc: Any) -> None:
        asc.workflows.purchases.submit(asc.in_app_purchases_v2.get(product))

    return run


def ensure_sold(simulator: Simulator) -> Run:
    """Give products that are sold already other texts, codes to give away and win-back offers."""
    app = _trails(simulator)
    return lambda asc: asc.workflows.purchases.ensure(app, SOLD)


def end(simulator: Simulator) -> Run:
    """End what was given away."""
    app = _trails(simulator)
    with simulator.client() as asc:
        asc.workflows.purchases.ensure(app, SOLD)
    return lambda asc: asc.workflows.purchases.ensure(app, ENDED)


def promote(simulator: Simulator) -> Run:
    """Give products other images and promote them, in another order than they are."""
    app = _trails(simulator)
    with simulator.client() as asc:
        asc.workflows.purchases.ensure(app, {**PROMOTED, "promoted": PROMOTED["promoted"][1:]})
    table = copy.deepcopy(PROMOTED)
    for product in (*table["purchases"], *table["groups"][0]["subscriptions"]):
        product["image"] = str(IMAGE)
    table["promoted"][1]["active"] = True
    return lambda asc: asc.workflows.purchases.ensure(app, table)


def _trails(simulator: Simulator) -> str:
    return next(x.id for x in simulator.world.all("apps") if x["bundleId"].endswith("trails"))


def submit_version(simulator: Simulator) -> Run:
    """Submit the new version of a product that is sold already."""
    app = _trails(simulator)
    products = simulator.world.all("subscriptions")
    product = next(x.id for x in products if x["productId"] == "com.example.trails.monthly")
    with simulator.client() as asc:
        asc.workflows.purchases.ensure(app, SOLD)

    def run(asc: Any) -> None:
        asc.workflows.purchases.submit(asc.subscriptions.get(product), app=app)

    return run


JOBS = [
    Job("purchases.submit, of a new version", submit_version),
    Job("purchases.ensure", ensure),
    Job("purchases.ensure, of what is sold", ensure_sold),
    Job("purchases.ensure, of what is promoted", promote),
    Job("purchases.ensure, of what ends", end),
    Job("purchases.set_prices", change_prices),
    Job("purchases.submit", submit),
]
