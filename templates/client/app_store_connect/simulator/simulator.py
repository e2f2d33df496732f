"""The simulator itself: a team, its keys, and the ways to talk to it."""

from __future__ import annotations

import base64
import random as randomness
import shutil
import threading
import time
import weakref
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload
from urllib.parse import parse_qsl

from .._api import facts
from .._runtime.files import read_whole
from .adding import added, added_type, as_read
from .answer import Answerer
from .auth import Caller, Gatekeeper, KeyRecord, check_roles
from .faults import Faults
from .files import FILES, file_answer, file_name
from .limits import RateLimits
from .messages import Answer, Incoming, Recorded, Requests
from .plain import read_json
from .routes import routes
from .save import read_team, write_team
from .seeds import plant
from .table import table
from .uploaded_files import content_of
from .world import PART_SIZE, STORE, World

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from .._runtime.auth.keys import ApiKey
    from .._runtime.jsonapi.resource import Resource
    from ..client import AsyncClient, Client
    from .clock import Clock
    from .delivery import Deliver
    from .routes import Place
    from .state import Checkpoint

    R = TypeVar("R", bound=Resource)

__all__ = ["Simulator"]

# A server may run for months.
_KEPT = 20_000
_LARGEST = 1 << 28
_UNANSWERED = frozenset({"refused", "cut", "timeout"})


class Simulator:
    """An App Store Connect of one's own: a team that is simulated, in this process.

    `seed` is empty for a team that has nothing, or the name of one that has. `strict` refuses what
    Apple refuses, `quirks` answers as oddly as Apple does: null attributes, short included lists.
    `start` is the time at the beginning, in UTC if it does not say, always the same one unless it
    is given. `switches` choose between what is said of Apple's server where the evidence
    contradicts itself, and a key may make `requests_per_hour`, any number if that is None. Files
    are uploaded in parts of `part_size` bytes. Webhooks are delivered by HTTP to this machine only,
    unless `deliver` does it: it is given address, body and headers, and returns the status and the
    text of the answer.

    `faults` is what is to go wrong: see `help(simulator.faults.add)`. `requests` is a list of those
    that were made; its text is a table of them.

    Two simulators share nothing. Threads may share one.
    """

    def __init__(
        self,
        seed: str = "",
        *,
        strict: bool = True,
        quirks: bool = True,
        start: datetime | None = None,
        switches: Mapping[str, str] | None = None,
        requests_per_hour: int | None = 3600,
        part_size: int = PART_SIZE,
        deliver: Deliver | None = None,
    ) -> None:
        if part_size < 1:
            raise ValueError(f"a part of a file has 1 byte or more, not {part_size}")
        if requests_per_hour is not None and requests_per_hour < 0:
            raise ValueError(f"there are 0 requests an hour or more, not {requests_per_hour}")
        self.world = World(
            seed,
            start=start,
            strict=strict,
            quirks=quirks,
            switches=switches,
            part_size=part_size,
        )
        if deliver is not None:
            self.world.deliver = deliver
        self.requests = Requests()
        self._gate = Gatekeeper(self.world.clock.now, time.time)
        self._answerer = Answerer(self.world, self._authorize)
        self._caller = Caller()
        self.limits = RateLimits(self.world.clock.now, requests_per_hour)
        self.faults = Faults()
        self._lock = threading.RLock()
        self._key: ApiKey | None = None
        self._folder: Path | None = None
        if seed:
            plant(seed, self)

    def __repr__(self) -> str:
        state = self.world.state
        count = sum(len(state.rows(kind)) for kind in state.types())
        return f"<Simulator of {count} resources, at {self.clock.moment:%Y-%m-%d %H:%M:%S}>"

    @property
    def clock(self) -> Clock:
        """The virtual time."""
        return self.world.clock

    # --- Talking to it ---------------------------------------------------------------------------

    @property
    def key(self) -> ApiKey:
        """The team's key, with the role of an administrator; it is the same for every simulator."""
        if self._key is None:
            self._key = self.add_key("SIMULATOR1")
        return self._key

    def add_key(
        self, key_id: str, *, roles: tuple[str, ...] = ("ADMIN",), individual: bool = False
    ) -> ApiKey:
        """Make another key of the team, or an `individual` one, with these roles.

        A key of an id that there is gets other roles.

        Raises ValueError for a role that there is not.
        """
        check_roles(roles)
        from .._runtime.auth.keys import ApiKey  # noqa: PLC0415 - it loads OpenSSL
        from ..client import Client  # noqa: PLC0415
        from .keys import private_key  # noqa: PLC0415

        private = private_key(key_id)
        issuer = None if individual else self.issuer_id
        self._gate.add(KeyRecord(key_id, issuer, private.public_key(), roles, Client.ENTERPRISE))
        return ApiKey(key_id, issuer, private, Client.ENTERPRISE)

    def revoke_key(self, key_id: str) -> None:
        """Let a key in no longer."""
        _ = self.key
        self._gate.revoke(key_id)

    @property
    def issuer_id(self) -> str:
        """The issuer id of the team's keys."""
        return "57246542-96fe-1a63-e053-0824d011072a"

    @property
    def key_id(self) -> str:
        """The id of the team's key."""
        return self.key.key_id

    @property
    def key_path(self) -> Path:
        """The team's key as the file that Apple offers for download, for programs that read one.

        It is deleted with the simulator.
        """
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="simulator-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        from .keys import private_text  # noqa: PLC0415 - it loads OpenSSL

        path = self._folder / f"AuthKey_{self.key_id}.p8"
        if not path.exists():
            path.touch(0o600)
            path.write_text(private_text(self.key_id), encoding="utf-8")
        return path

    def token(self) -> str:
        """Make a bearer token that is good for a quarter of an hour of real time."""
        from .._runtime.auth.tokens import TokenSource  # noqa: PLC0415 - few need it

        return TokenSource(self.key).token()

    def serve(
        self, *, host: str = "127.0.0.1", port: int = 0, speed: float = 1.0
    ) -> AbstractContextManager[str]:
        """Serve HTTP while a block lasts; its value is the address, for `base_url`.

        Meanwhile virtual time passes `speed` times as fast as real time, with 0 not at all.

        Raises RuntimeError without uvicorn, which the extra `[simulator]` brings.
        """
        from .server import serving  # noqa: PLC0415 - few need it

        return serving(self, host=host, port=port, speed=speed)

    def client(self, key: ApiKey | None = None) -> Client:
        """Make a client of this simulator, with its time: it never really sleeps."""
        from ..client import Client  # noqa: PLC0415
        from .transport import Transport  # noqa: PLC0415

        return Client(
            key or self.key,
            transport=Transport(self),
            now=self.clock.now,
            clock=self.clock.now,
            sleep=self.clock.sleep,
            random=randomness.Random(0).random,  # noqa: S311 - nothing secret
        )

    def async_client(self, key: ApiKey | None = None) -> AsyncClient:
        """Make a client of this simulator to be awaited."""
        from ..client import AsyncClient  # noqa: PLC0415
        from .transport import AsyncTransport  # noqa: PLC0415

        return AsyncClient(
            key or self.key,
            transport=AsyncTransport(self),
            now=self.clock.now,
            clock=self.clock.now,
            sleep=self.clock.asleep,
            random=randomness.Random(0).random,  # noqa: S311 - nothing secret
        )

    def answer(self, incoming: Incoming) -> Answer:
        """Answer a request, whatever brought it."""
        with self._lock:
            return self._answer(incoming)

    def _answer(self, incoming: Incoming) -> Answer:
        name = file_name(incoming)
        place = routes().find(incoming.path) if name is None else None
        operation = ""
        if place is not None and incoming.method in place.methods:
            operation = table(incoming.method, place.template).operation.id
        fault = self.faults.take(operation, incoming)
        if fault is not None and fault.comes_first:
            answer = fault.spoil(self.world, None)
        else:
            answer = self._usual_answer(incoming, place, name)
            if fault is not None:
                answer = fault.spoil(self.world, answer)
        if len(self.requests) >= _KEPT:
            del self.requests[: _KEPT // 2]
        self.requests.append(_recorded(operation, incoming, answer))
        return answer

    def _usual_answer(self, incoming: Incoming, place: Place | None, name: str | None) -> Answer:
        if name is not None:
            return file_answer(self.world, incoming, name)
        served = incoming.origin != facts().server
        self.world.files_url = f"{incoming.origin}{FILES.rstrip('/')}" if served else STORE
        self._caller = Caller()
        answer = self._answerer.answer(incoming, place)
        headers = {"x-request-id": _request_id(self.world.draw("requests"))}
        limit = self.limits.header(self._caller.key_id)
        if limit and self._caller.key_id:
            headers["x-rate-limit"] = limit
        answer.headers = {**headers, **answer.headers}
        return answer

    def _authorize(self, incoming: Incoming) -> Caller:
        _ = self.key  # Whoever has it from another simulator may be the first to use it.
        self._caller = caller = self._gate.caller(incoming)
        self.limits.count(caller.key_id)
        return caller

    # --- What there is ---------------------------------------------------------------------------

    @overload
    def add(self, type: type[R], /, id: str | None = None, **members: Any) -> R: ...
    @overload
    def add(self, type: str, /, id: str | None = None, **members: Any) -> Any: ...
    def add(self, type: str | type[Resource], /, id: str | None = None, **members: Any) -> Any:
        """Add a resource that is there from the start, which may be one that only the web can make.

        `type` is the client's class, `App`, or the API's name of the type, `"apps"`. Both return a
        resource of the class; given the class, type checkers and editors know that too.

        `members` are attributes and relationships by the client's names; a relationship takes what
        `add` returned, any other resource of the client's or an id, and several of them where it
        leads to many. What belongs to a resource that it does not lead back to, such as a review
        to its app, takes that by the name of its type: `add("customerReviews", app=app)`.
        The same rules complete it as if it had been created.

        Raises ValueError for a type, a member, a value or a related resource that there is not.
        """
        with self._lock:
            kind, schema = added_type(type)
            return as_read(self.world, added(self.world, kind, id, members), schema)

    def add_file(self, content: bytes) -> str:
        """Keep a file beside the API and return its address, for an attribute that has one.

        A report's segment of yours is `add("analyticsReportSegments", url=simulator.add_file(…))`.
        """
        with self._lock:
            name = f"given/{self.world.uuid('files')}"
            self.world.state.put_file(name, content)
            return self.world.file_url(name)

    def uploaded(self, resource: Resource) -> bytes:
        """Return what has arrived of the file of a screenshot, a build's file or the like.

        Raises ValueError for a resource that there is not.
        """
        with self._lock:
            entity = self.world.find(resource.resource_type, resource.id)
            if entity is None:
                raise ValueError(f"there are no {resource.resource_type} with id {resource.id!r}")
            return content_of(self.world, entity)

    # --- As a whole ------------------------------------------------------------------------------

    def checkpoint(self) -> Checkpoint:
        """Return all there is as it is now; `restore` goes back to it, any number of times."""
        with self._lock:
            return self.world.checkpoint()

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to what was at a checkpoint, time included.

        Faults and switches stay as they are, `requests` too; limits of requests begin anew.

        Raises ValueError for a checkpoint of another simulator.
        """
        with self._lock:
            self.limits.forget()
            self.world.restore(checkpoint)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all there is to a file, which `load` reads."""
        with self._lock:
            Path(path).write_bytes(write_team(self.world))

    @classmethod
    def load(cls, path: str | os.PathLike[str], **options: Any) -> Self:
        """Make a simulator of a file that was saved; `options` are those of `Simulator`.

        Switches are as they were saved, unless the options say otherwise.

        Raises ValueError for what no simulator has saved, OSError for what cannot be read.
        """
        simulator = cls(**options)
        read_team(simulator.world, read_whole(path, _LARGEST))
        return simulator


def _request_id(chance: bytes) -> str:
    return base64.b32encode(chance).decode().rstrip("=")


def _recorded(operation: str, incoming: Incoming, answer: Answer) -> Recorded:
    body: Any = None
    if incoming.body and operation:
        try:
            body = read_json(incoming.body)
        except ValueError:
            body = incoming.body
    pairs = tuple(parse_qsl(incoming.query, keep_blank_values=True))
    status = 0 if answer.broken in _UNANSWERED else answer.status
    headers = incoming.headers
    if "authorization" in headers:
        headers = {**headers, "authorization": "…"}
    return Recorded(operation, incoming.method, incoming.path, pairs, body, status, headers)
