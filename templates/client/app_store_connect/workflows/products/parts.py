"""What products of both kinds have: texts, territories, and a screenshot for the review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assets.only_file import only_file_async
from .versions import VERSIONED, check_draft, has_draft, newest_version, unapproved_async

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
# Of each type with versions: where the texts of a version are kept.
_VERSION_TEXTS = {
    "inAppPurchases": "in_app_purchase_localizations_v2",
    "subscriptions": "subscription_localizations_v2",
}
_REVIEWED = frozenset({"APPROVED", "IN_REVIEW", "REJECTED", "WAITING_FOR_REVIEW"})


class AsyncParts:
    """The parts of products, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._territories: list[str] = []

    async def texts(
        self,
        owner: Any,
        there: Iterable[Any],
        wanted: Mapping[str, Text],
        *,
        whole: bool = False,
    ) -> list[str]:
        """Write the texts of each locale that has others, and return what was changed.

        Texts that were reviewed stay as they are: others take their place with a new version, which
        gets them all; with `whole` even if no text is wanted.
        """
        name, relationship = _TEXTS[owner.resource_type]
        namespace: Any = getattr(self._client, name)
        by_locale = {str(x.locale): x for x in there}
        attributes = {locale: _attributes(text) for locale, text in wanted.items()}
        differing = [x for x, y in attributes.items() if not _has(by_locale.get(x), y)]
        if owner.resource_type in VERSIONED:
            reviewed = {x for x, text in by_locale.items() if text.state in _REVIEWED}
            is_new = has_draft(owner) or not reviewed.isdisjoint(differing)
            if reviewed and is_new and (wanted or whole):
                kept = {x: _texts_of(y) for x, y in by_locale.items() if x not in wanted}
                return await self._version_texts(owner, attributes, kept)
        for locale in differing:
            found = by_locale.get(locale)
            if found is None:
                await namespace.create(locale=locale, **{relationship: owner}, **attributes[locale])
            else:
                await namespace.update(found, **attributes[locale])
        return differing

    async def _version_texts(
        self,
        owner: Any,
        wanted: Mapping[str, dict[str, Any]],
        kept: Mapping[str, dict[str, Any]],
    ) -> list[str]:
        """Write texts to the version that is not approved yet, which is made where there is none.

        `kept` are the approved texts of other locales, which a new version is to have, too.
        """
        namespace: Any = getattr(self._client, VERSIONED[owner.resource_type][0])
        localizations: Any = getattr(self._client, _VERSION_TEXTS[owner.resource_type])
        version, is_new = await unapproved_async(self._client, owner, newest_version(owner))
        changed = [f"version {version.version}"] if is_new else []
        there = {x.locale: x async for x in namespace.list_localizations(version, limit=200)}
        todo = {x: y for x, y in wanted.items() if not _has(there.get(x), y)}
        todo |= {x: y for x, y in kept.items() if x not in there}
        if todo:
            check_draft(owner, version, f"its texts ({', '.join(todo)}) change")
        for locale, attributes in todo.items():
            if locale in there:
                await localizations.update(there[locale], **attributes)
            else:
                await localizations.create(locale=locale, version=version, **attributes)
            if locale in wanted:
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
        owned = {_TEXTS[owner.resource_type][1]: owner}
        current = owner.app_store_review_screenshot
        return await only_file_async(self._client, namespace, current, file, **owned)


def _attributes(text: Text) -> dict[str, Any]:
    more = {"description": text.description, "custom_app_name": text.app_name}
    return {"name": text.name, **{x: y for x, y in more.items() if y is not None}}


def _texts_of(found: Any) -> dict[str, Any]:
    return {"name": found.name, "description": found.description}


def _has(found: Any, attributes: Mapping[str, Any]) -> bool:
    return found is not None and all(getattr(found, x, None) == y for x, y in attributes.items())
