"""The demo team, whose requests are counted from here on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from app_store_connect import Client


@pytest.fixture
def demo() -> Simulator:
    return Simulator("demo")


@pytest.fixture
def asc(demo: Simulator) -> Client:
    return demo.client()
