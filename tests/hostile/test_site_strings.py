"""Strings of an API in the reference: they may change texts, and nothing of the structure.

The site is read as a browser would, and compared with that of the same API without the strings:
elements, the names of their attributes, and where links may lead. Facts are put in behind the
checks of documents and snapshots, which let none of these through.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ascgen.errors import AscgenError
from ascgen.model import Array, EnumSchema, Fieldset, InlineEnum, ResourceSchema
from ascgen.site import render_site
from ascgen.sources import guide_directory, templates_directory
from support import mini
from support.hostile import TEXTS, thorough
from support.hostile_spec import RICH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel

MARKUP = (
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'onmouseover='a",
    "</title><b>", "-->", "<!--", "<![CDATA[", "]]>", "&lt;b&gt;", "&#x3c;b&#x3e;", "*/alert(1)/*",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:x", "//evil.example/", "data:,x",
    "</svg><script>", "</code></pre><h1>", "</style>", "#", "?a=b", "%3Cscript%3E", "../../x",
    "\u2028alert(1)", "{{ 7 * 191 }}", "\\u003cscript\\u003e", "\\", "`${alert(1)}`", "\x00<b>",
)  # fmt: skip
_VOID = {"meta", "link", "input", "wbr", "br", "hr", "img"}


class Page(HTMLParser):
    """Elements with the names of their attributes, in order; `links` and texts of scripts apart."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, ...]] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, *(name for name, _ in attrs)))
        assert not [name for name, _ in attrs if name.startswith("on")]
        for name, value in attrs:
            if name in {"href", "src", "action", "formaction", "data", "xlink:href"}:
                self.links.append(value or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.shape.append(("comment",))

    def handle_decl(self, decl: str) -> None:
        self.shape.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def inert(shape: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Where a long text may be broken is no structure."""
    return [item for item in shape if item[0] != "wbr"]


# Texts that name nothing else, so that the site is the same but for them.
SITES = ("values", "operation id", "server", "fieldset", "title", "version", "attribute")


def attacked(api: ApiModel, site: str, text: str) -> ApiModel:
    """The API with a text in all facts of a sort."""
    match site:
        case "values":
            schemas = {key: _with_values(item, text) for key, item in api.schemas.items()}
            return replace(api, schemas=schemas)
        case "operation id":
            operations = (replace(item, id=item.id + text) for item in api.operations)
            return replace(api, operations=tuple(operations))
        case "attribute":
            schemas = {key: _with_names(item, text) for key, item in api.schemas.items()}
            return replace(api, schemas=schemas)
        case "fieldset":
            sets = {key: _with_values(item, text) for key, item in api.fieldsets.items()}
            return replace(api, fieldsets=sets)
        case _:
            return replace(api, **{site: getattr(api, site) + text})


def _with_values(item: Any, text: str) -> Any:
    """A schema or type with the text in all its values."""
    match item:
        case EnumSchema() | Fieldset() | InlineEnum():
            return replace(item, values=tuple(value + text for value in item.values))
        case ResourceSchema():
            fields = (replace(f, type=_with_values(f.type, text)) for f in item.attributes)
            return replace(item, attributes=tuple(fields))
        case Array():
            return replace(item, items=_with_values(item.items, text))
        case _:
            return item


def _with_names(item: Any, text: str) -> Any:
    if not isinstance(item, ResourceSchema):
        return item
    fields = (replace(field, name=field.name + text) for field in item.attributes)
    return replace(item, attributes=tuple(fields))


API = mini.analysed(RICH)
OLD = attacked(attacked(API, "values", "Old"), "attribute", "Old")


def site(api: ApiModel, previous: ApiModel | None) -> dict[str, str]:
    return render_site(
        api, templates=templates_directory() / "docs", guide=guide_directory(), previous=previous
    )


@pytest.fixture(scope="module")
def clean() -> dict[str, str]:
    return site(API, OLD)


def check(files: dict[str, str], clean: dict[str, str]) -> None:
    assert files.keys() == clean.keys()
    for path, text in files.items():
        if path.endswith(".html"):
            page, benign = Page(text), Page(clean[path])
            if path != "changes.html":
                assert inert(page.shape) == inert(benign.shape), path
            else:
                assert set(page.shape) <= set(benign.shape), path
            assert page.texts == benign.texts, path
            for link in set(page.links) - set(benign.links):
                parts = urlsplit(link)
                assert not parts.scheme, link
                assert not parts.netloc, link
                assert not unquote(parts.path).startswith("/"), link
                assert parts.path.count("..") <= 1, link
                assert re.fullmatch(r"[\x21-\x7e]*", link), link
        elif path.endswith("index.js"):
            check_index(text, clean[path])
        else:
            assert len(text.splitlines()) == len(clean[path].splitlines()), path


def check_index(text: str, clean: str) -> None:
    """A comment and one assignment of JSON, in which every text is still a text."""
    tables = []
    for script in (text, clean):
        match = re.fullmatch(
            r"/\* Generated by [^*\n]*\*/\nwindow\.ASC_INDEX = (\{.*\});\n", script, re.DOTALL
        )
        assert match is not None
        tables.append(
            json.loads(re.sub(r"^(\{)?(\w+): ", r'\1"\2": ', match[1], flags=re.MULTILINE))
        )
        assert not re.search("[<>&'\u2028\u2029]", match[1])
    for table in tables:
        del table["notOffered"]  # they name operations, which are there or not
    assert set(_types(tables[0])) <= set(_types(tables[1]))


def _types(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """What kind of value is where; how many of a list there are depends on the words."""
    match value:
        case dict():
            for name, part in value.items():
                yield from _types(part, f"{place}.{name}")
        case list():
            for part in value:
                yield from _types(part, f"{place}[]")
        case _:
            yield place, type(value).__name__


@thorough(8)
@given(st.sampled_from(SITES), st.sampled_from(MARKUP) | st.sampled_from(TEXTS[:-1]))
@example("values", MARKUP[0])
@example("values", MARKUP[1])
@example("operation id", MARKUP[1])
@example("operation id", "javascript:alert(1)")
@example("fieldset", MARKUP[1])
@example("server", MARKUP[0])
@example("attribute", "javascript:")
def test_no_string_changes_the_structure(clean: dict[str, str], site_: str, text: str) -> None:
    try:
        files = site(attacked(API, site_, text), OLD)
    except (AscgenError, SyntaxError):
        return  # names are identifiers, and a title is one that a comment may hold
    check(files, clean)


@pytest.mark.parametrize("name", ["Con", "aux", "NUL", "Com1", "lpt9"])
def test_no_page_is_called_as_a_device(name: str) -> None:
    spec = mini.spec(
        {"GET /v1/apps": mini.operation("apps_getCollection", f"{name}Response")},
        mini.resource(name, "apps", {"a": mini.TEXT}),
    )
    with pytest.raises(AscgenError, match="no page can be named after"):
        site(mini.analysed(spec), None)
