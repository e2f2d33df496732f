"""An app of the simulator whose version has all that a review asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app_store_connect.models import AppPriceV2InlineCreate
from app_store_connect.simulator.rules.age_ratings import QUESTIONS

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.models import App, AppStoreVersion, Build, ReviewSubmission
    from app_store_connect.simulator import Entity, Simulator

_YES_OR_NO = {
    "advertising",
    "ageAssurance",
    "gambling",
    "healthOrWellnessTopics",
    "lootBox",
    "messagingAndChat",
    "parentalControls",
    "unrestrictedWebAccess",
    "userGeneratedContent",
}


@dataclass
class ReadyApp:
    """An app and its version; `submit` sends it to review as a program would."""

    simulator: Simulator
    asc: Client
    app: Any
    version: Any
    build: Any

    def entity(self, resource: Any) -> Entity:
        found = self.simulator.world.find(resource.resource_type, resource.id)
        assert found is not None
        return found

    def state(self, version: AppStoreVersion | None = None) -> str:
        return str(self.asc.app_store_versions.get(version or self.version).app_version_state)

    def open(self, version: AppStoreVersion | None = None) -> ReviewSubmission:
        """A submission that has the version, which is ready for review."""
        submission = self.asc.review_submissions.create(app=self.app, platform="IOS")
        self.asc.review_submission_items.create(
            review_submission=submission, app_store_version=version or self.version
        )
        self.simulator.clock.advance(minutes=1)
        return submission

    def submit(self, version: AppStoreVersion | None = None) -> ReviewSubmission:
        submission = self.open(version)
        return self.asc.review_submissions.update(submission, submitted=True)

    def release(self) -> None:
        """Let the version pass review and get to the store."""
        self.submit()
        self.simulator.clock.advance(days=2)
        assert self.state() == "READY_FOR_DISTRIBUTION"


def add_app(simulator: Simulator, name: str = "Trails") -> App:
    app: Any = simulator.add("apps", bundle_id=f"com.example.{name.lower()}", name=name)
    return app  # type: ignore[no-any-return]


def add_build(simulator: Simulator, app: App, version: str, number: str = "1") -> Build:
    train = simulator.add("preReleaseVersions", version=version, platform="IOS", app=app)
    build: Any = simulator.add(
        "builds",
        version=number,
        app=app,
        pre_release_version=train,
        processing_state="VALID",
        expired=False,
        uses_non_exempt_encryption=False,
    )
    return build  # type: ignore[no-any-return]


def ready_app(simulator: Simulator, asc: Client, version_string: str = "1.0") -> ReadyApp:
    """Make an app and fill in what its first version needs, by the client where it can."""
    app = add_app(simulator)
    build = add_build(simulator, app, version_string)
    version = asc.app_store_versions.create(
        app=app, platform="IOS", version_string=version_string, copyright="2026 Example"
    )
    asc.app_store_versions.set_build(version, build)
    for localization in asc.app_store_versions.list_app_store_version_localizations(version):
        asc.app_store_version_localizations.update(
            localization,
            description="Finds trails.",
            keywords="trail,hike",
            support_url="https://example.com/support",
        )
        shown = simulator.add(
            "appScreenshotSets",
            app_store_version_localization=localization,
            screenshot_display_type="APP_IPHONE_67",
        )
        simulator.add(
            "appScreenshots",
            app_screenshot_set=shown,
            file_name="1.png",
            asset_delivery_state={"state": "COMPLETE"},
        )
    asc.app_store_review_details.create(
        app_store_version=version,
        contact_first_name="Ada",
        contact_last_name="Byron",
        contact_phone="+44 20 7946 0000",
        contact_email="ada@example.com",
    )
    describe_app(asc, app)
    set_price(asc, app)
    return ReadyApp(simulator, asc, app, version, build)


def describe_app(asc: Client, app: App) -> None:
    asc.apps.update(app, content_rights_declaration="DOES_NOT_USE_THIRD_PARTY_CONTENT")
    info = asc.apps.list_app_infos(app).one()
    asc.app_infos.update(info, primary_category="NAVIGATION")
    for localization in asc.app_infos.list_app_info_localizations(info):
        asc.app_info_localizations.update(
            localization, privacy_policy_url="https://example.com/privacy"
        )
    answers = {name: False if name in _YES_OR_NO else "NONE" for name in QUESTIONS}
    declaration = asc.app_infos.get_age_rating_declaration(info)
    assert declaration is not None
    asc.request(
        "PATCH",
        f"/v1/ageRatingDeclarations/{declaration.id}",
        json={
            "data": {
                "type": "ageRatingDeclarations",
                "id": declaration.id,
                "attributes": answers,
            }
        },
    )


def set_price(asc: Client, app: App) -> None:
    free = asc.apps.list_app_price_points(app, territory="USA").first()
    assert free is not None
    asc.app_price_schedules.create(
        app=app,
        base_territory="USA",
        manual_prices=[AppPriceV2InlineCreate(app_price_point=free)],
    )
