"""Versions of apps: when one can be made, what it begins with, its end."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .apps import draft_info, ensure_info
from .states import EDITABLE, OLD_NAMES, OVER

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("versions")

_FORM = re.compile(r"\d+(\.\d+){0,2}")
_TEXTS = ("description", "keywords", "marketingUrl", "promotionalText", "supportUrl")
_MEDIA = (("appScreenshotSets", "appScreenshots"), ("appPreviewSets", "appPreviews"))
_NEW_NAMES = {old: new for new, old in OLD_NAMES.items()}


def _same_platform(world: World, app: Entity, platform: Any) -> list[Entity]:
    return [x for x in world.many(app, "appStoreVersions") if x["platform"] == platform]


# --- Making one -----------------------------------------------------------------------------------


@rules.before(
    "appStoreVersions_createInstance",
    number="4.1",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="While a platform has an unreleased version there cannot be another.",
)
def one_unreleased_version(call: Call) -> None:
    app = call.related("app")
    platform = call.attributes.get("platform")
    if app is not None and any(
        x["appVersionState"] not in OVER for x in _same_platform(call.world, app, platform)
    ):
        call.fault(
            409,
            "ENTITY_ERROR.RELATIONSHIP.INVALID",
            "You cannot create a new version of the App in the current state.",
            pointer="/data/relationships/app",
        )


@rules.before(
    "appStoreVersions_createInstance",
    number="4.2",
    evidence="R rorkai/App-Store-Connect-CLI, notes on idempotent writes",
    confidence="H",
    says="A version string that was used is told second, after the problem with the app.",
)
def version_string_is_new(call: Call) -> None:
    app, text = call.related("app"), call.attributes.get("versionString")
    used = [] if app is None else _same_platform(call.world, app, call.attributes.get("platform"))
    if text in [x["versionString"] for x in used]:
        call.fault(
            409,
            "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE",
            f"The version number '{text}' has been previously used.",
            pointer="/data/attributes/versionString",
        )


@rules.before(
    "appStoreVersions_createInstance",
    "appStoreVersions_updateInstance",
    number="4.3",
    evidence="D App Store Connect help, version information",
    confidence="L",
    says="A version string is up to three whole numbers with dots between them.",
)
def version_string_has_the_form(call: Call) -> None:
    text = call.attributes.get("versionString")
    if call.world.strict and text is not None and not _FORM.fullmatch(str(text)):
        call.invalid(
            "versionString", f"The version number '{text}' is not of the form 1.2.3", status=409
        )


@rules.born(
    "appStoreVersions",
    number="4.5",
    evidence="C+ field notes",
    confidence="H",
    says="A version begins in PREPARE_FOR_SUBMISSION, to be released AFTER_APPROVAL.",
)
def version_begins(world: World, version: Entity) -> None:
    old = version["appStoreState"]
    world.default(version, appVersionState=_NEW_NAMES.get(old, old) or "PREPARE_FOR_SUBMISSION")
    state = version["appVersionState"]
    world.default(
        version,
        appStoreState=OLD_NAMES.get(state, state),
        platform="IOS",
        releaseType="AFTER_APPROVAL",
        reviewType="APP_STORE",
        downloadable=True,
        createdDate=world.stamp(),
    )
    ensure_info(world, version)
    before = _version_before(world, version)
    if before is None:
        _begin_localizations(world, version)
    else:
        _copy_localizations(world, before, version)
        _copy_review_detail(world, before, version)


def _version_before(world: World, version: Entity) -> Entity | None:
    app = world.one(version, "app")
    if app is None:
        return None
    others = [x for x in _same_platform(world, app, version["platform"]) if x is not version]
    return others[-1] if others else None


def _begin_localizations(world: World, version: Entity) -> None:
    app = world.one(version, "app")
    if app is None:
        return
    info = draft_info(world, app)
    found = [] if info is None else world.many(info, "appInfoLocalizations")
    for locale in [x["locale"] for x in found] or [app["primaryLocale"]]:
        world.create(
            "appStoreVersionLocalizations", {"locale": locale}, {"appStoreVersion": version}
        )


rules.known(
    "3.33",
    evidence="C+ field notes on new versions",
    confidence="M",
    says=(
        "The next version has the review detail, the localizations and the screenshots of the one "
        "before; only What's New is empty."
    ),
)


def _copy_localizations(world: World, before: Entity, version: Entity) -> None:
    for old in world.many(before, "appStoreVersionLocalizations"):
        texts = {name: old[name] for name in ("locale", *_TEXTS) if old[name] is not None}
        copy = world.create("appStoreVersionLocalizations", texts, {"appStoreVersion": version})
        owner = {"appStoreVersionLocalization": copy}
        for placement in world.many(old, "placements"):
            asset = {name: world.many(placement, name) for name in ("image", "video")}
            world.create(placement.type, placement.attributes, {**owner, **asset})
        for sets, media in _MEDIA:
            for found in world.many(old, sets):
                made = world.create(found.type, found.attributes, owner)
                for item in world.many(found, media):
                    world.link(made, media, world.create(item.type, item.attributes))


def _copy_review_detail(world: World, before: Entity, version: Entity) -> None:
    detail = world.one(before, "appStoreReviewDetail")
    if detail is not None and world.one(version, "appStoreReviewDetail") is None:
        world.create("appStoreReviewDetails", detail.attributes, {"appStoreVersion": version})


# --- Changing one ---------------------------------------------------------------------------------


@rules.changed(
    "appStoreVersions.appVersionState",
    number="4.25",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A version's state is told in two vocabularies at once.",
)
def state_in_old_words(world: World, version: Entity, _before: Any) -> None:
    state = version["appVersionState"]
    world.set(version, appStoreState=OLD_NAMES.get(state, state))


@rules.instead(
    "apps_appStoreVersions_getToManyRelated",
    number="4.25",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="The versions of an app are listed with the newest first.",
)
def newest_version_first(call: Call) -> list[Entity]:
    return call.world.many(call.target, "appStoreVersions")[::-1]


@rules.before(
    "appStoreVersions_updateInstance",
    number="4.4",
    evidence="R tramlinehq/applelink",
    confidence="H",
    says="A version string can be changed while the version is editable: else INVALID_STATE.",
)
def version_string_stays(call: Call) -> None:
    if "versionString" in call.attributes and call.target["appVersionState"] not in EDITABLE:
        detail = "The attribute 'versionString' can not be modified in the current state."
        call.invalid("versionString", detail, kind="INVALID_STATE")


@rules.before(
    "appStoreVersions_createInstance",
    "appStoreVersions_updateInstance",
    number="4.5",
    evidence="C+ field notes; fastlane deliver cuts the time to the hour",
    confidence="H",
    says="A SCHEDULED release needs a date in the future, on a full hour.",
)
def scheduled_release_has_a_date(call: Call) -> None:
    resulting = {**(call.resource.attributes if call.resource else {}), **call.attributes}
    if resulting.get("releaseType") != "SCHEDULED" or not {
        "releaseType",
        "earliestReleaseDate",
    } & set(call.attributes):
        return
    text = resulting.get("earliestReleaseDate")
    if text is None:
        call.refuse(
            409,
            "ENTITY_ERROR.ATTRIBUTE.REQUIRED",
            "You must provide a value for the attribute 'earliestReleaseDate' with this request",
            pointer="/data/attributes/earliestReleaseDate",
        )
    moment = datetime.fromisoformat(text)
    if moment.minute or moment.second or moment <= call.now:
        call.invalid(
            "earliestReleaseDate", "The release date must be in the future, on a full hour."
        )


# --- Its end --------------------------------------------------------------------------------------


@rules.before(
    "appStoreVersions_deleteInstance",
    number="4.19",
    evidence="C field note on deleting a draft",
    confidence="M",
    says="A version can be deleted while it is unreleased and not submitted, its texts with it.",
)
def only_drafts_are_deleted(call: Call) -> None:
    world, version = call.world, call.target
    if version["appVersionState"] not in EDITABLE:
        call.refuse(409, "STATE_ERROR", "The version can not be deleted in the current state.")
    for localization in world.many(version, "appStoreVersionLocalizations"):
        for sets, media in _MEDIA:
            for found in world.many(localization, sets):
                world.delete(found, media)
        world.delete(localization, "placements")
    for name in ("appStoreReviewDetail", "appStoreVersionPhasedRelease"):
        for owned in world.many(version, name):
            world.delete(owned)


@rules.before(
    "appScreenshotSets_createInstance",
    "appScreenshotSets_deleteInstance",
    "appScreenshots_createInstance",
    "appScreenshots_deleteInstance",
    "appPreviewSets_createInstance",
    "appPreviewSets_deleteInstance",
    "appPreviews_createInstance",
    "appPreviews_deleteInstance",
    number="4.11",
    evidence="C field note on READY_FOR_REVIEW",
    confidence="H",
    says="From READY_FOR_REVIEW on, what a version shows is frozen: 409 STATE_ERROR.",
)
def media_are_frozen(call: Call) -> None:
    version = _version_of_media(call)
    if version is not None and version["appVersionState"] == "READY_FOR_REVIEW":
        kind, _, verb = call.operation.id.partition("_")
        word = "Screenshot" if kind.startswith("appScreenshot") else "Preview"
        done = "Delete" if verb.startswith("delete") else "Create"
        call.refuse(409, "STATE_ERROR", f"Can't {done} {word} while Ready For Review")


def _version_of_media(call: Call) -> Entity | None:
    world = call.world
    found = call.resource
    if found is None:
        sets = (call.related("appScreenshotSet"), call.related("appPreviewSet"))
        found = next((x for x in sets if x is not None), None)
        localization = call.related("appStoreVersionLocalization")
    else:
        localization = None
    for name in ("appScreenshotSet", "appPreviewSet"):
        if found is not None and world.edges.find(found.type, name) is not None:
            found = world.one(found, name)
    if found is not None:
        localization = world.one(found, "appStoreVersionLocalization")
    return None if localization is None else world.one(localization, "appStoreVersion")
