"""A command that is killed leaves its old output or its new one, and the next run makes it good."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from processes import await_end
from scene import KILLS, Scene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = ("generate", "docs", "snapshot", "fetch")
SHARES = 3
"""Tests that share a command's moments, so that several processes can go through them."""


def points(total: int, share: int) -> list[int]:
    """The moments of one share: every one of them, or as many as there is time for."""
    count = min(total, KILLS)
    chosen = [1 + index * total // count for index in range(count)]
    return chosen[share::SHARES]


def changes(
    first: Scene, place: Path, troubles: tuple[str, ...] = (), *, inside: bool = False
) -> tuple[int, list[int]]:
    """How many changes a whole run makes to the disk, and which of them are around moves."""
    scene = first.copy(place / "count")
    report = place / "report.json"
    cwd = scene.place if inside else None
    done = scene.run(report=report, troubles=troubles, cwd=cwd)
    assert done.code == 0, done
    assert scene.state() == scene.new
    count, moves = json.loads(report.read_text())
    return count, sorted({n for move in moves for n in (move, move + 1) if n <= count})


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_before_any_change_to_the_disk(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str, share: int
) -> None:
    first = scene_of(command, tmp_path)
    total, _ = changes(first, tmp_path)
    assert total >= 3
    for nth in points(total, share):
        scene = first.copy(tmp_path / "killed")
        done = scene.run(nth)
        assert done.code == -9, (nth, total, done)
        assert scene.state() in (scene.old, scene.new), (nth, total)
        scene.check_survivors()
        if nth % 5 == 1:
            scene.succeed("info", "--cache-dir", str(scene.root / "cache"))
        scene.check_next()


@pytest.mark.parametrize("command", ["generate", "docs"])
def test_without_an_exchange_in_one_step_the_next_run_brings_back_what_was_moved(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    first = scene_of(command, tmp_path)
    troubles = ("two-renames",)
    total, moves = changes(first, tmp_path, troubles)
    absent = 0
    for nth in sorted({*points(total, 0), *moves}):
        scene = first.copy(tmp_path / "killed")
        assert scene.run(nth, troubles=troubles).code == -9
        if scene.place.exists():
            assert scene.state() in (scene.old, scene.new)
        else:
            absent += 1
        scene.check_next()
    assert absent == 1


@pytest.mark.parametrize("command", ["generate", "docs"])
@pytest.mark.parametrize("troubles", [(), ("two-renames",)], ids=["one step", "two renames"])
def test_a_folder_that_stays_where_it_is_changes_entry_by_entry(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str, troubles: tuple[str, ...]
) -> None:
    first = scene_of(command, tmp_path)
    first.words = ("--spec", "../new.json", "--output", ".")
    total, moves = changes(first, tmp_path, troubles, inside=True)
    for nth in sorted({*points(total, 0), *moves}):
        scene = first.copy(tmp_path / "killed")
        place = scene.place
        assert scene.run(nth, troubles=troubles, cwd=place).code == -9
        found = scene.state()
        for entry in {path.split("/")[0] for path in scene.new}:
            parts = [
                {path: text for path, text in state.items() if path.split("/")[0] == entry}
                for state in (found, scene.old, scene.new)
            ]
            assert parts[0] in parts[1:] or (troubles and not parts[0]), (nth, entry)
        scene.check_next(cwd=place)


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_time(scene_of: Callable[..., Scene], tmp_path: Path, command: str) -> None:
    first = scene_of(command, tmp_path)
    (first.root / "cache" / "texts.msgpack").unlink(missing_ok=True)
    started = time.monotonic()
    first.copy(tmp_path / "whole").start().communicate()
    duration = time.monotonic() - started
    for moment in range(max(3, KILLS // 5)):
        scene = first.copy(tmp_path / "killed")
        mark = uuid4().hex
        process = scene.start(SCENE=mark)
        time.sleep(random.Random(f"{command}{moment}").uniform(0, duration))  # noqa: S311
        process.kill()
        process.communicate()
        assert scene.state() in (scene.old, scene.new)
        scene.check_survivors()
        await_end(mark)
        scene.check_next()
