from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.program import Program
from support.spec_server import SpecServer
from update.case import Case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all, so that what was formatted for one test is not formatted for the next."""
    return tmp_path_factory.mktemp("texts") / "texts.msgpack"


@pytest.fixture
def case(
    tmp_path: Path,
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Case]:
    cache = tmp_path / "cache"
    cache.mkdir()
    if texts.is_file():
        shutil.copy(texts, cache)
    monkeypatch.delenv("ASCGEN_OFFLINE")
    # The checkout's tests are one or none: workers would take longer than all the rest.
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "0")
    with SpecServer() as server:
        yield Case(tmp_path, cache, server, Program(tmp_path, monkeypatch, capsys), monkeypatch)
    if (cache / texts.name).is_file():
        shutil.copy(cache / texts.name, texts)
