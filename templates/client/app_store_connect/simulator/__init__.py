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

from .call import Call, Content
from .problems import Problem, Refusal
from .simulator import Simulator
from .state import Checkpoint, Entity
from .world import World

__all__ = ["Call", "Checkpoint", "Content", "Entity", "Problem", "Refusal", "Simulator", "World"]
