"""Offers to subscribers: introductory ones, promotional ones, and those that codes are good for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..._runtime.concurrency import together_async
from ..common.price_points import AsyncPricePoints, amounts

if TYPE_CHECKING:
    from ...client import AsyncClient
    from .table import Offer, OfferCode, Subscription

__all__ = ["AsyncOffers"]

_TOGETHER = 4


class AsyncOffers:
    """The offers of a subscription, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._points = AsyncPricePoints(client)

    async def ensure(self, owner: Any, wanted: Subscription, territories: list[str]) -> list[str]:
        """Make the offers that are missing, and return what was done."""
        done: list[str] = []
        if wanted.introductory_offers:
            count = await self._introductory(owner, wanted, territories)
            done += [f"{count} introductory offers"] if count else []
        known = {x.offer_code for x in owner.promotional_offers}
        for promotion in wanted.promotional_offers:
            if promotion.code not in known:
                await self._promotional(owner, wanted, promotion, territories)
                done.append(f"promotional offer {promotion.code}")
        codes = {x.name: x for x in owner.offer_codes}
        for code in wanted.offer_codes:
            done += await self._code(owner, wanted, code, territories, codes.get(code.name))
        return done

    async def _introductory(self, owner: Any, wanted: Subscription, territories: list[str]) -> int:
        """One resource a territory; one that is other than the table says takes its place."""
        found = self._client.subscriptions.list_introductory_offers(
            owner, include="territory", limit=200
        )
        there = {x.territory.id: x async for x in found if x.territory and not x.end_date}
        todo: list[tuple[str, Offer, str | None, Any]] = []
        for offer in wanted.introductory_offers:
            prices: dict[str, str] | None = None
            for code in offer.territories or territories:
                old = there.get(code)
                told = old and (old.offer_mode, old.duration, old.number_of_periods)
                if told == (offer.mode, offer.duration, offer.periods):
                    continue
                if prices is None:
                    prices = await self._prices(owner, wanted, offer)
                todo.append((code, offer, prices.get(code), old))

        async def make(work: tuple[str, Offer, str | None, Any]) -> None:
            code, offer, point, old = work
            more: dict[str, Any] = {} if point is None else {"subscription_price_point": point}
            if old is not None:
                await self._client.subscription_introductory_offers.delete(old)
            await self._client.subscription_introductory_offers.create(
                subscription=owner,
                territory=code,
                **_terms(offer),
                **more,
            )

        await together_async(make, todo, _TOGETHER, stop=lambda: None)
        return len(todo)

    async def _promotional(
        self, owner: Any, wanted: Subscription, offer: Any, territories: list[str]
    ) -> None:
        from ...models import (  # noqa: PLC0415 - who makes offers
            SubscriptionPromotionalOfferPriceInlineCreate as Price,
        )

        points = await self._prices(owner, wanted, offer)
        await self._client.subscription_promotional_offers.create(
            subscription=owner,
            name=offer.name,
            offer_code=offer.code,
            prices=[Price(**x) for x in _priced(offer.territories or territories, points)],
            **_terms(offer),
        )

    async def _code(
        self,
        owner: Any,
        wanted: Subscription,
        offer: OfferCode,
        territories: list[str],
        made: Any,
    ) -> list[str]:
        from ...models import (  # noqa: PLC0415 - who makes offers
            SubscriptionOfferCodePriceInlineCreate as Price,
        )

        done: list[str] = []
        existing: set[str] = set()
        if made is None:
            points = await self._prices(owner, wanted, offer)
            made = await self._client.subscription_offer_codes.create(
                subscription=owner,
                name=offer.name,
                customer_eligibilities=list(offer.customers),
                offer_eligibility=offer.eligibility,
                prices=[Price(**x) for x in _priced(offer.territories or territories, points)],
                **_terms(offer),
            )
            done.append(f"offer code {offer.name}")
        elif offer.custom_codes:
            codes = self._client.subscription_offer_codes.list_custom_codes(made, limit=200)
            existing = {x.custom_code or "" async for x in codes}
        for code, count in offer.custom_codes.items():
            if code not in existing:
                await self._client.subscription_offer_code_custom_codes.create(
                    offer_code=made, custom_code=code, number_of_codes=count
                )
                done.append(f"code {code}")
        return done

    async def _prices(self, owner: Any, wanted: Subscription, offer: Offer) -> dict[str, str]:
        """Return the price points of an offer by territory; a free one has none."""
        if offer.mode == "FREE_TRIAL" or offer.price is None:
            return {}
        price: dict[str, Decimal] = amounts({wanted.base: offer.price})
        point = (await self._points.find(owner, price))[wanted.base]
        return {**await self._points.elsewhere(owner, point), wanted.base: point}


def _terms(offer: Offer) -> dict[str, Any]:
    return {
        "duration": offer.duration,
        "offer_mode": offer.mode,
        "number_of_periods": offer.periods,
    }


def _priced(territories: list[str], points: dict[str, str]) -> list[dict[str, Any]]:
    """What a price is made of in each territory; a free one is without a price point."""
    return [
        {"territory": code, **({"subscription_price_point": points[code]} if points else {})}
        for code in territories
    ]
