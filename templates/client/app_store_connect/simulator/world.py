"""The simulated team as rules see it: what there is, what time it is, what is to happen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from .._api import facts
from .clock import Clock
from .delivery import post_to_loopback
from .edges import edges
from .registry import book
from .state import Checkpoint, Entity, State

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from .clock import Due
    from .delivery import Deliver
    from .edges import Edge

__all__ = ["PART_SIZE", "PORTAL_TYPES", "STORE", "Related", "World", "stamp"]

# In bytes, of a file that is uploaded.
PART_SIZE = 5 * 1024 * 1024
STORE = "https://northamerica-1.object-storage.apple.com/simulator"

Related: TypeAlias = Entity | Iterable[Entity] | None

_DIGITS = frozenset({"apps", "inAppPurchases", "subscriptions", "subscriptionGroups"})
PORTAL_TYPES = frozenset(
    {"bundleIds", "certificates", "devices", "merchantIds", "passTypeIds", "profiles"}
)


class World:
    """All there is of a simulated team.

    Rules read with `find`, `all`, `one` and `many`, and change with `create`, `set`, `link`,
    `unlink`, `relate` and `delete`, which keep relationships true in both directions. Names of
    attributes and relationships are Apple's.
    """

    def __init__(
        self,
        seed: str = "",
        *,
        start: datetime | None = None,
        strict: bool = True,
        quirks: bool = True,
        switches: Mapping[str, str] | None = None,
        part_size: int = PART_SIZE,
    ) -> None:
        self.seed = seed
        self.part_size = part_size
        self.strict = strict
        self.quirks = quirks
        self.state = State()
        self.clock = Clock(start)
        self.clock.happen = self._happen
        self.edges = edges()
        self.book = book()
        self._switches = self._checked(switches or {})
        self.drawn: dict[str, int] = {}
        # Where files can be sent to and had from; a server has an address of its own.
        self.files_url = STORE
        self.deliver: Deliver = post_to_loopback

    # --- Looking -----------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The date and time, in UTC."""
        return self.clock.moment

    def find(self, type: str, id: str) -> Entity | None:
        """Return a resource, or None where there is none."""
        return self.state.find(type, id)

    def all(self, type: str) -> list[Entity]:
        """Return all resources of a type, the oldest first."""
        return list(self.state.rows(type).values())

    def one(self, entity: Entity, name: str) -> Entity | None:
        """Return what a relationship leads to, the first of several, or None."""
        return next(iter(self.many(entity, name)), None)

    def many(self, entity: Entity, name: str) -> list[Entity]:
        """Return all that a relationship leads to, in its order."""
        edge = self.edges.find(entity.type, name)
        if edge is None:
            return []
        rows = self.state.rows(edge.type)
        ids = entity.links.get(edge.name, ())
        return [found for x in ids if (found := rows.get(x)) is not None]

    def names_of(self, type: str) -> frozenset[str]:
        """Return the names of all attributes that resources of a type may have."""
        return _names(type)

    def switch(self, name: str) -> str:
        """Return what is assumed where the evidence contradicts itself."""
        return self._switches.get(name) or self.book.switch(name).default

    @property
    def switches(self) -> Mapping[str, str]:
        """What was chosen to be assumed."""
        return self._switches

    def set_switch(self, name: str, value: str) -> None:
        """Choose what is assumed.

        Raises ValueError for a switch or a choice that there is not.
        """
        self._switches |= self._checked({name: value})

    # --- Changing ----------------------------------------------------------------------------

    def create(
        self,
        type: str,
        attributes: Mapping[str, Any] | None = None,
        relationships: Mapping[str, Related] | None = None,
        *,
        id: str | None = None,
    ) -> Entity:
        """Make a resource; the rules for new ones of its type complete it."""
        given = dict(attributes or {})
        others = {name: _several(value) for name, value in (relationships or {}).items()}
        entity = self.state.add(type, id or self._identify(type, given, others), given)
        for name, found in others.items():
            self.relate(entity, name, found)
        for hook in self.book.hooks("born", type):
            hook(self, entity)
        return entity

    def set(self, entity: Entity, **attributes: Any) -> None:
        """Change attributes, None for null; who follows such a change is told."""
        before = {name: entity[name] for name in attributes}
        self.state.touch(entity).stored.update(attributes)
        for name, value in attributes.items():
            if before[name] != value:
                for hook in self.book.hooks("changed", f"{entity.type}.{name}"):
                    hook(self, entity, before[name])

    def default(self, entity: Entity, **attributes: Any) -> None:
        """Set those of the attributes that were never set; nobody is told."""
        touched = self.state.touch(entity)
        for name, value in attributes.items():
            touched.stored.setdefault(name, value)

    def link(self, entity: Entity, name: str, *others: Entity) -> None:
        """Add to a relationship; what leads to one only leads to the last afterwards."""
        edge = self._edge(entity, name)
        for other in others:
            self._link(edge, entity, other)

    def unlink(self, entity: Entity, name: str, *others: Entity) -> None:
        """Take out of a relationship."""
        edge = self._edge(entity, name)
        for other in others:
            self._unlink(edge, entity, other.id)

    def relate(self, entity: Entity, name: str, others: Related) -> None:
        """Put others in the place of all that a relationship led to."""
        edge = self._edge(entity, name)
        found = _several(others)
        kept = {other.id: None for other in found}
        for old in [x for x in entity.links.get(edge.name, ()) if x not in kept]:
            self._unlink(edge, entity, old)
        for other in found:
            self._link(edge, entity, other)
        # The order is the new one.
        self.state.touch(entity).links[edge.name] = kept

    def delete(self, entity: Entity, *owned: str) -> None:
        """Take a resource away, and first what it owns by these relationships."""
        for name in owned:
            for other in self.many(entity, name):
                self.delete(other)
        for name in list(entity.links):
            edge = self.edges.find(entity.type, name)
            if edge is not None:
                for linked in list(entity.links[name]):
                    self._unlink(edge, entity, linked)
        self.state.remove(entity)

    # --- Time, chance, files -------------------------------------------------------------------

    def later(
        self, after: float | timedelta, event: str, entity: Entity | None = None, **data: Any
    ) -> None:
        """Have an event happen after so many seconds, unless its resource is gone by then."""
        seconds = after if isinstance(after, int | float) else after.total_seconds()
        if entity is None:
            self.clock.schedule(seconds, event, data=data)
        else:
            self.clock.schedule(seconds, event, type=entity.type, id=entity.id, data=data)

    def stamp(self) -> str:
        """Return the date and time as an attribute has it."""
        return stamp(self.now)

    def draw(self, purpose: str, size: int = 16) -> bytes:
        """Return bytes that look like chance; the seed and the number of draws decide them."""
        count = self.drawn[purpose] = self.drawn.get(purpose, 0) + 1
        text = f"{self.seed}\n{purpose}\n{count}".encode()
        return hashlib.shake_128(text).digest(size)

    def new_id(self, type: str) -> str:
        """Return an id of the form that the API gives resources of a type."""
        while True:
            found = _id(type, self.draw(type))
            if self.state.find(type, found) is None:
                return found

    def uuid(self, purpose: str) -> str:
        """Return an id in the form of a UUID."""
        return _uuid(self.draw(purpose))

    def file_url(self, name: str) -> str:
        """Return the address of a file of the simulator's; see `put_file` of the state."""
        return f"{self.files_url}/{name}"

    # --- As a whole ----------------------------------------------------------------------------

    def checkpoint(self) -> Checkpoint:
        """Return all there is, to go back to."""
        return self.state.checkpoint((self.clock.snapshot(), dict(self.drawn)))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to what was."""
        self.state.restore(checkpoint)
        clock, drawn = checkpoint.extra
        self.clock.restore(clock)
        self.drawn = dict(drawn)

    # -------------------------------------------------------------------------------------------

    def _identify(
        self,
        type: str,
        attributes: dict[str, Any],
        others: dict[str, list[Entity]],
    ) -> str:
        for hook in self.book.hooks("identifies", type):
            found: str | None = hook(self, attributes, others)
            if found is not None:
                return found
        return self.new_id(type)

    def _edge(self, entity: Entity, name: str) -> Edge:
        edge = self.edges.find(entity.type, name)
        if edge is None:
            known = ", ".join(sorted(self.edges.of(entity.type))) or "none"
            raise ValueError(f"{entity.type} have no relationship {name!r}, they have {known}")
        return edge

    def _link(self, edge: Edge, entity: Entity, other: Entity) -> None:
        links = self.state.touch(entity).links
        if other.id in links.get(edge.name, ()):
            return
        if not edge.many:
            for old in list(links.get(edge.name, ())):
                self._unlink(edge, entity, old)
        links.setdefault(edge.name, {})[other.id] = None
        back = self.edges.inverse(edge)
        if back is None:
            return
        if not back.many:
            for old in [x for x in other.links.get(back.name, ()) if x != entity.id]:
                self._unlink(back, other, old)
        self.state.touch(other).links.setdefault(back.name, {})[entity.id] = None

    def _unlink(self, edge: Edge, entity: Entity, other_id: str) -> None:
        self.state.touch(entity).links.get(edge.name, {}).pop(other_id, None)
        back = self.edges.inverse(edge)
        other = self.state.find(edge.type, other_id)
        if back is not None and other is not None:
            self.state.touch(other).links.get(back.name, {}).pop(entity.id, None)

    def _happen(self, due: Due) -> None:
        entity = self.find(due.type, due.id) if due.type else None
        if due.type and entity is None:
            return
        for hook in self.book.hooks("event", due.event):
            hook(self, entity, due.data)

    def _checked(self, switches: Mapping[str, str]) -> dict[str, str]:
        for name, value in switches.items():
            known = self.book.switches.get(name)
            if known is None:
                names = ", ".join(sorted(self.book.switches)) or "none"
                raise ValueError(f"there is no switch {name!r}; there are {names}")
            if value not in known.choices:
                raise ValueError(f"{name} is one of {', '.join(known.choices)}, not {value!r}")
        return dict(switches)


def stamp(moment: datetime) -> str:
    """Return a date and time as an attribute has it."""
    return moment.isoformat(timespec="seconds")


@cache
def _names(type: str) -> frozenset[str]:
    return frozenset(x.name for schema in facts().resources(type) for x in schema.attributes)


def _several(value: Related) -> list[Entity]:
    if value is None:
        return []
    return [value] if isinstance(value, Entity) else list(value)


def _id(type: str, chance: bytes) -> str:
    number = int.from_bytes(chance[:8], "big")
    if type in _DIGITS:
        return str(6_000_000_000 + number % 1_000_000_000)
    if type in PORTAL_TYPES:
        letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
        return "".join(letters[byte % len(letters)] for byte in chance[:10])
    return _uuid(chance)


def _uuid(chance: bytes) -> str:
    text = chance.hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
