"""The graph as values: resources and what leads from one to another."""

from __future__ import annotations

from dataclasses import dataclass

from ascgen.graph.areas import titles


@dataclass(frozen=True, slots=True)
class Node:
    """A resource schema. `names` are what else it is called: its type, the client's namespaces."""

    name: str
    type: str
    area: str
    names: tuple[str, ...] = ()
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship by its name; `many` if it leads to several."""

    name: str
    many: bool = False
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """All relationships that lead from one resource to another."""

    source: str
    target: str
    links: tuple[Link, ...]

    @property
    def label(self) -> str:
        """The relationships' names."""
        return ", ".join(link.name for link in self.links)

    @property
    def many(self) -> bool:
        """Whether any of them leads to several resources."""
        return any(link.many for link in self.links)


@dataclass(frozen=True, slots=True)
class Graph:
    """Resources and their relationships, in the document's order.

    `focus` is the resource a neighbourhood is of, and empty for the whole.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    focus: str = ""

    def by_area(self) -> dict[str, list[Node]]:
        """Return the resources of each area, in the areas' order."""
        found: dict[str, list[Node]] = {title: [] for title in titles()}
        for node in self.nodes:
            found.setdefault(node.area, []).append(node)
        return {title: nodes for title, nodes in found.items() if nodes}
