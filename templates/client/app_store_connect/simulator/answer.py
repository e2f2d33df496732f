"""From a request to its answer: who asks, what for, may they, do it, say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec

from .._api.model import Kind, LinkageSchema, MetricSchema, ResponseSchema
from .call import Call, Content
from .checks import Inline, read_body, read_linkage
from .content import made_up
from .draw import drawer, identifier, limit_of
from .messages import JSON, Answer, Incoming
from .offered import check_content_type, media_type, missing, not_offered
from .plain import as_list
from .problems import Refusal
from .query import DEFAULT_LIMIT, cursor_text, read_query
from .selection import select
from .state import Entity
from .table import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from .auth import Caller
    from .query import Query
    from .routes import Place
    from .table import Table
    from .world import World

__all__ = ["Answerer", "error_answer"]

_WRITES = frozenset({"POST", "PATCH", "DELETE"})
_json = msgspec.json.encode


class Answerer:
    """Answers requests to the API out of a world."""

    def __init__(self, world: World, authorize: Callable[[Incoming], Caller]) -> None:
        self.world = world
        self._authorize = authorize

    def answer(self, incoming: Incoming, place: Place | None) -> Answer:
        """Return the answer to a request for a place, if it is for any."""
        try:
            caller = self._authorize(incoming)
            if place is None or incoming.method not in place.methods:
                raise not_offered(incoming, place)
            found = table(incoming.method, place.template)
            return self._perform(incoming, place, found, caller)
        except Refusal as refusal:
            return error_answer(self.world, refusal)

    # --- What is asked ---------------------------------------------------------------------------

    def _perform(self, incoming: Incoming, place: Place, found: Table, caller: Caller) -> Answer:
        world = self.world
        accepted = media_type(incoming, found)
        if incoming.method in _WRITES and incoming.body:
            check_content_type(incoming)
        query = self._query(found, incoming.query)
        call = Call(world, found.operation, incoming, query, caller)
        if place.id:
            call.resource = self._resource(found, place)
        if incoming.method == "GET":
            self._run("before", call)
            return self._read(call, found, accepted)
        read_linkage(call, found) if found.linkage is not None else read_body(call, found)
        with world.state.transaction():
            return self._write(call, found)

    def _query(self, found: Table, text: str) -> Query:
        key = (text, self.world.strict)
        query = found.queries.get(key)
        if query is None:
            query = read_query(found, text, strict=self.world.strict)
            if len(found.queries) < _KEPT_QUERIES:
                found.queries[key] = query
        return query

    def _resource(self, found: Table, place: Place) -> Entity:
        entity = self.world.find(found.owner, place.id)
        if entity is None:
            raise missing(found.owner, place.id)
        return entity

    def _run(self, moment: str, call: Call) -> None:
        for hook in self.world.book.hooks(moment, call.operation.id):
            hook(call)
        call.settle()

    # --- Reads -----------------------------------------------------------------------------------

    def _read(self, call: Call, found: Table, accepted: str) -> Answer:
        result = self._instead(call)
        if isinstance(result, Content):
            return Answer(result.status, result.body, result.media_type)
        answer = found.answer
        if accepted != JSON or not isinstance(answer, ResponseSchema | LinkageSchema):
            if isinstance(answer, MetricSchema):
                return self._metrics(call, found)
            body = made_up(found, accepted, _resources(self.world, call, found, result))
            return Answer(found.success, body, accepted)
        if found.many:
            return self._many(call, found, _resources(self.world, call, found, result))
        entity = result if isinstance(result, Entity) else self._one(call, found)
        return self._single(call, found, entity, found.success)

    def _instead(self, call: Call) -> Any:
        for hook in self.world.book.hooks("instead", call.operation.id):
            result = hook(call)
            if result is not None:
                return result
        return None

    def _one(self, call: Call, found: Table) -> Entity | None:
        if found.kind is Kind.GET_INSTANCE or found.edge is None:
            return call.resource
        entity = self.world.one(call.target, found.edge.name)
        if entity is None and not self.world.quirks:
            # The document allows no null data, but a 404.
            raise missing(found.type, call.target.id)
        return entity

    def _many(self, call: Call, found: Table, entities: list[Entity]) -> Answer:
        query = call.query
        now = self.world.stamp()
        entities = [x for x in entities if x.stored.get("_listed", "") <= now]
        entities = select(self.world, entities, query)
        limit = query.limit or min(DEFAULT_LIMIT, found.operation.limit or len(entities) or 1)
        if not found.operation.limit:
            limit = max(len(entities), 1)
        page = entities[query.offset : query.offset + limit]
        links: dict[str, Any] = {"self": _address(call)}
        end = query.offset + limit
        if end < len(entities):
            links["next"] = _next_address(call, end)
        meta = {"paging": {"total": len(entities), "limit": limit}}
        body = self._document(call, found, page, links, meta)
        return Answer(found.success, body)

    def _single(self, call: Call, found: Table, entity: Entity | None, status: int) -> Answer:
        links = {"self": _address(call)}
        if entity is None:
            return Answer(status, _json({"data": None, "links": links}))
        return Answer(status, self._document(call, found, entity, links, None))

    def _document(
        self,
        call: Call,
        found: Table,
        primary: list[Entity] | Entity,
        links: dict[str, Any],
        meta: dict[str, Any] | None,
    ) -> bytes:
        several = isinstance(primary, list)
        entities: list[Entity] = primary if isinstance(primary, list) else [primary]
        included = b""
        if found.schema is None:
            drawn = [_json(identifier(entity)) for entity in entities]
        else:
            query, world = call.query, self.world
            draw = drawer(
                found.schema, call.incoming.origin, query, nulls=world.quirks, primary=True
            ).draw
            drawn = [draw(world, entity, query.limits) for entity in entities]
            if query.include:
                included = self._included(call, found, entities)
        data = b",".join(drawn)
        parts = [b'{"data":', b"[%b]" % data if several else data, included]
        parts += (b',"links":', _json(links))
        if meta is not None:
            parts += (b',"meta":', _json(meta))
        parts.append(b"}")
        return b"".join(parts)

    def _included(self, call: Call, found: Table, entities: list[Entity]) -> bytes:
        world, query = self.world, call.query
        origin = call.incoming.origin
        seen: dict[tuple[str, str], bytes] = {}
        for name in query.include:
            most = limit_of(query.limits, name, capped=world.quirks)
            for entity in entities:
                for other in world.many(entity, name)[:most]:
                    key = (other.type, other.id)
                    schema = found.schemas.get(other.type)
                    if key not in seen and schema is not None:
                        shape = drawer(schema, origin, query, nulls=world.quirks, primary=False)
                        seen[key] = shape.draw(world, other, query.limits)
        return b',"included":[%b]' % b",".join(seen.values())

    def _metrics(self, call: Call, found: Table) -> Answer:
        rows = msgspec.json.decode(made_up(found, JSON, []))
        meta = {"paging": {"total": len(rows), "limit": found.operation.limit or len(rows) or 1}}
        document: dict[str, Any] = {"data": rows, "links": {"self": _address(call)}, "meta": meta}
        return Answer(found.success, _json(document))

    # --- Writes ----------------------------------------------------------------------------------

    def _write(self, call: Call, found: Table) -> Answer:
        self._run("before", call)
        result = self._instead(call)
        if isinstance(result, Content):
            return Answer(result.status, result.body, result.media_type)
        if isinstance(result, Entity):
            call.answer_with(result)
        self._apply(call, found)
        self._run("after", call)
        if found.schema is None or found.kind is Kind.DELETE_INSTANCE or found.linkage is not None:
            return Answer(found.success, b"")
        answer = self._single(call, found, call.resource, found.success)
        if found.kind is Kind.CREATE_INSTANCE and call.resource is not None:
            path = f"{call.incoming.path}/{quote(call.resource.id, safe='')}"
            answer.headers = {"location": f"{call.incoming.origin}{path}"}
        return answer

    def _apply(self, call: Call, found: Table) -> None:
        world, kind = self.world, found.kind
        match kind:
            case Kind.CREATE_INSTANCE:
                self._create(call, found)
            case Kind.UPDATE_INSTANCE:
                for name, others in _made(world, call.relationships, call.included).items():
                    world.relate(call.target, name, others)
                changes = call.attributes
                if "lastModifiedDate" in world.names_of(call.target.type):
                    changes = {"lastModifiedDate": world.stamp(), **changes}
                world.set(call.target, **changes)
            case Kind.DELETE_INSTANCE:
                world.delete(call.target)
            case Kind.CREATE_TO_MANY_RELATIONSHIP:
                world.link(call.target, _edge_name(found), *call.linked)
            case Kind.DELETE_TO_MANY_RELATIONSHIP:
                world.unlink(call.target, _edge_name(found), *call.linked)
            case _:
                world.relate(call.target, _edge_name(found), call.linked)

    def _create(self, call: Call, found: Table) -> None:
        if call.existing is not None:
            call.resource = call.existing
            return
        kind = found.request.type if found.request is not None else found.type
        relationships = _made(self.world, call.relationships, call.included)
        call.resource = self.world.create(kind, call.attributes, relationships)


_KEPT_QUERIES = 256


def error_answer(world: World, refusal: Refusal) -> Answer:
    """Return the answer that a refusal is."""
    errors = [problem.members(world.uuid("errors")) for problem in refusal.problems]
    return Answer(refusal.status, _json({"errors": errors}))


def _resources(world: World, call: Call, found: Table, result: Any) -> list[Entity]:
    if isinstance(result, Entity):
        return [result]
    if (several := as_list(result)) is not None:
        return several
    if found.edge is not None:
        return world.many(call.target, found.edge.name)
    return world.all(found.type) if call.resource is None else [call.resource]


def _made(
    world: World, relationships: dict[str, list[Any]], included: dict[str, Inline]
) -> dict[str, list[Entity]]:
    """Make the resources that a body creates along, those that others of them need first."""
    return {
        name: [_entity(world, item, included) for item in items]
        for name, items in relationships.items()
    }


def _entity(world: World, item: Entity | Inline, included: dict[str, Inline]) -> Entity:
    if isinstance(item, Entity):
        return item
    if item.entity is None:
        # Marked first: two that need each other are made without one another.
        relationships = item.relationships
        item.relationships = {}
        others = {
            name: [
                _entity(world, other, included)
                for other in values
                if isinstance(other, Entity) or other is not item
            ]
            for name, values in relationships.items()
        }
        item.entity = world.create(item.schema.type, item.attributes, others)
    found: Entity = item.entity
    return found


def _edge_name(found: Table) -> str:
    return found.operation.path.rpartition("/")[2]


def _address(call: Call) -> str:
    incoming = call.incoming
    query = f"?{incoming.query}" if incoming.query else ""
    return f"{incoming.origin}{incoming.path}{query}"


def _next_address(call: Call, offset: int) -> str:
    pairs = [(name, value) for name, value in call.query.pairs if name != "cursor"]
    pairs.append(("cursor", cursor_text(offset, call.query.signature)))
    return f"{call.incoming.origin}{call.incoming.path}?{urlencode(pairs)}"
