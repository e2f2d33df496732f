"""The graph's pictures as the pages have them: their style in the site's, their links relative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.graph import neighbourhood, pages, svg
from ascgen.graph.markup import STYLE

if TYPE_CHECKING:
    from ascgen.graph import Graph

_STYLE = f"<style>{STYLE}</style>"


def whole(graph: Graph) -> str:
    """Return all resources, for a page at the site's root."""
    return svg(graph, pages()).replace(_STYLE, "")


def around(graph: Graph, name: str) -> str:
    """Return the picture of a resource and its neighbours, empty if it has none."""
    near = neighbourhood(graph, name)
    return svg(near, pages("")).replace(_STYLE, "") if len(near.nodes) > 1 else ""


def style() -> str:
    """Return the style of all pictures."""
    return STYLE
