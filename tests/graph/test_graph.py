"""What leads where, and how it is drawn."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

from ascgen.errors import UsageError
from ascgen.graph import Edge, Graph, Link, Node, build_graph, neighbourhood, pages, svg
from ascgen.graph.areas import OTHER, areas
from ascgen.graph.dot import dot
from ascgen.graph.export import as_json
from ascgen.graph.mermaid import mermaid
from support import mini
from support.mini import analysed, operation
from support.specs import ENTERPRISE, NEWEST, facts

ICONS = "BuildIconsResponse"
LINKS = mini.obj({"links": mini.obj({"self": mini.TEXT})})
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def small() -> Graph:
    spec = mini.spec(
        {
            "GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse"),
            "GET /v1/apps/{id}/icons": operation("apps_icons_getToManyRelated", ICONS),
            "GET /v1/builds/{id}": operation("builds_getInstance", "BuildResponse"),
            "GET /v1/oddities/{id}": operation("oddities_getInstance", "OddityResponse"),
        },
        mini.resource(
            "App", "apps", {}, {"builds": mini.many("builds"), "icons": LINKS, "x": LINKS}
        ),
        mini.resource(
            "Build", "builds", {}, {"app": mini.one("apps"), "oddity": mini.one("oddities")}
        ),
        mini.resource("BuildIcon", "buildIcons", {}),
        mini.resource("Oddity", "oddities", {}),
        mini.resource("Lonely", "lonelies", {}),
    )  # fmt: skip
    return build_graph(analysed(spec))


@pytest.fixture(scope="module")
def whole() -> Graph:
    return build_graph(facts(NEWEST))


def hostile() -> Graph:
    name = '"]</a><script>alert(1)</script>\\"};\n  end'
    return Graph(
        title=name,
        nodes=(Node(name, name, name), Node("App", "apps", "App")),
        edges=(Edge(name, "App", (Link(name),)), Edge("App", name, (Link(name, many=True),))),
    )


def test_relationships_lead_where_their_linkage_or_their_operation_does(small: Graph) -> None:
    assert {(edge.source, edge.target): edge.links for edge in small.edges} == {
        ("App", "Build"): (Link("builds", many=True),),
        ("App", "BuildIcon"): (Link("icons", many=True),),
        ("Build", "App"): (Link("app"),),
        ("Build", "Oddity"): (Link("oddity"),),
    }


def test_two_schemas_of_one_type_are_told_apart(whole: Graph) -> None:
    targets = {
        link.name: edge.target
        for edge in whole.edges
        if edge.source == "App"
        for link in edge.links
    }
    assert targets["inAppPurchases"] == "InAppPurchase"
    assert targets["inAppPurchasesV2"] == "InAppPurchaseV2"


def test_areas(small: Graph) -> None:
    assert {node.name: node.area for node in small.nodes} == {
        "App": "App",
        "Build": "Builds",
        "BuildIcon": "Builds",
        "Oddity": "Builds",  # where what leads to it is
        "Lonely": OTHER,
    }
    found = areas(
        [
            "AppStoreVersionExperimentV2",
            "AppStoreVersion",
            "BuildBetaDetail",
            "GameCenterChallenge",
        ],
        {},
    )
    assert list(found.values()) == [
        "Marketing", "App Store versions", "TestFlight", "Game Center: play",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [NEWEST, ENTERPRISE])
def test_every_resource_has_an_area(name: str) -> None:
    assert OTHER not in build_graph(facts(name)).by_area()


def test_a_neighbourhood(small: Graph) -> None:
    def near(name: str, depth: int = 1) -> set[str]:
        return {node.name for node in neighbourhood(small, name, depth).nodes}

    assert near("Oddity") == {"Oddity", "Build"}
    assert near("Oddity", 2) == {"Oddity", "Build", "App"}
    assert near("Oddity", 3) == {"Oddity", "Build", "App", "BuildIcon"}
    assert near("apps") == near("App") == {"App", "Build", "BuildIcon"}
    assert near("Lonely") == {"Lonely"}
    assert len(neighbourhood(small, "Oddity").edges) == 1


def test_names_of_resources(whole: Graph) -> None:
    assert neighbourhood(whole, "beta_groups").focus == "BetaGroup"
    assert neighbourhood(whole, "in_app_purchases_v2").focus == "InAppPurchaseV2"
    assert neighbourhood(whole, "betagroup").focus == "BetaGroup"
    with pytest.raises(UsageError) as caught:
        neighbourhood(whole, "betagrup")
    assert "BetaGroup" in caught.value.hint


@pytest.mark.parametrize("depth", [0, 1, 2, 9])
def test_svg_draws_every_resource_once_and_inside(whole: Graph, depth: int) -> None:
    graph = neighbourhood(whole, "Build", depth) if depth else whole
    picture = svg(graph, pages())
    root = ET.fromstring(picture)  # noqa: S314 - made here
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    names = [item for item in root.iter(f"{SVG}text") if item.get("class") == "name"]
    assert sorted(item.text or "" for item in names) == sorted(node.name for node in graph.nodes)
    places = {(item.attrib["x"], item.attrib["y"]) for item in names}
    assert len(places) == len(names)
    for item in root.iter(f"{SVG}text"):
        assert 0 <= float(item.attrib["x"]) < width
        assert 0 <= float(item.attrib["y"]) < height
    hrefs = {item.attrib["href"] for item in root.iter(f"{SVG}a")}
    assert hrefs == {f"resources/{node.name}.html" for node in graph.nodes}


def test_svg_draws_every_relationship(whole: Graph) -> None:
    root = ET.fromstring(svg(whole))  # noqa: S314 - made here
    curves = [item.get("class") for item in root.iter(f"{SVG}path")]
    between = [edge for edge in whole.edges if edge.source != edge.target]
    assert curves.count("out") == curves.count("in") == len(between)
    assert list(root.iter(f"{SVG}a")) == []


def test_svg_needs_nothing_from_elsewhere(whole: Graph) -> None:
    picture = svg(whole)
    addresses = re.findall(r"https?://[^\"' )]+", picture)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\(|<image|<use|<script|\son\w+=", picture)
    assert "prefers-color-scheme: dark" in picture


def test_nothing_hostile_gets_out_of_an_svg() -> None:
    for graph in (hostile(), replace(hostile(), focus="App")):
        picture = svg(graph, lambda node: f'x"><script>{node.name}')
        root = ET.fromstring(picture)  # noqa: S314 - made here
        tags = {item.tag.removeprefix(SVG) for item in root.iter()}
        assert tags <= {"svg", "title", "style", "rect", "text", "path", "g", "a"}
        assert not any(name.startswith("on") for item in root.iter() for name in item.attrib)


def test_pages_are_addresses() -> None:
    href = pages("../r/", ".htm")
    assert href(Node("App", "apps", "App")) == "../r/App.htm"
    assert href(Node('a b"/../c', "x", "y")) == "../r/a%20b%22/../c.htm"


MERMAID_LINE = re.compile(
    r"flowchart LR"
    r'|  subgraph area\d+\["[^"]*"\]'
    r'|    [A-Za-z0-9]+\["[^"]*"\]'
    r"|  end"
    r'|  [A-Za-z0-9]+ -->\|"[^"|]*"\| [A-Za-z0-9]+'
    r'|  click [A-Za-z0-9]+ href "[^"]*"'
    r"|  style [A-Za-z0-9]+ stroke-width:3px"
)
DOT_TEXT = r'"(?:[^"\\\n]|\\["\\])*"'
DOT_LINE = re.compile(
    rf"digraph {DOT_TEXT} \{{|  rankdir=LR;|  (?:node|edge) \[.*\];"
    rf"|  subgraph cluster_\d+ \{{|    label={DOT_TEXT};|  ?\}}|\}}"
    rf"|    {DOT_TEXT}(?: \[\w+={DOT_TEXT}(?:, \w+=(?:{DOT_TEXT}|\d))*\]| \[penwidth=2\])?;"
    rf"|  {DOT_TEXT} -> {DOT_TEXT} \[label={DOT_TEXT}, arrowhead=(?:crow|normal)\];"
)


@pytest.mark.parametrize("which", ["whole", "near", "hostile"])
def test_mermaid_and_dot_are_well_formed(whole: Graph, which: str) -> None:
    graph = {
        "whole": whole, "near": neighbourhood(whole, "apps"), "hostile": hostile(),
    }[which]  # fmt: skip
    for href in (None, pages()):
        for line in mermaid(graph, href).splitlines():
            assert MERMAID_LINE.fullmatch(line), line
        for line in dot(graph, href).splitlines():
            assert DOT_LINE.fullmatch(line), line
    edges = len(graph.edges)
    assert mermaid(graph).count(" -->|") == dot(graph).count(" -> ") == edges


def test_mermaid_of_everything_stays_within_its_limits(whole: Graph) -> None:
    """A renderer refuses more than 500 edges or 50,000 characters, and no page can raise that."""
    text = mermaid(whole)
    assert text.count("-->") <= 500
    assert len(text) <= 50_000


def test_small_texts(small: Graph) -> None:
    near = neighbourhood(small, "Oddity")
    assert mermaid(near) == (
        "flowchart LR\n"
        '  subgraph area1["Builds"]\n'
        '    Build["Build"]\n'
        '    Oddity["Oddity"]\n'
        "  end\n"
        '  Build -->|"oddity"| Oddity\n'
        "  style Oddity stroke-width:3px\n"
    )
    assert '  "Build" -> "Oddity" [label="oddity", arrowhead=normal];\n' in dot(near)
    assert '    "Oddity" [URL="resources/Oddity.html", penwidth=2];\n' in dot(near, pages())


def test_json(small: Graph) -> None:
    found = json.loads(as_json(neighbourhood(small, "Oddity")))
    assert (found["kind"], found["id"]) == ("graph", "Oddity")
    assert [item["id"] for item in found["resources"]] == ["Build", "Oddity"]
    assert found["relationships"] == [
        {
            "kind": "relationship",
            "id": "Build.oddity",
            "source": "Build",
            "target": "Oddity",
            "many": False,
            "deprecated": False,
        }
    ]


def test_a_long_row_of_resources_is_drawn() -> None:
    names = [f"Link{number}" for number in range(3_000)]
    nodes = tuple(Node(name, "links", "Other") for name in names)
    edges = tuple(Edge(one, other, (Link("next", many=True),)) for one, other in pairwise(names))
    assert svg(Graph("A chain", nodes, edges)).count(">Link2999<") == 1


def test_an_api_without_resources() -> None:
    spec = mini.spec({"DELETE /v1/apps/{id}": operation("apps_deleteInstance", status=204)})
    graph = build_graph(analysed(spec))
    assert "0 resources" in svg(graph)
    assert mermaid(graph) == "flowchart LR\n"


def test_counts_against_the_snapshot_of_all_linkages(whole: Graph) -> None:
    declared = {
        (schema.name, item.name)
        for schema in facts(NEWEST).resources()
        for item in schema.relationships
        if item.type is not None
    }
    drawn = {(edge.source, link.name) for edge in whole.edges for link in edge.links}
    assert declared <= drawn
    assert len(whole.nodes) == len(facts(NEWEST).resources()) == 239
