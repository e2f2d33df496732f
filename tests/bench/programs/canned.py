"""The client under test with a key made for it, and one that answers without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from app_store_connect import ApiKey, Client

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = ApiKey(
    "2X9R4HXF34",
    "57246542-96fe-1a63-e053-0824d011072a",
    ec.generate_private_key(ec.SECP256R1()),
)


def pages(content: bytes) -> Callable[[], Any]:
    """Make the first page of a call from an answer that is already here, again and again."""
    answer = httpx.Response(200, content=content, headers={"Content-Type": "application/json"})
    with httpx.Client(transport=httpx.MockTransport(lambda _: answer)) as transport:
        received = Client(KEY, client=transport).request("GET", "/v1/apps")

    class Canned(Client):
        """A client whose every request is answered at once."""

        def send(self, request: object) -> Any:
            """The answer, whatever was asked."""
            return received

    apps = Canned(KEY).apps

    def first() -> Any:
        return next(apps.list(include=["builds"], limit=200).pages())

    return first
