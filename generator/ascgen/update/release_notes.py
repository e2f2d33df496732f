"""The notes of a release, as `make release-notes` writes them."""

from __future__ import annotations

import sys

from ascgen.errors import StoreError
from ascgen.update.changelog import newest
from ascgen.update.checkout import Checkout


def release_notes(changelog: str) -> str:
    """Take what is unreleased from the changelog, or the last release where nothing is.

    Raises:
        StoreError: neither says anything.
    """
    text = newest(changelog)
    if not text:
        raise StoreError(
            "the changelog has nothing for the release notes",
            hint='write what changed to CHANGELOG.md, below "## Unreleased"',
        )
    return f"{text}\n"


if __name__ == "__main__":
    try:
        sys.stdout.write(release_notes(Checkout.find().read_changelog()))
    except StoreError as error:
        sys.exit(f"{error.message}\n  hint: {error.hint}")
