"""The graph as JSON, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from ascgen.graph.model import Graph


def as_json(graph: Graph) -> str:
    """Return an object with `resources` and `relationships`, each with its `kind` and `id`."""
    data = {
        "kind": "graph",
        "id": graph.focus or "all",
        "title": graph.title,
        "resources": [
            {
                "kind": "resource",
                "id": node.name,
                "type": node.type,
                "area": node.area,
                "names": node.names,
                "deprecated": node.deprecated,
            }
            for node in graph.nodes
        ],
        "relationships": [
            {
                "kind": "relationship",
                "id": f"{edge.source}.{link.name}",
                "source": edge.source,
                "target": edge.target,
                "many": link.many,
                "deprecated": link.deprecated,
            }
            for edge in graph.edges
            for link in edge.links
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"
