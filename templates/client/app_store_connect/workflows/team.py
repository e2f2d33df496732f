"""The team: who is in it, who is invited, what each may do and which apps each sees."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from .. import models as m
from .._runtime.jsonapi.resource import resource_id
from .._runtime.messages.errors import NoResultError, NotFoundError
from .._runtime.public import public
from .common.area import Area
from .common.partial import partial
from .common.words import check_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, User, UserInvitation, UserRole
    from ..types.values import UserRoleValue

__all__ = ["AsyncTeam", "Member"]

# https://developer.apple.com/documentation/appstoreconnectapi/users: they see all apps anyway.
_SEE_ALL = frozenset({"ACCOUNT_HOLDER", "ADMIN", "FINANCE", "ACCESS_TO_REPORTS"})
# How many apps are included with a user at most.
_INCLUDED = 50
# Stands for roles that are not asked for.
_ANY = "-"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the team, or somebody invited to it.

    `apps` are the ids of the apps that are seen, None for all of them. `expires` is when an
    invitation does, and None for who is in the team.
    """

    id: str
    email: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]
    apps: tuple[str, ...] | None
    provisioning_allowed: bool
    invited: bool = False
    expires: datetime | None = None


@public
class AsyncTeam(Area):
    """Jobs on the people of a team, to be awaited.

        asc.workflows.team.invite(
            "kim@example.com", ["DEVELOPER"], first_name="Kim", last_name="Lee", apps=[app]
        )

    Whom a job is about is said by e-mail address, upper and lower case alike, or as a user or the
    id of one.
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def members(self) -> list[Member]:
        """Return everybody in the team, each with all apps that they see."""
        users = self._client.users.list(
            include=["visibleApps"],
            fields={"apps": ["bundleId"]},
            related_limit={"visibleApps": _INCLUDED},
            sort="username",
            limit=200,
        )
        return [await self._member(user) async for user in users]

    async def pending(self) -> list[Member]:
        """Return who is invited and has not answered; an invitation is good for three days."""
        return await self._invitations()

    async def find(self, user: str | User) -> Member:
        """Return one member.

        Raises:
            NoResultError: nobody in the team is that; the message says who is invited.
        """
        return await self._member(await self._user(user))

    async def invite(
        self,
        email: str,
        roles: Sequence[UserRoleValue | UserRole],
        *,
        first_name: str,
        last_name: str,
        apps: Iterable[Id[App]] | None = None,
        provisioning_allowed: bool = False,
    ) -> Member:
        """Invite somebody to the team, who sees these apps, or all of them without `apps`.

        Who is invited already, to the same, is left alone. An invitation to something else is
        replaced, since the API cannot change one. A member with these roles and apps is returned
        as they are.

        Raises:
            ValueError: the address is none, there is no role, `apps` are named for a role that sees
                all apps, or a member of this address has other roles or apps.
        """
        seen = _checked(roles, apps)
        if "@" not in email:
            raise ValueError(f"email: {email!r} is not an e-mail address")
        if (member := await self._by_email(email)) is not None:
            found = await self._member(member)
            if _same(found, roles, seen):
                return found
            raise ValueError(
                f"{email} is a member already, as {', '.join(found.roles)}: change that with"
                " team.set_roles and team.set_visible_apps"
            )
        pending = await self._invitations(email)
        for invitation in pending:
            if (
                _same(invitation, roles, seen)
                and invitation.provisioning_allowed == provisioning_allowed
            ):
                return invitation
        keywords: dict[str, Any] = {} if seen is None else {"visible_apps": seen}
        with partial([*(f"{x.id} taken back" for x in pending), f"{email} invited"]) as done:
            for invitation in pending:
                await self._client.user_invitations.delete(invitation.id)
                done.append(f"{invitation.id} taken back")
            made = await self._client.user_invitations.create(
                email=email,
                first_name=first_name,
                last_name=last_name,
                roles=list(roles),
                all_apps_visible=seen is None,
                provisioning_allowed=provisioning_allowed,
                **keywords,
            )
        return _invited(made, seen)

    async def set_roles(
        self, user: str | User, roles: Sequence[UserRoleValue | UserRole]
    ) -> Member:
        """Give a member exactly these roles; nothing is sent if they have them.

        Raises:
            ValueError: there is no role.
            NoResultError: nobody in the team is that.
        """
        _checked(roles, None)
        found = await self._user(user)
        if set(found.roles or ()) != set(roles):
            found = await self._client.users.update(found, roles=list(roles))
        return await self._member(found)

    async def set_visible_apps(self, user: str | User, apps: Iterable[Id[App]] | None) -> Member:
        """Let a member see exactly these apps, or all of them with None.

        Nothing is sent if they do.

        Raises:
            ValueError: there is no app, or a role of theirs sees all apps.
            NoResultError: nobody in the team is that.
        """
        seen = _checked([_ANY], apps)
        found = await self._member(await self._user(user))
        if found.apps is not None and seen is not None and set(found.apps) == set(seen):
            return found
        if seen is None:
            if found.apps is not None:
                await self._client.users.update(found.id, all_apps_visible=True)
        else:
            _checked(found.roles, seen)
            await self._client.users.update(found.id, all_apps_visible=False, visible_apps=seen)
        return msgspec.structs.replace(found, apps=seen)

    async def remove(self, user: str | User) -> bool:
        """Take somebody out of the team, or take back their invitation; say if there was anything.

        Nobody of that address or id is the end that was wanted, and no error.
        """
        users, invitations = self._client.users, self._client.user_invitations
        if isinstance(user, str) and "@" in user:
            member = await self._by_email(user)
            if member is None:
                pending = await self._invitations(user)
                with partial(x.id for x in pending) as done:
                    for invitation in pending:
                        await invitations.delete(invitation.id)
                        done.append(invitation.id)
                return bool(pending)
            user = member
        try:
            await users.delete(user)
        except NotFoundError:
            return False
        return True

    async def _user(self, user: str | User) -> User:
        if not isinstance(user, str) or "@" not in user:
            return await self._client.users.get(
                user,
                include=["visibleApps"],
                fields={"apps": ["bundleId"]},
                related_limit={"visibleApps": _INCLUDED},
            )
        found = await self._by_email(user)
        if found is not None:
            return found
        invited = ", and is only invited" if await self._invitations(user) else ""
        raise NoResultError(f"{user} is nobody's address in the team{invited}: see team.members()")

    async def _by_email(self, email: str) -> User | None:
        users = self._client.users.list(
            username=sorted({email, email.lower()}),
            include=["visibleApps"],
            fields={"apps": ["bundleId"]},
            related_limit={"visibleApps": _INCLUDED},
        )
        async for user in users:
            if (user.username or "").lower() == email.lower():
                return user
        return None

    async def _invitations(self, email: str | None = None) -> list[Member]:
        # All of them, since they are few, and a filter tells upper and lower case apart.
        invitations = self._client.user_invitations.list(
            include=["visibleApps"],
            fields={"apps": ["bundleId"]},
            related_limit={"visibleApps": _INCLUDED},
            limit=200,
        )
        return [
            _invited(found, await self._apps(found))
            async for found in invitations
            if email is None or (found.email or "").lower() == email.lower()
        ]

    async def _member(self, user: User) -> Member:
        return Member(
            id=user.id,
            email=user.username or "",
            first_name=user.first_name or "",
            last_name=user.last_name or "",
            roles=tuple(map(str, user.roles or ())),
            apps=await self._apps(user),
            provisioning_allowed=bool(user.provisioning_allowed),
        )

    async def _apps(self, found: User | UserInvitation) -> tuple[str, ...] | None:
        """Return the ids of the apps that somebody sees, also where an answer held some only."""
        if found.all_apps_visible or _SEE_ALL.intersection(found.roles or ()):
            return None
        linked = found.relationships.get("visibleApps")
        refs = linked.data if linked is not None else None
        if linked is not None and isinstance(refs, list) and len(refs) == (linked.total or 0):
            return tuple(ref.id for ref in refs)
        if found.resource_type == "users":
            pages = self._client.users.list_visible_app_ids(found.id, limit=200)
        else:
            pages = self._client.user_invitations.list_visible_app_ids(found.id, limit=200)
        return tuple(await pages.all())


def _checked(roles: Iterable[str], apps: Iterable[Id[App]] | None) -> tuple[str, ...] | None:
    """Return the ids of the apps to be seen; ValueError for what the API would refuse."""
    named = set(roles)
    if not named:
        raise ValueError("roles: everybody in a team has one at least, such as DEVELOPER")
    for role in named - {_ANY}:
        check_word("roles", role, ("DEVELOPER", *m.UserRole))
    if apps is None:
        return None
    seen = tuple(resource_id(app, "apps") for app in apps)
    if not seen:
        raise ValueError("apps: name one at least, or None for all of them")
    if all_seeing := sorted(_SEE_ALL & named):
        raise ValueError(f"apps: {', '.join(all_seeing)} sees all apps, so leave them out")
    return seen


def _same(
    member: Member, roles: Sequence[UserRoleValue | UserRole], apps: tuple[str, ...] | None
) -> bool:
    seen = None if member.apps is None else set(member.apps)
    return set(member.roles) == set(roles) and seen == (None if apps is None else set(apps))


def _invited(invitation: UserInvitation, apps: tuple[str, ...] | None) -> Member:
    return Member(
        id=invitation.id,
        email=invitation.email or "",
        first_name=invitation.first_name or "",
        last_name=invitation.last_name or "",
        roles=tuple(map(str, invitation.roles or ())),
        apps=apps,
        provisioning_allowed=bool(invitation.provisioning_allowed),
        invited=True,
        expires=invitation.expiration_date,
    )
