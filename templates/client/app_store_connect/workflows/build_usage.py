"""How much a build has been tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import Build

__all__ = ["BuildUsage", "build_usage_async"]


class BuildUsage(msgspec.Struct, frozen=True, kw_only=True):
    """How much a build has been tested, in all."""

    installs: int
    crashes: int
    invites: int
    sessions: int
    feedback: int


async def build_usage_async(client: AsyncClient, build: Id[Build]) -> BuildUsage:
    """Add up what Apple counts of a build, tester by tester and day by day."""
    names = ("install_count", "crash_count", "invite_count", "session_count", "feedback_count")
    total = dict.fromkeys(names, 0)
    async for row in client.builds.list_beta_build_usages(build, limit=200):
        for point in row.data_points or ():
            for name in names:
                total[name] += getattr(point.values, name, None) or 0
    installs, crashes, invites, sessions, feedback = total.values()
    return BuildUsage(
        installs=installs,
        crashes=crashes,
        invites=invites,
        sessions=sessions,
        feedback=feedback,
    )
