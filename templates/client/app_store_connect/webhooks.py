"""Webhooks: whether a delivery comes from Apple, and what it says.

    verify(body, headers.get("x-apple-signature"), secret)
    match parse(body):
        case StateChanged(type="buildUploadStateUpdated", new="COMPLETE", instance=upload):
            print("processed:", upload)
        case StateChanged(type=kind, old=old, new=new):
            print(kind, old, "->", new)
        case event:
            print(event.type, event.attributes)

Nothing here knows a web framework. As an ASGI application that any server runs:

    from app_store_connect.webhooks import Ping, WebhookError, parse, verify

    async def app(scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.lower(): value for name, value in scope["headers"]}
        try:
            verify(body, headers.get(b"x-apple-signature"), SECRET)
            event = parse(body)
        except WebhookError:
            status = 401
        else:
            status = 200
            if not isinstance(event, Ping):
                await handle(event)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

Deliveries carry ids and states only: read the resource itself for anything else.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import msgspec

from ._runtime.jsonapi.values import Ref
from ._runtime.messages.error_root import AppStoreConnectError
from ._runtime.messages.json_text import is_deep, lone, read_json
from ._runtime.messages.secret import shielded

__all__ = [
    "AvailabilityChanged",
    "Created",
    "Ping",
    "Secret",
    "StateChanged",
    "WebhookError",
    "WebhookEvent",
    "WebhookPayloadError",
    "WebhookSignatureError",
    "parse",
    "verify",
]

Secret: TypeAlias = str | bytes

_SIGNATURE = re.compile(r"\s*hmacsha256=([0-9a-f]{64})\s*", re.ASCII | re.IGNORECASE)
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])", re.ASCII)


class WebhookError(AppStoreConnectError):
    """A delivery that must not be acted upon."""


class WebhookSignatureError(WebhookError):
    """A delivery whose signature is missing or was not made with the secret."""


class WebhookPayloadError(WebhookError):
    """A delivery whose body is not an event."""


class WebhookEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery; of this very class when its type is one this package does not know.

    `type` is Apple's lower camel case name and `id` that of the delivery, the same when Apple sends
    it again. `instance` refers to the resource it is about. Some types come without `version`,
    `timestamp` or `instance`; these are None then. `attributes` are as they were sent.
    """

    type: str
    id: str = ""
    version: int | None = None
    timestamp: datetime | None = None
    instance: Ref | None = None
    instance_url: str | None = None
    attributes: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.type, self.id))

    @property
    def event_type(self) -> str:
        """The name that subscriptions use, such as `BUILD_UPLOAD_STATE_UPDATED`."""
        return _WORD_START.sub("_", self.type).upper()


class StateChanged(WebhookEvent, frozen=True, kw_only=True):
    """Something went from one state to another; Apple names the two differently by type."""

    old: str | None = None
    new: str | None = None


class AvailabilityChanged(WebhookEvent, frozen=True, kw_only=True):
    """An alternative distribution package became available somewhere, or no longer is."""

    available: bool | None = None
    territories: tuple[str, ...] = ()
    app_id: str | None = None


class Created(WebhookEvent, frozen=True, kw_only=True):
    """Something new is there: feedback of a tester, a package version, a beta release."""


class Ping(WebhookEvent, frozen=True, kw_only=True):
    """A test delivery, asked for by `webhook_pings.create`; nothing happened."""


_KINDS: Mapping[str, type[WebhookEvent]] = {
    "alternativeDistributionPackageAvailableUpdated": AvailabilityChanged,
    "alternativeDistributionPackageVersionCreated": Created,
    "alternativeDistributionTerritoryAvailabilityUpdated": AvailabilityChanged,
    "appStoreVersionAppVersionStateUpdated": StateChanged,
    "backgroundAssetVersionAppStoreReleaseStateUpdated": StateChanged,
    "backgroundAssetVersionExternalBetaReleaseStateUpdated": StateChanged,
    "backgroundAssetVersionInternalBetaReleaseCreated": Created,
    "backgroundAssetVersionStateUpdated": StateChanged,
    "betaFeedbackCrashSubmissionCreated": Created,
    "betaFeedbackScreenshotSubmissionCreated": Created,
    "buildBetaDetailExternalBuildStateUpdated": StateChanged,
    "buildUploadStateUpdated": StateChanged,
    "webhookPingCreated": Ping,
    "webhookPings": Ping,
}


@shielded
def verify(
    body: bytes, signature_header: str | bytes | None, secret: Secret | Iterable[Secret]
) -> None:
    """Make sure that a delivery was signed with the webhook's secret; take the body as it came.

    `signature_header` is the value of `x-apple-signature`, None or empty if it is missing. Pass
    several secrets while one replaces another. The comparison takes the same time whatever is
    wrong.

    Raises:
        WebhookSignatureError: where the signature is missing or wrong.
        ValueError: for an empty secret, with which anybody could sign.
    """
    if not isinstance(cast("object", body), bytes | bytearray | memoryview):
        raise TypeError("the signature covers the raw bytes of the body, not decoded text")
    keys = [_key(item) for item in ([secret] if isinstance(secret, str | bytes) else secret)]
    if not all(keys) or not keys:
        raise ValueError("the webhook's secret is empty")
    if isinstance(signature_header, bytes):
        signature_header = signature_header.decode("latin-1")
    match = _SIGNATURE.fullmatch(signature_header or "")
    if match is None:
        raise WebhookSignatureError("there is no x-apple-signature of the form hmacsha256=<hex>")
    signature = bytes.fromhex(match[1])
    # Counted, so that every secret is tried and the time reveals nothing.
    if not sum(hmac.compare_digest(hmac.digest(key, body, "sha256"), signature) for key in keys):
        raise WebhookSignatureError("the delivery was not signed with this secret")


def parse(body: bytes) -> WebhookEvent:
    """Read a delivery; call `verify` first.

    What a type leaves out is None, and a type that is not known is a plain `WebhookEvent`. Raises
    `WebhookPayloadError` for a body that is not an event.
    """
    try:
        data = _object(_object(read_json(body)).get("data"))
    except (ValueError, RecursionError):
        raise WebhookPayloadError("the body of the delivery is not JSON") from None
    if is_deep(body):
        raise WebhookPayloadError("the body of the delivery is nested too deep")
    kind = _text(data.get("type"))
    if kind is None:
        raise WebhookPayloadError("the delivery has no data.type")
    attributes = _object(data.get("attributes"))
    version = data.get("version")
    # Background assets come with type and id right here, everything else with them in `data`.
    instance = _object(_object(data.get("relationships")).get("instance"))
    ref = _object(instance.get("data")) or instance
    ref_type, ref_id = _text(ref.get("type")), _text(ref.get("id"))
    known = Ping if attributes.get("ping") is True else _KINDS.get(kind, WebhookEvent)
    return known(
        type=kind,
        id=_text(data.get("id")) or "",
        version=version if type(version) is int else None,
        timestamp=_time(attributes.get("timestamp")),
        instance=Ref(ref_type, ref_id) if ref_type and ref_id else None,
        instance_url=_text(_object(instance.get("links")).get("self")),
        attributes=attributes,
        **_details(known, attributes),
    )


def _details(kind: type[WebhookEvent], attributes: Mapping[str, Any]) -> dict[str, Any]:
    if kind is StateChanged:
        return {"old": _state("old", attributes), "new": _state("new", attributes)}
    if kind is AvailabilityChanged:
        available, territories = attributes.get("available"), attributes.get("territories")
        names = cast(
            "list[object]", territories if isinstance(territories, list) else [territories]
        )
        return {
            "available": available if isinstance(available, bool) else None,
            "territories": tuple(text for name in names if (text := _text(name))),
            "app_id": _text(attributes.get("appId")),
        }
    return {}


def _state(which: str, attributes: Mapping[str, Any]) -> str | None:
    names = (f"{which}Value", f"{which}State", f"{which}ExternalBuildState")
    return next((text for name in names if (text := _text(attributes.get(name)))), None)


def _time(value: object) -> datetime | None:
    """Pings have nine digits of a second, of which Python keeps six."""
    try:
        time = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _object(value: object) -> dict[str, Any]:
    value = lone(value)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    value = lone(value)
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_text and value != "" else None


def _key(secret: Secret) -> bytes:
    return secret.encode() if isinstance(secret, str) else secret
