"""From what a program sends to the changes of a plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from .._api.model import Kind
from ..simulator.plain import as_list, as_object
from ..simulator.routes import routes
from ..simulator.table import table
from .change import Change, Origin, PlannedFile, Write
from .knowledge import is_new, new_ids
from .places import instance_path
from .plan import Plan
from .siblings import is_equal, search_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..simulator.messages import Answer
    from ..simulator.state import Entity
    from .trial import Asked, Key, Trial

__all__ = ["Draft", "Recorder"]

_LINKAGE = frozenset(
    {
        Kind.CREATE_TO_MANY_RELATIONSHIP,
        Kind.DELETE_TO_MANY_RELATIONSHIP,
        Kind.REPLACE_TO_MANY_RELATIONSHIP,
        Kind.UPDATE_TO_ONE_RELATIONSHIP,
    }
)
_STATE = re.compile(r"state$|status$", re.IGNORECASE)
# What tells one resource from its siblings, where the API makes them by itself.
_TELLING = (
    *("locale", "platform", "versionString", "version", "name", "identifier", "bundleId"),
    *("capabilityType", "imageType", "screenshotDisplayType", "previewType", "kind", "fileName"),
)


class Draft:
    """A write that is to be made in the trial."""

    def __init__(self, trial: Trial, asked: Asked) -> None:
        self.trial = trial
        self.asked = asked
        self.kind = asked.table.kind
        self.body = _json(asked.incoming.body)
        data = as_object(self.body.get("data")) or {}
        self.attributes = as_object(data.get("attributes")) or {}
        self.relationships = as_object(data.get("relationships")) or {}
        self._introduce(self.body)
        self.target = trial.known(*asked.owner) if asked.place.id else None

    def _introduce(self, value: Any) -> None:
        """Let the trial know of whatever the body names."""
        if (members := as_object(value)) is not None:
            kind, identifier = members.get("type"), members.get("id")
            if (
                members.keys() == {"type", "id"}
                and isinstance(kind, str)
                and isinstance(identifier, str)
                and not identifier.startswith("${")
            ):
                self.trial.known(kind, identifier)
            for item in members.values():
                self._introduce(item)
        for item in as_list(value) or ():
            self._introduce(item)

    @property
    def is_local(self) -> bool:
        """Whether it is about something that only the trial has."""
        return is_new(self.asked.place.id)

    def told(self) -> dict[str, Any]:
        """Return what the body says, with the ids that its relationships name."""
        found = dict(self.attributes)
        for name, member in self.relationships.items():
            data = (as_object(member) or {}).get("data")
            found[name] = _ids(data) if isinstance(data, list) else next(iter(_ids(data)), None)
        return found

    def siblings(self) -> str | None:
        """Return where what it creates would be listed."""
        if self.kind is not Kind.CREATE_INSTANCE or self.asked.table.request is None:
            return None
        return search_target(self.asked.table.request.type, self.told())

    def reads(self) -> str:
        """Return where to read what this changes, empty where there is nothing to be read."""
        asked, target = self.asked, self.target
        if target is None:
            return ""
        if self.kind in _LINKAGE:
            return self._linkage_target()
        path = instance_path(target.type, asked.place.template)
        if path is None:
            original = self.trial.originals.get((target.type, target.id))
            return original.target if original is not None else ""
        names = [x for x in self.relationships if x in table("GET", path).include]
        query = f"?include={','.join(names)}" if names else ""
        return f"{path.replace('{id}', quote(target.id, safe=''))}{query}"

    def _linkage_target(self) -> str:
        template, edge = self.asked.place.template, self.asked.edge
        path = self.asked.incoming.path
        if routes().has("GET", template):
            limit = table("GET", template).operation.limit
            return f"{path}?limit={limit}" if limit else path
        related = template.replace("/relationships/", "/")
        if edge is not None and routes().has("GET", related):
            limit = table("GET", related).operation.limit
            path = path.replace("/relationships/", "/")
            return f"{path}?limit={limit}" if limit else path
        return ""

    def unknown(self) -> bool:
        """Whether something has to be read before."""
        target = self.target
        if target is None or is_new(target.id) or self.kind is Kind.CREATE_TO_MANY_RELATIONSHIP:
            return False
        if self.kind in _LINKAGE:
            edge = self.asked.edge
            return edge is not None and not self.trial.world.knows(target, edge.name)
        if (target.type, target.id) not in self.trial.world.read:
            return True
        edges = self.trial.world.edges.of(target.type)
        return any(
            name in edges and not self.trial.world.knows(target, edges[name].name)
            for name in self.relationships
        )


class Recorder:
    """Makes the writes of a trial and keeps them as a plan; `files` are those it was told of."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.plan = Plan()
        self.files: dict[Key, PlannedFile] = {}
        self._made: set[str] = set()

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
            answer = trial.answer(asked.incoming)
            if answer.status >= 400:  # noqa: PLR2004 - errors
                return answer
            trial.has_changed = True
            if draft.kind is Kind.DELETE_INSTANCE and target is not None:
                trial.deleted.add((target.type, target.id))
            write = self._write(draft, target, before, known, answer)
            like = tuple(x["id"] for x in siblings if is_equal(write, x, {}))
            write = msgspec.structs.replace(write, existing=like)
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
            self.files[kind, identifier] = file
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
            self.trial.connect(target, edge, _ids(draft.body.get("data")), whole=False)

    def _state(self, draft: Draft, target: Entity | None) -> dict[str, Any] | None:
        """What a write is about to change, as it is now."""
        if target is None:
            return None
        world = self.trial.world
        if draft.kind in _LINKAGE:
            edge = draft.asked.edge
            if edge is None:
                return None
            found = list(target.links.get(edge.name, ()))
            if not edge.many:
                return {edge.name: found[0] if found else None}
            if draft.kind is not Kind.REPLACE_TO_MANY_RELATIONSHIP:
                named = _ids(draft.body.get("data"))
                found = [x for x in named if x in found]
            return {edge.name: found}
        if draft.kind is Kind.DELETE_INSTANCE:
            names = world.names_of(target.type)
            return {
                name: value
                for name, value in target.attributes.items()
                if name in names and value is not None and not isinstance(value, dict | list)
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
            data = as_object((_json(answer.body)).get("data")) or {}
            kind, identifier = data.get("type", asked.table.type), data.get("id", "")
            before, after = None, draft.told()
        elif draft.kind in _LINKAGE:
            after = self._state(draft, target)
        elif draft.kind is Kind.UPDATE_INSTANCE and target is not None:
            after = draft.told()
            if not set(after) <= self.trial.world.names_of(target.type) | set(draft.relationships):
                effects = {
                    name: (known[name], value)
                    for name, value in target.attributes.items()
                    if _STATE.search(name) and name in known and known[name] != value
                }
            if not is_new(identifier) and after.get("uploaded"):
                file = self.files.get((kind, identifier))
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

    # --- Where new resources come from -----------------------------------------------------------

    def _trace(self, write: Write) -> None:
        """Note how to find what a write names and no write of the plan has created."""
        if write.before is None and is_new(write.resource_id):
            self._made.add(write.resource_id)
        for identifier in new_ids(write.path, write.body):
            if identifier not in self._made:
                self._find_origin(identifier)

    def _find_origin(self, identifier: str, seen: frozenset[str] = frozenset()) -> None:
        if identifier in self.plan.origins or identifier in seen:
            return
        world = self.trial.world
        entity = next(
            (x for kind in world.state.types() if (x := world.state.find(kind, identifier))), None
        )
        if entity is None:
            return
        for name in entity.links:
            edge = world.edges.find(entity.type, name)
            back = world.edges.inverse(edge) if edge is not None else None
            if edge is None or back is None:
                continue
            for owner in world.many(entity, name):
                path = _related_path(owner, back.name)
                if path and is_new(owner.id) and owner.id not in self._made:
                    self._find_origin(owner.id, seen | {identifier})
                    path = path if owner.id in self.plan.origins else None
                if path:
                    self.plan.origins[identifier] = Origin(
                        type=entity.type,
                        path=path,
                        match={x: entity[x] for x in _TELLING if entity[x] is not None},
                    )
                    return


def _related_path(owner: Entity, name: str) -> str | None:
    path = instance_path(owner.type) or f"/v1/{owner.type}/{{id}}"
    related = f"{path}/{name}"
    if not routes().has("GET", related):
        return None
    return related.replace("{id}", quote(owner.id, safe=""))


def _ids(data: Any) -> list[str]:
    several = as_list(data)
    items = several if several is not None else [data]
    return [x["id"] for x in items if as_object(x) is not None and "id" in x]


def _json(body: bytes) -> dict[str, Any]:
    try:
        return as_object(msgspec.json.decode(body)) or {}
    except (msgspec.DecodeError, ValueError):
        return {}
