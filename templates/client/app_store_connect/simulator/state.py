"""What the team has: resources by type and id, each with its attributes and links.

Checkpoints are cheap: they hold the attributes and links of every resource as they are, and a
resource gets new ones when it changes for the first time afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import msgspec

from .._runtime.messages.secret import Discreet

__all__ = ["Checkpoint", "Entity", "Later", "State"]

Links = dict[str, dict[str, None]]


# The types that have attributes which are `Later`.
_COSTLY = frozenset({"certificates", "profiles"})


class Later:
    """The value of an attribute that is costly, and made when it is first looked at.

    It must not depend on when that is.
    """

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


class Entity:
    """A resource of the simulated team.

    `attributes` are by Apple's names, an absent one was never set; `links` are the ids that each
    relationship leads to, in order. `entity["name"]` is the attribute or None. Change one through
    `World` only. `stored` are the attributes with those that are still to be made.
    """

    __slots__ = ("drawn", "epoch", "id", "links", "number", "stored", "type")

    def __init__(self, type: str, id: str, attributes: dict[str, Any], number: int) -> None:
        self.type = type
        self.id = id
        self.stored = attributes
        self.links: Links = {}
        self.number = number
        # What answers have been made of it, and the checkpoint after which it was last changed.
        self.drawn: dict[Any, Any] = {}
        self.epoch = -1

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes that were ever set, by Apple's names."""
        if self.type in _COSTLY:
            for name in self.stored:
                _ = self[name]
        return self.stored

    @attributes.setter
    def attributes(self, value: dict[str, Any]) -> None:
        self.stored = value

    def __getitem__(self, name: str) -> Any:
        value = self.stored.get(name)
        if isinstance(value, Later):
            value = self.stored[name] = value.make()
        return value

    def __repr__(self) -> str:
        return f"<{self.type} {self.id}>"


class Saved(msgspec.Struct, frozen=True):
    """A resource with what it had at some time."""

    entity: Entity
    attributes: dict[str, Any]
    links: Links

    @classmethod
    def of(cls, entity: Entity) -> Saved:
        """Keep what a resource has now."""
        return cls(entity, entity.stored, entity.links)

    def bring_back(self) -> Entity:
        """Give the resource back what it had."""
        self.entity.stored = self.attributes
        self.entity.links = self.links
        self.entity.drawn = {}
        self.entity.epoch = -1
        return self.entity


class Checkpoint(Discreet, msgspec.Struct, frozen=True, eq=False):
    """A state as it was; it stays good however often it is gone back to.

    It is equal to itself alone, and copied as itself.
    """

    state: State
    rows: Mapping[str, Mapping[str, Saved]]
    files: Mapping[str, bytes]
    count: int
    extra: Any = None

    def __copy__(self) -> Checkpoint:
        return self

    def __deepcopy__(self, memo: object) -> Checkpoint:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Checkpoint is good for its simulator alone: save what is to be kept")

    def __repr__(self) -> str:
        return f"<Checkpoint of {sum(map(len, self.rows.values()))} resources>"


class State:
    """Resources by type and id in the order they were made, and the bytes of files by name."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Entity]] = {}
        self._files: dict[str, bytes] = {}
        self._epoch = 0
        self._journal: list[Saved | Entity | tuple[Entity]] | None = None
        self.count = 0

    def find(self, type: str, id: str) -> Entity | None:
        """Return a resource, or None where there is none."""
        rows = self._rows.get(type)
        return rows.get(id) if rows is not None else None

    def rows(self, type: str) -> Mapping[str, Entity]:
        """Return the resources of a type by their ids."""
        return self._rows.get(type, {})

    def types(self) -> tuple[str, ...]:
        """Return the types that there is anything of."""
        return tuple(name for name, rows in self._rows.items() if rows)

    def add(self, type: str, id: str, attributes: dict[str, Any]) -> Entity:
        """Put a new resource into its table."""
        self.count += 1
        entity = Entity(type, id, attributes, self.count)
        entity.epoch = self._epoch
        self._rows.setdefault(type, {})[id] = entity
        if self._journal is not None:
            self._journal.append(entity)
        return entity

    def touch(self, entity: Entity) -> Entity:
        """Make a resource ready to be changed, and return it."""
        if entity.epoch != self._epoch:
            if self._journal is not None:
                self._journal.append(Saved.of(entity))
            entity.stored = entity.stored.copy()
            entity.links = {name: dict(ids) for name, ids in entity.links.items()}
            entity.epoch = self._epoch
        if entity.drawn:
            entity.drawn = {}
        return entity

    def remove(self, entity: Entity) -> None:
        """Take a resource out of its table; links to it lead nowhere from then on."""
        if self._rows.get(entity.type, {}).pop(entity.id, None) is not None and (
            self._journal is not None
        ):
            self._journal.append((entity,))

    def file(self, name: str) -> bytes | None:
        """Return the bytes of a file, None where there is none."""
        return self._files.get(name)

    def put_file(self, name: str, content: bytes) -> None:
        """Keep the bytes of a file."""
        self._files[name] = content

    def drop_file(self, name: str) -> None:
        """Keep a file no longer."""
        self._files.pop(name, None)

    @property
    def files(self) -> Mapping[str, bytes]:
        """The bytes of all files."""
        return self._files

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Take back everything that happened in the block when an exception leaves it."""
        self._epoch += 1
        self._journal = []
        try:
            yield
        except BaseException:
            self._undo(self._journal)
            raise
        finally:
            self._journal = None

    def _undo(self, journal: list[Saved | Entity | tuple[Entity]]) -> None:
        self._journal = None
        removed = False
        for item in reversed(journal):
            if isinstance(item, Saved):
                item.bring_back()
            elif isinstance(item, Entity):
                self._rows[item.type].pop(item.id, None)
            else:
                self._rows[item[0].type][item[0].id] = item[0]
                removed = True
        if removed:
            for rows in self._rows.values():
                ordered = sorted(rows.values(), key=lambda entity: entity.number)
                rows.clear()
                rows.update((entity.id, entity) for entity in ordered)

    def checkpoint(self, extra: Any = None) -> Checkpoint:
        """Return the state as it is now, with whatever else belongs to it."""
        self._epoch += 1
        rows = {
            name: {id_: Saved.of(entity) for id_, entity in found.items()}
            for name, found in self._rows.items()
        }
        return Checkpoint(self, rows, dict(self._files), self.count, extra)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to what was; ValueError for what was elsewhere."""
        if checkpoint.state is not self:
            raise ValueError("the checkpoint is another simulator's; `save` and `load` make copies")
        self._epoch += 1
        self._rows = {
            name: {id_: saved.bring_back() for id_, saved in found.items()}
            for name, found in checkpoint.rows.items()
        }
        self._files = dict(checkpoint.files)
        self.count = checkpoint.count
