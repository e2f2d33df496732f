"""What holds for every test: no network but loopback, and the same name in every process."""

from __future__ import annotations

import os

import pytest

os.environ["ASCGEN_OFFLINE"] = "1"

_LONGEST_ID = 60


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Keys are made anew in each process; a test named after one could not be shared out."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_ID:
        return argname
    return None
