"""A program: renders a part of the committed snapshot and tells the hash of each file as JSON."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING

from ascgen.files.textcache import TextCache
from ascgen.generate import render_distribution
from ascgen.render.options import Options
from ascgen.snapshot import load_snapshot, newest_snapshot
from ascgen.sources import snapshot_directory, templates_directory
from ascgen.subset import subset

if TYPE_CHECKING:
    from pathlib import Path

    from ascgen.model import ApiModel

RESOURCES = ("betaGroups", "builds")


def snapshot_file() -> Path:
    """The committed snapshot."""
    path = newest_snapshot(snapshot_directory())
    assert path is not None, "there is no committed snapshot"
    return path


def part(api: ApiModel) -> ApiModel:
    """As much of an API as is rendered in seconds."""
    return subset(api, RESOURCES, ())


def render(
    api: ApiModel,
    *,
    texts: Path | None = None,
    workers: int = 1,
    templates: Path | None = None,
) -> dict[str, str]:
    """The files of a distribution, by path."""
    return render_distribution(
        api,
        options=Options(),
        templates=templates or templates_directory(),
        texts=TextCache(texts),
        workers=workers,
    ).files


def hashes(files: dict[str, str]) -> dict[str, str]:
    """The hash of each file, in the order of the files."""
    return {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}


if __name__ == "__main__":
    json.dump(hashes(render(part(load_snapshot(snapshot_file())))), sys.stdout)
