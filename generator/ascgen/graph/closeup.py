"""The neighbourhood of a resource as SVG: what leads to it at the left, where it leads, right.

Each step away is a column; the names of the relationships stand under the resource they lead to,
or come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.graph.markup import drawing, element, link, text, text_width

if TYPE_CHECKING:
    from ascgen.graph.markup import Href
    from ascgen.graph.model import Edge, Graph, Node

_MARGIN = 24
_TOP = 64
_BOX = 38
_STEP = 48
_GAP = 110
_PADDING = 12
_HEAD = 26
_LABEL_SIZE = 11
_LONGEST = 46


@dataclass(frozen=True, slots=True)
class _Box:
    """A resource in its place, with what ties it to the focus."""

    node: Node
    note: str
    x: float
    y: float
    width: float


def closeup(graph: Graph, href: Href | None = None) -> str:
    """Return the neighbourhood as SVG; `href` gives the address of a resource's page."""
    columns = _columns(graph)
    notes = _notes(graph, columns)
    tallest = max(_height(nodes) for nodes in columns.values())
    boxes: dict[str, _Box] = {}
    areas: list[str] = []
    x = float(_MARGIN)
    for column in sorted(columns):
        nodes = columns[column]
        width = max(_width(node, notes.get(node.name, "")) for node in nodes)
        y = _TOP + (tallest - _height(nodes)) / 2
        area = ""
        for node in nodes:
            if node.area != area:
                area = node.area
                areas.append(text(x, y + _HEAD - 8, area, "note"))
                y += _HEAD
            boxes[node.name] = _Box(node, notes.get(node.name, ""), x, y, width)
            y += _STEP
        x += width + _GAP
    place = {node.name: column for column, nodes in columns.items() for node in nodes}
    lines = [
        _line(edge, boxes, is_step=abs(place[edge.source] - place[edge.target]) == 1)
        for edge in graph.edges
        if edge.source != edge.target
    ]
    heading = (
        text(_MARGIN, 32, graph.title, "title"),
        text(_MARGIN, 50, _summary(graph), "note"),
    )
    shown = [_drawn(box, href, focus=name == graph.focus) for name, box in boxes.items()]
    width = max(x - _GAP + _MARGIN, text_width(graph.title, 18) + 2 * _MARGIN)
    content = (*heading, *lines, *areas, *shown)
    return drawing(width, _TOP + tallest + _MARGIN, graph.title, content)


def _columns(graph: Graph) -> dict[int, list[Node]]:
    """Return the resources by their distance from the focus, negative for those that lead to it."""
    place = {graph.focus: 0}
    frontier = [graph.focus]
    while frontier:
        reached: dict[str, int] = {}
        for name in frontier:
            side = place[name]
            for edge in graph.edges:
                if edge.source == name and edge.target not in place:
                    reached.setdefault(edge.target, side + 1 if side >= 0 else side - 1)
                elif edge.target == name and edge.source not in place:
                    reached.setdefault(edge.source, side - 1 if side <= 0 else side + 1)
        place |= reached
        frontier = list(reached)
    found: dict[int, list[Node]] = {}
    for nodes in graph.by_area().values():
        for node in nodes:
            found.setdefault(place[node.name], []).append(node)
    return found


def _notes(graph: Graph, columns: dict[int, list[Node]]) -> dict[str, str]:
    """Return the relationships between each resource and the column nearer to the focus."""
    place = {node.name: column for column, nodes in columns.items() for node in nodes}
    found: dict[str, list[str]] = {}
    for edge in graph.edges:
        near, far = sorted((edge.source, edge.target), key=lambda name: abs(place[name]))
        if abs(place[near]) == abs(place[far]) and near != far:
            continue
        arrow = "→" if edge.target == far else "←"
        found.setdefault(far, []).append(f"{arrow} {edge.label}")
    return {name: _shortened("  ".join(parts)) for name, parts in found.items()}


def _shortened(note: str) -> str:
    return note if len(note) <= _LONGEST else f"{note[:_LONGEST]}…"


def _height(nodes: list[Node]) -> float:
    changes = sum(1 for before, node in zip([None, *nodes], nodes, strict=False)
                  if before is None or before.area != node.area)  # fmt: skip
    return len(nodes) * _STEP + changes * _HEAD


def _width(node: Node, note: str) -> float:
    return max(text_width(node.name), text_width(note, _LABEL_SIZE)) + 2 * _PADDING


def _line(edge: Edge, boxes: dict[str, _Box], *, is_step: bool) -> str:
    """Return the curve of an edge, faint unless it is a step away from the focus."""
    start, end = boxes[edge.source], boxes[edge.target]
    y1, y2 = start.y + _BOX / 2, end.y + _BOX / 2
    if start.x == end.x:
        x1 = x2 = start.x + start.width
        bend = x1 + 24 + abs(y1 - y2) / 10
        curve = f"M{x1:.1f} {y1:g}C{bend:.1f} {y1:g} {bend:.1f} {y2:g} {x2:.1f} {y2:g}"
    else:
        left, right = (start, end) if start.x < end.x else (end, start)
        x1, x2 = (left.x + left.width, right.x)
        if left is end:
            x1, x2 = x2, x1
        middle = (x1 + x2) / 2
        curve = f"M{x1:.1f} {y1:g}C{middle:.1f} {y1:g} {middle:.1f} {y2:g} {x2:.1f} {y2:g}"
    return element("path", class_="edge" if is_step else "edge far", d=curve)


def _drawn(box: _Box, href: Href | None, *, focus: bool) -> str:
    node = box.node
    frame = element("rect", class_="pill", x=box.x, y=box.y, width=box.width, height=_BOX, rx=6)
    middle = box.y + (16 if box.note else 23)
    parts = [frame, text(box.x + _PADDING, middle, node.name, "name")]
    if box.note:
        parts.append(text(box.x + _PADDING, box.y + 30, box.note, "note", font_size=_LABEL_SIZE))
    kinds = ["node", *(["focus"] if focus else []), *(["old"] if node.deprecated else [])]
    note = f"{node.name} ({node.type}){', deprecated' if node.deprecated else ''}"
    return element("g", link(node, href, parts, note=note), class_=" ".join(kinds))


def _summary(graph: Graph) -> str:
    out = sum(len(edge.links) for edge in graph.edges if edge.source == graph.focus)
    into = sum(len(edge.links) for edge in graph.edges if edge.target == graph.focus)
    return f"{out} relationships lead from it (→), {into} to it (←)."
