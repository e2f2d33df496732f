"""What keys of narrow roles, and people's own, are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from support.ready_app import add_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect.simulator import Simulator


def client(simulator: Simulator, *roles: str, individual: bool = False) -> Client:
    key = simulator.add_key("OTHERKEY01", roles=roles, individual=individual)
    return simulator.client(key)


def forbidden(ask: Callable[[], object]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        ask()
    assert caught.value.status == 403
    assert caught.value.has_code("FORBIDDEN_ERROR")
    return caught.value


def test_a_developer_makes_internal_groups_only(simulator: Simulator) -> None:
    asc, app = client(simulator, "DEVELOPER"), add_app(simulator)
    asc.beta_groups.create(app=app, name="In", is_internal_group=True)
    error = forbidden(lambda: asc.beta_groups.create(app=app, name="Out"))
    assert not error.errors[0].detail


def test_a_developer_prepares_versions_and_submits_none(simulator: Simulator) -> None:
    asc, app = client(simulator, "DEVELOPER"), add_app(simulator)
    asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    error = forbidden(lambda: asc.review_submissions.create(app=app, platform="IOS"))
    assert "does not allow this request" in str(error)


def test_an_app_manager_submits_and_does_not_request_analytics(simulator: Simulator) -> None:
    asc, app = client(simulator, "APP_MANAGER"), add_app(simulator)
    asc.review_submissions.create(app=app, platform="IOS")
    requests = asc.analytics_report_requests
    forbidden(lambda: requests.create(app=app, access_type="ONGOING"))


def test_users_are_administered_by_administrators(simulator: Simulator) -> None:
    asc = client(simulator, "APP_MANAGER")
    user: Any = simulator.add("users", username="ada@example.com")
    forbidden(lambda: asc.users.delete(user))
    simulator.client().users.delete(user)


def test_a_persons_own_key_reaches_no_provisioning(simulator: Simulator) -> None:
    asc = client(simulator, "ADMIN", individual=True)
    forbidden(lambda: asc.bundle_ids.list().all())
    assert asc.apps.list().all() == []
