"""What a release tells is what the changelog says of it."""

from __future__ import annotations

import pytest

from ascgen.diff import compare
from ascgen.errors import StoreError
from ascgen.update.changelog import section, with_section
from ascgen.update.release_notes import release_notes
from support import mini
from update.case import CHANGELOG, MORE, OLD


def test_what_is_unreleased_is_told() -> None:
    assert release_notes(CHANGELOG) == "- Written by hand.\n"


def test_where_nothing_is_unreleased_the_last_release_is_told() -> None:
    assert release_notes(CHANGELOG.replace("- Written by hand.\n", "")) == "The first.\n"
    released = CHANGELOG.replace("Unreleased", "Unreleased\n\n## 0.2.0")
    assert release_notes(released) == "- Written by hand.\n"


def test_what_an_update_wrote_is_part_of_it() -> None:
    told = section(compare(mini.analysed(OLD), mini.analysed(MORE)), "app-store-connect")
    notes = release_notes(with_section(CHANGELOG, told))
    assert notes.startswith("- Written by hand.\n")
    assert "### App Store Connect API 1.1 (from 1.0)" in notes
    assert "The first." not in notes


def test_headings_in_code_and_link_definitions_end_nothing_and_are_not_told() -> None:
    text = "# Changelog\n\n## Unreleased\n\n```\n## Not one\n```\n\nEnd.\n\n[a]: b\n"
    assert release_notes(text) == "```\n## Not one\n```\n\nEnd.\n"


@pytest.mark.parametrize("text", ["", "# Changelog\n", "# Changelog\n\n## Unreleased\n"])
def test_a_changelog_that_says_nothing_is_no_release(text: str) -> None:
    with pytest.raises(StoreError, match="has nothing") as caught:
        release_notes(text)
    assert "CHANGELOG.md" in caught.value.hint
