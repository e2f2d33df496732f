"""Every job ends the same whether or not it was stopped on the way, at whichever write."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from matrix import cells, difference, kills, run_cell, run_undisturbed

if TYPE_CHECKING:
    from matrix import Job

JOBS: list[Job] = [
    job
    for path in sorted(Path(__file__).parent.glob("jobs_*.py"))
    for job in import_module(path.stem).JOBS
]


def test_no_two_jobs_have_one_name() -> None:
    names = [job.name for job in JOBS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_that_was_stopped_is_finished_by_running_it_again(job: Job) -> None:
    state, writes, again = run_undisturbed(job)
    assert writes, "a job of the matrix writes"
    assert again == 0, "once it is done there is nothing left to write"
    for cell in (*cells(writes), *kills(writes)):
        found = run_cell(job, cell)
        if found != state:
            pytest.fail(f"{cell}:\n{difference(found, state)}")
