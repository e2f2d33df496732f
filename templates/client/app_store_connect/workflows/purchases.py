"""Purchases: what an app sells besides itself, from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runtime.concurrency import in_thread_async
from .._runtime.public import public
from .common.area import Area
from .common.partial import partial
from .common.price_points import read_prices
from .products.ensuring import AsyncProducts, Ensured
from .products.prices import AsyncProductPrices
from .products.submission import submitted_async
from .products.table import ProductError
from .products.table_file import TableSource, read_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from datetime import date

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, InAppPurchaseV2, Subscription
    from .common.price_points import Amount
    from .version_states import Platform

__all__ = ["AsyncPurchases", "Ensured", "ProductError"]

_TIMEOUT = 300.0


@public
class AsyncPurchases(Area):
    """In-app purchases and subscriptions from a table, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._products = AsyncProducts(client)
        self._prices = AsyncProductPrices(client)

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
            image = "maps-icon.png"       # 1024 x 1024, for promoting it
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

            [[promoted]]                  # in this order, before what is promoted besides
            product_id = "com.example.trails.maps"

        Products take `offer_codes`, too, with `custom_codes` and `one_time_codes`, subscriptions
        `promotional_offers` and `win_back_offers`. Nothing ends unless the table says so: an offer,
        a code or a promotion with `active = false`. Codes are deactivated then, other offers are
        deleted. Other texts or images for an approved product make a new version of it, to be
        submitted with `versions.submit(app, purchases=[...])`.

        Raises:
            ValueError: the table is not as it has to be; nothing was sent.
            NoResultError: Apple has no such price; the text names those next to it.
            ProductError: what is approved cannot be changed like this.
        """
        wanted, folder = await in_thread_async(read_table, table)
        made: list[Ensured] = []
        with partial(wanted.names) as done:
            async for ensured in self._products.ensured(app, wanted, folder):
                made.append(ensured)
                done.append(ensured.name)
        return made

    async def set_prices(
        self,
        product: InAppPurchaseV2 | Subscription,
        prices: Mapping[str, Amount] | str | os.PathLike[str],
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
            raise ValueError(f"prices: the base territory {based or '?'} needs one, too")
        return await self._prices.set(product, found, based, start=start, preserve=preserve)

    async def submit(
        self,
        product: InAppPurchaseV2 | Subscription,
        *,
        app: Id[App] | None = None,
        platform: Platform = "IOS",
        timeout: float = _TIMEOUT,
    ) -> bool:
        """Submit a product for review by itself, and return whether it was not before.

        Apple finds out that all parts are there some seconds after the last one came, for which it
        waits up to `timeout` seconds. The first products of an app are submitted with a version.
        The new version of an approved product needs `app`, and a `platform` on which a version of
        that was approved; nothing else of it may be in review.

        Raises:
            ProductError: the product lacks something, or has to go with a version.
            WorkflowError: something else of the app is in review.
        """
        return await submitted_async(self._client, product, app, platform, timeout)
