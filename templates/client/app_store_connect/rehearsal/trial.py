"""What a trial knows: the API's resources as far as they were read, and what it did to them.

Of everything that was read the API's own version is kept beside the trial's. Where the two differ
is what the trial has changed.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import msgspec

from ..simulator.answer import Answerer
from ..simulator.auth import Caller
from ..simulator.files import file_answer, file_name
from ..simulator.messages import Answer, Incoming
from ..simulator.plain import as_list, as_object
from ..simulator.problems import Refusal
from ..simulator.query import Query, read_query
from ..simulator.routes import Place, routes
from ..simulator.table import Table, table
from .differences import Differences, Original
from .documents import items_of, member, next_page, read_document
from .knowledge import Attributes, TrialWorld, is_new
from .places import instance_path
from .price_points import PricePoints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..simulator.edges import Edge
    from ..simulator.state import Entity
    from .change import PlannedFile

__all__ = ["Asked", "Trial"]

Key = tuple[str, str]

# What is read at most because of one write, at a time.
_MOST = 20


class Asked(msgspec.Struct, frozen=True):
    """A request for something that the API's document knows."""

    incoming: Incoming
    place: Place
    table: Table
    query: Query

    @property
    def owner(self) -> Key:
        """Type and id of the path's resource; the id is empty where it has none."""
        return self.table.owner, self.place.id

    @property
    def edge(self) -> Edge | None:
        """The relationship that the path follows."""
        return self.table.edge


class Trial:
    """A team as it was read, and what became of it."""

    def __init__(self, origin: str, now: float) -> None:
        self.origin = origin
        self.world = TrialWorld(now)
        self.originals: dict[Key, Original] = {}
        self.differences = Differences(self.world, self.originals)
        self.deleted: set[Key] = set()
        self.unreadable: set[Key] = set()
        self.looked_up: set[tuple[Key, str]] = set()
        self.files: dict[Key, PlannedFile] = {}
        self.price_points = PricePoints(self.world)
        self.has_changed = False
        self.lock = threading.RLock()
        self._answerer = Answerer(self.world, lambda _: Caller())
        # Addresses of next pages of collections that were read from their beginning, unfiltered.
        self._whole: set[str] = set()

    # --- Asking the simulator --------------------------------------------------------------------

    def asked(self, method: str, target: str, query: str, body: bytes | None) -> Asked | None:
        """Return what a request is for, None for what the document does not know."""
        parts = urlsplit(target)
        path, text = parts.path, "&".join(x for x in (parts.query, query) if x)
        place = routes().find(path)
        if place is None or method not in place.methods:
            return None
        found = table(method, place.template)
        alias = self.world.aliases.get((found.owner, place.id))
        if alias is not None:
            path = "/".join([*path.split("/")[:3], alias, *path.split("/")[4:]])
            place = msgspec.structs.replace(place, id=alias)
        if body and self.world.aliases:
            body = msgspec.json.encode(self._by_own_ids(msgspec.json.decode(body)))
        try:
            read = read_query(found, text, strict=False)
        except Refusal:
            # A cursor of the API's own.
            pairs = (x for x in text.split("&") if not x.startswith("cursor="))
            read = read_query(found, "&".join(pairs), strict=False)
        headers = {"content-type": "application/json"}
        incoming = Incoming(method, path, text, headers, body or b"", self.origin)
        return Asked(incoming, place, found, read)

    def _by_own_ids(self, value: Any) -> Any:
        """A JSON value in which what is new has its temporary id."""
        if (members := as_object(value)) is not None:
            found = {name: self._by_own_ids(item) for name, item in members.items()}
            key = (str(members.get("type")), str(members.get("id")))
            return {**found, "id": self.world.aliases[key]} if key in self.world.aliases else found
        if (items := as_list(value)) is not None:
            return [self._by_own_ids(item) for item in items]
        return value

    def answer(self, incoming: Incoming) -> Answer:
        """Return the simulator's answer."""
        with self.lock:
            return self._answerer.answer(incoming, routes().find(incoming.path))

    def missing_for(self, incoming: Incoming) -> list[tuple[Key, str]]:
        """Return what rules would have to know to complete what a write makes."""
        gaps = self.world.gaps
        with self.lock:
            before, self.world.gaps.missing = self.world.checkpoint(), {}
            count = self.world.own_ids
            self._answerer.answer(incoming, routes().find(incoming.path))
            self.world.restore(before)
            self.world.own_ids = count
            return [
                (key, name)
                for key, name in gaps.missing
                if (key, name) not in self.looked_up
                and key not in self.unreadable
                and not is_new(key[1])
            ][:_MOST]

    def exchange(self, incoming: Incoming) -> Answer | None:
        """Take or give bytes that are beside the API; None for what is read elsewhere."""
        name = file_name(incoming)
        if name is not None:
            with self.lock:
                answer = file_answer(self.world, incoming, name)
                self._leave_where_it_is(name, incoming.body)
                return answer
        if incoming.method in {"GET", "HEAD"}:
            return None
        # An upload that began before the rehearsal.
        return Answer(200)

    def _leave_where_it_is(self, name: str, content: bytes) -> None:
        """Hold a part of a file no longer that is known to be in that file."""
        words = [unquote(x) for x in name.split("/")]
        if len(words) != 4 or not words[3].isdigit():  # noqa: PLR2004 - as addresses of parts have
            return
        entity, file = self.world.state.find(*words[1:3]), self.files.get((words[1], words[2]))
        parts = entity["uploadOperations"] if entity is not None else None
        if file is not None and parts and int(words[3]) < len(parts):
            read = partial(file.read, parts[int(words[3])]["offset"], len(content))
            self.world.kept.keep_elsewhere(name, read)

    # --- What was read ---------------------------------------------------------------------------

    def absorb(self, asked: Asked, content: bytes) -> dict[str, Any] | None:
        """Take in what the API answered; None for an answer that is not made of resources."""
        document = read_document(content)
        if "data" not in document:
            return None
        primary = items_of(document["data"])
        several = as_list(document["data"])
        if len(primary) != (len(several) if several is not None else document["data"] is not None):
            # Rows of measurements, or what else is no resource.
            return None
        with self.lock:
            sparse = asked.query.fields
            for item in (*primary, *items_of(document.get("included") or [])):
                self._plant(item, sparse, asked.incoming)
            self._relate(asked, document, primary)
        return document

    def _plant(self, item: dict[str, Any], sparse: Any, incoming: Incoming) -> None:
        kind, identifier = item["type"], item["id"]
        entity = self.known(kind, identifier)
        if entity is None:
            return
        original = self.originals[kind, identifier]
        given = as_object(item.get("attributes"))
        if given is not None:
            if kind not in sparse:
                # What is left out of a whole resource is null.
                given = {name: given.get(name) for name in self.world.names_of(kind)} | given
                self.world.read.add((kind, identifier))
                original.target = f"{incoming.path}?{incoming.query}".rstrip("?")
            changed = {name for name, _ in self.differences.attributes(entity)}
            fresh = {name: value for name, value in given.items() if name not in changed}
            self.world.state.touch(entity).attributes.update(fresh)
            original.attributes.update(given)
        for name, found in member(item, "relationships").items():
            edge = self.world.edges.find(kind, name)
            linkage = member(found)
            if edge is None or "data" not in linkage:
                continue
            ids = [x["id"] for x in items_of(linkage["data"])]
            total = member(linkage, "meta", "paging").get("total", len(ids))
            self.connect(entity, edge, ids, whole=not edge.many or total <= len(ids))

    def _relate(self, asked: Asked, document: dict[str, Any], primary: list[Any]) -> None:
        """Learn from where resources were found what they belong to."""
        following = next_page(document)
        ids = [x["id"] for x in primary]
        is_first = "cursor=" not in asked.incoming.query
        is_plain = not asked.query.filters and not asked.query.exists
        here = f"{asked.incoming.path}?{asked.incoming.query}"
        is_whole = is_plain and (is_first or here in self._whole)
        if is_whole and following:
            self._whole.add(following.removeprefix(self.origin))
        kind, identifier = asked.owner
        if identifier and asked.edge is not None:
            owner = self.known(kind, identifier)
            if owner is not None:
                is_one = not asked.table.many or (is_whole and is_first and not following)
                self.connect(owner, asked.edge, ids, whole=is_one)
                if is_whole and not following:
                    self.world.complete.add((kind, identifier, asked.edge.name))
        elif not identifier:
            if is_whole and not following:
                self.world.listed.add(asked.table.type)
            for name, wanted in asked.query.filters.items():
                edge = self.world.edges.find(asked.table.type, name)
                if edge is not None and not edge.many and len(wanted) == 1:
                    for item in primary:
                        if (entity := self.known(item["type"], item["id"])) is not None:
                            self.connect(entity, edge, list(wanted), whole=True)

    def unread_in(self, content: bytes) -> set[Key]:
        """Return the resources of an answer of the simulator that nobody has read yet."""
        document = read_document(content)
        items = [*items_of(document.get("data")), *items_of(document.get("included") or [])]
        found = {(x["type"], x["id"]) for x in items if "attributes" in x or "links" in x}
        unread = {key for key in found if not is_new(key[1])} - self.world.read - self.unreadable
        return unread & self.originals.keys()

    def address_of(self, key: Key, name: str) -> str | None:
        """Return where to read a resource, with the linkage of a relationship if one is named."""
        path = instance_path(key[0])
        if path is None:
            return None
        here = path.replace("{id}", quote(key[1], safe=""))
        if not name or name in table("GET", path).include:
            return f"{here}?include={name}" if name else here
        edge = self.world.edges.find(key[0], name)
        is_alone = edge is not None and not edge.many and routes().has("GET", f"{path}/{name}")
        return f"{here}/{name}" if is_alone else None

    def known(self, kind: str, identifier: str) -> Entity | None:
        """Return a resource of the API's, if only by its id; None for what the trial deleted."""
        key = (kind, identifier)
        if key in self.deleted:
            return None
        entity = self.world.state.find(kind, identifier)
        if is_new(identifier):
            return entity
        if entity is None:
            attributes = Attributes(self.world.gaps, key)
            entity = self.world.state.add(kind, identifier, attributes)
        if key not in self.originals:
            if not isinstance(entity.attributes, Attributes):
                entity.attributes = Attributes(self.world.gaps, key, entity.attributes)
            self.originals[key] = Original()
        return entity

    def connect(self, owner: Entity, edge: Edge, ids: Iterable[str], *, whole: bool) -> None:
        """Take in that the API has a resource lead to these; `whole` if to no others."""
        found = [x for x in ids if self.known(edge.type, x) is not None]
        self._connect(owner, edge, found, whole=whole)
        back = self.world.edges.inverse(edge)
        if back is not None:
            for identifier in found:
                other = self.world.state.find(edge.type, identifier)
                if other is not None:
                    self._connect(other, back, [owner.id], whole=not back.many)

    def _connect(self, owner: Entity, edge: Edge, ids: list[str], *, whole: bool) -> None:
        original = self.originals.get((owner.type, owner.id))
        if original is None:
            return
        before = original.links.get(edge.name, [])
        now = list(owner.links.get(edge.name, ()))
        read = list(dict.fromkeys(ids if whole else [*before, *ids]))
        original.links[edge.name] = read
        if not edge.many and before != now:
            shown = now
        else:
            # The order is the API's; what the trial took out stays out, what it added stays.
            shown = [x for x in read if x in now or x not in before]
            shown += [x for x in now if x not in before and x not in shown]
        if shown != now:
            self.world.state.touch(owner).links[edge.name] = dict.fromkeys(shown)
        if whole:
            self.world.complete.add((owner.type, owner.id, edge.name))
