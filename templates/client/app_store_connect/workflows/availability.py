"""Where an app can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from .._runtime.suggestions import suggestion
from .common.absence import if_any_async
from .common.partial import partial
from .errors import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._runtime.jsonapi.values import Id, Unset
    from ..client import AsyncClient
    from ..models import App, AppAvailabilityV2

__all__ = ["AsyncAvailability"]


class AsyncAvailability:
    """The availability of apps by territory, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def choose(
        self, app: Id[App], territories: Iterable[str] | None, *, in_new: bool | Unset
    ) -> list[str]:
        """Switch each territory that is not as it should be, and return those that are on."""
        wanted = None if territories is None else set(territories)
        current = await self._read(app)
        if current is None:
            return await self._create(app, wanted, in_new=in_new)
        if in_new is not UNSET and current.available_in_new_territories != in_new:
            raise WorkflowError(
                "whether an app is available in new territories cannot be changed by the API once"
                " it was chosen; App Store Connect on the web can"
            )
        found = self._client.app_availabilities_v2.list_territory_availabilities(
            current, include=["territory"], limit=200
        )
        there = {x.territory.id: x async for x in found if x.territory is not None}
        chosen = _chosen(wanted, set(there))
        differing = [x for x, y in there.items() if bool(y.available) != (x in chosen)]
        with partial(differing) as done:
            for code in differing:
                await self._client.territory_availabilities.update(
                    there[code], available=code in chosen
                )
                done.append(code)
        return sorted(chosen)

    async def _read(self, app: Id[App]) -> AppAvailabilityV2 | None:
        return await if_any_async(self._client.apps.get_app_availability_v2, app)

    async def _create(
        self, app: Id[App], wanted: set[str] | None, *, in_new: bool | Unset
    ) -> list[str]:
        from ..models import TerritoryAvailabilityInlineCreate  # noqa: PLC0415 - who needs it

        codes = [x.id async for x in self._client.territories.list(limit=200)]
        chosen = _chosen(wanted, set(codes))
        await self._client.app_availabilities_v2.create(
            app=app,
            available_in_new_territories=True if in_new is UNSET else in_new,
            territory_availabilities=[
                TerritoryAvailabilityInlineCreate(territory=code, available=code in chosen)
                for code in codes
            ],
        )
        return sorted(chosen)


def _chosen(wanted: set[str] | None, known: set[str]) -> set[str]:
    if wanted is None:
        return known
    if unknown := sorted(wanted - known):
        hint = suggestion(unknown[0], known) or ", whose codes have three letters, such as USA"
        raise ValueError(
            f"territories: there is none called {unknown[0]!r}{hint}; nothing was changed"
        )
    return wanted
