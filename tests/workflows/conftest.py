"""A simulated team, as users of the package have it, and an app that is ready for review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_store_connect.simulator import Simulator
from app_store_connect.simulator.pytest_plugin import aasc, asc
from support.ready_app import ReadyApp, ready_app

if TYPE_CHECKING:
    from app_store_connect import Client

__all__ = ["aasc", "asc", "demo", "quirks", "ready", "simulator"]


@pytest.fixture
def quirks(request: pytest.FixtureRequest) -> bool:
    """Whether the simulator answers as oddly as Apple does: not to asynchronous clients.

    What Apple says is null, the document knows as a 404 or leaves out. Jobs do with both, and
    tests of both flavours see both.
    """
    case = getattr(request.node, "callspec", None)
    return case is None or case.params.get("flavour") != "async"


@pytest.fixture
def simulator(*, quirks: bool) -> Simulator:
    """A team that has nothing yet."""
    return Simulator(quirks=quirks)


@pytest.fixture
def demo(*, quirks: bool) -> Simulator:
    """The demo team."""
    return Simulator("demo", quirks=quirks)


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    """An app whose first version has all that a review asks for."""
    return ready_app(simulator, asc)
