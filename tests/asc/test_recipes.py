"""The recipes of the guide are run as they are, against the simulator."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app_store_connect.simulator import Simulator
from docs.blocks import Block, blocks
from support.build_files import ipa
from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Generator

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "cli.md"
PATIENCE = 300
# It builds a wheel, with tools that pip downloads.
NOT_RUN = {"pip install 'app_store_connect[cli]'"}
SHELL = shutil.which("bash")

pytestmark = pytest.mark.skipif(SHELL is None, reason="the recipes are for bash")


@pytest.fixture
def served() -> Generator[tuple[Simulator, str]]:
    pytest.importorskip("uvicorn")
    simulator = Simulator("demo")
    # What is waited for happens as fast as it is asked for.
    with simulator.serve(speed=300) as url:
        yield simulator, url


def environment(simulator: Simulator, url: str, home: Path) -> dict[str, str]:
    """What a user of the simulator has: its variables, and `asc` among the programs."""
    programs = home / "bin"
    programs.mkdir()
    program = programs / "asc"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app_store_connect.cli "$@"\n')
    program.chmod(0o755)
    key = home / simulator.key_path.name
    shutil.copy(simulator.key_path, key)
    key.chmod(0o600)
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PACKAGE.parent),
        "HOME": str(home),
        "ASC_CONFIG_DIR": str(home / "settings"),
        "ASC_BASE_URL": url,
        "ASC_KEY_ID": simulator.key_id,
        "ASC_ISSUER_ID": simulator.issuer_id,
        "ASC_PRIVATE_KEY_PATH": str(key),
    }


def title(block: Block) -> str:
    """The heading that a block stands below."""
    before = "\n".join(PAGE.read_text(encoding="utf-8").splitlines()[: block.line])
    return re.findall(r"^#+ (.+)$", before, re.MULTILINE)[-1].lower().replace(" ", "-")


SCRIPTS = [block for block in blocks(PAGE) if block.language == "bash"]


@pytest.mark.parametrize("block", SCRIPTS, ids=title)
def test_a_recipe_works(block: Block, served: tuple[Simulator, str], tmp_path: Path) -> None:
    if block.text.strip() in NOT_RUN:
        pytest.skip("see NOT_RUN")
    (tmp_path / "Trails.ipa").write_bytes(ipa())
    done = subprocess.run(  # noqa: S603 - our own guide
        [str(SHELL), "-euc", block.text],
        cwd=tmp_path,
        env=environment(*served, tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_no_recipe_is_missed() -> None:
    recipes = PAGE.read_text(encoding="utf-8").partition("## Recipes")[2]
    assert len(re.findall(r"^### ", recipes, re.MULTILINE)) == 11
