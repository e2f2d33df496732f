"""Webhooks are really delivered, and signed so that the client's own check accepts them."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError
from app_store_connect.simulator import Simulator
from app_store_connect.webhooks import Created, Ping, StateChanged, parse, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app_store_connect import Client
    from app_store_connect.webhooks import WebhookEvent

SECRET = "open sesame"
EVENTS = [
    "APP_STORE_VERSION_APP_VERSION_STATE_UPDATED",
    "BETA_FEEDBACK_CRASH_SUBMISSION_CREATED",
    "BUILD_UPLOAD_STATE_UPDATED",
]


class Receiver:
    """A program that webhooks are delivered to; it checks signatures and keeps the events."""

    def __init__(self) -> None:
        self.events: list[WebhookEvent] = []
        self.status = 200

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        assert url.endswith("/hook")
        verify(body, headers["x-apple-signature"], SECRET)
        self.events.append(parse(body))
        return self.status, "thanks"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def simulator(receiver: Receiver) -> Simulator:
    return Simulator(deliver=receiver)


@pytest.fixture
def asc(simulator: Simulator) -> Client:
    return simulator.client()


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.t", name="Trails")


def register(asc: Client, app: Any, **more: Any) -> Any:
    given: dict[str, Any] = {
        "name": "Ours",
        "url": "https://example.com/hook",
        "secret": SECRET,
        "enabled": True,
        "event_types": EVENTS,
        **more,
    }
    return asc.webhooks.create(app=app, **given)


def delivered(simulator: Simulator, asc: Client, webhook: Any) -> list[Any]:
    since = simulator.world.stamp()[:10]
    found = asc.webhooks.list_deliveries(webhook, created_date_greater_than_or_equal_to=since)
    return list(found)


def test_a_ping_is_delivered_and_signed(
    simulator: Simulator, asc: Client, app: Any, receiver: Receiver
) -> None:
    webhook = register(asc, app, enabled=False)
    asc.webhook_pings.create(webhook=webhook)
    assert [x.delivery_state for x in delivered(simulator, asc, webhook)] == ["PENDING"]
    simulator.clock.advance(minutes=1)
    (event,) = receiver.events
    assert isinstance(event, Ping)
    (delivery,) = delivered(simulator, asc, webhook)
    assert delivery.delivery_state == "SUCCEEDED"
    assert delivery.response.http_status_code == 200


def test_the_state_of_a_version_is_told(
    simulator: Simulator, asc: Client, app: Any, receiver: Receiver
) -> None:
    register(asc, app)
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    entity = simulator.world.find("appStoreVersions", version.id)
    assert entity is not None
    simulator.world.set(entity, appVersionState="WAITING_FOR_REVIEW")
    simulator.clock.advance(minutes=1)
    event = receiver.events[-1]
    assert isinstance(event, StateChanged)
    assert (event.old, event.new) == ("PREPARE_FOR_SUBMISSION", "WAITING_FOR_REVIEW")
    assert event.event_type == "APP_STORE_VERSION_APP_VERSION_STATE_UPDATED"
    assert event.instance is not None
    assert event.instance.id == version.id
    assert event.timestamp is not None


def test_feedback_and_uploads_are_told(
    simulator: Simulator, asc: Client, app: Any, receiver: Receiver
) -> None:
    register(asc, app)
    build = simulator.add("builds", version="1", app=app)
    simulator.add("betaFeedbackCrashSubmissions", build=build)
    upload = simulator.world.create(
        "buildUploads",
        {"state": {"state": "PROCESSING"}},
        {"app": simulator.world.find("apps", app.id)},
    )
    simulator.world.set(upload, state={"state": "COMPLETE"})
    simulator.clock.advance(seconds=5)
    feedback, told = receiver.events
    assert isinstance(feedback, Created)
    assert isinstance(told, StateChanged)
    assert (told.old, told.new, told.timestamp) == ("PROCESSING", "COMPLETE", None)


@pytest.mark.parametrize("more", [{"enabled": False}, {"event_types": EVENTS[1:]}])
def test_what_nobody_asked_for_is_not_told(
    simulator: Simulator, asc: Client, app: Any, receiver: Receiver, more: dict[str, Any]
) -> None:
    register(asc, app, **more)
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    entity = simulator.world.find("appStoreVersions", version.id)
    assert entity is not None
    simulator.world.set(entity, appVersionState="WAITING_FOR_REVIEW")
    simulator.clock.advance(minutes=1)
    assert receiver.events == []


def test_a_delivery_that_failed_is_repeated(
    simulator: Simulator, asc: Client, app: Any, receiver: Receiver
) -> None:
    webhook = register(asc, app)
    receiver.status = 503
    asc.webhook_pings.create(webhook=webhook)
    simulator.clock.advance(minutes=1)
    (failed,) = delivered(simulator, asc, webhook)
    assert failed.delivery_state == "FAILED"
    receiver.status = 200
    again = asc.webhook_deliveries.create(template=failed)
    assert again.redelivery
    simulator.clock.advance(minutes=1)
    assert [x.delivery_state for x in delivered(simulator, asc, webhook)] == ["FAILED", "SUCCEEDED"]
    assert receiver.events[0].id == receiver.events[1].id


def test_deliveries_are_listed_by_date(simulator: Simulator, asc: Client, app: Any) -> None:
    webhook = register(asc, app)
    for query in ({}, {"filter[createdDateGreaterThanOrEqualTo]": "2001-01-01"}):
        with pytest.raises(ApiError) as caught:
            asc.request("GET", f"/v1/webhooks/{webhook.id}/deliveries", query=query)
        assert caught.value.status == 400
    simulator.world.set_switch("deliveries_need_a_date", "no")
    assert list(asc.webhooks.list_deliveries(webhook)) == []


@pytest.fixture
def address() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server on this machine, and what was posted to it."""
    posted: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            verify(body, self.headers["x-apple-signature"], SECRET)
            posted.append(body)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook?a=b", posted
    server.shutdown()
    server.server_close()
    thread.join()


def test_deliveries_go_over_http_to_this_machine_only(address: tuple[str, list[bytes]]) -> None:
    url, posted = address
    simulator = Simulator()
    asc = simulator.client()
    app = simulator.add("apps", bundle_id="com.example.t", name="Trails")
    here, elsewhere = register(asc, app, url=url), register(asc, app)
    for webhook in (here, elsewhere):
        asc.webhook_pings.create(webhook=webhook)
    simulator.clock.advance(minutes=1)
    assert isinstance(parse(posted[0]), Ping)
    assert len(posted) == 1
    (delivery,) = delivered(simulator, asc, here)
    assert delivery.delivery_state == "SUCCEEDED"
    (delivery,) = delivered(simulator, asc, elsewhere)
    assert delivery.delivery_state == "FAILED"
    assert "is not this machine" in delivery.error_message
