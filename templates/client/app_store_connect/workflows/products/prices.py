"""Prices of in-app purchases and subscriptions, in as few requests as the API takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..._runtime.concurrency import together_async
from ..._runtime.messages.errors import NotFoundError
from ..common.partial import partial
from ..common.price_points import AsyncPricePoints, same_amount

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from ...client import AsyncClient

__all__ = ["AsyncProductPrices"]

_TOGETHER = 4
# Prices go by California's day; of its two times the later one, which is never a day ahead.
_BEHIND_UTC = timedelta(hours=8)


class AsyncProductPrices:
    """The prices of products, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._points = AsyncPricePoints(client)

    async def set(
        self,
        product: Any,
        prices: Mapping[str, Decimal],
        base: str,
        *,
        start: date | None = None,
        preserve: bool | None = None,
        equalize: bool = True,
    ) -> bool:
        """State the prices of a product, and return whether there was anything to change."""
        if start is not None and start <= self._today():
            raise ValueError(f"start {start} is not to come; leave it out for a price from now on")
        if product.resource_type == "inAppPurchases":
            return await self._of_purchase(product, prices, base, start)
        return await self._of_subscription(
            product, prices, base, start=start, preserve=preserve, equalize=equalize
        )

    def _today(self) -> date:
        now = datetime.fromtimestamp(self._client.session.now(), UTC)
        return (now - _BEHIND_UTC).date()

    async def _of_purchase(
        self, product: Any, prices: Mapping[str, Decimal], base: str, start: date | None
    ) -> bool:
        """State the schedule of a purchase anew: one write, whose other prices Apple derives."""
        from ...models import InAppPurchasePriceInlineCreate  # noqa: PLC0415 - who has purchases

        today = self._today()
        there, based_on = await self._schedule(product)
        there = [x for x in there if x.end_date is None or x.end_date > today]
        if start is None:
            effective = [x for x in there if x.start_date is None or x.start_date <= today]
        else:
            effective = [x for x in there if x.start_date == start]
        by_territory = {x.territory.id: x.in_app_purchase_price_point for x in effective}
        same = all(same_amount(by_territory.get(code), price) for code, price in prices.items())
        if same and based_on == base and (start is not None or set(by_territory) == set(prices)):
            return False
        points = await self._points.find(product, prices)
        manual: list[InAppPurchasePriceInlineCreate] = []
        for code, point in points.items():
            dates: dict[str, Any] = {} if start is None else {"start_date": start}
            manual.append(
                InAppPurchasePriceInlineCreate(in_app_purchase_price_point=point, **dates)
            )
            if start is not None and based_on is None:
                raise ValueError(f"there is no price in {code} yet: leave out start")
        for price in there:
            # What was planned for later stays, and what is in force until the new price begins.
            first = price.start_date
            begun = first is None or first <= today
            ends = price.end_date
            if start is None and begun:
                continue
            if start is not None and price.territory.id in points:
                if first is not None and first >= start:
                    continue
                ends = min(ends or start, start)
            dates = {} if begun else {"start_date": first}
            dates |= {} if ends is None else {"end_date": ends}
            kept = price.in_app_purchase_price_point
            manual.append(InAppPurchasePriceInlineCreate(in_app_purchase_price_point=kept, **dates))
        await self._client.in_app_purchase_price_schedules.create(
            in_app_purchase=product, base_territory=base, manual_prices=manual
        )
        return True

    async def _schedule(self, product: Any) -> tuple[list[Any], str | None]:
        """Read the prices of a schedule that were set, and its base territory."""
        namespace = self._client.in_app_purchase_price_schedules
        try:
            # A schedule has the id of its product.
            schedule = await namespace.get(product.id, include="baseTerritory")
        except NotFoundError:
            return [], None
        found = namespace.list_manual_prices(
            product.id, include=["inAppPurchasePricePoint", "territory"], limit=200
        )
        based_on = schedule.base_territory
        return [x async for x in found], None if based_on is None else based_on.id

    async def _of_subscription(
        self,
        product: Any,
        prices: Mapping[str, Decimal],
        base: str,
        *,
        start: date | None,
        preserve: bool | None,
        equalize: bool,
    ) -> bool:
        """State the price in each territory: all first ones in one write, others one by one."""
        there = await self._planned(product)
        points = {
            code: there[code].id
            for code, price in prices.items()
            if same_amount(there.get(code), price)
        }
        if missing := {code: price for code, price in prices.items() if code not in points}:
            points |= await self._points.find(product, missing)
        if equalize:
            points = {**await self._points.elsewhere(product, points[base]), **points}
        differing = [
            (code, point)
            for code, point in sorted(points.items())
            if code not in there or there[code].id != point
        ]
        if not differing:
            return False
        if not there:
            await self._first(product, differing)
            return True
        if start is None and product.state == "APPROVED":
            start = self._today() + timedelta(days=2)

        async def change(price: tuple[str, str]) -> None:
            code, point = price
            more: dict[str, Any] = {} if start is None else {"start_date": start}
            if preserve is not None:
                more["preserve_current_price"] = preserve
            await self._client.subscription_prices.create(
                subscription=product, subscription_price_point=point, territory=code, **more
            )
            done.append(code)

        with partial(code for code, _ in differing) as done:
            await together_async(change, differing, _TOGETHER, stop=lambda: None)
        return True

    async def _planned(self, product: Any) -> dict[str, Any]:
        """Read the price points that are in force in the end, by territory."""
        found = self._client.subscriptions.list_prices(
            product, include=["territory", "subscriptionPricePoint"], limit=200
        )
        last: dict[str, Any] = {}
        async for price in found:
            if price.plan_type == "MONTHLY" or price.territory is None:
                continue
            code = price.territory.id
            if code not in last or _start(last[code]) <= _start(price):
                last[code] = price
        return {code: price.subscription_price_point for code, price in last.items()}

    async def _first(self, product: Any, points: list[tuple[str, str]]) -> None:
        """Set the first prices, which Apple takes with an update of the subscription only."""
        from ...models import SubscriptionPriceInlineCreate  # noqa: PLC0415 - who has some

        await self._client.subscriptions.update(
            product,
            prices=[
                SubscriptionPriceInlineCreate(subscription_price_point=point, territory=code)
                for code, point in points
            ],
        )


def _start(price: Any) -> date:
    found: date | None = price.start_date
    return found or date.min
