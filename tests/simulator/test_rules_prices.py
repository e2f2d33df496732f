"""The prices of an app: points, and the schedule."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client, NotFoundError
from app_store_connect.models import AppPriceV2InlineCreate
from app_store_connect.simulator import Simulator
from support.ready_app import add_app

if TYPE_CHECKING:
    from app_store_connect.models import App, AppPricePointV3, AppPriceSchedule


@pytest.fixture
def app(simulator: Simulator) -> App:
    return add_app(simulator)


def point(asc: Client, app: App, price: str, territory: str = "USA") -> AppPricePointV3:
    points = asc.apps.list_app_price_points(app, territory=territory, limit=200)
    return next(x for x in points if Decimal(str(x.customer_price)) == Decimal(price))


def schedule(asc: Client, app: App, *prices: Any, base: str = "USA") -> AppPriceSchedule:
    return asc.app_price_schedules.create(app=app, base_territory=base, manual_prices=prices)


def test_price_points_are_many_and_rise_from_free(asc: Client, app: App) -> None:
    points = asc.apps.list_app_price_points(app, territory="USA", limit=200).all()
    prices = [Decimal(str(x.customer_price)) for x in points]
    assert len(points) > 200
    assert prices == sorted(set(prices))
    assert {Decimal(0), Decimal("0.99"), Decimal("4.99"), Decimal("9.99")} <= set(prices)


def test_equalizations_are_in_all_other_territories(asc: Client, app: App) -> None:
    base = point(asc, app, "4.99")
    found = asc.app_price_points_v3.list_equalizations(base, include="territory", limit=200).all()
    assert len(found) == 174
    codes = {x.territory.id: x.customer_price for x in found if x.territory is not None}
    assert "USA" not in codes
    assert codes["JPN"] == "748"


def test_an_app_without_prices_has_a_made_up_schedule(asc: Client, app: App) -> None:
    made_up = asc.apps.get_app_price_schedule(app)
    assert made_up is not None
    assert made_up.id == app.id
    with pytest.raises(NotFoundError, match="type 'null'"):
        asc.app_price_schedules.list_manual_prices(made_up).all()


def test_a_schedule_sets_the_base_price_and_the_others_follow(asc: Client, app: App) -> None:
    made = schedule(asc, app, AppPriceV2InlineCreate(app_price_point=point(asc, app, "4.99")))
    assert made.id == app.id
    manual = asc.app_price_schedules.list_manual_prices(made, include="territory").one()
    assert manual.manual is True
    assert manual.territory is not None
    assert manual.territory.id == "USA"
    automatic = asc.app_price_schedules.list_automatic_prices(
        made, include=["appPricePoint", "territory"], limit=200
    ).all()
    assert len(automatic) == 174
    japan = next(x for x in automatic if x.territory is not None and x.territory.id == "JPN")
    assert japan.app_price_point is not None
    assert japan.app_price_point.customer_price == "748"


def test_a_new_schedule_replaces_the_whole_old_one(asc: Client, app: App) -> None:
    first = AppPriceV2InlineCreate(app_price_point=point(asc, app, "4.99"))
    japan = AppPriceV2InlineCreate(app_price_point=point(asc, app, "748", "JPN"))
    made = schedule(asc, app, first, japan)
    assert len(asc.app_price_schedules.list_manual_prices(made).all()) == 2
    assert len(asc.app_price_schedules.list_automatic_prices(made, limit=200).all()) == 173
    made = schedule(asc, app, AppPriceV2InlineCreate(app_price_point=point(asc, app, "0")))
    assert len(asc.app_price_schedules.list_manual_prices(made).all()) == 1
    assert len(asc.app_price_schedules.list_automatic_prices(made, limit=200).all()) == 174


def test_a_start_today_is_stored_as_none(asc: Client, app: App) -> None:
    today, later = point(asc, app, "4.99"), point(asc, app, "5.99")
    made = schedule(
        asc,
        app,
        AppPriceV2InlineCreate(
            app_price_point=today, start_date="2026-01-05", end_date="2026-02-01"
        ),
        AppPriceV2InlineCreate(app_price_point=later, start_date="2026-02-01"),
    )
    prices = asc.app_price_schedules.list_manual_prices(made).all()
    assert [str(x.start_date) for x in prices] == ["None", "2026-02-01"]


@pytest.mark.parametrize(
    "dates",
    [
        [("2026-01-04", None)],
        [("2026-01-06", None)],
        [(None, "2026-02-01"), ("2026-02-02", None)],
    ],
    ids=["past", "future", "gap"],
)
def test_prices_cover_the_time_from_today(
    asc: Client, app: App, dates: list[tuple[str | None, str | None]]
) -> None:
    base = point(asc, app, "4.99")
    prices = [
        AppPriceV2InlineCreate(app_price_point=base, start_date=start, end_date=end)
        for start, end in dates
    ]
    with pytest.raises(ApiError) as caught:
        schedule(asc, app, *prices)
    assert caught.value.has_code("ENTITY_ERROR.INVALID_START_DATE")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-06T07:59:00+00:00", "2026-01-05"),
        ("2026-01-06T08:00:00+00:00", "2026-01-06"),
        ("2026-07-06T06:59:00+00:00", "2026-07-05"),
        ("2026-07-06T07:00:00+00:00", "2026-07-06"),
        ("2026-03-09T07:00:00+00:00", "2026-03-09"),
        ("2026-11-02T07:00:00+00:00", "2026-11-01"),
    ],
)
def test_today_is_californias(moment: str, day: str) -> None:
    simulator = Simulator(start=datetime.fromisoformat(moment))
    asc, app = simulator.client(), add_app(simulator)
    price = AppPriceV2InlineCreate(app_price_point=point(asc, app, "4.99"), start_date=day)
    made = schedule(asc, app, price)
    assert asc.app_price_schedules.list_manual_prices(made).one().start_date is None


def test_the_base_territory_has_a_price(asc: Client, app: App) -> None:
    japan = AppPriceV2InlineCreate(app_price_point=point(asc, app, "748", "JPN"))
    with pytest.raises(ApiError) as caught:
        schedule(asc, app, japan)
    assert caught.value.has_code("ENTITY_ERROR.BASE_TERRITORY_INTERVAL_REQUIRED")
    schedule(asc, app, japan, base="JPN")


def test_a_price_point_of_another_app_is_none(asc: Client, app: App, simulator: Simulator) -> None:
    other = add_app(simulator, "Peaks")
    good = AppPriceV2InlineCreate(app_price_point=point(asc, app, "4.99"))
    for wrong in (point(asc, other, "4.99"), "nothing"):
        with pytest.raises(ApiError) as caught:
            schedule(asc, app, good, AppPriceV2InlineCreate(app_price_point=wrong))
        assert caught.value.has_code("ENTITY_ERROR.NOT_FOUND")
        assert caught.value.errors[0].pointer == "/included/1/relationships/appPricePoint"


def test_a_price_needs_the_agreement_and_free_does_not() -> None:
    simulator = Simulator(switches={"paid_agreement": "inactive"})
    asc, app = simulator.client(), add_app(simulator)
    with pytest.raises(ApiError) as caught:
        schedule(asc, app, AppPriceV2InlineCreate(app_price_point=point(asc, app, "4.99")))
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID")
    schedule(asc, app, AppPriceV2InlineCreate(app_price_point=point(asc, app, "0")))
