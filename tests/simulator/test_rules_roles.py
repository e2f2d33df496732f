"""What keys of narrow roles are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from support.ready_app import add_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect.simulator import Simulator


def client(simulator: Simulator, *roles: str) -> Client:
    key = simulator.add_key("OTHERKEY01", roles=roles)
    return simulator.client(key)


def forbidden(ask: Callable[[], object]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        ask()
    assert caught.value.status == 403
    assert caught.value.has_code("FORBIDDEN_ERROR")
    return caught.value


def test_a_developer_prepares_versions_and_submits_none(simulator: Simulator) -> None:
    asc, app = client(simulator, "DEVELOPER"), add_app(simulator)
    asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    error = forbidden(lambda: asc.review_submissions.create(app=app, platform="IOS"))
    assert "does not allow this request" in str(error)


def test_an_app_manager_submits(simulator: Simulator) -> None:
    asc, app = client(simulator, "APP_MANAGER"), add_app(simulator)
    asc.review_submissions.create(app=app, platform="IOS")


def test_users_are_administered_by_administrators(simulator: Simulator) -> None:
    asc = client(simulator, "APP_MANAGER")
    user: Any = simulator.add("users", username="ada@example.com")
    forbidden(lambda: asc.users.delete(user))
    simulator.client().users.delete(user)


@pytest.mark.parametrize(
    ("role", "operation"),
    [("SALES", "sales"), ("ACCESS_TO_REPORTS", "sales"), ("FINANCE", "finance")],
)
def test_reports_are_read_by_those_they_are_for(
    simulator: Simulator, role: str, operation: str
) -> None:
    def read(asc: Client) -> object:
        if operation == "finance":
            return asc.finance_reports.list(
                vendor_number="1", report_type="FINANCIAL", region_code="US", report_date="2025-12"
            )
        return asc.sales_reports.list(
            vendor_number="1", report_type="SALES", report_sub_type="SUMMARY", frequency="DAILY"
        )

    read(client(simulator, role))
    forbidden(lambda: read(client(simulator, "DEVELOPER")))


def test_reviews_are_answered_by_customer_support(simulator: Simulator) -> None:
    review = simulator.add("customerReviews", rating=1)
    support = client(simulator, "CUSTOMER_SUPPORT").customer_review_responses
    support.create(review=review.id, response_body="Sorry")
    sales = client(simulator, "SALES").customer_review_responses
    forbidden(lambda: sales.create(review=review.id, response_body="Sorry"))
