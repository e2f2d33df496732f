"""JSON of unknown form, read and told apart."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["as_list", "as_object", "read_json"]


def read_json(content: bytes | str) -> Any:
    """Return what JSON says; ValueError for what is none, or is nested beyond all reason."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ValueError(str(error)) from None


def as_object(value: Any) -> dict[str, Any] | None:
    """Return the value if it is an object, else None."""
    return value if _is(value, dict) else None


def as_list(value: Any) -> list[Any] | None:
    """Return the value if it is a list, else None."""
    return value if _is(value, list) else None


def _is(value: Any, kind: type[Any]) -> bool:
    # Type checkers would go on with a value of which they half know what it is.
    return isinstance(value, kind)
