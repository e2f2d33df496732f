"""Query parameters of a method: names, types, and how each goes to the wire."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import ApiModel, Field, Operation, Relationship, ResourceSchema, Scalar
from ascgen.plan.names import pascal, snake
from ascgen.plan.views import Parameter

if TYPE_CHECKING:
    from ascgen.plan.annotations import Annotator

# Attributes of these types filter by a value that is not text in Python.
_SCALAR_FILTERS = {"boolean": "bool | str", "integer": "int | str", "number": "float | str"}


@dataclass(slots=True)
class Query:
    """The query of a method: its parameters, and what the runtime does not know of them.

    `wire` are their names to the API, `ids` the types of those that are filters by id.
    """

    parameters: list[Parameter] = field(default_factory=list[Parameter])
    wire: dict[str, str] = field(default_factory=dict[str, str])
    single: list[str] = field(default_factory=list[str])
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, name: str, wire: str, annotation: str, *, required: bool = False) -> None:
        """Return a parameter; optional ones are UNSET unless given."""
        if wire:
            self.wire[name] = wire
        if required:
            self.parameters.append(Parameter(name, annotation, origin=wire))
        else:
            self.parameters.append(Parameter(name, f"{annotation} | Unset", "UNSET", wire))


def query_parameters(
    api: ApiModel,
    annotator: Annotator,
    operation: Operation,
    method: str,
) -> Query:
    """Return the query of an operation's method, required parameters first, then in families."""
    query = Query()
    prefix = pascal(method)
    primary = api.answered(operation)
    members = _members(primary)
    origin = f"{operation.method} {operation.path}"
    plain = [("filter[{}]", item) for item in operation.filters]
    plain += [("{}", item) for item in operation.parameters]
    for wire, item in sorted(plain, key=lambda pair: not pair[1].required):
        name = snake(item.name)
        if item.values:
            answered = annotator.answered(item.name, primary)
            classes = annotator.enumeration(answered)
            alias = f"{prefix}By{pascal(item.name)}"
            where = f"{wire.format(item.name)} of {origin}"
            annotation = annotator.alias(alias, item.values, where, classes)
        else:
            annotation = _value(annotator, members.get(item.name))
        if item.array:
            annotation = f"OneOrMany[{annotation}]"
        else:
            query.single.append(name)
        query.add(name, wire.format(item.name), annotation, required=item.required)
        query.ids |= _ids(name, item.name, members, primary)
    for flag in operation.exists:
        wire = f"exists[{flag.name}]"
        query.add(f"exists_{snake(flag.name)}", wire, "bool", required=flag.required)
    if operation.sort:
        alias = annotator.alias(f"{prefix}Sort", operation.sort, f"sort of {origin}")
        query.add("sort", "", f"OneOrMany[{alias}]")
    if operation.include:
        alias = annotator.alias(f"{prefix}Include", operation.include, f"include of {origin}")
        query.add("include", "", f"OneOrMany[{alias}]")
    if operation.fields:
        entries = tuple(
            (_key(item.type, operation), f"f.{pascal(item.type)}Fields")
            for item in operation.fields
        )
        annotator.types.add_dict(f"{prefix}Fields", entries, f"fields of {origin}")
        query.add("fields", "", f"t.{prefix}Fields")
    if operation.limit:
        query.add("limit", "", "int")
    if operation.related_limits:
        entries = tuple((_key(item.name, operation), "int") for item in operation.related_limits)
        annotator.types.add_dict(f"{prefix}RelatedLimit", entries, f"limits of {origin}")
        query.add("related_limit", "", f"t.{prefix}RelatedLimit")
    if operation.method == "GET":
        query.parameters.append(Parameter("extra", "Extra", "None"))
    return query


def _key(name: str, operation: Operation) -> str:
    """Return a key of a TypedDict, which stands in the code as it is spelled by the API."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise SpecError(f"{name!r} cannot be a key of a TypedDict", pointer=operation.pointer)
    return name


def _members(resource: ResourceSchema | None) -> dict[str, Field | Relationship]:
    """Return what a filter may name of the resource that it is about."""
    if resource is None:
        return {}
    members: dict[str, Field | Relationship] = {item.name: item for item in resource.relationships}
    return members | {item.name: item for item in resource.attributes}


def _ids(
    name: str,
    member: str,
    members: dict[str, Field | Relationship],
    primary: ResourceSchema | None,
) -> dict[str, str]:
    """Return the resource type whose ids a filter takes, by the name of the filter."""
    if member == "id" and primary is not None:
        return {name: primary.type}
    meant = members.get(member)
    return {name: meant.type} if isinstance(meant, Relationship) and meant.type else {}


def _value(annotator: Annotator, meant: Field | Relationship | None) -> str:
    """Return the type of a value that is not listed: an id, or the attribute's type."""
    match meant:
        case Relationship(type=str() as kind):
            return annotator.identifier(kind)
        case Field(type=Scalar(name=name)):
            return _SCALAR_FILTERS.get(name, "str")
        case _:
            return "str"
