"""Offers of subscriptions: introductory, promotional, and to win back those who left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import models as m
from ..._runtime.concurrency import together_async
from .offer_prices import AsyncOfferPrices, priced
from .table import ProductError

if TYPE_CHECKING:
    from ...client import AsyncClient
    from .table import Offer, Subscription, WinBackOffer

__all__ = ["AsyncOffers"]

_TOGETHER = 4


class AsyncOffers:
    """The offers of products, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._prices = AsyncOfferPrices(client)

    async def ensure(self, owner: Any, wanted: Subscription, territories: list[str]) -> list[str]:
        """Make the offers that are missing, end what is told to, and return what was done.

        These offers have no switch, so what is to end is deleted; what is not named stays.
        """
        done: list[str] = []
        if wanted.introductory_offers:
            count = await self._introductory(owner, wanted, territories)
            done += [f"{count} introductory offers"] if count else []
        known = {x.offer_code: x for x in owner.promotional_offers}
        for promotion in wanted.promotional_offers:
            made = known.get(promotion.code)
            if made is None and promotion.active is not False:
                await self._promotional(owner, wanted, promotion, territories)
            elif made is not None and promotion.active is False:
                await self._client.subscription_promotional_offers.delete(made)
            else:
                continue
            done.append(f"promotional offer {promotion.code}")
        left = {x.offer_id: x for x in owner.win_back_offers}
        for offer in wanted.win_back_offers:
            done += await self._win_back(owner, wanted, offer, territories, left.get(offer.code))
        return done

    async def _introductory(self, owner: Any, wanted: Subscription, territories: list[str]) -> int:
        """One resource a territory; one that is other than the table says takes its place."""
        found = self._client.subscriptions.list_introductory_offers(
            owner, include="territory", limit=200
        )
        there = {x.territory.id: x async for x in found if x.territory and not x.end_date}
        todo: list[tuple[str, Offer, str | None, Any]] = []
        ended: dict[str, Any] = {}
        for offer in wanted.introductory_offers:
            prices: dict[str, str] | None = None
            for code in offer.territories or territories:
                old = there.get(code)
                told = old and (old.offer_mode, old.duration, old.number_of_periods)
                is_same = told == (offer.mode, offer.duration, offer.periods)
                if is_same and offer.active is False:
                    ended[code] = old
                if is_same or offer.active is False:
                    continue
                if prices is None:
                    prices = await self._prices.find(owner, wanted.base, offer.price, offer.mode)
                todo.append((code, offer, prices.get(code), old))

        async def make(work: tuple[str, Offer, str | None, Any]) -> None:
            code, offer, point, old = work
            more: dict[str, Any] = {} if point is None else {"subscription_price_point": point}
            if old is not None:
                await self._client.subscription_introductory_offers.delete(old)
            await self._client.subscription_introductory_offers.create(
                subscription=owner,
                territory=code,
                **offer.terms,
                **more,
            )

        await together_async(make, todo, _TOGETHER, stop=lambda: None)
        replaced = {code for code, *_ in todo}
        for code in sorted(ended.keys() - replaced):
            await self._client.subscription_introductory_offers.delete(ended[code])
        return len(todo) + len(ended.keys() - replaced)

    async def _promotional(
        self, owner: Any, wanted: Subscription, offer: Any, territories: list[str]
    ) -> None:
        points = await self._prices.find(owner, wanted.base, offer.price, offer.mode)
        await self._client.subscription_promotional_offers.create(
            subscription=owner,
            name=offer.name,
            offer_code=offer.code,
            prices=[
                m.SubscriptionPromotionalOfferPriceInlineCreate(**x)
                for x in priced(offer.territories or territories, points)
            ],
            **offer.terms,
        )

    async def _win_back(
        self,
        owner: Any,
        wanted: Subscription,
        offer: WinBackOffer,
        territories: list[str],
        made: Any,
    ) -> list[str]:
        if offer.active is False:
            if made is not None:
                await self._client.win_back_offers.delete(made)
            return [] if made is None else [f"win-back offer {offer.code}"]
        least, most = offer.left_months
        attributes: dict[str, Any] = {
            "customer_eligibility_paid_subscription_duration_in_months": offer.paid_months,
            "customer_eligibility_time_since_last_subscribed_in_months": m.IntegerRange(
                minimum=least, maximum=most
            ),
            "customer_eligibility_wait_between_offers_in_months": offer.wait_months,
            "start_date": offer.start,
            "end_date": offer.end,
            "priority": offer.priority,
            "promotion_intent": offer.promotion,
        }
        attributes = {x: y for x, y in attributes.items() if y is not None}
        terms: dict[str, Any] = offer.terms
        terms["period_count"] = terms.pop("number_of_periods")
        if made is not None:
            if any(getattr(made, x) != y for x, y in terms.items()):
                raise ProductError(
                    f"the win-back offer {offer.code} is there with other terms, which Apple does"
                    " not change: give the new one another code"
                )
            more = {x: y for x, y in attributes.items() if getattr(made, x) != y}
            if more:
                await self._client.win_back_offers.update(made, **more)
            return [f"win-back offer {offer.code}"] if more else []
        points = await self._prices.find(owner, wanted.base, offer.price, offer.mode)
        await self._client.win_back_offers.create(
            subscription=owner,
            reference_name=offer.name,
            offer_id=offer.code,
            prices=[
                m.WinBackOfferPriceInlineCreate(**x)
                for x in priced(offer.territories or territories, points)
            ],
            **terms,
            **attributes,
        )
        return [f"win-back offer {offer.code}"]
