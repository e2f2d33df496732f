"""The changelog: an update is told once, at its place, and what people wrote stays."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascgen.diff import compare
from ascgen.update.changelog import mark, section, with_section
from support import mini
from update.case import CHANGELOG, LESS, MORE, OLD

DIFF = compare(mini.analysed(OLD), mini.analysed(MORE))
TOLD = section(DIFF, "app-store-connect")
OTHER = section(compare(mini.analysed(MORE), mini.analysed(OLD)), "app-store-connect")
PRODUCT = "app-store-connect"


def test_a_section_has_a_heading_a_mark_the_numbers_and_the_changes() -> None:
    lines = TOLD.splitlines()
    assert lines[0] == "### App Store Connect API 1.1 (from 1.0)"
    assert lines[2] == mark(DIFF)
    assert lines[4] == "1 change: 0 breaking, 0 typing and 1 compatible."
    headings = [line for line in lines if line.startswith("#")]
    assert headings[1:] == ["#### Added", "##### Methods"]
    assert "- `asc.apps`: `get`" in lines
    assert "Suggested" not in TOLD


def test_a_section_of_no_changes_says_so() -> None:
    api = mini.analysed(OLD)
    next_one = msgspec.structs.replace(api, version="1.1", sha256="0" * 64)
    told = section(compare(api, next_one), "enterprise")
    assert told.startswith("### Enterprise Program API 1.1 (from 1.0)\n")
    assert told.endswith("\n\nNo changes that the client shows.\n")


def test_the_newest_comes_first_below_what_is_written_by_hand() -> None:
    once = with_section(CHANGELOG, TOLD)
    assert once == CHANGELOG.replace("by hand.\n", f"by hand.\n\n{TOLD}")
    twice = with_section(once, OTHER)
    assert twice == CHANGELOG.replace("by hand.\n", f"by hand.\n\n{OTHER}\n{TOLD}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "# Changelog\n\n## Unreleased\n\n{told}"),
        ("# Log\n\n## 1.0\n\nOld.\n", "# Log\n\n## Unreleased\n\n{told}\n## 1.0\n\nOld.\n"),
        ("# Log", "# Log\n\n## Unreleased\n\n{told}"),
        ("# Log\n\n## Unreleased", "# Log\n\n## Unreleased\n\n{told}"),
        ("## [Unreleased]\n\n## [1.0]\n", "## [Unreleased]\n\n{told}\n## [1.0]\n"),
        ("## unreleased\n\nx\n\n[a]: https://x\n", "## unreleased\n\nx\n\n{told}\n[a]: https://x\n"),
        ("~~~\n## Unreleased\n~~~\n", "~~~\n## Unreleased\n~~~\n\n## Unreleased\n\n{told}"),
        ("## Unreleased\n### Fixed\n## 1\n", "## Unreleased\n### Fixed\n\n{told}\n## 1\n"),
    ],
)  # fmt: skip
def test_the_place_of_a_section(text: str, expected: str) -> None:
    assert with_section(text, TOLD) == expected.format(told=TOLD)
    with_crlf = with_section(text.replace("\n", "\r\n"), TOLD)
    if "\n" in text:
        assert with_crlf == expected.format(told=TOLD).replace("\n", "\r\n")


PIECES = (
    "# ",
    "## ",
    "### ",
    "Unreleased",
    "1.0",
    "\n",
    "\r\n",
    "- a",
    "```\n",
    "[a]: b",
    " ",
    TOLD,
)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_people_wrote_stays_and_nothing_is_told_twice(text: str) -> None:
    told = with_section(text, OTHER)
    assert told.count(OTHER.splitlines()[2]) == 1
    assert with_section(told, OTHER) == told
    # Without the section the text is what it was, but for blank lines and the headings it needs.
    start, end = told.index(OTHER.splitlines()[0]), told.index(OTHER.splitlines()[2])
    rest = told[end:].replace("\r\n", "\n").removeprefix(OTHER.partition("\n\n")[2])
    kept = (told[:start] + rest).replace("\r\n", "\n").split("\n")
    lines = iter(kept)
    wanted = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    assert all(line in lines for line in wanted)


def test_an_edited_section_is_left_as_it_was_edited() -> None:
    edited = with_section(CHANGELOG, TOLD).replace("- `asc.apps`: `get`", "- One app by its id.")
    assert with_section(edited, TOLD) == edited


def test_what_breaks_comes_first() -> None:
    told = section(compare(mini.analysed(OLD), mini.analysed(LESS)), PRODUCT)
    headings = [line for line in told.splitlines() if line.startswith("#### ")]
    assert headings[0] == "#### Breaking"
