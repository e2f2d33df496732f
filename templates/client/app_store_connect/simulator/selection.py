"""Which resources a query means, and in what order: filters, `exists` and `sort` over the state."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from .plain import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .query import Query
    from .state import Entity
    from .world import World

__all__ = ["select", "values_at"]

# Filters of text that select more than they say (rule 2.33).
_INEXACT: dict[str, Callable[[str, str], bool]] = {
    "bundleId": str.startswith,
    "identifier": str.startswith,
    "locale": lambda value, text: value.lower() == text.lower(),
    "name": operator.contains,
}
# Moments are compared as text: all of them are kept in one spelling.
_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
}


def select(world: World, entities: Iterable[Entity], query: Query) -> list[Entity]:
    """Return the resources that a query means, in the order it asks for."""
    found = list(entities)
    for name, wanted in query.filters.items():
        found = [x for x in found if _fits(world, x, name, wanted)]
    for name, there in query.exists.items():
        found = [x for x in found if _exists(world, x, name) is there]
    for key in reversed(query.sort):
        name = key.removeprefix("-")
        found.sort(key=_order(world, name), reverse=key.startswith("-"))
    return found


def _fits(world: World, entity: Entity, name: str, wanted: tuple[str, ...]) -> bool:
    found = values_at(world, entity, name)
    if found is not None and world.quirks and name in _INEXACT:
        return any(_INEXACT[name](str(value), text) for value in found for text in wanted)
    if found is not None:
        return any(_equal(value, text) for value in found for text in wanted)
    for suffix, compare in _COMPARISONS.items():
        if name.endswith(suffix):
            values = values_at(world, entity, name.removesuffix(suffix)) or ()
            return any(compare(str(x), text) for x in values if x is not None for text in wanted)
    # Nothing is known of it; most likely it is about what there is only one of.
    return True


def values_at(world: World, entity: Entity, name: str) -> list[Any] | None:
    """Return the values that a filter or a sort looks at; None where the facts do not tell which.

    A name is `id`, an attribute, or a relationship, which stands for the ids it leads to; several
    are joined by dots.
    """
    head, _, rest = name.partition(".")
    if head == "id" and not rest:
        return [entity.id]
    edge = world.edges.find(entity.type, head)
    if edge is not None:
        others = world.many(entity, head)
        if not rest:
            return [other.id for other in others]
        inner = [values_at(world, other, rest) for other in others]
        return [value for values in inner if values is not None for value in values]
    if head in world.names_of(entity.type):
        value = entity[head]
        members = as_object(value)
        if members is not None:
            # The state of an upload is an object with a state in it.
            value = members.get(rest or head)
        several = as_list(value)
        if several is not None and any(as_object(x) is not None for x in several):
            # Such a filter asks for some of the objects in it, not for some of the resources.
            return None
        return [value] if several is None else several
    return None


def _equal(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        # Clients in Python send `False`, and are understood (codemagic-ci-cd/cli-tools).
        return text.lower() == ("true" if value else "false")
    return value is not None and str(value) == text


def _exists(world: World, entity: Entity, name: str) -> bool:
    found = values_at(world, entity, name)
    return found is not None and any(value is not None for value in found)


def _order(world: World, name: str) -> Callable[[Entity], tuple[Any, ...]]:
    def key(entity: Entity) -> tuple[Any, ...]:
        found = values_at(world, entity, name)
        value = found[0] if found else None
        if value is None:
            return (0, 0, "")
        if isinstance(value, int | float):
            return (1, value, "")
        return (2, 0, str(value))

    return key
