"""Every job can be rehearsed: its plan leads to what the job itself leads to, once."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from matrix import state_of, writes_of

from app_store_connect.rehearsal import Plan
from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from matrix import Job

JOBS: list[Job] = [
    job
    for path in sorted(Path(__file__).parent.glob("jobs_*.py"))
    for job in import_module(path.stem).JOBS
]


# A schedule of prices is stated as a whole, which nobody can tell from the last one that was.
STATED_ANEW = {"appPriceSchedules_createInstance"}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_rehearsed_job_ends_as_the_job_does(job: Job) -> None:
    expected = Simulator(job.seed)
    job.prepare(expected)(expected.client())
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    asc = simulator.client()
    simulator.requests.clear()
    with asc.rehearsal() as trial:
        run(trial.client)
    assert writes_of(simulator) == []
    plan = trial.plan
    assert plan, "a job of the matrix writes"
    assert str(plan).startswith(f"{len(plan)} change")
    whole = json.loads(plan.to_json(secrets=True))
    plan.apply(asc)
    made = writes_of(simulator)
    assert plan.apply(asc).sent == ()
    copy = Plan.from_json(json.dumps({**whole, "created": {}, "done": []}))
    assert {x.operation for x in copy.apply(asc).sent} <= STATED_ANEW
    assert set(writes_of(simulator)) == set(made)
    # What the job waits for is done, and no review has ended yet.
    simulator.clock.advance(minutes=90)
    simulator.requests.clear()
    with asc.rehearsal() as trial:
        run(trial.client)
    assert not trial.plan, str(trial.plan)
    assert writes_of(simulator) == []
    # All else ends sooner or later, for each at another time.
    for each in (expected, simulator):
        each.clock.advance(days=2)
    assert state_of(simulator) == state_of(expected)
