"""Submissions that were written call by call: refused as the API does, and waited for."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError
from app_store_connect.simulator import Simulator
from support.ready_app import ready_app

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import Client
    from support.ready_app import ReadyApp

LARGE = 24_000_000
SMALL = 8_000_000


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def asc(simulator: Simulator) -> Client:
    return simulator.client()


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    return ready_app(simulator, asc)


def submit(asc: Client, app: Any, version: Any) -> None:
    submission = asc.review_submissions.create(app=app, platform="IOS")
    asc.review_submission_items.create(review_submission=submission, app_store_version=version)
    asc.review_submissions.update(submission, submitted=True)


def test_a_version_that_lacks_something_is_refused_in_the_trial(
    simulator: Simulator, asc: Client, ready: ReadyApp
) -> None:
    asc.app_store_versions.set_build(ready.version, None)
    before = simulator.checkpoint()
    with pytest.raises(ApiError) as real:
        submit(asc, ready.app, ready.version)
    simulator.restore(before)
    with asc.rehearsal() as trial, pytest.raises(ApiError) as caught:
        submit(trial.client, ready.app, ready.version)
    assert (caught.value.method, caught.value.path) == (real.value.method, real.value.path)
    assert [str(x) for x in caught.value.errors] == [str(x) for x in real.value.errors]


def test_a_plan_waits_until_what_it_has_added_can_be_submitted(
    asc: Client, ready: ReadyApp
) -> None:
    with asc.rehearsal() as trial:
        submission = trial.client.review_submissions.create(app=ready.app, platform="IOS")
        trial.client.review_submission_items.create(
            review_submission=submission, app_store_version=ready.version
        )
        trial.client.workflows.versions.submit(ready.app, preflight=False)
    trial.plan.apply(asc)
    state = asc.app_store_versions.get(ready.version).app_store_state
    assert state == "WAITING_FOR_REVIEW"


def test_what_was_added_before_the_trial_can_be_submitted_in_it(
    simulator: Simulator, asc: Client, ready: ReadyApp
) -> None:
    submission = asc.review_submissions.create(app=ready.app, platform="IOS")
    asc.review_submission_items.create(
        review_submission=submission, app_store_version=ready.version
    )
    simulator.clock.advance(hours=1)
    with asc.rehearsal() as trial:
        # What the items are about has not been read, which is no reason to refuse.
        trial.client.review_submissions.update(submission.id, submitted=True)
    trial.plan.apply(asc)
    assert ready.state() == "WAITING_FOR_REVIEW"


def test_a_trial_holds_no_files(asc: Client, ready: ReadyApp, tmp_path: Path) -> None:
    path = tmp_path / "App.ipa"
    path.write_bytes(bytes(LARGE))
    tracemalloc.start()
    try:
        with asc.rehearsal() as trial:
            trial.client.uploads.upload_build(
                path, app=ready.app, version="1.1", build_number="9", platform="IOS"
            )
            held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert trial.plan
    assert held < SMALL
