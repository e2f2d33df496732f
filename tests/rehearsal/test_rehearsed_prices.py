"""Prices of products that only a rehearsal has: those of the app, until the plan is applied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import NoResultError, NotFoundError
from app_store_connect.rehearsal import PlanError
from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from app_store_connect import Client

APP = "6100000001"
MAPS = {
    "purchases": [
        {
            "product_id": "com.example.trails.atlas",
            "name": "Atlas",
            "type": "CONSUMABLE",
            "price": "4.99",
            "prices": {"JPN": "598"},
        }
    ]
}


@pytest.fixture
def demo() -> Simulator:
    return Simulator("demo")


@pytest.fixture
def asc(demo: Simulator) -> Client:
    return demo.client()


def with_price(price: str) -> dict[str, Any]:
    return {"purchases": [{**MAPS["purchases"][0], "price": price}]}


def prices_of(asc: Client) -> dict[str, str | None]:
    product = asc.apps.list_in_app_purchases_v2(APP, product_id="com.example.trails.atlas").one()
    found = asc.in_app_purchase_price_schedules.list_manual_prices(
        product.id, include=["inAppPurchasePricePoint", "territory"]
    )
    return {
        x.territory.id: x.in_app_purchase_price_point.customer_price
        for x in found
        if x.territory and x.in_app_purchase_price_point
    }


def test_a_new_product_gets_the_price_points_that_are_its_own(asc: Client) -> None:
    with asc.rehearsal() as trial:
        trial.client.workflows.purchases.ensure(APP, MAPS)
    assert "USA-4.99" in str(trial.plan.to_json())
    trial.plan.apply(asc)
    assert prices_of(asc) == {"USA": "4.99", "JPN": "598"}


def test_a_price_that_the_app_cannot_have_is_refused_in_the_trial(asc: Client) -> None:
    with asc.rehearsal() as trial, pytest.raises(NoResultError, match=r"no price of 4\.97 in USA"):
        trial.client.workflows.purchases.ensure(APP, with_price("4.97"))


def test_a_price_that_is_gone_when_the_plan_is_applied_stops_it(
    demo: Simulator, asc: Client
) -> None:
    with asc.rehearsal() as trial:
        trial.client.workflows.purchases.ensure(APP, MAPS)
    demo.faults.add(
        "inAppPurchasesV2_pricePoints_getToManyRelated", body=b'{"data": []}', times=None
    )
    with pytest.raises(PlanError, match=r"new-1-\S+ is not there"):
        trial.plan.apply(asc)
    demo.faults.clear()
    trial.plan.apply(asc)
    assert prices_of(asc) == {"USA": "4.99", "JPN": "598"}


def test_who_may_not_read_the_prices_of_the_app_is_told_so(demo: Simulator, asc: Client) -> None:
    demo.faults.add("apps_appPricePoints_getToManyRelated", status=403, times=None)
    with asc.rehearsal() as trial, pytest.raises(NotFoundError, match="create the product first"):
        trial.client.workflows.purchases.ensure(APP, MAPS)


def test_a_price_that_the_app_has_and_the_product_has_not_is_told_with_its_neighbours(
    demo: Simulator, asc: Client
) -> None:
    table = {"purchases": [{**MAPS["purchases"][0], "prices": {}}]}
    with asc.rehearsal() as trial:
        trial.client.workflows.purchases.ensure(APP, table)
    points = [
        {
            "type": "inAppPurchasePricePoints",
            "id": price,
            "attributes": {"customerPrice": price},
            "relationships": {"territory": {"data": {"type": "territories", "id": "USA"}}},
        }
        for price in ("0", "1.99", "4.49", "5.49", "99.99")
    ]
    body = json.dumps({"data": points, "links": {"self": ""}}).encode()
    demo.faults.add("inAppPurchasesV2_pricePoints_getToManyRelated", body=body, times=None)
    with pytest.raises(
        PlanError, match=r"no price of 4\.99 in USA .*near it are 1\.99, 4\.49, 5\.49"
    ):
        trial.plan.apply(asc)
    demo.faults.clear()
    trial.plan.apply(asc)
    assert prices_of(asc) == {"USA": "4.99"}
