"""Resources of a team to begin with, and what they belong to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..._api import facts
from ..world import stamp

if TYPE_CHECKING:
    from ..state import Entity
    from ..world import Related, World

__all__ = ["Planter"]


class Planter:
    """Makes resources as the rules let them be made, leaving out what the document lacks."""

    def __init__(self, world: World) -> None:
        self.world = world

    def ago(self, days: float) -> str:
        """Return the date and time so many days before the beginning; negative is after it."""
        return stamp(self.world.now - timedelta(days=days))

    def day(self, days: float) -> str:
        """Return the date so many days before the beginning."""
        return (self.world.now - timedelta(days=days)).date().isoformat()

    def add(
        self,
        kind: str,
        attributes: dict[str, Any] | None = None,
        id: str | None = None,
        /,
        **related: Related,
    ) -> Entity | None:
        """Make a resource; None for a type that the document lacks."""
        if kind not in facts().types:
            return None
        names, edges = self.world.names_of(kind), self.world.edges.of(kind)
        known = {name: value for name, value in (attributes or {}).items() if name in names}
        others = {name: value for name, value in related.items() if name in edges}
        found = self.world.find(kind, id) if id is not None else None
        if found is None:
            return self.world.create(kind, known, others, id=id)
        self.world.set(found, **known)
        for name, value in others.items():
            self.world.relate(found, name, value)
        return found

    def give(
        self,
        owner: Entity | None,
        name: str,
        attributes: dict[str, Any] | None = None,
        **related: Related,
    ) -> Entity | None:
        """Add one to what a relationship leads to; to a single one that is there, its values."""
        edge = self.world.edges.find(owner.type, name) if owner is not None else None
        if owner is None or edge is None:
            return None
        there = None if edge.many else self.world.one(owner, name)
        if there is not None:
            return self.add(there.type, attributes, there.id, **related)
        back = self.world.edges.inverse(edge)
        if back is not None:
            related[back.name] = owner
        made = self.add(edge.type, attributes, **related)
        if made is not None and back is None:
            self.world.link(owner, name, made)
        return made
