"""The reverse of an API: from its parts to the operations that use them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.explore.members import all_members, carriers, owned_members
from ascgen.explore.spelling import inner_values, named_parameters
from ascgen.model import (
    EnumSchema,
    InlineObject,
    MetricSchema,
    ObjectSchema,
    PlainSchema,
    Relationship,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
)
from ascgen.references import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ascgen.explore.members import Member
    from ascgen.model import ApiModel, Schema


class SchemaUse(Struct):
    """Who uses a schema: operations by id, other schemas by name."""

    returned_by: list[str] = []
    included_by: list[str] = []
    accepted_by: list[str] = []
    part_of: list[str] = []


class ValueUse(Struct):
    """Where an enumerated value appears; parameters with the operations that have them."""

    schemas: list[str] = []
    fields: list[str] = []
    parameters: dict[str, list[str]] = {}


class Uses:
    """Reverse look-ups over an API, each index built when it is first asked for."""

    def __init__(self, api: ApiModel) -> None:
        self.api = api

    @cached_property
    def members(self) -> dict[str, Member]:
        """Every attribute and relationship by its id: `builds.usesNonExemptEncryption`."""
        return all_members(self.api)

    @cached_property
    def field_names(self) -> dict[str, bool]:
        """The ids of all members, and whether each is deprecated; quicker than `members`."""
        return {
            f"{owner}.{item.name}": item.deprecated
            for schema in self.api.schemas.values()
            for owner, items in (owned_members(schema),)
            for item in items
        }

    @cached_property
    def value_names(self) -> dict[str, None]:
        """All enumerated values; quicker than `values`."""
        found: dict[str, None] = {}
        for schema in self.api.schemas.values():
            if isinstance(schema, EnumSchema):
                found |= dict.fromkeys(schema.values)
            for item in owned_members(schema)[1]:
                if not isinstance(item, Relationship):
                    found |= dict.fromkeys(inner_values(item.type))
        listed = {item.values for op in self.api.operations for _, item in named_parameters(op)}
        return found | dict.fromkeys(value for values in sorted(listed) for value in values)

    @cached_property
    def values(self) -> dict[str, ValueUse]:
        """Every enumerated value with the places it appears in."""
        found: dict[str, ValueUse] = {}
        for schema in self.api.schemas.values():
            if isinstance(schema, EnumSchema):
                for value in schema.values:
                    found.setdefault(value, ValueUse()).schemas.append(schema.name)
        for member in self.members.values():
            if isinstance(member.item, Relationship):
                continue
            named = (self.api.schemas[name] for name in references(member.item.type))
            shared = [
                v for schema in named if isinstance(schema, EnumSchema) for v in schema.values
            ]
            for value in dict.fromkeys((*inner_values(member.item.type), *shared)):
                found.setdefault(value, ValueUse()).fields.append(member.id)
        for operation in self.api.operations:
            for wire, parameter in named_parameters(operation):
                for value in parameter.values:
                    places = found.setdefault(value, ValueUse()).parameters
                    places.setdefault(wire, []).append(operation.id)
        return found

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """Every parameter as it is sent, with its operations: `filter[app]`, `include=builds`."""
        found: dict[str, list[str]] = {}
        for operation in self.api.operations:
            names = [wire for wire, _ in named_parameters(operation)]
            names += [f"exists[{flag.name}]" for flag in operation.exists]
            names += [f"include={name}" for name in operation.include]
            for name in names:
                found.setdefault(name, []).append(operation.id)
        return found

    def of_schema(self, name: str) -> SchemaUse:
        """Who answers with a schema, includes it, takes it, or has it as a part."""
        inside = self._around(name)
        operations = self.api.operations
        returned = {number for item in inside for number in self._answering.get(item, ())}
        included = {number for item in inside for number in self._carrying.get(item, ())}
        accepting = {operation for item in inside for operation in self._takers.get(item, ())}
        return SchemaUse(
            part_of=self._parents.get(name, []),
            returned_by=[operations[number].id for number in sorted(returned)],
            included_by=[operations[number].id for number in sorted(included - returned)],
            accepted_by=[item.id for item in operations if item.id in accepting],
        )

    @cached_property
    def _answering(self) -> dict[str, list[int]]:
        """By schema, the numbers of the operations whose answers are it or are about it."""
        found: dict[str, list[int]] = {}
        for number, name in self._documents():
            for item in {name, self._primary(name)}:
                found.setdefault(item, []).append(number)
        return found

    @cached_property
    def _carrying(self) -> dict[str, list[int]]:
        """By schema, the numbers of the operations whose answers may include it."""
        found: dict[str, list[int]] = {}
        for number, name in self._documents():
            for item in self._included(name):
                found.setdefault(item, []).append(number)
        return found

    def _documents(self) -> Iterator[tuple[int, str]]:
        """The number of each operation with the schemas that it answers with."""
        for number, operation in enumerate(self.api.operations):
            for answer in operation.answers:
                if answer.schema:
                    yield number, answer.schema

    @cached_property
    def _takers(self) -> dict[str, list[str]]:
        return carriers(self.api)

    def including(self, resource: str) -> dict[str, str]:
        """Return the `include` value that includes a resource, by operation.

        A relationship counts by the type it leads to, or by its own name.
        """
        found: dict[str, str] = {}
        for operation in self.api.operations:
            answered = self.api.answered(operation)
            kinds = {item.name: item.type for item in answered.relationships} if answered else {}
            for name in operation.include:
                if resource in {name, kinds.get(name)}:
                    found.setdefault(operation.id, name)
        return found

    @cached_property
    def _parents(self) -> dict[str, list[str]]:
        """The schemas that name each schema, as a value, a resource or an inline creation."""
        found: dict[str, list[str]] = {}
        for schema in self.api.schemas.values():
            named = {*_values(schema), self._primary(schema.name), *self._included(schema.name)}
            if isinstance(schema, RequestSchema):
                named.update(schema.included)
            for name in sorted(named - {"", schema.name}):
                found.setdefault(name, []).append(schema.name)
        return found

    def _around(self, name: str) -> set[str]:
        """Return a schema with those that hold it as a value, at any depth."""
        found: set[str] = set()
        pending = [name]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += [
                    parent
                    for parent in self._parents.get(name, ())
                    if name in _values(self.api.schemas[parent])
                ]
        return found

    def _primary(self, name: str) -> str:
        schema = self.api.schemas[name]
        return schema.resource if isinstance(schema, ResponseSchema) else ""

    def _included(self, name: str) -> tuple[str, ...]:
        schema = self.api.schemas[name]
        return schema.included if isinstance(schema, ResponseSchema | MetricSchema) else ()


def _values(schema: Schema) -> Iterable[str]:
    """Return the schemas that are types of a schema's own members."""
    match schema:
        case ResourceSchema() | RequestSchema():
            return set(references(InlineObject(fields=schema.attributes)))
        case ObjectSchema():
            return set(references(InlineObject(fields=schema.fields)))
        case MetricSchema():
            return set(references(schema.row))
        case PlainSchema():
            return set(references(schema.type))
        case _:
            return ()
