"""JSON:API documents of unknown form, read member by member."""

from __future__ import annotations

from typing import Any

import msgspec

from ..simulator.plain import as_list, as_object

__all__ = ["items_of", "member", "next_page", "read_document"]


def member(value: Any, *names: str) -> dict[str, Any]:
    """Return the object that names lead to, one within the other; an empty one where none is."""
    found = as_object(value) or {}
    for name in names:
        found = as_object(found.get(name)) or {}
    return found


def items_of(value: Any) -> list[dict[str, Any]]:
    """Return the resources or identifiers of a document's member: one, several or none."""
    several = as_list(value)
    found = map(member, several if several is not None else [value])
    return [x for x in found if isinstance(x.get("type"), str) and isinstance(x.get("id"), str)]


def next_page(document: Any) -> str:
    """Return the address of the next page, empty after the last one."""
    found = member(document, "links").get("next")
    return found if isinstance(found, str) else ""


def read_document(content: bytes) -> dict[str, Any]:
    """Return the document in a body, an empty one where there is none."""
    try:
        return member(msgspec.json.decode(content))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
