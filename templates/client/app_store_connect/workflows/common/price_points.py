"""Price points: what Apple lets a price be, found by what customers pay."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from ..._runtime.files import read_whole
from ..._runtime.jsonapi.values import Ref
from ..._runtime.messages.errors import NoResultError
from .reading import reading

if TYPE_CHECKING:
    from ..._runtime.jsonapi.resource import Resource
    from ...client import AsyncClient

__all__ = ["TERRITORY", "Amount", "AsyncPricePoints", "amounts", "read_prices", "same_amount"]

Amount: TypeAlias = "str | int | Decimal"
"""What customers pay, exactly: a float is not."""

# Of each type of what is sold: its namespace, that of its points, how its points are listed.
_NAMES = {
    "apps": ("apps", "app_price_points_v3", "list_app_price_points", 200),
    "inAppPurchases": (
        *("in_app_purchases_v2", "in_app_purchase_price_points"),
        *("list_price_points", 8000),
    ),
    "subscriptions": ("subscriptions", "subscription_price_points", "list_price_points", 8000),
}
TERRITORY = re.compile(r"[A-Z]{3}")
_PRICE = re.compile(r"[0-9]+(\.[0-9]+)?")
_NEAR = 3


def amounts(prices: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return prices by territory as numbers; ValueError for what is no price or no territory."""
    found: dict[str, Decimal] = {}
    for territory, price in prices.items():
        if not TERRITORY.fullmatch(territory):
            raise ValueError(
                f"prices: {territory!r} is not a territory: codes have three letters, such as USA"
            )
        if isinstance(price, float):
            raise TypeError(
                f"prices: the one in {territory} has to be text, such as {str(price)!r}"
            )
        if not isinstance(price, str | int | Decimal) or not _PRICE.fullmatch(str(price)):
            raise ValueError(f"prices: {price!r} in {territory} is not a price such as '4.99'")
        found[territory] = Decimal(price)
    return found


def read_prices(source: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, Decimal]:
    """Read prices by territory, from a CSV file with the columns `territory` and `price`.

    Raises:
        ValueError: it is none, or has a row that means nothing, or several things.
    """
    if isinstance(source, Mapping):
        return amounts(source)
    name = os.fspath(source)
    with reading("prices"):
        text = read_whole(source).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True))
    if not rows or not {"territory", "price"} <= rows[0].keys():
        raise ValueError(f"prices: {name} needs the columns territory and price, and a row")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise ValueError(f"prices: {name}, row {number} has not as many cells as the first row")
        territory, price = row["territory"].strip(), row["price"].strip()
        if found.setdefault(territory, price) != price:
            raise ValueError(
                f"prices: {name}, row {number} has another price in {territory} than before"
            )
    return amounts(found)


def same_amount(point: Any, amount: Decimal) -> bool:
    """Whether customers pay this at a price point."""
    price = getattr(point, "customer_price", None)
    return price is not None and Decimal(price) == amount


class AsyncPricePoints:
    """The price points of what a client sells, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def find(self, product: Ref | Resource, prices: Mapping[str, Decimal]) -> dict[str, str]:
        """Return the ids of the points with these prices, by territory, in one request.

        `product` is an app, an in-app purchase or a subscription.

        Raises:
            NoResultError: Apple has no such price in a territory; it names those next to it.
        """
        name, _, method, limit = _NAMES[_type_of(product)]
        points = getattr(getattr(self._client, name), method)(
            product, territory=sorted(prices), include="territory", limit=limit
        )
        found: dict[str, str] = {}
        known: dict[str, list[Decimal]] = {}
        async for point in points:
            territory = point.territory.id
            if same_amount(point, prices[territory]):
                found[territory] = point.id
                if found.keys() == prices.keys():
                    return found
            known.setdefault(territory, []).append(Decimal(point.customer_price or 0))
        missing = [
            f"{price} in {territory}{_near(known.get(territory, []), price)}"
            for territory, price in prices.items()
            if territory not in found
        ]
        raise NoResultError(f"Apple has no price of {'; nor of '.join(missing)}")

    async def elsewhere(self, product: Ref | Resource, point: str) -> dict[str, str]:
        """Return the points that Apple takes for equal in the other territories, in one request."""
        name = _NAMES[_type_of(product)][1]
        limit = 200 if _type_of(product) == "apps" else 8000
        points = getattr(self._client, name).list_equalizations(
            point, include="territory", limit=limit
        )
        return {x.territory.id: x.id async for x in points}


def _type_of(product: Ref | Resource) -> str:
    return product.type if isinstance(product, Ref) else product.resource_type


def _near(known: list[Decimal], price: Decimal) -> str:
    near = sorted(sorted(set(known), key=lambda x: abs(x - price))[:_NEAR])
    return f" (near it are {', '.join(map(str, near))})" if near else " (it has no prices at all)"
