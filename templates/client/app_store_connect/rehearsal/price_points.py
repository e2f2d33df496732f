"""Price points of products that only a trial has.

Apple makes the ids of price points of the id of what is sold, so a new product has none yet. Prices
are the same steps for all that an app sells: a trial shows those of the app itself, and a plan
finds the product's own when that is created.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .change import Origin
from .documents import member
from .errors import PlanError
from .knowledge import is_new

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..simulator.state import Entity
    from .knowledge import TrialWorld
    from .trial import Asked

__all__ = ["PricePoints", "check_price"]

_TYPES = {
    "inAppPurchases": "inAppPurchasePricePoints",
    "subscriptions": "subscriptionPricePoints",
}
_PATHS = {"inAppPurchases": "/v2/inAppPurchases", "subscriptions": "/v1/subscriptions"}
_NEAR = 3
_ELSEWHERE = frozenset({"equalizations", "adjustedEqualizations"})


class PricePoints:
    """The price points of a trial's own products."""

    def __init__(self, world: TrialWorld) -> None:
        self._world = world
        self._origins: dict[str, Origin] = {}
        # The app's price points by those that stand for them.
        self._apps: dict[str, str] = {}

    def source(self, asked: Asked) -> str | None:
        """Return where the API has the like of what is asked for; empty where it has it nowhere.

        It is None for what is asked of the API itself.
        """
        (kind, identifier), edge = asked.owner, asked.edge
        if edge is None or not is_new(identifier):
            return None
        if kind in _TYPES and edge.name == "pricePoints":
            app = self._app_of(kind, identifier)
            wanted = ",".join(asked.query.filters.get("territory", ()))
            chosen = f"filter[territory]={wanted}&" if wanted else ""
            return app and f"/v1/apps/{app}/appPricePoints?{chosen}include=territory&limit=200"
        if kind in _TYPES.values() and edge.name in _ELSEWHERE:
            point = quote(self._apps.get(identifier, ""), safe="")
            return point and f"/v3/appPricePoints/{point}/equalizations?include=territory&limit=200"
        return None

    def take(self, asked: Asked, items: Iterable[dict[str, Any]]) -> None:
        """Let the trial's product have the price points that its app has."""
        world, (kind, identifier) = self._world, asked.owner
        if asked.edge is None or (owner := world.find(kind, identifier)) is None:
            return
        product = owner
        if kind not in _TYPES:
            product = world.find(owner["_kind"], owner["_product"]) or owner
        for item in items:
            price = member(item, "attributes").get("customerPrice")
            territory = member(item, "relationships", "territory", "data").get("id")
            # No product is free.
            if isinstance(price, str) and isinstance(territory, str) and _is_paid(price):
                point = self._point(product, item, territory, price)
                world.link(owner, asked.edge.name, point)
                self._origins.setdefault(point.id, _origin(asked, point, territory, price))

    def origin(self, identifier: str) -> Origin | None:
        """Return where the product's own price point is found once there is the product."""
        return self._origins.get(identifier)

    def _point(self, product: Entity, item: dict[str, Any], territory: str, price: str) -> Entity:
        world, kind = self._world, _TYPES[product.type]
        name = f"{product.id}-{territory}-{price}"
        found = world.state.find(kind, name)
        if found is None:
            told = member(item, "attributes")
            attributes = {x: told[x] for x in world.names_of(kind) if x in told}
            attributes |= {"_kind": product.type, "_product": product.id}
            place = world.state.find("territories", territory)
            others: Any = {} if place is None else {"territory": place}
            found = world.create(kind, attributes, others, id=name)
            self._apps[name] = item["id"]
        return found

    def _app_of(self, kind: str, identifier: str) -> str:
        product = self._world.state.find(kind, identifier)
        if product is not None and kind == "subscriptions":
            product = next(iter(self._world.many(product, "group")), None)
        owners = () if product is None else self._world.many(product, "app")
        return next((quote(x.id, safe="") for x in owners), "")


def _origin(asked: Asked, point: Entity, territory: str, price: str) -> Origin:
    kind, identifier = asked.owner
    if kind in _PATHS:
        here = f"{_PATHS[kind]}/{identifier}/pricePoints?filter[territory]={territory}&"
        match = {"customerPrice": price, "territory": territory}
    else:
        here = f"/v1/{kind}/{quote(identifier, safe='')}/equalizations?"
        match = {"territory": territory}
    path = f"{here}include=territory&limit=8000"
    return Origin(type=point.type, path=path, match=match, shared=True)


def check_price(origin: Origin, items: Iterable[Any]) -> None:
    """Refuse a price that a product does not have, though its app has: PlanError names others."""
    price, territory = origin.match.get("customerPrice"), origin.match.get("territory")
    if price is None:
        return
    there = {
        str(member(item, "attributes").get("customerPrice"))
        for item in items
        if member(item, "relationships", "territory", "data").get("id") == territory
    }
    near = sorted(filter(_is_paid, there), key=lambda x: abs(Decimal(x) - Decimal(price)))[:_NEAR]
    told = f"near it are {', '.join(sorted(near, key=Decimal))}" if near else "it has none there"
    raise PlanError(
        f"Apple has no price of {price} in {territory} for the product ({told}): what came before"
        " is done; make the plan anew with a price that there is"
    )


def _is_paid(price: str) -> bool:
    try:
        return Decimal(price) > 0
    except InvalidOperation:
        return False
