"""The graph as Mermaid, for Markdown that renders it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ascgen.graph.markup import Href
    from ascgen.graph.model import Graph

_SAFE = re.compile(r"[A-Za-z0-9 .,:_/?=&()+\-]")
_MUST_START_BIG = re.compile(r"[A-Z][A-Za-z0-9]*\Z")


def mermaid(graph: Graph, href: Href | None = None) -> str:
    """Return a flowchart with a subgraph for each area; `href` makes resources links."""
    ids = _ids(graph)
    lines = ["flowchart LR"]
    for number, (area, nodes) in enumerate(graph.by_area().items(), start=1):
        lines.append(f'  subgraph area{number}["{_quoted(area)}"]')
        lines += [f'    {ids[node.name]}["{_quoted(node.name)}"]' for node in nodes]
        lines.append("  end")
    lines += [
        f'  {ids[edge.source]} -->|"{_quoted(edge.label)}"| {ids[edge.target]}'
        for edge in graph.edges
    ]
    if href is not None:
        lines += [f'  click {ids[n.name]} href "{_quoted(href(n))}"' for n in graph.nodes]
    if graph.focus:
        lines.append(f"  style {ids[graph.focus]} stroke-width:3px")
    return "\n".join(lines) + "\n"


def _ids(graph: Graph) -> dict[str, str]:
    """Names as they are where Mermaid takes them: its own words are all in lower case."""
    return {
        node.name: node.name if _MUST_START_BIG.match(node.name) else f"n{number}"
        for number, node in enumerate(graph.nodes, start=1)
    }


def _quoted(text: str) -> str:
    """Text between Mermaid's quotes, which know no escape but character codes."""
    return "".join(c if _SAFE.match(c) else f"#{ord(c)};" for c in text)
