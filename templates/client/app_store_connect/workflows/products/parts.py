"""What products of both kinds have: texts, territories, and a screenshot for the review."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ..._runtime.concurrency import in_thread_async
from ...uploads.state import delivery_of
from .table import ProductError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ...client import AsyncClient
    from .table import Product, Text

__all__ = ["AsyncParts"]

# Of each type: what its texts are kept in, and the relationship that leads back to it.
_TEXTS = {
    "inAppPurchases": ("in_app_purchase_localizations", "in_app_purchase_v2"),
    "subscriptions": ("subscription_localizations", "subscription"),
    "subscriptionGroups": ("subscription_group_localizations", "subscription_group"),
}
_SCREENSHOTS = {
    "inAppPurchases": "in_app_purchase_app_store_review_screenshots",
    "subscriptions": "subscription_app_store_review_screenshots",
}
_REVIEWED = frozenset({"APPROVED", "IN_REVIEW", "REJECTED", "WAITING_FOR_REVIEW"})


class AsyncParts:
    """The parts of products, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._territories: list[str] = []

    async def texts(
        self, owner: Any, there: Iterable[Any], wanted: Mapping[str, Text]
    ) -> list[str]:
        """Write the texts of each locale that has others, and return those locales."""
        name, relationship = _TEXTS[owner.resource_type]
        namespace: Any = getattr(self._client, name)
        by_locale = {str(x.locale): x for x in there}
        changed: list[str] = []
        for locale, text in wanted.items():
            second = "custom_app_name" if text.app_name is not None else "description"
            value = text.app_name if text.app_name is not None else text.description
            attributes: dict[str, Any] = {"name": text.name}
            if value is not None:
                attributes[second] = value
            found = by_locale.get(locale)
            if found is None:
                await namespace.create(locale=locale, **{relationship: owner}, **attributes)
            elif all(getattr(found, x, None) == y for x, y in attributes.items()):
                continue
            elif found.state in _REVIEWED and owner.resource_type != "subscriptionGroups":
                raise ProductError(
                    f"the {locale} texts of {owner.product_id} are {found.state}: they change with"
                    " a new version of the product only, which App Store Connect makes on the web"
                )
            else:
                await namespace.update(found, **attributes)
            changed.append(locale)
        return changed

    async def territories(self) -> list[str]:
        """Return all territories there are."""
        if not self._territories:
            found = self._client.territories.list(limit=200)
            self._territories = [x.id async for x in found]
        return self._territories

    async def availability(self, owner: Any, product: Product) -> bool:
        """Sell a product in these territories, and return whether it was sold in others."""
        every = product.territories == "all"
        wanted = await self.territories() if every else list(product.territories or ())
        if owner.resource_type == "inAppPurchases":
            return await self._purchase_availability(owner, wanted, product)
        return await self._plan_availability(owner, wanted, product)

    async def _purchase_availability(self, owner: Any, wanted: list[str], product: Product) -> bool:
        namespace = self._client.in_app_purchase_availabilities
        current = owner.in_app_purchase_availability
        if current is not None:
            there = {x.id async for x in namespace.list_available_territories(current, limit=200)}
            in_new = bool(current.available_in_new_territories)
            if there == set(wanted) and in_new == product.in_new_territories:
                return False
        await namespace.create(
            in_app_purchase=owner,
            available_in_new_territories=product.in_new_territories,
            available_territories=wanted,
        )
        return True

    async def _plan_availability(self, owner: Any, wanted: list[str], product: Product) -> bool:
        namespace = self._client.subscription_plan_availabilities
        plans = [x for x in owner.plan_availabilities if x.plan_type == "UPFRONT"]
        if not plans:
            await namespace.create(
                subscription=owner,
                plan_type="UPFRONT",
                available_in_new_territories=product.in_new_territories,
                available_territories=wanted,
            )
            return True
        there = {x.id async for x in namespace.list_available_territories(plans[0], limit=200)}
        in_new = bool(plans[0].available_in_new_territories)
        if there == set(wanted) and in_new == product.in_new_territories:
            return False
        await namespace.update(
            plans[0],
            available_in_new_territories=product.in_new_territories,
            available_territories=wanted,
        )
        return True

    async def screenshot(self, owner: Any, file: Path) -> bool:
        """Have this screenshot for the review, and return whether there was another one."""
        namespace: Any = getattr(self._client, _SCREENSHOTS[owner.resource_type])
        content = await in_thread_async(file.read_bytes)
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        current, resume = owner.app_store_review_screenshot, None
        if current is not None:
            delivery = delivery_of(current)
            known = (current.source_file_checksum or "").lower()
            if known == digest and not (delivery.is_failed or delivery.is_awaited):
                return False
            if delivery.is_awaited and current.file_size == len(content):
                resume = current
            else:
                await namespace.delete(current)
        await self._client.uploads.upload(
            namespace,
            file,
            resume=resume,
            **{_TEXTS[owner.resource_type][1]: owner},
        )
        return True
