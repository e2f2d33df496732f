"""Products get images, are promoted in an order, and what the table ends is ended."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from jobs_purchases import ENDED, PROMOTED, SOLD
from matrix import writes_of

from app_store_connect import ApiError, Client
from app_store_connect.uploads import UploadError
from app_store_connect.workflows import ProductError
from support.media import png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app_store_connect.simulator import Entity, Simulator

pytestmark = [
    pytest.mark.skipif(
        not hasattr(Client, "subscription_plan_availabilities"),
        reason="the document has no such products",
    ),
    pytest.mark.parametrize("flavour", FLAVOURS),
]
MAPS = "com.example.trails.maps"
CHARTS = {"en-US": {"name": "Charts"}}


@pytest.fixture
def ensure(demo: Simulator, flavour: str) -> Callable[[Any], Any]:
    app = demo.world.all("apps")[0].id
    return lambda table: done(flavour, demo, lambda asc: asc.workflows.purchases.ensure(app, table))


def purchase(word: str, **more: Any) -> dict[str, Any]:
    product_id = f"com.example.trails.{word}"
    product = {"product_id": product_id, "name": word, "type": "CONSUMABLE", **more}
    return {"purchases": [product]}


def maps_with(image: Path) -> dict[str, Any]:
    return purchase("maps", name="Maps", type="NON_CONSUMABLE", image=str(image))


def newest_version(demo: Simulator, product: str) -> Entity:
    found = next(x for x in demo.world.all("inAppPurchases") if x["productId"] == product)
    return demo.world.many(found, "versions")[-1]


def promoted(demo: Simulator) -> list[str]:
    """The product ids that are promoted, in their order; those that are not active in brackets."""
    world = demo.world
    found = []
    for entity in world.many(world.all("apps")[0], "promotedPurchases"):
        product = world.one(entity, "inAppPurchaseV2") or world.one(entity, "subscription")
        assert product is not None
        name = product["productId"].removeprefix("com.example.trails.")
        found.append(name if entity["enabled"] else f"({name})")
    return found


def test_an_image_is_sent_once_and_replaced_when_the_file_is_another(
    demo: Simulator, ensure: Callable[[Any], Any], tmp_path: Path
) -> None:
    image = tmp_path / "new.png"
    image.write_bytes(png(1024, 1024))
    table = purchase("new", image=str(image))
    assert ensure(table)[0].changes == ("created", "image")
    version = newest_version(demo, "com.example.trails.new")
    first = demo.world.one(version, "image")
    assert first is not None
    assert first["fileName"].startswith("new ")
    assert ensure(table)[0].changes == ()
    assert writes_of(demo) == []
    assert len(demo.requests) == 2
    image.write_bytes(png(1024, 1024) + b"other")
    assert ensure(table)[0].changes == ("image",)
    (second,) = demo.world.many(version, "images")
    assert second.id != first.id
    assert demo.world.find(first.type, first.id) is None


def test_another_image_of_what_is_approved_waits_in_a_version_that_has_its_texts(
    demo: Simulator, ensure: Callable[[Any], Any], tmp_path: Path
) -> None:
    image = tmp_path / "maps.png"
    image.write_bytes(png(1024, 1024))
    assert ensure(maps_with(image))[0].changes == ("version 2", "image")
    version = newest_version(demo, MAPS)
    assert (version["version"], version["state"]) == (2, "PREPARE_FOR_SUBMISSION")
    assert [x["locale"] for x in demo.world.many(version, "localizations")] == ["en-US"]
    assert ensure(maps_with(image))[0].changes == ()
    assert writes_of(demo) == []


def test_an_image_stays_while_its_version_is_reviewed(
    demo: Simulator, ensure: Callable[[Any], Any], tmp_path: Path
) -> None:
    image = tmp_path / "maps.png"
    image.write_bytes(png(1024, 1024))
    ensure(maps_with(image))
    demo.world.set(newest_version(demo, MAPS), state="IN_REVIEW")
    assert ensure(maps_with(image))[0].changes == ()
    image.write_bytes(png(1024, 1024) + b"other")
    with pytest.raises(ProductError, match=r"version 2 of .* is IN_REVIEW: its image changes when"):
        ensure(maps_with(image))
    assert writes_of(demo) == []


def test_an_upload_that_broke_off_goes_on(
    demo: Simulator, ensure: Callable[[Any], Any], tmp_path: Path
) -> None:
    image = tmp_path / "new.png"
    image.write_bytes(png(1024, 1024))
    table = purchase("new", image=str(image))
    demo.faults.add("inAppPurchaseImagesV2_updateInstance", status=403)
    with pytest.raises(UploadError, match="not committed"):
        ensure(table)
    assert ensure(table)[0].changes == ("image",)
    assert "inAppPurchaseImagesV2_createInstance" not in writes_of(demo)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.png", png(1024, 1000), "a.png has 1024 x 1000 pixels; Apple takes 1024 x 1024"),
        ("a.png", png(512, 512), "a.png has 512 x 512 pixels"),
        ("a.png", png(1024, 1024, alpha=True), "a.png is transparent"),
        ("a.jpg", png(1024, 1024), "a.jpg is not a PNG or JPEG image, or is named as another"),
        ("a.png", b"GIF89a", "a.png is not a PNG or JPEG image"),
        ("a.png", b"", "a.png is not a PNG or JPEG image"),
        ("a.png", None, "a.png is not there"),
    ],
)
def test_an_image_that_apple_would_not_take_is_refused_before_anything_is_sent(
    demo: Simulator,
    ensure: Callable[[Any], Any],
    tmp_path: Path,
    name: str,
    content: bytes | None,
    told: str,
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=told):
        ensure(purchase("new", image=str(file)))
    assert not demo.requests


def test_products_are_promoted_in_the_order_of_the_table(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    assert ensure(PROMOTED)[-1].changes
    assert promoted(demo) == ["monthly", "(coffee)", "maps"]
    assert ensure(PROMOTED)[-1].changes == ()
    assert writes_of(demo) == []
    names = ("coffee", "monthly")
    first = {"promoted": [{"product_id": f"com.example.trails.{x}"} for x in names]}
    (found,) = ensure(first)
    assert found.changes == ("order",)
    # What is not named comes after, and whether it is active is left alone.
    assert promoted(demo) == ["(coffee)", "monthly", "maps"]
    assert len(demo.requests) == 2
    first["promoted"][0]["active"] = True  # type: ignore[assignment]
    assert ensure(first)[0].changes == ("com.example.trails.coffee",)
    assert promoted(demo) == ["coffee", "monthly", "maps"]


def test_what_is_not_known_or_named_twice_is_not_promoted(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    with pytest.raises(ValueError, match="nope is to be promoted, but is not in the table and not"):
        ensure({"promoted": [{"product_id": "nope"}]})
    assert writes_of(demo) == []
    with pytest.raises(ValueError, match="nope is in the table twice"):
        ensure({"promoted": [{"product_id": "nope"}, {"product_id": "nope"}]})
    assert not demo.requests


def test_a_promotion_that_fails_is_told_from_the_products_that_are_done(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    demo.faults.add("promotedPurchases_createInstance", status=403)
    table = {
        **purchase("coffee", name="Coffee"),
        "promoted": [{"product_id": "com.example.trails.coffee"}],
    }
    with pytest.raises(ApiError) as told:
        ensure(table)
    (note,) = told.value.__notes__
    assert "done before: com.example.trails.coffee; not done: promoted purchases" in note


def active(demo: Simulator, kind: str) -> list[object]:
    return [x["active"] for x in demo.world.all(kind)]


def without(table: dict[str, Any]) -> dict[str, Any]:
    """A table that names the same products, and none of their offers."""
    found = copy.deepcopy(table)
    for product in (*found["purchases"], *found["groups"][0]["subscriptions"]):
        for name in [x for x in product if x.endswith(("offers", "codes"))]:
            del product[name]
    return found


def test_nothing_ends_that_the_table_does_not_end(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    ensure(SOLD)
    for table in (without(SOLD), SOLD):
        assert not any(x.changes for x in ensure(table))
        assert writes_of(demo) == []
    assert False not in active(demo, "subscriptionOfferCodeCustomCodes")


def test_what_the_table_ends_is_ended_once(demo: Simulator, ensure: Callable[[Any], Any]) -> None:
    ensure(SOLD)
    ended = [x.changes for x in ensure(ENDED)]
    assert ended == [
        ("code SPRING", "10 codes of Spring"),
        (),
        ("win-back offer COMEBACK", "offer code Fair"),
    ]
    assert active(demo, "inAppPurchaseOfferCodeCustomCodes") == [False]
    assert active(demo, "subscriptionOfferCodes") == [False]
    assert demo.world.all("winBackOffers") == []
    assert not any(x.changes for x in ensure(ENDED))
    assert writes_of(demo) == []


def test_what_is_not_there_is_not_made_to_be_ended(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    ensure(without(SOLD))
    made = ensure(ENDED)
    assert [x.changes for x in made] == [("offer code Spring",), (), ()]
    assert active(demo, "inAppPurchaseOfferCodeCustomCodes") == []
    assert not any(x.changes for x in ensure(ENDED))


def test_one_of_two_batches_of_one_kind_is_ended(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    batch: dict[str, Any] = {"count": 10, "expires": "2027-06-30"}
    code: dict[str, Any] = {"name": "Fair", "customers": ["NON_SPENDER"]}
    table = purchase("new", offer_codes=[{**code, "one_time_codes": [batch, batch]}])
    ensure(table)
    for order in (1, -1):
        code["one_time_codes"] = [batch, {**batch, "active": False}][::order]
        ensure(purchase("new", offer_codes=[code]))
        found = active(demo, "inAppPurchaseOfferCodeOneTimeUseCodes")
        assert [x is False for x in found].count(True) == 1
    assert writes_of(demo) == []


def test_introductory_and_promotional_offers_end_too(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    trial: dict[str, Any] = {
        "mode": "FREE_TRIAL",
        "duration": "ONE_WEEK",
        "territories": ["USA", "DEU"],
    }
    back = {"name": "Back", "code": "BACK", "mode": "FREE_TRIAL", "duration": "ONE_MONTH"}
    club: dict[str, Any] = {
        "product_id": "com.example.trails.new",
        "name": "New",
        "period": "ONE_MONTH",
        "territories": ["USA", "DEU"],
    }

    def table(intro: list[Any], promotional: list[Any]) -> dict[str, Any]:
        offers = {"introductory_offers": intro, "promotional_offers": promotional}
        return {"groups": [{"name": "New", "subscriptions": [{**club, **offers}]}]}

    ensure(table([trial], [back]))
    others = [*demo.world.all("subscriptionIntroductoryOffers")]
    longer = {**trial, "duration": "TWO_WEEKS", "territories": ["USA"]}
    ended = {**trial, "active": False}
    ended_back = {**back, "active": False}
    made = ensure(table([longer, ended], [ended_back]))
    assert made[1].changes == ("2 introductory offers", "promotional offer BACK")
    now = demo.world.all("subscriptionIntroductoryOffers")
    assert len(now) == len(others) - 1
    assert demo.world.all("subscriptionPromotionalOffers") == []
    assert not any(x.changes for x in ensure(table([longer, ended], [ended_back])))
    assert writes_of(demo) == []


def test_lists_that_are_cut_short_are_read_to_their_end(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    code: dict[str, Any] = {"customers": ["NON_SPENDER"]}
    offers = [{**code, "name": f"Offer {number}"} for number in range(53)]
    table = purchase("coffee", name="Coffee", territories=["USA"], offer_codes=offers)
    ensure(table)
    assert ensure(table)[0].changes == ()
    assert writes_of(demo) == []
    assert len(demo.world.all("inAppPurchaseOfferCodes")) == 53


def test_the_newest_of_many_versions_is_submitted(
    demo: Simulator, flavour: str, ensure: Callable[[Any], Any]
) -> None:
    world = demo.world
    maps = next(x for x in world.all("inAppPurchases") if x["productId"] == MAPS)
    for _ in range(52):
        world.create("inAppPurchaseVersions", {"state": "APPROVED"}, {"inAppPurchase": maps})
    ensure(purchase("maps", name="Maps", type="NON_CONSUMABLE", localizations=CHARTS))
    app = world.all("apps")[0].id

    async def work(asc: Any) -> Any:
        found = asc.in_app_purchases_v2.get(maps.id)
        found = found if flavour == "sync" else await found
        result = asc.workflows.purchases.submit(found, app=app)
        return result if flavour == "sync" else await result

    assert done(flavour, demo, work) is True
    newest = max(world.many(maps, "versions"), key=lambda x: x["version"])
    assert (newest["version"], newest["state"]) == (54, "WAITING_FOR_REVIEW")


def test_what_is_promoted_without_a_product_keeps_its_place(
    demo: Simulator, ensure: Callable[[Any], Any]
) -> None:
    app = demo.world.all("apps")[0]
    others = [demo.world.create("promotedPurchases", {}, {"app": app}) for _ in range(2)]
    ensure(PROMOTED)
    there = demo.world.many(app, "promotedPurchases")
    assert there[3:] == others
    assert len(there) == 5
