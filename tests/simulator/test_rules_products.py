"""In-app purchases and subscriptions from MISSING_METADATA on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError
from app_store_connect.models import (
    InAppPurchasePriceInlineCreate,
    SubscriptionPriceInlineCreate,
)

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

COMPLETE = {"state": "COMPLETE"}


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.t", name="Trails")


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


def state(asc: Client, made: Any) -> str:
    return str(asc.in_app_purchases_v2.get(made).state)


def test_a_purchase_is_ready_when_it_has_all_parts(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_purchase(simulator, asc, app)
    assert state(asc, made) == "READY_TO_SUBMIT"
    screenshot = asc.in_app_purchases_v2.get_app_store_review_screenshot(made)
    assert screenshot is not None
    asc.in_app_purchase_app_store_review_screenshots.delete(screenshot)
    assert state(asc, made) == "READY_TO_SUBMIT"
    simulator.clock.advance(seconds=10)
    assert state(asc, made) == "MISSING_METADATA"


def test_a_new_purchase_lacks_everything_and_has_a_version(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = purchase(asc, app)
    simulator.clock.advance(minutes=1)
    assert state(asc, made) == "MISSING_METADATA"
    version = asc.in_app_purchases_v2.list_versions(made).one()
    assert (version.version, version.state) == (1, "PREPARE_FOR_SUBMISSION")
    with pytest.raises(ApiError) as caught:
        asc.in_app_purchase_versions.create(in_app_purchase=made)
    assert caught.value.has_code("STATE_ERROR.ALREADY_EXISTS")
    assert version.id in str(caught.value)


def test_a_product_id_is_never_used_again(asc: Client, app: Any) -> None:
    made = purchase(asc, app)
    for _ in range(2):
        with pytest.raises(ApiError) as caught:
            purchase(asc, app)
        assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")
        if asc.apps.list_in_app_purchases_v2(app).first() is not None:
            asc.in_app_purchases_v2.delete(made)


@pytest.mark.parametrize(
    ("places", "expected"),
    [(["USA"], "READY_TO_SUBMIT"), (["USA", "DEU"], "MISSING_METADATA")],
)
def test_a_subscription_is_ready_when_it_is_priced_where_it_is_sold(
    simulator: Simulator, asc: Client, app: Any, places: list[str], expected: str
) -> None:
    made = ready_subscription(simulator, asc, app, places)
    assert asc.subscriptions.get(made).state == expected


def test_a_subscription_that_was_ready_is_not_deleted(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_subscription(simulator, asc, app, ["USA"])
    with pytest.raises(ApiError) as caught:
        asc.subscriptions.delete(made)
    assert caught.value.has_code("SUBSCRIPTION_DELETE_NOT_ALLOWED")


def test_texts_of_an_approved_purchase_stay(simulator: Simulator, asc: Client, app: Any) -> None:
    made = ready_purchase(simulator, asc, app)
    version = simulator.world.many(_entity(simulator, made), "versions")[0]
    text = asc.in_app_purchases_v2.list_in_app_purchase_localizations(made).one()
    asc.in_app_purchase_localizations.update(text, name="More maps")
    simulator.world.set(version, state="IN_REVIEW")
    assert state(asc, made) == "IN_REVIEW"
    simulator.world.set(version, state="APPROVED")
    assert state(asc, made) == "APPROVED"
    with pytest.raises(ApiError, match="ACTIVE") as caught:
        asc.in_app_purchase_localizations.update(text, name="Other maps")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.UNMODIFIABLE")


def _entity(simulator: Simulator, made: Any) -> Any:
    return simulator.world.find(made.resource_type, made.id)
