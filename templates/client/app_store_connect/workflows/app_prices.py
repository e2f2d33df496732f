"""Prices of apps: what is in force, what is planned, and the one write that states it all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from .._runtime.concurrency import in_thread_async
from .._runtime.jsonapi.resource import resource_id
from .._runtime.jsonapi.values import Ref
from .._runtime.messages.errors import NotFoundError
from .common.absence import if_any_async
from .common.price_points import AsyncPricePoints, read_prices

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, AppPriceSchedule, AppPriceV2
    from .common.price_points import Amount

__all__ = ["AsyncAppPrices", "PriceRow"]

# Prices go by California's day; of its two times the later one, which is never a day ahead.
_BEHIND_UTC = timedelta(hours=8)


class PriceRow(msgspec.Struct, frozen=True, kw_only=True):
    """The price of an app in a territory; `manual` if it was set there and not by Apple.

    `start` None is since it was set, `end` None for good; the price holds until the day before
    `end`.
    """

    territory: str
    currency: str
    customer_price: Decimal
    proceeds: Decimal | None
    start: date | None
    end: date | None
    manual: bool


class _Interval(msgspec.Struct, frozen=True, order=True):
    """A price of a territory over some time, as a schedule states it."""

    territory: str
    start: str
    end: str
    point: str


class AsyncAppPrices:
    """The price schedules of apps, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._points = AsyncPricePoints(client)

    async def table(self, app: Id[App]) -> list[PriceRow]:
        """Read all prices: those that were set, then those that follow from them."""
        # A schedule has the id of its app.
        schedule = resource_id(app, "apps")
        namespace = self._client.app_price_schedules
        pagers = (
            namespace.list_manual_prices(
                schedule, include=["appPricePoint", "territory"], limit=200
            ),
            namespace.list_automatic_prices(
                schedule, include=["appPricePoint", "territory"], limit=200
            ),
        )
        try:
            rows = [_row(x, manual=pager is pagers[0]) for pager in pagers async for x in pager]
        except NotFoundError:
            return []
        return sorted(rows, key=lambda x: (x.territory, x.start or date.min))

    async def set(
        self,
        app: Id[App],
        prices: Mapping[str, Amount] | str | os.PathLike[str],
        *,
        base: str | None,
        start: date | None,
    ) -> AppPriceSchedule:
        """State the whole schedule anew, if it is not that already."""
        wanted = await in_thread_async(read_prices, prices)
        if not wanted:
            raise ValueError("prices: there is none")
        now = datetime.fromtimestamp(self._client.session.now(), UTC)
        today = (now - _BEHIND_UTC).date()
        if start is not None and start <= today:
            raise ValueError(f"start {start} is not to come; leave it out for a price from now on")
        apps = self._client.apps
        current = await if_any_async(apps.get_app_price_schedule, app, include=["baseTerritory"])
        there = await self._intervals(app, today)
        based_on = getattr(current, "base_territory", None)
        if base is None:
            base = based_on.id if there and based_on is not None else next(iter(wanted))
        if base not in wanted and base not in {x.territory for x in there}:
            raise ValueError(f"the base territory {base} needs a price too; nothing was sent")
        resulting = set(there)
        points = await self._points.find(Ref("apps", resource_id(app, "apps")), wanted)
        for territory, point in points.items():
            old = {x for x in resulting if x.territory == territory}
            resulting -= old
            first = "" if start is None else start.isoformat()
            if first:
                resulting |= {
                    msgspec.structs.replace(x, end=min(x.end or first, first))
                    for x in old
                    if x.start < first
                }
            resulting.add(_Interval(territory, first, "", point))
        same_base = based_on is not None and based_on.id == base
        if current is not None and same_base and resulting == set(there):
            return current
        return await self._create(app, base, sorted(resulting))

    async def _intervals(self, app: Id[App], today: date) -> list[_Interval]:
        """Read what was set and is not over; what has begun begins now, as Apple wants it told."""
        found = self._client.app_price_schedules.list_manual_prices(
            resource_id(app, "apps"), include=["appPricePoint", "territory"], limit=200
        )
        intervals: list[_Interval] = []
        try:
            async for price in found:
                territory, point = price.territory, price.app_price_point
                begun = price.start_date is None or price.start_date <= today
                over = price.end_date is not None and price.end_date <= today
                if territory is not None and point is not None and not over:
                    start = "" if begun else str(price.start_date)
                    end = "" if price.end_date is None else str(price.end_date)
                    intervals.append(_Interval(territory.id, start, end, point.id))
        except NotFoundError:
            return []
        return intervals

    async def _create(
        self, app: Id[App], base: str, intervals: list[_Interval]
    ) -> AppPriceSchedule:
        from ..models import AppPriceV2InlineCreate  # noqa: PLC0415 - who sets prices has it

        prices: list[AppPriceV2InlineCreate] = []
        for interval in intervals:
            dates: dict[str, Any] = {}
            if interval.start:
                dates["start_date"] = interval.start
            if interval.end:
                dates["end_date"] = interval.end
            prices.append(AppPriceV2InlineCreate(app_price_point=interval.point, **dates))
        return await self._client.app_price_schedules.create(
            app=app, base_territory=base, manual_prices=prices
        )


def _row(price: AppPriceV2, *, manual: bool) -> PriceRow:
    territory, point = price.territory, price.app_price_point
    return PriceRow(
        territory="" if territory is None else territory.id,
        currency="" if territory is None else str(territory.currency or ""),
        customer_price=Decimal((point and point.customer_price) or "0"),
        proceeds=Decimal(point.proceeds) if point and point.proceeds else None,
        start=price.start_date,
        end=price.end_date,
        manual=manual,
    )
