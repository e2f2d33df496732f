"""Game Center: apps need not have it, and there are limits to what they have of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client, NotFoundError

if TYPE_CHECKING:
    from app_store_connect.models import App
    from app_store_connect.simulator import Simulator


@pytest.fixture
def app(simulator: Simulator) -> App:
    return simulator.add("apps", name="Trails")  # type: ignore[no-any-return]


def test_an_app_without_game_center_has_no_detail(simulator: Simulator, app: App) -> None:
    asc = simulator.client()
    with pytest.raises(NotFoundError):
        asc.apps.get_game_center_detail(app)
    simulator.world.set_switch("game_center_absent", "empty id")
    path = f"/v1/apps/{app.id}/gameCenterDetail"
    assert asc.request("GET", path).json()["data"]["id"] == ""
    made = asc.game_center_details.create(app=app)
    found = asc.apps.get_game_center_detail(app)
    assert found is not None
    assert found.id == made.id


def test_challenges_need_a_live_version(simulator: Simulator, asc: Client, app: App) -> None:
    detail = asc.game_center_details.create(app=app)
    versions = {
        state: simulator.add("appStoreVersions", app=app, app_version_state=state)
        for state in ("READY_FOR_DISTRIBUTION", "PREPARE_FOR_SUBMISSION")
    }
    path = f"/v1/gameCenterDetails/{detail.id}/relationships/challengesMinimumPlatformVersions"

    def replace(state: str) -> None:
        data = [{"type": "appStoreVersions", "id": versions[state].id}]
        asc.request("PATCH", path, json={"data": data})

    replace("READY_FOR_DISTRIBUTION")
    with pytest.raises(ApiError) as caught:
        replace("PREPARE_FOR_SUBMISSION")
    assert "MIN_CHALLENGES_VERSION_MUST_BE_LIVE" in str(caught.value)


def test_a_set_has_a_hundred_leaderboards(simulator: Simulator, asc: Client, app: App) -> None:
    detail = simulator.add("gameCenterDetails", app=app)
    whole = simulator.add("gameCenterLeaderboardSets", game_center_detail=detail)
    boards: list[Any] = [simulator.add("gameCenterLeaderboards") for _ in range(101)]
    asc.game_center_leaderboard_sets_v2.add_game_center_leaderboards(whole, boards[:100])
    with pytest.raises(ApiError) as caught:
        asc.game_center_leaderboard_sets_v2.add_game_center_leaderboards(whole, boards[100:])
    assert caught.value.status == 409
    assert "100" in str(caught.value)


def test_an_app_has_a_hundred_sets(simulator: Simulator, app: App) -> None:
    detail = simulator.add("gameCenterDetails", app=app)
    for _ in range(100):
        simulator.add("gameCenterLeaderboardSets", game_center_detail=detail)
    asc = simulator.client()
    data = {
        "type": "gameCenterLeaderboardSets",
        "attributes": {"referenceName": "One more", "vendorIdentifier": "more"},
        "relationships": {
            "gameCenterDetail": {"data": {"type": "gameCenterDetails", "id": detail.id}}
        },
    }
    with pytest.raises(ApiError) as caught:
        asc.request("POST", "/v1/gameCenterLeaderboardSets", json={"data": data})
    assert caught.value.status == 409


def test_names_have_fifty_characters(simulator: Simulator, asc: Client) -> None:
    version = simulator.add("gameCenterLeaderboardVersions")
    asc.game_center_leaderboard_localizations_v2.create(
        locale="en-US", name="x" * 50, version=version
    )
    with pytest.raises(ApiError) as caught:
        asc.game_center_leaderboard_localizations_v2.create(
            locale="de-DE", name="x" * 51, version=version
        )
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG")
