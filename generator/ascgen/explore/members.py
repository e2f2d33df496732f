"""Attributes and relationships, wherever they appear, with the operations that know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ascgen.model import MetricSchema, ObjectSchema, RequestSchema, ResourceSchema

if TYPE_CHECKING:
    from ascgen.model import ApiModel, Field, Operation, Relationship, Schema


class Member(Struct):
    """An attribute or relationship of an owner, as everybody who knows it spells it.

    The owner is a resource, or a shared object where it is of none. The lists hold operation ids:
    who answers with it, who takes it, who has to be given it, and who filters by it.
    """

    owner: str
    item: Field | Relationship
    readable: list[str] = []
    writable: list[str] = []
    required: list[str] = []
    filters: list[str] = []

    @property
    def id(self) -> str:
        """The name that identifies it."""
        return f"{self.owner}.{self.item.name}"


def carriers(api: ApiModel) -> dict[str, list[str]]:
    """Return the operations that take each request, as their body or an inline creation."""
    found: dict[str, list[str]] = {}
    for operation in api.operations:
        request = api.schemas.get(operation.request or "")
        if request is not None:
            found.setdefault(request.name, []).append(operation.id)
        if isinstance(request, RequestSchema):
            for name in request.included:
                found.setdefault(name, []).append(operation.id)
    return found


def all_members(api: ApiModel) -> dict[str, Member]:
    """Return every member by its id, in the order of the schemas."""
    answered: dict[str, list[Operation]] = {}
    for operation in api.operations:
        if (resource := api.answered(operation)) is not None:
            answered.setdefault(resource.name, []).append(operation)
    takers = carriers(api)
    found: dict[str, Member] = {}
    for schema in api.schemas.values():
        owner, items = owned_members(schema)
        for item in items:
            member = found.setdefault(f"{owner}.{item.name}", Member(owner, item))
            if isinstance(schema, ResourceSchema):
                reads = answered.get(schema.name, [])
                member.readable += [operation.id for operation in reads]
                member.filters += [
                    operation.id
                    for operation in reads
                    if any(parameter.name == item.name for parameter in operation.filters)
                ]
            elif isinstance(schema, RequestSchema):
                users = takers.get(schema.name, [])
                _extend(member.writable, users)
                _extend(member.required, users if item.required else [])
    return found


def owned_members(schema: Schema) -> tuple[str, tuple[Field | Relationship, ...]]:
    """Return the members of a schema and their owner's name: the resource's if it has one."""
    match schema:
        case ResourceSchema() | RequestSchema():
            return schema.type, (*schema.attributes, *schema.relationships)
        case ObjectSchema():
            return schema.name, schema.fields
        case MetricSchema():
            return schema.name, schema.row.fields
        case _:
            return schema.name, ()


def _extend(known: list[str], more: list[str]) -> None:
    known += [name for name in more if name not in known]
