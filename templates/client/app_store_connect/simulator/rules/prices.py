"""Prices of apps: the schedule, which is replaced as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..checks import Inline
from ..registry import Rules
from .price_points import equalized, identifier, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules", "today"]

rules = Rules("prices")

rules.switch(
    "paid_agreement",
    default="active",
    choices=("active", "inactive"),
    number="3.27",
    says="Whether the agreement on paid apps is in force.",
)

# Hours that California is behind UTC, and when its summer time begins and ends: the Sunday on or
# after this day of this month, at this hour in UTC.
_WINTER, _SUMMER = 8, 7
_BEGIN, _END = (3, 8, 10), (11, 1, 9)


def today(world: World) -> str:
    """Return the day that prices go by, which is California's.

    Not by `zoneinfo`: some systems have no data for it.
    """
    now = world.now
    summer = _sunday(now.year, *_BEGIN) <= now < _sunday(now.year, *_END)
    return (now - timedelta(hours=_SUMMER if summer else _WINTER)).date().isoformat()


def _sunday(year: int, month: int, day: int, hour: int) -> datetime:
    first = datetime(year, month, day, hour, tzinfo=UTC)
    return first + timedelta(days=6 - first.weekday())


@rules.identifies(
    "appPriceSchedules",
    number="11.7",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A price schedule has the id of its app.",
)
def schedule_has_the_apps_id(
    world: World, _attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    app = next(iter(relationships.get("app", ())), None)
    if app is None or world.find("appPriceSchedules", app.id) is not None:
        return None
    return app.id


@rules.instead(
    "apps_appPriceSchedule_getToOneRelated",
    number="3.12",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="An app without prices answers with a schedule that is made up.",
)
def schedule_is_made_up(call: Call) -> Entity:
    found = call.world.one(call.target, "appPriceSchedule")
    if found is None:
        found = call.world.create("appPriceSchedules", {"_empty": True}, {"app": call.target})
    return found


@rules.before(
    "appPriceSchedules_manualPrices_getToManyRelated",
    "appPriceSchedules_automaticPrices_getToManyRelated",
    number="3.12",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="The prices of such a schedule are a 404.",
)
def made_up_schedule_has_no_prices(call: Call) -> None:
    if call.target["_empty"]:
        detail = f"There is no resource of type 'null' with id '{call.target.id}'"
        call.refuse(404, "NOT_FOUND", detail)


@rules.before(
    "appPriceSchedules_createInstance",
    number="3.27",
    evidence="C field note on an agreement that was not signed",
    confidence="M",
    says="Without the agreement on paid apps no price but free can be set.",
)
def paid_needs_the_agreement(call: Call) -> None:
    if call.world.switch("paid_agreement") == "active":
        return
    if any(float(x["customerPrice"] or 0) for x in map(_point_of, _manual(call)) if x is not None):
        call.invalid_relationship("manualPrices", "The agreement on paid apps is not in force.")


def _manual(call: Call) -> list[Any]:
    return call.relationships.get("manualPrices", [])


def _point_of(price: Any) -> Entity | None:
    relationships = price.relationships if isinstance(price, Inline) else {}
    return next(iter(relationships.get("appPricePoint", ())), None)


@rules.before(
    "appPriceSchedules_createInstance",
    number="3.26",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A price point of another app is none, like one that is not there: 409 NOT_FOUND.",
)
def points_are_the_apps(call: Call) -> None:
    for price in _manual(call):
        point = _point_of(price)
        if point is not None and call.world.one(point, "app") not in {call.related("app"), None}:
            detail = f"There is no price point with id '{point.id}' of this app"
            call.refuse(
                409,
                "ENTITY_ERROR.NOT_FOUND",
                detail,
                pointer=f"{price.pointer}/relationships/appPricePoint",
            )


@rules.before(
    "appPriceSchedules_createInstance",
    number="3.25",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="There has to be a manual price in the base territory: BASE_TERRITORY_INTERVAL_REQUIRED.",
)
def base_territory_has_a_price(call: Call) -> None:
    base = call.related("baseTerritory")
    if base is not None and base.id not in _timelines(call):
        call.refuse(
            409,
            "ENTITY_ERROR.BASE_TERRITORY_INTERVAL_REQUIRED",
            f"There must be a manual price for the base territory '{base.id}'.",
            pointer="/data/relationships/manualPrices",
        )


def _timelines(call: Call) -> dict[str, list[Inline]]:
    """The manual prices by territory, the earliest first."""
    found: dict[str, list[Inline]] = {}
    for price in _manual(call):
        point = _point_of(price)
        territory = None if point is None else call.world.one(point, "territory")
        if territory is not None:
            found.setdefault(territory.id, []).append(price)
    for prices in found.values():
        prices.sort(key=lambda x: x.attributes.get("startDate") or "")
    return found


@rules.before(
    "appPriceSchedules_createInstance",
    number="3.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says=(
        "A territory's prices begin today and leave no gap; what starts in the past is refused. "
        "Today is California's, ends are exclusive."
    ),
)
def prices_cover_the_time_from_today(call: Call) -> None:
    day = today(call.world)
    for code, prices in _timelines(call).items():
        expected: str | None = day
        for number, price in enumerate(prices):
            start = price.attributes.get("startDate") or day
            late = number == 0 and start > day
            gap = number > 0 and expected is not None and start > expected
            if start < day or late or gap:
                wrong = "is in the past" if start < day else "leaves time without a price"
                call.refuse(
                    409,
                    "ENTITY_ERROR.INVALID_START_DATE",
                    f"The start date '{start}' of a price in '{code}' {wrong}.",
                    pointer="/data/relationships/manualPrices",
                )
            expected = price.attributes.get("endDate")


@rules.before(
    "appPriceSchedules_createInstance",
    number="3.23",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A schedule takes the place of the one before; a start today is stored as null.",
)
def schedule_is_replaced(call: Call) -> None:
    app = call.related("app")
    old = None if app is None else call.world.one(app, "appPriceSchedule")
    if old is not None:
        call.world.delete(old, "manualPrices", "automaticPrices")
    for price in _manual(call):
        if isinstance(price, Inline):
            if price.attributes.get("startDate") == today(call.world):
                price.attributes["startDate"] = None
            price.attributes["manual"] = True


@rules.identifies(
    "appPrices",
    number="9.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A price's id is base64 of its price point's parts and its dates.",
)
def price_has_its_points_id(
    world: World, attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    point = next(iter(relationships.get("appPricePoint", ())), None)
    app = None if point is None else world.one(point, "app")
    territory = None if point is None else world.one(point, "territory")
    if point is None or app is None or territory is None:
        return None
    found = identifier(
        s=app.id,
        t=territory.id,
        p=number_of(point),
        sd=attributes.get("startDate"),
        ed=attributes.get("endDate"),
    )
    return None if world.find("appPrices", found) is not None else found


@rules.born(
    "appPrices",
    number="",
    evidence="S",
    confidence="H",
    says="A price is in the territory of its price point.",
)
def price_has_its_points_territory(world: World, price: Entity) -> None:
    point = world.one(price, "appPricePoint")
    if point is not None and world.one(price, "territory") is None:
        world.relate(price, "territory", world.one(point, "territory"))


@rules.after(
    "appPriceSchedules_createInstance",
    number="",
    evidence="D App Store Connect help, set a price",
    confidence="H",
    says="The territories without a manual price get the equalized ones of the base territory.",
)
def other_territories_follow(call: Call) -> None:
    world, schedule = call.world, call.target
    base = world.one(schedule, "baseTerritory")
    manual = world.many(schedule, "manualPrices")
    set_by_hand = {x.id for price in manual if (x := world.one(price, "territory")) is not None}
    for price in manual:
        point = world.one(price, "appPricePoint")
        if point is None or base is None or world.one(price, "territory") is not base:
            continue
        dates = {"startDate": price["startDate"], "endDate": price["endDate"], "manual": False}
        for other in equalized(world, point) or ():
            territory = world.one(other, "territory")
            if territory is not None and territory.id not in set_by_hand:
                automatic = world.create("appPrices", dates, {"appPricePoint": other})
                world.link(schedule, "automaticPrices", automatic)
