"""What people know a resource by, where its id belongs: told apart before anything is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

BUNDLE = "com.example.trails"
FINDER = r"is a bundle id, not an id of one of the apps: asc\.apps\.list\(\)\.find\(bundle_id='com"

CALLS: dict[str, Callable[[Any], Any]] = {
    "of a path": lambda asc: asc.apps.get(BUNDLE),
    "of a path to a list": lambda asc: asc.apps.list_builds(BUNDLE),
    "of a filter": lambda asc: asc.builds.list(app=BUNDLE),
    "of one in a filter": lambda asc: asc.builds.list(app=["6100000001", BUNDLE]),
    "of a filter by id": lambda asc: asc.apps.list(id=BUNDLE),
    "of a relationship": lambda asc: asc.beta_groups.create(name="QA", app=BUNDLE),
    "of a linkage": lambda asc: asc.users.add_visible_apps("u1", [BUNDLE]),
    "of a version's job": lambda asc: asc.workflows.versions.ensure(BUNDLE, "1.3"),
    "of a submission": lambda asc: asc.workflows.versions.submit(BUNDLE),
    "of a job that filters": lambda asc: asc.workflows.testflight.latest_build(BUNDLE),
    "of a group's job": lambda asc: asc.workflows.testflight.ensure_group(BUNDLE, "QA"),
    "of a price": lambda asc: asc.workflows.apps.set_price(BUNDLE, "4.99"),
    "of a figure": lambda asc: asc.workflows.analytics.metric(BUNDLE, "units"),
}


@pytest.mark.parametrize("place", CALLS)
def test_a_bundle_id_where_an_apps_id_belongs_is_told_how_to_be_looked_for(place: str) -> None:
    simulator = Simulator("demo")
    with simulator.client() as asc, pytest.raises(ValueError, match=FINDER):
        CALLS[place](asc)
    assert not simulator.requests


def test_it_is_so_where_calls_are_awaited() -> None:
    async def call() -> None:
        async with Simulator("demo").async_client() as asc:
            with pytest.raises(ValueError, match=FINDER):
                await asc.workflows.versions.ensure(BUNDLE, "1.3")

    asyncio.run(call())


@pytest.mark.parametrize(
    ("call", "finder"),
    [
        (lambda asc: asc.bundle_ids.get(BUNDLE), "bundle_ids.list().find(identifier="),
        (lambda asc: asc.in_app_purchases_v2.get("a.maps"), "list_in_app_purchases_v2(app).find"),
        (lambda asc: asc.subscriptions.get("a.monthly"), "list_subscriptions(group).find"),
        (lambda asc: asc.app_store_versions.get("1.3"), "list_app_store_versions(app, version_st"),
        (lambda asc: asc.pre_release_versions.get("1.3"), "pre_release_versions.list(app=app"),
        (lambda asc: asc.builds.get("1.3.107"), "builds.list(app=app, version="),
        (lambda asc: asc.users.get("ann@example.com"), "users.list().find(username="),
        (lambda asc: asc.beta_testers.get("ann@example.com"), "beta_testers.list().find(email="),
    ],
)
def test_other_names_say_what_finds_them_too(call: Callable[[Any], Any], finder: str) -> None:
    simulator = Simulator()
    with simulator.client() as asc, pytest.raises(ValueError, match="not an id of") as caught:
        call(asc)
    assert finder in str(caught.value)
    assert not simulator.requests


def test_whatever_else_has_a_dot_is_sent(simulator: Simulator) -> None:
    simulator.add("betaGroups", "v1.3", name="QA")
    with simulator.client() as asc:
        assert asc.beta_groups.get("v1.3").name == "QA"


def test_nothing_where_an_id_belongs_asks_whether_it_was_found(simulator: Simulator) -> None:
    with simulator.client() as asc, pytest.raises(TypeError, match=r"not None: was it found\?$"):
        asc.apps.get(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
