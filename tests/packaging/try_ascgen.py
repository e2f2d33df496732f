"""Tries the generator of the environment whose Python runs this, which needs nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path

import ascgen

SCRIPT = Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin") / "ascgen"


def run(place: Path, *words: str) -> str:
    environment = os.environ | {"ASCGEN_OFFLINE": "1", "ASCGEN_CACHE_DIR": str(place / "cache")}
    done = subprocess.run(  # noqa: S603 - what is tried
        [SCRIPT, *words], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"ascgen {' '.join(words)}: {done.stderr}"
    return done.stdout


def main() -> None:
    installed = distribution("ascgen")
    package = Path(str(ascgen.__file__)).parent
    assert package.is_relative_to(sys.prefix), package
    assert any(file.name == "LICENSE" for file in installed.files or ())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        assert "generate" in run(place, "--help")
        assert "App Store Connect API" in run(place, "info")
        assert "beta_groups" in run(place, "search", "beta", "group")
        chosen = ("--spec", "snapshot", "--include", "betaGroups", "--package", "tried")
        assert "out: version " in run(place, "generate", *chosen, "--output", "out")
        words = [sys.executable, "-c", "import tried; print(tried.__version__)"]
        environment = os.environ | {"PYTHONPATH": str(place / "out")}
        version = subprocess.check_output(words, env=environment, text=True)  # noqa: S603
        assert f'version = "{version.strip()}"' in (place / "out/pyproject.toml").read_text()


if __name__ == "__main__":
    main()
