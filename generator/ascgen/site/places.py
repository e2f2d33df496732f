"""Where the site shows what search finds: pages and anchors by kind and id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ascgen.explore.members import owned_members
from ascgen.explore.spelling import inner_values, named_parameters
from ascgen.model import EnumSchema, Relationship, RequestSchema, ResourceSchema
from ascgen.plan.namespaces import python_name
from ascgen.site.addresses import HELPERS, anchor, guide_page
from ascgen.site.members import inner_enum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ascgen.explore.thesaurus import Helper
    from ascgen.model import Field, Operation
    from ascgen.site.addresses import Addresses


class Place(msgspec.Struct, frozen=True):
    """Where something is shown, its name there, and what distinguishes its namesakes."""

    kind: str
    id: str
    name: str
    address: str
    about: str = ""


def places(addresses: Addresses, helpers: Iterable[Helper]) -> Iterator[Place]:
    """Yield every place of every entry, the most detailed first."""
    for helper in helpers:
        is_page = helper.kind == "guide"
        address = guide_page(helper.id) if is_page else f"{HELPERS}#{anchor(helper.id)}"
        yield Place(helper.kind, helper.id, helper.id, address, helper.summary)
    for home in addresses.homes.values():
        for operation in home.operations:
            name = python_name(operation)
            called, told = f"{name.namespace}.{name.method}", addresses.operation(operation)
            request = f"{operation.method} {operation.path}"
            yield Place("operation", operation.id, called, told, request)
        for kind in dict.fromkeys(_kinds(home.schema, home.operations)):
            namespaces = " ".join(home.namespaces)
            yield Place("resource", kind, home.name, home.page, namespaces)
    for schema in addresses.api.schemas.values():
        if address := addresses.schema(schema.name):
            yield Place("schema", schema.name, schema.name, address)
    yield from _members(addresses)
    for operation in addresses.api.operations:
        yield from _arguments(addresses, operation)
    yield from _sent_values(addresses)


def _kinds(schema: ResourceSchema | None, operations: Iterable[Operation]) -> Iterator[str]:
    if schema is not None:
        yield schema.type
    for operation in operations:
        yield operation.path.split("/")[2]


def _members(addresses: Addresses) -> Iterator[Place]:
    """Yield the fields of resources and shared types, and the values of enumerations."""
    for schema in addresses.api.schemas.values():
        page = addresses.schema(schema.name).partition("#")[0]
        if not page or isinstance(schema, RequestSchema):
            continue
        if isinstance(schema, EnumSchema):
            for value in schema.values:
                address = f"{page}#{anchor(schema.name, value)}"
                yield Place("value", value, value, address, schema.name)
        owner, items = owned_members(schema)
        for item in items:
            is_link = isinstance(item, Relationship)
            where = schema.name
            if isinstance(schema, ResourceSchema):
                where = "relationship" if is_link else "attribute"
            yield from _member(owner, item, page, where)


def _member(owner: str, item: Field | Relationship, page: str, where: str) -> Iterator[Place]:
    address = f"{page}#{anchor(where, item.name)}"
    identifier = f"{owner}.{item.name}"
    yield Place("field", identifier, item.name, address, owner)
    if not isinstance(item, Relationship):
        listed = inner_enum(item.type)
        for value in dict.fromkeys(inner_values(item.type)):
            at = f"{page}#{anchor(where, item.name, value)}" if value in listed else address
            yield Place("value", value, value, at, identifier)


def _arguments(addresses: Addresses, operation: Operation) -> Iterator[Place]:
    """Yield what an operation takes, each shown with the operation."""
    page = addresses.home(operation).page
    name = python_name(operation)
    called = f"{name.namespace}.{name.method}"

    def at(*place: str) -> str:
        return f"{page}#{anchor(operation.id, *place)}"

    for wire, _ in named_parameters(operation):
        yield Place("parameter", wire, wire, at(wire), called)
    for flag in operation.exists:
        wire = f"exists[{flag.name}]"
        yield Place("parameter", wire, wire, at(wire), called)
    for relationship in operation.include:
        wire = f"include={relationship}"
        yield Place("parameter", wire, wire, at("include"), called)
    request = addresses.api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema):
        owner, items = owned_members(request)
        for item in items:
            identifier = f"{owner}.{item.name}"
            yield Place("field", identifier, item.name, at("body", item.name), called)


def _sent_values(addresses: Addresses) -> Iterator[Place]:
    """Values of parameters and bodies, each where it is taken first."""
    told: set[str] = set()
    for operation in addresses.api.operations:
        page = addresses.home(operation).page
        request = addresses.api.schemas.get(operation.request or "")
        taken = [(wire, wire, item.values) for wire, item in named_parameters(operation)]
        if isinstance(request, RequestSchema):
            taken += [
                (f"body:{item.name}", item.name, tuple(inner_values(item.type)))
                for item in request.attributes
            ]
        for place, name, values in taken:
            for value in values:
                if value not in told:
                    told.add(value)
                    at = f"{page}#{anchor(operation.id, *place.split(':'))}"
                    yield Place("value", value, value, at, name)
