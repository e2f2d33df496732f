"""The whole graph as SVG: a card for each area, its resources as a tree under what owns them.

A tree shows most of an area's relationships, since most resources belong to one other. All of a
resource's relationships, also those to other cards, appear while the pointer is on it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.graph.markup import ROW, drawing, element, link, text, text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.graph.markup import Href
    from ascgen.graph.model import Edge, Graph, Node

_INDENT = 18
_PADDING = 14
_HEAD = 34
_GAP = 20
_MARGIN = 24
_TOP = 64
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class _Row:
    """A resource in its area's tree; `parent` is the row of what owns it."""

    node: Node
    depth: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class _Card:
    """An area with its rows, not yet placed."""

    title: str
    rows: tuple[_Row, ...]

    @property
    def width(self) -> float:
        widths = [row.depth * _INDENT + text_width(row.node.name) for row in self.rows]
        return max(*widths, text_width(self.title, 15)) + 2 * _PADDING

    @property
    def height(self) -> int:
        return _HEAD + len(self.rows) * ROW + _PADDING


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a resource's name stands."""

    x: float
    y: float
    width: float


def overview(graph: Graph, href: Href | None = None) -> str:
    """Return the graph as SVG; `href` gives the address of a resource's page."""
    cards = [_Card(area, _tree(nodes, graph.edges)) for area, nodes in graph.by_area().items()]
    columns = _columns(cards)
    spots: dict[str, _Spot] = {}
    frames: list[str] = []
    branches: list[str] = []
    x = float(_MARGIN)
    height = 0
    for column in columns:
        width = max(card.width for card in column)
        y = _TOP
        for card in column:
            frames.append(
                element("rect", class_="card", x=x, y=y, width=width, height=card.height, rx=8)
            )
            frames.append(text(x + _PADDING, y + 23, card.title, "area"))
            branches += _place(card, x + _PADDING, y + _HEAD, spots)
            y += card.height + _GAP
        height = max(height, y)
        x += width + _GAP
    width = max(x - _GAP + _MARGIN, 640.0)
    note = f"{len(graph.nodes)} resources, {sum(len(e.links) for e in graph.edges)} relationships"
    heading = (
        text(_MARGIN, 32, graph.title, "title"),
        text(
            _MARGIN, 50,
            f"{note}. Point at one: blue lines lead from it, orange ones to it.", "note",
        ),
    )  # fmt: skip
    branching = {
        frozenset((row.node.name, card.rows[row.parent].node.name))
        for card in cards for row in card.rows if row.parent is not None
    }  # fmt: skip
    crossing = [
        element("path", class_="edge cross", d=_curve(spots[edge.source], spots[edge.target]))
        for edge in graph.edges
        if edge.source != edge.target and frozenset((edge.source, edge.target)) not in branching
    ]
    ties = _ties(graph, spots)
    nodes = [_node(node, spots[node.name], ties[node.name], href) for node in graph.nodes]
    content = (*heading, *frames, *crossing, *branches, *nodes)
    return drawing(width, height - _GAP + _MARGIN, graph.title, content)


def _tree(nodes: list[Node], edges: tuple[Edge, ...]) -> tuple[_Row, ...]:
    """Return an area's resources, each below the first that leads to it, breadth first.

    Roots are what no other of the area leads to, and then whatever is left, as in cycles.
    """
    names = {node.name: node for node in nodes}
    inner = [
        edge for edge in edges if edge.source in names and edge.target in names
        and edge.source != edge.target
    ]  # fmt: skip
    several = {(edge.source, edge.target) for edge in inner if edge.many}

    def leads_down(edge: Edge) -> bool:
        """To several, or to what carries its owner's name on: but not back up."""
        back = (edge.target, edge.source)
        return edge.many or (edge.target.startswith(edge.source) and back not in several)

    owns = {
        name: [edge.target for edge in inner if edge.source == name and leads_down(edge)]
        for name in names
    }
    owned = {target for targets in owns.values() for target in targets}
    parents: dict[str, str | None] = {}
    for root in sorted(names, key=lambda name: (name in owned, -len(owns[name]))):
        if root in parents:
            continue
        parents[root] = None
        pending = deque([root])
        while pending:
            parent = pending.popleft()
            for child in owns[parent]:
                if child not in parents:
                    parents[child] = parent
                    pending.append(child)
    children: dict[str | None, list[str]] = {}
    for name, owner in parents.items():
        children.setdefault(owner, []).append(name)
    sizes = dict.fromkeys(parents, 1)
    for name, owner in reversed(parents.items()):
        if owner is not None:
            sizes[owner] += sizes[name]
    roots = sorted(children.get(None, ()), key=lambda name: -sizes[name])
    rows: list[_Row] = []
    # A stack and no recursion: a tree is as deep as the document likes.
    waiting: list[tuple[str, int, int | None]] = [(name, 0, None) for name in reversed(roots)]
    while waiting:
        name, depth, place = waiting.pop()
        here = len(rows)
        rows.append(_Row(names[name], depth, place))
        waiting += [(child, depth + 1, here) for child in reversed(children.get(name, ()))]
    return tuple(rows)


def _columns(cards: list[_Card]) -> list[list[_Card]]:
    """Return the cards in columns of about one height, in their order."""
    if not cards:
        return []
    total = sum(card.height + _GAP for card in cards)
    count = min(_COLUMNS, len(cards))
    columns: list[list[_Card]] = [[]]
    done = 0.0
    for card in cards:
        middle = done + card.height / 2
        if columns[-1] and middle > total * len(columns) / count:
            columns.append([])
        columns[-1].append(card)
        done += card.height + _GAP
    return columns


def _place(card: _Card, x: float, y: float, spots: dict[str, _Spot]) -> Iterator[str]:
    """Give every row its spot, and draw the branches of the tree."""
    for index, row in enumerate(card.rows):
        middle = y + index * ROW + ROW / 2
        left = x + row.depth * _INDENT
        spots[row.node.name] = _Spot(left, middle, text_width(row.node.name))
        if row.parent is not None:
            stem = left - _INDENT + 5
            top = y + row.parent * ROW + ROW - 2
            yield element("path", class_="branch", d=f"M{stem:g} {top:g}V{middle:g}H{left - 3:g}")


def _ties(graph: Graph, spots: dict[str, _Spot]) -> dict[str, list[str]]:
    """Return the curves of all relationships of each resource."""
    found: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for edge in graph.edges:
        if edge.source == edge.target:
            continue
        curve = _curve(spots[edge.source], spots[edge.target])
        found[edge.source].append(element("path", class_="out", d=curve))
        found[edge.target].append(element("path", class_="in", d=curve))
    return found


def _curve(start: _Spot, end: _Spot) -> str:
    """From the end of one name to the start of another, or from side to side within a column."""
    x1, x2 = start.x + start.width, end.x - 3
    if end.x + end.width < start.x:
        x1, x2 = start.x - 3, end.x + end.width
    elif x2 < x1:
        x2 = end.x + end.width
        bend = max(x1, x2) + 30 + abs(start.y - end.y) / 12
        return (
            f"M{x1:.1f} {start.y:g}C{bend:.1f} {start.y:g} {bend:.1f} {end.y:g} {x2:.1f} {end.y:g}"
        )
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {start.y:g}C{middle:.1f} {start.y:g} {middle:.1f} {end.y:g} {x2:.1f} {end.y:g}"
    )


def _node(node: Node, spot: _Spot, ties: list[str], href: Href | None) -> str:
    hit = element(
        "rect", class_="quiet", x=spot.x - 4, y=spot.y - ROW / 2, width=spot.width + 8,
        height=ROW, pointer_events="all",
    )  # fmt: skip
    name = text(spot.x, spot.y + 4, node.name, "name")
    note = f"{node.name} ({node.type}){', deprecated' if node.deprecated else ''}"
    content = (
        element("g", ties, class_="ties") if ties else "",
        link(node, href, (hit, name), note=note),
    )
    return element("g", content, class_="node old" if node.deprecated else "node")
