"""Members of one thing in both versions: which are the same, which came, went or were renamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ascgen.diff.model import Action, Change, Entity, Impact
from ascgen.diff.renames import name_likeness, pairs
from ascgen.plan.names import snake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Members(Generic[T]):
    """The members of one thing, by name: both sides' in pairs, and those of one side only."""

    both: tuple[tuple[str, T, str, T], ...]
    gone: tuple[tuple[str, T], ...]
    come: tuple[tuple[str, T], ...]


def compared(
    old: dict[str, T], new: dict[str, T], is_same: Callable[[T, T], bool] | None = None
) -> Members[T]:
    """Pair members by name; those of one side only by a similar name, if `is_same` allows it."""
    renamed: dict[str, str] = {}
    if is_same is not None:
        renamed = pairs(
            {name: (name, item) for name, item in old.items()},
            {name: (name, item) for name, item in new.items()},
            lambda a, b: name_likeness(a[0], b[0]) if is_same(a[1], b[1]) else 0.0,
        )
    before = {after: name for name, after in renamed.items()}
    before |= {name: name for name in new if name in old}
    return Members(
        both=tuple((before[n], old[before[n]], n, item) for n, item in new.items() if n in before),
        gone=tuple((n, item) for n, item in old.items() if n not in new and n not in renamed),
        come=tuple((n, item) for n, item in new.items() if n not in before),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where members are: makes the changes of one thing's members.

    `id` and `python` are patterns with a `{}` for the member's name, as the API and as Python
    spell it.
    """

    kind: Entity
    owner: str
    id: str
    python: str

    def change(
        self,
        name: str,
        keyword: str,
        action: Action,
        impact: Impact,
        *,
        aspect: str = "",
        old: str = "",
        new: str = "",
    ) -> Change:
        """Return a change of the member of that name, which Python calls `keyword`."""
        return Change(
            kind=self.kind,
            id=self.id.format(name),
            action=action,
            impact=impact,
            owner=self.owner,
            name=name,
            python=self.python.format(keyword),
            aspect=aspect,
            old=old,
            new=new,
        )

    def rename(self, old: str, new: str) -> Change:
        """Return the change of a member's name; where Python spells both alike, nobody notices."""
        impact = Impact.COMPATIBLE if snake(old) == snake(new) else Impact.BREAKING
        return self.change(new, snake(new), Action.RENAMED, impact, aspect="name", old=old, new=new)

    def deprecation(self, name: str, keyword: str, *, old: bool, new: bool) -> Iterator[Change]:
        """Yield the change of a deprecation, if there is one."""
        if old != new:
            action = Action.DEPRECATED if new else Action.RESTORED
            yield self.change(name, keyword, action, Impact.COMPATIBLE)


def values(
    place: Place, old: Iterable[str], new: Iterable[str], removal: Impact
) -> Iterator[Change]:
    """Values that are new or gone; what a value breaks by going differs with its place."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    for value in after:
        if value not in before:
            yield place.change(value, value, Action.ADDED, Impact.COMPATIBLE)
    for value in before:
        if value not in after:
            yield place.change(value, value, Action.REMOVED, removal)
