"""Included lists, of which the API gives the first ones only."""

from __future__ import annotations

from typing import Any

__all__ = ["all_related_async"]


async def all_related_async(namespace: Any, resource: Any, *names: str) -> None:
    """Put whole lists in the place of those that were included and cut short."""
    for name in names:
        if getattr(resource, name).truncated:
            found = getattr(namespace, f"list_{name}")(resource, limit=200)
            setattr(resource, name, [x async for x in found])
