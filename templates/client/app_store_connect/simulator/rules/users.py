"""Users of the team and those who are invited."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from ..world import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("users")

_ALL_APPS = frozenset({"ACCOUNT_HOLDER", "ADMIN", "FINANCE", "ACCESS_TO_REPORTS"})
_LIFE = timedelta(days=3)


@rules.before(
    "userInvitations_createInstance",
    "users_updateInstance",
    number="10.2",
    evidence="D Users; fastlane documentation",
    confidence="H",
    says="Who sees all apps, by `allAppsVisible` or by role, has no list of visible ones: 409.",
)
def all_apps_or_some(call: Call) -> None:
    seen = call.attributes.get("allAppsVisible")
    roles = call.attributes.get("roles")
    if call.resource is not None:
        seen = call.resource["allAppsVisible"] if seen is None else seen
        roles = call.resource["roles"] if roles is None else roles
    if call.relationships.get("visibleApps") and (seen or _ALL_APPS.intersection(roles or ())):
        detail = "The user can see all apps, so 'visibleApps' cannot be provided."
        call.invalid_relationship("visibleApps", detail)


@rules.before(
    "userInvitations_createInstance",
    number="10.1",
    evidence="C field note",
    confidence="L",
    says="Nobody invites an administrator without being one.",
)
def no_role_above_ones_own(call: Call) -> None:
    admins = {"ACCOUNT_HOLDER", "ADMIN"}
    if admins.intersection(call.attributes.get("roles") or ()) and not admins.intersection(
        call.caller.roles
    ):
        detail = "You are not allowed to give a role that is above your own."
        call.refuse(403, "FORBIDDEN_ERROR", detail)


@rules.born(
    "userInvitations",
    number="10.1",
    evidence="D User invitations",
    confidence="M",
    says="An invitation is good for three days, and gone then.",
)
def invitation_expires(world: World, invitation: Entity) -> None:
    world.default(
        invitation,
        expirationDate=stamp(world.now + _LIFE),
        allAppsVisible=not world.many(invitation, "visibleApps"),
        provisioningAllowed=False,
    )
    world.later(_LIFE, "invitation expires", invitation)


@rules.event(
    "invitation expires",
    number="10.1",
    evidence="D User invitations",
    confidence="M",
    says="An invitation that has expired is listed no longer.",
)
def invitation_is_over(world: World, invitation: Entity, _data: Mapping[str, Any]) -> None:
    world.delete(invitation)
