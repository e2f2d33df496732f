"""Ctrl-C and a request to end: no traceback, nothing half made, no process left."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from processes import await_end, await_processes
from scene import KILLS, Scene, document

from ascgen.files.locks import undisturbed
from support.spec_server import Answer, SpecServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = {signal.SIGINT: {130}, signal.SIGTERM: {143, -signal.SIGTERM}}


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
@pytest.mark.parametrize("command", ["generate", "docs", "snapshot", "fetch"])
def test_asked_to_end_before_any_change_to_the_disk(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str, number: signal.Signals
) -> None:
    first = scene_of(command, tmp_path)
    for nth in (1, 2, 3, *range(4, 200, 2000 // KILLS)):
        scene = first.copy(tmp_path / "asked")
        done = scene.run(nth, troubles=[number.name])
        assert done.code in {0, *CODES[number]}, done
        assert "Traceback" not in done.err
        assert scene.state() in (scene.old, scene.new)
        scene.check_survivors()
        assert scene.litter() == []
        if done.code == 0:
            break  # it has fewer changes to make than this
    assert nth > 2


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
@pytest.mark.parametrize("everybody", [True, False], ids=["all", "one"])
def test_workers_end_with_the_command(
    scene_of: Callable[..., Scene], tmp_path: Path, number: signal.Signals, *, everybody: bool
) -> None:
    """Ctrl-C on a terminal goes to all processes of a command, `kill` to one."""
    scene = scene_of("generate", tmp_path)
    (scene.root / "cache" / "texts.msgpack").unlink()
    mark = uuid4().hex
    process = scene.start(SCENE=mark)
    assert process.stdout
    process.stdout.readline()  # it is at work, rather than starting
    await_processes(mark, 2)
    if everybody:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode in {0, *CODES[number]}, err
    assert "Traceback" not in err
    await_end(mark)
    assert scene.state() in (scene.old, scene.new)
    assert scene.litter() == []


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
def test_a_slow_download_can_be_ended(
    scene_of: Callable[..., Scene], tmp_path: Path, server: SpecServer, number: signal.Signals
) -> None:
    scene = scene_of("fetch", tmp_path)
    end_while_downloading(scene, server, number, CODES[number])


def test_a_slow_download_is_killed(
    scene_of: Callable[..., Scene], tmp_path: Path, server: SpecServer
) -> None:
    scene = scene_of("fetch", tmp_path)
    end_while_downloading(scene, server, signal.SIGKILL, {-signal.SIGKILL})


def end_while_downloading(
    scene: Scene, server: SpecServer, number: signal.Signals, codes: set[int]
) -> None:
    body = document("2.0", "name", "sku")
    server.answer = Answer(body=[body[:100], body[100:200], body[200:]], pause=3)
    asked = len(server.requests)
    process = scene.start()
    end = time.monotonic() + 60
    while len(server.requests) == asked:
        assert time.monotonic() < end
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode in codes, err
    assert "Traceback" not in err
    assert scene.state() == scene.old
    assert scene.litter() == []
    server.answer = Answer(body=body, etag='"new"')
    scene.check_next()


def test_a_signal_takes_effect_when_the_work_is_done() -> None:
    steps: list[str] = []

    def work() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            steps.append("done")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["done"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
