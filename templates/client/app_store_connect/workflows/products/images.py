"""Images of products, which the App Store shows with what is promoted.

They belong to a version of the product. The API tells no checksum of them, so the name that one is
uploaded under ends with the first half of the file's SHA-256 sum, by which it is known again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ..._runtime.concurrency import in_thread_async
from ...uploads.state import delivery_of
from ..common.absence import if_any_async
from .versions import PRODUCTS, VERSIONED, check_draft, newest_version, unapproved_async

if TYPE_CHECKING:
    from pathlib import Path

    from ...client import AsyncClient

__all__ = ["AsyncImages"]

_IMAGES = {
    "inAppPurchases": "in_app_purchase_images_v2",
    "subscriptions": "subscription_images_v2",
}
_NAME = 60


class AsyncImages:
    """The images of products, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def ensure(self, product: Any, file: Path) -> list[str]:
        """Have a file as the image of a product's newest version, and return what was changed."""
        content = await in_thread_async(file.read_bytes)
        digest = hashlib.sha256(content).hexdigest()[:32]
        versions: Any = getattr(self._client, VERSIONED[product.resource_type][0])
        images: Any = getattr(self._client, _IMAGES[product.resource_type])
        newest = newest_version(product) or await self._first_version(product)
        current = await if_any_async(versions.get_image, newest)
        resume = None
        if current is not None and digest in (current.file_name or ""):
            delivery = delivery_of(current)
            if not (delivery.is_failed or delivery.is_awaited):
                return []
            resume = current if delivery.is_awaited else None
        version, is_new = await unapproved_async(self._client, product, newest)
        check_draft(product, version, "its image changes")
        if current is not None and resume is None and not is_new:
            await images.delete(current)
        await self._client.uploads.upload(
            images,
            file,
            file_name=f"{file.stem[:_NAME]} {digest}{file.suffix}",
            resume=resume,
            version=version,
        )
        return [f"version {version.version}", "image"] if is_new else ["image"]

    async def _first_version(self, product: Any) -> Any:
        """Read the version that Apple gives a product which has just been made."""
        namespace: Any = getattr(self._client, PRODUCTS[product.resource_type])
        return await namespace.list_versions(product, limit=200).one()
