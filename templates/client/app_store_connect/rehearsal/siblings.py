"""How to find a resource that a write would create, or has created."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .._api import facts
from .._api.model import Array, Kind, Ref, RequestSchema, Scalar
from ..simulator.edges import edges
from ..simulator.plain import as_list, as_object
from ..simulator.routes import routes
from ..simulator.table import table
from .documents import member
from .knowledge import is_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._api.model import Type
    from .change import Write

__all__ = ["is_equal", "matching", "same", "search_target"]

_VERSIONS = ("v1", "v2", "v3", "v4")
# What the API makes of its own: whatever platform is asked for, an App ID is universal.
_NOT_KEPT = frozenset({("bundleIds", "platform")})


def search_target(kind: str, after: Mapping[str, Any]) -> str | None:
    """Return where such a resource would be listed, None where the API lists it nowhere.

    `after` are its attributes and the ids of its relationships. What belongs to something that is
    yet to be created is nowhere.
    """
    parents = [
        (edge.type, str(value), back.name)
        for name, value in after.items()
        if isinstance(value, str)
        and (edge := edges().find(kind, name)) is not None
        and (back := edges().inverse(edge)) is not None
    ]
    if any(is_new(identifier) for _, identifier, _ in parents):
        return None
    for owner, identifier, name in parents:
        path = _related_path(owner, name, kind, after)
        if path is not None:
            # All of them: rules on how many there may be, and which, are about all.
            whole = path.replace("{id}", quote(identifier, safe=""))
            return f"{whole}{_query(path, {}, after)}"
    for version in _VERSIONS:
        path = f"/{version}/{kind}"
        if routes().has("GET", path) and table("GET", path).kind is Kind.GET_COLLECTION:
            kept = {x: value for x, value in after.items() if (kind, x) not in _NOT_KEPT}
            query = _query(path, kept, after)
            return f"{path}{query}" if not _required(path, query) else None
    return None


def _related_path(owner: str, name: str, kind: str, after: Mapping[str, Any]) -> str | None:
    """The list of an owner's resources that tells most of what a new one is to be."""
    names = [spelled for spelled, edge in edges().of(owner).items() if edge.name == name]
    paths = [f"/{version}/{owner}/{{id}}/{x}" for version in _VERSIONS for x in names]
    found = [x for x in paths if routes().has("GET", x) and table("GET", x).type == kind]

    def told(path: str) -> int:
        schema = table("GET", path).schema
        return len({x.name for x in schema.attributes} & after.keys()) if schema is not None else 0

    return max(found, key=told, default=None)


def _query(path: str, wanted: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    found = table("GET", path)
    words = [
        f"filter[{name}]={quote(str(value), safe='')}"
        for name, value in wanted.items()
        if name in found.filters and isinstance(value, str) and value and "," not in value
    ]
    included = [x for x, value in after.items() if x in found.include and isinstance(value, str)]
    if included:
        words.append(f"include={','.join(included)}")
    if found.operation.limit:
        words.append(f"limit={found.operation.limit}")
    return f"?{'&'.join(words)}" if words else ""


def _required(path: str, query: str) -> bool:
    return any(f"{name}=" not in query for name in table("GET", path).required)


def is_equal(write: Write, item: Mapping[str, Any], values: Mapping[str, Sequence[Any]]) -> bool:
    """Whether a resource is what a write creates; `values` are those it may have by now.

    What cannot be read, such as a secret, is no obstacle where a text of its own tells which it is.
    """
    if item.get("type") != write.resource_type:
        return False  # it was included with those that are alike
    attributes = member(item, "attributes")
    types = dict(_types(write))
    readable = {x.name for s in facts().resources(write.resource_type) for x in s.attributes}
    told, hides = False, False
    for name, value in (write.after or {}).items():
        if name not in types:
            named = member(item, "relationships", name, "data").get("id")
            if named and isinstance(value, str) and not is_new(value) and named != value:
                return False
        elif name not in readable:
            hides = True
        elif (write.resource_type, name) in _NOT_KEPT:
            continue
        elif not any(same(attributes.get(name), x) for x in (value, *values.get(name, ()))):
            return False
        elif value is not None and _is_text(types[name]):
            told = True
    return told or not hides


def matching(origin_match: Mapping[str, Any], items: Sequence[Any]) -> list[str]:
    """Return the ids of the resources that have these attributes, or are related to these ids."""
    return [
        item["id"]
        for item in items
        if all(
            same(member(item, "attributes").get(name), value)
            or member(item, "relationships", name, "data").get("id") == value
            for name, value in origin_match.items()
        )
    ]


def same(one: Any, other: Any) -> bool:
    """Whether two values of an attribute are the same: moments in any spelling, null as absent."""
    if isinstance(one, str) and isinstance(other, str) and one != other:
        moment = _moment(one)
        return moment is not None and moment == _moment(other)
    if (members := as_object(one)) is not None and (others := as_object(other)) is not None:
        return all(same(members.get(x), others.get(x)) for x in {*members, *others})
    if (items := as_list(one)) is not None and (more := as_list(other)) is not None:
        return len(items) == len(more) and all(map(same, items, more))
    return bool(one == other)


def _moment(text: str) -> datetime | None:
    if len(text) < len("2026-01-05T09:00"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _types(write: Write) -> Iterator[tuple[str, Type]]:
    place = routes().find(write.path)
    request = table(write.method, place.template).request if place is not None else None
    if isinstance(request, RequestSchema):
        for field in request.attributes:
            yield field.name, field.type


def _is_text(kind: Type) -> bool:
    if isinstance(kind, Array):
        return _is_text(kind.items)
    if isinstance(kind, Ref):
        return not hasattr(facts().schema(kind.schema), "values")
    return isinstance(kind, Scalar) and kind.name == "string"
