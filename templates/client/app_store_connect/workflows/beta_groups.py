"""TestFlight groups: made, or changed where they are not as told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import WorkflowError

if TYPE_CHECKING:
    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, BetaGroup

__all__ = ["ensured_group_async"]


async def ensured_group_async(
    client: AsyncClient,
    app: Id[App],
    name: str,
    *,
    internal: bool,
    public_link: bool | int | None,
    feedback: bool | None,
) -> BetaGroup:
    """Return the group of a name, as told."""
    wanted = _group_keywords(internal=internal, public_link=public_link, feedback=feedback)
    groups = client.beta_groups.list(app=app, name=name, limit=200)
    same = [group async for group in groups if group.name == name]
    if not same:
        kind: dict[str, Any] = {"is_internal_group": internal}
        if internal:
            kind["has_access_to_all_builds"] = True
        return await client.beta_groups.create(name=name, app=app, **kind, **wanted)
    group, *others = same
    if others:
        raise WorkflowError(f"the app has {len(same)} groups called {name!r}: rename one")
    if bool(group.is_internal_group) != internal:
        found = "internal" if group.is_internal_group else "external"
        raise ValueError(f"internal: group {name!r} is {found}, and Apple cannot change that")
    changed = {key: value for key, value in wanted.items() if getattr(group, key) != value}
    return await client.beta_groups.update(group, **changed) if changed else group


def _group_keywords(
    *, internal: bool, public_link: bool | int | None, feedback: bool | None
) -> dict[str, Any]:
    if internal and public_link:
        raise ValueError("public_link: an internal group has users of the team only, and no link")
    if public_link is not None and not isinstance(public_link, bool) and public_link < 1:
        raise ValueError("public_link: True, False, or the number of testers, at least one")
    wanted: dict[str, Any] = {}
    if public_link is not None and not internal:
        is_limited = not isinstance(public_link, bool)
        wanted["public_link_enabled"] = bool(public_link)
        wanted["public_link_limit_enabled"] = is_limited
        if is_limited:
            wanted["public_link_limit"] = int(public_link)
    if feedback is not None:
        wanted["feedback_enabled"] = feedback
    return wanted
