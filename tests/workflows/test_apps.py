"""Apps: texts, categories, age rating, prices, availability; only what differs is written."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from matrix import writes_of

from app_store_connect import NoResultError
from app_store_connect.workflows import WorkflowError
from support.ready_app import add_app

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

TRAILS, KETTLE = "6100000001", "6100000003"


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return add_app(simulator)


@pytest.mark.parametrize("typo", ["com.example.Trails", "com.exmaple.trails", "com.example.trail"])
def test_who_mistypes_a_bundle_id_is_told_of_the_one_that_is_near(
    demo: Simulator, typo: str
) -> None:
    with pytest.raises(NoResultError, match=r"near it are 'com\.example\.trails' \(6100000001\)"):
        demo.client().workflows.apps.find(typo)


def test_texts_of_the_draft_are_written_where_they_differ(demo: Simulator) -> None:
    apps = demo.client().workflows.apps
    texts = {
        "en-US": {"name": "Trails", "subtitle": "Walks"},
        "fr-FR": {"name": "Sentiers", "privacy_policy_url": "https://example.com/fr"},
    }
    found = apps.set_texts(TRAILS, texts)
    assert {x.locale: x.name for x in found}["fr-FR"] == "Sentiers"
    assert writes_of(demo) == [
        "appInfoLocalizations_updateInstance",
        "appInfoLocalizations_createInstance",
    ]
    demo.requests.clear()
    apps.set_texts(TRAILS, texts)
    assert len(demo.requests) == 1


def test_a_new_locale_needs_a_name_and_nothing_is_sent_before(demo: Simulator) -> None:
    with pytest.raises(ValueError, match="fr-FR is new, and needs a name"):
        demo.client().workflows.apps.set_texts(
            TRAILS, {"en-US": {"subtitle": "Walks"}, "fr-FR": {"subtitle": "Pas"}}
        )
    assert writes_of(demo) == []


def test_an_app_without_a_draft_says_how_to_get_one(demo: Simulator) -> None:
    with pytest.raises(WorkflowError, match=r"workflows\.versions\.ensure"):
        demo.client().workflows.apps.set_texts("6100000002", {"en-US": {"name": "Harbor"}})


def test_categories_are_set_once(demo: Simulator) -> None:
    apps = demo.client().workflows.apps
    info = apps.set_categories(TRAILS, primary_category="NAVIGATION", secondary_category="TRAVEL")
    assert writes_of(demo) == ["appInfos_updateInstance"]
    apps.set_categories(TRAILS, primary_category="NAVIGATION")
    assert len(writes_of(demo)) == 1
    assert apps.info(TRAILS) == info
    assert getattr(apps.info(TRAILS).secondary_category, "id", None) == "TRAVEL"


def test_questions_of_the_age_rating_are_answered_by_name(demo: Simulator) -> None:
    apps = demo.client().workflows.apps
    rating = apps.set_age_rating(TRAILS, gambling=True, contests="FREQUENT")
    assert (rating.gambling, rating.contests) == (True, "FREQUENT")
    apps.set_age_rating(TRAILS, gambling=True, contests="FREQUENT")
    assert writes_of(demo) == ["ageRatingDeclarations_updateInstance"]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"gamblin": True}, "did you mean 'gambling'"),
        ({"gambling": "NONE"}, "answered by True or False"),
        ({"contests": "SOMETIMES"}, "answered by NONE, INFREQUENT_OR_MILD"),
        ({"kids_age_band": "FOUR"}, "FIVE_AND_UNDER"),
    ],
)
def test_answers_that_cannot_be_are_refused_before_anything_is_sent(
    demo: Simulator, answers: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        demo.client().workflows.apps.set_age_rating(TRAILS, **answers)
    assert demo.requests == []


def prices(asc: Client, app: Any) -> dict[str, str]:
    return {x.territory: str(x.customer_price) for x in asc.workflows.apps.price_table(app)}


def test_a_first_price_is_that_of_the_base_and_apple_sets_the_others(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    assert asc.workflows.apps.price_table(app) == []
    asc.workflows.apps.set_price(app, "4.99")
    table = asc.workflows.apps.price_table(app)
    (base,) = (x for x in table if x.manual)
    assert (base.territory, base.currency, base.customer_price) == ("USA", "USD", Decimal("4.99"))
    assert len(table) > 100
    simulator.requests.clear()
    asc.workflows.apps.set_price(app, "4.990")
    assert writes_of(simulator) == []
    assert len(simulator.requests) == 3


def test_a_price_elsewhere_keeps_the_base_and_what_was_set_before(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    asc.workflows.apps.set_price(app, "4.99")
    point = asc.apps.list_app_price_points(app, territory="DEU").all()[20]
    amount = str(point.customer_price)
    asc.workflows.apps.set_price(app, amount, territory="DEU")
    found = asc.apps.get_app_price_schedule(app, include=["baseTerritory"])
    assert found is not None
    assert getattr(found.base_territory, "id", None) == "USA"
    assert (prices(asc, app)["USA"], prices(asc, app)["DEU"]) == ("4.99", amount)
    assert len(simulator.requests.of("appPriceSchedules_createInstance")) == 2


def test_a_price_from_a_day_on_keeps_the_one_before_until_then(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    asc.workflows.apps.set_price(app, "4.99")
    day = date(2026, 2, 1)
    asc.workflows.apps.set_price(app, "5.99", start=day)
    rows = [x for x in asc.workflows.apps.price_table(app) if x.territory == "USA"]
    assert [(str(x.customer_price), x.start, x.end) for x in rows] == [
        ("4.99", None, day),
        ("5.99", day, None),
    ]
    simulator.requests.clear()
    asc.workflows.apps.set_price(app, "5.99", start=day)
    assert writes_of(simulator) == []
    with pytest.raises(ValueError, match="is not to come"):
        asc.workflows.apps.set_price(app, "1.99", start=date(2020, 1, 1))


def test_prices_of_several_territories_are_one_write_from_a_file_too(
    simulator: Simulator, asc: Client, app: Any, tmp_path: Path
) -> None:
    point = asc.apps.list_app_price_points(app, territory="JPN").all()[7]
    table = tmp_path / "prices.csv"
    table.write_text(f"territory,price\nUSA,4.99\nJPN,{point.customer_price}\n")
    asc.workflows.apps.set_prices(app, table)
    assert len(writes_of(simulator)) == 1
    assert prices(asc, app)["JPN"] == str(Decimal(point.customer_price or "0"))
    (tmp_path / "no.csv").write_text("country,price\nUSA,4.99\n")
    with pytest.raises(ValueError, match="columns territory and price"):
        asc.workflows.apps.set_prices(app, tmp_path / "no.csv")


@pytest.mark.parametrize(
    ("price", "territory", "error", "message"),
    [
        ("4,99", "USA", ValueError, "not a price such as"),
        (4.99, "USA", TypeError, "has to be text, such as '4.99'"),
        ("4.99", "US", ValueError, "three letters, such as USA"),
        ("4.98", "USA", NoResultError, "near it are .*4.99"),
    ],
)
def test_what_is_no_price_is_refused_before_anything_is_written(
    simulator: Simulator, price: Any, territory: str, error: type[Exception], message: str
) -> None:
    asc, app = simulator.client(), add_app(simulator)
    with pytest.raises(error, match=message):
        asc.workflows.apps.set_price(app, price, territory=territory)
    assert writes_of(simulator) == []


def test_availability_is_chosen_once_and_changed_by_territory(
    simulator: Simulator, asc: Client, app: Any
) -> None:
    apps = asc.workflows.apps
    assert apps.set_availability(app, ["USA", "DEU"]) == ["DEU", "USA"]
    simulator.requests.clear()
    assert apps.set_availability(app, ["USA", "FRA"]) == ["FRA", "USA"]
    assert writes_of(simulator) == ["territoryAvailabilities_updateInstance"] * 2
    simulator.requests.clear()
    apps.set_availability(app, ["FRA", "USA"])
    assert writes_of(simulator) == []
    assert apps.set_availability(app, []) == []
    with pytest.raises(ValueError, match="territories: there is none called 'US'"):
        apps.set_availability(app, ["US"])
    with pytest.raises(WorkflowError, match="on the web"):
        apps.set_availability(app, available_in_new_territories=False)
    assert len(apps.set_availability(app)) > 100


def test_it_is_the_same_to_be_awaited(simulator: Simulator, app: Any) -> None:
    async def price() -> int:
        async with simulator.async_client() as asc:
            await asc.workflows.apps.set_price(app, "4.99")
            return len(await asc.workflows.apps.price_table(app))

    assert asyncio.run(price()) > 100


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"territory,price\nUSA,2,99\n", "row 2 has not as many cells"),
        (b"territory,price\nUSA\n", "row 2 has not as many cells"),
        (b"territory,price\nUSA,2.99\nUSA,3.99\n", "row 3 has another price in USA"),
        (b"territory,price\nUS,2.99\n", "'US' is not a territory"),
        (b'territory,price\nUSA,"2,99"\n', "'2,99' in USA is not a price"),
        (b"territory,price\nUSA,$2.99\n", "is not a price"),
        (b"territory,price\nUSA,-1\n", "is not a price"),
        (b"territory,price\nUSA,1e2\n", "is not a price"),
        (b"territory,price\nUSA,1_0\n", "is not a price"),
        ("territory,price\nUSA,٢\n".encode(), "is not a price"),
        ("territory,price\nUSA,2.99\n".encode("utf-16"), "is not UTF-8"),
        (b"territory,price\n", "and a row"),
    ],
)
def test_a_file_of_prices_that_cannot_be_meant_is_refused(
    demo: Simulator, tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "prices.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=problem):
        demo.client().workflows.apps.set_prices("6100000001", file)
    assert not demo.requests
