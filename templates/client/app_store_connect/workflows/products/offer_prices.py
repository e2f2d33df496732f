"""What offers of products cost, by territory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..common.price_points import AsyncPricePoints, amounts

if TYPE_CHECKING:
    from decimal import Decimal

    from ...client import AsyncClient

__all__ = ["AsyncOfferPrices", "priced"]


class AsyncOfferPrices:
    """The price points of offers, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._points = AsyncPricePoints(client)

    async def find(
        self, owner: Any, base: str, amount: str | None, mode: str | None = None
    ) -> dict[str, str]:
        """Return the price points of an offer by territory; a free one has none."""
        if mode == "FREE_TRIAL" or amount is None:
            return {}
        price: dict[str, Decimal] = amounts({base: amount})
        point = (await self._points.find(owner, price))[base]
        return {**await self._points.elsewhere(owner, point), base: point}


def priced(
    territories: list[str], points: dict[str, str], name: str = "subscription_price_point"
) -> list[dict[str, Any]]:
    """Return what a price is made of in each territory; a free one is without a price point."""
    return [{"territory": code, **({name: points[code]} if points else {})} for code in territories]
