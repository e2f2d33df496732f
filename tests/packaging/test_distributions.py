"""Both distributions, built, installed where nothing else is, and tried there."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement

import app_store_connect

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLACES = {"ascgen": ROOT, "app-store-connect": ROOT / "generated"}
# Scripts that are tried by themselves get no settings from outside.
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

pytestmark = pytest.mark.xdist_group("packaging")
each = pytest.mark.parametrize("name", PLACES)


def run(*words: object, **options: Any) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        [str(word) for word in words],
        env=CLEAN,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build(place: Path, output: Path, *targets: str) -> None:
    chosen = [word for target in targets for word in ("--target", target)]
    run(sys.executable, "-m", "hatchling", "build", "--directory", output, *chosen, cwd=place)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each distribution, with its wheel and its sdist."""
    pytest.importorskip("hatchling", reason="what builds the distributions is not installed")
    folder = tmp_path_factory.mktemp("built")
    for name, place in PLACES.items():
        build(place, folder / name, "sdist", "wheel")
    return {name: folder / name for name in PLACES}


def wheel(folder: Path) -> Path:
    (found,) = folder.glob("*.whl")
    return found


def needed(requirements: list[str] | None, extras: set[str]) -> Iterator[Requirement]:
    for requirement in map(Requirement, requirements or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield requirement


def lend(site: Path, requirements: list[str] | None, extras: set[str]) -> None:
    """Link the packages that are needed, and what they need, from this environment; no others."""
    for requirement in needed(requirements, extras):
        found = importlib.metadata.distribution(requirement.name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(found.locate_file(top))))
        lend(site, found.requires, requirement.extras)


def environment(place: Path, package: Path) -> Path:
    """The Python of a new environment that has a wheel and what the wheel says it needs."""
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", python)
    run(*pip, "install", "--no-index", "--no-deps", "--no-compile", package)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (installed,) = importlib.metadata.distributions(path=[str(site)])
    lend(site, installed.requires, set())
    run(*pip, "check")
    return python


@each
def test_a_wheel_works_where_nothing_but_its_requirements_is(
    name: str, built: dict[str, Path], tmp_path: Path
) -> None:
    python = environment(tmp_path / "environment", wheel(built[name]))
    run(python, HERE / f"try_{name.replace('-', '_')}.py", cwd=tmp_path)


@each
def test_an_sdist_builds_the_same_wheel_whatever_else_lies_there(
    name: str, built: dict[str, Path], tmp_path: Path
) -> None:
    (sdist,) = built[name].glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (place,) = tmp_path.iterdir()
    for left in ("spec_cache/texts.msgpack", "spec_cache/documents/a.json", "notes.txt"):
        (place / left).parent.mkdir(parents=True, exist_ok=True)
        (place / left).write_text("{}")
    build(place, tmp_path / "again", "wheel")
    assert wheel(tmp_path / "again").read_bytes() == wheel(built[name]).read_bytes()


def project(place: Path) -> dict[str, Any]:
    text = (place / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def test_the_pythons_that_are_promised_are_those_that_are_tried() -> None:
    jobs = {
        name: yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())["jobs"]
        for name in ("ci", "release")
    }
    tried = jobs["ci"]["linux"]["strategy"]["matrix"]["python"]
    assert jobs["release"]["try"]["strategy"]["matrix"]["python"] == tried
    for place in PLACES.values():
        found = project(place)
        promised = [
            text.rpartition(" ")[2]
            for text in found["classifiers"]
            if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", text)
        ]
        assert promised == tried
        assert found["requires-python"] == f">={tried[0]}"


def test_both_have_the_same_license_and_authors() -> None:
    texts = {place: (place / "LICENSE").read_text(encoding="utf-8") for place in PLACES.values()}
    license_, rendered = texts.values()
    assert rendered.endswith(f"\n\n{license_}")
    ours, clients = map(project, PLACES.values())
    assert ours["license"] == clients["license"] == "MIT"
    assert ours["authors"] == clients["authors"]
    assert ours["authors"][0]["name"] in license_


def test_what_is_tested_is_what_was_rendered_and_no_copy_of_it() -> None:
    """An installed copy would be older than what is rendered, and hide it."""
    found = Path(str(app_store_connect.__file__)).parents[1]
    assert found == PLACES["app-store-connect"], "run `.venv/bin/pip install --editable generated`"
