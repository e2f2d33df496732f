"""Rehearsals: see what a program would write, keep it as a plan, and apply that.

with asc.rehearsal() as trial:
trial.client.beta_groups.update(group, name="Everybody")
print(trial.plan)
trial.plan.apply(asc)
"""

from .application import Applied
from .change import Change, PlannedFile
from .errors import PlanError, PlanStaleError
from .plan import Plan
from .rehearsal import AsyncRehearsal

__all__ = [
    "Applied",
    "AsyncRehearsal",
    "Change",
    "Plan",
    "PlanError",
    "PlanStaleError",
    "PlannedFile",
]
