"""A simulated team with three resources of every type, linked by all their relationships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from app_store_connect.simulator import Simulator
from app_store_connect.simulator.edges import edges
from app_store_connect.simulator.registry import Book
from ascgen.model import LinkageSchema, RequestSchema, ResponseSchema
from support.samples import EMAIL, SCALARS, received
from support.whole_api import rendered_api, resources_of_type

if TYPE_CHECKING:
    from app_store_connect.simulator import Entity
    from ascgen.model import Field, Operation

EACH = 3


def sample(item: Field, number: int = 0) -> Any:
    """A value of an attribute, without the comma that would make two of it in a filter."""
    return _plain(received(item.type), number)


def _plain(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item, number) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, number) for item in value]
    if value == EMAIL:
        return f"{number}-{EMAIL}"
    return f"text {number}" if value == SCALARS["string"] else value


def types() -> list[str]:
    return list(dict.fromkeys(schema.type for schema in rendered_api().resources()))


@dataclass
class Team:
    """A simulator that knows facts and no rules, and what there is in it."""

    simulator: Simulator
    entities: dict[str, list[Entity]]

    def first(self, kind: str) -> Entity:
        return self.entities[kind][0]


def empty(*, quirks: bool = True, strict: bool = True) -> Simulator:
    """A simulator of the facts alone."""
    simulator = Simulator(quirks=quirks, strict=strict, requests_per_hour=None)
    simulator.world.book = Book(())
    return simulator


def team(*, quirks: bool = True) -> Team:
    """Everything three times; the first of each type has all relationships."""
    simulator = empty(quirks=quirks)
    world = simulator.world
    entities = {kind: [_made(simulator, kind, n) for n in range(EACH)] for kind in types()}
    for kind, (first, *_) in entities.items():
        for name, edge in edges().of(kind).items():
            if edge.type in entities and edge.many:
                world.link(first, name, *entities[edge.type])
    for kind, (first, *_) in entities.items():
        for name, edge in edges().of(kind).items():
            if edge.type in entities and not edge.many:
                world.link(first, name, entities[edge.type][0])
    return Team(simulator, entities)


def _made(simulator: Simulator, kind: str, number: int) -> Entity:
    attributes = {
        item.name: sample(item, number)
        for schema in resources_of_type(kind)
        for item in schema.attributes
    }
    return simulator.world.create(kind, attributes, id=f"{kind} {number}/é")


@cache
def owner(operation: Operation) -> str:
    """The type of the resource in an operation's path, as its instance operations tell it."""
    api = rendered_api()
    root = operation.path.split("/")[2]
    if any(schema.type == root for schema in api.resources()):
        return root
    for other in api.operations:
        if other.path.split("/")[2] == root and len(other.path.split("/")) <= 4:
            for answer in other.answers:
                schema = api.schemas.get(answer.schema or "")
                if isinstance(schema, ResponseSchema):
                    return api.resource(schema.resource).type
    return root


def query(operation: Operation) -> dict[str, str]:
    """The parameters that an operation cannot do without."""
    required = [(f"filter[{x.name}]", x) for x in operation.filters if x.required]
    required += [(x.name, x) for x in operation.parameters if x.required]
    found = {name: (item.values or ("some",))[0] for name, item in required}
    return found | {f"exists[{x.name}]": "true" for x in operation.exists if x.required}


def body(team: Team, operation: Operation, *, whole: bool) -> Any:
    """What an operation takes: with every member, or the required ones and one choice of others."""
    request = rendered_api().schemas.get(operation.request or "")
    if isinstance(request, LinkageSchema):
        entity = team.entities[request.type][-1]
        data = {"type": entity.type, "id": entity.id}
        return {"data": [data] if request.many else data}
    if not isinstance(request, RequestSchema):
        return None
    data: dict[str, Any] = {"type": request.type}
    if request.purpose == "update":
        data["id"] = team.first(owner(operation)).id
    chosen = request.choices[0] if request.choices else ()
    data["attributes"] = {
        x.name: sample(x, 7) for x in request.attributes if whole or x.required or x.name in chosen
    }
    data["relationships"] = relationships(team, request, whole=whole)
    return {"data": data}


def relationships(team: Team, request: RequestSchema, *, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    chosen = request.choices[0] if request.choices else ()
    for item in request.relationships:
        if (whole or item.required or item.name in chosen) and item.type in team.entities:
            entity = team.first(item.type)
            data = {"type": entity.type, "id": entity.id}
            found[item.name] = {"data": [data] if item.many else data}
    return found
