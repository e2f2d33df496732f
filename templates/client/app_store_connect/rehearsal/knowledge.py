"""A simulated team of which only a part is known: what was read, and what the trial did to it.

Rules of the simulator take what is not there for absent. Here it may simply not have been read, so
what a rule makes of something unknown does not count: it refuses nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Self

from ..simulator.plain import as_list, as_object
from ..simulator.registry import Book
from ..simulator.state import State
from ..simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..simulator.registry import Switch
    from ..simulator.state import Entity

__all__ = ["NEW", "Attributes", "Gaps", "TrialWorld", "ids_of", "is_inline", "is_new", "new_ids"]

NEW = "new-"
# Before these the API looks at much that a program has no other reason to read.
_SUBMISSIONS = frozenset(
    {"reviewSubmissionItems_createInstance", "reviewSubmissions_updateInstance"}
)
# What prices there are is Apple's to say, and no rule's.
_PRICE_POINTS = re.compile(r"PricePoints?_|_pricePoints_|_appPricePoints_|[eE]qualizations_")


def is_new(identifier: str) -> bool:
    """Whether an id is a temporary one, of something that only the trial has."""
    return identifier.startswith(NEW)


def is_inline(identifier: str) -> bool:
    """Whether an id is that of a resource within the body of one request."""
    return identifier.startswith("${")


def new_ids(path: str, value: Any) -> Iterator[str]:
    """Yield the temporary ids in a path and in a JSON value."""
    yield from (x for x in (*path.split("/"), *ids_of(value)) if is_new(x))


def ids_of(value: Any) -> Iterator[str]:
    """Yield the ids in a JSON value."""
    if (members := as_object(value)) is not None:
        if isinstance(found := members.get("id"), str):
            yield found
        for item in members.values():
            yield from ids_of(item)
    for item in as_list(value) or ():
        yield from ids_of(item)


class Gaps:
    """How often something was asked for that nobody has read.

    `missing` is what that was where a rule completes what is new: by resource, and by the name of
    a relationship, empty for attributes.
    """

    def __init__(self) -> None:
        self.count = 0
        self.missing: dict[tuple[tuple[str, str], str], None] = {}
        self.depth = 0
        # Whether what no answer shows is of no account.
        self.overlooks = 0

    def note(self, key: tuple[str, str] | None = None, name: str = "") -> None:
        """Count one more."""
        self.count += 1
        if self.depth and key is not None:
            self.missing[key, name] = None


class Attributes(dict[str, Any]):
    """The attributes of a resource of which some may not have been read."""

    def __init__(
        self, gaps: Gaps, key: tuple[str, str], known: dict[str, Any] | None = None
    ) -> None:
        super().__init__(known or {})
        self.gaps = gaps
        self.key = key

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value; one that is not known is a gap."""
        # What no answer shows cannot be read.
        is_hidden = name.startswith("_")
        if name not in self and not (is_hidden and self.gaps.overlooks):
            self.gaps.note(None if is_hidden else self.key)
        return super().get(name, default)

    def __missing__(self, name: str) -> Any:
        self.gaps.note()
        raise KeyError(name)

    def copy(self) -> Self:
        """Return the same once more, to be changed."""
        return type(self)(self.gaps, self.key, self)


class _TrialState(State):
    def __init__(self, gaps: Gaps) -> None:
        super().__init__()
        self._gaps = gaps
        self._elsewhere: dict[str, Callable[[], bytes | None]] = {}

    def keep_elsewhere(self, name: str, read: Callable[[], bytes | None]) -> None:
        """Keep a file no longer that can be read whenever it is asked for."""
        self._elsewhere[name] = read
        self.drop_file(name)

    def file(self, name: str) -> bytes | None:
        read = self._elsewhere.get(name)
        found = super().file(name) if read is None else read()
        if found is None:
            self._gaps.note()
        return found


class _TrialBook(Book):
    """The rules, none of which may refuse for want of knowledge."""

    def __init__(self, book: Book, gaps: Gaps) -> None:
        super().__init__()
        self._book = book
        self._gaps = gaps
        self._guarded: dict[tuple[str, str], list[Callable[..., Any]]] = {}

    def switch(self, name: str) -> Switch:
        return self._book.switch(name)

    def hooks(self, moment: str, subject: str) -> list[Callable[..., Any]]:
        found = self._guarded.get((moment, subject))
        if found is None:
            is_made_up = moment == "instead" and _PRICE_POINTS.search(subject) is not None
            hooks = [] if is_made_up else self._book.hooks(moment, subject)
            submits = moment == "before" and subject in _SUBMISSIONS
            asks = submits or moment in {"born", "after"}
            found = [_guarded(x, self._gaps, asks=asks, submits=submits) for x in hooks]
            self._guarded[moment, subject] = found
        return found


def _guarded(
    hook: Callable[..., Any], gaps: Gaps, *, asks: bool, submits: bool
) -> Callable[..., Any]:
    @wraps(hook)
    def guarded(subject: Any, *more: Any) -> Any:
        before = gaps.count
        problems: list[Any] = getattr(subject, "problems", [])
        told = len(problems)
        gaps.depth += asks
        gaps.overlooks += submits
        try:
            result = hook(subject, *more)
        except Exception:
            if gaps.count == before and not submits:
                raise
            result = None
        finally:
            gaps.depth -= asks
            gaps.overlooks -= submits
        if gaps.count != before:
            del problems[told:]
        return result

    return guarded


class TrialWorld(World):
    """A team as far as it was read. `complete` are the relationships that are known as a whole."""

    def __init__(self, now: float) -> None:
        super().__init__(start=datetime.fromtimestamp(now, UTC), quirks=False)
        self.gaps = Gaps()
        self.kept = _TrialState(self.gaps)
        self.state = self.kept
        self.book = _TrialBook(self.book, self.gaps)
        self.read: set[tuple[str, str]] = set()
        self.complete: set[tuple[str, str, str]] = set()
        self.listed: set[str] = set()
        # New resources by the id that they will have, which is that of what they belong to.
        self.aliases: dict[tuple[str, str], str] = {}
        self.own_ids = 0
        self.deliver = _deliver_nothing

    def find(self, type: str, id: str) -> Entity | None:
        """Return a resource; that there is none is not known of any."""
        found = super().find(type, id)
        if found is None:
            self.gaps.note()
        return found

    def all(self, type: str) -> list[Entity]:
        """Return all known resources of a type."""
        if type not in self.listed:
            self.gaps.note()
        return super().all(type)

    def many(self, entity: Entity, name: str) -> list[Entity]:
        """Return all that a relationship is known to lead to."""
        edge = self.edges.find(entity.type, name)
        if edge is not None and not self.knows(entity, edge.name):
            self.gaps.note((entity.type, entity.id), edge.name)
        return super().many(entity, name)

    def knows(self, entity: Entity, edge: str) -> bool:
        """Whether all that a relationship leads to is known."""
        return not isinstance(entity.attributes, Attributes) or (
            (entity.type, entity.id, edge) in self.complete
        )

    def _identify(
        self, type: str, attributes: dict[str, Any], others: dict[str, list[Entity]]
    ) -> str:
        """Ids of the trial are its own; some are known by another resource's too."""
        own = self.new_id(type)
        count = self.own_ids
        usual = super()._identify(type, attributes, others)
        self.own_ids = count
        for other in (x for found in others.values() for x in found):
            if other.id == usual or self.state.find(type, other.id) is not None:
                self.aliases[type, other.id] = own
        return own

    def new_id(self, type: str) -> str:  # noqa: ARG002 - the same for all
        """Return a temporary id."""
        self.own_ids += 1
        return f"{NEW}{self.own_ids}"


def _deliver_nothing(_url: str, _body: bytes, _headers: Any) -> tuple[int, str]:
    """Take what a webhook would be told: nothing leaves a rehearsal."""
    return 200, ""
