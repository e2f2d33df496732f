"""Deliveries: whose they are and what they say. The bodies are Apple's examples, shortened."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from app_store_connect import Ref, webhooks
from app_store_connect.webhooks import (
    AvailabilityChanged,
    Created,
    Ping,
    StateChanged,
    WebhookEvent,
    WebhookPayloadError,
    WebhookSignatureError,
    parse,
    verify,
)
from ascgen.model import EnumSchema
from support.whole_api import rendered_api

SECRET = "This is my secret"
BODY = b"Hello, World!"
DIGEST = "7f062172b01cb00b53ca068614674a3d982a34062a0f5d37687d5e3377e54657"


def signed(body: bytes, secret: str = SECRET) -> str:
    return "hmacsha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def delivery(kind: str = "buildUploadStateUpdated", **members: Any) -> bytes:
    return json.dumps({"data": {"type": kind, "id": "d1", **members}}).encode()


# --- signatures


def test_apples_own_vector() -> None:
    verify(BODY, f"hmacsha256={DIGEST}", SECRET)
    verify(BODY, f"hmacsha256={DIGEST}", SECRET.encode())


@pytest.mark.parametrize(
    "header", [f"HMACSHA256={DIGEST}", f"hmacSHA256={DIGEST.upper()}", f" hmacsha256={DIGEST}\t"]
)
def test_the_header_is_read_in_any_case(header: str) -> None:
    verify(BODY, header, SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        DIGEST,
        "hmacsha256=",
        f"hmacsha256={DIGEST[:-1]}",
        f"hmacsha256={DIGEST[:-1]}g",
        f"hmacsha256={DIGEST}00",
        f"hmacsha1={DIGEST}",
        f"hmacsha256={DIGEST[:-1]}0",
        "hmacsha256=" + "\u0660" * 64,
    ],
)
def test_any_other_header_is_refused(header: str | None) -> None:
    with pytest.raises(WebhookSignatureError) as caught:
        verify(BODY, header, SECRET)
    assert DIGEST[:-1] not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(WebhookSignatureError):
        verify(BODY + b"\n", f"hmacsha256={DIGEST}", SECRET)


def test_either_secret_is_good_while_one_replaces_another() -> None:
    for secrets in ([SECRET, "new"], ["new", SECRET], (b"new", SECRET.encode())):
        verify(BODY, f"hmacsha256={DIGEST}", secrets)
    with pytest.raises(WebhookSignatureError):
        verify(BODY, f"hmacsha256={DIGEST}", ["new", "newer"])


def test_every_secret_is_tried_by_a_comparison_of_constant_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bytes] = []

    def compare(mine: bytes, theirs: bytes) -> bool:
        seen.append(theirs)
        return mine == theirs

    monkeypatch.setattr(webhooks.hmac, "compare_digest", compare)
    verify(BODY, f"hmacsha256={DIGEST}", [SECRET, "new", "newer"])
    assert seen == [bytes.fromhex(DIGEST)] * 3


@pytest.mark.parametrize("secret", ["", b"", [], [SECRET, ""]])
def test_without_a_secret_nothing_is_verified(secret: Any) -> None:
    """Anybody could sign with an empty one, which an unset variable leads to."""
    with pytest.raises(ValueError, match="secret is empty"):
        verify(BODY, signed(BODY, ""), secret)


def test_text_is_no_body() -> None:
    with pytest.raises(TypeError, match="raw bytes"):
        verify(BODY.decode(), f"hmacsha256={DIGEST}", SECRET)  # type: ignore[arg-type]
    verify(bytearray(BODY), f"hmacsha256={DIGEST}", SECRET)


# --- events


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("appStoreVersionAppVersionStateUpdated", ("oldValue", "newValue")),
        ("buildUploadStateUpdated", ("oldState", "newState")),
        (
            "buildBetaDetailExternalBuildStateUpdated",
            ("oldExternalBuildState", "newExternalBuildState"),
        ),
        ("backgroundAssetVersionAppStoreReleaseStateUpdated", ("oldState", "newState")),
        ("backgroundAssetVersionExternalBetaReleaseStateUpdated", ("oldState", "newState")),
    ],
)
def test_states_have_several_names(kind: str, names: tuple[str, str]) -> None:
    url = "https://api.appstoreconnect.apple.com/v1/appStoreVersions/v1"
    event = parse(
        delivery(
            kind,
            version=1,
            attributes={names[0]: "A", names[1]: "B", "timestamp": "2025-04-16T05:00:52.745Z"},
            relationships={
                "instance": {
                    "data": {"type": "appStoreVersions", "id": "v1"},
                    "links": {"self": url},
                }
            },
        )
    )
    assert isinstance(event, StateChanged)
    assert (event.old, event.new) == ("A", "B")
    assert (event.type, event.id, event.version) == (kind, "d1", 1)
    assert event.timestamp == datetime(2025, 4, 16, 5, 0, 52, 745000, tzinfo=UTC)
    assert (event.instance, event.instance_url) == (Ref("appStoreVersions", "v1"), url)


def test_build_uploads_have_no_timestamp_and_maybe_no_old_state() -> None:
    event = parse(delivery(version=1, attributes={"newState": "COMPLETE"}))
    assert isinstance(event, StateChanged)
    assert (event.old, event.new, event.timestamp) == (None, "COMPLETE", None)
    assert event.instance is None


def test_background_assets_have_no_version_and_a_flat_instance() -> None:
    instance = {"type": "backgroundAssetVersions", "id": "b1", "links": {"self": "https://x"}}
    event = parse(
        delivery(
            "backgroundAssetVersionStateUpdated",
            attributes={"oldState": "PROCESSING", "newState": "FAILED"},
            relationships={"instance": instance},
        )
    )
    assert event.version is None
    assert event.instance == Ref("backgroundAssetVersions", "b1")
    assert event.instance_url == "https://x"


def test_a_lone_territory_is_one_of_several() -> None:
    kind = "alternativeDistributionPackageAvailableUpdated"
    event = parse(delivery(kind, attributes={"territories": "DNK"}))
    assert isinstance(event, AvailabilityChanged)
    assert event.territories == ("DNK",)


def test_availability_has_no_relationships() -> None:
    attributes = {"available": True, "territories": ["DNK", "IRL"], "appId": "10"}
    event = parse(delivery("alternativeDistributionPackageAvailableUpdated", attributes=attributes))
    assert isinstance(event, AvailabilityChanged)
    assert (event.available, event.territories, event.app_id) == (True, ("DNK", "IRL"), "10")
    assert event.instance is None


@pytest.mark.parametrize(
    "body",
    [
        delivery("webhookPingCreated", attributes={"timestamp": "2025-06-20T01:02:03.123456789Z"}),
        delivery("buildUploadStateUpdated", attributes={"ping": True}),
        delivery("somethingElse", attributes={"ping": True}),
    ],
)
def test_a_ping_is_one_in_either_form(body: bytes) -> None:
    event = parse(body)
    assert isinstance(event, Ping)
    if event.timestamp is not None:
        assert event.timestamp == datetime(2025, 6, 20, 1, 2, 3, 123456, tzinfo=UTC)


def test_what_says_that_it_is_no_ping_is_none() -> None:
    assert isinstance(parse(delivery(attributes={"ping": False})), StateChanged)


def test_unknown_types_are_events_too() -> None:
    event = parse(delivery("newThingHappened", attributes={"anything": [1]}, extra=1))
    assert type(event) is WebhookEvent
    assert event.attributes == {"anything": [1]}
    assert event.event_type == "NEW_THING_HAPPENED"


def test_every_type_of_the_api_is_known_under_its_name() -> None:
    names = rendered_api().schemas.get("WebhookEventType")
    if names is None:
        pytest.skip("this API has no webhooks")
    assert isinstance(names, EnumSchema)
    for name in names.values:
        first, *rest = name.lower().split("_")
        event = parse(delivery(first + "".join(word.title() for word in rest)))
        assert type(event) is not WebhookEvent, name
        assert event.event_type == name


@pytest.mark.parametrize(
    "members",
    [
        {"attributes": None, "relationships": None},
        {"attributes": [], "relationships": {"instance": None}},
        {"attributes": {"timestamp": "yesterday", "newState": None}, "version": "1"},
        {"relationships": {"instance": {"data": None}}, "id": None},
        {"attributes": {"timestamp": 5, "newState": {}}, "relationships": {"instance": {"id": 1}}},
    ],
)
def test_what_is_missing_or_odd_is_none(members: dict[str, Any]) -> None:
    event = parse(delivery(**members))
    assert isinstance(event, StateChanged)
    assert (event.new, event.instance, event.timestamp, event.version) == (None, None, None, None)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b"null", b'{"data":[]}', b'{"data":{"id":"1"}}', b"\xff"]
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookPayloadError):
        parse(body)


def test_a_time_without_a_zone_is_utc_and_events_can_be_pickled() -> None:
    event = parse(delivery("x", attributes={"timestamp": "2025-01-02T03:04:05"}))
    assert event.timestamp == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - our own bytes


def test_creations_are_created() -> None:
    assert isinstance(parse(delivery("betaFeedbackCrashSubmissionCreated")), Created)


# --- the example in the documentation


def example() -> Any:
    """The ASGI application of the module's docstring."""
    text = inspect.getdoc(webhooks) or ""
    code = text[text.index("    from app_store_connect.webhooks") : text.index("Deliveries carry")]
    handled: list[WebhookEvent] = []

    async def handle(event: WebhookEvent) -> None:
        handled.append(event)

    scope: dict[str, Any] = {"SECRET": SECRET, "handle": handle}
    exec(inspect.cleandoc(code), scope)  # noqa: S102 - it is what the test is about
    return scope["app"], handled


@pytest.mark.parametrize(
    ("body", "signature", "status", "count"),
    [
        (delivery(attributes={"newState": "COMPLETE"}), None, 200, 1),
        (delivery("webhookPingCreated"), None, 200, 0),
        (delivery(), "hmacsha256=" + "0" * 64, 401, 0),
        (b"no event", None, 401, 0),
    ],
)
def test_the_example_works(body: bytes, signature: str | None, status: int, count: int) -> None:
    app, handled = example()
    messages = [
        {"type": "http.request", "body": body[:5], "more_body": True},
        {"type": "http.request", "body": body[5:]},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"X-Apple-Signature", (signature or signed(body)).encode())]
    asyncio.run(app({"type": "http", "headers": headers}, receive, send))
    assert [message.get("status") for message in sent] == [status, None]
    assert len(handled) == count
