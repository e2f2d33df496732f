"""A disk that is full: the old output stays, one line says what happened, nothing is left over."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from scene import KILLS, Scene, environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = ("generate", "docs", "snapshot", "fetch")


def check_refusal(scene: Scene, code: int, err: str, reason: str) -> None:
    assert code == 3, err
    line, hint = err.rstrip("\n").split("\n")
    assert line.startswith("ascgen: ")
    assert reason in line
    assert hint.startswith("  hint: ")
    assert scene.state() == scene.old
    scene.check_survivors()
    assert scene.litter() == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_is_full_from_some_change_on(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    first = scene_of(command, tmp_path)
    refused = 0
    for nth in range(1, 200, max(1, 600 // KILLS)):
        scene = first.copy(tmp_path / "full")
        done = scene.run(nth, troubles=["full"])
        if done.code:
            check_refusal(scene, done.code, done.err, os.strerror(errno.ENOSPC))
            refused += 1
        else:  # what was left to do took no room
            assert scene.state() == scene.new
        scene.check_next()
    assert refused


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_may_not_grow(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    limit = 300
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "ascgen", *scene.arguments()],
        cwd=scene.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    check_refusal(scene, done.returncode, done.stderr, "File too large")
    scene.check_next()


def test_a_cache_of_texts_that_cannot_be_written_is_no_failure(
    scene_of: Callable[..., Scene], tmp_path: Path
) -> None:
    scene = scene_of("generate", tmp_path)
    (scene.root / "cache" / "texts.msgpack").unlink()
    (scene.root / "cache" / "texts.msgpack").mkdir()
    scene.succeed()
    assert scene.state() == scene.new
    assert scene.litter() == []
