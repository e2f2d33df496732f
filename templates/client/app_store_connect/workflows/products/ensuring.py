"""Products made what a table says, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..._runtime.jsonapi.resource import resource_id
from ..common.related import all_related_async
from .codes import AsyncOfferCodes
from .images import AsyncImages
from .offers import AsyncOffers
from .parts import AsyncParts
from .prices import AsyncProductPrices
from .promotions import AsyncPromotions
from .table import PROMOTED, ProductError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from ..._runtime.jsonapi.values import Id
    from ...client import AsyncClient
    from ...models import App
    from .table import Group, Product, Purchase, Subscription, Table

__all__ = ["AsyncProducts", "Ensured"]

_ALL = 50
# Attributes of both kinds, which are changed where the table has others.
_ATTRIBUTES = ("name", "family_sharable", "review_note")


class Ensured(msgspec.Struct, frozen=True):
    """A product or a group that is as the table says; `changes` are what was not before."""

    name: str
    id: str
    type: str
    changes: tuple[str, ...] = ()


class AsyncProducts:
    """The products of an app, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._parts = AsyncParts(client)
        self._prices = AsyncProductPrices(client)
        self._offers = AsyncOffers(client)
        self._codes = AsyncOfferCodes(client)
        self._images = AsyncImages(client)

    async def ensured(self, app: Id[App], wanted: Table, folder: Path) -> AsyncIterator[Ensured]:
        """Yield each product and group when it is what the table says."""
        made: dict[str, tuple[str, str]] = {}
        promotions = AsyncPromotions(self._client, app)
        if wanted.promoted:
            _check_promoted(wanted, await promotions.read())
        async for ensured in self._products(app, wanted, folder):
            made[ensured.name] = (ensured.type, ensured.id)
            yield ensured
        if wanted.promoted:
            changes = await promotions.ensure(wanted.promoted, made)
            yield Ensured(PROMOTED, resource_id(app), "promotedPurchases", tuple(changes))

    async def _products(self, app: Id[App], wanted: Table, folder: Path) -> AsyncIterator[Ensured]:
        if wanted.purchases:
            found = await self._purchases(app, wanted.purchases)
            for purchase in wanted.purchases:
                yield await self._purchase(app, purchase, found, folder)
        if wanted.groups:
            groups = self._client.apps.list_subscription_groups(
                app,
                include="subscriptionGroupLocalizations",
                limit=200,
                related_limit={"subscriptionGroupLocalizations": _ALL},
            )
            there: dict[str, Any] = {str(x.reference_name): x async for x in groups}
            for group in wanted.groups:
                async for ensured in self._group(app, group, there.get(group.name), folder):
                    yield ensured

    async def _purchases(self, app: Id[App], wanted: list[Purchase]) -> dict[str, Any]:
        found = self._client.apps.list_in_app_purchases_v2(
            app,
            product_id=[x.product_id for x in wanted],
            include=[
                *("inAppPurchaseLocalizations", "inAppPurchaseAvailability"),
                *("appStoreReviewScreenshot", "offerCodes", "versions"),
            ],
            limit=200,
            related_limit={
                "inAppPurchaseLocalizations": _ALL,
                "offerCodes": _ALL,
                "versions": _ALL,
            },
        )
        there: dict[str, Any] = {str(x.product_id): x async for x in found}
        for product in there.values():
            names = ("in_app_purchase_localizations", "offer_codes", "versions")
            await all_related_async(self._client.in_app_purchases_v2, product, *names)
        return there

    async def _purchase(
        self, app: Id[App], wanted: Purchase, there: dict[str, Any], folder: Path
    ) -> Ensured:
        found = there.get(wanted.product_id)
        changes: list[str] = []
        if found is None:
            found = await self._client.in_app_purchases_v2.create(
                app=app,
                product_id=wanted.product_id,
                in_app_purchase_type=wanted.type,
                **_attributes(wanted),
            )
            nothing: list[Any] = []
            found.in_app_purchase_localizations = found.offer_codes = found.versions = nothing
            found.in_app_purchase_availability = found.app_store_review_screenshot = None
            changes.append("created")
        elif found.in_app_purchase_type != wanted.type:
            raise ProductError(
                f"{wanted.product_id} is a {found.in_app_purchase_type}, which cannot become a"
                f" {wanted.type}: a product keeps its type"
            )
        elif more := _differing(found, _attributes(wanted)):
            await self._client.in_app_purchases_v2.update(found, **more)
            changes += more
        done = await self._completed(
            found, wanted, folder, changes, found.in_app_purchase_localizations
        )
        if wanted.offer_codes:
            codes = await self._codes.ensure(found, wanted, await self._sold_in(wanted))
            done = msgspec.structs.replace(done, changes=(*done.changes, *codes))
        return done

    async def _sold_in(self, product: Product) -> list[str]:
        given = product.territories
        return given if isinstance(given, list) else await self._parts.territories()

    async def _group(
        self, app: Id[App], wanted: Group, found: Any, folder: Path
    ) -> AsyncIterator[Ensured]:
        changes: list[str] = []
        texts: list[Any] = []
        there: dict[str, Any] = {}
        if found is None:
            found = await self._client.subscription_groups.create(
                app=app, reference_name=wanted.name
            )
            changes.append("created")
        else:
            groups = self._client.subscription_groups
            await all_related_async(groups, found, "subscription_group_localizations")
            texts = list(found.subscription_group_localizations)
            if wanted.subscriptions:
                there = await self._subscriptions(found, wanted)
        for subscription in wanted.subscriptions:
            _check_win_back(subscription, there.get(subscription.product_id))
        changes += await self._parts.texts(found, texts, wanted.localizations)
        yield Ensured(wanted.name, found.id, found.resource_type, tuple(changes))
        for subscription in wanted.subscriptions:
            old = there.get(subscription.product_id)
            yield await self._subscription(found, subscription, old, folder)

    async def _subscriptions(self, group: Any, wanted: Group) -> dict[str, Any]:
        found = self._client.subscription_groups.list_subscriptions(
            group,
            include=[
                *("subscriptionLocalizations", "appStoreReviewScreenshot", "planAvailabilities"),
                *("promotionalOffers", "offerCodes", "winBackOffers", "versions"),
            ],
            limit=200,
            related_limit={
                "subscriptionLocalizations": _ALL,
                "promotionalOffers": _ALL,
                "offerCodes": _ALL,
                "winBackOffers": _ALL,
                "versions": _ALL,
            },
        )
        named = {x.product_id for x in wanted.subscriptions}
        there: dict[str, Any] = {str(x.product_id): x async for x in found if x.product_id in named}
        for product in there.values():
            names = ("promotional_offers", "offer_codes", "win_back_offers", "versions")
            await all_related_async(
                self._client.subscriptions, product, "subscription_localizations", *names
            )
        return there

    async def _subscription(
        self, group: Any, wanted: Subscription, found: Any, folder: Path
    ) -> Ensured:
        attributes: dict[str, Any] = {**_attributes(wanted), "subscription_period": wanted.period}
        if wanted.level is not None:
            attributes["group_level"] = wanted.level
        changes: list[str] = []
        if found is None:
            found = await self._client.subscriptions.create(
                group=group, product_id=wanted.product_id, **attributes
            )
            nothing: list[Any] = []
            found.subscription_localizations = found.plan_availabilities = nothing
            found.promotional_offers = found.offer_codes = found.win_back_offers = nothing
            found.versions = nothing
            found.app_store_review_screenshot = None
            changes.append("created")
        elif more := _differing(found, attributes):
            await self._client.subscriptions.update(found, **more)
            changes += more
        done = await self._completed(
            found, wanted, folder, changes, found.subscription_localizations
        )
        if wanted.offers:
            territories = await self._sold_in(wanted)
            offers = await self._offers.ensure(found, wanted, territories)
            offers += await self._codes.ensure(found, wanted, territories)
            done = msgspec.structs.replace(done, changes=(*done.changes, *offers))
        return done

    async def _completed(
        self, found: Any, wanted: Product, folder: Path, changes: list[str], texts: Any
    ) -> Ensured:
        """Give a product what products of both kinds have."""
        whole = wanted.image is not None
        changes += await self._parts.texts(found, texts, wanted.localizations, whole=whole)
        if wanted.territories is not None and await self._parts.availability(found, wanted):
            changes.append("territories")
        prices = wanted.amounts()
        if prices and await self._prices.set(found, prices, wanted.base):
            changes.append("prices")
        if wanted.review_screenshot is not None:
            file = folder / wanted.review_screenshot
            if await self._parts.screenshot(found, file):
                changes.append("review screenshot")
        if wanted.image is not None:
            known = len(found.versions)
            changes += await self._images.ensure(found, folder / wanted.image)
            if len(found.versions) > known:
                more = await self._parts.texts(found, texts, wanted.localizations, whole=True)
                changes += [x for x in more if x not in changes]
        return Ensured(wanted.product_id, found.id, found.resource_type, tuple(changes))


def _attributes(wanted: Product) -> dict[str, Any]:
    found = {name: getattr(wanted, name) for name in _ATTRIBUTES}
    return {name: value for name, value in found.items() if value is not None}


def _check_win_back(wanted: Subscription, found: Any) -> None:
    state = "new" if found is None else found.state
    if any(x.active is not False for x in wanted.win_back_offers) and state != "APPROVED":
        raise ProductError(
            f"{wanted.product_id} is {state}: Apple takes win-back offers when a subscription is"
            " approved; leave them out until then"
        )


def _check_promoted(wanted: Table, there: Iterable[str]) -> None:
    """Refuse to promote what is not known; nothing was sent."""
    known = {*wanted.names, *there}
    if unknown := [x.product_id for x in wanted.promoted if x.product_id not in known]:
        raise ValueError(
            f"{unknown[0]} is to be promoted, but is not in the table and not promoted yet: add"
            " it to the table's products"
        )


def _differing(found: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: x for name, x in attributes.items() if getattr(found, name) != x}
