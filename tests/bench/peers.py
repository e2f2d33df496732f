"""Environments of their own for what is compared: ours has much that slows imports down.

Each holds exactly what its file in `requirements/` pins, and is made again when that changes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Name = Literal["client", "codemagic-cli-tools", "datamodel-code-generator", "openapi-python-client"]

_REQUIREMENTS = Path(__file__).with_name("requirements")
_STAMP = ".installed"


class Unavailable(Exception):  # noqa: N818 - it is no failure
    """Something to compare with is not here; the text is the reason for people."""


class Environments:
    """The environments under one folder; those that are missing are made only if `install`."""

    def __init__(self, folder: Path, *, install: bool, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._install = install
        self._say = say
        self._failed: set[str] = set()

    def python(self, name: Name) -> Path:
        """The interpreter of an environment; Unavailable where there is none."""
        place = self._folder / name
        found = place / "bin" / "python"
        if _is_current(place, name):
            return found
        if not self._install:
            raise Unavailable(f"the environment of {name} is not there; `make bench` makes it")
        if name not in self._failed:
            self._say(f"installing {name}")
            try:
                _make(place, _REQUIREMENTS / f"{name}.txt")
                (place / _STAMP).write_text(stamp(name), encoding="ascii")
            except (OSError, subprocess.CalledProcessError) as error:
                self._failed.add(name)
                said = getattr(error, "stderr", None) or str(error)
                self._say(f"{name} could not be installed: {said.strip()[-400:]}")
            else:
                return found
        raise Unavailable(f"{name} could not be installed; is there a network?")


def stamp(name: Name) -> str:
    """What an environment was made from: its packages and the interpreter."""
    text = (_REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    return hashlib.sha256(f"{sys.version}\n{text}".encode()).hexdigest()


def pinned(name: Name) -> dict[str, str]:
    """The packages of an environment with their versions."""
    lines = (_REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").split()
    return dict(line.split("==", 1) for line in lines)


def _is_current(place: Path, name: Name) -> bool:
    try:
        return (place / _STAMP).read_text(encoding="ascii") == stamp(name)
    except OSError:
        return False


def _make(place: Path, requirements: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    python = place / "bin" / "python"
    uv = shutil.which("uv")
    if uv is not None:
        _run(uv, "venv", "--quiet", "--python", sys.executable, place)
        _run(uv, "pip", "install", "--quiet", "--python", python, "--requirement", requirements)
        return
    _run(sys.executable, "-m", "venv", place)
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(python, *pip, "--requirement", requirements)


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
