"""A product submitted for review by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._runtime.messages.errors import ApiError
from ..._runtime.pauses import AsyncPauses
from ..common.related import all_related_async
from ..purchase_items import purchase_items_async
from ..review_queue import AsyncReviewQueue
from .table import ProductError
from .versions import PRODUCTS, has_draft

if TYPE_CHECKING:
    from ..._runtime.jsonapi.values import Id
    from ...client import AsyncClient
    from ...models import App, InAppPurchaseV2, Subscription
    from ..version_states import Platform

__all__ = ["submitted_async"]

_SUBMITTED = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "PENDING_BINARY_APPROVAL", "APPROVED"})


async def submitted_async(
    client: AsyncClient,
    product: InAppPurchaseV2 | Subscription,
    app: Id[App] | None,
    platform: Platform,
    timeout: float,
) -> bool:
    """Submit a product, and return whether it was not before."""
    session = client.session
    pauses = AsyncPauses(
        first=2.0, longest=30.0, timeout=timeout, now=session.now, sleep=session.sleep
    )
    namespace: Any = getattr(client, PRODUCTS[product.resource_type])
    while True:
        found: Any = await namespace.get(
            product, include="versions", related_limit={"versions": 50}
        )
        await all_related_async(namespace, found, "versions")
        if found.state == "APPROVED" and has_draft(found):
            if app is None:
                raise ProductError(
                    f"{found.product_id} is approved, and its new version goes into a review"
                    " submission of the app: give `app`, too, or submit it with a version by"
                    f" workflows.versions.submit(app, purchases=[{found.product_id!r}])"
                )
            items = await purchase_items_async(client, app, (str(found.product_id),))
            await AsyncReviewQueue(client).submit_purchases(app, platform, items)
            return True
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
        if product.resource_type == "inAppPurchases":
            await client.in_app_purchase_submissions.create(in_app_purchase_v2=product.id)
        else:
            await client.subscription_submissions.create(subscription=product.id)
    except ApiError as error:
        if any("MUST_BE_SUBMITTED_ON_VERSION" in (x.code or "") for x in error.errors):
            raise ProductError(
                f"{found.product_id} is among the first products of its app, which Apple"
                " reviews with a version: submit the version with workflows.versions.submit"
            ) from error
        raise
    return True
