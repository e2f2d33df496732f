"""No job takes more requests than it did."""

from __future__ import annotations

import pytest
from request_counts import COUNTS, Count, requests_of


@pytest.mark.parametrize("count", COUNTS, ids=lambda count: count.id)
def test_a_job_takes_as_many_requests_as_it_did(count: Count) -> None:
    found = requests_of(count)
    assert found <= count.most, f"{count.job} takes {found} requests"
    assert found == count.most, f"{count.job} takes {found} requests only: write it down"


def test_what_fastlane_needs_is_counted_step_by_step() -> None:
    assert all(count.steps for count in COUNTS if count.fastlane is not None)
