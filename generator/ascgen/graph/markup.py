"""SVG as text: elements whose attributes and content are escaped, and the looks that all share."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ascgen.graph.model import Node

    Href = Callable[[Node], str]

FONT_SIZE = 12
ROW = 22

# Colours follow the reader's preference; a page with a switch of its own sets the variables.
STYLE = """
.asc-graph {
  --asc-back: #ffffff; --asc-card: #f6f8fa; --asc-frame: #d0d7de; --asc-ink: #1f2328;
  --asc-faint: #59636e; --asc-line: #8c959f; --asc-strong: #0969da; --asc-in: #bc4c00;
  --asc-pill: #ffffff;
  font: 12px ui-sans-serif, system-ui, "Helvetica Neue", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  .asc-graph {
    --asc-back: #0d1117; --asc-card: #161b22; --asc-frame: #30363d; --asc-ink: #e6edf3;
    --asc-faint: #9198a1; --asc-line: #6e7681; --asc-strong: #4493f8; --asc-in: #f0883e;
    --asc-pill: #21262d;
  }
}
.asc-graph .back { fill: var(--asc-back); }
.asc-graph .card { fill: var(--asc-card); stroke: var(--asc-frame); }
.asc-graph .area { fill: var(--asc-ink); font-weight: 600; font-size: 14px; }
.asc-graph .title { fill: var(--asc-ink); font-weight: 600; font-size: 18px; }
.asc-graph .note { fill: var(--asc-faint); }
.asc-graph .name { fill: var(--asc-ink); }
.asc-graph .old .name { fill: var(--asc-faint); text-decoration: line-through; }
.asc-graph .pill { fill: var(--asc-pill); stroke: var(--asc-frame); }
.asc-graph .focus .pill { stroke: var(--asc-strong); stroke-width: 2; }
.asc-graph .focus .name { font-weight: 600; }
.asc-graph .branch { fill: none; stroke: var(--asc-line); }
.asc-graph .edge { fill: none; stroke: var(--asc-line); }
.asc-graph .far { stroke-opacity: 0.22; }
.asc-graph .cross { stroke-opacity: 0.16; }
.asc-graph .quiet { stroke: none; fill: none; }
.asc-graph a { text-decoration: none; cursor: pointer; }
.asc-graph a:hover .name, .asc-graph a:focus .name { fill: var(--asc-strong); }
.asc-graph a:hover .pill, .asc-graph a:focus .pill { stroke: var(--asc-strong); }
.asc-graph .ties { visibility: hidden; pointer-events: none; }
.asc-graph .node:hover .ties, .asc-graph .node:focus-within .ties { visibility: visible; }
.asc-graph .ties path { fill: none; stroke-width: 1.5; }
.asc-graph .out { stroke: var(--asc-strong); }
.asc-graph .in { stroke: var(--asc-in); }
"""

_WIDE = frozenset("ABCDEFGHKLMNOPQRSTUVWXYZmw—")
_NARROW = frozenset("fijlrtI.,:;'()[]| ")


def element(tag: str, content: str | Iterable[str] = "", **attributes: object) -> str:
    """Return an element around escaped markup; `_` in attribute names becomes a hyphen."""
    inner = content if isinstance(content, str) else "".join(content)
    found = "".join(
        f' {name.strip("_").replace("_", "-")}="{escape(_text(value))}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{found}>{inner}</{tag}>" if inner else f"<{tag}{found}/>"


def text(x: float, y: float, content: str, class_: str, **attributes: object) -> str:
    """Return a line of text, escaped, on the baseline `y`."""
    return element("text", escape(content), x=x, y=y, class_=class_, **attributes)


def link(node: Node, href: Href | None, content: Iterable[str], *, note: str = "") -> str:
    """Return what stands for a resource, leading to its page; `note` is shown on hovering."""
    inner = "".join(content)
    tip = element("title", escape(note)) if note else ""
    if href is None:
        return element("g", tip + inner)
    # SVG 2 and SVG 1.1 name it differently; every browser of these years takes the former.
    return element("a", tip + inner, href=href(node))


def drawing(width: float, height: float, title: str, content: Iterable[str]) -> str:
    """Return a complete picture, readable by itself and within a page."""
    parts = (
        element("title", escape(title)),
        f"<style>{STYLE}</style>",
        element("rect", class_="back", width=width, height=height),
        *content,
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="asc-graph" role="img" '
        f'viewBox="0 0 {_text(width)} {_text(height)}" '
        f'width="{_text(width)}" height="{_text(height)}">' + "\n".join(parts) + "</svg>\n"
    )


def text_width(content: str, size: float = FONT_SIZE) -> float:
    """About how wide a text is; a little more, since nobody knows the reader's font."""
    units = sum(
        0.76 if character in _WIDE else 0.38 if character in _NARROW else 0.62
        for character in content
    )
    return units * size + 2


def _text(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
