"""In-app purchases and subscriptions from MISSING_METADATA on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from app_store_connect.models import (
    SubscriptionOfferCodePriceInlineCreate,
)
from support.ready_products import purchase, ready_purchase, ready_subscription

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.t", name="Trails")


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


def submit(asc: Client, made: Any) -> None:
    asc.in_app_purchase_submissions.create(in_app_purchase_v2=made)


def test_the_first_product_is_submitted_with_a_version_others_by_themselves(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_purchase(simulator, asc, app)
    with pytest.raises(ApiError) as caught:
        submit(asc, made)
    assert caught.value.has_code("STATE_ERROR.FIRST_NON_CONSUMABLE_MUST_BE_SUBMITTED_ON_VERSION")
    simulator.world.set(_entity(simulator, made), state="APPROVED")
    second = ready_purchase(simulator, asc, app, "more")
    submit(asc, second)
    assert state(asc, second) == "WAITING_FOR_REVIEW"
    simulator.clock.advance(hours=12)
    assert state(asc, second) == "IN_REVIEW"
    simulator.clock.advance(hours=1)
    assert state(asc, second) == "APPROVED"


def test_a_product_without_prices_is_not_submitted(asc: Client, app: Any) -> None:
    with pytest.raises(ApiError) as caught:
        submit(asc, purchase(asc, app))
    assert caught.value.has_code("STATE_ERROR.IAP_SUBMISSION_NOT_ALLOWED_MISSING_PRICING_DATA")


def test_a_group_is_not_submitted_without_a_subscription(asc: Client, app: Any) -> None:
    group = asc.subscription_groups.create(app=app, reference_name="Plus")
    with pytest.raises(ApiError) as caught:
        asc.subscription_group_submissions.create(subscription_group=group)
    assert caught.value.has_code("SUBSCRIPTION_GROUP_SUBMISSION_NOT_ALLOWED")


def test_a_review_submission_has_a_group_and_its_subscription_together(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_subscription(simulator, asc, app, ["USA"])
    simulator.add(
        "appStoreVersions",
        app=app,
        platform="IOS",
        version_string="1.0",
        app_version_state="READY_FOR_DISTRIBUTION",
    )
    world = simulator.world
    entity = _entity(simulator, made)
    own = world.many(entity, "versions")[0]
    group = world.one(entity, "group")
    assert group is not None
    of_group = world.many(group, "versions")[0]
    submission = asc.review_submissions.create(app=app, platform="IOS")
    asc.review_submission_items.create(review_submission=submission, subscription_version=own.id)
    simulator.clock.advance(minutes=1)
    with pytest.raises(ApiError) as caught:
        asc.review_submissions.update(submission, submitted=True)
    assert caught.value.has_code("STATE_ERROR.SUBSCRIPTION_SUBMISSION_REQUIRES_GROUP_VERSION")
    asc.review_submission_items.create(
        review_submission=submission, subscription_group_version=of_group.id
    )
    simulator.clock.advance(minutes=1)
    asc.review_submissions.update(submission, submitted=True)
    simulator.clock.advance(days=2)
    assert asc.subscriptions.get(made).state == "APPROVED"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "ENTITY_ERROR.RELATIONSHIP.REQUIRED"),
        ({"territory": "DEU", "duration": "ONE_YEAR"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"territory": "DEU", "offer_mode": "PAY_UP_FRONT"}, "ENTITY_ERROR.RELATIONSHIP.REQUIRED"),
        ({"territory": "USA"}, "ENTITY_ERROR.RELATIONSHIP.INVALID"),
    ],
)
def test_an_introductory_offer_fits_territory_and_period(
    simulator: Simulator, asc: Client, app: Any, more: dict[str, Any], code: str
) -> None:
    made = ready_subscription(simulator, asc, app, ["USA"])
    given: dict[str, Any] = {
        "duration": "ONE_WEEK",
        "offer_mode": "FREE_TRIAL",
        "number_of_periods": 1,
        "subscription": made,
    }
    asc.subscription_introductory_offers.create(territory="USA", **given)
    with pytest.raises(ApiError) as caught:
        asc.subscription_introductory_offers.create(**{**given, **more})
    assert caught.value.has_code(code)


def test_codes_come_in_certain_numbers_and_without_a_header(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_subscription(simulator, asc, app, ["USA"])
    offer: Any = simulator.add("subscriptionOfferCodes", name="Spring", subscription=made)
    codes = asc.subscription_offer_code_one_time_use_codes
    with pytest.raises(ApiError) as caught:
        codes.create(offer_code=offer, number_of_codes=50, expiration_date="2030-01-01")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.UNSUPPORTED_NUMBER_OF_CODES")
    ten = codes.create(offer_code=offer, number_of_codes=10, expiration_date="2030-01-01")
    path = f"/v1/subscriptionOfferCodeOneTimeUseCodes/{ten.id}/values"
    lines = asc.request("GET", path, accept="text/csv").content.decode().splitlines()
    assert len(set(lines)) == 10
    assert {len(line) for line in lines} == {18}


def test_a_grace_period_is_on_in_the_sandbox_too(simulator: Simulator, asc: Client) -> None:
    period: Any = simulator.add("subscriptionGracePeriods", opt_in=False, sandbox_opt_in=False)
    with pytest.raises(ApiError) as caught:
        asc.subscription_grace_periods.update(period, opt_in=True)
    code = "STATE_ERROR.SUBSCRIPTION_GRACE_PERIOD_OPT_IN_SETTING_INVALID"
    assert caught.value.has_code(code)
    asc.subscription_grace_periods.update(period, opt_in=True, sandbox_opt_in=True)


def test_a_free_trial_by_code_names_territories_and_no_price(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_subscription(simulator, asc, app, ["USA"])
    point = asc.subscriptions.list_price_points(made, territory="USA").first()
    bare = SubscriptionOfferCodePriceInlineCreate(territory="USA")
    priced = SubscriptionOfferCodePriceInlineCreate(territory="USA", subscription_price_point=point)

    def offer(*prices: SubscriptionOfferCodePriceInlineCreate) -> None:
        asc.subscription_offer_codes.create(
            name=f"Spring {len(simulator.requests)}",
            customer_eligibilities=["NEW"],
            offer_eligibility="STACK_WITH_INTRO_OFFERS",
            duration="ONE_MONTH",
            offer_mode="FREE_TRIAL",
            number_of_periods=1,
            subscription=made,
            prices=prices,
        )

    for choice, good, bad in (("required", [bare], [priced]), ("omitted", [], [bare])):
        simulator.world.set_switch("free_trial_prices", choice)
        offer(*good)
        with pytest.raises(ApiError) as caught:
            offer(*bad)
        assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID")


def test_a_monthly_plan_is_not_for_every_territory(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = ready_subscription(simulator, asc, app, ["USA"])
    plans = asc.subscription_plan_availabilities
    plan = plans.create(plan_type="MONTHLY", subscription=made, available_territories=["DEU"])
    plans.replace_available_territories(plan, ["FRA"])
    assert [x.id for x in plans.list_available_territories(plan)] == ["FRA"]
    with pytest.raises(ApiError) as caught:
        plans.replace_available_territories(plan, ["FRA", "USA"])
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID")
    with pytest.raises(ApiError) as caught:
        plans.update(plan, available_in_new_territories=True)
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")


@pytest.mark.skipif(
    not hasattr(Client, "in_app_purchase_images_v2"), reason="the document has no such images"
)
def test_the_image_of_a_version_stays_when_that_is_reviewed(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    made = purchase(asc, app)
    version = asc.in_app_purchases_v2.list_versions(made).one()
    images = asc.in_app_purchase_images_v2
    first, second = (
        images.create(file_name=x, file_size=1, version=version) for x in ("a.png", "b.png")
    )
    shown = asc.in_app_purchase_versions.get_image(version)
    assert shown is not None
    assert shown.id == second.id
    there = asc.in_app_purchase_versions.list_images(version)
    assert {x.id for x in there} == {first.id, second.id}
    simulator.world.set(simulator.world.all("inAppPurchaseVersions")[0], state="IN_REVIEW")
    with pytest.raises(ApiError) as told:
        images.delete(second)
    assert told.value.has_code("STATE_ERROR.IAP_VERSION_UNMODIFIABLE")
    with pytest.raises(ApiError) as told:
        images.create(file_name="c.png", file_size=1, version=version)
    assert told.value.has_code("STATE_ERROR.IAP_VERSION_UNMODIFIABLE")
