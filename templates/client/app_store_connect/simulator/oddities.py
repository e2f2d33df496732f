"""What Apple's answers have been seen to hold that no document tells of."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from .._api import facts
from .._api.model import Array, EnumSchema, InlineEnum, PlainSchema, Ref
from .plain import as_list, as_object, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._api.model import Type

__all__ = ["Oddity", "changed", "replaced"]

Oddity: TypeAlias = Literal["nulls", "unknown-values", "dates", "days"]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def changed(body: bytes, oddity: Oddity) -> bytes:
    """Return a document whose attributes are as odd as they have been seen to be."""

    def odd(kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
        return {name: _odd(kind, name, value, oddity) for name, value in attributes.items()}

    return _with_attributes(body, odd, included=True)


def replaced(body: bytes, attributes: Mapping[str, Any]) -> bytes:
    """Return a document whose primary resources have other attributes, or more of them."""
    return _with_attributes(body, lambda _, own: {**own, **attributes}, included=False)


def _with_attributes(
    body: bytes, change: Callable[[str, dict[str, Any]], dict[str, Any]], *, included: bool
) -> bytes:
    document: Any
    try:
        document = read_json(body)
    except ValueError:
        return body
    members = as_object(document) or {}
    data = members.get("data")
    found = list(as_list(data) or [data])
    if included:
        found += as_list(members.get("included")) or ()
    for item in map(as_object, found):
        attributes = as_object(item["attributes"]) if item and "attributes" in item else None
        if item is not None and attributes is not None:
            item["attributes"] = change(str(item.get("type")), attributes)
    return msgspec.json.encode(document)


def _odd(kind: str, name: str, value: Any, oddity: Oddity) -> Any:
    match oddity:
        case "nulls":
            return None
        case "unknown-values":
            return _unknown(kind, name, value)
        case "dates" | "days":
            if not isinstance(value, str) or not _MOMENT.fullmatch(value):
                return value
            moment = datetime.fromisoformat(value).astimezone(UTC)
            return moment.strftime("%Y-%m-%d" if oddity == "days" else "%Y-%m-%dT%H:%M:%S.000+0000")


def _unknown(kind: str, name: str, value: Any) -> Any:
    for schema in facts().resources(kind):
        for field in schema.attributes:
            if field.name == name and value is not None and _is_enum(field.type):
                odd = "NOT_YET_DOCUMENTED"
                return [odd] if isinstance(value, list) else odd
    return value


def _is_enum(kind: Type) -> bool:
    if isinstance(kind, Ref):
        schema = facts().schema(kind.schema)
        return isinstance(schema, EnumSchema) or (
            isinstance(schema, PlainSchema) and _is_enum(schema.type)
        )
    return isinstance(kind, InlineEnum) or (isinstance(kind, Array) and _is_enum(kind.items))
