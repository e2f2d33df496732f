"""Experiments and Xcode Cloud runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator


def test_one_experiment_is_in_draft(simulator: Simulator, asc: Client) -> None:
    app: Any = simulator.add("apps", bundle_id="com.example.t", name="Trails")

    def create() -> Any:
        return asc.app_store_version_experiments_v2.create(
            app=app, name="Icons", platform="IOS", traffic_proportion=50
        )

    first = create()
    with pytest.raises(ApiError) as caught:
        create()
    assert caught.value.has_code("STATE_ERROR")
    asc.app_store_version_experiments_v2.delete(first)
    create()


def test_a_workflow_that_is_off_does_not_run(simulator: Simulator, asc: Client) -> None:
    workflow: Any = simulator.add("ciWorkflows", name="Nightly", is_enabled=False)
    with pytest.raises(ApiError) as caught:
        asc.ci_build_runs.create(workflow=workflow)
    assert caught.value.status == 409
    enabled: Any = simulator.add("ciWorkflows", name="Daily", is_enabled=True)
    asc.ci_build_runs.create(workflow=enabled)
