"""Every job can be rehearsed: its plan leads to what the job itself leads to, once."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from matrix import difference, state_of, writes_of

from app_store_connect.rehearsal import Plan
from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from matrix import Job

JOBS: list[Job] = [
    job
    for path in sorted(Path(__file__).parent.glob("jobs_*.py"))
    for job in import_module(path.stem).JOBS
]


# What a plan that has forgotten what it did states again, to no effect.
STATED_ANEW = {
    # Prices and territories are stated as a whole, which nobody can tell from the last that were.
    "appPriceSchedules_createInstance",
    "inAppPurchaseAvailabilities_createInstance",
    "inAppPurchasePriceSchedules_createInstance",
    # The order is asked for by a resource that nobody can read.
    "appAssetLibraryPlacementOrderingRequests_createInstance",
    # The testers of an app are not listed with it.
    "apps_betaTesters_deleteToManyRelationship",
}
# Which of them leave one resource more, so that the end is compared without them.
KEPT_TWICE = {"appAssetLibraryPlacementOrderingRequests_createInstance"}
# What nobody can tell from others like it: a certificate is shown without the request for it.
NOT_TOLD_APART = {"certificates_createInstance"}
# What the API has to do by itself before: minutes do not go by for it while a trial waits.
MINUTES_BEFORE = {"purchases.submit": 10}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_rehearsed_job_ends_as_the_job_does(job: Job) -> None:
    expected = Simulator(job.seed)
    job.prepare(expected)(expected.client())
    simulator = Simulator(job.seed)
    run = job.prepare(simulator)
    asc = simulator.client()
    simulator.clock.advance(minutes=MINUTES_BEFORE.get(job.name, 0))
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
    alike = [x.resource_id for x in plan if x.operation in NOT_TOLD_APART]
    created = {x: plan.created[x] for x in alike}
    copy = Plan.from_json(json.dumps({**whole, "created": created, "done": []}))
    once = simulator.checkpoint()
    sent = {x.operation for x in copy.apply(asc).sent}
    assert sent <= STATED_ANEW
    assert set(writes_of(simulator)) == set(made)
    if sent & KEPT_TWICE:
        simulator.restore(once)
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
    found, wanted = state_of(simulator), state_of(expected)
    if found != wanted:
        pytest.fail(difference(found, wanted))
