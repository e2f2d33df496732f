"""JSON of unknown form, told apart."""

from __future__ import annotations

from typing import Any

__all__ = ["as_list", "as_object"]


def as_object(value: Any) -> dict[str, Any] | None:
    """Return the value if it is an object, else None."""
    if not isinstance(value, dict):
        return None
    found: dict[str, Any] = value
    return found


def as_list(value: Any) -> list[Any] | None:
    """Return the value if it is a list, else None."""
    if not isinstance(value, list):
        return None
    found: list[Any] = value
    return found
