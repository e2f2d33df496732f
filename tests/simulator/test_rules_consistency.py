"""What is new is listed later, and what is uploaded may be stuck, where a switch says so."""

from __future__ import annotations

from typing import Any

import pytest

from app_store_connect import ApiError, Client
from app_store_connect.models import App, AppStoreVersion
from app_store_connect.simulator import Simulator
from app_store_connect.uploads import Uploader, UploadTimeoutError
from support.media import png


def test_new_testers_and_versions_are_listed_later() -> None:
    simulator = Simulator(switches={"list_lag": "some"})
    with simulator.client() as asc:
        app = simulator.add(App, name="Trails")
        assert asc.apps.list().one() == app
        group = asc.beta_groups.create(name="QA", app=app)
        tester = asc.beta_testers.create(email="ada@example.com", beta_groups=[group])
        version = asc.app_store_versions.create(version_string="1.0", platform="IOS", app=app)
        assert asc.app_store_versions.get(version).version_string == "1.0"
        assert asc.beta_groups.list_beta_testers(group).all() == []
        assert asc.apps.list_app_store_versions(app).total == 0
        simulator.clock.advance(minutes=1)
        assert asc.beta_groups.list_beta_testers(group).one() == tester
        assert asc.apps.list_app_store_versions(app).total == 0
        simulator.clock.advance(minutes=1)
        assert asc.apps.list_app_store_versions(app).one() == version


@pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")
def test_files_may_be_stuck_for_hours(tmp_path: Any) -> None:
    simulator = Simulator(switches={"media_processing": "stuck"})
    picture = tmp_path / "1.png"
    picture.write_bytes(png(1290, 2796))
    with simulator.client() as asc:
        version = simulator.add(AppStoreVersion, platform="IOS", version_string="1.0")
        text = asc.app_store_version_localizations.create(locale="de-DE", app_store_version=version)
        screenshots = asc.app_screenshot_sets.create(
            screenshot_display_type="APP_IPHONE_67", app_store_version_localization=text
        )
        with pytest.raises(UploadTimeoutError):
            Uploader(asc).upload(asc.app_screenshots, picture, app_screenshot_set=screenshots)
        simulator.clock.advance(hours=6)
        shot = asc.app_screenshot_sets.list_app_screenshots(screenshots).one()
        assert shot.asset_delivery_state is not None
        assert shot.asset_delivery_state.state == "COMPLETE"


def test_a_period_may_be_for_good(simulator: Simulator, asc: Client) -> None:
    app = simulator.add(App, name="Trails")
    group = asc.subscription_groups.create(reference_name="Plus", app=app)
    made = asc.subscriptions.create(
        name="Plus", product_id="plus", group=group, subscription_period="ONE_MONTH"
    )
    asc.subscriptions.update(made, subscription_period="ONE_YEAR")
    simulator.world.set_switch("period_changes", "refuse")
    asc.subscriptions.update(made, subscription_period="ONE_YEAR")
    with pytest.raises(ApiError) as caught:
        asc.subscriptions.update(made, subscription_period="ONE_MONTH")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")


@pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")
def test_a_set_without_a_leaderboard_is_not_released(simulator: Simulator, asc: Client) -> None:
    app = simulator.add(App, name="Trails")
    detail = asc.game_center_details.create(app=app)
    made = simulator.add("gameCenterLeaderboardSets", game_center_detail=detail)

    def release() -> None:
        asc.game_center_leaderboard_set_releases.create(
            game_center_detail=detail, game_center_leaderboard_set=made
        )

    with pytest.raises(ApiError) as caught:
        release()
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID")
    simulator.add("gameCenterLeaderboards", game_center_leaderboard_sets=[made])
    release()


def test_lists_are_not_sorted_where_the_document_lists_no_order(
    simulator: Simulator, asc: Client
) -> None:
    app = simulator.add(App, name="Trails")
    for name in ("appStoreVersions", "builds", "appPricePoints"):
        with pytest.raises(ApiError) as caught:
            asc.request("GET", f"/v1/apps/{app.id}/{name}", query={"sort": "id"})
        assert caught.value.has_code("PARAMETER_ERROR.ILLEGAL")
