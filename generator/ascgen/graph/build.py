"""The graph of an API, and the neighbourhood of a resource in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ascgen.errors import UsageError
from ascgen.graph.areas import areas
from ascgen.graph.model import Edge, Graph, Link, Node
from ascgen.model import Kind
from ascgen.plan.catalog import build_catalog, relationship_models
from ascgen.plan.names import loose
from ascgen.plan.namespaces import owner_of, python_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel, Operation

_RELATED = {Kind.GET_TO_ONE_RELATED: False, Kind.GET_TO_MANY_RELATED: True}


def build_graph(api: ApiModel) -> Graph:
    """Return all resources with their relationships.

    A relationship that the document declares without a target leads where its operation's answer
    does; so does one whose type two schemas share, or else to those that the answers include.
    """
    namespaces = _namespaces(api)
    edges = _edges(api, namespaces)
    related: dict[str, list[str]] = {}
    for edge in edges:
        related.setdefault(edge.source, []).append(edge.target)
        related.setdefault(edge.target, []).append(edge.source)
    names = [schema.name for schema in api.resources()]
    area_of = areas(names, related)
    called: dict[str, list[str]] = {}
    for namespace, owner in namespaces.items():
        called.setdefault(owner, []).append(namespace)
    nodes = tuple(
        Node(
            name=schema.name,
            type=schema.type,
            area=area_of[schema.name],
            names=tuple(dict.fromkeys((schema.type, *called.get(schema.name, ())))),
            deprecated=schema.deprecated,
        )
        for schema in api.resources()
    )
    return Graph(title=f"{api.title} {api.version}", nodes=nodes, edges=edges)


def neighbourhood(graph: Graph, name: str, depth: int = 1) -> Graph:
    """Return a resource with all that is at most `depth` relationships away, in either direction.

    It is named as its schema, its type, or its namespace in the client; a name that two schemas
    share stands for the first.

    Raises:
        UsageError: there is no resource of that name.
    """
    focus = _find(graph, name)
    near = {focus}
    for _ in range(depth):
        near |= {
            other
            for edge in graph.edges
            for one, other in ((edge.source, edge.target), (edge.target, edge.source))
            if one in near
        }
    return replace(
        graph,
        title=f"{focus}, {graph.title}",
        nodes=tuple(node for node in graph.nodes if node.name in near),
        edges=tuple(e for e in graph.edges if e.source in near and e.target in near),
        focus=focus,
    )


def _find(graph: Graph, name: str) -> str:
    for spelled in (str, loose):
        for node in graph.nodes:
            if spelled(name) == spelled(node.name):
                return node.name
        for node in graph.nodes:
            if spelled(name) in map(spelled, node.names):
                return node.name
    from rapidfuzz import process, utils

    known = [node.name for node in graph.nodes]
    near = process.extract(name, known, limit=3, score_cutoff=60, processor=utils.default_process)
    raise UsageError(
        f"there is no resource {name!r}",
        hint=f"did you mean {', '.join(match for match, *_ in near)}?" if near else "",
    )


def _namespaces(api: ApiModel) -> dict[str, str]:
    """Return the resource schema that each of the client's namespaces is about."""
    grouped: dict[str, list[Operation]] = {}
    for operation in api.operations:
        grouped.setdefault(python_name(operation).namespace, []).append(operation)
    owners = {name: owner_of(api, operations) for name, operations in grouped.items()}
    return {name: owner.name for name, owner in owners.items() if owner is not None}


def _edges(api: ApiModel, namespaces: dict[str, str]) -> tuple[Edge, ...]:
    links: dict[tuple[str, str], dict[str, Link]] = {}
    answered = dict(_answered(api, namespaces))
    declared: set[tuple[str, str]] = set()
    for source, target, link in _declared(api, answered):
        declared.add((source, link.name))
        links.setdefault((source, target), {})[link.name] = link
    for (source, name), (target, many) in answered.items():
        if (source, name) not in declared:
            links.setdefault((source, target), {})[name] = Link(name, many)
    order = {schema.name: index for index, schema in enumerate(api.resources())}
    return tuple(
        Edge(source, target, tuple(found.values()))
        for (source, target), found in sorted(
            links.items(), key=lambda item: (order[item[0][0]], order[item[0][1]])
        )
    )


def _declared(
    api: ApiModel, answered: dict[tuple[str, str], tuple[str, bool]]
) -> Iterator[tuple[str, str, Link]]:
    catalog = build_catalog(api)
    schema_of = {name: schema for schema, name in catalog.by_schema.items()}
    for schema in api.resources():
        for item in schema.relationships:
            if item.type is None:
                continue
            link = Link(item.name, item.many, item.deprecated)
            target, _ = answered.get((schema.name, item.name), ("", False))
            if target and api.resource(target).type == item.type:
                yield schema.name, target, link
                continue
            for name in relationship_models(catalog, schema, item):
                yield schema.name, schema_of[name], link


def _answered(
    api: ApiModel, namespaces: dict[str, str]
) -> Iterator[tuple[tuple[str, str], tuple[str, bool]]]:
    for operation in api.operations:
        if operation.kind in _RELATED:
            source = namespaces.get(python_name(operation).namespace)
            target = api.answered(operation)
            if source is not None and target is not None:
                name = operation.path.rsplit("/", 1)[-1]
                yield (source, name), (target.name, _RELATED[operation.kind])
