"""What users of pytest get by having the package installed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path


def run(tmp_path: Path, text: str) -> str:
    """What pytest prints of a test file."""
    (tmp_path / "test_mine.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_fixtures_are_all_it_takes(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        "def test_x(simulator, asc, aasc):\n"
        "    simulator.add('apps', name='Trails')\n"
        "    assert asc.apps.list().one().name == 'Trails'\n",
    )
    assert "1 passed" in said


def test_a_test_that_fails_shows_its_requests(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        "import pytest\n"
        "def test_x(asc):\n    assert asc.apps.list(bundle_id='com.example').all()\n"
        "@pytest.fixture\ndef app(asc):\n    return asc.apps.list(name='Trails').one()\n"
        "def test_y(app):\n    pass\n",
    )
    assert "1 failed, 1 error" in said
    assert "200  apps_getCollection  GET /v1/apps?filter[bundleId]=com.example" in said
    assert "200  apps_getCollection  GET /v1/apps?filter[name]=Trails" in said


def test_nothing_is_imported_for_tests_that_use_none_of_it(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        "import sys\ndef test_x():\n"
        "    assert 'app_store_connect.client' not in sys.modules\n"
        "    assert 'app_store_connect.simulator.simulator' not in sys.modules\n"
        "    assert 'httpx' not in sys.modules\n",
    )
    assert "1 passed" in said, said
