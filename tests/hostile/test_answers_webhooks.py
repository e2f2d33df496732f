"""Deliveries from anybody: not believed, not read, or an event."""

from __future__ import annotations

import hashlib
import hmac
import json
import pickle
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_store_connect.webhooks import (
    WebhookError,
    WebhookEvent,
    WebhookPayloadError,
    WebhookSignatureError,
    parse,
    verify,
)
from support.hostility import JUNK, check_text, damaged, mutated, spelled, trying

SECRET = "a secret"
BODY = b'{"data":{}}'
DIGEST = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
EVENT: dict[str, Any] = {
    "data": {
        "type": "buildUploadStateUpdated",
        "id": "d",
        "version": 1,
        "attributes": {
            "timestamp": "2025-01-02T03:04:05.123456789Z",
            "oldState": "PROCESSING",
            "newState": "COMPLETE",
            "ping": False,
            "available": True,
            "territories": ["USA"],
            "appId": "1",
        },
        "relationships": {
            "instance": {
                "data": {"type": "buildUploads", "id": "u"},
                "links": {"self": "https://api.appstoreconnect.apple.com/v1/buildUploads/u"},
            }
        },
    }
}
TYPES = [
    *("buildUploadStateUpdated", "alternativeDistributionPackageAvailableUpdated", "webhookPings"),
    *("betaFeedbackCrashSubmissionCreated", "somethingNew"),
]


def read(body: bytes) -> WebhookEvent | WebhookPayloadError:
    """The event, all of it read, or the one error it may be."""
    try:
        event = parse(body)
    except WebhookPayloadError as error:
        check_text(error)
        return error
    repr(event)
    assert isinstance(event.event_type, str)
    for name in event.__struct_fields__:
        getattr(event, name)
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - our own bytes
    return event


@pytest.mark.parametrize("kind", TYPES)
def test_any_part_of_an_event_may_be_anything(kind: str) -> None:
    good = {"data": {**EVENT["data"], "type": kind}}

    @trying(60)
    @given(st.integers(0, 2**64))
    def check(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a test
        body = mutated(good, chance)
        read(damaged(body, chance) if seed % 3 == 0 else body)

    check()


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:40])
def test_every_member_of_an_event_may_be_anything(junk: Any) -> None:
    data = EVENT["data"]
    for name in data:
        read(spelled({"data": {**data, name: junk}}))
    for name in data["attributes"]:
        for kind in TYPES:
            attributes = {**data["attributes"], name: junk}
            read(spelled({"data": {**data, "type": kind, "attributes": attributes}}))
    for instance in (junk, {"data": junk}, {"data": {"type": junk, "id": junk}}, {"links": junk}):
        read(spelled({"data": {**data, "relationships": {"instance": instance}}}))
    read(spelled(junk))
    read(spelled({"data": junk}))


def test_an_event_may_end_at_every_byte() -> None:
    body = json.dumps(EVENT).encode()
    for end in range(len(body)):
        assert isinstance(read(body[:end]), WebhookPayloadError)
    assert isinstance(read(body), WebhookEvent)


@trying(300)
@given(
    st.text(max_size=100)
    | st.binary(max_size=100)
    | st.sampled_from(
        [
            DIGEST,
            f"hmacsha256={DIGEST}\0",
            f"hmacsha256={DIGEST}\n\n\x0b ",
            f"hmacsha256=hmacsha256={DIGEST}",
            f"hmacsha256={DIGEST}, hmacsha256={DIGEST}",
            f"hmacsha256 = {DIGEST}",
            "hmacsha256=" + "\uff10" * 64,
            "hmacsha256=" + "0" * 64,
            " " * 1_000_000,
            "hmacsha256=" + "f" * 10_000_000,
        ]
    )
)
def test_no_header_but_the_right_one_is_believed(header: str | bytes) -> None:
    try:
        verify(BODY, header, SECRET)
    except WebhookSignatureError as error:
        check_text(error)
        assert DIGEST not in str(error)  # noqa: PT017 - whether there is one is the question
    else:
        text = header if isinstance(header, str) else header.decode("latin-1")
        assert text.strip() == f"hmacsha256={DIGEST}"


def test_a_header_may_be_bytes_as_servers_have_it() -> None:
    verify(BODY, f"hmacsha256={DIGEST}".encode(), SECRET)
    for header in (b"", b"\xff" * 64, f"hmacsha256={DIGEST[::-1]}".encode()):
        with pytest.raises(WebhookError):
            verify(BODY, header, SECRET)


@trying(100)
@given(st.binary(max_size=64))
def test_no_other_body_is_believed(body: bytes) -> None:
    if body != BODY:
        with pytest.raises(WebhookSignatureError):
            verify(body, f"hmacsha256={DIGEST}", SECRET)


def test_a_list_of_one_is_what_is_in_it() -> None:
    """As in the errors of an answer, which servers send in both ways."""
    event = {
        "type": ["buildUploadStateUpdated"],
        "id": ["d"],
        "version": True,
        "attributes": [{"oldState": ["PROCESSING"], "newState": "COMPLETE"}],
        "relationships": {"instance": [{"data": [{"type": "buildUploads", "id": ["u"]}]}]},
    }
    for body in ({"data": event}, {"data": [event]}, [{"data": [event]}]):
        found: Any = parse(json.dumps(body).encode())
        assert (found.id, found.old, found.new) == ("d", "PROCESSING", "COMPLETE")
        assert (found.instance.type, found.instance.id) == ("buildUploads", "u")
        # True is no number, though Python says so.
        assert found.version is None
    with pytest.raises(WebhookPayloadError, match=r"no data\.type"):
        parse(json.dumps({"data": [event, event]}).encode())
