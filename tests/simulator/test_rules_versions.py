"""Versions: made, changed, given a build, released in phases, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from support.ready_app import ReadyApp, add_app, add_build, ready_app

if TYPE_CHECKING:
    from app_store_connect.models import App, AppStoreVersionPhasedRelease
    from app_store_connect.simulator import Simulator


@pytest.fixture
def app(simulator: Simulator) -> App:
    return add_app(simulator)


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    return ready_app(simulator, asc)


def text(ready: ReadyApp) -> Any:
    return ready.asc.app_store_versions.list_app_store_version_localizations(ready.version).one()


def test_a_version_begins_as_a_draft_with_a_localization(asc: Client, app: App) -> None:
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    assert (version.app_version_state, version.app_store_state) == ("PREPARE_FOR_SUBMISSION",) * 2
    assert version.release_type == "AFTER_APPROVAL"
    localization = asc.app_store_versions.list_app_store_version_localizations(version).one()
    assert localization.locale == "en-US"


def test_states_that_are_added_are_told_in_both_vocabularies(
    simulator: Simulator, asc: Client, app: App
) -> None:
    simulator.add(
        "appStoreVersions", app=app, version_string="1.0", app_store_state="READY_FOR_SALE"
    )
    version = asc.apps.list_app_store_versions(app).one()
    assert version.app_version_state == "READY_FOR_DISTRIBUTION"
    assert asc.apps.list_app_infos(app).one().state == "READY_FOR_DISTRIBUTION"


def test_a_platform_has_one_unreleased_version(ready: ReadyApp) -> None:
    asc = ready.asc
    with pytest.raises(ApiError) as caught:
        asc.app_store_versions.create(app=ready.app, platform="IOS", version_string="1.1")
    assert [x.code for x in caught.value.errors] == ["ENTITY_ERROR.RELATIONSHIP.INVALID"]
    assert caught.value.errors[0].pointer == "/data/relationships/app"
    with pytest.raises(ApiError) as caught:
        asc.app_store_versions.create(app=ready.app, platform="IOS", version_string="1.0")
    assert [x.pointer for x in caught.value.errors] == [
        "/data/relationships/app",
        "/data/attributes/versionString",
    ]
    asc.app_store_versions.create(app=ready.app, platform="MAC_OS", version_string="1.0")


@pytest.mark.parametrize("version_string", ["1.0.0.0", "one", "1.", ""])
def test_a_version_string_has_a_form(asc: Client, app: App, version_string: str) -> None:
    with pytest.raises(ApiError) as caught:
        asc.app_store_versions.create(app=app, platform="IOS", version_string=version_string)
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")


def test_a_version_is_renamed_while_it_is_editable(ready: ReadyApp) -> None:
    ready.asc.app_store_versions.update(ready.version, version_string="1.0.1")
    ready.asc.app_store_versions.update(ready.version, version_string="1.0")
    ready.open()
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_versions.update(ready.version, version_string="1.1")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.INVALID_STATE")


@pytest.mark.parametrize(
    "moment", [None, "2026-02-01T10:30:00Z", "2025-02-01T10:00:00Z"], ids=["none", "half", "past"]
)
def test_a_scheduled_release_needs_a_full_hour_to_come(ready: ReadyApp, moment: str | None) -> None:
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_versions.update(
            ready.version, release_type="SCHEDULED", earliest_release_date=moment
        )
    assert caught.value.errors[0].pointer == "/data/attributes/earliestReleaseDate"


UNUSABLE: dict[str, dict[str, Any]] = {
    "processing": {"processingState": "PROCESSING"},
    "invalid": {"processingState": "INVALID"},
    "expired": {"expired": True},
}


@pytest.mark.parametrize("why", UNUSABLE)
@pytest.mark.parametrize("way", ["linkage", "update"])
def test_an_unusable_build_is_refused(ready: ReadyApp, why: str, way: str) -> None:
    ready.simulator.world.set(ready.entity(ready.build), **UNUSABLE[why])
    with pytest.raises(ApiError) as caught:
        attach(ready, ready.build, way)
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID.INVALID_STATE")
    assert caught.value.errors[0].pointer == "/data/relationships/build"


def attach(ready: ReadyApp, build: Any, way: str = "linkage") -> None:
    if way == "linkage":
        ready.asc.app_store_versions.set_build(ready.version, build)
    else:
        ready.asc.app_store_versions.update(ready.version, build=build)


def test_a_build_of_another_app_or_version_is_refused(ready: ReadyApp) -> None:
    other = add_app(ready.simulator, "Peaks")
    for build in (
        add_build(ready.simulator, other, "1.0"),
        add_build(ready.simulator, ready.app, "1.1"),
    ):
        with pytest.raises(ApiError):
            attach(ready, build)
    attach(ready, add_build(ready.simulator, ready.app, "1.0.0"))


def test_nothing_is_attached_once_it_is_ready_for_review(ready: ReadyApp) -> None:
    ready.open()
    for build in (ready.build, None):
        with pytest.raises(ApiError):
            attach(ready, build)


@pytest.mark.filterwarnings("ignore:Apple has deprecated")
def test_what_is_shown_is_frozen_once_it_is_ready_for_review(ready: ReadyApp) -> None:
    shown = ready.asc.app_store_version_localizations.list_app_screenshot_sets(text(ready)).one()
    screenshot = ready.asc.app_screenshot_sets.list_app_screenshots(shown).one()
    ready.open()
    with pytest.raises(ApiError, match="Can't Delete Screenshot while Ready For Review"):
        ready.asc.app_screenshots.delete(screenshot)
    with pytest.raises(ApiError, match="Can't Create Screenshot"):
        ready.asc.app_screenshot_sets.create(
            app_store_version_localization=text(ready), screenshot_display_type="APP_IPHONE_61"
        )


def test_a_first_version_has_no_whats_new(ready: ReadyApp) -> None:
    with pytest.raises(ApiError, match="Attribute 'whatsNew' cannot be edited at this time"):
        ready.asc.app_store_version_localizations.update(text(ready), whats_new="All of it")


def test_texts_are_frozen_in_review_but_for_the_promotion(ready: ReadyApp) -> None:
    asc = ready.asc
    ready.submit()
    with pytest.raises(ApiError) as caught:
        asc.app_store_version_localizations.update(text(ready), description="Other")
    assert caught.value.has_code("STATE_ERROR")
    with pytest.raises(ApiError):
        asc.app_store_version_localizations.create(app_store_version=ready.version, locale="it")
    asc.app_store_version_localizations.update(text(ready), promotional_text="Today")
    ready.simulator.clock.advance(days=2)
    asc.app_store_version_localizations.update(text(ready), promotional_text="Tomorrow")


def test_review_notes_can_be_changed_in_review(ready: ReadyApp) -> None:
    ready.submit()
    detail = ready.asc.app_store_versions.get_app_store_review_detail(ready.version)
    assert detail is not None
    assert ready.asc.app_store_review_details.update(detail, notes="Hello").notes == "Hello"


@pytest.mark.parametrize("choice", ["accept", "refuse"])
def test_whats_new_with_emoji_is_a_matter_of_opinion(ready: ReadyApp, choice: str) -> None:
    ready.release()
    ready.simulator.world.set_switch("whats_new_emoji", choice)
    ready.version = ready.asc.app_store_versions.create(
        app=ready.app, platform="IOS", version_string="1.1"
    )
    if choice == "accept":
        ready.asc.app_store_version_localizations.update(text(ready), whats_new="New 🎉")
        return
    with pytest.raises(ApiError, match="🎉"):
        ready.asc.app_store_version_localizations.update(text(ready), whats_new="New 🎉")


def test_a_draft_is_deleted_with_its_texts(ready: ReadyApp) -> None:
    ready.asc.app_store_versions.delete(ready.version)
    world = ready.simulator.world
    for kind in ("appStoreVersionLocalizations", "appScreenshots", "appStoreReviewDetails"):
        assert world.all(kind) == []


def test_a_submitted_version_is_not_deleted(ready: ReadyApp) -> None:
    ready.submit()
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_versions.delete(ready.version)
    assert caught.value.has_code("STATE_ERROR")


# --- Review details -------------------------------------------------------------------------------


def test_a_version_has_one_review_detail(ready: ReadyApp) -> None:
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_review_details.create(app_store_version=ready.version)
    assert caught.value.has_code("STATE_ERROR.ALREADY_EXISTS")


def test_a_contact_is_whole(asc: Client, app: App) -> None:
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    given: dict[str, Any] = {}
    for name, value in {
        "contact_first_name": "Ada",
        "contact_last_name": "Byron",
        "contact_phone": "+442079460000",
        "contact_email": "ada@example.com",
    }.items():
        with pytest.raises(ApiError) as caught:
            asc.app_store_review_details.create(app_store_version=version, **given)
        (error,) = caught.value.errors
        assert (error.pointer or "").lower().endswith(name.replace("_", ""))
        given[name] = value
    asc.app_store_review_details.create(app_store_version=version, **given)


@pytest.mark.parametrize(
    ("phone", "good"),
    [
        ("+1 (408) 555-0100", True),
        ("4085550100", True),
        ("call me", False),
        ("+1", False),
        ("++14085550100", False),
    ],
)
def test_a_telephone_number_is_one(ready: ReadyApp, phone: str, *, good: bool) -> None:
    detail = ready.asc.app_store_versions.get_app_store_review_detail(ready.version)
    assert detail is not None
    if good:
        ready.asc.app_store_review_details.update(detail, contact_phone=phone)
        return
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_review_details.update(detail, contact_phone=phone)
    assert caught.value.errors[0].pointer == "/data/attributes/contactPhone"


# --- Phased releases ------------------------------------------------------------------------------


@pytest.fixture
def phased(ready: ReadyApp) -> AppStoreVersionPhasedRelease:
    """Of an update that is on its first day."""
    asc = ready.asc
    ready.release()
    ready.version = asc.app_store_versions.create(
        app=ready.app, platform="IOS", version_string="1.1", copyright="2026 Example"
    )
    attach(ready, add_build(ready.simulator, ready.app, "1.1"))
    asc.app_store_version_localizations.update(text(ready), whats_new="More")
    made = asc.app_store_version_phased_releases.create(
        app_store_version=ready.version, phased_release_state="INACTIVE"
    )
    assert (made.phased_release_state, made.start_date) == ("INACTIVE", None)
    ready.submit()
    ready.simulator.clock.advance(hours=14, minutes=1)
    return made


def test_a_first_version_is_not_released_in_phases(ready: ReadyApp) -> None:
    with pytest.raises(ApiError):
        ready.asc.app_store_version_phased_releases.create(app_store_version=ready.version)


def now(ready: ReadyApp) -> tuple[str, int | None]:
    with_phases = ready.asc.app_store_versions.get_app_store_version_phased_release(ready.version)
    assert with_phases is not None
    return str(with_phases.phased_release_state), with_phases.current_day_number


@pytest.mark.usefixtures("phased")
def test_a_phased_release_takes_seven_days(ready: ReadyApp) -> None:
    clock = ready.simulator.clock
    assert now(ready) == ("ACTIVE", 1)
    clock.advance(days=6)
    assert now(ready) == ("ACTIVE", 7)
    clock.advance(days=1)
    assert now(ready) == ("COMPLETE", 7)


def test_a_pause_keeps_the_day(ready: ReadyApp, phased: AppStoreVersionPhasedRelease) -> None:
    phases, clock = ready.asc.app_store_version_phased_releases, ready.simulator.clock
    clock.advance(days=2)
    phases.update(phased, phased_release_state="PAUSED")
    clock.advance(days=5)
    assert now(ready) == ("PAUSED", 3)
    resumed = phases.update(phased, phased_release_state="ACTIVE")
    assert resumed.total_pause_duration == 5
    clock.advance(days=1)
    assert now(ready) == ("ACTIVE", 4)


def test_pauses_are_thirty_days_at_most(
    ready: ReadyApp, phased: AppStoreVersionPhasedRelease
) -> None:
    ready.asc.app_store_version_phased_releases.update(phased, phased_release_state="PAUSED")
    ready.simulator.clock.advance(days=29)
    assert now(ready) == ("PAUSED", 1)
    ready.simulator.clock.advance(days=1)
    assert now(ready) == ("ACTIVE", 1)


def test_the_same_state_again_is_refused_and_the_last_is_final(
    ready: ReadyApp, phased: AppStoreVersionPhasedRelease
) -> None:
    phases = ready.asc.app_store_version_phased_releases
    with pytest.raises(ApiError, match="already has this value"):
        phases.update(phased, phased_release_state="ACTIVE")
    with pytest.raises(ApiError) as caught:
        phases.delete(phased)
    assert caught.value.has_code("STATE_ERROR")
    phases.update(phased, phased_release_state="COMPLETE")
    with pytest.raises(ApiError, match="final"):
        phases.update(phased, phased_release_state="PAUSED")
