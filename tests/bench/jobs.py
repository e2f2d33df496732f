"""The workflows: how many requests each job takes, beside what fastlane needs for the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bench.context import ROOT
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.context import Bench


def rows(_: Bench) -> Iterator[Row]:
    """Count the requests of the jobs that the tests of workflows count too."""
    sys.path.append(str(ROOT / "tests" / "workflows"))
    from request_counts import COUNTS, requests_of

    for count in COUNTS:
        yield Row(
            f"jobs.{count.id}",
            f"requests: {count.job}",
            "count",
            subject=Side("workflows", [requests_of(count)]),
            reference=Side("fastlane", [count.fastlane]) if count.fastlane else None,
            budget=Budget(count.most),
            note=count.steps and f"fastlane: {count.steps}",
        )
