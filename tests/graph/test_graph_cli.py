"""`ascgen graph` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def ascgen_graph(*arguments: object, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", "graph", "--spec", "snapshot", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip


def test_formats() -> None:
    for name, start in (("svg", "<svg "), ("mermaid", "flowchart LR\n"), ("dot", "digraph ")):
        done = ascgen_graph("builds", "--format", name)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(start)
    assert json.loads(ascgen_graph("builds", "--json").stdout)["id"] == "Build"


def test_a_file_is_of_the_format_its_name_says(tmp_path: Path) -> None:
    for name, start in (("a.svg", "<svg "), ("a.mmd", "flowchart LR\n"), ("a.dot", "digraph ")):
        assert ascgen_graph("builds", "--output", tmp_path / name).returncode == 0
        assert (tmp_path / name).read_text().startswith(start)


def test_the_same_on_every_run() -> None:
    assert ascgen_graph(seed="1").stdout == ascgen_graph(seed="2").stdout


def test_a_file_with_links(tmp_path: Path) -> None:
    path = tmp_path / "builds.svg"
    done = ascgen_graph("Build", "--links", "pages/", "--depth", 2, "-o", path)
    assert (done.returncode, done.stdout) == (0, "")
    picture = path.read_text()
    assert done.stderr == f"{path}: {picture.count('<a ')} resources.\n"
    assert 'href="pages/BetaGroup.html"' in picture


def test_what_there_is_not(tmp_path: Path) -> None:
    done = ascgen_graph("bilds")
    assert (done.returncode, done.stdout) == (2, "")
    message, hint = done.stderr.splitlines()
    assert message == "ascgen: there is no resource 'bilds'"
    assert "Build" in hint
    assert ascgen_graph("builds", "--format", "png").returncode == 2
    assert ascgen_graph("builds", "--depth", 0).returncode == 2
    nowhere = ascgen_graph("builds", "-o", tmp_path / "none" / "x.svg")
    assert nowhere.returncode == 3
    assert nowhere.stderr.startswith("ascgen: cannot write ")
