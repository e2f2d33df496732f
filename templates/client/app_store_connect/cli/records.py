"""Results as records: flat JSON objects by the API's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Json, Ref, members_of
from .._runtime.messages.response import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["columns_of", "field_of", "header_of", "record_of"]


def record_of(value: Any) -> Any:
    """What a call returned as plain JSON.

    A resource is one object with its type, id, attributes and relationships. A relationship is the
    type and id of what it leads to, with the attributes of what was included.
    """
    match value:
        case Resource():
            return _resource(value)
        case Response():
            return None
        case str() | bytes():
            return value
        case list() | tuple():
            return [record_of(item) for item in cast("Sequence[Any]", value)]
        case msgspec.Struct():
            return {wire: record_of(item) for wire, _, item in members_of(value)}
        case dict():
            return {name: record_of(item) for name, item in cast("Json", value).items()}
        case _:
            return msgspec.to_builtins(value, str_keys=True, enc_hook=str)


def _resource(resource: Resource) -> Json:
    record: Json = {"type": resource.resource_type, "id": resource.id, **resource.attributes}
    for name, relationship in resource.relationships.items():
        match relationship.data:
            case None:
                record[name] = None
            case Ref() as ref:
                record[name] = _related(resource, ref)
            case list() as refs:
                # Without include the API sends an empty list beside a total.
                if refs or not relationship.total:
                    record[name] = [_related(resource, ref) for ref in refs]
            case _:
                pass
    return record


def _related(resource: Resource, ref: Ref) -> Json:
    found = resource.document.find(ref) if resource.document else None
    attributes = {} if found is None else found.attributes
    return {"type": ref.type, "id": ref.id, **attributes}


def field_of(record: Any, column: str) -> Any:
    """The value of a column, which may lead into objects and lists: `app.name`."""
    head, _, rest = column.partition(".")
    if isinstance(record, list):
        found = [field_of(item, column) for item in cast("Sequence[Any]", record)]
        return [item for item in found if item is not None] or None
    if not isinstance(record, dict):
        return None
    members = cast("Json", record)
    value = members.get(column) if column in members else members.get(head)
    return field_of(value, rest) if rest and column not in members else value


def columns_of(records: Sequence[Json]) -> list[str]:
    """The columns that records have, in the order of the first that has each."""
    return list(dict.fromkeys(name for record in records for name in record))


def header_of(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """The columns meant by names that may be typed in another case or with dashes.

    Raises click.UsageError for one that leads nowhere, unless no names are known.
    """
    loose = {_loose(name): name for name in names}
    found: list[str] = []
    for column in columns:
        head, dot, rest = column.partition(".")
        if names and _loose(head) not in loose:
            from difflib import get_close_matches

            near = [loose[x] for x in get_close_matches(_loose(head), loose, 1)]
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            raise click.UsageError(f"--columns: there is no {head!r}; {hint}")
        found.append(f"{loose.get(_loose(head), head)}{dot}{rest}")
    return found


def _loose(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()
