"""Upload operations of every shape: refused before a byte goes out, or carried out as they say."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_store_connect import AppStoreConnectError
from app_store_connect.uploads import AsyncUploader, Uploader, UploadError, UploadSettings
from support.clock import Clock
from support.hostility import JUNK, Api, Stream, check_text, mutated, spelled, told, trying

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

DATA = b"0123456789"
STORE = "https://store-1.blobstore.apple.com/a?X-Amz-Signature=secret"
OPERATION = {
    "method": "PUT",
    "url": STORE,
    "offset": 0,
    "length": 10,
    "requestHeaders": [{"name": "Content-Type", "value": "image/png"}],
}
STATE = {"state": "COMPLETE", "errors": [], "warnings": []}


class Store:
    """An API that reserves what it is told to, and a store that keeps what it gets."""

    def __init__(self, flavour: str) -> None:
        self.api = Api(flavour)
        self.clock = Clock()
        self.reserved = b""
        self.after: bytes | None = None
        self.sent: list[httpx.Request] = []
        self.api.client.session.wiring.passed = httpx.MockTransport(self._respond)
        settings = UploadSettings(timeout=20, poll_interval=5)
        client = self.api.client
        if flavour == "sync":
            self.uploader: Any = Uploader(client, settings, **self.clock.blocking())
        else:
            self.uploader = AsyncUploader(client, settings, **self.clock.asynchronous())

    def _respond(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != "api.appstoreconnect.apple.com":
            assert "Bearer" not in request.headers.get("authorization", "")
            assert request.url.host.endswith(".apple.com")
            self.sent.append(request)
            return httpx.Response(200, stream=Stream(b""))
        content = self.reserved if request.method == "POST" else self.after
        return httpx.Response(200, content=self.reserved if content is None else content)

    def outcome(self, operations: Any, after: Any = None, **attributes: Any) -> Any:
        """What the upload comes to when the reservation says this."""
        whole = {"fileSize": 10, "uploadOperations": operations, **attributes}
        return self.sends(spelled(_shot(whole)), None if after is None else spelled(_shot(after)))

    def sends(self, reserved: bytes, after: bytes | None = None) -> Any:
        """The same with the very bytes of the answers."""
        self.sent.clear()
        self.reserved = reserved
        complete = spelled(_shot({"assetDeliveryState": STATE, "fileSize": 10}))
        self.after = complete if after is None else after
        return self.api.outcome(
            lambda client: self.uploader.upload(
                client.app_screenshots, DATA, file_name="a.png", app_screenshot_set="s"
            )
        )


def _shot(attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "appScreenshots", "id": "1\x1b[2J", "attributes": attributes}}


@pytest.fixture(scope="module", params=["sync", "async"])
def store(request: pytest.FixtureRequest) -> Generator[Store]:
    made = Store(request.param)
    yield made
    made.api.close()


def half(offset: Any, length: Any, **more: Any) -> dict[str, Any]:
    return {**OPERATION, "offset": offset, "length": length, **more}


def header(name: str, value: str) -> dict[str, Any]:
    return {**OPERATION, "requestHeaders": [{"name": name, "value": value}]}


def test_an_upload_as_it_should_be(store: Store) -> None:
    uploaded = store.outcome([half(5, 5), half(0, 5)])
    assert not isinstance(uploaded, AppStoreConnectError), uploaded
    assert sorted(request.content for request in store.sent) == [b"01234", b"56789"]


@pytest.mark.parametrize(
    "operations",
    [
        *([], None, [half(0, 6), half(5, 5)], [half(0, 4), half(5, 5)], [half(1, 9)], [half(0, 9)]),
        *(
            [half(0, 11)],
            [half(-1, 11)],
            [half(0, 10), half(0, 10)],
            [half(0, 5), half(5, 5, method=None, url=None)],
        ),
        *(
            [half(0, 1 << 62)],
            [half("@largest", 10)],
            [half(0, "@largest")],
            [half(10, 0), OPERATION],
        ),
        *(
            [half(0, 10, method=name)]
            for name in ("GET", "DELETE", "CONNECT", "TRACE", "PU T", "", "\u0130")[:5]
        ),
        [half(0, 10, method="PUT\r\nX: y")],
        [header("X", "a\r\nAuthorization: Bearer x")],
        [header("X\r\nY", "a")],
        [header("X ", "a")],
        [header("", "a")],
        [header("X", "\u0130")],
        [header("Cookie", "a=b")],
        [header("Proxy-Authorization", "Basic eDp5")],
        [header("Host", "evil.example.com")],
        [header("Content-Length", "9")],
        [header("Content-Length", "99999999999")],
        [header("Transfer-Encoding", "chunked")],
        [header("Connection", "upgrade")],
        [header("Expect", "100-continue")],
        *(
            [half(0, 10, url=url)]
            for url in (
                "file:///etc/passwd",
                "http://store-1.blobstore.apple.com/a",
                "https://evil.example.com/a",
                "https://apple.com.evil.example.com/a",
                "https://127.0.0.1/a",
                "https://[::1]/a",
                "https://localhost/a",
                "https://me@store-1.blobstore.apple.com/a",
                "https://store-1.blobstore.apple.com:99999/a",
                "https://evil.example.com\\.apple.com/",
                "https://evil.example.com#.apple.com",
                "https://xn--\u0130.apple.com/",
                "https://a.apple.com/\r\nX: y",
                "",
                "x" * 100_000,
                "https://a.apple.com/" + "x" * 100_000,
                "https://%65vil.example.com%2f.apple.com/",
            )
        ),
    ],
    ids=lambda operations: repr(operations)[-50:],
)
def test_operations_that_make_no_sense_are_refused_before_a_byte_is_sent(
    store: Store, operations: Any
) -> None:
    error = store.outcome(operations)
    assert isinstance(error, UploadError)
    assert store.sent == []
    assert "secret" not in str(error)
    check_text(error)


def test_headers_that_say_what_is_true_are_sent(store: Store) -> None:
    for name, value in [
        ("Host", "store-1.blobstore.apple.com"),
        ("content-length", "10"),
        ("Content-MD5", "x"),
        ("x-amz-acl", ""),
        ("Authorization", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y"),
    ]:
        assert not isinstance(store.outcome([header(name, value)]), AppStoreConnectError), name
        (request,) = store.sent
        assert request.headers.get_list(name) == [value]


@pytest.mark.parametrize("name", [*OPERATION, "expiration", "entityTag", "partNumber"])
def test_every_member_of_an_operation_may_be_anything(store: Store, name: str) -> None:
    for junk in JUNK:
        outcome = store.outcome([{**OPERATION, name: junk}])
        if isinstance(outcome, AppStoreConnectError):
            assert store.sent == []
            check_text(outcome)


@pytest.mark.parametrize(
    "name", ["uploadOperations", "assetDeliveryState", "fileSize", "sourceFileChecksum"]
)
def test_what_is_said_of_a_file_may_be_anything(store: Store, name: str) -> None:
    for junk in JUNK:
        whole = {"assetDeliveryState": STATE, "fileSize": 10, name: junk}
        store.outcome([OPERATION], after=whole)
        store.outcome([OPERATION], **{name: junk})


@pytest.mark.parametrize(
    "state",
    [
        *("NEW", "", "\x1b[2J", None, 5, [], "FAILED", "PROCESSING", "complete", "UPLOAD_COMPLETE"),
    ],
)
def test_a_state_nobody_knows_ends_the_wait(store: Store, state: Any) -> None:
    issue = {"code": "\x1b[2J\u202e", "description": "x" * 100_000}
    for issues in ([], [issue] * 3, [None, 5, {"code": 7}], "x"):
        told_of = {"state": state, "errors": issues, "warnings": issues}
        begun = store.clock.time
        outcome = store.outcome([OPERATION], after={"assetDeliveryState": told_of})
        assert store.clock.time - begun <= 60
        if isinstance(outcome, AppStoreConnectError):
            check_text(outcome)


def test_any_part_of_a_reservation_may_be_anything(store: Store) -> None:
    good = _shot(
        {"fileSize": 10, "assetDeliveryState": STATE, "uploadOperations": [half(0, 5), half(5, 5)]}
    )

    @trying(80)
    @given(st.integers(0, 2**64))
    def check(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a test
        with told():
            store.sends(mutated(good, chance), mutated(good, chance) if seed % 2 else None)

    check()
