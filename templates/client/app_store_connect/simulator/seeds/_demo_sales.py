"""What the demo team sells: prices, purchases, subscriptions; and what customers say to that."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec

from ..._api import facts
from ..rules.product_price_points import POINT_TYPES, price_point

if TYPE_CHECKING:
    from ..state import Entity
    from ._demo_apps import AppPlan
    from ._planter import Planter

__all__ = ["plant_sales"]

_TERRITORIES = {"USA": "USD", "DEU": "EUR", "JPN": "JPY", "GBR": "GBP"}
_PURCHASES = (
    ("Maps", "maps", "NON_CONSUMABLE", "APPROVED"),
    ("Coffee", "coffee", "CONSUMABLE", "READY_TO_SUBMIT"),
)
# The number of the price point that is 4.99 dollars.
_PRICED = ("10048", 4.99)
_PERIODS = (("Monthly", "ONE_MONTH", "APPROVED"), ("Yearly", "ONE_YEAR", "APPROVED"))
_REVIEWS = (
    (5, "Does what it says", "It does, and nothing else.", "USA", 12, "Thank you for writing."),
    (2, "Lost my place", "After the update my list was empty.", "DEU", 6, ""),
    (4, "Nearly there", "Larger letters, please.", "JPN", 2, ""),
)


def plant_sales(planter: Planter, plan: AppPlan, app: Entity) -> None:
    """Give an app prices, products and reviews; one that was never released has no reviews."""
    territories = [
        found
        for code, currency in _TERRITORIES.items()
        if (found := planter.add("territories", {"currency": currency}, code)) is not None
    ]
    _prices(planter, app, territories)
    _purchases(planter, plan, app, territories)
    _subscriptions(planter, plan, app, territories)
    if plan.infos[0] == "READY_FOR_DISTRIBUTION":
        _reviews(planter, plan, app)


def _prices(planter: Planter, app: Entity, territories: list[Entity]) -> None:
    if not territories:
        return
    base = territories[0]
    parts = msgspec.json.encode({"s": app.id, "t": base.id, "p": "10000"})
    point = planter.add(
        "appPricePoints",
        {"customerPrice": "0.0", "proceeds": "0.0"},
        base64.urlsafe_b64encode(parts).decode().rstrip("="),
        app=app,
        territory=base,
    )
    price = planter.add("appPrices", {"manual": True}, appPricePoint=point, territory=base)
    planter.give(app, "appPriceSchedule", {}, baseTerritory=base, manualPrices=price)
    available = [
        planter.add(
            "territoryAvailabilities",
            {"available": True, "preOrderEnabled": False, "contentStatuses": ["AVAILABLE"]},
            territory=territory,
        )
        for territory in territories
    ]
    planter.give(
        app,
        "appAvailabilityV2",
        {"availableInNewTerritories": True},
        territoryAvailabilities=[x for x in available if x is not None],
    )


def _purchases(planter: Planter, plan: AppPlan, app: Entity, territories: list[Entity]) -> None:
    for name, word, kind, state in _PURCHASES:
        product = planter.give(
            app,
            "inAppPurchasesV2",
            {
                "name": name,
                "productId": f"{plan.bundle_id}.{word}",
                "inAppPurchaseType": kind,
                "state": state,
                "familySharable": False,
            },
        )
        planter.give(
            product,
            "inAppPurchaseLocalizations",
            {
                "locale": "en-US",
                "name": name,
                "description": f"{name} for {plan.name}",
                "state": "APPROVED" if state == "APPROVED" else "PREPARE_FOR_SUBMISSION",
            },
        )
        _sell(planter, product, "inAppPurchaseAvailability", territories)
        for point in _points(planter, product, territories[:1]):
            price = planter.add(
                "inAppPurchasePrices",
                {"manual": True},
                inAppPurchasePricePoint=point,
                territory=territories[0],
            )
            planter.give(
                product, "iapPriceSchedule", {}, baseTerritory=territories[0], manualPrices=price
            )


def _subscriptions(planter: Planter, plan: AppPlan, app: Entity, territories: list[Entity]) -> None:
    group = planter.give(app, "subscriptionGroups", {"referenceName": f"{plan.name} Plus"})
    planter.give(
        group,
        "subscriptionGroupLocalizations",
        {"locale": "en-US", "name": f"{plan.name} Plus", "state": "APPROVED"},
    )
    for level, (name, period, state) in enumerate(_PERIODS, 1):
        subscription = planter.give(
            group,
            "subscriptions",
            {
                "name": name,
                "productId": f"{plan.bundle_id}.{name.lower()}",
                "subscriptionPeriod": period,
                "state": state,
                "groupLevel": level,
                "familySharable": False,
            },
        )
        planter.give(
            subscription,
            "subscriptionLocalizations",
            {
                "locale": "en-US",
                "name": f"{plan.name} {name}",
                "description": "All of it, as long as it lasts",
                "state": "APPROVED",
            },
        )
        _sell(planter, subscription, "subscriptionAvailability", territories)
        points = _points(planter, subscription, territories)
        for territory, point in zip(territories, points, strict=False):
            planter.give(
                subscription,
                "prices",
                {"preserved": False},
                subscriptionPricePoint=point,
                territory=territory,
            )


def _sell(
    planter: Planter, product: Entity | None, availability: str, territories: list[Entity]
) -> None:
    planter.give(
        product,
        availability,
        {"availableInNewTerritories": True},
        availableTerritories=territories,
    )
    planter.give(
        product,
        "appStoreReviewScreenshot",
        {
            "fileName": "review.png",
            "fileSize": 1,
            "assetDeliveryState": {"state": "COMPLETE", "errors": [], "warnings": []},
        },
    )


def _points(planter: Planter, product: Entity | None, territories: list[Entity]) -> list[Entity]:
    """Return the price points of one price, none where the document has no such."""
    if product is None or POINT_TYPES.get(product.type) not in facts().types:
        return []
    return [price_point(planter.world, product, x, *_PRICED) for x in territories]


def _reviews(planter: Planter, plan: AppPlan, app: Entity) -> None:
    version = next(
        x
        for x in planter.world.many(app, "appStoreVersions")
        if x["appVersionState"] == "READY_FOR_DISTRIBUTION"
    )
    for rating, title, body, territory, days, answer in _REVIEWS:
        review = planter.give(
            app,
            "customerReviews",
            {
                "rating": rating,
                "title": title,
                "body": body,
                "reviewerNickname": f"{plan.word}-{territory.lower()}",
                "createdDate": planter.ago(days),
                "territory": territory,
            },
            reviewTerritory=planter.world.find("territories", territory),
        )
        if review is None:
            return
        planter.world.link(version, "customerReviews", review)
        if answer:
            planter.give(
                review,
                "response",
                {
                    "responseBody": answer,
                    "lastModifiedDate": planter.ago(days - 1),
                    "state": "PUBLISHED",
                },
            )
