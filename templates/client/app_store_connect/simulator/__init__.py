"""An App Store Connect of one's own, for tests and for looking around: no account, no network.

    from app_store_connect.simulator import Simulator

    sim = Simulator()
    asc = sim.client()
    app = sim.add("apps", bundle_id="com.example.trails", name="Trails")
    group = asc.beta_groups.create(name="QA", app=app)
    assert [x.name for x in asc.beta_groups.list(app=app)] == ["QA"]

It answers every operation of the API that this package was made for, in this process or, by
`Simulator.serve`, over HTTP. Time is virtual, and what goes wrong is up to `Simulator.faults`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runtime.lazy import lazy_exports

__all__ = [
    "Call",
    "Checkpoint",
    "Content",
    "Entity",
    "Problem",
    "Refusal",
    "Simulator",
    "World",
    "api_error",
]

if TYPE_CHECKING:
    from .api_errors import api_error as api_error
    from .call import Call as Call
    from .call import Content as Content
    from .problems import Problem as Problem
    from .problems import Refusal as Refusal
    from .simulator import Simulator as Simulator
    from .state import Checkpoint as Checkpoint
    from .state import Entity as Entity
    from .world import World as World
else:
    # The plugin for pytest is below, and is loaded whether a test uses it or not.
    __getattr__, __dir__ = lazy_exports(
        __name__,
        {
            "Call": "call",
            "Checkpoint": "state",
            "Content": "call",
            "Entity": "state",
            "Problem": "problems",
            "Refusal": "problems",
            "Simulator": "simulator",
            "World": "world",
            "api_error": "api_errors",
        },
    )
