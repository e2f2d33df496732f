"""The pages as values: the resource's, the shared types', and the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.graph.areas import areas, titles
from ascgen.model import EnumSchema, MetricSchema, ObjectSchema, PlainSchema, RequestSchema
from ascgen.plan.namespaces import python_name
from ascgen.site.addresses import anchor
from ascgen.site.members import fields, relationships, type_parts, values_at
from ascgen.site.operations import operation_view, request_members
from ascgen.site.views import (
    Area,
    HelperView,
    Members,
    NamespaceView,
    Part,
    ResourceCard,
    ResourcePage,
    TypeGroup,
    TypeView,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ascgen.explore.lookup import Lookup
    from ascgen.explore.thesaurus import Helper
    from ascgen.graph import Graph
    from ascgen.model import Operation, Schema
    from ascgen.site.addresses import Addresses, Home
    from ascgen.site.relations import Relations


def resource_page(
    addresses: Addresses, lookup: Lookup, relations: Relations, home: Home, area: str, graph: str
) -> ResourcePage:
    """Return a resource with its operations, members and relatives; `graph` is markup."""
    schema = home.schema
    grouped: dict[str, list[Operation]] = {}
    for operation in home.operations:
        grouped.setdefault(python_name(operation).namespace, []).append(operation)
    return ResourcePage(
        name=home.name,
        type=schema.type if schema is not None else "",
        area=area,
        deprecated=is_deprecated(home),
        successor=_successor(addresses, lookup, home),
        namespaces=tuple(
            NamespaceView(
                name,
                "/".join(found[0].path.split("/")[:3]),
                tuple(operation_view(addresses, lookup, operation) for operation in found),
            )
            for name, found in grouped.items()
        ),
        attributes=tuple(fields(addresses, schema.attributes, "attribute")) if schema else (),
        relationships=(
            tuple(relationships(addresses, schema.relationships, "relationship")) if schema else ()
        ),
        inline=tuple(_inline(addresses, home)),
        groups=relations.of_resource(home),
        graph=graph,
    )


def type_groups(addresses: Addresses, relations: Relations) -> tuple[TypeGroup, ...]:
    """Return all shared types, by sort."""
    found: dict[str, list[TypeView]] = {
        "Enumerations": [],
        "Objects": [],
        "Measurements": [],
        "Others": [],
    }
    for schema in sorted(addresses.api.schemas.values(), key=lambda item: item.name.lower()):
        heading = _sort(schema)
        if heading:
            found[heading].append(_type(addresses, relations, schema))
    return tuple(
        TypeGroup(heading, anchor("all", heading.lower()), tuple(types))
        for heading, types in found.items()
        if types
    )


def helper_views(helpers: Sequence[Helper]) -> tuple[HelperView, ...]:
    """Return the helpers of the client."""
    return tuple(
        HelperView(item.id, anchor(item.id), item.summary, item.call)
        for item in helpers
        if item.kind == "helper"
    )


def overview(addresses: Addresses, area_of: dict[str, str]) -> tuple[Area, ...]:
    """Return all resources, by area."""
    grouped: dict[str, list[Home]] = {title: [] for title in titles()}
    for home in addresses.homes.values():
        grouped[area_of[home.name]].append(home)
    return tuple(
        Area(
            title=title,
            anchor=anchor("area", title),
            resources=tuple(
                ResourceCard(
                    name=home.name,
                    address=home.page,
                    namespaces=home.namespaces,
                    count=len(home.operations),
                    deprecated=is_deprecated(home),
                )
                for home in homes
            ),
            operations=sum(len(home.operations) for home in homes),
        )
        for title, homes in grouped.items()
        if homes
    )


def area_by_page(addresses: Addresses, graph: Graph) -> dict[str, str]:
    """Return the area of every page: the graph's, or by name for what has no schema."""
    known = {node.name: node.area for node in graph.nodes}
    return areas([name for name in addresses.homes if name not in known], {}) | known


def is_deprecated(home: Home) -> bool:
    """Return whether nothing of it is left that is not deprecated."""
    if home.operations:
        return all(operation.deprecated for operation in home.operations)
    return home.schema is not None and home.schema.deprecated


def _successor(addresses: Addresses, lookup: Lookup, home: Home) -> Part | None:
    """Return the resource to use instead of one whose operations are all deprecated."""
    kinds = {operation.path.split("/")[2] for operation in home.operations}
    for kind in sorted(kinds & lookup.resources.keys()):
        if name := lookup.resource_successor(lookup.resources[kind]):
            return Part(name, addresses.by_type(name))
    return None


def _inline(addresses: Addresses, home: Home) -> Iterator[Members]:
    """Yield what may be created inside another resource's request, of this page's type."""
    if home.schema is None or addresses.by_type(home.schema.type) != home.page:
        return
    for schema in addresses.api.schemas.values():
        if (
            isinstance(schema, RequestSchema)
            and schema.purpose == "inline"
            and schema.type == home.schema.type
        ):
            place = ("inline", schema.name)
            members = tuple(request_members(addresses, schema, *place))
            yield Members(schema.name, members, anchor=anchor(*place))


def _sort(schema: Schema) -> str:
    match schema:
        case EnumSchema():
            return "Enumerations"
        case ObjectSchema():
            return "Objects"
        case MetricSchema():
            return "Measurements"
        case PlainSchema():
            return "Others"
        case _:
            return ""


def _type(addresses: Addresses, relations: Relations, schema: Schema) -> TypeView:
    name = schema.name
    found = schema.fields if isinstance(schema, ObjectSchema) else ()
    if isinstance(schema, MetricSchema):
        found = schema.row.fields
    return TypeView(
        name=name,
        anchor=anchor(name),
        deprecated=getattr(schema, "deprecated", False),
        is_=type_parts(addresses, schema.type) if isinstance(schema, PlainSchema) else (),
        values=values_at(schema.values, name) if isinstance(schema, EnumSchema) else (),
        members=tuple(fields(addresses, found, name)),
        users=relations.of_type(name),
    )
