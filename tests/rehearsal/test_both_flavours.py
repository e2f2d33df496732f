"""A trial of an asynchronous client is the same, awaited; the room costs nothing until then."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect.rehearsal import AsyncRehearsal, Plan, Rehearsal
from support.media import png

if TYPE_CHECKING:
    from app_store_connect import AsyncClient, Client
    from app_store_connect.simulator import Simulator

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")


def seeded(demo: Simulator) -> tuple[Any, Any]:
    app = demo.add("apps", bundle_id="com.example.new", name="New", primary_locale="de-DE")
    group = demo.add("betaGroups", name="Old", app=app)
    demo.requests.clear()
    return app, group


def blocking(asc: Client, app: Any, group: Any) -> Plan:
    with asc.rehearsal() as trial:
        assert isinstance(trial, Rehearsal)
        client = trial.client
        version = client.app_store_versions.create(app=app, platform="IOS", version_string="2")
        text = client.app_store_versions.list_app_store_version_localizations(version).first()
        shots = client.app_screenshot_sets.create(
            app_store_version_localization=text, screenshot_display_type="APP_IPHONE_67"
        )
        client.uploads.upload(
            client.app_screenshots, png(1290, 2796), file_name="1.png", app_screenshot_set=shots
        )
        client.beta_groups.update(group, name="Everybody")
        names = [x.name for x in client.beta_groups.list(app=app, limit=1)]
        assert names == ["Everybody"]
    return trial.plan


async def awaited(asc: AsyncClient, app: Any, group: Any) -> Plan:
    async with asc.rehearsal() as trial:
        assert isinstance(trial, AsyncRehearsal)
        client = trial.client
        assert type(client) is type(asc)
        version = await client.app_store_versions.create(
            app=app, platform="IOS", version_string="2"
        )
        texts = client.app_store_versions.list_app_store_version_localizations(version)
        shots = await client.app_screenshot_sets.create(
            app_store_version_localization=await texts.first(),
            screenshot_display_type="APP_IPHONE_67",
        )
        await client.uploads.upload(
            client.app_screenshots, png(1290, 2796), file_name="1.png", app_screenshot_set=shots
        )
        await client.beta_groups.update(group, name="Everybody")
        names = [x.name async for x in client.beta_groups.list(app=app, limit=1)]
        assert names == ["Everybody"]
    return trial.plan


def test_both_plan_the_same_and_apply_it(demo: Simulator) -> None:
    app, group = seeded(demo)
    beginning = demo.checkpoint()
    plan = blocking(demo.client(), app, group)
    plan.apply(demo.client())
    made = writes(demo)
    demo.restore(beginning)
    demo.requests.clear()

    async def run() -> None:
        asc = demo.async_client()
        other = await awaited(asc, app, group)
        assert str(other) == str(plan)
        assert writes(demo) == []
        copy = Plan.from_json(other.to_json(secrets=True))
        assert (await other.apply(asc)).sent == other.changes
        assert writes(demo) == made
        assert (await copy.apply(asc)).sent == ()
        assert writes(demo) == made

    asyncio.run(run())


def writes(demo: Simulator) -> list[tuple[str, str]]:
    return [(x.method, x.operation) for x in demo.requests if x.method != "GET"]


def test_several_writes_at_a_time(demo: Simulator) -> None:
    app, _ = seeded(demo)

    async def run() -> Plan:
        async with demo.async_client().rehearsal() as trial:
            groups = trial.client.beta_groups
            made = [groups.create(name=f"Group {number}", app=app) for number in range(20)]
            found = await asyncio.gather(*made)
            assert len({x.id for x in found}) == 20
            assert len(await groups.list(app=app, limit=7).all()) == 21
        return trial.plan

    assert len(asyncio.run(run())) == 20
    assert {x.method for x in demo.requests} == {"GET"}


def test_the_room_is_imported_when_it_is_used() -> None:
    program = """
import sys
from app_store_connect import Client
from app_store_connect.simulator import Simulator
asc = Simulator().client()
asc.apps
assert not [x for x in sys.modules if x.startswith("app_store_connect.rehearsal")]
asc.rehearsal()
assert "app_store_connect.rehearsal" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)  # noqa: S603
