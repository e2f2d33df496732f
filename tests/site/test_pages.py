"""The rendered files: everything is there, every link leads somewhere, every anchor is one."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

import pytest
from reference_site import GUIDE, TEMPLATES

from ascgen.explore.spelling import inner_values, named_parameters
from ascgen.model import EnumSchema, ObjectSchema, RequestSchema, ResourceSchema
from ascgen.plan.calls import call_text
from ascgen.plan.namespaces import python_name
from ascgen.site import render_site
from ascgen.site.addresses import Addresses, anchor
from ascgen.subset import subset
from docs.blocks import blocks

if TYPE_CHECKING:
    from pathlib import Path

    from ascgen.model import ApiModel

pytestmark = pytest.mark.xdist_group("site")

_ID = re.compile(r'\sid="([^"]*)"')
_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
# Where the guide may lead: a reader goes there, and nothing is loaded from there.
_OUTWARD = re.compile(r'<a href="https://[^"]*"')
_VOID = frozenset({"meta", "link", "input", "br", "wbr", "img", "hr", "!doctype"})


@pytest.fixture(scope="session")
def anchors(files: dict[str, str]) -> dict[str, list[str]]:
    return {
        path: [html.unescape(item) for item in _ID.findall(text)]
        for path, text in files.items()
        if path.endswith(".html")
    }


def index_of(files: dict[str, str]) -> dict[str, list[object]]:
    text = files["assets/index.js"].partition("window.ASC_INDEX = {")[2].strip().removesuffix("};")
    lines = re.sub(r"^([A-Za-z]+): ", r'"\1": ', text, flags=re.MULTILINE)
    found = json.loads("{" + lines + "}")
    assert isinstance(found, dict)
    return found


def addresses_of(files: dict[str, str]) -> list[str]:
    index = index_of(files)
    pages = [str(page) for page in index["pages"]]
    found: list[str] = []
    for entry in index["entries"]:
        assert isinstance(entry, list)
        for page, place, *_ in entry[3]:
            found.append(f"{pages[page]}#{place}" if place else pages[page])
    return found


def test_every_link_leads_somewhere(files: dict[str, str], anchors: dict[str, list[str]]) -> None:
    known = {path: set(ids) for path, ids in anchors.items()}
    lost: list[str] = []
    for path, text in files.items():
        if not path.endswith(".html"):
            continue
        inward = _OUTWARD.sub("<a", text) if path.startswith("guide/") else text
        for link in dict.fromkeys(_LINK.findall(inward)):
            target, _, place = urljoin(path, html.unescape(link)).partition("#")
            target = unquote(target)
            if target not in files or (place and place not in known[target]):
                lost.append(f"{path}: {link}")
    assert not lost


def test_every_entry_of_the_index_leads_somewhere(
    files: dict[str, str], anchors: dict[str, list[str]]
) -> None:
    known = {path: set(ids) for path, ids in anchors.items()}
    addresses = addresses_of(files)
    assert len(addresses) > 8000
    for address in addresses:
        page, _, place = address.partition("#")
        assert not place or place in known[unquote(page)], address


def test_anchors_are_unique(anchors: dict[str, list[str]]) -> None:
    for path, ids in anchors.items():
        assert [name for name, count in Counter(ids).items() if count > 1] == [], path


def test_every_operation_is_told_with_its_call(api: ApiModel, files: dict[str, str]) -> None:
    addresses = Addresses(api)
    plain = {path: re.sub(r"<[^>]*>", "", text) for path, text in files.items()}
    for operation in api.operations:
        page, _, place = addresses.operation(operation).partition("#")
        assert f'id="{place}"' in files[page]
        assert html.escape(f"{operation.path}", quote=True) in plain[page]
        for awaited in (False, True):
            called = call_text(api, operation, awaited=awaited).partition("(")[0]
            assert f"{called}(" in plain[page]
        name = python_name(operation)
        assert f"asc.{name.namespace}" in plain[page]
        for wire, _ in named_parameters(operation):
            assert f'id="{anchor(operation.id, wire)}"' in files[page]
        request = api.schemas.get(operation.request or "")
        if isinstance(request, RequestSchema):
            for item in (*request.attributes, *request.relationships):
                assert f'id="{anchor(operation.id, "body", item.name)}"' in files[page]


def test_every_attribute_relationship_and_value_is_told(
    api: ApiModel, anchors: dict[str, list[str]]
) -> None:
    known = {path: set(ids) for path, ids in anchors.items()}
    addresses = Addresses(api)
    for schema in api.schemas.values():
        page, _, place = addresses.schema(schema.name).partition("#")
        match schema:
            case ResourceSchema():
                for attribute in schema.attributes:
                    assert anchor("attribute", attribute.name) in known[page]
                    if attribute.type.__class__.__name__ == "InlineEnum":
                        for value in inner_values(attribute.type):
                            assert anchor("attribute", attribute.name, value) in known[page]
                for link in schema.relationships:
                    assert anchor("relationship", link.name) in known[page]
            case EnumSchema():
                assert {anchor(schema.name, value) for value in schema.values} <= known[page]
            case ObjectSchema():
                assert {anchor(schema.name, item.name) for item in schema.fields} <= known[page]
            case _:
                assert not page or not place or place in known[page]


def test_deprecation_is_marked_and_the_successor_named(files: dict[str, str]) -> None:
    text = files["resources/InAppPurchaseV2.html"]
    assert "deprecated" not in text.partition("<h1>")[2].partition("</h1>")[0]
    old = files["resources/GameCenterLeaderboard.html"]
    assert "deprecated" in old.partition("<h1>")[2].partition("</h1>")[0]
    section = old.partition('id="gameCenterLeaderboards_getInstance"')[2].partition("</section>")[0]
    assert 'class="mark deprecated"' in section
    assert "GameCenterLeaderboardV2.html#gameCenterLeaderboardsV2_getInstance" in section


def test_a_resource_links_to_its_relatives(files: dict[str, str]) -> None:
    text = files["resources/Build.html"]
    assert 'href="../resources/App.html"' in text  # a relationship
    assert 'href="../types.html#BuildAudienceType"' in text
    assert 'href="App.html"' in text  # the picture
    assert "asc.apps.list_builds" in text
    assert "asc.beta_groups.list(include=&#34;builds&#34;)" in text


def test_the_pages_hold_nothing_that_runs_or_loads(files: dict[str, str]) -> None:
    for path, text in files.items():
        if path.endswith(".html"):
            assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", text), path
            assert "<style" not in text
            assert not re.search(r"<script[^>]*>[^<]", text), path
            # What is said of the API's own server is text, never an address to load from.
            inward = _OUTWARD.sub("<a", text) if path.startswith("guide/") else text
            assert not [link for link in _LINK.findall(inward) if "//" in link], path
            assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
        elif path.endswith(".css"):
            assert "url(" not in text
            assert "@import" not in text


def test_the_guide_is_told_as_the_repository_has_it(files: dict[str, str]) -> None:
    for page in GUIDE.glob("*.md"):
        told = files[f"guide/{page.stem}.html"]
        shown = html.unescape(re.sub(r"<[^>]*>", "", told))
        for block in blocks(page):
            assert block.text in shown, block.place
        text = page.read_text(encoding="utf-8")
        assert told.count("<table>") == len(re.findall(r"^\|---", text, flags=re.MULTILINE))
        assert f'<a href="../guide/{page.stem}.html" aria-current="page">' in told
    assert 'href="calls.html#connections"' in files["guide/testing.html"]
    assert "json.md" not in re.sub(r"<code>[^<]*</code>", "", files["guide/generator.html"])


def test_search_leads_to_the_guide(files: dict[str, str]) -> None:
    addresses = addresses_of(files)
    assert {f"guide/{page.stem}.html" for page in GUIDE.glob("*.md")} <= {*addresses}


def test_html_in_the_guide_is_text(api: ApiModel, tmp_path: Path) -> None:
    attack = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    for page in GUIDE.glob("*.md"):
        (tmp_path / page.name).write_text(f"# {attack}\n\n## {attack}\n\n{attack}\n")
    small = render_site(subset(api, ["apps"], []), templates=TEMPLATES, guide=tmp_path)
    for path in ("guide/keys.html", "guide/index.html"):
        assert "<script>" not in small[path]
        assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", small[path])
        assert 'href="javascript' not in small[path]


def test_every_file_says_what_made_it(api: ApiModel, files: dict[str, str]) -> None:
    mark = f"Generated by `ascgen docs` from {api.title} {api.version}; do not edit."
    for path, text in files.items():
        assert mark in text.partition("\n")[0], path


def test_the_changes_have_links(files: dict[str, str]) -> None:
    text = files["changes.html"]
    assert 'href="resources/BetaGroup.html#betaGroups_getCollection"' in text
    assert 'href="#added"' in text
    assert 'href="changes.html"' in files["index.html"]


def test_without_an_earlier_version_there_are_no_changes(small: dict[str, str]) -> None:
    assert "changes.html" not in small
    assert "changes.html" not in small["index.html"]


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_elements_are_closed_and_headings_in_order(small: dict[str, str]) -> None:
    for path, text in small.items():
        if path.endswith(".html"):
            page = _Balance()
            page.feed(text)
            page.close()
            assert not page.open, path
            assert page.headings[0] == 1
            steps = zip(page.headings, page.headings[1:], strict=False)
            assert all(after <= before + 1 for before, after in steps), path


def test_its_size_is_reasonable(files: dict[str, str]) -> None:
    sizes = {path: len(text.encode()) for path, text in files.items()}
    assert sum(sizes.values()) < 12_000_000
    assert max(sizes.values()) < 1_600_000
