"""The graph as DOT, for Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ascgen.graph.markup import Href
    from ascgen.graph.model import Graph


def dot(graph: Graph, href: Href | None = None) -> str:
    """Return a directed graph with a cluster for each area; `href` makes resources links.

    Arrows to several have a crow's foot, those of deprecated resources are dashed.
    """
    lines = [
        f"digraph {_quoted(graph.title)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica"];',
        '  edge [color="#8c959f", fontname="Helvetica", fontsize=10];',
    ]
    for number, (area, nodes) in enumerate(graph.by_area().items(), start=1):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(area)};"]
        for node in nodes:
            about = [f"URL={_quoted(href(node))}"] if href is not None else []
            about += ['style="rounded,dashed"'] if node.deprecated else []
            about += ["penwidth=2"] if node.name == graph.focus else []
            attributes = f" [{', '.join(about)}]" if about else ""
            lines.append(f"    {_quoted(node.name)}{attributes};")
        lines.append("  }")
    for edge in graph.edges:
        head = "crow" if edge.many else "normal"
        ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
        lines.append(f"  {ends} [label={_quoted(edge.label)}, arrowhead={head}];")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a DOT string, with quotes and backslashes escaped."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
