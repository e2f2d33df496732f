"""Offers that a code is good for, and their codes: made, or ended where the table says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import models as m
from .offer_prices import AsyncOfferPrices, priced
from .table import CustomCode

if TYPE_CHECKING:
    from ...client import AsyncClient
    from .table import OfferCode, Purchase, PurchaseCode, Subscription

__all__ = ["AsyncOfferCodes"]

# Of each type: its namespace, and those of the codes that are good for it, many times or once.
_CODES = {
    kind: (f"{word}_codes", f"{word}_code_custom_codes", f"{word}_code_one_time_use_codes")
    for kind, word in (
        ("inAppPurchaseOfferCodes", "in_app_purchase_offer"),
        ("subscriptionOfferCodes", "subscription_offer"),
    )
}


class AsyncOfferCodes:
    """The offer codes of products, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._prices = AsyncOfferPrices(client)

    async def ensure(
        self, owner: Any, wanted: Purchase | Subscription, territories: list[str]
    ) -> list[str]:
        """Make what is missing, end what is told to, and return what was done.

        What the table does not name goes on; what it names with `active = false` and is not there
        is not made.
        """
        done: list[str] = []
        there = {x.name: x for x in owner.offer_codes}
        for offer in wanted.offer_codes:
            made, is_new = there.get(offer.name), False
            if made is None:
                if offer.active is False:
                    continue
                made, is_new = await self._made(owner, wanted, offer, territories), True
                done.append(f"offer code {offer.name}")
            elif offer.active is not None and _is_active(made) != offer.active:
                namespace: Any = getattr(self._client, _CODES[made.resource_type][0])
                await namespace.update(made, active=offer.active)
                done.append(f"offer code {offer.name}")
            if offer.active is not False:
                done += await self._custom(made, offer, is_new=is_new)
                done += await self._one_time(made, offer, is_new=is_new)
        return done

    async def _made(
        self,
        owner: Any,
        wanted: Purchase | Subscription,
        offer: PurchaseCode | OfferCode,
        territories: list[str],
    ) -> Any:
        chosen = offer.territories or territories
        mode = getattr(offer, "mode", None)
        points = await self._prices.find(owner, wanted.base, offer.price, mode)
        given: dict[str, Any] = {
            "name": offer.name,
            "customer_eligibilities": list(offer.customers),
        }
        if owner.resource_type == "inAppPurchases":
            return await self._client.in_app_purchase_offer_codes.create(
                in_app_purchase=owner,
                prices=[
                    m.InAppPurchaseOfferPriceInlineCreate(**x)
                    for x in priced(chosen, points, "price_point")
                ],
                **given,
            )
        terms: Any = offer
        return await self._client.subscription_offer_codes.create(
            subscription=owner,
            offer_eligibility=terms.eligibility,
            prices=[m.SubscriptionOfferCodePriceInlineCreate(**x) for x in priced(chosen, points)],
            **terms.terms,
            **given,
        )

    async def _custom(
        self, made: Any, offer: PurchaseCode | OfferCode, *, is_new: bool
    ) -> list[str]:
        if not offer.custom_codes:
            return []
        name, custom, _ = _CODES[made.resource_type]
        offers: Any = getattr(self._client, name)
        namespace: Any = getattr(self._client, custom)
        there: dict[str, Any] = {}
        if not is_new:
            there = {str(x.custom_code): x async for x in offers.list_custom_codes(made, limit=200)}
        done: list[str] = []
        for code, told in offer.custom_codes.items():
            wanted = CustomCode(count=told) if isinstance(told, int) else told
            found = there.get(code)
            if found is None and wanted.active is not False:
                await namespace.create(
                    offer_code=made, custom_code=code, number_of_codes=wanted.count
                )
                done.append(f"code {code}")
            elif found is not None and wanted.active not in {None, _is_active(found)}:
                await namespace.update(found, active=wanted.active)
                done.append(f"code {code}")
        return done

    async def _one_time(
        self, made: Any, offer: PurchaseCode | OfferCode, *, is_new: bool
    ) -> list[str]:
        """Make batches of codes; those of one size and date are told apart by whether they end."""
        if not offer.one_time_codes:
            return []
        name, _, one_time = _CODES[made.resource_type]
        offers: Any = getattr(self._client, name)
        namespace: Any = getattr(self._client, one_time)
        there: list[Any] = []
        if not is_new:
            there = [x async for x in offers.list_one_time_use_codes(made, limit=200)]
        done: list[str] = []
        for codes in sorted(offer.one_time_codes, key=lambda x: x.active is not False):
            batch = (codes.count, codes.expires, codes.environment)
            same = [
                x
                for x in there
                if (x.number_of_codes, x.expiration_date, x.environment or "PRODUCTION") == batch
            ]
            same.sort(key=lambda x: _is_active(x) is (codes.active is False))
            if same:
                there.remove(same[0])
                if codes.active in {None, _is_active(same[0])}:
                    continue
                await namespace.update(same[0], active=codes.active)
            elif codes.active is False:
                continue
            else:
                await namespace.create(
                    offer_code=made,
                    number_of_codes=codes.count,
                    expiration_date=codes.expires,
                    environment=codes.environment,
                )
            done.append(f"{codes.count} codes of {offer.name}")
        return done


def _is_active(found: Any) -> bool:
    return found.active is not False
