"""No token, key or signature shows in anything that shows errors, values or the frames of calls."""

from __future__ import annotations

import asyncio
import logging
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from app_store_connect import AsyncClient, Client, RetryPolicy
from app_store_connect._runtime.auth.tokens import TokenSource
from app_store_connect._runtime.http.conversation import Send
from app_store_connect._runtime.http.transfer import Transfer
from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.secret import Secret
from app_store_connect.reports import AsyncReports, Reports
from app_store_connect.uploads import AsyncUploader, Uploader, UploadSettings
from app_store_connect.webhooks import verify
from support import keys
from support.api_server import DROP, Answer, ApiServer, Received, error
from support.clients import FLAVOURS, handled, opened, server, settled
from support.documents import document
from support.renderers import KEEPING, OPENING, SHOWING, kept, rendered, shown
from support.uploading import SECRET, part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# These call what the App Asset Library took the place of.
pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

ONCE = RetryPolicy(attempts=1, throttled_attempts=1)
NOWHERE = "http://127.0.0.1:9"
SIGNED = f"https://store.example.com/a?X-Amz-Signature={SECRET}"


def check(problem: BaseException, api: ApiServer) -> None:
    """Nothing of an error shows a secret, and nothing of it keeps what the API was sent."""
    tokens = [request.bearer for request in api.requests if request.bearer]
    text = shown(problem)
    for secret in (*tokens, *keys.secrets(), SECRET):
        assert secret not in text, text[max(0, text.index(secret) - 300) : text.index(secret)]
    whole = kept(problem)
    assert not [secret for secret in (*tokens, *keys.secrets()) if secret in whole]


def failing(flavour: str, api: ApiServer, call: Callable[[Any], Any], **options: Any) -> Any:
    """The error of a call."""

    async def main() -> BaseException:
        async with opened(flavour, api, policy=ONCE, **options) as asc:
            try:
                await settled(call(asc))
            except Exception as problem:  # noqa: BLE001 - whichever it is, it is looked at
                return problem
        raise AssertionError("the call succeeded")

    return asyncio.run(main())


CALLS: dict[str, Callable[[Any], Any]] = {
    "read": lambda asc: asc.apps.get("a1"),
    "list": lambda asc: asc.apps.list(bundle_id="com.example").all(),
    "write": lambda asc: asc.beta_groups.create(name="QA", app="a1"),
}
ONLY_OF_COLLECTIONS = "a page on another host"
ANSWERS: dict[str, Answer] = {
    **{str(status): error(status) for status in (400, 403, 404, 409, 410, 422, 429, 500, 504)},
    "connection lost": DROP,
    "no JSON": Answer(200, b"<html>"),
    "another shape": Answer(200, json=[1]),
    "packed wrongly": Answer(200, b"x", headers=[("Content-Encoding", "gzip")]),
    "sent on to another host": Answer(302, headers=[("Location", SIGNED)]),
    "sent on to no address": Answer(302, headers=[("Location", f"https://[/?sig={SECRET}")]),
    ONLY_OF_COLLECTIONS: Answer(200, json={"data": [], "links": {"next": SIGNED}}),
}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("call", "answer"),
    [(x, y) for x in CALLS for y in ANSWERS if x == "list" or y != ONLY_OF_COLLECTIONS],
)
def test_no_failed_call_shows_a_secret(flavour: str, call: str, answer: str) -> None:
    with server(ANSWERS[answer]) as api:
        check(failing(flavour, api, CALLS[call]), api)
        assert api.requests


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_neither_do_refused_keys_time_outs_and_unreachable_servers(flavour: str) -> None:
    with server(error(401), error(401)) as api:
        check(failing(flavour, api, CALLS["write"]), api)
        assert len(api.requests) == 2
    with server(Answer(200, delay=0.4)) as api:
        check(failing(flavour, api, CALLS["write"], timeout=0.1), api)
    check(failing(flavour, api, CALLS["read"]), api)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ({}, Answer(403, b"<Error><Code>AccessDenied</Code></Error>")),
        ({}, Answer(503)),
        ({}, DROP),
        ({"url": f"http://elsewhere.example.com/?sig={SECRET}"}, None),
        ({"url": f"https://me:{SECRET}@example.com/?sig={SECRET}"}, None),
        ({"url": f"https://[/?sig={SECRET}"}, None),
        ({"requestHeaders": [{"name": "Authorization", "value": f"AWS {SECRET}\n"}]}, None),
        ({"requestHeaders": [{"name": "Cookie", "value": SECRET}]}, None),
        ({"requestHeaders": [{"name": "X-Sig", "value": SECRET}]}, Answer(403)),
        ({"length": 10_000}, None),
    ],
)
def test_no_failed_upload_shows_a_secret(
    flavour: str, operation: dict[str, Any], answer: Answer | None
) -> None:
    def upload(asc: Any) -> Any:
        kind: Any = Uploader if isinstance(asc, Client) else AsyncUploader
        return kind(asc, UploadSettings(retry=ONCE)).upload(
            asc.app_screenshots, b"data", file_name="a", app_screenshot_set="9"
        )

    with (
        ApiServer(lambda _: answer or Answer(), bearer_forbidden=True) as store,
        handled(lambda _: reservation(store.url, **operation)) as api,
    ):
        check(failing(flavour, api, upload), api)


def reservation(store: str, **operation: Any) -> Answer:
    """The answer to one, whose part goes to a store."""
    url = f"{store}/1?X-Amz-Signature={SECRET}&a=b%2Fc"
    attributes = part(4, **{"url": url, **operation})
    data = {"type": "appScreenshots", "id": "1", "attributes": attributes}
    return Answer(201, json={"data": data})


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (None, Answer(403, b"<Error><Code>AccessDenied</Code></Error>")),
        (None, DROP),
        (None, Answer(200, b"not what was announced")),
        (f"ftp://example.com/?sig={SECRET}", None),
        (f"https://[/?sig={SECRET}", None),
    ],
)
def test_no_failed_download_shows_a_secret(
    flavour: str, url: str | None, answer: Answer | None
) -> None:
    def segments(request: Received) -> Answer:
        address = url or f"{store.url}/1?sig={SECRET}"
        told = {"url": address, "sizeInBytes": 5, "checksum": "0" * 32}
        segment = {"type": "analyticsReportSegments", "id": "s1", "attributes": told}
        return Answer(json=document([segment]))

    def download(asc: Any) -> Any:
        kind: Any = Reports if isinstance(asc, Client) else AsyncReports
        return kind(asc, retry=ONCE).download("i1")

    with ApiServer(lambda _: answer or Answer(500)) as store, handled(segments) as api:
        check(failing(flavour, api, download), api)


@pytest.mark.parametrize("header", [None, "hmacsha256=" + "0" * 64, f"hmacsha256={SECRET}"])
def test_no_refused_delivery_shows_the_secret_of_the_webhook(header: str | None) -> None:
    for secret in (SECRET, SECRET.encode(), [SECRET, "older"]):
        with pytest.raises(Exception) as caught:
            verify(b"{}", header, secret)
        assert SECRET not in shown(caught.value)
        assert SECRET not in kept(caught.value)


def test_what_holds_a_secret_is_neither_shown_nor_kept() -> None:
    tokens = TokenSource(keys.api_key())
    token = tokens.token()
    held = Secret(SECRET)
    values: list[Any] = [
        held,
        [held],
        {"a": held},
        Send(Request("GET", "/v1/apps"), Secret(token)),
        Transfer("PUT", Secret(SIGNED), (("X-Sig", held),)),
        tokens,
        vars(tokens),
        vars(tokens)["_current"],
        keys.api_key(),
    ]
    for value in values:
        text = "\n".join(rendered(value, [*SHOWING, *KEEPING, *OPENING]))
        for secret in (SECRET, token, *keys.secrets()):
            assert secret not in text, type(value)
    for value in (held, values[3], values[4]):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(value)
        with pytest.raises(TypeError):
            msgspec.json.encode(value)
    assert held.reveal() == SECRET


def test_resources_show_no_signature_and_have_it() -> None:
    with (
        handled(lambda _: reservation(NOWHERE)) as api,
        Client(keys.api_key(), base_url=api.url) as asc,
    ):
        created = asc.app_screenshots.create(file_name="a", file_size=4, app_screenshot_set="9")
    assert created.upload_operations
    text = "\n".join(rendered([created, *created.upload_operations], SHOWING))
    assert SECRET not in text
    assert SECRET in created.upload_operations[0].url


def test_a_transport_of_the_users_gets_the_true_address_and_the_log_does_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    def store(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        assert SECRET not in repr(request)
        assert SECRET not in repr(request.url)
        return httpx.Response(200)

    with handled(lambda _: reservation(NOWHERE)) as api:
        mounts = {NOWHERE: httpx.MockTransport(store)}
        with (
            httpx.Client(mounts=mounts) as http,
            Client(keys.api_key(), base_url=api.url, client=http) as asc,
        ):
            Uploader(asc, sleep=lambda _: None).upload(
                asc.app_screenshots, b"data", file_name="a", app_screenshot_set="9", wait=False
            )
    assert seen == [f"{NOWHERE}/1?X-Amz-Signature={SECRET}&a=b%2Fc"]
    assert "HTTP Request: PUT" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", ["httpx", "httpx2"])
def test_a_signature_reaches_the_store_as_it_is_spelled_and_no_log(
    name: str, flavour: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = pytest.importorskip(name)
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    def store(request: Any) -> Any:
        seen.append(str(request.url))
        return library.Response(200, content=b"x")

    signed = [
        f"https://a.apple.com/{rest}"
        for rest in (
            f"x?sig={SECRET}%3D%3d&b=%E4+c",
            f"x?{SECRET}",
            f"p%2Fq/%7Ex?a=1&a=2&&sig={SECRET}=",
            f"x?sig='{SECRET}[0]|:/?@",
        )
    ]

    async def main() -> None:
        kind: Any = {"sync": Client, "async": AsyncClient}[flavour]
        asc = kind(keys.api_key(), transport=library.MockTransport(store))
        for address in signed:
            await settled(asc.download(address, tmp_path / "a"))
        await settled(asc.close() if flavour == "sync" else asc.aclose())

    asyncio.run(main())
    assert seen == signed
    assert SECRET not in caplog.text
