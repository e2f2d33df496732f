"""A simulated team, as users of the package have it, and an app that is ready for review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_store_connect.simulator.pytest_plugin import aasc, asc, simulator
from support.ready_app import ReadyApp, ready_app

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

__all__ = ["aasc", "asc", "ready", "simulator"]


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    """An app whose first version has all that a review asks for."""
    return ready_app(simulator, asc)
