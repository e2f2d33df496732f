from __future__ import annotations

import pytest

from ascgen.explore.explorer import Explorer
from ascgen.explore.search import Finder
from ascgen.snapshot import load_snapshot
from support.whole_api import snapshot_path


@pytest.fixture(scope="session")
def explorer() -> Explorer:
    """The committed snapshot, to be looked into."""
    return Explorer(load_snapshot(snapshot_path()))


@pytest.fixture(scope="session")
def finder(explorer: Explorer) -> Finder:
    return Finder(explorer.lookup, explorer.uses)
