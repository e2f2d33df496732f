"""What a test adds by hand: read from Python, checked, and returned as a client reads it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import msgspec

from .._api import facts
from .._runtime.jsonapi.values import is_several
from .draw import drawer
from .edges import edges, singular
from .query import Query
from .spelling import did_you_mean, plain
from .value_types import wrong_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._api.model import ResourceSchema
    from .._runtime.jsonapi.resource import Resource
    from .edges import Edge
    from .state import Entity
    from .world import World

__all__ = ["added", "added_type", "as_read"]

_EVERYTHING = Query()


def added_type(type: str | type[Resource]) -> tuple[str, str]:
    """Return the type that is meant, and the name of the schema that it is read by.

    Raises ValueError where there is none.
    """
    if not isinstance(type, str):
        kind: str = getattr(type, "TYPE", "")
        name: str = getattr(type, "__name__", "")
        if any(schema.name == name for schema in facts().resources(kind)):
            return kind, name
        raise ValueError(f"{type!r} is neither a class of resources, such as App, nor a type")
    if type not in facts().types:
        raise ValueError(f"there is no resource type {type!r}{did_you_mean(type, facts().types)}")
    return type, _usual_schema(type)


def added(world: World, kind: str, id: str | None, members: dict[str, Any]) -> Entity:
    """Make a resource with attributes and relationships by the names of the client or the API.

    Raises ValueError for a member, a value or a related resource that there is not.
    """
    attributes: dict[str, Any] = {}
    relationships: dict[str, list[Entity]] = {}
    names = {plain(x): x for x in world.names_of(kind)}
    edges_by_name = {plain(x): edge for x, edge in world.edges.of(kind).items()}
    owners: list[tuple[Edge, Entity]] = []
    for name, value in members.items():
        edge = edges_by_name.get(plain(name))
        if plain(name) in names:
            wire = names[plain(name)]
            attributes[wire] = _value(world, kind, wire, value)
        elif edge is not None:
            relationships[edge.name] = _related(world, f"{name!r} of {kind}", edge, value)
        elif (way := _ways_to(kind).get(plain(name))) is not None:
            place = f"{name!r} of {kind}"
            owners += [(way, x) for x in _related(world, place, way, value, to=way.owner)]
        else:
            known = [*world.names_of(kind), *world.edges.of(kind), *_ways_to(kind)]
            raise ValueError(f"{kind} have no {name!r}{did_you_mean(name, known)}")
    if id is not None:
        _check_id(world, kind, id)
    entity = world.create(kind, attributes, relationships, id=id)
    for way, owner in owners:
        world.link(owner, way.name, entity)
    return entity


def as_read(world: World, entity: Entity, schema: str) -> Resource:
    """Return a resource as the client would have read it, by the schema of this name."""
    from .._runtime.jsonapi.answers import read_resource  # noqa: PLC0415 - who adds
    from .._runtime.jsonapi.operation import Operation  # noqa: PLC0415
    from .._runtime.messages.response import Headers, Response  # noqa: PLC0415

    found = next(x for x in facts().resources(entity.type) if x.name == schema)
    shape = drawer(found, facts().server, _EVERYTHING, nulls=world.quirks, primary=True)
    body = b'{"data":%b}' % shape.draw(world, entity, {})
    response = Response(200, Headers(), body, "GET", facts().server)
    operation: Operation[Resource] = Operation("GET", "", model=schema)
    return read_resource(operation, response)


def _check_id(world: World, kind: str, id: Any) -> None:
    if not isinstance(id, str) or not id:
        raise ValueError(f"an id is text, and not empty; {id!r} is none")
    if world.find(kind, id) is not None:
        raise ValueError(f"there are {kind} with id {id!r} already")


def _value(world: World, kind: str, name: str, value: Any) -> Any:
    try:
        found = msgspec.to_builtins(value, str_keys=True)
    except TypeError as error:
        raise ValueError(f"{name!r} of {kind}: {error}") from None
    if found is None or not world.strict:
        return found
    fields = [x for s in facts().resources(kind) for x in s.attributes if x.name == name]
    complaints = [list(wrong_values(x.type, found, name)) for x in fields]
    if all(complaints):
        place, complaint = min(complaints, key=len)[0]
        listed = complaint.partition(": ")[2].split(", ")
        hint = did_you_mean(found, listed) if isinstance(found, str) else ""
        raise ValueError(f"{place!r} of {kind}: {complaint}{hint}")
    return found


@cache
def _ways_to(kind: str) -> dict[str, Edge]:
    """The relationships that lead to a type and do not lead back, by what the type could say.

    Customer reviews have no app, but apps have customer reviews.
    """
    found: dict[str, list[Edge]] = {}
    for owner in facts().types:
        for edge in dict.fromkeys(edges().of(owner).values()):
            if edge.type == kind and edge.owner != kind and edges().inverse(edge) is None:
                found.setdefault(plain(singular(owner)), []).append(edge)
    return {name: ways[0] for name, ways in found.items() if len(ways) == 1}


def _related(
    world: World, place: str, edge: Edge, value: Any, *, to: str | None = None
) -> list[Entity]:
    kind = to or edge.type
    several: list[Any]
    if value is None:
        several = []
    else:
        several = list(cast("Iterable[Any]", value)) if is_several(value) else [value]
    if len(several) > 1 and (to is not None or not edge.many):
        raise ValueError(f"{place} leads to one of {kind}, not to {len(several)}")
    return [_entity(world, place, kind, x) for x in several]


def _entity(world: World, place: str, kind: str, value: Any) -> Entity:
    own = getattr(value, "resource_type", getattr(value, "type", kind))
    identifier = value if isinstance(value, str) else getattr(value, "id", None)
    if not isinstance(identifier, str):
        raise ValueError(  # noqa: TRY004 - one kind of error for all that cannot be added
            f"{place} takes a resource or an id of {kind}, not {value!r}"
        )
    if own != kind:
        raise ValueError(f"{place} leads to {kind}, and was given one of {own}")
    found = world.find(kind, identifier)
    if found is None:
        raise ValueError(f"{place}: there are no {kind} with id {identifier!r}: add them first")
    return found


@cache
def _usual_schema(kind: str) -> str:
    """The schema that the client reads a type by where no operation says otherwise."""
    models = import_module(f"{__name__.rpartition('.simulator.')[0]}.models")
    name: str = models._CLASS_BY_TYPE.get(kind, "")  # noqa: SLF001 - which the models keep for this
    schemas: tuple[ResourceSchema, ...] = tuple(facts().resources(kind))
    return name if any(schema.name == name for schema in schemas) else schemas[0].name
