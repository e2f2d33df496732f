"""Figures by the names of the spaceship guide, read from the reports that there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from matrix import writes_of

from app_store_connect import Client, NotInPublicApiError
from app_store_connect.reports import ReportNotReadyError

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator

NAMES = (
    *("units", "views", "impressions", "sales", "paying_users", "in_app_purchases"),
    *("installs", "sessions", "active_devices", "crashes"),
)

pytestmark = [
    pytest.mark.skipif(
        not hasattr(Client, "analytics_reports"), reason="the document has no analytics"
    ),
    pytest.mark.parametrize("flavour", FLAVOURS),
]


def metric(flavour: str, simulator: Simulator, name: str, **more: Any) -> Any:
    app = simulator.world.all("apps")[0].id
    return done(flavour, simulator, lambda asc: asc.workflows.analytics.metric(app, name, **more))


def test_reports_are_asked_for_once_and_are_there_later(demo: Simulator, flavour: str) -> None:
    for writes in (1, 0):
        with pytest.raises(ReportNotReadyError, match="one to two"):
            metric(flavour, demo, "impressions")
        assert len(writes_of(demo)) == writes
    demo.clock.advance(days=2)
    found = metric(flavour, demo, "impressions")
    assert writes_of(demo) == []
    assert len(found.days) == 1
    assert found.total == sum(row.integer("Counts") for row in found.rows) > 0
    assert {row["Event"] for row in found.rows} == {"Impression"}


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_guide_has_figures(demo: Simulator, flavour: str, name: str) -> None:
    with pytest.raises(ReportNotReadyError):
        metric(flavour, demo, name)
    demo.clock.advance(days=4)
    found = metric(flavour, demo, name)
    assert len(found.days) == 3
    assert {row["Territory"] for row in found.rows} == {"US", "DE"}
    # The request, its report, the report's instances, and of each instance its segments' list.
    assert len(demo.requests) == 3 + 3 + 3


def test_days_without_data_are_named(demo: Simulator, flavour: str) -> None:
    with pytest.raises(ReportNotReadyError):
        metric(flavour, demo, "sessions")
    demo.clock.advance(days=4)
    today = demo.world.now.date()
    found = metric(flavour, demo, "sessions", since=today - timedelta(days=5))
    assert list(found.missing) == [today - timedelta(days=5), today - timedelta(days=1)]
    assert found.total == sum(found.days.values())
    whole = metric(flavour, demo, "sessions")
    assert len(whole.days) + len(whole.missing) == 35
    only = today - timedelta(days=2)
    assert list(metric(flavour, demo, "sessions", since=only, until=only).days) == [only]


def test_a_request_that_apple_has_stopped_is_made_anew(demo: Simulator, flavour: str) -> None:
    with pytest.raises(ReportNotReadyError):
        metric(flavour, demo, "sessions")
    request = demo.world.all("analyticsReportRequests")[0]
    demo.world.set(request, stoppedDueToInactivity=True)
    with pytest.raises(ReportNotReadyError):
        metric(flavour, demo, "sessions")
    (made,) = demo.world.all("analyticsReportRequests")
    assert made.id != request.id


def test_what_nobody_can_mean_is_refused_before_anything_is_sent(
    demo: Simulator, flavour: str
) -> None:
    with pytest.raises(ValueError, match="impressions"):
        metric(flavour, demo, "impresions")
    with pytest.raises(ValueError, match="after"):
        metric(flavour, demo, "units", since=date(2026, 2, 1), until=date(2026, 1, 1))
    assert not demo.requests


def test_ratings_are_said_to_be_in_no_report(demo: Simulator, flavour: str) -> None:
    with pytest.raises(NotInPublicApiError, match="average or the number of all ratings"):
        metric(flavour, demo, "ratings")
    assert not demo.requests
