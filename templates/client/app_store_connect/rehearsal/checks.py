"""Whether what a plan changes is as it was, or as it is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .._api.model import Kind
from ..simulator.plain import as_list, as_object
from .documents import items_of, member
from .errors import PlanError, PlanStaleError
from .knowledge import is_inline, is_new
from .secrets import HIDDEN
from .siblings import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .change import Change, Write
    from .plan import Plan

__all__ = ["Expectations"]

Place = tuple[str, str, str]


class Expectations:
    """The values that each attribute and relationship goes through as a plan is carried out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._steps: dict[Place, list[tuple[int, Any, Any, bool]]] = {}
        self._deleted: set[str] = set()
        for number, change in enumerate(plan.changes):
            write = change.reveal()
            if change.kind is Kind.DELETE_INSTANCE:
                self._deleted.add(write.resource_id)
            for name, value in (write.after or {}).items():
                place = (write.resource_type, write.resource_id, name)
                known = write.before is not None and name in write.before
                before = (write.before or {}).get(name)
                self._steps.setdefault(place, []).append((number, before, value, known))

    def require_secrets(self) -> None:
        """Refuse a plan that was kept without its secrets."""
        for change in self._plan.changes:
            if _hides(change.reveal().body):
                raise PlanError(
                    f"{change.method} {change.path} needs a secret that the plan does not hold:"
                    " apply a plan that was written by Plan.save, or to_json(secrets=True)"
                )

    def later_values(self, temporary: str) -> dict[str, list[Any]]:
        """Return what later changes make of the attributes of a new resource."""
        found: dict[str, list[Any]] = {}
        for (_, identifier, name), steps in self._steps.items():
            if identifier == temporary and len(steps) > 1:
                found[name] = [value for _, _, value, _ in steps[1:]]
        return found

    def is_met(
        self, number: int, change: Change, write: Write, identifier: str, items: list[Any] | None
    ) -> bool:
        """Whether a change is not needed any more; PlanStaleError where neither before nor after.

        `items` are the resources that were read to find out, None where there is none.
        """
        kind = change.kind
        if kind is Kind.DELETE_INSTANCE:
            return self._is_deleted(number, write, identifier, items)
        if kind in _TO_MANY or kind is Kind.UPDATE_TO_ONE_RELATIONSHIP:
            return self._is_linked(number, kind, write, _linked(write, identifier, items), items)
        item = next(
            (x for x in items or () if (x["type"], x["id"]) == (write.resource_type, identifier)),
            None,
        )
        if item is None:
            if items is None and not is_new(write.resource_id):
                raise PlanStaleError(write.resource_type, write.resource_id, "id", identifier, None)
            return False
        return self._is_changed(number, change, write, item)

    def _is_deleted(
        self, number: int, write: Write, identifier: str, items: list[Any] | None
    ) -> bool:
        if items is None:
            return True
        item = next((x for x in items if x["id"] == identifier), None)
        if item is None:
            return number in self._plan.done or _is_whole(write.reads)
        attributes = member(item, "attributes")
        for name, value in (write.before or {}).items():
            if not self._earlier(write, name) and not same(attributes.get(name), value):
                raise _stale(write, name, value, attributes.get(name))
        return False

    def _earlier(self, write: Write, name: str) -> bool:
        """Whether the plan itself changes this before."""
        return (write.resource_type, write.resource_id, name) in self._steps

    def _is_linked(
        self, number: int, kind: Kind, write: Write, found: list[str], items: list[Any] | None
    ) -> bool:
        (name, after), *_ = (write.after or {"": None}).items()
        if not write.reads and not items:
            return number in self._plan.done
        wanted: Any = self._named(after)
        if kind is Kind.CREATE_TO_MANY_RELATIONSHIP:
            return set(wanted or ()) <= set(found)
        if kind is Kind.DELETE_TO_MANY_RELATIONSHIP:
            gone = {x for x in (write.before or {}).get(name, ()) if x not in (wanted or ())}
            return gone.isdisjoint(found)
        if kind is Kind.UPDATE_TO_ONE_RELATIONSHIP:
            current: Any = next(iter(found), None)
            is_equal = current == wanted
            was = current == (write.before or {}).get(name, current)
        else:
            current = found
            before = (write.before or {}).get(name, found)
            is_equal = found == wanted
            # What the plan itself creates and deletes comes and goes before this.
            own = {*self._deleted, *self._plan.created, *self._plan.created.values()}
            was = {*found} - own == {x for x in before if not is_new(x)} - own
        if is_equal:
            return True
        first = self._steps[write.resource_type, write.resource_id, name][0][0]
        if not was and first == number and not is_new(write.resource_id):
            raise _stale(write, name, (write.before or {}).get(name), current)
        return False

    def _is_changed(
        self, number: int, change: Change, write: Write, item: Mapping[str, Any]
    ) -> bool:
        readable, is_met = change.readable, True
        for name in write.after or {}:
            if name in readable:
                is_met &= self._is_reached(number, write, name, item)
        unreadable = set(write.after or {}) - readable
        if not unreadable:
            return is_met
        return self._has_effects(number, write, item) and is_met

    def is_effected(self, number: int, write: Write, items: list[Any]) -> bool:
        """Whether what a request is about is as it makes it."""
        for item in items:
            if (item["type"], item["id"]) == write.watched:
                return self._has_effects(number, write, item)
        return number in self._plan.done

    def _has_effects(self, number: int, write: Write, item: Mapping[str, Any]) -> bool:
        if number in self._plan.done:
            return True
        attributes = member(item, "attributes")
        for name, (before, after) in write.effects.items():
            found = attributes.get(name)
            if same(found, after):
                continue
            kind, identifier = write.watched or (write.resource_type, write.resource_id)
            if not same(found, before) and not is_new(identifier):
                raise PlanStaleError(kind, identifier, name, before, found)
            return False
        return bool(write.effects)

    def _is_reached(self, number: int, write: Write, name: str, item: Mapping[str, Any]) -> bool:
        steps = self._steps[write.resource_type, write.resource_id, name]
        attributes = member(item, "attributes")
        members = member(item, "relationships")
        if name in members and name not in attributes:
            linkage = member(members, name)
            if "data" not in linkage:
                return False
            ids = [x["id"] for x in items_of(linkage["data"])]
            own = as_list((write.after or {}).get(name)) or []
            if any(is_inline(x) for x in own):
                # Apple gives what is created along with it ids of its own.
                total = member(linkage, "meta", "paging").get("total", len(ids))
                return number in self._plan.done or total == len(own)
            found: Any = ids if isinstance(linkage["data"], list) else next(iter(ids), None)
        elif _is_relationship(write, name):
            return False
        else:
            found = attributes.get(name)
        values = [steps[0][1], *(self._named(value) for _, _, value, _ in steps)]
        reached = next((x for x, value in enumerate(values) if same(found, value)), None)
        if values[0] is None and not steps[0][3] and reached == 0:
            reached = next((x for x, v in enumerate(values) if x and same(found, v)), None)
        if reached is None:
            if steps[0][3] and not is_new(write.resource_id):
                raise _stale(write, name, values[0], found)
            return False
        place = next(x for x, (other, *_) in enumerate(steps, 1) if other == number)
        if same(values[place], values[place - 1]):
            return True
        return reached >= place

    def _named(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._plan.created.get(value, value)
        several = as_list(value)
        return [self._named(x) for x in several] if several is not None else value


def _linked(write: Write, identifier: str, items: list[Any] | None) -> list[str]:
    """The ids that a relationship leads to, listed by itself or with its resource."""
    for item in items or ():
        if (item["type"], item["id"]) == (write.resource_type, identifier):
            name = next(iter(write.after or {}), "")
            return [x["id"] for x in items_of(member(item, "relationships", name).get("data"))]
    return [x["id"] for x in items or ()]


_TO_MANY = frozenset(
    {
        Kind.CREATE_TO_MANY_RELATIONSHIP,
        Kind.DELETE_TO_MANY_RELATIONSHIP,
        Kind.REPLACE_TO_MANY_RELATIONSHIP,
    }
)


def _is_whole(target: str) -> bool:
    """Whether a list at an address has all there is, so that what it lacks is not there."""
    query = unquote(target.partition("?")[2])
    return bool(target) and not any(x in query for x in ("cursor=", "filter[", "include="))


def _is_relationship(write: Write, name: str) -> bool:
    return name in member(write.body, "data", "relationships")


def _stale(write: Write, name: str, expected: Any, found: Any) -> PlanStaleError:
    return PlanStaleError(write.resource_type, write.resource_id, name, expected, found)


def _hides(value: Any) -> bool:
    if (members := as_object(value)) is not None:
        return any(map(_hides, members.values()))
    if (items := as_list(value)) is not None:
        return any(map(_hides, items))
    return bool(value == HIDDEN)
