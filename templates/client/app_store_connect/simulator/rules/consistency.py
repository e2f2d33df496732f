"""What is there and not listed yet, and what takes far too long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..registry import Rules
from ..world import stamp

if TYPE_CHECKING:
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("consistency")

rules.switch(
    "list_lag",
    default="none",
    choices=("none", "some"),
    number="11.1",
    says="Whether what is new is missing from lists for a minute or two, though it can be read.",
)

_LAGS = {"appInfos": 120, "appStoreVersions": 120, "betaTesters": 60, "builds": 60}


@rules.born(
    *_LAGS,
    number="11.1",
    evidence="C+ notes of release pipelines",
    confidence="H",
    says="New builds, testers, versions and app infos may be missing from lists for a while.",
)
def listed_later(world: World, entity: Entity) -> None:
    if world.switch("list_lag") == "some":
        moment = world.now + timedelta(seconds=_LAGS[entity.type])
        world.default(entity, _listed=stamp(moment))


for _number, _evidence, _confidence, _says in (
    ("1.2", "C+ field notes", "H", "A good token may be refused once: a fault of status 401."),
    (
        "11.5",
        "C field note",
        "L",
        "A linkage may be answered with 204 and ignored: the switch `internal_group_builds`.",
    ),
    (
        "11.6",
        "R recorded answers",
        "H",
        "Errors may lack a detail (3.7), tell what decides second (4.2), or lie (6.12).",
    ),
    (
        "11.8",
        "C field note",
        "H",
        "Reservations that were never committed stay, in AWAITING_UPLOAD.",
    ),
    (
        "11.12",
        "R recorded headers",
        "H",
        "The requests that are left need not go down evenly: a fault with `rate_limit`.",
    ),
):
    rules.known(_number, evidence=_evidence, confidence=_confidence, says=_says)
