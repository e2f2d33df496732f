"""What a first script does, against a server that checks the token, in both flavours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import (
    AgreementMissingError,
    ApiError,
    ConflictError,
    NotFoundError,
    TooManyResultsError,
)
from support.api_server import Answer, ApiServer
from support.clients import FLAVOURS, handled, listed, opened, server, settled
from support.documents import document, ref, refs, resource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from support.api_server import Received

GROUP = resource(
    "betaGroups", "g1", {"name": "QA", "publicLinkEnabled": True}, app=ref("apps", "a1")
)
APP = resource("apps", "a1", {"name": "Mine", "bundleId": "com.example.app"})
BUILDS = [resource("builds", f"b{number}", {"version": str(number)}) for number in range(5)]


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def play(flavour: str, api: ApiServer, scene: Callable[[Any], Awaitable[None]]) -> None:
    async def main() -> None:
        async with opened(flavour, api) as asc:
            await scene(asc)

    asyncio.run(main())


def test_list(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        app = await settled(asc.apps.list(bundle_id="com.example.app").one())
        assert (app.id, app.name) == ("a1", "Mine")

    with server(document([APP])) as api:
        play(flavour, api, scene)
    assert api.requests[0].path == "/v1/apps"
    assert api.requests[0].query == [("filter[bundleId]", "com.example.app"), ("limit", "200")]


def test_a_list_goes_on_over_its_pages(flavour: str) -> None:
    def answer(request: Received) -> Answer:
        start = int(dict(request.query).get("cursor", "0"))
        following = f"{api.url}/v1/builds?cursor={start + 2}&limit=2" if start < 4 else None
        return Answer(json=document(BUILDS[start : start + 2], following=following, total=5))

    async def scene(asc: Any) -> None:
        builds = await listed(asc.builds.list(limit=2))
        assert [build.version for build in builds] == ["0", "1", "2", "3", "4"]
        with pytest.raises(TooManyResultsError, match="more than one"):
            await settled(asc.builds.list(limit=2).one())

    with handled(answer) as api:
        play(flavour, api, scene)
    assert [dict(request.query).get("cursor") for request in api.requests] == [None, "2", "4", None]


def test_get_with_what_was_included(flavour: str) -> None:
    group = {
        **GROUP,
        "relationships": {"app": ref("apps", "a1"), "builds": refs("builds", "b1", "b0")},
    }

    async def scene(asc: Any) -> None:
        found = await settled(asc.beta_groups.get("g1", include=["app", "builds"]))
        assert found.app.bundle_id == "com.example.app"
        assert [build.version for build in found.builds] == ["1", "0"]
        assert found.document.response.status == 200

    with server(document(group, APP, *BUILDS)) as api:
        play(flavour, api, scene)
    assert api.requests[0].path == "/v1/betaGroups/g1"
    assert api.requests[0].query == [("include", "app,builds")]


def test_create_update_delete(flavour: str) -> None:
    renamed = {**GROUP, "attributes": {"name": "Beta"}}

    async def scene(asc: Any) -> None:
        group = await settled(asc.beta_groups.create(name="QA", app="a1", public_link_enabled=True))
        assert group.public_link_enabled is True
        assert (await settled(asc.beta_groups.update(group, name="Beta"))).name == "Beta"
        await settled(asc.beta_groups.add_builds(group, ["b0", "b1"]))
        assert (await settled(asc.beta_groups.delete(group))).status == 204

    answers = (Answer(201, json=document(GROUP)), document(renamed), Answer(204), Answer(204))
    with server(*answers) as api:
        play(flavour, api, scene)
    created, updated, added, deleted = api.requests
    assert (created.method, created.path) == ("POST", "/v1/betaGroups")
    assert created.json()["data"] == {
        "type": "betaGroups",
        "attributes": {"name": "QA", "publicLinkEnabled": True},
        "relationships": {"app": {"data": {"type": "apps", "id": "a1"}}},
    }
    assert (updated.method, updated.path) == ("PATCH", "/v1/betaGroups/g1")
    assert updated.json()["data"] == {
        "type": "betaGroups",
        "id": "g1",
        "attributes": {"name": "Beta"},
    }
    assert (added.method, added.path) == ("POST", "/v1/betaGroups/g1/relationships/builds")
    assert [item["id"] for item in added.json()["data"]] == ["b0", "b1"]
    assert (deleted.method, deleted.path, deleted.body) == ("DELETE", "/v1/betaGroups/g1", b"")


def test_what_is_related(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        assert (await settled(asc.builds.get_app("b1"))).name == "Mine"
        assert await settled(asc.builds.get_app_id("b1")) == "a1"
        assert await settled(asc.builds.get_app_store_version("b1")) is None
        assert await settled(asc.builds.get_app_store_version_id("b1")) is None
        assert await listed(asc.beta_groups.list_build_ids("g1")) == ["b0", "b1"]

    linkages = [{"type": "builds", "id": "b0"}, {"type": "builds", "id": "b1"}]
    nothing = document(None)
    with server(
        document(APP), document({"type": "apps", "id": "a1"}), nothing, nothing, document(linkages)
    ) as api:
        play(flavour, api, scene)
    assert [request.path for request in api.requests[::2]] == [
        "/v1/builds/b1/app",
        "/v1/builds/b1/appStoreVersion",
        "/v1/betaGroups/g1/relationships/builds",
    ]


def test_an_error_says_everything_that_is_wrong(flavour: str) -> None:
    errors = [
        {"status": "409", "code": "ENTITY_ERROR.RELATIONSHIP.INVALID", "title": "A relationship"},
        {"status": "409", "code": "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE", "detail": "Taken."},
    ]

    async def scene(asc: Any) -> None:
        with pytest.raises(ConflictError) as caught:
            await settled(asc.beta_groups.create(name="QA", app="a1"))
        message = str(caught.value)
        assert "ENTITY_ERROR.RELATIONSHIP.INVALID: A relationship" in message
        assert "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE: Taken." in message
        assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE")

    with server(Answer(409, json={"errors": errors})) as api:
        play(flavour, api, scene)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "NOT_FOUND", NotFoundError),
        (403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", AgreementMissingError),
    ],
)
def test_an_error_is_of_its_own_class(
    flavour: str, status: int, code: str, kind: type[ApiError]
) -> None:
    async def scene(asc: Any) -> None:
        with pytest.raises(kind) as caught:
            await listed(asc.apps.list())
        assert type(caught.value) is kind

    with server(Answer(status, json={"errors": [{"code": code}]})) as api:
        play(flavour, api, scene)
