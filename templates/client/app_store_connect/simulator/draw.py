"""Resources as JSON text: attributes, links, linkage of what is included, sparse as asked.

Text that depends on nothing but a resource's id is made once for all resources of a kind; what a
resource's own attributes come to is kept with it until it changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from .._api import facts
from .._api.model import Kind
from .clock import START
from .content import sample
from .edges import edges
from .plain import as_list, as_object
from .routes import routes
from .world import PORTAL_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .._api.model import ResourceSchema
    from .query import Query
    from .state import Entity
    from .world import World

__all__ = ["Drawer", "drawer", "identifier"]

# How many of a relationship are included unless asked otherwise: no more than one may ask for
# (rule 11.11), or as many as the developer portal says.
_SHOWN = 50
_ALL = 2**31 - 1
# What Apple sends, as null, and does not declare: recorded answers of codemagic-ci-cd/cli-tools.
_UNDECLARED = {"certificates": ("csrContent",)}
# No text of JSON holds this character.
_ID = b"\x00"
_json = msgspec.json.encode


class Drawer:
    """Draws resources by one schema for one query: its fieldset, its includes.

    `included` are the relationships whose linkage is drawn.
    """

    def __init__(
        self,
        schema: ResourceSchema,
        origin: str,
        fields: frozenset[str] | None,
        included: tuple[str, ...],
        *,
        nulls: bool,
    ) -> None:
        self._schema = schema
        self._nulls = nulls
        self._names = [x.name for x in schema.attributes if fields is None or x.name in fields]
        self._undeclared = _UNDECLARED.get(schema.type, ()) if nulls and fields is None else ()
        # What the document promises of every resource.
        self._promised = [
            x for x in schema.attributes if x.required and not nulls and x.name in self._names
        ]
        self._key = (schema.name, origin, fields, nulls)
        base = f"{origin}{_base(schema)}/".encode() + _ID
        self._head = b'{"type":%b,"id":' % _json(schema.type)
        self._tail = b',"links":{"self":"%b"}}' % base
        static, self._dynamic = _relationships(schema, base, fields, included)
        self._static = b",".join(static)

    def draw(self, world: World, entity: Entity, limits: dict[str, int]) -> bytes:
        """Return a resource as JSON."""
        if not self._dynamic:
            found: bytes | None = entity.drawn.get(self._key)
            if found is None:
                found = entity.drawn[self._key] = self._draw(world, entity, limits)
            return found
        return self._draw(world, entity, limits)

    def _draw(self, world: World, entity: Entity, limits: dict[str, int]) -> bytes:
        address = quote(entity.id, safe="").encode()
        parts = [self._head, _json(entity.id)]
        attributes = self._attributes(entity)
        if attributes:
            parts += (b',"attributes":', attributes)
        members = [self._static.replace(_ID, address)] if self._static else []
        for name, links in self._dynamic:
            linkage = _linkage(world, entity, name, limits, nulls=self._nulls)
            words = [x for x in (links.replace(_ID, address), linkage) if x]
            members.append(b'"%b":{%b}' % (name.encode(), b",".join(words)))
        if members:
            parts += (b',"relationships":{', b",".join(members), b"}")
        parts.append(self._tail.replace(_ID, address))
        return b"".join(parts)

    def _attributes(self, entity: Entity) -> bytes:
        if not self._names:
            return b""
        key = (*self._key, "attributes")
        found: bytes | None = entity.drawn.get(key)
        if found is None:
            if self._nulls:
                spell = _portal if self._schema.type in PORTAL_TYPES else _pacific
                shown = {name: _spelled(entity[name], spell) for name in self._names}
                shown |= dict.fromkeys(self._undeclared)
            else:
                shown = {
                    name: _without_nulls(entity[name])
                    for name in self._names
                    if entity[name] is not None
                }
                for field in self._promised:
                    shown.setdefault(field.name, sample(field.type))
            found = entity.drawn[key] = _json(shown)
        return found


def drawer(
    schema: ResourceSchema, origin: str, query: Query, *, nulls: bool, primary: bool
) -> Drawer:
    """Return what draws the resources of a schema for a query; only `primary` ones have linkage."""
    names = query.include if primary else ()
    return _drawer(schema.name, origin, query.fields.get(schema.type), names, nulls)


@cache
def _drawer(
    name: str,
    origin: str,
    fields: frozenset[str] | None,
    included: tuple[str, ...],
    nulls: bool,  # noqa: FBT001
) -> Drawer:
    schema: Any = facts().schema(name)
    return Drawer(schema, origin, fields, included, nulls=nulls)


def identifier(entity: Entity) -> dict[str, str]:
    """Return a resource's identifier object."""
    return {"type": entity.type, "id": entity.id}


def limit_of(limits: dict[str, int], name: str, *, capped: bool) -> int:
    """Return how many of a relationship are included."""
    return limits.get(name) or (_SHOWN if capped else _ALL)


def _linkage(
    world: World, entity: Entity, name: str, limits: dict[str, int], *, nulls: bool
) -> bytes:
    edge = edges().find(entity.type, name)
    others = world.many(entity, name)
    if edge is None or not edge.many:
        if others:
            return b'"data":' + _json(identifier(others[0]))
        return b'"data":null' if nulls else b""
    most = limit_of(limits, name, capped=nulls)
    data = _json([identifier(other) for other in others[:most]])
    return b'"meta":{"paging":{"total":%d,"limit":%d}},"data":%b' % (len(others), most, data)


def _relationships(
    schema: ResourceSchema,
    base: bytes,
    fields: frozenset[str] | None,
    included: Iterable[str],
) -> tuple[list[bytes], list[tuple[str, bytes]]]:
    static: list[bytes] = []
    dynamic: list[tuple[str, bytes]] = []
    path = f"{_base(schema)}/{{id}}"
    for item in schema.relationships:
        if fields is not None and item.name not in fields:
            continue
        links: list[bytes] = []
        if routes().has("GET", f"{path}/relationships/{item.name}"):
            links.append(b'"self":"%b/relationships/%b"' % (base, item.name.encode()))
        if routes().has("GET", f"{path}/{item.name}"):
            links.append(b'"related":"%b/%b"' % (base, item.name.encode()))
        text = b'"links":{%b}' % b",".join(links) if links else b""
        if item.name in included:
            dynamic.append((item.name, text))
        elif text:
            static.append(b'"%b":{%b}' % (item.name.encode(), text))
    return static, dynamic


@cache
def _base(schema: ResourceSchema) -> str:
    """Return the path of a schema's resources, without their id."""
    return _bases().get(schema.name) or f"/v1/{schema.type}"


@cache
def _bases() -> dict[str, str]:
    """Return the paths that are known by what an operation on one resource answers."""
    api = facts()
    found: dict[str, str] = {}
    for method, path in api.operations:
        parts = path.split("/")
        if len(parts) != 4 or method not in {"GET", "PATCH"}:  # noqa: PLR2004 - /v1/apps/{id}
            continue
        operation = api.operation(method, path)
        if operation.kind in {Kind.GET_INSTANCE, Kind.UPDATE_INSTANCE}:
            for answer in operation.answers:
                resource = (
                    getattr(api.schema(answer.schema), "resource", "") if answer.schema else ""
                )
                found.setdefault(resource, f"/{parts[1]}/{parts[2]}")
    return found


def _spelled(value: Any, spell: Callable[[str], str]) -> Any:
    """Return a moment as this part of the API spells it, anything else as it is."""
    if isinstance(value, str) and len(value) == _LENGTH and value.endswith("+00:00"):
        try:
            return spell(value)
        except ValueError:
            return value
    return value


def _pacific(value: str) -> str:
    return datetime.fromisoformat(value).astimezone(_ZONE).isoformat()


def _portal(value: str) -> str:
    return f"{value[:19]}.000+0000"


# The developer portal and the rest of the API spell moments differently; summer time is left out.
_ZONE = timezone(timedelta(hours=-8))
_LENGTH = len(START.isoformat())


def _without_nulls(value: Any) -> Any:
    if (members := as_object(value)) is not None:
        return {name: _without_nulls(item) for name, item in members.items() if item is not None}
    if (items := as_list(value)) is not None:
        return [_without_nulls(item) for item in items if item is not None]
    return value
