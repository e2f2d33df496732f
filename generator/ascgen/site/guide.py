"""The guide as pages of the site: the same Markdown that the repository shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from ascgen.errors import StoreError
from ascgen.site.addresses import guide_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from markdown_it.token import Token

    from ascgen.explore.thesaurus import Helper

_NO_LETTER = re.compile(r"[^\w\- ]")
_SIBLING = re.compile(r"(?P<name>[a-z]+)\.md(?P<place>#.*)?\Z")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page below its title, and its anchor."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide; `body` is markup."""

    name: str
    page: str
    title: str
    summary: str
    headings: tuple[Heading, ...]
    body: Markup


def read_guide(folder: Path, helpers: Iterable[Helper]) -> tuple[GuidePage, ...]:
    """The pages of the guide, in the order in which search knows them.

    Raises:
        StoreError: a page is not there or cannot be read.
    """
    return tuple(_page(folder, item) for item in helpers if item.kind == "guide")


def _page(folder: Path, helper: Helper) -> GuidePage:
    from markdown_it import MarkdownIt

    path = folder / f"{helper.id}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot read {str(path)!r}: {error.strerror}") from None
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title, *headings = _headings(tokens)
    for token in tokens:
        token.children = list(_linked(token.children)) if token.children else token.children
    body = markdown.renderer.render(tokens, markdown.options, {})
    return GuidePage(
        name=helper.id,
        page=guide_page(helper.id),
        title=title.text,
        summary=helper.summary,
        headings=tuple(headings),
        body=Markup(body),  # noqa: S704 - HTML of the text is escaped
    )


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    """The headings in their order, each of which becomes an anchor as on GitHub."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            anchor = _NO_LETTER.sub("", text.lower()).replace(" ", "-")
            opening.attrSet("id", anchor)
            yield Heading(text, anchor)


def _linked(tokens: list[Token]) -> Iterator[Token]:
    """What a line holds, with links as the site has them: others of the repository are no links."""
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            sibling = _SIBLING.match(target)
            if sibling:
                token.attrSet("href", f"{sibling['name']}.html{sibling['place'] or ''}")
            dropped = not (sibling or target.startswith(("https://", "#")))
        if not (dropped and token.type in {"link_open", "link_close"}):
            yield token
