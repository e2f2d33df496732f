"""Versions on their way: found, made or renamed, and released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import WorkflowError
from .localized_texts import changes
from .version_states import (
    CHANGEABLE,
    RELEASED,
    AppVersions,
    check_release,
    number_of,
    state_of,
    version_number,
)

if TYPE_CHECKING:
    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, AppStoreVersion
    from .version_states import Platform

__all__ = ["app_versions_async", "prepared_async", "released_async"]


async def app_versions_async(client: AsyncClient, app: Id[App], platform: Platform) -> AppVersions:
    """Return the versions of an app on a platform, each with its build and phased release."""
    found = client.apps.list_app_store_versions(
        app,
        platform=platform,
        include=["build", "appStoreVersionPhasedRelease"],
        limit=200,
    )
    return AppVersions(tuple([item async for item in found]))


async def prepared_async(
    client: AsyncClient, app: Id[App], version: str, platform: Platform, wanted: dict[str, Any]
) -> AppStoreVersion:
    """Return the unreleased version, with this number and these attributes."""
    number = version_number(version)
    there = (await app_versions_async(client, app, platform)).versions
    same = [x for x in there if number_of(x.version_string) == number_of(number)]
    for found in same:
        if state_of(found) in RELEASED:
            raise WorkflowError(
                f"version {found.version_string} is {state_of(found)} already; a new one needs"
                " a higher number"
            )
    unreleased = same or [x for x in there if state_of(x) not in RELEASED]
    if not unreleased:
        check_release(wanted, client.session.now())
        return await client.app_store_versions.create(
            app=app, platform=platform, version_string=number, **wanted
        )
    found = unreleased[0]
    if not same:
        if state_of(found) not in CHANGEABLE:
            raise WorkflowError(
                f"version {found.version_string} is {state_of(found)}: release it or cancel its"
                f" review, then version {number} can be made"
            )
        wanted["version_string"] = number
    different = changes(found, wanted)
    if not different:
        return found
    check_release(different, client.session.now())
    return await client.app_store_versions.update(found, **different)


async def released_async(client: AsyncClient, version: Id[AppStoreVersion]) -> AppStoreVersion:
    """Release an approved version, unless it is released already."""
    current = await client.app_store_versions.get(version)
    state = state_of(current)
    if state in RELEASED:
        return current
    if state != "PENDING_DEVELOPER_RELEASE":
        raise WorkflowError(
            f"version {current.version_string} is {state}; only one that is"
            " PENDING_DEVELOPER_RELEASE can be released"
        )
    await client.app_store_version_release_requests.create(app_store_version=current)
    return await client.app_store_versions.get(current)
