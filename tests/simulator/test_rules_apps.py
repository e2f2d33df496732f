"""Apps, their infos and localizations, their age rating, where they are to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client, NotFoundError
from app_store_connect.models import (
    AppInfoState,
    AppStoreVersionState,
    TerritoryAvailabilityInlineCreate,
)
from app_store_connect.simulator import Simulator
from support.ready_app import ReadyApp, add_app, ready_app

if TYPE_CHECKING:
    from app_store_connect.models import App, AppInfo, AppInfoLocalization


@pytest.fixture
def app(simulator: Simulator) -> App:
    return add_app(simulator)


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    return ready_app(simulator, asc)


def draft(asc: Client, app: App) -> AppInfo:
    return asc.apps.list_app_infos(app).all()[-1]


def text(asc: Client, info: AppInfo) -> AppInfoLocalization:
    return asc.app_infos.list_app_info_localizations(info).one()


def test_an_app_comes_with_an_info_in_its_primary_locale(asc: Client, app: App) -> None:
    info = asc.apps.list_app_infos(app).one()
    assert (info.state, info.app_store_state) == ("PREPARE_FOR_SUBMISSION",) * 2
    assert (text(asc, info).locale, text(asc, info).name) == ("en-US", "Trails")
    assert asc.app_infos.get_age_rating_declaration(info) is not None
    assert asc.apps.list_app_store_versions(app).all() == []


@pytest.mark.parametrize("state", AppInfoState)
def test_the_old_word_for_the_state_of_an_info_is_one_of_the_old_words(
    simulator: Simulator, asc: Client, app: App, state: AppInfoState
) -> None:
    added = simulator.add("appInfos", app=app, state=state)
    assert asc.app_infos.get(added).app_store_state in set(AppStoreVersionState)
    other = simulator.world.find("appInfos", draft(asc, app).id)
    assert other is not None
    simulator.world.set(other, state=str(state))
    assert other["appStoreState"] in set(AppStoreVersionState)


def test_an_app_cannot_be_created_by_the_api(asc: Client) -> None:
    with pytest.raises(ApiError) as caught:
        asc.request("POST", "/v1/apps", json={"data": {"type": "apps"}})
    assert caught.value.status == 403


def test_what_is_added_takes_the_place_of_what_came_by_itself(
    simulator: Simulator, asc: Client, app: App
) -> None:
    info = simulator.add("appInfos", app=app)
    assert asc.apps.list_app_infos(app).one().id == info.id
    simulator.add("appInfoLocalizations", app_info=info, locale="en-US", name="Other")
    assert text(asc, draft(asc, app)).name == "Other"


def test_an_empty_team_finds_territories_and_categories(asc: Client) -> None:
    assert len(asc.territories.list(limit=200).all()) == 175
    assert len(asc.app_categories.list(platforms="IOS", limit=200).all()) == 56
    games = asc.app_categories.get("GAMES")
    names = {x.id for x in asc.app_categories.list_subcategories(games, limit=50)}
    assert {"GAMES_PUZZLE", "GAMES_WORD"} <= names


def test_texts_of_a_live_info_stay(ready: ReadyApp) -> None:
    asc = ready.asc
    ready.release()
    localization = text(asc, draft(asc, ready.app))
    with pytest.raises(ApiError) as caught:
        asc.app_info_localizations.update(localization, subtitle="Walk on")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.INVALID_STATE")
    assert caught.value.errors[0].pointer == "/data/attributes/subtitle"
    asc.app_info_localizations.update(localization, privacy_policy_url="https://example.com/p")


def test_the_next_version_brings_an_info_that_can_be_edited(ready: ReadyApp) -> None:
    asc = ready.asc
    ready.release()
    asc.app_store_versions.create(app=ready.app, platform="IOS", version_string="1.1")
    info = draft(asc, ready.app)
    category = asc.app_infos.get_primary_category(info)
    assert category is not None
    assert category.id == "NAVIGATION"
    declaration = asc.app_infos.get_age_rating_declaration(info)
    assert declaration is not None
    assert declaration.loot_box is False
    asc.app_info_localizations.update(text(asc, info), name="Trails Pro")
    assert asc.apps.get(ready.app).name == "Trails"


def test_texts_stay_while_the_release_is_pending(ready: ReadyApp) -> None:
    asc = ready.asc
    asc.app_store_versions.update(ready.version, release_type="MANUAL")
    ready.submit()
    ready.simulator.clock.advance(days=2)
    assert draft(asc, ready.app).state == "PENDING_RELEASE"
    with pytest.raises(ApiError):
        asc.app_info_localizations.update(text(asc, draft(asc, ready.app)), name="Other")


def test_categories_can_be_changed_after_a_rejection_and_not_in_review(ready: ReadyApp) -> None:
    asc = ready.asc
    ready.simulator.world.set_switch("review", "reject")
    ready.submit()
    info = draft(asc, ready.app)
    with pytest.raises(ApiError):
        asc.app_infos.update(info, secondary_category="TRAVEL")
    ready.simulator.clock.advance(days=1)
    asc.app_infos.update(info, secondary_category="TRAVEL")


def test_a_subcategory_is_one_of_its_category(asc: Client, app: App) -> None:
    info = draft(asc, app)
    asc.app_infos.update(info, primary_category="GAMES", primary_subcategory_one="GAMES_WORD")
    with pytest.raises(ApiError) as caught:
        asc.app_infos.update(info, primary_category="TRAVEL", primary_subcategory_one="GAMES_WORD")
    assert caught.value.errors[0].pointer == "/data/relationships/primarySubcategoryOne"
    assert caught.value.errors[0].detail is None


def test_an_info_has_one_localization_a_locale(asc: Client, app: App) -> None:
    with pytest.raises(ApiError) as caught:
        asc.app_info_localizations.create(app_info=draft(asc, app), locale="en-US", name="Trails")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")
    assert "'appInfoLocalizations' with a 'locale' of 'en-US'" in str(caught.value)


def test_a_new_locale_appears_in_the_editable_version(ready: ReadyApp) -> None:
    asc = ready.asc
    asc.app_info_localizations.create(
        app_info=draft(asc, ready.app), locale="de-DE", name="Wanderwege"
    )
    found = asc.app_store_versions.list_app_store_version_localizations(ready.version).all()
    assert [x.locale for x in found] == ["en-US", "de-DE"]
    with pytest.raises(ApiError, match="Entity with locale: de-DE already exists"):
        asc.app_store_version_localizations.create(app_store_version=ready.version, locale="de-DE")


def test_another_app_of_the_team_has_the_name(simulator: Simulator, asc: Client, app: App) -> None:
    other = add_app(simulator, "Peaks")
    with pytest.raises(ApiError) as caught:
        asc.app_info_localizations.update(text(asc, draft(asc, other)), name="trails")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE.SAME_ACCOUNT")
    localization = text(asc, draft(asc, app))
    asc.app_info_localizations.update(localization, name="Footpaths")
    assert asc.apps.get(app).name == "Footpaths"
    asc.app_info_localizations.update(text(asc, draft(asc, other)), name="Trails")


@pytest.mark.filterwarnings("ignore:Apple has deprecated")
def test_a_primary_locale_needs_screenshots(ready: ReadyApp) -> None:
    asc = ready.asc
    with pytest.raises(ApiError) as caught:
        asc.apps.update(ready.app, primary_locale="fr-FR")
    assert caught.value.has_code(
        "ENTITY_ERROR.ATTRIBUTE.INVALID.INVALID_STATE.MISSING_SCREENSHOTS_PRIMARY_LOCALE"
    )
    french = asc.app_store_version_localizations.create(
        app_store_version=ready.version, locale="fr-FR"
    )
    asc.app_screenshot_sets.create(
        app_store_version_localization=french, screenshot_display_type="APP_IPHONE_67"
    )
    assert asc.apps.update(ready.app, primary_locale="fr-FR").primary_locale == "fr-FR"


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])
def test_texts_have_a_greatest_length(*, strict: bool) -> None:
    simulator = Simulator(strict=strict)
    asc, app = simulator.client(), add_app(simulator)
    localization = text(asc, draft(asc, app))
    asc.app_info_localizations.update(localization, subtitle="x" * 30)
    if not strict:
        asc.app_info_localizations.update(localization, subtitle="x" * 31)
        return
    with pytest.raises(ApiError) as caught:
        asc.app_info_localizations.update(localization, name="x" * 31, subtitle="x" * 31)
    assert [x.code for x in caught.value.errors] == ["ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG"] * 2
    assert "30" in str(caught.value)


@pytest.mark.parametrize("choice", ["any", "all"])
def test_age_answers_may_be_given_in_part_or_not(choice: str) -> None:
    simulator = Simulator(switches={"age_answers": choice})
    asc, app = simulator.client(), add_app(simulator)
    declaration = asc.app_infos.get_age_rating_declaration(draft(asc, app))
    assert declaration is not None
    assert declaration.gambling is None
    if choice == "any":
        assert asc.age_rating_declarations.update(declaration, gambling=False).gambling is False
        return
    with pytest.raises(ApiError) as caught:
        asc.age_rating_declarations.update(declaration, gambling=False)
    assert len(caught.value.errors) > 10


def test_an_availability_is_not_found_before_it_is_set(asc: Client, app: App) -> None:
    with pytest.raises(NotFoundError, match=app.id):
        asc.apps.get_app_availability_v2(app)


def every_territory(asc: Client) -> list[TerritoryAvailabilityInlineCreate]:
    return [
        TerritoryAvailabilityInlineCreate(available=True, territory=x)
        for x in asc.territories.list(limit=200)
    ]


def test_an_availability_names_every_territory_and_is_made_once(asc: Client, app: App) -> None:
    territories = every_territory(asc)
    with pytest.raises(ApiError) as caught:
        asc.app_availabilities_v2.create(
            app=app, available_in_new_territories=True, territory_availabilities=territories[2:]
        )
    assert [x.code for x in caught.value.errors] == ["ENTITY_ERROR.RELATIONSHIP.INVALID"] * 2
    made = asc.app_availabilities_v2.create(
        app=app, available_in_new_territories=True, territory_availabilities=territories
    )
    assert made.id == app.id
    first = asc.app_availabilities_v2.list_territory_availabilities(made).first()
    assert first is not None
    changed = asc.territory_availabilities.update(first, available=False)
    assert changed.content_statuses == ["CANNOT_SELL"]
    with pytest.raises(ApiError, match="already exists"):
        asc.app_availabilities_v2.create(
            app=app, available_in_new_territories=True, territory_availabilities=territories
        )


def test_an_availability_of_no_territory_is_refused(asc: Client, app: App) -> None:
    with pytest.raises(ApiError) as caught:
        asc.app_availabilities_v2.create(
            app=app, available_in_new_territories=True, territory_availabilities=[]
        )
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.REQUIRED")


def test_the_last_localization_of_a_product_stays(
    simulator: Simulator, asc: Client, app: App
) -> None:
    product: Any = simulator.add("inAppPurchases", apps=app, product_id="coins", name="Coins")
    texts = [
        simulator.add(
            "inAppPurchaseLocalizations", in_app_purchase_v2=product, locale=locale, name="Coins"
        )
        for locale in ("en-US", "de-DE")
    ]
    asc.in_app_purchase_localizations.delete(texts[0].id)
    with pytest.raises(ApiError) as caught:
        asc.in_app_purchase_localizations.delete(texts[1].id)
    assert caught.value.status == 409
