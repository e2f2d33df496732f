"""Carrying out a plan: all is read before anything is written, and what is so already is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import msgspec

from .._api.model import Kind
from .._runtime.jsonapi.body import json_body
from .._runtime.messages.errors import ConflictError, NotFoundError
from .._runtime.messages.request import Request
from .._runtime.pauses import AsyncPauses
from ..simulator.plain import as_list, as_object
from .change import Change, Write
from .checks import Expectations
from .documents import items_of, member, next_page, read_document
from .errors import PlanError
from .knowledge import ids_of, is_new, new_ids
from .price_points import check_price
from .sending import AsyncFiles
from .siblings import is_equal, matching, search_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._runtime.messages.response import Response
    from ..client import AsyncClient
    from .plan import Plan

__all__ = ["Applied", "AsyncApplication", "apply_async"]

# In seconds: how long something that the API makes by itself is waited for, a build's processing
# among it.
_FIRST, _LONGEST, _PATIENCE = 2.0, 60.0, 3600.0
# In seconds: how long what was just written may be in no state for what comes next.
_SETTLING = 300.0


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a plan: the writes that were sent, those that were not needed, and the new ids.

    `created` are the ids of new resources by their temporary ones.
    """

    sent: tuple[Change, ...]
    skipped: tuple[Change, ...]
    created: dict[str, str]

    def __str__(self) -> str:
        return f"{len(self.sent)} changes made, {len(self.skipped)} were so already."


async def apply_async(plan: Plan, client: AsyncClient) -> Applied:
    """Carry out a plan."""
    return await AsyncApplication(plan, client).run()


class AsyncApplication:
    """A plan that is being carried out, to be awaited."""

    def __init__(self, plan: Plan, client: AsyncClient) -> None:
        self._plan = plan
        self._client = client
        self._files = AsyncFiles(client)
        self._read: dict[str, list[Any] | None] = {}
        self._expectations = Expectations(plan)

    async def run(self) -> Applied:
        """Look whether all is as it was, then make the writes that are needed."""
        self._expectations.require_secrets()
        done = await self._look()
        sent: list[Change] = []
        skipped: list[Change] = []
        for number, change in enumerate(self._plan.changes):
            if number in done:
                skipped.append(change)
            else:
                await self._make(number, change, sent)
                sent.append(change)
        created = dict(self._plan.created)
        return Applied(sent=tuple(sent), skipped=tuple(skipped), created=created)

    # --- Looking ---------------------------------------------------------------------------------

    async def _look(self) -> set[int]:
        """Return the numbers of the changes that are not needed any more."""
        done: set[int] = set()
        for number, change in enumerate(self._plan.changes):
            if await self._is_done(number, change, change.reveal()):
                done.add(number)
            elif change.commits:
                await self._files.check(change, self._plan.file_of(change))
        return done

    async def _is_done(self, number: int, change: Change, write: Write) -> bool:
        for other in change.new_ids:
            if other not in self._plan.created:
                await self._find(other)
        kind = change.kind
        if kind is Kind.CREATE_INSTANCE:
            return await self._is_created(number, change, write)
        identifier = self._plan.created.get(write.resource_id, write.resource_id)
        if is_new(identifier):
            # What had to be brought along, and is not where it belongs, was deleted.
            return kind is Kind.DELETE_INSTANCE and self._is_reachable(identifier)
        if change.commits:
            return await self._files.is_committed(change, self._path(write.path))
        items = await self._items(self._path(write.reads))
        return self._expectations.is_met(number, change, write, identifier, items)

    def _is_reachable(self, temporary: str) -> bool:
        """Whether all is there that something would have been brought along with."""
        origin = self._plan.origins.get(temporary)
        return origin is not None and not any(map(is_new, _words(self._path(origin.path))))

    async def _is_created(self, number: int, change: Change, write: Write) -> bool:
        temporary = write.resource_id
        if write.watched is not None:
            items = await self._items(self._path(write.reads))
            return self._expectations.is_effected(number, write, items or [])
        if not is_new(temporary):
            return number in self._plan.done or await self._is_so(change, write)
        known = self._plan.created.get(temporary)
        if known is not None:
            if await self._exists(change, known):
                return True
            self._plan.created.pop(temporary)
        values = self._expectations.later_values(temporary)
        fixed = {
            name: self._real(value)
            for name, value in (write.after or {}).items()
            if name not in values
        }
        target = search_target(write.resource_type, fixed)
        write = msgspec.structs.replace(write, after=self._real(write.after))
        for item in (await self._items(target) or ()) if target else ():
            taken = {*write.existing, *self._plan.created.values()}
            if item["id"] not in taken and is_equal(write, item, values):
                self._plan.created[temporary] = item["id"]
                return True
        return False

    async def _is_so(self, change: Change, write: Write) -> bool:
        """Whether what a creation changes, as it was there already, is as it makes it."""
        target = change.instance_path
        if target is None or not change.attributes:
            return False
        items = await self._items(target.replace("{id}", quote(write.resource_id, safe="")))
        return any(x["id"] == write.resource_id and is_equal(write, x, {}) for x in items or ())

    async def _exists(self, change: Change, identifier: str) -> bool:
        target = change.instance_path
        if target is None:
            return True
        return await self._items(target.replace("{id}", quote(identifier, safe=""))) is not None

    async def _items(self, target: str) -> list[Any] | None:
        """Return the resources that an address answers with, None where there is nothing.

        What is included comes after them.
        """
        if not target or any(map(is_new, _words(target))):
            return []
        if target not in self._read:
            self._read[target] = await self._fetch(target)
        return self._read[target]

    async def _fetch(self, target: str) -> list[Any] | None:
        found: list[Any] = []
        included: list[Any] = []
        while target:
            try:
                response = await self._client.send(Request("GET", target))
            except NotFoundError:
                return None
            document = read_document(response.content)
            found += items_of(document.get("data"))
            included += items_of(document.get("included") or [])
            target = next_page(document)
        return [*found, *included]

    async def _find(self, temporary: str) -> str | None:
        """Look for what another write has brought along."""
        origin = self._plan.origins.get(temporary)
        if origin is None:
            return None
        for word in _words(origin.path):
            if is_new(word) and word not in self._plan.created:
                await self._find(word)
        path = self._path(origin.path)
        taken = set[str]() if origin.shared else {*self._plan.created.values(), *origin.existing}
        if not origin.shared or not self._read.get(path):
            self._read.pop(path, None)
        items = [x for x in await self._items(path) or () if x["type"] == origin.type]
        found = [x for x in matching(origin.match, items) if x not in taken]
        if not found:
            return None
        self._plan.created[temporary] = found[0]
        return found[0]

    # --- Writing ---------------------------------------------------------------------------------

    async def _make(self, number: int, change: Change, done: Sequence[Change]) -> None:
        """Make a change, after those that are `done`."""
        write = change.reveal()
        for temporary in change.new_ids:
            if temporary not in self._plan.created:
                await self._wait_for(temporary)
        path = self._path(write.path)
        body = None if write.body is None else json_body(self._real(write.body))
        if change.commits:
            await self._files.send(change, self._plan.file_of(change), path, body)
        else:
            request = Request(write.method, path, body=body)
            response = await self._send(request, self._patience(write, done))
            if change.kind is Kind.CREATE_INSTANCE and is_new(write.resource_id):
                identifier = member(read_document(response.content), "data").get("id")
                if isinstance(identifier, str):
                    self._plan.created[write.resource_id] = identifier
        self._plan.done.add(number)

    def _patience(self, write: Write, done: Sequence[Change]) -> float:
        """How long a write may be refused for a state, in seconds.

        The program has waited before it, or it is about what was written a moment ago: a version
        needs some time before its submission can be sent.
        """
        if write.waited:
            return _PATIENCE
        own = {write.resource_id, *new_ids(write.path, write.body)}
        named = {y for x in done for y in (x.resource_id, *ids_of(x.body))}
        return _SETTLING if own & named else 0

    async def _send(self, request: Request, patience: float) -> Response:
        """Send a write; one that is refused for a state is tried as long as it may be."""
        pauses = self._pauses(patience)
        while True:
            try:
                return await self._client.send(request)
            except ConflictError as error:
                # It was refused, so nothing has happened.
                if not (patience and error.has_code("STATE_ERROR") and await pauses.pause()):
                    raise

    def _pauses(self, patience: float = _PATIENCE) -> AsyncPauses:
        session = self._client.session
        return AsyncPauses(
            first=_FIRST, longest=_LONGEST, timeout=patience, now=session.now, sleep=session.sleep
        )

    async def _wait_for(self, temporary: str) -> None:
        pauses = self._pauses()
        origin = self._plan.origins.get(temporary)
        if origin is not None:
            for word in _words(origin.path):
                if is_new(word) and word not in self._plan.created:
                    await self._wait_for(word)
        while await self._find(temporary) is None:
            if origin is not None and (known := self._read.get(self._path(origin.path))):
                check_price(origin, known)
            if origin is None or not await pauses.pause():
                where = f" at {self._path(origin.path)}" if origin is not None else ""
                raise PlanError(
                    f"what the plan calls {temporary} is not there{where}: look what became of the"
                    " changes before it, then apply the plan again or make it anew"
                )

    def _path(self, path: str) -> str:
        """A path with the ids that are known by now."""
        base, mark, query = path.partition("?")
        parts = (
            quote(self._plan.created.get(unquote(part), unquote(part)), safe="")
            for part in base.split("/")
        )
        return "/".join(parts) + mark + query

    def _real(self, value: Any) -> Any:
        """A JSON value with the ids that are known by now."""
        if isinstance(value, str):
            return self._plan.created.get(value, value) if is_new(value) else value
        if (members := as_object(value)) is not None:
            return {name: self._real(item) for name, item in members.items()}
        if (items := as_list(value)) is not None:
            return [self._real(item) for item in items]
        return value


def _words(target: str) -> list[str]:
    return [unquote(x) for x in target.partition("?")[0].split("/")]
