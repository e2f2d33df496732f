"""Price points of apps: the same steps in every territory, in its currency."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from ..registry import Rules
from .territories import CURRENCIES, currency_of, territories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["equalized", "identifier", "local_price", "number_of", "price_ladder", "rules"]

rules = Rules("price_points")

# Small currencies have no cents in the store.
_LARGE = 50
_PROCEEDS = 0.85


def price_ladder() -> Iterator[tuple[str, float]]:
    """Yield the number and the dollars of each price point, from free on."""
    yield "10000", 0.0
    cents = [*range(29, 1000, 10), *range(1049, 5000, 50), *range(5499, 10000, 500)]
    cents += [*range(10999, 50000, 1000), *range(54999, 100_000, 5000)]
    for number, price in enumerate(cents, 10001):
        yield str(number), price / 100


def local_price(dollars: float, currency: str) -> str:
    """Return what a price in dollars comes to in a currency."""
    rate = CURRENCIES.get(currency, 1.0)
    if not dollars:
        return "0.0"
    if rate >= _LARGE:
        return str(round(dollars * rate))
    # Everywhere the price ends as the American one does, in 9 for the most part.
    return f"{int(dollars * rate * 10) / 10 + 0.09:.2f}"


def identifier(**parts: str | None) -> str:
    """Return the id that names something by its parts, as the API's for prices do."""
    text = json.dumps({k: v for k, v in parts.items() if v is not None}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def number_of(point: Entity) -> str:
    """Return the number of a price point, which is the same in all territories."""
    padded = point.id + "=" * (-len(point.id) % 4)
    try:
        return str(json.loads(base64.urlsafe_b64decode(padded))["p"])
    except (ValueError, KeyError, TypeError):
        return ""


def _point(world: World, app: Entity, territory: Entity, number: str, dollars: float) -> Entity:
    """Return a price point, which is made when it is first looked at."""
    name = identifier(s=app.id, t=territory.id, p=number)
    found = world.find("appPricePoints", name)
    if found is None:
        price = local_price(dollars, currency_of(territory))
        proceeds = f"{float(price) * _PROCEEDS:.2f}"
        attributes = {"customerPrice": price, "proceeds": proceeds}
        others = {"app": app, "territory": territory}
        found = world.create("appPricePoints", attributes, others, id=name)
    return found


@rules.instead(
    "apps_appPricePoints_getToManyRelated",
    number="9.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says=(
        "An app has price points in every territory, numbered alike; their ids are base64 of app, "
        "territory and number. There are fewer steps than Apple's 800."
    ),
)
def points_of_an_app(call: Call) -> list[Entity]:
    wanted = call.query.filters.get("territory")
    for territory in territories(call.world):
        if not wanted or territory.id in wanted:
            for number, dollars in price_ladder():
                _point(call.world, call.target, territory, number, dollars)
    return call.world.many(call.target, "appPricePoints")


@rules.instead(
    "appPricePointsV3_equalizations_getToManyRelated",
    number="9.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A price point's equalizations are those of its number in all other territories.",
)
def points_of_other_territories(call: Call) -> list[Entity] | None:
    return equalized(call.world, call.target)


def equalized(world: World, point: Entity) -> list[Entity] | None:
    """Return the price points of the same number elsewhere, None for one that is not of an app."""
    app, own = world.one(point, "app"), world.one(point, "territory")
    number = number_of(point)
    dollars = dict(price_ladder()).get(number)
    if app is None or dollars is None:
        return None
    return [_point(world, app, x, number, dollars) for x in territories(world) if x is not own]
