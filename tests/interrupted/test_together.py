"""Two of a command at once on the same output: the result is one of the two, whole."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest
from scene import KILLS, Scene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = max(2, min(20, KILLS // 6))


@pytest.mark.parametrize("command", ["generate", "docs", "snapshot"])
def test_two_at_once(scene_of: Callable[..., Scene], tmp_path: Path, command: str) -> None:
    first = scene_of(command, tmp_path)
    (first.root / "cache" / "texts.msgpack").unlink(missing_ok=True)
    for number in range(ROUNDS):
        scene = first.copy(tmp_path / "both")
        newer = scene.start()
        time.sleep(random.Random(number).uniform(0, 0.3))  # noqa: S311
        scene.words = ("--spec", "old.json", *scene.words[2:])
        older = scene.start()
        for process in (newer, older):
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
        assert scene.state() in (scene.old, scene.new)
        scene.check_survivors()
        assert scene.litter() == []


def test_two_documents_fetched_at_once_are_both_kept(
    scene_of: Callable[..., Scene], tmp_path: Path
) -> None:
    first = scene_of("fetch", tmp_path)
    for _ in range(ROUNDS):
        scene = first.copy(tmp_path / "both")
        fetching = scene.start()
        scene.words = ("--from", "new.json")
        importing = scene.start()
        for process in (fetching, importing):
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
        assert scene.state().keys() == scene.new.keys()
        scene.check_survivors()
        assert scene.litter() == []


def test_who_waits_too_long_says_for_whom(scene_of: Callable[..., Scene], tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    from ascgen.errors import StoreError
    from ascgen.files.locks import exclusive

    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with (
        pytest.raises(StoreError, match="another ascgen has been at work") as caught,
        exclusive(tmp_path, patience=0.05),
    ):
        pytest.fail("it is not our turn")
    assert "wait for it to end" in caught.value.hint
    os.close(handle)
    with exclusive(tmp_path, patience=0), exclusive(tmp_path, patience=0):
        pass  # a turn within a turn
