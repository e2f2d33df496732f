"""Fixtures for pytest: a simulator of its own for every test, and clients of it.

    def test_release(simulator, asc):
        simulator.add("apps", bundle_id="com.example.trails", name="Trails")
        release(asc)
        assert asc.apps.list().one().name == "Trails"

Nothing of the package is imported before a test asks for one of them. A test that fails shows the
requests that it made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..client import AsyncClient, Client
    from .simulator import Simulator

__all__ = ["aasc", "asc", "pytest_runtest_makereport", "simulator"]

_MADE: pytest.StashKey[Any] = pytest.StashKey()


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> Simulator:
    """Return a simulator whose team has nothing yet."""
    from .simulator import Simulator  # noqa: PLC0415 - for who uses the fixture

    made: Simulator = Simulator()
    # pytest leaves it open of which type this is.
    test = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType]
    test.stash[_MADE] = made
    return made


@pytest.fixture
def asc(simulator: Simulator) -> Generator[Client]:
    """Return a client of the simulator."""
    with simulator.client() as client:
        yield client


@pytest.fixture
def aasc(simulator: Simulator) -> AsyncClient:
    """Return a client of the simulator to be awaited; it holds nothing that must be closed."""
    return simulator.async_client()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests of a test that failed to its report."""
    report = yield
    # Where another fixture failed the test has none yet; who has a fixture of the name may have
    # made its own.
    made = item.stash.get(_MADE, None) or getattr(item, "funcargs", {}).get("simulator")
    if report.when != "teardown" and report.failed and made is not None and made.requests:
        report.sections.append(("requests to the simulator", str(made.requests)))
    return report
