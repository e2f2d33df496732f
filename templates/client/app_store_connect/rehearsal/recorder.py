"""From what a program sends to the changes of a plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import msgspec

from .._api.model import Kind
from ..simulator.routes import routes
from .change import Change, Origin, PlannedFile, Write
from .documents import linked_ids, member, read_document
from .draft import LINKAGE, Draft
from .knowledge import is_new, new_ids
from .places import instance_path
from .plan import Plan
from .siblings import is_equal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..simulator.messages import Answer
    from ..simulator.state import Entity
    from .trial import Trial

__all__ = ["Recorder"]

_STATE = re.compile(r"state$|status$", re.IGNORECASE)
# What tells one resource from its siblings, where the API makes them by itself.
_TELLING = (
    *("locale", "platform", "versionString", "version", "name", "identifier", "bundleId"),
    *("capabilityType", "imageType", "screenshotDisplayType", "previewType", "kind", "fileName"),
)


class Recorder:
    """Makes the writes of a trial and keeps them as a plan."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.plan = Plan()
        self._made: set[str] = set()
        self._last = trial.world.clock.now()

    def carry_out(self, draft: Draft, siblings: Sequence[Any] = ()) -> Answer:
        """Make a write, and note it unless it was refused or changes nothing.

        `siblings` are the resources among which the API would list a new one.
        """
        trial, asked = self.trial, draft.asked
        with trial.lock:
            target = draft.target
            if target is not None and draft.kind is Kind.DELETE_TO_MANY_RELATIONSHIP:
                self._connect_linked(draft, target)
            before = self._state(draft, target)
            known = dict(target.attributes) if target is not None else {}
            parents = draft.related()
            if draft.kind is Kind.DELETE_INSTANCE and target is not None and is_new(target.id):
                # What another write has brought along is found by what it belongs to until now.
                self._trace_one(target.id)
            states = [dict(x.attributes) for x in parents]
            answer = trial.answer(asked.incoming)
            if answer.status >= 400:  # noqa: PLR2004 - errors
                return answer
            trial.has_changed = True
            if draft.kind is Kind.DELETE_INSTANCE and target is not None:
                trial.deleted.add((target.type, target.id))
            write = self._write(draft, target, before, known, answer)
            like = tuple(x["id"] for x in siblings if is_equal(write, x, {}))
            if draft.kind is Kind.CREATE_INSTANCE and not draft.is_listed:
                write = self._watched(write, parents, states)
            now = trial.world.clock.now()
            write = msgspec.structs.replace(write, existing=like, waited=now > self._last)
            self._last = now
            if draft.kind is Kind.DELETE_INSTANCE and self._takes_back(write.resource_id):
                return answer
            if write.before != write.after or not write.after:
                self._trace(write)
                self.plan.add(Change(write))
            return answer

    def _takes_back(self, identifier: str) -> bool:
        """Whether a deletion leaves nothing of what the plan does with a resource of its own."""
        if identifier not in self._made:
            return False
        own = [x for x in self.plan.changes if x.resource_id == identifier]
        if any(identifier in x.new_ids for x in self.plan.changes if x not in own):
            return False
        if any(identifier in x.path.split("/") for x in self.plan.origins.values()):
            return False
        for change in own:
            self.plan.remove(change)
        return True

    def note_file(self, kind: str, identifier: str, file: PlannedFile) -> None:
        """Note which file is sent to a reservation."""
        with self.trial.lock:
            self.trial.files[kind, identifier] = file
            changes = self.plan.changes
            for number, change in enumerate(changes):
                if (change.resource_type, change.resource_id) == (kind, identifier) and (
                    change.before is None
                ):
                    write = msgspec.structs.replace(change.reveal(), file=file)
                    self.plan.replace(number, Change(write))

    # --- What it changes -------------------------------------------------------------------------

    def _connect_linked(self, draft: Draft, target: Entity) -> None:
        edge = draft.asked.edge
        if edge is not None and not self.trial.world.knows(target, edge.name):
            self.trial.connect(target, edge, linked_ids(draft.body.get("data")), whole=False)

    def _state(self, draft: Draft, target: Entity | None) -> dict[str, Any] | None:
        """What a write is about to change, as it is now."""
        if target is None:
            return None
        world = self.trial.world
        if draft.kind in LINKAGE:
            edge = draft.asked.edge
            if edge is None:
                return None
            found = list(target.links.get(edge.name, ()))
            if not edge.many:
                return {edge.name: found[0] if found else None}
            if draft.kind is not Kind.REPLACE_TO_MANY_RELATIONSHIP:
                named = linked_ids(draft.body.get("data"))
                found = [x for x in named if x in found]
            return {edge.name: found}
        if draft.kind is Kind.DELETE_INSTANCE:
            names = world.names_of(target.type)
            return {
                name: value
                for name, value in target.attributes.items()
                if name in names and not isinstance(value, dict | list)
            }
        names = world.names_of(target.type)
        before = {
            name: target.attributes[name]
            for name in draft.attributes
            if name in names and name in target.attributes
        }
        edges = world.edges.of(target.type)
        for name in draft.relationships:
            if name in edges and world.knows(target, edges[name].name):
                found = list(target.links.get(edges[name].name, ()))
                before[name] = found if edges[name].many else next(iter(found), None)
        return before

    def _write(
        self,
        draft: Draft,
        target: Entity | None,
        before: dict[str, Any] | None,
        known: Mapping[str, Any],
        answer: Answer,
    ) -> Write:
        asked, operation = draft.asked, draft.asked.table.operation
        kind, identifier = asked.owner
        after: dict[str, Any] | None = None
        effects: dict[str, tuple[Any, Any]] = {}
        file = None
        if draft.kind is Kind.CREATE_INSTANCE:
            data = member(read_document(answer.body), "data")
            kind, identifier = data.get("type", asked.table.type), data.get("id", "")
            before, after = None, draft.told()
        elif draft.kind in LINKAGE:
            after = self._state(draft, target)
        elif draft.kind is Kind.UPDATE_INSTANCE and target is not None:
            after = draft.told()
            if not set(after) <= self.trial.world.names_of(target.type) | set(draft.relationships):
                effects = _state_changes(known, target)
            if not is_new(identifier) and after.get("uploaded"):
                file = self.trial.files.get((kind, identifier))
        return Write(
            operation=operation.id,
            method=operation.method,
            path=asked.incoming.path,
            resource_type=kind,
            resource_id=identifier,
            before=before,
            after=after,
            body=draft.body or None,
            file=file,
            reads=draft.reads(),
            effects=effects,
        )

    def _watched(self, write: Write, parents: list[Entity], states: list[dict[str, Any]]) -> Write:
        """A request, such as for a release, is made when what it is about has another state."""
        for parent, before in zip(parents, states, strict=True):
            effects = _state_changes(before, parent)
            reads = self.trial.address_of((parent.type, parent.id), "")
            if effects and reads and not is_new(parent.id):
                watched = (parent.type, parent.id)
                return msgspec.structs.replace(write, watched=watched, reads=reads, effects=effects)
        return write

    # --- Where new resources come from -----------------------------------------------------------

    def _trace(self, write: Write) -> None:
        """Note how to find what a write names and no write of the plan has created."""
        if write.before is None and is_new(write.resource_id):
            self._made.add(write.resource_id)
        for identifier in new_ids(write.path, write.body):
            self._trace_one(identifier)

    def _trace_one(self, identifier: str) -> None:
        if identifier not in self._made:
            self._find_origin(identifier)

    def _find_origin(self, identifier: str, seen: frozenset[str] = frozenset()) -> None:
        if identifier in self.plan.origins or identifier in seen:
            return
        if (point := self.trial.price_points.origin(identifier)) is not None:
            self.plan.origins[identifier] = point
            for other in new_ids(unquote(point.path.partition("?")[0]), None):
                if other not in self._made:
                    self._find_origin(other, seen | {identifier})
            return
        world = self.trial.world
        entity = next(
            (x for kind in world.state.types() if (x := world.state.find(kind, identifier))), None
        )
        if entity is None:
            return
        # What is the plan's own tells it best: much may belong to an app.
        for owner, name in sorted(self._owners(entity), key=lambda x: not is_new(x[0].id)):
            path = _related_path(owner, name)
            if path and is_new(owner.id) and owner.id not in self._made:
                self._find_origin(owner.id, seen | {identifier})
                path = path if owner.id in self.plan.origins else None
            if path:
                original = self.trial.originals.get((owner.type, owner.id))
                self.plan.origins[identifier] = Origin(
                    type=entity.type,
                    path=path,
                    match={x: entity[x] for x in _TELLING if entity[x] is not None},
                    existing=tuple(original.links.get(name, ())) if original is not None else (),
                )
                return

    def _owners(self, entity: Entity) -> Iterator[tuple[Entity, str]]:
        """Yield what leads to a resource, and by which relationship."""
        world = self.trial.world
        for name in entity.links:
            edge = world.edges.find(entity.type, name)
            back = world.edges.inverse(edge) if edge is not None else None
            if edge is not None and back is not None:
                for owner in world.many(entity, name):
                    yield owner, back.name


def _state_changes(before: Mapping[str, Any], entity: Entity) -> dict[str, tuple[Any, Any]]:
    return {
        name: (before[name], value)
        for name, value in entity.attributes.items()
        if _STATE.search(name) and name in before and before[name] != value
    }


def _related_path(owner: Entity, name: str) -> str | None:
    path = instance_path(owner.type) or f"/v1/{owner.type}/{{id}}"
    related = f"{path}/{name}"
    if not routes().has("GET", related):
        return None
    return related.replace("{id}", quote(owner.id, safe=""))
