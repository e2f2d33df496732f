"""Products are made what a table says, at the prices that Apple has, in few requests."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from jobs_purchases import SCREENSHOT, TABLE
from matrix import writes_of

from app_store_connect import Client, NoResultError
from app_store_connect.workflows import ProductError, WorkflowError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app_store_connect.simulator import Simulator

pytestmark = [
    pytest.mark.skipif(
        not hasattr(Client, "subscription_plan_availabilities"),
        reason="the document has no such products",
    ),
    pytest.mark.parametrize("flavour", FLAVOURS),
]
TOML = """
[[purchases]]
product_id = "com.example.trails.peaks"
name = "Peaks"
type = "NON_CONSUMABLE"
price = "4.99"
prices = { JPN = "598" }
territories = "all"
review_screenshot = "peaks.png"
localizations.en-US = { name = "Peaks", description = "All of them" }
"""


@pytest.fixture
def ensure(demo: Simulator, flavour: str) -> Callable[[Any], Any]:
    app = demo.world.all("apps")[0].id
    return lambda table: done(flavour, demo, lambda asc: asc.workflows.purchases.ensure(app, table))


def changed(**members: Any) -> dict[str, Any]:
    table = copy.deepcopy(TABLE)
    table["purchases"][0].update(members)
    return {"purchases": table["purchases"]}


def prices_of(demo: Simulator, kind: str) -> dict[str, str]:
    """The prices of what the table makes, by territory."""
    world = demo.world
    if kind == "subscriptions":
        product = next(x for x in world.all(kind) if x["productId"].endswith("club"))
        found = world.many(product, "prices")
        name = "subscriptionPricePoint"
    else:
        product = next(x for x in world.all(kind) if x["productId"].endswith("peaks"))
        schedule = world.one(product, "iapPriceSchedule")
        assert schedule is not None
        found = [*world.many(schedule, "manualPrices"), *world.many(schedule, "automaticPrices")]
        name = "inAppPurchasePricePoint"
    return {
        world.one(x, "territory").id: world.one(x, name)["customerPrice"]  # type: ignore[union-attr,index]
        for x in found
    }


def test_a_table_is_made_once(demo: Simulator, ensure: Callable[[Any], Any]) -> None:
    made = ensure(TABLE)
    assert [x.name for x in made] == [
        "com.example.trails.peaks",
        "Trails Club",
        "com.example.trails.club",
    ]
    assert "2 introductory offers" in made[2].changes
    # Of each product one request that states all its prices.
    assert len(writes_of(demo)) == 19
    assert len(demo.requests) == 31
    assert not any(x.changes for x in ensure(TABLE))
    assert writes_of(demo) == []
    assert len(demo.requests) == 11


def test_prices_are_equalized_but_for_those_that_are_stated(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    ensure(TABLE)
    bought, subscribed = prices_of(demo, "inAppPurchases"), prices_of(demo, "subscriptions")
    assert len(bought) == len(subscribed) == 175
    assert (bought["USA"], bought["JPN"]) == ("4.99", "598")
    assert subscribed["USA"] == "2.99"
    writes = writes_of(demo)
    assert writes.count("inAppPurchasePriceSchedules_createInstance") == 1
    assert writes.count("subscriptions_updateInstance") == 1
    assert "subscriptionPrices_createInstance" not in writes


def test_only_what_differs_is_written(demo: Simulator, ensure: Callable[[Any], Any]) -> None:
    ensure(TABLE)
    texts = {"en-US": {"name": "Peaks", "description": "Each of them"}}
    (found,) = ensure(changed(localizations=texts, name="All peaks", price="5.99"))
    assert found.changes == ("name", "en-US", "prices")
    assert writes_of(demo) == [
        "inAppPurchasesV2_updateInstance",
        "inAppPurchaseLocalizations_updateInstance",
        "inAppPurchasePriceSchedules_createInstance",
    ]
    assert prices_of(demo, "inAppPurchases")["USA"] == "5.99"


def test_a_file_is_read_with_the_pictures_beside_it(
    demo: Simulator, ensure: Callable[[Any], Any], tmp_path: Path
) -> None:
    table = tmp_path / "products.toml"
    table.write_text(TOML, encoding="utf-8")
    with pytest.raises(ValueError, match=r"peaks\.png"):
        ensure(table)
    (tmp_path / "peaks.png").write_bytes(SCREENSHOT.read_bytes())
    (made,) = ensure(table)
    assert "review screenshot" in made.changes
    product = next(x for x in demo.world.all("inAppPurchases") if x.id == made.id)
    demo.clock.advance(minutes=1)
    assert product["state"] == "READY_TO_SUBMIT"
    assert ensure(table)[0].changes == ()


def subscribed(**members: Any) -> dict[str, Any]:
    """A table with one subscription, of which something is otherwise."""
    monthly = {"product_id": "com.example.trails.m", "name": "M", "period": "ONE_MONTH", **members}
    return {"groups": [{"name": "Club", "subscriptions": [monthly]}]}


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"purchase": []}, "purchase"),
        (changed(price=4.99), "price"),
        (changed(price="cheap"), "cheap"),
        (changed(prices={"Japan": "1"}), "Japan"),
        (changed(price=None), "USA"),
        (changed(type="SUBSCRIPTION"), "SUBSCRIPTION"),
        (subscribed(period="1 month"), "period: '1 month' is none"),
        (
            subscribed(introductory_offers=[{"mode": "FREE_TRIAL", "duration": "1 week"}]),
            "duration: '1 week' is none",
        ),
        (changed(review_screenshot="nowhere.png"), "nowhere"),
        ({"purchases": [*TABLE["purchases"], *TABLE["purchases"]]}, "twice"),
        ({"groups": [{"name": "Club"}, {"name": "Club"}]}, "Club is in the table twice"),
        (changed(offer_codes=[{"name": "X", "customers": ["NEW"]}]), "NEW"),
        (
            changed(
                offer_codes=[
                    {
                        "name": "X",
                        "customers": [],
                        "one_time_codes": [{"count": 50, "expires": "2027-06-30"}],
                    }
                ]
            ),
            "50 codes: Apple makes 10, or up to 1000 by the hundred",
        ),
        (changed(offer_codes=[{"name": "X", "customers": [], "price": "much"}]), "much"),
        (changed(territories=["US"]), "the territory 'US' is none"),
        (changed(territories=["USA", "USA"]), "'USA' is there twice"),
        (changed(localizations={"en_US": {"name": "Peaks"}}), "'en_US' is not a locale.*'en-US'"),
    ],
)
def test_a_table_with_mistakes_is_refused_before_anything_is_sent(
    demo: Simulator, ensure: Callable[[Any], Any], table: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        ensure(table)
    assert not demo.requests


def test_a_price_that_apple_does_not_have_is_told_with_its_neighbours(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    with pytest.raises(NoResultError, match=r"4\.991 in USA .*4\.99"):
        ensure(changed(price="4.991"))
    assert ensure(TABLE)
    assert len([x for x in demo.world.all("inAppPurchases") if x["name"] == "Peaks"]) == 1


def maps(name: str = "Charts", *more: str) -> dict[str, Any]:
    """A purchase that the demo team sells already, with another name in English."""
    return {
        "product_id": "com.example.trails.maps",
        "name": "Maps",
        "type": "NON_CONSUMABLE",
        "localizations": {x: {"name": name} for x in ("en-US", *more)},
    }


def monthly(**members: Any) -> dict[str, Any]:
    """A subscription that the demo team sells already."""
    subscription = {
        "product_id": "com.example.trails.monthly",
        "name": "Monthly",
        "period": "ONE_MONTH",
    }
    return {"groups": [{"name": "Trails Plus", "subscriptions": [{**subscription, **members}]}]}


def test_a_product_keeps_its_type(ensure: Callable[[Any], Any]) -> None:
    with pytest.raises(ProductError, match="keeps its type"):
        ensure({"purchases": [{**maps(), "type": "CONSUMABLE"}]})


def test_other_texts_of_what_is_approved_make_a_new_version(
    demo: Simulator, flavour: str, ensure: Callable[[Any], Any]
) -> None:
    (made,) = ensure({"purchases": [maps("Charts", "de-DE")]})
    assert made.changes == ("version 2", "en-US", "de-DE")
    # The text that customers see stays until the new one is approved.
    product = next(x for x in demo.world.all("inAppPurchases") if x.id == made.id)
    (approved,) = demo.world.many(product, "inAppPurchaseLocalizations")
    assert (approved["name"], approved["state"]) == ("Maps", "APPROVED")
    assert ensure({"purchases": [maps("Charts", "de-DE")]})[0].changes == ()
    assert writes_of(demo) == []
    # A version that is not in review yet takes further changes, and the first text again.
    assert ensure({"purchases": [maps("Atlas")]})[0].changes == ("en-US",)
    assert ensure({"purchases": [maps("Maps")]})[0].changes == ("en-US",)
    version = demo.world.many(product, "versions")[-1]
    assert {x["locale"]: x["name"] for x in demo.world.many(version, "localizations")} == {
        "en-US": "Maps",
        "de-DE": "Charts",
    }

    async def submitted(asc: Any) -> Any:
        found = asc.in_app_purchases_v2.get(product.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.submit(found)
        return result if flavour == "sync" else await result

    with pytest.raises(ProductError, match=r"workflows\.versions\.submit"):
        done(flavour, demo, submitted)
    demo.world.set(version, state="IN_REVIEW")
    assert ensure({"purchases": [maps("Maps")]})[0].changes == ()
    with pytest.raises(ProductError, match=r"version 2 .* is IN_REVIEW: its texts \(en-US\)"):
        ensure({"purchases": [maps("Atlas")]})
    assert writes_of(demo) == []


def test_a_new_version_keeps_the_texts_that_the_table_leaves_out(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    text = {"name": "Every month", "description": "All"}
    _, made = ensure(monthly(localizations={"de-DE": {"name": "Monatlich"}}))
    # A text of another language goes with no version: nothing that was reviewed changes.
    assert made.changes == ("de-DE",)
    _, made = ensure(monthly(localizations={"en-US": text}))
    assert made.changes == ("version 2", "en-US")
    product = next(x for x in demo.world.all("subscriptions") if x.id == made.id)
    version = demo.world.many(product, "versions")[-1]
    texts = {x["locale"]: x["name"] for x in demo.world.many(version, "localizations")}
    assert texts == {"en-US": "Every month", "de-DE": "Monatlich"}
    assert ensure(monthly(localizations={"en-US": text}))[1].changes == ()


def test_purchases_are_given_away_by_code(demo: Simulator, ensure: Callable[[Any], Any]) -> None:
    batch = {"count": 500, "expires": "2027-06-30"}
    offer = {
        "name": "Thanks",
        "customers": ["CHURNED_SPENDER"],
        "price": "0.99",
        "custom_codes": {"THANKS": 100},
        "one_time_codes": [batch, {**batch, "environment": "SANDBOX"}],
    }
    wanted = changed(offer_codes=[offer, {"name": "Free", "customers": ["NON_SPENDER"]}])
    (made,) = ensure(wanted)
    assert made.changes[-5:] == (
        "offer code Thanks",
        "code THANKS",
        *("500 codes of Thanks", "500 codes of Thanks"),
        "offer code Free",
    )
    world = demo.world
    thanks, free = world.all("inAppPurchaseOfferCodes")
    paid = {
        world.one(x, "territory").id: world.one(x, "pricePoint")["customerPrice"]  # type: ignore[union-attr,index]
        for x in world.many(thanks, "prices")
    }
    assert paid.keys() == {"USA", "DEU", "JPN"}
    assert paid["USA"] == "0.99"
    assert not any(world.one(x, "pricePoint") for x in world.many(free, "prices"))
    assert ensure(wanted)[0].changes == ()
    assert writes_of(demo) == []
    # A second batch of the same size is another one.
    offer["one_time_codes"].append(batch)
    assert ensure(wanted)[0].changes == ("500 codes of Thanks",)


def test_codes_for_subscribers_come_singly_too(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    offer = {
        "name": "Fair",
        "mode": "FREE_TRIAL",
        "duration": "ONE_MONTH",
        "customers": ["NEW"],
        "territories": ["USA"],
        "one_time_codes": [{"count": 10, "expires": date(2027, 6, 30)}],
    }
    assert ensure(monthly(offer_codes=[offer]))[1].changes == (
        "offer code Fair",
        "10 codes of Fair",
    )
    assert ensure(monthly(offer_codes=[offer]))[1].changes == ()
    assert writes_of(demo) == []


WIN_BACK = {
    "name": "Come back",
    "code": "COMEBACK",
    "mode": "PAY_UP_FRONT",
    "duration": "THREE_MONTHS",
    "price": "1.99",
    "territories": ["USA", "DEU"],
    "start": "2027-01-01",
    "paid_months": 3,
    "left_months": [2, 12],
}


def test_those_who_left_are_won_back(demo: Simulator, ensure: Callable[[Any], Any]) -> None:
    assert ensure(monthly(win_back_offers=[WIN_BACK]))[1].changes == ("win-back offer COMEBACK",)
    (offer,) = demo.world.all("winBackOffers")
    assert offer["customerEligibilityTimeSinceLastSubscribedInMonths"] == {
        "minimum": 2,
        "maximum": 12,
    }
    assert len(demo.world.many(offer, "prices")) == 2
    assert ensure(monthly(win_back_offers=[WIN_BACK]))[1].changes == ()
    assert writes_of(demo) == []
    changes = ensure(monthly(win_back_offers=[{**WIN_BACK, "priority": "HIGH"}]))[1].changes
    assert changes == ("win-back offer COMEBACK",)
    assert offer["priority"] == "HIGH"
    with pytest.raises(ProductError, match="give the new one another code"):
        ensure(monthly(win_back_offers=[{**WIN_BACK, "duration": "ONE_MONTH"}]))
    assert writes_of(demo) == []


def test_nobody_is_won_back_to_what_was_never_sold(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    new = monthly(product_id="com.example.trails.daily", win_back_offers=[WIN_BACK])
    with pytest.raises(ProductError, match="daily is new: Apple takes win-back offers when"):
        ensure(new)
    assert writes_of(demo) == []


def test_prices_come_from_a_file_too(
    demo: Simulator, flavour: str, ensure: Callable[[Any], Any], tmp_path: Path
) -> None:
    ensure(TABLE)
    file = tmp_path / "prices.csv"
    file.write_text("territory,price\nUSA,2.99\nDEU,9.89\n", encoding="utf-8")
    product = next(x for x in demo.world.all("subscriptions") if x["productId"].endswith("club"))

    async def work(asc: Any) -> Any:
        found = asc.subscriptions.get(product.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.set_prices(found, file)
        return result if flavour == "sync" else await result

    assert done(flavour, demo, work) is True
    # One territory differs, and one request changes it.
    assert writes_of(demo) == ["subscriptionPrices_createInstance"]
    assert done(flavour, demo, work) is False
    file.write_text("USA;2.99\n", encoding="utf-8")
    with pytest.raises(ValueError, match="columns"):
        done(flavour, demo, work)


def test_the_price_of_an_approved_subscription_changes_later_and_may_be_preserved(
    demo: Simulator, flavour: str, ensure: Callable[[Any], Any]
) -> None:
    ensure(TABLE)
    product = next(x for x in demo.world.all("subscriptions") if x["productId"].endswith("club"))
    demo.world.set(product, state="APPROVED")
    prices = {"USA": "2.99", "DEU": "9.89"}

    async def work(asc: Any, **more: Any) -> Any:
        found = asc.subscriptions.get(product.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.set_prices(found, prices, **more)
        return result if flavour == "sync" else await result

    done(flavour, demo, lambda asc: work(asc, preserve=True))
    price = demo.world.many(product, "prices")[-1]
    assert price["startDate"] > demo.world.now.date().isoformat()
    assert price["preserveCurrentPrice"]
    # It is planned, so there is nothing left to do.
    assert done(flavour, demo, lambda asc: work(asc, preserve=True)) is False
    with pytest.raises(ValueError, match="not to come"):
        done(flavour, demo, lambda asc: work(asc, start=date(2020, 1, 1)))


def test_a_planned_price_of_a_purchase_leaves_the_present_one(
    demo: Simulator, flavour: str, ensure: Callable[[Any], Any]
) -> None:
    ensure(TABLE)
    product = next(x for x in demo.world.all("inAppPurchases") if x["name"] == "Peaks")

    async def work(asc: Any, **more: Any) -> Any:
        found = asc.in_app_purchases_v2.get(product.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.set_prices(found, {"USA": "6.99"}, **more)
        return result if flavour == "sync" else await result

    start = date(2027, 1, 1)
    assert done(flavour, demo, lambda asc: work(asc, start=start)) is True
    schedule = demo.world.one(product, "iapPriceSchedule")
    assert schedule is not None
    dates = sorted(
        (x["startDate"] or "", x["endDate"] or "")
        for x in demo.world.many(schedule, "manualPrices")
    )
    assert dates == [("", ""), ("", "2027-01-01"), ("2027-01-01", "")]
    assert done(flavour, demo, lambda asc: work(asc, start=start)) is False


def test_a_product_is_submitted_once(demo: Simulator, flavour: str, ensure: Any) -> None:
    ensure(changed(territories="all"))
    product = next(x for x in demo.world.all("inAppPurchases") if x["name"] == "Peaks")

    async def work(asc: Any, **more: Any) -> Any:
        found = asc.in_app_purchases_v2.get(product.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.submit(found, **more)
        return result if flavour == "sync" else await result

    assert done(flavour, demo, work) is True
    assert done(flavour, demo, work) is False
    assert writes_of(demo) == []


def test_products_that_lack_something_are_told_of(
    demo: Simulator, flavour: str, ensure: Any
) -> None:
    ensure({"purchases": [{"product_id": "x.y", "name": "X", "type": "CONSUMABLE"}]})
    product = next(x for x in demo.world.all("inAppPurchases") if x["productId"] == "x.y")

    async def work(asc: Any) -> Any:
        found = asc.in_app_purchases_v2.get(product.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.submit(found, timeout=30)
        return result if flavour == "sync" else await result

    with pytest.raises(ProductError, match="MISSING_METADATA"):
        done(flavour, demo, work)
    assert writes_of(demo) == []


def test_the_new_version_of_a_product_is_submitted_without_one_of_the_app(
    demo: Simulator, flavour: str, ensure: Any
) -> None:
    product = {"product_id": "com.example.trails.maps", "name": "Maps", "type": "NON_CONSUMABLE"}
    ensure({"purchases": [{**product, "localizations": {"en-US": {"name": "Charts"}}}]})
    world = demo.world
    app = world.all("apps")[0].id
    maps = next(x for x in world.all("inAppPurchases") if x["productId"] == product["product_id"])

    async def work(asc: Any, **more: Any) -> Any:
        found = asc.in_app_purchases_v2.get(maps.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.submit(found, **more)
        return result if flavour == "sync" else await result

    with pytest.raises(ProductError, match="goes into a review submission of the app: give `app`"):
        done(flavour, demo, work)
    assert done(flavour, demo, lambda asc: work(asc, app=app)) is True
    assert len(demo.requests) == 7
    (version,) = [x for x in world.many(maps, "versions") if x["version"] == 2]
    assert version["state"] == "WAITING_FOR_REVIEW"
    assert done(flavour, demo, lambda asc: work(asc, app=app)) is False
    assert writes_of(demo) == []


def test_a_new_version_waits_for_what_is_in_review(
    demo: Simulator, flavour: str, ensure: Any
) -> None:
    product = {"product_id": "com.example.trails.maps", "name": "Maps", "type": "NON_CONSUMABLE"}
    ensure({"purchases": [{**product, "localizations": {"en-US": {"name": "Charts"}}}]})
    app = demo.world.all("apps")[0].id
    maps = demo.world.all("inAppPurchases")[0].id
    demo.world.create(
        "reviewSubmissions",
        {"platform": "IOS", "state": "IN_REVIEW"},
        {"app": demo.world.all("apps")[0]},
    )

    async def work(asc: Any) -> Any:
        found = asc.in_app_purchases_v2.get(maps)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.submit(found, app=app)
        return result if flavour == "sync" else await result

    with pytest.raises(WorkflowError, match="is IN_REVIEW, and Apple takes one"):
        done(flavour, demo, work)
    assert writes_of(demo) == []
