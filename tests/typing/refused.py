"""What a user must not write: every marked line is an error, and no other line is.

Both checkers read this file; it never runs. The mark is a comment: `refused:`, and why.
"""
# ruff: noqa: B018 - a line may do nothing but look at something

from __future__ import annotations

from typing import TYPE_CHECKING

from app_store_connect.models import AppPriceV2InlineCreate, Build

if TYPE_CHECKING:
    from app_store_connect import AsyncClient, Client
    from app_store_connect.models import App, BetaGroup


def query(asc: Client, app: App, build: Build) -> None:
    asc.builds.list(include="pre_release_version")  # refused: Apple spells it otherwise
    asc.builds.list(include=["app", "apps"])  # refused: one of several is none
    asc.builds.list(sort="-uploaded")  # refused: not a key to sort by
    asc.builds.list(sort=["version", "-app"])  # refused: one of several is none
    asc.builds.list(processing_state="DONE")  # refused: not a value of the filter
    asc.builds.list(processing_state=["VALID", "valid"])  # refused: nor in lower case
    asc.builds.list(processing_state=1)  # refused: nor a number
    asc.builds.list(app=build)  # refused: a build where an app belongs
    asc.builds.list(app=[app, build])  # refused: among apps too
    asc.builds.list(app=None)  # refused: there is no filter for nothing
    asc.builds.list(state="VALID")  # refused: no such filter
    asc.builds.list(fields={"build": ["version"]})  # refused: no such type here
    asc.builds.list(fields={"builds": ["uploaded_date"]})  # refused: no such field
    asc.builds.list(fields={"builds": "name"})  # refused: a field of another type
    asc.builds.list(related_limit={"app": 1})  # refused: to-one has no limit
    asc.builds.list(related_limit={"icons": "1"})  # refused: text for a number
    asc.builds.list(limit="200")  # refused: text for a number
    asc.builds.list(exists_uses_non_exempt_encryption="yes")  # refused: text for yes or no
    asc.builds.list(app)  # refused: filters have names
    asc.beta_groups.list(sort="-uploadedDate")  # refused: a key of another resource


def identity(asc: Client, app: App, build: Build) -> None:
    asc.apps.get()  # refused: which one?
    asc.apps.get(1)  # refused: ids are text
    asc.apps.get(build)  # refused: a build is no app
    asc.apps.get(None)  # refused: nothing is no app
    asc.apps.get(resource_id="1")  # refused: the id goes first, without a name
    asc.apps.get("1", ["builds"])  # refused: include has a name
    asc.builds.get_app(app)  # refused: asked of a build
    asc.app.get("1")  # refused: no such namespace
    asc.apps.delete(app)  # refused: Apple has no such operation
    asc.apps.create(name="App")  # refused: nor this one


def body(asc: Client, app: App, build: Build, group: BetaGroup) -> None:
    asc.beta_groups.create(name="QA")  # refused: the app is required
    asc.beta_groups.create(app=app)  # refused: the name is required
    asc.beta_groups.create("QA", app)  # refused: members have names
    asc.beta_groups.create(name="QA", app=app, colour="red")  # refused: no such member
    asc.beta_groups.create(name="QA", app=app, public_link="x")  # refused: only Apple writes it
    asc.beta_groups.create(name="QA", app=build)  # refused: a build where an app belongs
    asc.beta_groups.create(name="QA", app=[app])  # refused: several where one belongs
    asc.beta_groups.create(name="QA", app=app, builds=[app])  # refused: apps among builds
    asc.beta_groups.create(name=None, app=app)  # refused: what is required is never null
    asc.beta_groups.create(name="QA", app=None)  # refused: nor is a required relationship
    asc.beta_groups.create(name="QA", app=app, builds=None)  # refused: no builds is a list
    asc.beta_groups.create(name="QA", app=app, feedback_enabled="yes")  # refused: text
    asc.beta_groups.update(group, app=app)  # refused: groups do not move
    asc.beta_groups.update(name="QA")  # refused: which one?
    asc.app_store_versions.create(platform="ios", version_string="1", app=app)  # refused: case
    asc.app_store_versions.create(platform=None, version_string="1", app=app)  # refused: null
    asc.app_store_versions.update("1", release_type="NOW")  # refused: no such value
    asc.app_store_versions.update("1", earliest_release_date=1)  # refused: no date
    AppPriceV2InlineCreate(price=1)  # refused: no such member
    AppPriceV2InlineCreate(app_price_point=app)  # refused: an app is no price point
    asc.app_price_schedules.create(app=app, base_territory="USA")  # refused: no prices
    asc.app_price_schedules.create(app=app, base_territory=app, manual_prices=[])  # refused: app


def links(asc: Client, app: App, build: Build, group: BetaGroup) -> None:
    asc.beta_groups.add_builds(group)  # refused: which builds?
    asc.beta_groups.add_builds(group, [app])  # refused: apps among builds
    asc.beta_groups.add_builds(app, [build])  # refused: an app is no group
    asc.beta_groups.add_builds(group, builds=[build])  # refused: they have no name
    asc.beta_groups.add_builds(group, None)  # refused: nothing is no build
    asc.app_store_versions.set_build("1", [build])  # refused: several where one belongs
    asc.beta_groups.replace_builds(group, [build])  # refused: Apple has no such operation


def answers(asc: Client, build: Build, group: BetaGroup) -> None:
    build.number  # refused: no such attribute
    build.version.upper()  # refused: it may be None
    build.app.name  # refused: it may be None
    build.apps  # refused: no such relationship
    Build(app="1")  # refused: a resource is made with resources
    Build(beta_groups=group)  # refused: there are several
    Build(apps=build.app)  # refused: no such relationship
    group.builds.version  # refused: there are several
    group.builds.append(build)  # refused: what was included does not change
    asc.builds.list().version  # refused: a pager is no build
    asc.builds.list()[0]  # refused: a pager is no list
    asc.builds.list().first().version  # refused: there may be none
    asc.beta_groups.list_build_ids(group).one().version  # refused: an id is text
    asc.beta_groups.list_builds_ids(group)  # refused: it is called list_build_ids now
    build.uploadedDate  # refused: names are Python's


async def flavours(asc: Client, aclient: AsyncClient) -> None:
    asc.beta_group  # refused: there are several
    aclient.beta_groups.fetch  # refused: no such method
    await aclient.builds.metrics_beta_build_usages("1").all()  # refused: a former name
    await asc.apps.get("1")  # refused: it has answered already
    await asc.apps.list()  # refused: so has this
    await aclient.apps.list()  # refused: a pager is iterated
    aclient.apps.get("1")  # refused: not awaited
    aclient.apps.get("1").name  # refused: not awaited
    aclient.builds.list().one().version  # refused: not awaited
    for _ in aclient.apps.list():  # refused: not iterated with async
        pass
    async for _ in asc.apps.list():  # refused: iterated with async
        pass
    with aclient:  # refused: not opened with async
        pass
    async with asc:  # refused: opened with async
        pass
