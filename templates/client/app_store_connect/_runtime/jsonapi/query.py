"""Queries: what callers pass as filters and the like, as the API's wire text."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from msgspec import UNSET

from .resource import Resource, resource_id
from .values import Ref, aware, is_several

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["joined", "raw_query"]


def joined(name: str, value: object, *, split: bool = True) -> str:
    """A query value as text; several joined by commas, none of which may hold one itself.

    `split` says that the API splits even a single value at its commas.
    """
    values = list(cast("Iterable[object]", value)) if is_several(value) else [value]
    try:
        texts = [_text(item) for item in values]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
    for text in texts:
        if "," in text and (split or len(texts) > 1):
            raise ValueError(
                f"{name}: {text!r} holds a comma, at which the API would split it;"
                " pass several values as a list"
            )
    return ",".join(texts)


def raw_query(query: Mapping[str, object]) -> dict[str, str]:
    """A query by its wire names, commas as they are; what is UNSET or None is left out."""
    return {
        wire: joined(wire, value, split=False)
        for wire, value in query.items()
        if value is not UNSET and value is not None
    }


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case datetime():
            return aware(value).isoformat()
        case date():
            return value.isoformat()
        case str() | int() | float():
            return str(value)
        case Ref() | Resource():
            return resource_id(value)
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be sent in a query")
