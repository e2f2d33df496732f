"""The demo team's apps: infos, versions in every state, their texts and submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ..rules.states import LIVE, OLD_NAMES, old_info_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..state import Entity
    from ._planter import Planter

__all__ = ["AppPlan", "plant_apps"]

# The state of a submission and of its item, by that of the version; others were never submitted.
_SUBMITTED = {
    LIVE: ("COMPLETE", "APPROVED"),
    "REPLACED_WITH_NEW_VERSION": ("COMPLETE", "APPROVED"),
    "PROCESSING_FOR_DISTRIBUTION": ("COMPLETE", "APPROVED"),
    "PENDING_DEVELOPER_RELEASE": ("COMPLETE", "APPROVED"),
    "PENDING_APPLE_RELEASE": ("COMPLETE", "APPROVED"),
    "READY_FOR_REVIEW": ("READY_FOR_REVIEW", "READY_FOR_REVIEW"),
    "WAITING_FOR_REVIEW": ("WAITING_FOR_REVIEW", "READY_FOR_REVIEW"),
    "IN_REVIEW": ("IN_REVIEW", "READY_FOR_REVIEW"),
    "ACCEPTED": ("IN_REVIEW", "ACCEPTED"),
    "REJECTED": ("UNRESOLVED_ISSUES", "REJECTED"),
    "METADATA_REJECTED": ("UNRESOLVED_ISSUES", "REJECTED"),
}


class AppPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What an app is like; `versions` are platform, number and state, the oldest first."""

    name: str
    id: str
    word: str
    subtitle: str
    description: str
    category: str
    locales: tuple[str, ...]
    infos: tuple[str, ...]
    versions: tuple[tuple[str, str, str], ...]

    @property
    def bundle_id(self) -> str:
        """The bundle id, in the domain kept for examples."""
        return f"com.example.{self.word}"


PLANS = (
    AppPlan(
        name="Trails",
        id="6100000001",
        word="trails",
        subtitle="Walks worth the walk",
        description="Find a path, follow it, and know when the last bus leaves.",
        category="TRAVEL",
        locales=("en-US", "de-DE", "ja"),
        infos=(LIVE, "PREPARE_FOR_SUBMISSION"),
        versions=(
            ("IOS", "1.0", "REPLACED_WITH_NEW_VERSION"),
            ("IOS", "1.1", LIVE),
            ("IOS", "1.2", "PREPARE_FOR_SUBMISSION"),
            ("MAC_OS", "1.1", LIVE),
            ("MAC_OS", "1.2", "WAITING_FOR_REVIEW"),
            ("TV_OS", "1.0", "READY_FOR_REVIEW"),
            ("VISION_OS", "1.0", "WAITING_FOR_EXPORT_COMPLIANCE"),
        ),
    ),
    AppPlan(
        name="Harbor",
        id="6100000002",
        word="harbor",
        subtitle="Tides, berths and bells",
        description="What the water does today, and where there is room to moor.",
        category="WEATHER",
        locales=("en-US", "fr-FR"),
        infos=(LIVE, "PENDING_RELEASE"),
        versions=(
            ("IOS", "2.0", LIVE),
            ("IOS", "2.1", "PENDING_DEVELOPER_RELEASE"),
            ("MAC_OS", "2.0", "IN_REVIEW"),
            ("TV_OS", "2.0", "REJECTED"),
            ("VISION_OS", "1.0", "PENDING_APPLE_RELEASE"),
        ),
    ),
    AppPlan(
        name="Kettle",
        id="6100000003",
        word="kettle",
        subtitle="Tea, timed",
        description="Every leaf has its minute. Kettle rings when it is over.",
        category="FOOD_AND_DRINK",
        locales=("en-US",),
        infos=("DEVELOPER_REJECTED",),
        versions=(
            ("IOS", "0.9", "DEVELOPER_REJECTED"),
            ("MAC_OS", "0.9", "METADATA_REJECTED"),
            ("TV_OS", "0.9", "INVALID_BINARY"),
            ("VISION_OS", "0.8", "PROCESSING_FOR_DISTRIBUTION"),
            ("VISION_OS", "0.9", "ACCEPTED"),
        ),
    ),
)


def plant_apps(planter: Planter) -> Iterator[tuple[AppPlan, Entity]]:
    """Yield the apps as far as the App Store is concerned, where the document has apps."""
    for plan in PLANS:
        app = planter.add(
            "apps",
            {
                "name": plan.name,
                "bundleId": plan.bundle_id,
                "sku": plan.word.upper(),
                "primaryLocale": "en-US",
                "isOrEverWasMadeForKids": False,
                "contentRightsDeclaration": "DOES_NOT_USE_THIRD_PARTY_CONTENT",
            },
            plan.id,
        )
        if app is None:
            continue
        for bundle in planter.world.all("bundleIds"):
            if bundle["identifier"] == plan.bundle_id:
                planter.world.link(bundle, "app", app)
        count = len(plan.versions)
        for index, (platform, number, state) in enumerate(plan.versions):
            _version(planter, plan, app, platform, number, state, days=30 * (count - index))
        _infos(planter, plan, app)
        yield plan, app


def _infos(planter: Planter, plan: AppPlan, app: Entity) -> None:
    world = planter.world
    there = world.many(app, "appInfos")
    for extra in there[len(plan.infos) :]:
        world.delete(extra, "appInfoLocalizations", "ageRatingDeclaration")
    category = planter.add("appCategories", {}, plan.category)
    for index, state in enumerate(plan.infos):
        values = {"state": state, "appStoreState": old_info_state(state)}
        if index < len(there):
            info = planter.add("appInfos", values, there[index].id)
        else:
            info = planter.give(app, "appInfos", values)
        if info is None:
            return
        world.relate(info, "primaryCategory", category)
        planter.give(
            info, "ageRatingDeclaration", {"gambling": False, "unrestrictedWebAccess": False}
        )
        for locale in plan.locales:
            planter.give(
                info,
                "appInfoLocalizations",
                {
                    "locale": locale,
                    "name": plan.name,
                    "subtitle": plan.subtitle,
                    "privacyPolicyUrl": f"https://example.com/{plan.word}/privacy",
                },
            )


def _version(
    planter: Planter,
    plan: AppPlan,
    app: Entity,
    platform: str,
    number: str,
    state: str,
    *,
    days: int,
) -> None:
    version = planter.give(
        app,
        "appStoreVersions",
        {
            "platform": platform,
            "versionString": number,
            "appVersionState": state,
            "appStoreState": OLD_NAMES.get(state, state),
            "copyright": "2026 Example Works",
            "releaseType": "MANUAL" if state == "PENDING_DEVELOPER_RELEASE" else "AFTER_APPROVAL",
            "reviewType": "APP_STORE",
            "downloadable": True,
            "createdDate": planter.ago(days),
        },
    )
    if version is None:
        return
    for locale in plan.locales:
        planter.give(
            version,
            "appStoreVersionLocalizations",
            {
                "locale": locale,
                "description": plan.description,
                "keywords": f"{plan.word},example",
                "supportUrl": f"https://example.com/{plan.word}/support",
                "whatsNew": None if number in {"1.0", "0.8"} else f"What is new in {number}.",
            },
        )
    planter.give(
        version,
        "appStoreReviewDetail",
        {
            "contactFirstName": "Robin",
            "contactLastName": "Vale",
            "contactPhone": "+1 555 0100",
            "contactEmail": "robin@example.com",
            "demoAccountRequired": False,
            "demoAccountName": "",
            "demoAccountPassword": "",
        },
    )
    if state == LIVE and platform == "IOS":
        planter.give(
            version,
            "appStoreVersionPhasedRelease",
            {
                "phasedReleaseState": "COMPLETE",
                "startDate": planter.ago(days - 5),
                "totalPauseDuration": 0,
                "currentDayNumber": 7,
            },
        )
    if state in _SUBMITTED:
        _submission(planter, app, version, days=days - 3)


def _submission(planter: Planter, app: Entity, version: Entity, *, days: int) -> None:
    whole, of_item = _SUBMITTED[version["appVersionState"]]
    submission = planter.give(
        app,
        "reviewSubmissions",
        {
            "platform": version["platform"],
            "state": whole,
            "submittedDate": None if whole == "READY_FOR_REVIEW" else planter.ago(days),
        },
        appStoreVersionForReview=version,
    )
    planter.give(submission, "items", {"state": of_item}, appStoreVersion=version)
