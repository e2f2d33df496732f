from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scene import Runner, Scene, build, document, warm

from support.spec_server import Answer, SpecServer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


@pytest.fixture(scope="session")
def server() -> Generator[SpecServer]:
    with SpecServer() as server:
        yield server


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Generator[Runner]:
    runner = Runner(tmp_path_factory.mktemp("runner"))
    yield runner
    runner.close()


@pytest.fixture(scope="session")
def scene_of(
    tmp_path_factory: pytest.TempPathFactory, server: SpecServer, runner: Runner
) -> Callable[..., Scene]:
    """Gives a copy of a command's scene, which is made once."""
    made: dict[str, Scene] = {}

    def scene(command: str, root: Path) -> Scene:
        if command == "fetch":
            server.answer = Answer(body=document("1.0", "name"), etag='"old"')
        if command not in made:
            first = build(tmp_path_factory.mktemp("scene") / command, command, runner, server.url)
            made[command] = first
            whole = scene(command, root / "whole")
            whole.succeed()
            first.new = whole.state()
            assert first.new != first.old
            assert whole.litter() == []
            warm(first, whole)
        if command == "fetch":
            server.answer = Answer(body=document("2.0", "name", "sku"), etag='"new"')
        return made[command].copy(root / command)

    return scene
