"""What a trial has set otherwise than the API has it, and what is not known to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .knowledge import is_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..simulator.edges import Edge
    from ..simulator.state import Entity
    from .knowledge import TrialWorld

__all__ = ["Differences", "Original"]

Key = tuple[str, str]


class Original(msgspec.Struct):
    """A resource as the API has it, as far as that was read: attributes, and ids by relationship.

    `target` is where it was read last.
    """

    attributes: dict[str, Any] = {}
    links: dict[str, list[str]] = {}
    target: str = ""


class Differences:
    """The differences between a trial's resources and the API's."""

    def __init__(self, world: TrialWorld, originals: Mapping[Key, Original]) -> None:
        self._world = world
        self._originals = originals

    def attributes(self, entity: Entity) -> Iterator[tuple[str, Any]]:
        """Yield what the trial has set otherwise than the API has it."""
        original = self._originals.get((entity.type, entity.id))
        for name in list(entity.attributes):
            value = entity[name]
            if original is None or original.attributes.get(name, msgspec.UNSET) != value:
                yield name, value

    def edges(self, entity: Entity) -> Iterator[tuple[str, list[str], list[str]]]:
        """Yield the relationships that the trial has changed, with the ids added and removed."""
        original = self._originals.get((entity.type, entity.id))
        before = original.links if original is not None else {}
        for name in {*entity.links, *before}:
            was, now = before.get(name, []), list(entity.links.get(name, ()))
            if was != now:
                added = [x for x in now if x not in was]
                yield name, added, [x for x in was if x not in now]

    def changes_at(self, entity: Entity, name: str) -> bool:
        """Whether the trial changed what a filter or sort of this name looks at."""
        head, _, rest = name.partition(".")
        edge = self._world.edges.find(entity.type, head)
        if edge is None:
            head = self._attribute(entity.type, head)
            return any(head == changed for changed, _ in self.attributes(entity))
        if any(edge.name == changed for changed, _, _ in self.edges(entity)):
            return True
        others = self._linked(entity, edge)
        return bool(rest) and any(is_new(x.id) or self.changes_at(x, rest) for x in others)

    def unknown_at(self, entity: Entity, name: str) -> Iterator[tuple[Key, str]]:
        """Yield the resources to read, and by which include, to tell what is at a name."""
        if is_new(entity.id):
            return
        head, _, rest = name.partition(".")
        edge = self._world.edges.find(entity.type, head)
        key = (entity.type, entity.id)
        if edge is None:
            name = self._attribute(entity.type, head)
            if name in self._world.names_of(entity.type) and name not in entity.attributes:
                yield key, ""
            return
        if not self._world.knows(entity, edge.name):
            yield key, edge.name
            return
        for other in self._linked(entity, edge) if rest else ():
            yield from self.unknown_at(other, rest)

    def _attribute(self, kind: str, name: str) -> str:
        """The attribute that a filter is about, which may add a comparison to its name."""
        names = self._world.names_of(kind)
        return next((x for x in names if name.startswith(x)), name) if name not in names else name

    def _linked(self, entity: Entity, edge: Edge) -> list[Entity]:
        rows = self._world.state.rows(edge.type)
        return [rows[x] for x in entity.links.get(edge.name, ()) if x in rows]
