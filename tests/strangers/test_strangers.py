"""Clients that nobody here wrote tell their stories to the simulator's server, and succeed.

They are no dependencies of the project. Where a folder is named by `ASCGEN_STRANGERS` they are
installed there once; in CI into a new folder, where the machine's registries have them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app_store_connect.simulator import Simulator
from support.ready_app import add_build, ready_app

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
CODEMAGIC = "codemagic-cli-tools==0.70.0"
SDK = "appstore-connect-sdk@2.0.0"
# For installing, and for a story.
PATIENCE = 120


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that strangers are installed in."""
    named = os.environ.get("ASCGEN_STRANGERS")
    if named:
        return Path(named)
    if not os.environ.get("CI"):
        pytest.skip("clients of others are installed in CI, or in the folder of ASCGEN_STRANGERS")
    return tmp_path_factory.mktemp("strangers")


def install(*steps: Sequence[object]) -> None:
    """Install what a story needs, or skip it with the reason why there is none."""
    for step in steps:
        words = [str(word) for word in step]
        try:
            subprocess.run(words, check=True, capture_output=True, text=True, timeout=PATIENCE)  # noqa: S603 - our own words
        except (OSError, subprocess.SubprocessError) as error:
            said = str(getattr(error, "stderr", None) or error).strip()
            pytest.skip(f"{words[-1]} cannot be had: {said[-300:]}")


@pytest.fixture(scope="session")
def codemagic(strangers: Path) -> Path:
    """A Python that has codemagic-cli-tools."""
    folder = strangers / CODEMAGIC
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        pip = (python, "-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "20")
        install([sys.executable, "-m", "venv", folder], [*pip, CODEMAGIC])
        (folder / "installed").touch()
    return python


@pytest.fixture(scope="session")
def sdk(strangers: Path) -> Path:
    """The folder of appstore-connect-sdk."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node")
    found = strangers / SDK / "node_modules" / "appstore-connect-sdk"
    if not found.exists():
        (strangers / SDK).mkdir(parents=True, exist_ok=True)
        options = ("--prefix", strangers / SDK, "--fetch-retries", "0", "--no-audit", "--no-fund")
        install([npm, "install", *options, SDK])
    return found


def tell(simulator: Simulator, *words: object, **environment: str) -> None:
    """Have a program tell its story to a server, and show what it asked where it fails."""
    before = len(simulator.requests)
    with simulator.serve(speed=60) as address:
        given = (address, simulator.key_id, simulator.issuer_id, simulator.key_path)
        done = subprocess.run(  # noqa: S603 - our own words
            [str(word) for word in (*words, *given)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.stdout.endswith("done\n"), f"{done.stdout}{done.stderr}\n{simulator.requests}"
    assert len(simulator.requests) - before >= 20


def test_codemagic_signs_and_distributes(codemagic: Path) -> None:
    tell(Simulator("demo"), codemagic, HERE / "codemagic_story.py")


def test_the_sdk_submits_a_version(sdk: Path) -> None:
    simulator = Simulator()
    with simulator.client() as asc:
        ready = ready_app(simulator, asc)
        ready.release()
        add_build(simulator, ready.app, "2.0")
    tell(simulator, "node", HERE / "sdk_story.mjs", SDK_FOLDER=str(sdk))
