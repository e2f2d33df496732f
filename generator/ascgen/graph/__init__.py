"""The graph of resources and relationships: the whole or a neighbourhood, as a picture or text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.graph.model import Edge, Graph, Link, Node

if TYPE_CHECKING:
    from ascgen.graph.markup import Href
    from ascgen.model import ApiModel

__all__ = ["Edge", "Graph", "Link", "Node", "build_graph", "neighbourhood", "pages", "svg"]


def build_graph(api: ApiModel) -> Graph:
    """Return all resources of an API with their relationships."""
    from ascgen.graph import build

    return build.build_graph(api)


def neighbourhood(graph: Graph, name: str, depth: int = 1) -> Graph:
    """Return a resource with all that is at most `depth` relationships away, in either direction.

    It is named as its schema, its type, or its namespace in the client; a name that two schemas
    share stands for the first.

    Raises:
        UsageError: there is no resource of that name.
    """
    from ascgen.graph import build

    return build.neighbourhood(graph, name, depth)


def svg(graph: Graph, href: Href | None = None) -> str:
    """Return a picture of the graph; `href` gives the address of a resource's page.

    It follows the reader's preference for light or dark. A page with a switch of its own puts the
    SVG into its HTML and sets the `--asc-…` variables on `.asc-graph`.
    """
    from ascgen.graph.closeup import closeup
    from ascgen.graph.overview import overview

    return closeup(graph, href) if graph.focus else overview(graph, href)


def pages(prefix: str = "resources/", suffix: str = ".html") -> Href:
    """Addresses made of the resources' names: `resources/App.html`."""
    from urllib.parse import quote

    def href(node: Node) -> str:
        return f"{prefix}{quote(node.name)}{suffix}"

    return href
