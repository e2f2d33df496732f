"""In-app purchases and subscriptions that are submitted together with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._runtime.messages.errors import NoResultError
from .._runtime.suggestions import suggestion
from .common.related import all_related_async
from .errors import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._runtime.jsonapi.resource import Resource
    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App

__all__ = ["purchase_items_async"]

# The most that are included.
_VERSIONS: Any = {"versions": 50}
# A version of a product in one of these is not submitted again.
_OVER = frozenset({"APPROVED", "REPLACED_WITH_NEW_VERSION", "WAITING_FOR_REVIEW", "IN_REVIEW"})


async def purchase_items_async(
    client: AsyncClient, app: Id[App], product_ids: tuple[str, ...]
) -> dict[str, list[Resource]]:
    """Return the versions of products by the keyword that an item takes them by.

    The version of a subscription goes with that of its group, unless this was approved before.
    """
    found: dict[str, list[Resource]] = {}
    if not product_ids:
        return found
    wanted = set(product_ids)
    known: list[str] = []
    purchases = client.apps.list_in_app_purchases_v2(
        app, include=["versions"], limit=200, related_limit=_VERSIONS
    )
    async for purchase in purchases:
        known.append(purchase.product_id or "")
        if purchase.product_id in wanted:
            wanted.remove(purchase.product_id)
            await all_related_async(client.in_app_purchases_v2, purchase, "versions")
            _take(found, "in_app_purchase_version", purchase, purchase.versions)
    if wanted:
        groups = client.apps.list_subscription_groups(
            app, include=["versions"], limit=200, related_limit=_VERSIONS
        )
        async for group in groups:
            subscriptions = client.subscription_groups.list_subscriptions(
                group, include=["versions"], limit=200, related_limit=_VERSIONS
            )
            chosen = False
            async for subscription in subscriptions:
                known.append(subscription.product_id or "")
                if subscription.product_id in wanted:
                    wanted.remove(subscription.product_id)
                    await all_related_async(client.subscriptions, subscription, "versions")
                    _take(found, "subscription_version", subscription, subscription.versions)
                    chosen = True
            if chosen:
                await all_related_async(client.subscription_groups, group, "versions")
            if chosen and not any(x.state in _OVER for x in group.versions):
                _take(found, "subscription_group_version", group, group.versions)
    if wanted:
        name = min(wanted)
        raise NoResultError(f"the app has no product {name!r}{suggestion(name, known)}")
    return found


def _take(
    found: dict[str, list[Resource]], keyword: str, product: Resource, versions: Sequence[Resource]
) -> None:
    """Add the newest version of a product, if it is still to be reviewed."""
    if getattr(product, "state", None) == "MISSING_METADATA":
        raise WorkflowError(
            f"product {getattr(product, 'product_id', product.id)!r} is MISSING_METADATA:"
            " workflows.versions.preflight says what it lacks"
        )
    newest = max(versions, key=lambda x: getattr(x, "version", None) or 0, default=None)
    if newest is not None and str(getattr(newest, "state", "")) not in _OVER:
        found.setdefault(keyword, []).append(newest)
