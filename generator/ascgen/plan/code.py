"""Pieces of Python code: literals and collections of them, quoted so that no value can escape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ascgen.model import Scalar
from ascgen.plan.names import snake
from ascgen.plan.views import Argument, Collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ascgen.model import Relationship, RequestSchema

_DATES = {"date": "date", "date-time": "datetime"}


def literal(value: str) -> str:
    """Return a string as a Python literal, in black's quotes where they do."""
    return json.dumps(value) if value.isascii() and value.isprintable() else repr(value)


def mapping(values: Mapping[str, str]) -> Collection:
    """Return a mapping of strings to strings."""
    items = (f"{literal(name)}: {literal(value)}" for name, value in values.items())
    return Collection(tuple(items), is_mapping=True)


def strings(values: Iterable[str]) -> Collection:
    """Return a tuple of strings."""
    return Collection(tuple(literal(value) for value in values))


def of_models(*names: str) -> str:
    """Model classes as a union, where the package's models are imported as `m`."""
    return " | ".join(f"m.{name}" for name in names)


def linkage(name: str, kind: str, *, many: bool) -> str:
    """Return a call of the runtime that describes a relationship of a request."""
    return f"{'many' if many else 'one'}({literal(name)}, {literal(kind)})"


def attribute_names(request: RequestSchema) -> Collection:
    """Return the attributes of a request: wire names by Python names."""
    return mapping({snake(item.name): item.name for item in request.attributes})


def date_kinds(request: RequestSchema) -> Collection:
    """Return the attributes of a request that are days or points in time: types by wire names."""
    kinds = {
        item.name: _DATES[item.type.format]
        for item in request.attributes
        if isinstance(item.type, Scalar) and item.type.format in _DATES
    }
    items = (f"{literal(name)}: {kind}" for name, kind in kinds.items())
    return Collection(tuple(items), is_mapping=True)


def relationship_names(request: RequestSchema) -> Collection:
    """Return the relationships of a request, described, by Python names."""
    return Collection(tuple(map(_described, request.relationships)), is_mapping=True)


def request_arguments(request: RequestSchema, root: str) -> list[Argument]:
    """Return how a request's keywords map to the wire, as arguments of an Operation."""
    arguments: list[Argument] = []
    if request.type != root:
        arguments.append(Argument(literal(request.type), "type"))
    if request.attributes:
        arguments.append(Argument(attribute_names(request), "attributes"))
    if (dates := date_kinds(request)).items:
        arguments.append(Argument(dates, "dates"))
    if request.relationships:
        arguments.append(Argument(relationship_names(request), "relationships"))
    return arguments


def _described(item: Relationship) -> str:
    return f"{literal(snake(item.name))}: {linkage(item.name, item.type or '', many=item.many)}"
