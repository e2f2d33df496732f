"""What a write takes away, by whatever name: for that a server is started with a word more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.mcp.plain import as_list, as_object
from ascgen.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMOVING = frozenset(
    {
        Kind.DELETE_INSTANCE,
        Kind.DELETE_TO_MANY_RELATIONSHIP,
        Kind.REPLACE_TO_MANY_RELATIONSHIP,
    }
)
# Attributes that take something away when they become this: from testers (`expired`), customers
# (`available`, `active`), players (`archived`, `blocked`), a review (`canceled`, `removed`),
# machines (`activated`, `status`). Most of them cannot be taken back.
_TAKING: dict[str, Any] = {
    "activated": False,
    "active": False,
    "archived": True,
    "available": False,
    "blocked": True,
    "canceled": True,
    "expired": True,
    "removed": True,
    "status": "DISABLED",
}
# What creates a request to take something away, or the whole of what is sold where.
_CREATING = ("clearpurchasehistory", "availabilities")
_NEW = ("new-", "${")


def takes_away(change: Any) -> bool:
    """Whether a change of a plan deletes, removes, replaces or revokes anything."""
    # It is the package's own Kind, whose values are the same.
    kind = change.kind
    if kind in _REMOVING:
        return True
    if kind == Kind.UPDATE_TO_ONE_RELATIONSHIP:
        return (as_object(change.body) or {}).get("data") is None
    body = as_object(change.body) or {}
    data = as_object(body.get("data")) or {}
    for resource in (data, *(as_list(body.get("included")) or ())):
        attributes = as_object((as_object(resource) or {}).get("attributes")) or {}
        if any(name in attributes and attributes[name] == _TAKING[name] for name in _TAKING):
            return True
    linked = dict(_linkages(data))
    if kind == Kind.UPDATE_INSTANCE:
        before: dict[str, Any] = dict(change.before or ())
        return any(_loses(before.get(name), ids) for name, ids in linked.items())
    named = change.resource_type.lower()
    if kind == Kind.CREATE_INSTANCE and any(word in named for word in _CREATING):
        # Of what the plan itself creates, nothing is taken away.
        owners = [ids for ids in linked.values() if isinstance(ids, str)]
        return not (owners and all(owner.startswith(_NEW) for owner in owners))
    return False


def _linkages(data: dict[str, Any]) -> Iterator[tuple[str, str | list[str] | None]]:
    """What a body links to: of each relationship the id, None or the ids."""
    for name, relation in (as_object(data.get("relationships")) or {}).items():
        linkage = (as_object(relation) or {}).get("data")
        several = as_list(linkage)
        if several is not None:
            yield name, [str((as_object(item) or {}).get("id")) for item in several]
        else:
            found = as_object(linkage)
            yield name, None if found is None else str(found.get("id"))


def _loses(before: Any, after: str | list[str] | None) -> bool:
    """Whether a relationship loses a member, as far as it is known what it had."""
    if isinstance(after, str):
        return False
    if after is None:
        return before is not None
    was = as_list(before)
    return was is None or not {str(item) for item in was} <= set(after)
