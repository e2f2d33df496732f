"""Snapshots of earlier versions, out of the history of the checkout this program runs from."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from ascgen.documents.document import version_key

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "{}-{}.api.json"


class History:
    """The snapshots that were committed to a folder, those that have been replaced included.

    Without git, or where the checkout is not a clone, there are none.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def versions(self, product: str) -> list[str]:
        """Return the versions that were ever committed, the oldest first."""
        pattern = _NAME.format(product, "[0-9]*")
        listed = self._git("log", "--format=", "--name-only", "--relative", "--", pattern)
        before, after = _NAME.format(product, "|").split("|")
        names = {name for name in listed.decode().splitlines() if name}
        return sorted(
            (name.removeprefix(before).removesuffix(after) for name in names), key=version_key
        )

    def snapshot(self, product: str, version: str) -> bytes:
        """Return the last text of the snapshot of a version, empty where there is none."""
        name = _NAME.format(product, version)
        if version not in self.versions(product):
            return b""
        commit = self._git(
            "log", "-1", "--format=%H", "--diff-filter=AM", "--no-renames", "--", name
        )
        return self._git("show", f"{commit.decode().strip()}:./{name}")

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - names of versions are looked up before
                ["git", "-C", str(self._directory), *arguments],  # noqa: S607 - the user's own git
                capture_output=True,
                check=False,
            )
        except OSError:
            return b""
        return done.stdout if done.returncode == 0 else b""
