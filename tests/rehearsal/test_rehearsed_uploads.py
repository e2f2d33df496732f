"""Uploads in a trial: no byte leaves, and the plan knows the file."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AppStoreConnectError
from app_store_connect.rehearsal import Plan, PlanError, PlanStaleError
from app_store_connect.uploads import UploadError
from support.media import png

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import Client
    from app_store_connect.simulator import Simulator

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

PICTURE = png(1290, 2796)
MD5 = hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()


@pytest.fixture
def app(demo: Simulator) -> Any:
    return demo.add("apps", bundle_id="com.example.new", name="New", primary_locale="de-DE")


@pytest.fixture
def sets(demo: Simulator, asc: Client, app: Any) -> Any:
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    text = asc.app_store_versions.list_app_store_version_localizations(version).first()
    found = demo.add(
        "appScreenshotSets",
        app_store_version_localization=text,
        screenshot_display_type="APP_IPHONE_67",
    )
    demo.requests.clear()
    return found


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "1.png"
    path.write_bytes(PICTURE)
    return path


def planned(asc: Client, sets: Any, file: Any, **more: Any) -> Plan:
    with asc.rehearsal() as trial:
        shot = trial.client.uploads.upload(
            trial.client.app_screenshots, file, app_screenshot_set=sets, **more
        )
        assert shot.asset_delivery_state.state == "COMPLETE"
        found = trial.client.app_screenshot_sets.list_app_screenshots(sets).all()
        assert [x.file_name for x in found] == [shot.file_name]
    return trial.plan


def again(plan: Plan) -> Plan:
    whole = json.loads(plan.to_json(secrets=True))
    return Plan.from_json(json.dumps({**whole, "created": {}, "done": []}))


def test_a_file_is_planned_and_then_sent(
    demo: Simulator, asc: Client, sets: Any, picture: Path
) -> None:
    plan = planned(asc, sets, picture)
    assert {x.method for x in demo.requests} == {"GET"}
    file = plan.changes[0].file
    assert file is not None
    assert (file.path, file.name, file.size, file.checksum) == (
        str(picture),
        "1.png",
        len(PICTURE),
        MD5,
    )
    assert f"file: 1.png, {len(PICTURE)} bytes, MD5 {MD5}" in str(plan)
    copy = again(plan)
    plan.apply(asc)
    (shot,) = asc.app_screenshot_sets.list_app_screenshots(sets)
    assert shot.asset_delivery_state is not None
    assert shot.asset_delivery_state.state == "COMPLETE"
    assert shot.source_file_checksum == MD5
    demo.requests.clear()
    assert plan.apply(asc).sent == ()
    assert copy.apply(asc).sent == ()
    assert {x.method for x in demo.requests} == {"GET"}


def test_bytes_are_kept_in_the_plan(asc: Client, sets: Any, tmp_path: Path) -> None:
    plan = planned(asc, sets, PICTURE, file_name="2.png")
    plan.save(tmp_path / "plan.json")
    assert "content" not in plan.to_json()
    with pytest.raises(PlanError, match="bytes"):
        Plan.from_json(plan.to_json()).apply(asc)
    Plan.load(tmp_path / "plan.json").apply(asc)
    (shot,) = asc.app_screenshot_sets.list_app_screenshots(sets)
    assert (shot.file_name, shot.source_file_checksum) == ("2.png", MD5)


def test_a_file_that_has_changed_or_gone_stops_a_plan(
    demo: Simulator, asc: Client, sets: Any, picture: Path
) -> None:
    plan = planned(asc, sets, picture)
    demo.requests.clear()
    picture.write_bytes(png(1290, 2796, alpha=True))
    with pytest.raises(PlanStaleError, match=r"1\.png") as caught:
        plan.apply(asc)
    assert caught.value.expected == f"MD5 {MD5}"
    picture.unlink()
    with pytest.raises(PlanError, match=r"1\.png"):
        plan.apply(asc)
    assert {x.method for x in demo.requests} == {"GET"}


@pytest.mark.parametrize("after_commit", [False, True], ids=["not made", "made"])
@pytest.mark.parametrize("copied", [False, True], ids=["the same plan", "a copy"])
@pytest.mark.parametrize(
    "cut", ["appScreenshots_createInstance", "PUT *", "appScreenshots_updateInstance"]
)
def test_an_upload_that_was_cut_short_goes_on(
    demo: Simulator,
    asc: Client,
    sets: Any,
    picture: Path,
    cut: str,
    *,
    after_commit: bool,
    copied: bool,
) -> None:
    plan = planned(asc, sets, picture)
    copy = again(plan) if copied else plan
    target = cut.replace("*", "/simulator/deliveries/*")
    demo.faults.add(target, status=500, after_commit=after_commit, times=20)
    # A commit that was made is found out about at once.
    with contextlib.suppress(AppStoreConnectError):
        plan.apply(asc)
    demo.faults.clear()
    copy.apply(asc)
    (shot,) = asc.app_screenshot_sets.list_app_screenshots(sets)
    assert shot.asset_delivery_state is not None
    assert shot.asset_delivery_state.state == "COMPLETE"


def test_what_the_api_would_find_in_a_file_is_found_in_the_trial(
    asc: Client, sets: Any, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.png"
    path.write_bytes(png(10, 10))
    with asc.rehearsal() as trial, pytest.raises(UploadError):
        trial.client.uploads.upload(trial.client.app_screenshots, path, app_screenshot_set=sets)


def test_a_reservation_that_was_there_before_is_resumed_in_the_trial(
    demo: Simulator, asc: Client, sets: Any, picture: Path
) -> None:
    shot = asc.app_screenshots.create(
        app_screenshot_set=sets, file_name="1.png", file_size=len(PICTURE)
    )
    demo.requests.clear()
    with asc.rehearsal() as trial:
        trial.client.uploads.upload(trial.client.app_screenshots, picture, resume=shot, wait=False)
    assert {x.method for x in demo.requests} == {"GET"}
    assert [(x.method, x.resource_id) for x in trial.plan] == [("PATCH", shot.id)]
    assert trial.plan.changes[0].file is not None
    copy = again(trial.plan)
    trial.plan.apply(asc)
    state = asc.app_screenshots.get(shot).asset_delivery_state
    assert state is not None
    assert state.state == "COMPLETE"
    assert copy.apply(asc).sent == ()


def test_a_build_is_uploaded_and_what_follows_waits_for_it(
    demo: Simulator, asc: Client, app: Any, tmp_path: Path
) -> None:
    path = tmp_path / "App.ipa"
    path.write_bytes(bytes(6_000_000))
    # As an older version has it, which is not to be taken for the new one.
    release = demo.add("preReleaseVersions", version="0.9", platform="IOS", app=app)
    old = demo.add("builds", version="7", app=app, pre_release_version=release)
    demo.requests.clear()
    with asc.rehearsal() as trial:
        client = trial.client
        upload = client.uploads.upload_build(
            path, app=app, version="1.0", build_number="7", platform="IOS"
        )
        group = client.beta_groups.create(name="QA", app=app, is_internal_group=True)
        client.beta_groups.add_builds(group, [upload.build])
    assert {x.method for x in demo.requests} == {"GET"}
    copy = again(trial.plan)
    applied = trial.plan.apply(asc)
    (build,) = asc.beta_groups.list_builds(applied.created[group.id])
    assert build.version == "7"
    assert build.id != old.id
    assert copy.apply(asc).sent == ()
