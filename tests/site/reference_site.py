"""A part of the snapshot as a site; as a program it tells the hash of its files."""

from __future__ import annotations

import hashlib

from ascgen.site import render_site
from ascgen.snapshot import load_snapshot
from ascgen.sources import guide_directory, templates_directory
from ascgen.subset import subset
from support.render_probe import snapshot_file

TEMPLATES = templates_directory() / "docs"
GUIDE = guide_directory()


def digest() -> str:
    part = subset(load_snapshot(snapshot_file()), ["builds", "betaGroups"], [])
    files = render_site(
        part, templates=TEMPLATES, guide=GUIDE, previous=subset(part, ["builds"], [])
    )
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


if __name__ == "__main__":
    print(digest())  # noqa: T201 - what it is for
