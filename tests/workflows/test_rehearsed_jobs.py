"""Every job can be rehearsed: its plan leads to what the job itself leads to, once."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from matrix import difference, run_undisturbed, settled_state_of, writes_of

from app_store_connect.rehearsal import Plan
from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from matrix import Job

JOBS: list[Job] = [
    job
    for path in sorted(Path(__file__).parent.glob("jobs_*.py"))
    for job in import_module(path.stem).JOBS
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_rehearsed_job_ends_as_the_job_does(job: Job) -> None:
    state, _, _ = run_undisturbed(job)
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    simulator.requests.clear()
    asc = simulator.client()
    with asc.rehearsal() as trial:
        run(trial.client)
    assert writes_of(simulator) == []
    plan = trial.plan
    assert plan, "a job of the matrix writes"
    whole = json.loads(plan.to_json(secrets=True))
    plan.apply(asc)
    applied = simulator.checkpoint()
    found = settled_state_of(simulator)
    simulator.restore(applied)
    assert found == state, difference(found, state)
    simulator.requests.clear()
    assert plan.apply(asc).sent == ()
    assert Plan.from_json(json.dumps({**whole, "created": {}, "done": []})).apply(asc).sent == ()
    with asc.rehearsal() as trial:
        run(trial.client)
    assert not trial.plan, str(trial.plan)
    assert writes_of(simulator) == []
