"""Where an app can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..checks import Inline
from ..registry import Rules
from .territories import territories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("availability")


@rules.identifies(
    "appAvailabilities",
    number="11.7",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="An app's availability has the id of the app.",
)
def availability_has_the_apps_id(
    world: World, _attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    app = next(iter(relationships.get("app", ())), None)
    if app is None or world.find("appAvailabilities", app.id) is not None:
        return None
    return app.id


@rules.before(
    "apps_appAvailabilityV2_getToOneRelated",
    number="3.12",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="An availability that was never set is a 404 with the app's id.",
)
def no_availability_is_not_found(call: Call) -> None:
    if call.world.one(call.target, "appAvailabilityV2") is None:
        detail = f"There is no resource of type 'appAvailabilities' with id '{call.target.id}'"
        call.refuse(404, "NOT_FOUND", detail)


@rules.before(
    "appAvailabilitiesV2_createInstance",
    number="3.28",
    evidence="R rorkai/App-Store-Connect-CLI #2584",
    confidence="H",
    says="An app has one availability; it is changed by territory, not made again.",
)
def one_availability(call: Call) -> None:
    app = call.related("app")
    if app is not None and call.world.one(app, "appAvailabilityV2") is not None:
        call.invalid_relationship("app", "The app availability already exists.")


@rules.before(
    "appAvailabilitiesV2_createInstance",
    number="3.29",
    evidence="R rorkai/App-Store-Connect-CLI, notes on idempotent writes",
    confidence="H",
    says="Every territory has to be there; each that is missing is told.",
)
def every_territory_is_there(call: Call) -> None:
    given = call.relationships.get("territoryAvailabilities", [])
    pointer = "/data/relationships/territoryAvailabilities"
    if not given:
        detail = "You must provide a value for the relationship 'territoryAvailabilities'"
        call.refuse(409, "ENTITY_ERROR.RELATIONSHIP.REQUIRED", detail, pointer=pointer)
    named = {x for item in given for x in _territories_of(call.world, item)}
    for territory in territories(call.world):
        if territory.id not in named:
            call.fault(
                409,
                "ENTITY_ERROR.RELATIONSHIP.INVALID",
                f"The territory '{territory.id}' is missing.",
                pointer=pointer,
            )


def _territories_of(world: World, item: Any) -> list[str]:
    found = (
        item.relationships.get("territory", [])
        if isinstance(item, Inline)
        else world.many(item, "territory")
    )
    return [x.id for x in found]


@rules.born(
    "territoryAvailabilities",
    number="",
    evidence="S",
    confidence="M",
    says="A territory says whether the app is to be had there.",
)
def territory_says_so(world: World, availability: Entity) -> None:
    world.default(availability, available=False, preOrderEnabled=False)
    world.default(availability, contentStatuses=_statuses(availability))


@rules.changed(
    "territoryAvailabilities.available",
    number="",
    evidence="S",
    confidence="M",
    says="A territory that is switched on or off says so.",
)
def territory_changes(world: World, availability: Entity, _before: Any) -> None:
    world.set(availability, contentStatuses=_statuses(availability))


def _statuses(availability: Entity) -> list[str]:
    return ["AVAILABLE" if availability["available"] else "CANNOT_SELL"]
