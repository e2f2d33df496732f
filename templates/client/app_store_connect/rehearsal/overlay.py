"""What the API answered, as it would be had the trial's writes happened.

Of a collection the API decides which resources belong to it, but for those of which the trial has
changed something that the request asks about: of these the trial decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..simulator.draw import drawer, identifier
from ..simulator.plain import as_list
from ..simulator.query import Query
from ..simulator.selection import select
from .documents import items_of, member, next_page
from .knowledge import is_new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..simulator.edges import Edge
    from ..simulator.state import Entity
    from .trial import Asked, Key, Trial

__all__ = ["Overlay"]


class Overlay:
    """The trial's changes, laid over an answer.

    `unknown` is what has to be read before; `document` the answer when nothing is. `shown` are the
    ids that earlier pages of the same collection had from the trial.
    """

    def __init__(
        self, trial: Trial, asked: Asked, document: dict[str, Any], shown: frozenset[str]
    ) -> None:
        self._trial = trial
        self._world = trial.world
        self._asked = asked
        self._query = asked.query
        self._document = document
        self._given = as_list(document["data"])
        self._ids = [x["id"] for x in self._items()]
        self.shown = shown

    # --- Which resources -------------------------------------------------------------------------

    def unknown(self) -> set[tuple[Key, str]]:
        """Return the resources to read first, and by which include."""
        found: set[tuple[Key, str]] = set()
        for entity in self._to_decide():
            for name in self._names:
                found.update(self._trial.differences.unknown_at(entity, name))
            found.update(self._unknown_scope(entity))
        for entity in [*self._added(), *(self._changed() if self._query.include else ())]:
            found.update(((x.type, x.id), "") for x in self._shown_with(entity) if self._unread(x))
        return {(key, name) for key, name in found if key not in self._trial.unreadable}

    @property
    def _names(self) -> tuple[str, ...]:
        return (*self._query.filters, *self._query.exists)

    def _to_decide(self) -> Iterator[Entity]:
        """Yield the resources of which the trial has changed what decides whether they belong."""
        if self._given is None:
            return
        scope = self._scope_changes()
        for entity in self._world.state.rows(self._asked.table.type).values():
            if (
                is_new(entity.id)
                or entity.id in scope
                or any(self._trial.differences.changes_at(entity, name) for name in self._names)
            ):
                yield entity

    def _scope_changes(self) -> set[str]:
        """The ids that the trial has added to or taken from what the path leads to."""
        owner, edge = self._world.state.find(*self._asked.owner), self._asked.edge
        if owner is None or edge is None:
            return set()
        for name, added, removed in self._trial.differences.edges(owner):
            if name == edge.name:
                return {*added, *removed}
        return set()

    def _unknown_scope(self, entity: Entity) -> Iterator[tuple[Key, str]]:
        edge = self._asked.edge
        if edge is None or is_new(entity.id) or entity.id in (*self._ids, *self._scope_changes()):
            return
        back = self._world.edges.inverse(edge)
        if back is not None and not back.many:
            yield from self._trial.differences.unknown_at(entity, back.name)

    def _belongs(self, entity: Entity) -> bool:
        owner, edge = self._world.state.find(*self._asked.owner), self._asked.edge
        if owner is not None and edge is not None:
            is_linked = entity.id in owner.links.get(edge.name, ())
            if not is_linked:
                return False
        unsorted = msgspec.structs.replace(self._query, sort=())
        return bool(select(self._world, [entity], unsorted))

    def _verdicts(self) -> dict[str, bool]:
        return {entity.id: self._belongs(entity) for entity in self._to_decide()}

    def _added(self) -> list[Entity]:
        """The resources that the API does not have here, and the trial does."""
        rows = self._world.state.rows(self._asked.table.type)
        return [
            rows[found]
            for found, belongs in self._verdicts().items()
            if belongs and found not in self._ids and found not in self.shown
        ]

    def _changed(self) -> Iterator[Entity]:
        for item in self._items():
            found = self._world.state.find(item["type"], item["id"])
            if found is not None:
                yield found

    def _items(self) -> list[dict[str, Any]]:
        return items_of(self._document["data"])

    def _shown_with(self, entity: Entity) -> Iterator[Entity]:
        if self._asked.table.schema is not None:
            yield entity
        for name in self._query.include:
            yield from self._world.many(entity, name)

    def _unread(self, entity: Entity) -> bool:
        return not is_new(entity.id) and (entity.type, entity.id) not in self._world.read

    # --- What they look like ---------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """Return the whole answer."""
        found = {**self._document}
        if self._given is None:
            if found["data"]:
                found["data"] = self._redrawn(found["data"])
        else:
            found["data"] = self._page(found)
        included = self._included(found)
        if included or "included" in found:
            found["included"] = included
        return found

    def _page(self, document: dict[str, Any]) -> list[dict[str, Any]]:
        verdicts = self._verdicts()
        kept = [
            item
            for item in self._items()
            if (item["type"], item["id"]) not in self._trial.deleted
            and verdicts.get(item["id"], True)
        ]
        items = {x["id"]: self._redrawn(x) for x in kept}
        is_last = not next_page(document)
        rows = self._world.state.rows(self._asked.table.type)
        page = [rows[x] for x in items]
        if any(
            self._trial.differences.changes_at(x, y.lstrip("-"))
            for x in page
            for y in self._query.sort
        ):
            page = self._sorted(page)
        elif not self._query.sort:
            page.sort(key=self._order())
        added = self._added()
        for entity in added:
            place = self._place(page, entity)
            if place < len(page) or is_last:
                page.insert(place, entity)
                self.shown |= {entity.id}
        self._count(document, len(added) + len(kept) - len(self._items()))
        return [items.get(x.id) or self._drawn(x, primary=True) for x in page]

    def _order(self) -> Callable[[Entity], int]:
        """The order that the trial gave what the path leads to; else all are equal."""
        owner, edge = self._world.state.find(*self._asked.owner), self._asked.edge
        ids: list[str] = []
        if (
            owner is not None
            and edge is not None
            and self._trial.differences.changes_at(owner, edge.name)
        ):
            ids = list(owner.links.get(edge.name, ()))
        places = {found: number for number, found in enumerate(ids)}
        if any(found not in places for found in self._ids):
            places = {}
        return lambda entity: places.get(entity.id, 0)

    def _sorted(self, entities: list[Entity]) -> list[Entity]:
        return select(self._world, entities, Query(sort=self._query.sort))

    def _place(self, page: list[Entity], entity: Entity) -> int:
        """Where a resource comes in a page, which is its end if nothing says so."""
        if self._query.sort:
            for number, other in enumerate(page):
                if self._sorted([other, entity])[0] is entity:
                    return number
        return len(page)

    def _count(self, document: dict[str, Any], more: int) -> None:
        meta, paging = member(document, "meta"), member(document, "meta", "paging")
        total = paging.get("total")
        if isinstance(total, int) and more:
            document["meta"] = {**meta, "paging": {**paging, "total": total + more}}

    def _included(self, document: dict[str, Any]) -> list[dict[str, Any]]:
        found: dict[Key, dict[str, Any]] = {}
        for item in items_of(document.get("included") or []):
            key = (item["type"], item["id"])
            if key not in self._trial.deleted:
                found[key] = self._redrawn(item)
        for item in items_of(document["data"]):
            entity = self._world.state.find(item["type"], item["id"])
            if entity is None:
                continue
            for name in self._query.include:
                if not is_new(entity.id) and not self._trial.differences.changes_at(entity, name):
                    continue
                for other in self._world.many(entity, name):
                    key = (other.type, other.id)
                    if key not in found and other.type in self._asked.table.schemas:
                        found[key] = self._drawn(other, primary=False)
        return list(found.values())

    def _drawn(self, entity: Entity, *, primary: bool) -> dict[str, Any]:
        table = self._asked.table
        schema = table.schema if primary else table.schemas[entity.type]
        if schema is None:
            return identifier(entity)
        draw = drawer(schema, self._trial.origin, self._query, nulls=False, primary=primary).draw
        found: dict[str, Any] = msgspec.json.decode(draw(self._world, entity, self._query.limits))
        return found

    def _redrawn(self, item: dict[str, Any]) -> dict[str, Any]:
        """A resource as the API answered it, with what the trial has changed of it."""
        entity = self._world.state.find(item["type"], item["id"])
        if entity is None or self._asked.table.schema is None:
            return item
        fields = self._query.fields.get(entity.type)
        changed = {
            name: value
            for name, value in self._trial.differences.attributes(entity)
            if name in self._world.names_of(entity.type) and (fields is None or name in fields)
        }
        found = {**item}
        if changed:
            found["attributes"] = {**member(item, "attributes"), **changed}
        edges = self._world.edges.of(entity.type)
        members = {**member(item, "relationships")}
        for name, added, removed in self._trial.differences.edges(entity):
            for spelled, edge in edges.items():
                old = member(members, spelled)
                if edge.name == name and ("data" in old or spelled in self._query.include):
                    data = _linkage(old, entity, edge, added, removed)
                    members[spelled] = {**old, "data": data}
                    found["relationships"] = members
        return found


def _linkage(
    old: dict[str, Any], entity: Entity, edge: Edge, added: list[str], removed: list[str]
) -> Any:
    if not edge.many:
        ids = list(entity.links.get(edge.name, ()))
        return {"type": edge.type, "id": ids[0]} if ids else None
    ids = [x["id"] for x in items_of(old.get("data") or [])]
    ids = [x for x in ids if x not in removed]
    ids += [x for x in added if x not in ids]
    places = {found: number for number, found in enumerate(entity.links.get(edge.name, ()))}
    if all(x in places for x in ids):
        ids.sort(key=places.__getitem__)
    return [{"type": edge.type, "id": x} for x in ids]
