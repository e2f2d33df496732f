"""A process that does a job is killed on the way, for real, and another one finishes the job."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("killed_job.py")
# One of every area that writes, and those that keep files.
CHOSEN = (
    "an app is described",
    "a folder of deliver's is applied",
    "media.sync, library",
    "purchases.ensure",
    "reports.analytics_request",
    "reviews.reply, replacing",
    "signing.setup, app-store",
    "signing.rotate",
    "team.invite, replacing",
    "testflight.distribute",
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("name", CHOSEN)
def test_a_job_whose_process_was_killed_is_finished_by_the_next(name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(PROGRAM), name],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
