"""An API that takes files and the store its addresses lead to, both on this machine.

The store fails the test when it sees a bearer, and keeps what it was sent by its address.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from app_store_connect import AsyncClient, Client
from app_store_connect.uploads import AsyncUploader, Uploader, UploadSettings
from support import keys
from support.api_server import Answer, ApiServer, Received, error
from support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "0123456789abcdef-signature"
GIVEN = ("Content-Type", "image/png")


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@dataclass
class UploadApi:
    """The API; what it does beside the usual is set before the upload.

    `states` are answered to the reads after the commit, the last one again and again. `answers`
    come first: by method, one for each request of it, None for the usual one.
    """

    part: int = 5
    state_name: str = "assetDeliveryState"
    states: list[str] = field(default_factory=lambda: ["UPLOAD_COMPLETE", "COMPLETE"])
    issues: dict[str, Any] = field(default_factory=dict)
    operation: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, list[Answer | None]] = field(default_factory=dict)
    store_answers: list[Answer | None] = field(default_factory=list)
    on_commit: Callable[[], None] = lambda: None
    tags: bool = False

    stored: dict[str, bytes] = field(default_factory=dict)
    reserved: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self.store = ApiServer(self._keep, bearer_forbidden=True)
        self.api = ApiServer(self._answer, public_key=keys.public_key())
        self.store.__enter__()
        self.api.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self.api.__exit__(*raised)
        self.store.__exit__(*raised)

    # --- the store

    def _keep(self, request: Received) -> Answer:
        with self.lock:
            answer = self.store_answers.pop(0) if self.store_answers else None
            if answer is None:
                self.stored[request.path] = request.body
        return answer or Answer(200, headers=[("ETag", f'"{md5(request.body).upper()}"')])

    def file(self, identifier: str = "1") -> bytes:
        """The file as the store can put it together."""
        parts = [(path, x) for path, x in self.stored.items() if path.split("/")[1] == identifier]
        return b"".join(data for _, data in sorted(parts, key=lambda x: int(x[0].split("/")[2])))

    # --- the API

    def _answer(self, request: Received) -> Answer:
        with self.lock:
            waiting = self.answers.get(request.method, [])
            answer = waiting.pop(0) if waiting else None
            if answer is not None:
                return answer
            match request.method:
                case "POST":
                    return self._reserve(request)
                case "PATCH":
                    return self._commit(request)
                case "DELETE":
                    self.deleted.append(request.path.split("/")[3])
                    return Answer(204)
                case _:
                    return self._read(request)

    def _reserve(self, request: Received) -> Answer:
        sent = request.json()["data"]
        identifier = str(len(self.reserved) + 1)
        self.reserved[identifier] = {**sent, "id": identifier, "state": "AWAITING_UPLOAD"}
        return Answer(201, json={"data": self._resource(identifier)})

    def _commit(self, request: Received) -> Answer:
        identifier = request.path.split("/")[3]
        self.commit(identifier, request.json()["data"]["attributes"])
        return Answer(json={"data": self._resource(identifier)})

    def commit(self, identifier: str, attributes: dict[str, Any]) -> None:
        resource = self.reserved[identifier]
        resource["committed"] = attributes
        resource["state"] = "UPLOAD_COMPLETE"

    def _read(self, request: Received) -> Answer:
        identifier = request.path.split("/")[3]
        if identifier not in self.reserved:
            return error(404, "NOT_FOUND")
        resource = self.reserved[identifier]
        if resource["state"] != "AWAITING_UPLOAD":
            resource["state"] = self.states[0] if len(self.states) == 1 else self.states.pop(0)
        return Answer(json={"data": self._resource(identifier)})

    def _resource(self, identifier: str) -> dict[str, Any]:
        resource = self.reserved[identifier]
        attributes = dict(resource.get("attributes", {}))
        state = resource["state"]
        if self.state_name == "state":
            attributes["state"] = state
        else:
            attributes[self.state_name] = {"state": state, **self.issues}
        if state == "AWAITING_UPLOAD" and "fileSize" in attributes:
            attributes["uploadOperations"] = self._operations(identifier, attributes["fileSize"])
        else:
            attributes["uploadOperations"] = None
        return {"type": resource["type"], "id": identifier, "attributes": attributes}

    def _operations(self, identifier: str, size: int) -> list[dict[str, Any]]:
        operations: list[dict[str, Any]] = []
        for offset in range(0, size, self.part):
            path = f"/{identifier}/{offset}"
            operation: dict[str, Any] = {
                "method": "PUT",
                "url": f"{self.store.url}{path}?X-Amz-Signature={SECRET}&a=b%2Fc",
                "offset": offset,
                "length": min(self.part, size - offset),
                "requestHeaders": [{"name": GIVEN[0], "value": GIVEN[1]}],
            }
            if self.tags:
                stored = self.stored.get(path)
                operation["entityTag"] = f'"{md5(stored).upper()}"' if stored is not None else None
            operations.append({**operation, **self.operation})
        # As recorded: parts 4, 2, 1, 3.
        return operations[3::4] + operations[1::4] + operations[0::4] + operations[2::4]

    # --- those who use it

    def run(self, flavour: str, work: Callable[[Any, Any], Any], **settings: Any) -> Any:
        """What `work(client, uploader)` returns in one of the flavours."""
        self.clock = Clock()
        made = UploadSettings(**settings)
        key = keys.api_key()
        if flavour == "sync":
            with Client(key, base_url=self.api.url) as client:
                return work(client, Uploader(client, made, **self.clock.blocking()))

        async def main() -> Any:
            async with AsyncClient(key, base_url=self.api.url) as client:
                return await work(client, AsyncUploader(client, made, **self.clock.asynchronous()))

        return asyncio.run(main())

    def methods(self) -> list[str]:
        return [request.method for request in self.api.requests]
