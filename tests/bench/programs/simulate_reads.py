"""Reads from a simulator in its process, as a test of a user's program does.

simulate_reads.py TURNS CALLS
"""

from __future__ import annotations

import sys

import turns

from app_store_connect.simulator import Simulator

SIZE = 200

simulator = Simulator(requests_per_hour=None)
app = simulator.add("apps", name="Trails", bundle_id="com.example.trails")
for number in range(SIZE):
    train = simulator.add("preReleaseVersions", version=f"1.{number}", platform="IOS", app=app)
    simulator.add("builds", version="1", app=app, pre_release_version=train)


with simulator.client() as asc:

    def page() -> None:
        """Read all builds, each with what it was made for."""
        builds = next(iter(asc.builds.list(limit=SIZE, include=["preReleaseVersion"]).pages()))
        assert len(builds.items) == SIZE

    candidates = {"read": lambda: asc.apps.get(app.id), "page": page}
    turns.told(times=turns.timed(candidates, int(sys.argv[1]), int(sys.argv[2])))
