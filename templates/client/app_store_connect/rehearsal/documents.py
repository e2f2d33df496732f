"""JSON:API documents of unknown form, read member by member."""

from __future__ import annotations

from typing import Any

import msgspec

from ..simulator.plain import as_list, as_object

__all__ = ["items_of", "linked_ids", "member", "next_page", "read_document", "told_by"]


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


def linked_ids(value: Any) -> list[str]:
    """Return the ids of the resources or identifiers of a document's member."""
    return [x["id"] for x in items_of(value)]


def told_by(document: Any) -> dict[str, Any]:
    """Return what a document says of its resource, with the ids that its relationships name."""
    found = dict(member(document, "data", "attributes"))
    for name, linkage in member(document, "data", "relationships").items():
        data = member(linkage).get("data")
        found[name] = (
            linked_ids(data) if isinstance(data, list) else next(iter(linked_ids(data)), None)
        )
    return found


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
