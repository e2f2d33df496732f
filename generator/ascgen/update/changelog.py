"""The changes as a section of the changelog, put where it belongs and nowhere twice."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ascgen.diff.reports import markdown, summary

if TYPE_CHECKING:
    from ascgen.diff import Diff
    from ascgen.documents.product import Product

_TITLES: dict[Product, str] = {
    "app-store-connect": "App Store Connect API",
    "enterprise": "Enterprise Program API",
}
_MARK = "<!-- ascgen update "
_FIRST = "# Changelog\n"
_UNRELEASED = "## Unreleased"
_SHOWN_HASH = 12


def mark(diff: Diff) -> str:
    """Return the comment by which a section is known: the two documents it lies between."""
    old, new = diff.old, diff.new
    sides = (f"{side.version}-{side.sha256[:_SHOWN_HASH]}" for side in (old, new))
    return f"{_MARK}{new.product} {' '.join(sides)} -->"


def section(diff: Diff, product: Product) -> str:
    """Return the section of an update, at home below the second level of headings."""
    old, new = diff.old.version, diff.new.version
    before = f"from {old}" if old != new else "changed under the same number"
    numbers = summary(diff)
    # The reporter's own title and advice are for who reads the changes alone.
    _, _, told = markdown(diff).partition(f"\n{numbers}.\n")
    demoted = re.sub(r"^(#+ )", r"##\1", told, flags=re.MULTILINE)
    heading = f"### {_TITLES[product]} {new} ({before})"
    return "\n".join([heading, "", mark(diff), "", f"{numbers}.", *demoted.splitlines()]) + "\n"


def with_section(text: str, added: str) -> str:
    """Return the changelog with a section among what is unreleased, the newest first.

    A section whose mark is there already is not added again, and whatever else the text holds
    stays as it is.
    """
    comment = next(line for line in added.splitlines() if line.startswith(_MARK))
    if comment in text:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text or _FIRST
    lines = text.splitlines(keepends=True)
    place, heading = _place(lines)
    before, after = "".join(lines[:place]), "".join(lines[place:])
    inserted = f"{heading}\n\n{added}" if heading else added
    if before and not before.endswith("\n"):
        inserted = f"\n\n{inserted}"
    elif before and lines[place - 1].strip():
        inserted = f"\n{inserted}"
    if after:
        inserted += "\n"
    return before + inserted.replace("\n", newline) + after


def newest(text: str) -> str:
    """Take the first section of a release that says anything, without its heading; may be empty."""
    lines = text.splitlines()
    starts = [at for at in _outside_fences(lines) if lines[at].startswith("## ")]
    for start, end in pairwise([*starts, _end(lines)]):
        told = "\n".join(lines[start + 1 : end]).strip()
        if told:
            return told
    return ""


def _place(lines: list[str]) -> tuple[int, str]:
    """Return the line before which a section goes, and the heading to put before it."""
    headings = [(number, lines[number]) for number in _outside_fences(lines)]
    releases = [(number, line) for number, line in headings if line.startswith("## ")]
    end = _end(lines)
    for index, (number, line) in enumerate(releases):
        if re.match(r"## \[?unreleased\b", line, re.IGNORECASE):
            following = releases[index + 1][0] if index + 1 < len(releases) else end
            titles = tuple(f"### {title} " for title in _TITLES.values())
            updates = (
                at for at, text in headings if number < at < following and text.startswith(titles)
            )
            return next(updates, following), ""
    return (releases[0][0] if releases else end), _UNRELEASED


def _outside_fences(lines: list[str]) -> list[int]:
    """Return the numbers of the lines that are not in a block of code."""
    found: list[int] = []
    fence = ""
    for number, line in enumerate(lines):
        opening = re.match(r" {0,3}(```|~~~)", line)
        if opening and (not fence or opening[1] == fence):
            fence = "" if fence else opening[1]
        elif not fence:
            found.append(number)
    return found


def _end(lines: list[str]) -> int:
    """Return the end of the text, in front of the link definitions that may stand there."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or re.match(r"\[[^]]+\]: ", lines[end - 1])):
        end -= 1
    following = lines[end:]
    return len(lines) if not any(line.strip() for line in following) else _first_text(lines, end)


def _first_text(lines: list[str], start: int) -> int:
    return next(number for number in range(start, len(lines)) if lines[number].strip())
