"""A stub."""
from __future__ import annotations
from typing import Any
class Preflight:
    blockers: tuple[Any, ...] = ()
async def checked_version_async(client: Any, app: Any, platform: Any, version: Any) -> Preflight:
    return Preflight()
