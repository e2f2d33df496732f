"""Purchases: what an app sells besides itself, from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .._runtime.concurrency import in_thread_async
from .._runtime.messages.errors import ApiError
from .._runtime.pauses import AsyncPauses
from .._runtime.public import public
from .common.area import Area
from .common.partial import partial
from .common.price_points import read_prices
from .products.offers import AsyncOffers
from .products.parts import AsyncParts, has_draft
from .products.prices import AsyncProductPrices
from .products.table import ProductError, TableSource, read_table

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Mapping
    from datetime import date
    from pathlib import Path

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, InAppPurchaseV2, Subscription
    from .products.table import Group, Product, Purchase, Table
    from .products.table import Subscription as WantedSubscription

__all__ = ["AsyncPurchases", "Ensured", "ProductError"]

_ALL = 50
_TIMEOUT = 300.0
_SUBMITTED = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "PENDING_BINARY_APPROVAL", "APPROVED"})
# Attributes of both kinds, which are changed where the table has others.
_ATTRIBUTES = ("name", "family_sharable", "review_note")


class Ensured(msgspec.Struct, frozen=True):
    """A product or a group that is as the table says; `changes` are what was not before."""

    name: str
    id: str
    type: str
    changes: tuple[str, ...] = ()


@public
class AsyncPurchases(Area):
    """In-app purchases and subscriptions from a table, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._parts = AsyncParts(client)
        self._prices = AsyncProductPrices(client)
        self._offers = AsyncOffers(client)

    async def ensure(self, app: Id[App], table: TableSource) -> list[Ensured]:
        """Make the products of an app those of a table, and return them with what was changed.

        The table is a TOML file, or a dict of the same members; what it leaves out stays as it is,
        and products that it does not name are left alone:

            [[purchases]]
            product_id = "com.example.trails.maps"
            name = "Maps"
            type = "NON_CONSUMABLE"
            price = "4.99"                # in `base`, "USA"; Apple derives all others
            prices = { JPN = "600" }      # but for these
            territories = "all"
            review_screenshot = "maps.png"
            localizations.en-US = { name = "Maps", description = "All maps" }

            [[groups]]
            name = "Plus"
            localizations.en-US = { name = "Trails Plus" }
            [[groups.subscriptions]]
            product_id = "com.example.trails.monthly"
            name = "Monthly"
            period = "ONE_MONTH"
            price = "2.99"
            introductory_offers = [{ mode = "FREE_TRIAL", duration = "ONE_WEEK" }]

        Products take `offer_codes`, too, with `custom_codes` and `one_time_codes`, subscriptions
        `promotional_offers` and `win_back_offers`. Other texts for an approved product make a new
        version of it, to be submitted with `versions.submit(app, purchases=[...])`.

        Raises:
            ValueError: the table is not as it has to be; nothing was sent.
            NoResultError: Apple has no such price; the text names those next to it.
            ProductError: what is approved cannot be changed like this.
        """
        wanted, folder = await in_thread_async(read_table, table)
        made: list[Ensured] = []
        with partial(wanted.names) as done:
            async for ensured in self._ensured(app, wanted, folder):
                made.append(ensured)
                done.append(ensured.name)
        return made

    async def _ensured(self, app: Id[App], wanted: Table, folder: Path) -> AsyncIterator[Ensured]:
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

    async def set_prices(
        self,
        product: InAppPurchaseV2 | Subscription,
        prices: Mapping[str, str] | str | os.PathLike[str],
        *,
        base: str | None = None,
        start: date | None = None,
        preserve: bool | None = None,
    ) -> bool:
        """Set prices by territory, from a dict or a CSV file, and return whether any changed.

        The file has the columns `territory` and `price`. Other territories follow `base`, the first
        of them unless it is given: of a purchase all that have none of their own, of a subscription
        all, in one request if it has no price yet, else in one for each territory that differs.
        `start` is a day to come; without it, an approved subscription's price changes two days
        later, since Apple takes no change on the same day. `preserve` keeps the old price for those
        who have subscribed.

        Raises:
            ValueError: no price or territory, or `start` is not to come; nothing was sent.
            NoResultError: Apple has no such price; the text names those next to it.
        """
        found = await in_thread_async(read_prices, prices)
        based = base or next(iter(found), "")
        if based not in found:
            raise ValueError(f"the base territory {based or '?'} needs a price, too")
        return await self._prices.set(product, found, based, start=start, preserve=preserve)

    async def submit(
        self,
        product: InAppPurchaseV2 | Subscription,
        *,
        timeout: float = _TIMEOUT,
    ) -> bool:
        """Submit a product for review by itself, and return whether it was not before.

        Apple finds out that all parts are there some seconds after the last one came, for which it
        waits up to `timeout` seconds. The first products of an app are submitted with a version.

        Raises:
            ProductError: the product lacks something, or has to go with a version.
        """
        session = self._client.session
        pauses = AsyncPauses(
            first=2.0, longest=30.0, timeout=timeout, now=session.now, sleep=session.sleep
        )
        of_purchase = product.resource_type == "inAppPurchases"
        namespace: Any = (
            self._client.in_app_purchases_v2 if of_purchase else self._client.subscriptions
        )
        while True:
            found: Any = await namespace.get(product, include="versions")
            if found.state == "APPROVED" and has_draft(found):
                raise ProductError(
                    f"the new version of {found.product_id} is submitted with a version of the"
                    f" app: workflows.versions.submit(app, purchases=[{found.product_id!r}])"
                )
            if found.state in _SUBMITTED:
                return False
            if found.state == "READY_TO_SUBMIT":
                break
            if found.state != "MISSING_METADATA":
                raise ProductError(
                    f"{found.product_id} is {found.state}, and cannot be submitted by itself: see"
                    " in App Store Connect what Apple says of it"
                )
            if not await pauses.pause():
                raise ProductError(
                    f"{found.product_id} is {found.state}: it needs texts, a price in every"
                    " territory, territories and a review screenshot, which `ensure` gives it"
                )
        try:
            if of_purchase:
                await self._client.in_app_purchase_submissions.create(in_app_purchase_v2=product.id)
            else:
                await self._client.subscription_submissions.create(subscription=product.id)
        except ApiError as error:
            if any("MUST_BE_SUBMITTED_ON_VERSION" in (x.code or "") for x in error.errors):
                raise ProductError(
                    f"{found.product_id} is among the first products of its app, which Apple"
                    " reviews with a version: submit the version with workflows.versions.submit"
                ) from error
            raise
        return True

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
        return {str(x.product_id): x async for x in found}

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
            codes = await self._offers.ensure_codes(found, wanted, await self._sold_in(wanted))
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
            texts = list(found.subscription_group_localizations)
            if wanted.subscriptions:
                there = await self._subscriptions(found)
        for subscription in wanted.subscriptions:
            _check_win_back(subscription, there.get(subscription.product_id))
        changes += await self._parts.texts(found, texts, wanted.localizations)
        yield Ensured(wanted.name, found.id, found.resource_type, tuple(changes))
        for subscription in wanted.subscriptions:
            old = there.get(subscription.product_id)
            yield await self._subscription(found, subscription, old, folder)

    async def _subscriptions(self, group: Any) -> dict[str, Any]:
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
        return {str(x.product_id): x async for x in found}

    async def _subscription(
        self, group: Any, wanted: WantedSubscription, found: Any, folder: Path
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
            offers = await self._offers.ensure(found, wanted, await self._sold_in(wanted))
            done = msgspec.structs.replace(done, changes=(*done.changes, *offers))
        return done

    async def _completed(
        self, found: Any, wanted: Product, folder: Path, changes: list[str], texts: Any
    ) -> Ensured:
        """Give a product what products of both kinds have."""
        changes += await self._parts.texts(found, texts, wanted.localizations)
        if wanted.territories is not None and await self._parts.availability(found, wanted):
            changes.append("territories")
        prices = wanted.amounts()
        if prices and await self._prices.set(found, prices, wanted.base):
            changes.append("prices")
        if wanted.review_screenshot is not None:
            file = folder / wanted.review_screenshot
            if await self._parts.screenshot(found, file):
                changes.append("review screenshot")
        return Ensured(wanted.product_id, found.id, found.resource_type, tuple(changes))


def _attributes(wanted: Product) -> dict[str, Any]:
    found = {name: getattr(wanted, name) for name in _ATTRIBUTES}
    return {name: value for name, value in found.items() if value is not None}


def _check_win_back(wanted: WantedSubscription, found: Any) -> None:
    state = "new" if found is None else found.state
    if wanted.win_back_offers and state != "APPROVED":
        raise ProductError(
            f"{wanted.product_id} is {state}: Apple takes win-back offers when a subscription is"
            " approved; leave them out until then"
        )


def _differing(found: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: x for name, x in attributes.items() if getattr(found, name) != x}
