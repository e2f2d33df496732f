"""The clients themselves: how they are made, where they go, and the way to any path."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

import app_store_connect
from app_store_connect import (
    UNSET,
    ApiError,
    AsyncClient,
    Client,
    NotFoundError,
    Resource,
    RetryPolicy,
    ServerError,
)
from support import keys
from support.api_server import Answer, ApiServer, decode_token
from support.clients import FLAVOURS, handled, listed, opened, server, settled, talking
from support.documents import document, ref, resource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

APP = resource("apps", "a1", {"name": "Mine"})
EITHER: dict[str, Any] = {"sync": Client, "async": AsyncClient}


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def play(
    flavour: str, api: ApiServer, scene: Callable[[Any], Awaitable[None]], **options: Any
) -> None:
    async def main() -> None:
        async with opened(flavour, api, **options) as asc:
            await scene(asc)

    asyncio.run(main())


async def closed(asc: Any) -> None:
    await settled(asc.close() if hasattr(asc, "close") else asc.aclose())


ENVIRONMENT = {
    "ASC_KEY_ID": keys.KEY_ID,
    "ASC_ISSUER_ID": keys.ISSUER_ID,
    "ASC_PRIVATE_KEY": keys.pem(),
}


def test_the_key_of_the_environment(flavour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    async def main() -> None:
        for environ in (None, ENVIRONMENT):
            asc = EITHER[flavour].from_env(environ, base_url=api.url, timeout=5)
            assert (await settled(asc.apps.get("a1"))).name == "Mine"
            await closed(asc)

    with server(document(APP), document(APP)) as api:
        asyncio.run(main())
    claims = api.requests[0].claims(keys.public_key())
    assert (claims["iss"], claims["aud"]) == (keys.ISSUER_ID, "appstoreconnect-v1")


def test_the_key_of_a_file(flavour: str, tmp_path: Path) -> None:
    path = tmp_path / f"AuthKey_{keys.KEY_ID}.p8"
    path.write_text(keys.pem())

    async def main() -> None:
        made = EITHER[flavour].from_file
        asc = made(str(path), issuer_id=keys.ISSUER_ID, base_url=api.url, policy=RetryPolicy())
        assert (await settled(asc.apps.get("a1"))).name == "Mine"
        await closed(asc)

    with server(document(APP)) as api:
        asyncio.run(main())


def caught(requests: list[httpx.Request]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=document([]))

    return httpx.MockTransport(answer)


@pytest.mark.parametrize(
    ("enterprise", "host", "audience"),
    [
        (False, "api.appstoreconnect.apple.com", "appstoreconnect-v1"),
        (True, "api.enterprise.developer.apple.com", "apple-developer-enterprise-v1"),
    ],
)
def test_the_key_decides_where_requests_go(
    flavour: str, *, enterprise: bool, host: str, audience: str
) -> None:
    requests: list[httpx.Request] = []

    async def main() -> None:
        asc = EITHER[flavour](keys.api_key(enterprise=enterprise), transport=caught(requests))
        await listed(asc.users.list())
        await closed(asc)

    asyncio.run(main())
    (request,) = requests
    assert (request.url.scheme, request.url.host) == ("https", host)
    token = request.headers["authorization"].removeprefix("Bearer ")
    assert decode_token(token, keys.public_key())["aud"] == audience
    agent = f"app-store-connect-python/{app_store_connect.__version__}"
    assert request.headers["user-agent"] == agent


def test_a_client_for_the_enterprise_program_makes_every_key_one(flavour: str) -> None:
    server = "https://api.enterprise.developer.apple.com"
    enterprise = type("Enterprise", (EITHER[flavour],), {"SERVER": server, "ENTERPRISE": True})

    requests: list[httpx.Request] = []

    async def main() -> None:
        asc = enterprise(keys.api_key(), transport=caught(requests))
        await listed(asc.users.list())
        await closed(asc)

    asyncio.run(main())
    assert requests[0].url.host == "api.enterprise.developer.apple.com"
    token = requests[0].headers["authorization"].removeprefix("Bearer ")
    assert decode_token(token, keys.public_key())["aud"] == "apple-developer-enterprise-v1"


def test_leaving_the_block_closes_the_connections(flavour: str) -> None:
    async def main() -> None:
        async with opened(flavour, api) as asc:
            await settled(asc.apps.get("a1"))
        with pytest.raises(RuntimeError):
            await settled(asc.apps.get("a1"))

    with server(document(APP)) as api:
        asyncio.run(main())


def test_a_client_of_ones_own_is_left_open(flavour: str) -> None:
    async def main() -> None:
        own: Any = httpx.Client() if flavour == "sync" else httpx.AsyncClient()
        async with opened(flavour, api, client=own) as asc:
            await settled(asc.apps.get("a1"))
        assert not own.is_closed
        await closed(own)

    with server(document(APP)) as api:
        asyncio.run(main())


def test_the_rate_limit(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        assert asc.rate_limit is None
        await settled(asc.apps.get("a1"))
        assert (asc.rate_limit.hour_limit, asc.rate_limit.hour_remaining) == (3600, 3567)

    header = ("X-Rate-Limit", "user-hour-lim:3600;user-hour-rem:3567;")
    with server(Answer(json=document(APP), headers=[header])) as api:
        play(flavour, api, scene)


def test_the_policy_is_kept_to(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        with pytest.raises(ServerError):
            await settled(asc.apps.get("a1"))

    with handled(lambda _: Answer(500)) as api:
        play(flavour, api, scene, policy=RetryPolicy(attempts=2, backoff=0.001))
    assert len(api.requests) == 2


def test_any_request(flavour: str) -> None:
    async def scene(asc: Any) -> None:
        response = await settled(
            asc.request("get", "/v1/new", query={"filter[a]": ["x", "y"], "b": True, "c": UNSET})
        )
        assert msgspec.json.decode(response.content) == {"data": 1}
        response = await settled(asc.request("POST", "/v2/new?d=1", json={"data": [None]}))
        assert response.status == 201
        response = await settled(asc.request("POST", "/v2/new", json=None, accept="text/csv"))
        with pytest.raises(NotFoundError):
            await settled(asc.request("DELETE", "/v2/new/1"))

    answers = ({"data": 1}, Answer(201), Answer(204), Answer(404))
    with server(*answers) as api:
        play(flavour, api, scene)
    first, second, third, fourth = api.requests
    assert (first.method, first.path, first.body) == ("GET", "/v1/new", b"")
    assert first.query == [("filter[a]", "x,y"), ("b", "true")]
    assert (second.method, second.target, second.json()) == (
        "POST",
        "/v2/new?d=1",
        {"data": [None]},
    )
    assert (third.json(), third.headers["accept"]) == (None, "text/csv")
    assert (fourth.method, fourth.path) == ("DELETE", "/v2/new/1")


def test_any_collection(flavour: str) -> None:
    widget = resource("widgets", "w1", {"size": 3}, app=ref("apps", "a1"))

    async def scene(asc: Any) -> None:
        found = await listed(asc.collection("/v1/widgets", query={"include": "app", "limit": 1}))
        assert [type(item) for item in found] == [Resource, Resource]
        assert [(item.resource_type, item.id) for item in found] == [("widgets", "w1")] * 2
        assert found[0].attributes == {"size": 3}
        app = found[0].document.find(found[0].relationships["app"].data)
        assert app.attributes == {"name": "Mine"}

    first = document([widget], APP, following="/v1/widgets?cursor=1&include=app&limit=1")
    with server(first, document([widget], APP)) as api:
        play(flavour, api, scene)
    assert [request.target for request in api.requests] == [
        "/v1/widgets?include=app&limit=1",
        "/v1/widgets?cursor=1&include=app&limit=1",
    ]


def test_a_namespace_is_made_once() -> None:
    with talking() as (asc, _):
        assert asc.apps is asc.apps
        assert vars(asc)["apps"] is asc.apps
        with pytest.raises(AttributeError, match="widgets"):
            asc.widgets  # type: ignore[attr-defined]  # noqa: B018 - the access is the test


def test_a_token_of_another_key_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with (
        ApiServer([Answer(json=document(APP))], public_key=other) as api,
        Client(keys.api_key(), base_url=api.url) as asc,
        pytest.raises(ApiError, match="NOT_AUTHORIZED"),
    ):
        asc.apps.get("a1")


@pytest.mark.parametrize("key", ["AuthKey_2X9R4HXF34.p8", b"bytes", None])
def test_what_is_no_key_is_refused_without_being_shown(flavour: str, key: object) -> None:
    with pytest.raises(TypeError, match=r"Client\.from_env\(\)") as caught:
        EITHER[flavour](key)
    assert "2X9R4HXF34" not in str(caught.value)


def test_a_star_brings_what_the_package_offers_and_nothing_else() -> None:
    found: dict[str, Any] = {}
    exec("from app_store_connect import *", found)  # noqa: S102 - the statement is the subject
    del found["__builtins__"]
    assert {"Client", "AsyncClient", "ApiKey", "ConflictError", "UNSET"} <= found.keys()
    assert not {"TYPE_CHECKING", "annotations", "lazy_exports"} & found.keys()
