"""A session whose reads go to the API, and whose writes go to a simulator."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any, Self, cast

import msgspec

from .._runtime.http.call import Call
from .._runtime.http.connections import AsyncConnections, AsyncLines
from .._runtime.http.session import AsyncSession
from .._runtime.messages.errors import ApiError, NotFoundError, error_from
from .._runtime.messages.request import Request
from .._runtime.messages.response import Headers, Response
from ..simulator.messages import Answer, Incoming
from ..simulator.problems import Problem
from ..uploads.source import UploadSource
from .change import PlannedFile
from .documents import items_of, next_page
from .draft import Draft
from .knowledge import is_new
from .overlay import Overlay
from .recorder import Recorder
from .trial import Asked, Key, Trial

__all__ = ["AsyncRehearsalSession"]

# How often something is looked up because of what the look-ups before have shown.
_ROUNDS = 5
_GONE = Problem(status=404, code="NOT_FOUND", detail="The rehearsal has deleted it.")
_UNPRICED = Problem(
    status=404,
    code="NOT_FOUND",
    detail=(
        "Price points of a product that is yet to be created are rehearsed by those of its app,"
        " and these cannot be read: create the product first, then rehearse its prices."
    ),
)
_NO_PRICES = msgspec.json.encode({"errors": [_UNPRICED.members("rehearsal")]})
_NO_SUCH = msgspec.json.encode({"errors": [_GONE.members("rehearsal")]})


class AsyncRehearsalSession(AsyncSession):
    """A session of a client in a trial, to be awaited; time in it is virtual."""

    is_rehearsal = True

    def __init__(self, session: AsyncSession, trial: Trial, recorder: Recorder) -> None:
        # It has all that the session has, and shares its connections.
        vars(self).update(vars(session))
        self._real = session
        self._trial = trial
        self._recorder = recorder
        self._is_view = True
        self.now = self._clock = trial.world.clock.now
        self.sleep = self._pass_time
        # Pages that begin where another ended, and what the trial has added before.
        self._following: dict[str, frozenset[str]] = {}

    @property
    def connections(self) -> AsyncConnections:
        """The connections, which upload to the simulator alone."""
        return cast("AsyncConnections", _AsyncBesides(self._real.connections, self._trial))

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """The same trial, read in another way."""
        view = copy.copy(self)
        view._real = self._real.with_options(options)  # noqa: SLF001 - our own
        return view

    def announce(self, kind: str, identifier: str, source: object, md5: str) -> None:
        """Note which file would be sent."""
        if isinstance(source, UploadSource):
            content = source.read_all() if not source.path or not md5 else b""
            file = PlannedFile(
                name=source.name,
                size=source.size,
                checksum=md5 or hashlib.md5(content, usedforsecurity=False).hexdigest(),
                path=source.path,
                content=None if source.path else content,
            )
            self._recorder.note_file(kind, identifier, file)

    async def send(self, request: Request) -> Response:
        """Read from the API, or make a write in the trial."""
        address = self.origin.url(request.target, request.query)
        path, _, query = address.removeprefix(self._trial.origin).partition("?")
        asked = self._trial.asked(request.method, path, query, request.body)
        if not request.is_read:
            return await self._write(request, asked)
        if asked is None:
            return await self._real.send(request)
        if asked.owner in self._trial.deleted:
            return self._response(asked.incoming, Answer(404, _NO_SUCH))
        if self._is_local(asked):
            return await self._simulated(asked)
        response = await self._real.send(request)
        document = self._trial.absorb(asked, response.content)
        if document is None or not self._trial.has_changed:
            return response
        return await self._overlaid(asked, document, response)

    async def _pass_time(self, seconds: float) -> None:
        with self._trial.lock:
            self._trial.world.clock.sleep(seconds)

    # --- Reads -----------------------------------------------------------------------------------

    def _is_local(self, asked: Asked) -> bool:
        """Whether the API cannot know the answer."""
        if is_new(asked.place.id):
            return True
        edge = asked.edge
        owner = self._trial.known(*asked.owner) if asked.place.id else None
        return (
            owner is not None
            and edge is not None
            and not edge.many
            and self._trial.differences.changes_at(owner, edge.name)
        )

    async def _simulated(self, asked: Asked) -> Response:
        """Have the simulator answer, once all is read that comes up in its answer."""
        source = self._trial.price_points.source(asked)
        if source is not None:
            items = await self._read(source) if source else None
            if items is None:
                return self._response(asked.incoming, Answer(404, _NO_PRICES))
            with self._trial.lock:
                self._trial.price_points.take(asked, items)
        answer = self._trial.answer(asked.incoming)
        for _ in range(_ROUNDS):
            unread = self._trial.unread_in(answer.body)
            if not unread:
                break
            for key in sorted(unread):
                await self._look_up(key, "")
            answer = self._trial.answer(asked.incoming)
        return self._response(asked.incoming, answer)

    async def _overlaid(
        self, asked: Asked, document: dict[str, Any], response: Response
    ) -> Response:
        here = f"{asked.incoming.path}?{asked.incoming.query}"
        shown = self._following.get(here, frozenset())
        overlay = Overlay(self._trial, asked, document, shown)
        for _ in range(_ROUNDS):
            unknown = overlay.unknown()
            if not unknown:
                break
            for key, name in sorted(unknown):
                await self._look_up(key, name)
        with self._trial.lock:
            whole = overlay.document()
        following = next_page(document)
        if following:
            self._following[following.removeprefix(self._trial.origin)] = overlay.shown
        return msgspec.structs.replace(response, content=msgspec.json.encode(whole))

    async def _look_up(self, key: Key, name: str) -> None:
        """Read a resource, with a relationship if one is named."""
        target = self._trial.address_of(key, name)
        if not target or await self._read(target) is None:
            self._trial.unreadable.add(key)
        self._trial.looked_up.add((key, name))

    async def _read(self, target: str, *, required: bool = False) -> list[Any] | None:
        """Read something for the trial, all pages of it; None for what cannot be read.

        Raises NotFoundError for what is not there, if it is `required`.
        """
        found: list[Any] = []
        while target:
            path, _, query = target.removeprefix(self._trial.origin).partition("?")
            asked = self._trial.asked("GET", path, query, None)
            if asked is None:
                return None
            try:
                response = await self._real.send(Request("GET", target))
            except ApiError as error:
                if required and isinstance(error, NotFoundError):
                    raise
                return None
            document = self._trial.absorb(asked, response.content)
            if document is None:
                return None
            found += items_of(document["data"])
            target = next_page(document)
        return found

    # --- Writes ----------------------------------------------------------------------------------

    async def _write(self, request: Request, asked: Asked | None) -> Response:
        if asked is None:
            address = self.origin.url(request.target)
            path = address.removeprefix(self._trial.origin).partition("?")[0]
            incoming = Incoming(request.method, path, origin=self._trial.origin)
            return self._response(incoming, self._trial.answer(incoming))
        with self._trial.lock:
            draft = Draft(self._trial, asked)
        if asked.owner in self._trial.deleted:
            return self._response(asked.incoming, Answer(404, _NO_SUCH))
        if draft.unknown() and (target := draft.reads()):
            await self._read(target, required=draft.is_instance)
        for key in draft.parents():
            await self._look_up(key, "")
        listed = draft.siblings()
        siblings = await self._read(listed) if listed else None
        for _ in range(_ROUNDS):
            missing = self._trial.missing_for(asked.incoming)
            if not missing:
                break
            for key, name in missing:
                await self._look_up(key, name)
        return self._response(asked.incoming, self._recorder.carry_out(draft, siblings or ()))

    def _response(self, incoming: Incoming, answer: Answer) -> Response:
        headers = {**answer.headers, "x-request-id": "rehearsal"}
        if answer.body:
            headers["content-type"] = answer.media_type
        response = Response(
            status=answer.status,
            headers=Headers(headers.items()),
            content=answer.body,
            method=incoming.method,
            url=f"{self._trial.origin}{incoming.path}?{incoming.query}".rstrip("?"),
        )
        if not response.is_success:
            raise error_from(response)
        return response


class _AsyncBesides:
    """The connections of a session, for what goes beside the API, to be awaited."""

    def __init__(self, connections: AsyncConnections, trial: Trial) -> None:
        self._connections = connections
        self._trial = trial

    async def lines(self) -> Any:
        """Those of this process or event loop."""
        wiring = self._connections.wiring
        return _AsyncTrialLines(
            await self._connections.lines(), self._trial, wiring.http_library.module
        )


class _AsyncTrialLines:
    """Connections by which files are uploaded to the simulator, to be awaited."""

    def __init__(self, lines: AsyncLines, trial: Trial, module: Any) -> None:
        self._lines = lines
        self._trial = trial
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lines, name)

    async def send(self, request: Any, call: Call) -> Any:
        """Send a request and return the head of its answer."""
        body = b""
        if request.method not in {"GET", "HEAD"}:
            body = b"".join([piece async for piece in request.stream])
        url = request.url
        path, _, query = url.raw_path.decode("ascii").partition("?")
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        headers = {name.lower(): value for name, value in request.headers.items()}
        incoming = Incoming(request.method, path, query, headers, body, origin)
        answer = self._trial.exchange(incoming)
        if answer is None:
            return await self._lines.send(request, call)
        response = self._module.Response(answer.status, headers=answer.headers, content=answer.body)
        response.request = request
        return response
