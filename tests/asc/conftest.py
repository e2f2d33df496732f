"""`asc` with the demo team."""

from __future__ import annotations

import pytest

from app_store_connect.simulator import Simulator
from asc.command_line import CommandLine


@pytest.fixture
def asc() -> CommandLine:
    return CommandLine(Simulator("demo"))
