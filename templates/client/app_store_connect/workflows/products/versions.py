"""Versions of products: what changes at an approved product waits in a version for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .table import ProductError

if TYPE_CHECKING:
    from ...client import AsyncClient

__all__ = [
    "PRODUCTS",
    "VERSIONED",
    "check_draft",
    "has_draft",
    "newest_version",
    "unapproved_async",
]

# Of each type with versions: their namespace, and what they are of.
VERSIONED = {
    "inAppPurchases": ("in_app_purchase_versions", "in_app_purchase"),
    "subscriptions": ("subscription_versions", "subscription"),
}
# Of these types: the namespace.
PRODUCTS = {"inAppPurchases": "in_app_purchases_v2", "subscriptions": "subscriptions"}
_OVER = frozenset({"APPROVED", "REPLACED_WITH_NEW_VERSION"})
_DRAFTS = frozenset(
    {"DEVELOPER_REJECTED", "PREPARE_FOR_SUBMISSION", "READY_FOR_REVIEW", "REJECTED"}
)


def newest_version(product: Any) -> Any:
    """Return the newest version of a product that was read with them; None if it has none."""
    return max(product.versions, key=lambda x: x.version or 0, default=None)


def has_draft(product: Any) -> bool:
    """Whether a product has a version that is not in review yet."""
    newest = newest_version(product)
    return newest is not None and newest.state in _DRAFTS


async def unapproved_async(client: AsyncClient, product: Any, newest: Any) -> tuple[Any, bool]:
    """Return the version that is not approved yet, made where there is none, and if it was made."""
    if newest is not None and newest.state not in _OVER:
        return newest, False
    name, keyword = VERSIONED[product.resource_type]
    made = await getattr(client, name).create(**{keyword: product})
    product.versions = [*product.versions, made]
    return made, True


def check_draft(product: Any, version: Any, what: str) -> None:
    """Refuse to change what is in review: ProductError, which says when it can be changed."""
    if version.state not in _DRAFTS:
        raise ProductError(
            f"version {version.version} of {product.product_id} is {version.state}: {what} when"
            " the review is over or was cancelled"
        )
