"""Webhooks: they are signed, delivered, and every delivery is kept."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from ..registry import Rules
from ..world import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["announce", "rules"]

rules = Rules("webhooks")

rules.known(
    "10.9",
    evidence="S",
    confidence="H",
    says="Webhooks are listed by their app, there is no collection of them: 403.",
)
rules.switch(
    "deliveries_need_a_date",
    default="yes",
    choices=("yes", "no"),
    number="10.10",
    says="Whether deliveries are listed only when asked for those since a date.",
)

_AFTER = 1
_OLDEST = timedelta(days=10)
_SUCCESS = range(200, 300)


def announce(
    world: World,
    app: Entity,
    event: str,
    attributes: Mapping[str, Any],
    instance: Mapping[str, Any],
    *,
    has_timestamp: bool = True,
    has_version: bool = True,
) -> None:
    """Have an event delivered to those of an app's webhooks that are for it."""
    for webhook in world.many(app, "webhooks"):
        if not webhook["enabled"] or event not in (webhook["eventTypes"] or ()):
            continue
        data: dict[str, Any] = {"type": _lower_camel(event), "id": world.uuid("webhookEvents")}
        if has_version:
            data["version"] = 1
        data["attributes"] = dict(attributes)
        if has_timestamp:
            data["attributes"]["timestamp"] = _moment(world.now)
        data["relationships"] = {"instance": dict(instance)}
        _queue(world, webhook, data, event=event)


def _queue(world: World, webhook: Entity, data: dict[str, Any], *, event: str | None) -> None:
    created = {
        "eventType": event,
        "payload": msgspec.json.encode({"data": data}).decode(),
        "ping": event is None,
        "createdDate": world.stamp(),
    }
    made = world.create("webhookEvents", created, id=data["id"])
    _deliver(world, webhook, made, again=False)


def _deliver(world: World, webhook: Entity, event: Entity, *, again: bool) -> Entity:
    attributes = {
        "createdDate": world.stamp(),
        "deliveryState": "PENDING",
        "redelivery": again,
        "request": {"url": webhook["url"]},
        "_webhook": webhook.id,
    }
    delivery = world.create("webhookDeliveries", attributes, {"event": event})
    world.link(webhook, "deliveries", delivery)
    world.later(_AFTER, "webhook is delivered", delivery)
    return delivery


@rules.event(
    "webhook is delivered",
    number="10.12",
    evidence="D Receiving webhook notifications",
    confidence="H",
    says="A delivery is posted with an HMAC-SHA256 of its body in the header x-apple-signature.",
)
def webhook_is_delivered(world: World, delivery: Entity, _data: Mapping[str, Any]) -> None:
    webhook = world.find("webhooks", delivery["_webhook"])
    event = world.one(delivery, "event")
    if webhook is None or event is None:
        return
    body = str(event["payload"]).encode()
    signature = hmac.digest(str(webhook["secret"] or "").encode(), body, "sha256").hex()
    headers = {"content-type": "application/json", "x-apple-signature": f"hmacsha256={signature}"}
    state, message, response = "FAILED", None, None
    try:
        status, text = world.deliver(str(webhook["url"]), body, headers)
    except OSError as error:
        message = str(error) or type(error).__name__
    else:
        response = {"httpStatusCode": status, "body": text}
        if status in _SUCCESS:
            state = "SUCCEEDED"
        else:
            message = f"The server answered with status {status}"
    world.set(
        delivery,
        deliveryState=state,
        sentDate=world.stamp(),
        errorMessage=message,
        response=response,
    )


@rules.after(
    "webhookPings_createInstance",
    number="10.12",
    evidence="S; recorded ping",
    confidence="H",
    says="A ping is delivered like an event, to a webhook that is off as well.",
)
def ping_is_delivered(call: Call) -> None:
    webhook = call.related("webhook")
    if webhook is not None:
        # Nine digits of a second, which nothing else has.
        timestamp = f"{call.now.strftime('%Y-%m-%dT%H:%M:%S')}.{call.now.microsecond:06}000Z"
        data = {
            "type": "webhookPingCreated",
            "id": call.world.uuid("webhookEvents"),
            "version": 1,
            "attributes": {"timestamp": timestamp},
        }
        _queue(call.world, webhook, data, event=None)


@rules.instead(
    "webhookDeliveries_createInstance",
    number="10.11",
    evidence="C rorkai/App-Store-Connect-CLI #301",
    confidence="M",
    says="A delivery is repeated with the same event; it says that it is a redelivery.",
)
def delivery_is_repeated(call: Call) -> Entity | None:
    template = call.related("template")
    event = None if template is None else call.world.one(template, "event")
    webhook = None if template is None else call.world.find("webhooks", template["_webhook"] or "")
    if event is None or webhook is None:
        return None
    return _deliver(call.world, webhook, event, again=True)


@rules.before(
    "webhooks_deliveries_getToManyRelated",
    number="10.10",
    evidence="R rorkai/App-Store-Connect-CLI #301",
    confidence="M",
    says="Deliveries are listed by date, ten days back at most, and not by their state: 400.",
)
def deliveries_by_date(call: Call) -> None:
    if call.world.switch("deliveries_need_a_date") == "no":
        return
    filters = call.query.filters
    name = "createdDateGreaterThanOrEqualTo"
    if "deliveryState" in filters:
        detail = "The parameter 'filter[deliveryState]' can not be used with this request"
        parameter = "filter[deliveryState]"
        call.refuse(400, "PARAMETER_ERROR.ILLEGAL", detail, parameter=parameter)
    if name not in filters:
        detail = f"The parameter 'filter[{name}]' is required but was not provided"
        call.refuse(400, "PARAMETER_ERROR.REQUIRED", detail, parameter=f"filter[{name}]")
    oldest = stamp(call.now - _OLDEST)[:10]
    if any(text[:10] < oldest for text in filters[name]):
        detail = "The date must be within the last 10 days"
        call.refuse(400, "PARAMETER_ERROR.INVALID", detail, parameter=f"filter[{name}]")


def _lower_camel(event: str) -> str:
    first, *rest = event.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
