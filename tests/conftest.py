"""What holds for every test: no network but loopback, and the same name in every process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

os.environ["ASCGEN_OFFLINE"] = "1"
# The client prefers httpx2 where it is installed; its tests run on the other one too.
if os.environ.get("ASC_TEST_LIBRARY") == "httpx":
    sys.modules["httpx2"] = None  # type: ignore[assignment] # which makes its import fail
# The machine may be busy, and a failure must be one that the next run finds again.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

_LONGEST_ID = 60


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Keys are made anew in each process; a test named after one could not be shared out."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_ID:
        return argname
    return None
