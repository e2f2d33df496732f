"""Phased releases: the steps of one, and the states that they can be taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .._runtime.jsonapi.resource import resource_id
from .common.absence import if_any_async
from .errors import WorkflowError

if TYPE_CHECKING:
    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import AppStoreVersion, AppStoreVersionPhasedRelease

__all__ = ["Step", "take_step_async"]

Step: TypeAlias = Literal["start", "pause", "resume", "complete", "remove"]

# The state that a step leads to, and those it can be taken in.
_STEPS: dict[str, tuple[Any, frozenset[str]]] = {
    "pause": ("PAUSED", frozenset({"ACTIVE"})),
    "resume": ("ACTIVE", frozenset({"PAUSED"})),
    "complete": ("COMPLETE", frozenset({"ACTIVE", "PAUSED"})),
}


async def take_step_async(
    client: AsyncClient, version: Id[AppStoreVersion], step: Step
) -> AppStoreVersionPhasedRelease | None:
    """Take a step of a version's phased release, unless it was taken already."""
    if step not in {"start", "remove", *_STEPS}:
        raise ValueError(f"step {step!r} is not start, pause, resume, complete or remove")
    namespace = client.app_store_version_phased_releases
    current = await if_any_async(
        client.app_store_versions.get_app_store_version_phased_release, version
    )
    if current is None:
        if step == "remove":
            return None
        if step == "start":
            return await namespace.create(
                app_store_version=resource_id(version), phased_release_state="INACTIVE"
            )
        raise WorkflowError(f"there is no phased release to {step}: start it first")
    state = str(current.phased_release_state)
    if step == "start":
        return current
    if step == "remove":
        if state != "INACTIVE":
            raise WorkflowError(f"a phased release that is {state} cannot be removed")
        await namespace.delete(current)
        return None
    to, states = _STEPS[step]
    if state == to:
        return current
    if state not in states:
        raise WorkflowError(f"a phased release that is {state} does not {step}")
    return await namespace.update(current, phased_release_state=to)
