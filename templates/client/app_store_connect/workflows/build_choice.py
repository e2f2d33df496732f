"""The build that goes with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._runtime.messages.errors import NoResultError
from .version_states import number_of

if TYPE_CHECKING:
    from ..client import AsyncClient
    from ..models import AppStoreVersion, Build

__all__ = ["chosen_build_async"]


async def chosen_build_async(
    client: AsyncClient, version: AppStoreVersion, number: str | Build | None
) -> Build:
    """Return the newest build that a version takes, the one of that number, or that very one.

    `version` has to include its app. Raises NoResultError, which says what builds there are.
    """
    spellings = _spellings(version.version_string or "")
    platform: Any = str(version.platform)
    found = client.builds.list(
        app=version.app or "",
        pre_release_version_version=spellings,
        pre_release_version_platform=platform,
        # Without it the API leaves out all that are not VALID, and nobody would learn of them.
        processing_state=["PROCESSING", "FAILED", "INVALID", "VALID"],
        sort="-uploadedDate",
        limit=50,
    )
    others: list[str] = []
    async for build in found:
        state = "expired" if build.expired else str(build.processing_state)
        meant = number is None or _is(build, number)
        if meant and state == "VALID":
            return build
        others.append(f"{build.version} ({state})")
    named = number if isinstance(number, str | None) else number.version
    wanted = "build" if named is None else f"build {named}"
    there = f"there are {', '.join(others)}" if others else "there are none at all"
    raise NoResultError(
        f"version {version.version_string} for {version.platform} has no {wanted} that is VALID;"
        f" {there}"
    )


def _is(build: Build, wanted: str | Build) -> bool:
    """Return whether a build is that of a number, or the very one."""
    if isinstance(wanted, str):
        return number_of(build.version) == number_of(wanted)
    return build.id == wanted.id


def _spellings(text: str) -> list[str]:
    """The ways in which the same number can be written: Apple finds the first one uploaded only.

    fastlane_core/build_watcher.rb of fastlane.
    """
    parts = [str(x) for x in number_of(text)] or ["0"]
    plain = [".".join(parts + ["0"] * more) for more in range(3 - min(len(parts), 3) + 1)]
    return list(dict.fromkeys([text, *plain]))
