"""Offers: introductory, promotional and win-back ones, and those that codes are good for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import models as m
from ..._runtime.concurrency import together_async
from ..common.price_points import AsyncPricePoints, amounts
from .table import ProductError

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from ...client import AsyncClient
    from .table import Offer, OfferCode, Purchase, PurchaseCode, Subscription, WinBackOffer

__all__ = ["AsyncOffers"]

_TOGETHER = 4
# Of each type: its namespace, and those of the codes that are good for it, many times or once.
_CODES = {
    kind: (f"{word}_codes", f"{word}_code_custom_codes", f"{word}_code_one_time_use_codes")
    for kind, word in (
        ("inAppPurchaseOfferCodes", "in_app_purchase_offer"),
        ("subscriptionOfferCodes", "subscription_offer"),
    )
}


class AsyncOffers:
    """The offers of products, to be awaited."""

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
        left = {x.offer_id: x for x in owner.win_back_offers}
        for offer in wanted.win_back_offers:
            done += await self._win_back(owner, wanted, offer, territories, left.get(offer.code))
        return done

    async def ensure_codes(self, owner: Any, wanted: Purchase, territories: list[str]) -> list[str]:
        """Make the offer codes of a purchase that are missing, and return what was done."""
        done: list[str] = []
        there = {x.name: x for x in owner.offer_codes}
        for offer in wanted.offer_codes:
            made, is_new = there.get(offer.name), False
            if made is None:
                chosen = offer.territories or territories
                points = await self._prices(owner, wanted.base, offer.price)
                made = await self._client.in_app_purchase_offer_codes.create(
                    in_app_purchase=owner,
                    name=offer.name,
                    customer_eligibilities=list(offer.customers),
                    prices=[
                        m.InAppPurchaseOfferPriceInlineCreate(**x)
                        for x in _priced(chosen, points, "price_point")
                    ],
                )
                is_new = True
                done.append(f"offer code {offer.name}")
            done += await self._codes(made, offer, is_new=is_new)
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
                    prices = await self._prices(owner, wanted.base, offer.price, offer.mode)
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
        points = await self._prices(owner, wanted.base, offer.price, offer.mode)
        await self._client.subscription_promotional_offers.create(
            subscription=owner,
            name=offer.name,
            offer_code=offer.code,
            prices=[
                m.SubscriptionPromotionalOfferPriceInlineCreate(**x)
                for x in _priced(offer.territories or territories, points)
            ],
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
        done: list[str] = []
        is_new = made is None
        if made is None:
            points = await self._prices(owner, wanted.base, offer.price, offer.mode)
            made = await self._client.subscription_offer_codes.create(
                subscription=owner,
                name=offer.name,
                customer_eligibilities=list(offer.customers),
                offer_eligibility=offer.eligibility,
                prices=[
                    m.SubscriptionOfferCodePriceInlineCreate(**x)
                    for x in _priced(offer.territories or territories, points)
                ],
                **_terms(offer),
            )
            done.append(f"offer code {offer.name}")
        return done + await self._codes(made, offer, is_new=is_new)

    async def _codes(
        self, made: Any, offer: OfferCode | PurchaseCode, *, is_new: bool
    ) -> list[str]:
        """Make the codes of an offer that are missing; Apple keeps those that were made."""
        name, custom, one_time = _CODES[made.resource_type]
        offers: Any = getattr(self._client, name)
        done: list[str] = []
        known: set[str] = set()
        if offer.custom_codes and not is_new:
            known = {x.custom_code or "" async for x in offers.list_custom_codes(made, limit=200)}
        for code, count in offer.custom_codes.items():
            if code not in known:
                await getattr(self._client, custom).create(
                    offer_code=made, custom_code=code, number_of_codes=count
                )
                done.append(f"code {code}")
        there: list[tuple[int, date, str]] = []
        if offer.one_time_codes and not is_new:
            batches = offers.list_one_time_use_codes(made, limit=200)
            there = [
                (x.number_of_codes, x.expiration_date, x.environment or "PRODUCTION")
                async for x in batches
            ]
        for codes in offer.one_time_codes:
            batch = (codes.count, codes.expires, codes.environment)
            if batch in there:
                there.remove(batch)
                continue
            await getattr(self._client, one_time).create(
                offer_code=made,
                number_of_codes=codes.count,
                expiration_date=codes.expires,
                environment=codes.environment,
            )
            done.append(f"{codes.count} codes of {offer.name}")
        return done

    async def _win_back(
        self,
        owner: Any,
        wanted: Subscription,
        offer: WinBackOffer,
        territories: list[str],
        made: Any,
    ) -> list[str]:
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
        terms: dict[str, Any] = _terms(offer)
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
        points = await self._prices(owner, wanted.base, offer.price, offer.mode)
        await self._client.win_back_offers.create(
            subscription=owner,
            reference_name=offer.name,
            offer_id=offer.code,
            prices=[
                m.WinBackOfferPriceInlineCreate(**x)
                for x in _priced(offer.territories or territories, points)
            ],
            **terms,
            **attributes,
        )
        return [f"win-back offer {offer.code}"]

    async def _prices(
        self, owner: Any, base: str, amount: str | None, mode: str | None = None
    ) -> dict[str, str]:
        """Return the price points of an offer by territory; a free one has none."""
        if mode == "FREE_TRIAL" or amount is None:
            return {}
        price: dict[str, Decimal] = amounts({base: amount})
        point = (await self._points.find(owner, price))[base]
        return {**await self._points.elsewhere(owner, point), base: point}


def _terms(offer: Offer) -> dict[str, Any]:
    return {
        "duration": offer.duration,
        "offer_mode": offer.mode,
        "number_of_periods": offer.periods,
    }


def _priced(
    territories: list[str], points: dict[str, str], name: str = "subscription_price_point"
) -> list[dict[str, Any]]:
    """What a price is made of in each territory; a free one is without a price point."""
    return [{"territory": code, **({name: points[code]} if points else {})} for code in territories]
