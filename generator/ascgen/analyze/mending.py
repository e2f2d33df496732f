"""Schemas mended where they refer to what is not there, or is something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec import structs

from ascgen.analyze.composition import AS_IT_IS
from ascgen.analyze.types import ANY
from ascgen.model import (
    Array,
    Field,
    InlineObject,
    Map,
    MetricSchema,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Schema,
    Type,
)
from ascgen.references import VALUE_SCHEMAS, references

if TYPE_CHECKING:
    from ascgen.analyze.omissions import Omissions

_BY_TYPE = "what is included of its type is a plain Resource"

_Document = TypeVar("_Document", ResponseSchema, MetricSchema, RequestSchema)


def mended(schemas: dict[str, Schema], omissions: Omissions) -> dict[str, Schema]:
    """Return the schemas in the same order, each reference to one of the expected kind."""
    found = _with_resources(schemas)
    circular = _circular(found)
    mender = _Mender(found, circular, omissions)
    return {name: mender.mend(schema) for name, schema in found.items()}


def _with_resources(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Resources whose id is not said to be required look like inline creations."""
    answered = {
        name
        for schema in schemas.values()
        if isinstance(schema, ResponseSchema)
        for name in (schema.resource, *schema.included)
    }
    return {
        name: ResourceSchema(
            name=name,
            type=schema.type,
            attributes=schema.attributes,
            relationships=schema.relationships,
            deprecated=schema.deprecated,
        )
        if name in answered and isinstance(schema, RequestSchema) and schema.purpose == "inline"
        else schema
        for name, schema in schemas.items()
    }


def _circular(schemas: dict[str, Schema]) -> set[str]:
    """Return the plain schemas that lead back to themselves through plain schemas alone."""
    plain = {
        name: [other for other in references(schema.type) if other in schemas]
        for name, schema in schemas.items()
        if isinstance(schema, PlainSchema)
    }
    graph = {name: {other for other in others if other in plain} for name, others in plain.items()}
    return set(_without_ends(_reversed(_without_ends(graph))))


def _without_ends(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return what is left when all that leads nowhere is taken away, again and again."""
    left = {name: set(others) for name, others in graph.items()}
    users = _reversed(graph)
    ends = [name for name, others in left.items() if not others]
    while ends:
        end = ends.pop()
        del left[end]
        for user in users[end]:
            left[user].discard(end)
            if not left[user]:
                ends.append(user)
    return left


def _reversed(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in graph}
    for name, others in graph.items():
        for other in others & graph.keys():
            found[other].add(name)
    return found


class _Mender:
    def __init__(
        self, schemas: dict[str, Schema], circular: set[str], omissions: Omissions
    ) -> None:
        self._schemas = schemas
        self._circular = circular
        self._omissions = omissions

    def mend(self, schema: Schema) -> Schema:
        match schema:
            case PlainSchema():
                if schema.name in self._circular:
                    self._note(schema, f"{schema.name} leads to itself", AS_IT_IS)
                    return structs.replace(schema, type=ANY)
                return structs.replace(schema, type=self._type(schema.type, schema))
            case ObjectSchema():
                return structs.replace(schema, fields=self._fields(schema.fields, schema))
            case ResourceSchema():
                return structs.replace(schema, attributes=self._fields(schema.attributes, schema))
            case RequestSchema():
                attributes = self._fields(schema.attributes, schema)
                whole = structs.replace(schema, attributes=attributes)
                return self._including(whole, RequestSchema)
            case MetricSchema():
                row = InlineObject(fields=self._fields(schema.row.fields, schema))
                return self._including(structs.replace(schema, row=row), ResourceSchema)
            case ResponseSchema():
                if not isinstance(self._schemas.get(schema.resource), ResourceSchema):
                    self._note(schema, f"{schema.resource} is not a resource", AS_IT_IS)
                    return PlainSchema(name=schema.name, type=ANY)
                return self._including(schema, ResourceSchema)
            case _:
                return schema

    def _including(self, schema: _Document, kind: type[Schema]) -> _Document:
        kept = tuple(n for n in schema.included if isinstance(self._schemas.get(n), kind))
        for name in schema.included:
            if name not in kept:
                self._note(schema, f"{name} cannot be included", _BY_TYPE)
        return schema if kept == schema.included else structs.replace(schema, included=kept)

    def _fields(self, fields: tuple[Field, ...], owner: Schema) -> tuple[Field, ...]:
        if all(self._fits(item.type) for item in fields):
            return fields
        return tuple(structs.replace(item, type=self._type(item.type, owner)) for item in fields)

    def _fits(self, kind: Type) -> bool:
        return all(isinstance(self._schemas.get(n), VALUE_SCHEMAS) for n in references(kind))

    def _type(self, kind: Type, owner: Schema) -> Type:
        match kind:
            case Ref():
                if isinstance(self._schemas.get(kind.schema), VALUE_SCHEMAS):
                    return kind
                self._note(owner, f"{kind.schema} is not a value", AS_IT_IS)
                return ANY
            case Array():
                return Array(items=self._type(kind.items, owner))
            case Map():
                return Map(values=self._type(kind.values, owner))
            case InlineObject():
                return InlineObject(fields=self._fields(kind.fields, owner))
            case OneOf():
                return OneOf(variants=tuple(self._type(v, owner) for v in kind.variants))
            case _:
                return kind

    def _note(self, owner: Schema, what: str, still: str) -> None:
        self._omissions.add_at(owner.pointer, what, still)
