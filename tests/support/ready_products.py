"""Products of the simulator with all that they need to be submitted, made as a program would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app_store_connect.models import (
    InAppPurchasePriceInlineCreate,
    SubscriptionPriceInlineCreate,
)

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

COMPLETE = {"state": "COMPLETE"}


def purchase(asc: Client, app: Any, product_id: str = "maps") -> Any:
    return asc.in_app_purchases_v2.create(
        app=app, name="Maps", product_id=product_id, in_app_purchase_type="NON_CONSUMABLE"
    )


def ready_purchase(simulator: Simulator, asc: Client, app: Any, product_id: str = "maps") -> Any:
    """A purchase with all parts, made as a program would."""
    made = purchase(asc, app, product_id)
    asc.in_app_purchase_localizations.create(
        in_app_purchase_v2=made, name="Maps", locale="en-US", description="All maps"
    )
    point = asc.in_app_purchases_v2.list_price_points(made, territory="USA").first()
    assert point is not None
    asc.in_app_purchase_price_schedules.create(
        in_app_purchase=made,
        base_territory="USA",
        manual_prices=[InAppPurchasePriceInlineCreate(in_app_purchase_price_point=point)],
    )
    asc.in_app_purchase_availabilities.create(
        in_app_purchase=made, available_territories=["USA"], available_in_new_territories=True
    )
    simulator.add(
        "inAppPurchaseAppStoreReviewScreenshots",
        in_app_purchase_v2=made,
        asset_delivery_state=COMPLETE,
    )
    simulator.clock.advance(seconds=10)
    return made


def ready_subscription(simulator: Simulator, asc: Client, app: Any, places: list[str]) -> Any:
    group = asc.subscription_groups.create(app=app, reference_name="Plus")
    asc.subscription_group_localizations.create(
        subscription_group=group, name="Plus", locale="en-US"
    )
    made = asc.subscriptions.create(
        group=group, name="Plus", product_id="plus", subscription_period="ONE_MONTH"
    )
    asc.subscription_localizations.create(subscription=made, name="Plus", locale="en-US")
    asc.subscription_plan_availabilities.create(
        subscription=made,
        available_territories=places,
        available_in_new_territories=True,
        plan_type="UPFRONT",
    )
    simulator.add(
        "subscriptionAppStoreReviewScreenshots", subscription=made, asset_delivery_state=COMPLETE
    )
    point = asc.subscriptions.list_price_points(made, territory="USA").first()
    assert point is not None
    asc.subscriptions.update(
        made, prices=[SubscriptionPriceInlineCreate(subscription_price_point=point)]
    )
    simulator.clock.advance(seconds=10)
    return made
