"""JSON:API documents in few words."""

from __future__ import annotations

from typing import Any


def resource(
    kind: str,
    identifier: Any,
    /,
    attributes: dict[str, Any] | None = None,
    **relationships: Any,
) -> dict[str, Any]:
    """A resource; a relationship is given as the JSON it is, or as what `ref` makes."""
    whole: dict[str, Any] = {"type": kind, "id": identifier, "attributes": attributes or {}}
    if relationships:
        whole["relationships"] = relationships
    return whole


def ref(kind: str, *identifiers: str) -> dict[str, Any]:
    """A to-one relationship with its linkage."""
    return {"data": {"type": kind, "id": identifiers[0]}}


def refs(kind: str, *identifiers: str, total: int | None = None) -> dict[str, Any]:
    """A to-many relationship with its linkage."""
    whole: dict[str, Any] = {"data": [{"type": kind, "id": item} for item in identifiers]}
    if total is not None:
        whole["meta"] = {"paging": {"total": total, "limit": len(identifiers)}}
    return whole


def document(
    data: Any, *included: Any, following: Any = None, total: int | None = None
) -> dict[str, Any]:
    """A document with links and meta as the API sends them."""
    whole: dict[str, Any] = {"data": data, "links": {"self": "https://api.example.com/here"}}
    if included:
        whole["included"] = list(included)
    if following is not None:
        whole["links"]["next"] = following
    if total is not None:
        whole["meta"] = {"paging": {"total": total, "limit": 50}}
    return whole
