"""Apps: finding one, and what all versions of it share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runtime.public import public

if TYPE_CHECKING:
    from ..client import AsyncClient
    from ..models import App

__all__ = ["AsyncApps"]


@public
class AsyncApps:
    """Jobs on an app as a whole, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def find(self, bundle_id: str) -> App:
        """Return the app that has exactly this bundle id.

        Apple's `filter[bundleId]` also answers with apps whose bundle ids begin the same.

        Raises:
            NoResultError: no app of the key's has it; the message names those that come near.
        """
        return await self._client.apps.list(bundle_id=bundle_id).find(bundle_id=bundle_id)
