"""The client of a session: it refuses writes where that is wanted, and shows what it exchanges."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, cast

import msgspec

from .._runtime.messages.events import Hooks, PageEvent, RetryEvent, WaitEvent
from .._runtime.messages.redaction import redacted
from ..client import Client
from .failures import NotDoneError
from .profiles import Profiles
from .texts import remark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._runtime.jsonapi.values import Json
    from .._runtime.messages.request import Request
    from .._runtime.messages.response import Response
    from .session import Session

__all__ = ["connect"]

_SECRET = re.compile(r"password|secret|token|privatekey|requestheaders", re.IGNORECASE)
# What is shown of a body, in characters.
_SHOWN = 20_000
# A wait that somebody at a terminal would wonder about, in seconds.
_LONG = 2.0


class CommandClient(Client):
    """A client that knows what its command may do."""

    is_read_only = False
    is_shown = False

    def send(self, request: Request) -> Response:
        """Send a request, unless it writes where nothing may be written."""
        if self.is_read_only and not request.is_read:
            raise NotDoneError(
                f"{request.method} {request.target.partition('?')[0]} was not sent, as"
                " ASC_READ_ONLY is set; unset it to let this program write"
            )
        if not self.is_shown:
            return super().send(request)
        _show(f"> {request.method} {_address(request)}", request.body)
        response = super().send(request)
        identifier = f"  request id {response.request_id}" if response.request_id else ""
        _show(f"< {response.status}{identifier}", response.content)
        return response


def connect(session: Session, options: Mapping[str, Any], *, read_only: bool) -> CommandClient:
    """Make the client of a session; `options` are those of `Client`, `read_only` refuses writes.

    Raises InvalidKeyError where there is no key.
    """
    profile = Profiles(session.environ).chosen(session.chosen("profile"))
    address = (
        session.chosen("base_url")
        or session.environ.get("ASC_BASE_URL", "").strip()
        or (profile.base_url if profile else None)
    )
    chosen: dict[str, Any] = {"base_url": address or None, "hooks": _hooks(session), **options}
    made = CommandClient(session.key, **chosen)
    made.is_read_only = read_only
    made.is_shown = bool(session.chosen("debug"))
    return made


def _hooks(session: Session) -> Hooks:
    """What is told on stderr while a command works, to who looks on."""
    if not (sys.stderr.isatty() or session.chosen("debug")):
        return Hooks()
    return Hooks(on_page=_page, on_wait=_wait, on_retry=_retry)


def _page(event: PageEvent) -> None:
    if event.number > 1:
        remark(f"page {event.number} of {event.path}")


def _wait(event: WaitEvent) -> None:
    if event.seconds >= _LONG:
        remark(f"waiting {event.seconds:.0f} s before {event.method} {event.path}")


def _retry(event: RetryEvent) -> None:
    remark(f"again: {event.method} {event.path} ({event.cause})")


def _address(request: Request) -> str:
    target = redacted(request.target) if "://" in request.target else request.target
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return f"{target}{'&' if '?' in target else '?'}{query}" if query else target


def _show(line: str, body: bytes | None) -> None:
    remark(line)
    if body:
        try:
            text = msgspec.json.format(msgspec.json.encode(_discreet(msgspec.json.decode(body))))
        except (msgspec.DecodeError, UnicodeDecodeError):
            remark(f"  {len(body)} bytes")
            return
        shown = text.decode()
        remark(shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} …")


def _discreet(value: Any) -> Any:
    """A JSON value without passwords, keys, and signatures of addresses."""
    match value:
        case dict():
            return {
                name: "…" if _SECRET.search(name) and item else _discreet(item)
                for name, item in cast("Json", value).items()
            }
        case list():
            return [_discreet(item) for item in cast("Sequence[Any]", value)]
        case str() if "://" in value:
            return redacted(value)
        case _:
            return value
