"""The version of the package: the API's, and a fourth number for releases of our own."""

from __future__ import annotations

import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from ascgen.errors import StoreError
from ascgen.generate import render_distribution
from ascgen.render.options import Options
from ascgen.render.revisions import package_version, revision
from ascgen.sources import templates_directory
from support import mini
from support.mini import TEXT, operation

if TYPE_CHECKING:
    from pathlib import Path

SPEC = mini.spec(
    {"GET /v1/apps": operation("apps_getCollection", "AppsResponse")},
    mini.resource("App", "apps", {"name": TEXT}),
    version="4.5.1",
)


def revisions(place: Path, text: str) -> Path:
    (place / "revisions.toml").write_text(text)
    return place


def test_what_is_released_again_says_so_everywhere(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(templates_directory(), templates)
    revisions(templates, '[app-store-connect]\n"4.5.1" = 2\n"4.5" = 7\n')
    files = render_distribution(
        mini.analysed(SPEC), options=Options(), templates=templates, workers=1
    ).files
    assert tomllib.loads(files["pyproject.toml"])["project"]["version"] == "4.5.1.2"
    init = files["app_store_connect/__init__.py"]
    assert '__version__ = "4.5.1.2"\nAPI_VERSION = "4.5.1"\n' in init
    assert files["app_store_connect/client.py"].count('VERSION: ClassVar[str] = "4.5.1.2"') == 2


@pytest.mark.parametrize(
    ("version", "number", "composed"),
    [
        ("4.5.1", 0, "4.5.1"),
        ("4.5.1", 1, "4.5.1.1"),
        ("4.5", 0, "4.5"),
        ("4.5", 1, "4.5.0.1"),
        ("4", 12, "4.0.0.12"),
    ],
)
def test_ours_is_always_the_fourth_number(version: str, number: int, composed: str) -> None:
    assert package_version(version, number) == composed


def test_a_number_counts_for_one_version_of_one_product(tmp_path: Path) -> None:
    place = revisions(tmp_path, '[app-store-connect]\n"4.5.1" = 2\n[enterprise]\n"1.0" = 3\n')
    assert revision(place, "app-store-connect", "4.5.1") == 2
    assert revision(place, "app-store-connect", "4.6") == 0
    assert revision(place, "app-store-connect", "1.0") == 0
    assert revision(place, "enterprise", "1.0") == 3


@pytest.mark.parametrize(
    "text",
    [
        "[app-store-connect]\n4.5.1 = 2",  # without quotes that is a table in a table
        '[app-store-connect]\n"4.5.1" = -1',
        '[app-store-connect]\n"4.5.1" = "2"',
        '[app-store-connect]\n"v4.5.1" = 2',
        '[app-store-connect]\n"4.5.1.2" = 2',
        "[app-store-connect",
    ],
)
def test_a_number_written_wrongly_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(StoreError, match=r"revisions\.toml") as caught:
        revision(revisions(tmp_path, text), "app-store-connect", "4.5.1")
    assert '"4.5.1" = 1' in caught.value.hint
