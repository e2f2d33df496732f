"""Promoted purchases: the products that the App Store shows with an app, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..._runtime.jsonapi.values import Id
    from ...client import AsyncClient
    from ...models import App
    from .table import Promotion

__all__ = ["AsyncPromotions"]

_KEYWORDS = {"inAppPurchases": "in_app_purchase_v2", "subscriptions": "subscription"}


class AsyncPromotions:
    """The promoted purchases of an app, to be awaited."""

    def __init__(self, client: AsyncClient, app: Id[App]) -> None:
        self._client = client
        self._app = app
        self._there: dict[str, Any] = {}

    async def read(self) -> frozenset[str]:
        """Read what is promoted, and return the ids of the products."""
        found = self._client.apps.list_promoted_purchases(
            self._app,
            include=["inAppPurchaseV2", "subscription"],
            fields={"inAppPurchases": ["productId"], "subscriptions": ["productId"]},
            limit=200,
        )
        async for promoted in found:
            product = promoted.in_app_purchase_v2 or promoted.subscription
            # What is promoted without its product being told keeps its place, too.
            self._there[(product and product.product_id) or promoted.id] = promoted
        return frozenset(self._there)

    async def ensure(
        self, wanted: Sequence[Promotion], products: Mapping[str, tuple[str, str]]
    ) -> list[str]:
        """Promote products first and in this order, and return what was changed.

        `products` are types and ids by product id. What is promoted besides comes after.
        """
        done: list[str] = []
        for promotion in wanted:
            name = promotion.product_id
            current = self._there.get(name)
            told = {"enabled": promotion.active, "visible_for_all_users": promotion.visible}
            given: dict[str, Any] = {key: value for key, value in told.items() if value is not None}
            if current is None:
                kind, identifier = products[name]
                made: dict[str, Any] = {"enabled": True, "visible_for_all_users": True, **given}
                made[_KEYWORDS[kind]] = identifier
                self._there[name] = await self._client.promoted_purchases.create(
                    app=self._app, **made
                )
                done.append(name)
            elif any(getattr(current, x) != y for x, y in given.items()):
                await self._client.promoted_purchases.update(current, **given)
                done.append(name)
        order = [x.product_id for x in wanted]
        order += [x for x in self._there if x not in order]
        if order != list(self._there):
            ids = [self._there[x] for x in order]
            await self._client.apps.replace_promoted_purchases(self._app, ids)
            done.append("order")
        return done
