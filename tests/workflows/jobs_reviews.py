"""Jobs of the matrix on reviews and analytics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix import Job, Run

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator

__all__ = ["JOBS"]


def _review(simulator: Simulator, *, answered: bool) -> Any:
    world = simulator.world
    return next(
        x
        for x in world.all("customerReviews")
        if (world.one(x, "response") is not None) == answered
    )


def reply(simulator: Simulator) -> Run:
    """Answer a review that has none."""
    review = _review(simulator, answered=False)
    return lambda asc: asc.workflows.reviews.reply(review.id, "Thank you, it is mended.")


def reply_again(simulator: Simulator) -> Run:
    """Replace an answer."""
    review = _review(simulator, answered=True)
    return lambda asc: asc.workflows.reviews.reply(review.id, "It has other words now.")


def withdraw(simulator: Simulator) -> Run:
    """Delete an answer."""
    review = _review(simulator, answered=True)
    return lambda asc: asc.workflows.reviews.withdraw(review.id)


def request_analytics(simulator: Simulator) -> Run:
    """Ask for the reports of an app, which are there when the job runs again some day."""
    app = simulator.world.all("apps")[0]

    def run(asc: Any) -> None:
        asc.reports.analytics_request(app.id)

    return run


JOBS = [
    Job("reviews.reply", reply),
    Job("reviews.reply, replacing", reply_again),
    Job("reviews.withdraw", withdraw),
    Job("reports.analytics_request", request_analytics),
]
