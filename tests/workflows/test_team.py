"""The team: members, invitations, roles and visible apps, each changed only where it differs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from matrix import writes_of

from app_store_connect import NoResultError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

APPS = ["6100000001", "6100000002"]
NAME: Any = {"first_name": "Kim", "last_name": "Lee"}


@pytest.fixture
def asc(demo: Simulator) -> Iterator[Client]:
    with demo.client() as client:
        yield client


def asked(demo: Simulator) -> list[str]:
    found = [f"{x.method} {x.operation}" for x in demo.requests]
    demo.requests.clear()
    return found


def test_members_are_told_with_all_apps_they_see(demo: Simulator, asc: Client) -> None:
    toni = asc.workflows.team.find("toni@example.com")
    asc.workflows.team.set_visible_apps("toni@example.com", APPS)
    demo.requests.clear()
    found = {x.email: x for x in asc.workflows.team.members()}
    assert found["robin@example.com"].apps is None
    assert found["toni@example.com"].id == toni.id
    assert set(found["toni@example.com"].apps or ()) == set(APPS)
    assert len(asked(demo)) == 1


def test_apps_beyond_what_is_included_are_read_too(demo: Simulator, asc: Client) -> None:
    apps = [demo.add("apps", name=f"App {n}", bundle_id=f"com.example.n{n}") for n in range(60)]
    toni = asc.workflows.team.set_visible_apps("toni@example.com", [x.id for x in apps])
    found = asc.workflows.team.find("toni@example.com")
    assert set(found.apps or ()) == {x.id for x in apps}
    assert toni.id == found.id


def test_an_invitation_is_made_once_and_replaced_when_it_differs(
    demo: Simulator, asc: Client
) -> None:
    team = asc.workflows.team
    first = team.invite("kim@example.com", ["DEVELOPER"], apps=APPS, **NAME)
    assert (first.invited, set(first.apps or ())) == (True, set(APPS))
    assert asked(demo) == [
        "GET users_getCollection",
        "GET userInvitations_getCollection",
        "POST userInvitations_createInstance",
    ]
    again = team.invite("Kim@Example.com", ["DEVELOPER"], apps=reversed(APPS), **NAME)
    assert again.id == first.id
    assert writes_of(demo) == []
    other = team.invite("kim@example.com", ["MARKETING"], **NAME)
    assert (other.apps, other.roles) == (None, ("MARKETING",))
    assert [x.id for x in team.pending() if x.email == "kim@example.com"] == [other.id]


def test_a_member_is_not_invited_again(demo: Simulator, asc: Client) -> None:
    team = asc.workflows.team
    found = team.invite("sam@example.com", ["APP_MANAGER"], **NAME)
    assert not found.invited
    with pytest.raises(ValueError, match="set_roles"):
        team.invite("sam@example.com", ["ADMIN"], **NAME)
    assert writes_of(demo) == []


@pytest.mark.parametrize(
    ("email", "roles", "more", "said"),
    [
        ("kim", ["DEVELOPER"], {}, "email"),
        ("kim@example.com", [], {}, "roles"),
        ("kim@example.com", "DEVELOPER", {}, "roles: give a list"),
        ("kim@example.com", ["DEVELOPER"], {"apps": []}, "apps"),
        ("kim@example.com", ["ADMIN"], {"apps": APPS}, "ADMIN sees all apps"),
    ],
)
def test_what_the_api_would_refuse_is_not_sent(
    demo: Simulator, asc: Client, email: str, roles: Any, more: Any, said: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        asc.workflows.team.invite(email, roles, **NAME, **more)
    assert asked(demo) == []


def test_roles_are_set_where_they_differ(demo: Simulator, asc: Client) -> None:
    team = asc.workflows.team
    assert team.set_roles("toni@example.com", ["MARKETING", "SALES"]).roles == (
        "MARKETING",
        "SALES",
    )
    assert writes_of(demo) == ["users_updateInstance"]
    demo.requests.clear()
    team.set_roles("toni@example.com", ["SALES", "MARKETING"])
    assert asked(demo) == ["GET users_getCollection"]


def test_apps_are_seen_as_told(demo: Simulator, asc: Client) -> None:
    team = asc.workflows.team
    assert team.set_visible_apps("sam@example.com", APPS[:1]).apps == tuple(APPS[:1])
    assert writes_of(demo) == ["users_updateInstance"]
    demo.requests.clear()
    team.set_visible_apps("sam@example.com", APPS[:1])
    assert writes_of(demo) == []
    assert team.set_visible_apps("sam@example.com", None).apps is None
    assert team.find("sam@example.com").apps is None
    with pytest.raises(ValueError, match="ADMIN"):
        team.set_visible_apps("robin@example.com", APPS)


def test_who_is_removed_is_gone_whether_member_or_invited(demo: Simulator, asc: Client) -> None:
    team = asc.workflows.team
    assert team.remove("uma@example.com")
    assert team.remove("toni@example.com")
    demo.requests.clear()
    assert not team.remove("toni@example.com")
    assert writes_of(demo) == []
    assert team.pending() == []
    with pytest.raises(NoResultError, match="toni"):
        team.find("toni@example.com")


def test_who_is_only_invited_is_said_to_be(asc: Client) -> None:
    with pytest.raises(NoResultError, match="only invited"):
        asc.workflows.team.find("uma@example.com")


def test_the_asynchronous_flavour_does_the_same(demo: Simulator) -> None:
    async def main() -> None:
        async with demo.async_client() as asc:
            team = asc.workflows.team
            made = await team.invite("kim@example.com", ["DEVELOPER"], apps=APPS, **NAME)
            assert [x.id for x in await team.pending() if x.email == "kim@example.com"] == [made.id]
            assert await team.remove("kim@example.com")

    asyncio.run(main())
