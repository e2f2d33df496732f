"""A team with three apps on several platforms, as it is some way into their lives.

Trails is live and updated, Harbor has rejections and releases under way, Kettle was never released.
Between them, versions are in every state that a version can be in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._demo_apps import plant_apps
from ._demo_portal import plant_portal
from ._demo_sales import plant_sales
from ._demo_testing import plant_testing
from ._planter import Planter

if TYPE_CHECKING:
    from ..simulator import Simulator

__all__ = ["plant"]


def plant(simulator: Simulator) -> None:
    """Fill a simulator that has nothing yet."""
    planter = Planter(simulator.world)
    plant_portal(planter)
    for plan, app in plant_apps(planter):
        plant_testing(planter, plan, app)
        plant_sales(planter, plan, app)
