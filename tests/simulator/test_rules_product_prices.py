"""Price points and prices of in-app purchases and subscriptions."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AmbiguousWriteError, ApiError
from app_store_connect.models import (
    InAppPurchasePriceInlineCreate,
    SubscriptionPriceInlineCreate,
)

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator


def purchase(simulator: Simulator, asc: Client) -> Any:
    app: Any = simulator.add("apps", bundle_id="com.example.t", name="Trails")
    return asc.in_app_purchases_v2.create(
        app=app, name="Maps", product_id="maps", in_app_purchase_type="NON_CONSUMABLE"
    )


def subscription(simulator: Simulator, asc: Client) -> Any:
    app: Any = simulator.add("apps", bundle_id="com.example.t", name="Trails")
    group = asc.subscription_groups.create(app=app, reference_name="Plus")
    return asc.subscriptions.create(group=group, name="Plus", product_id="plus")


def parts(identifier: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4)))


def test_a_purchase_has_price_points_in_every_territory(simulator: Simulator, asc: Client) -> None:
    made = purchase(simulator, asc)
    points = list(asc.in_app_purchases_v2.list_price_points(made, territory="USA", limit=8000))
    assert float(points[0].customer_price or 0) > 0
    assert parts(points[0].id) == {"s": made.id, "t": "USA", "p": "10001"}
    there = list(asc.in_app_purchase_price_points.list_equalizations(points[9], limit=8000))
    assert len(there) == 174
    assert {parts(x.id)["p"] for x in there} == {parts(points[9].id)["p"]}


def test_equalizations_come_fifty_to_a_page(simulator: Simulator, asc: Client) -> None:
    point = asc.in_app_purchases_v2.list_price_points(
        purchase(simulator, asc), territory="USA"
    ).first()
    assert point is not None
    answer = asc.request("GET", f"/v1/inAppPurchasePricePoints/{point.id}/equalizations").json()
    assert len(answer["data"]) == 50
    assert answer["meta"]["paging"]["total"] == 174


def test_a_price_schedule_prices_every_territory(simulator: Simulator, asc: Client) -> None:
    made = purchase(simulator, asc)
    point = asc.in_app_purchases_v2.list_price_points(made, territory="USA").first()
    assert point is not None
    for _ in range(2):
        schedule = asc.in_app_purchase_price_schedules.create(
            in_app_purchase=made,
            base_territory="USA",
            manual_prices=[InAppPurchasePriceInlineCreate(in_app_purchase_price_point=point)],
        )
    assert schedule.id == made.id
    prices = asc.in_app_purchase_price_schedules
    assert prices.list_manual_prices(schedule).one().manual
    assert len(list(prices.list_automatic_prices(schedule))) == 174


def test_a_schedule_without_a_price_in_its_base_territory_is_refused(
    simulator: Simulator, asc: Client
) -> None:
    made = purchase(simulator, asc)
    point = asc.in_app_purchases_v2.list_price_points(made, territory="DEU").first()
    assert point is not None
    with pytest.raises(ApiError) as caught:
        asc.in_app_purchase_price_schedules.create(
            in_app_purchase=made,
            base_territory="USA",
            manual_prices=[InAppPurchasePriceInlineCreate(in_app_purchase_price_point=point)],
        )
    assert caught.value.has_code("ENTITY_ERROR.BASE_TERRITORY_INTERVAL_REQUIRED")


def test_the_first_price_of_a_subscription_comes_with_an_update(
    simulator: Simulator, asc: Client
) -> None:
    made = subscription(simulator, asc)
    first, second = list(asc.subscriptions.list_price_points(made, territory="USA"))[:2]
    with pytest.raises(ApiError, match=r"RELATIONSHIP\.INVALID"):
        asc.subscription_prices.create(subscription=made, subscription_price_point=first)
    simulator.world.set_switch("first_subscription_price", "error")
    with pytest.raises(AmbiguousWriteError, match="UNEXPECTED_ERROR"):
        asc.subscription_prices.create(subscription=made, subscription_price_point=first)
    asc.subscriptions.update(
        made, prices=[SubscriptionPriceInlineCreate(subscription_price_point=first)]
    )
    price = asc.subscriptions.list_prices(made).one()
    assert parts(price.id) == {"s": made.id, "t": "USA", "p": "10001"}
    asc.subscription_prices.create(
        subscription=made, subscription_price_point=second, start_date="2030-01-01"
    )
    with pytest.raises(ApiError) as caught:
        asc.subscription_prices.create(subscription=made, subscription_price_point=first)
    assert caught.value.status == 409


def test_the_price_of_an_approved_subscription_changes_later(
    simulator: Simulator, asc: Client
) -> None:
    simulator.world.set_switch("first_subscription_price", "accept")
    made = subscription(simulator, asc)
    entity = simulator.world.find("subscriptions", made.id)
    assert entity is not None
    simulator.world.set(entity, state="APPROVED")
    point = asc.subscriptions.list_price_points(made, territory="USA").first()
    assert point is not None
    with pytest.raises(ApiError) as caught:
        asc.subscription_prices.create(subscription=made, subscription_price_point=point)
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")
    asc.subscription_prices.create(
        subscription=made, subscription_price_point=point, start_date="2030-01-01"
    )
