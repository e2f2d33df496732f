"""What a version lacks before it can be reviewed: the associated errors of a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..problems import Problem
from ..registry import Rules
from .age_ratings import QUESTIONS
from .apps import draft_info, live_info
from .localizations import is_first_version
from .review_details import CONTACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..state import Entity
    from ..world import World

__all__ = ["problems_of", "rules"]

rules = Rules("readiness")

rules.switch(
    "app_privacy",
    default="published",
    choices=("published", "missing"),
    number="5.11i",
    says="Whether the answers on an app's privacy are published, which the API cannot do.",
)
rules.switch(
    "device_families",
    default="iphone",
    choices=("iphone", "ipad", "universal"),
    number="5.11g",
    says="Which devices the builds for iOS are for, which no attribute tells.",
)

Found = tuple[str, Problem]

# Which screenshots are asked for, and which others will do.
_IPHONE = ("APP_IPHONE_65", "APP_IPHONE_67")
_IPAD = ("APP_IPAD_PRO_3GEN_129",)
_WATCH = ("APP_WATCH_SERIES_4", "APP_WATCH_SERIES_7", "APP_WATCH_ULTRA")
_PLATFORMS = {
    "MAC_OS": (("APP_DESKTOP",),),
    "TV_OS": (("APP_APPLE_TV",),),
    "VISION_OS": (("APP_APPLE_VISION_PRO",),),
}
_FAMILIES = {"iphone": (_IPHONE,), "ipad": (_IPAD,), "universal": (_IPHONE, _IPAD)}
_UNFINISHED = frozenset({"AWAITING_UPLOAD", "UPLOAD_COMPLETE", "PROCESSING"})


def problems_of(world: World, version: Entity) -> dict[str, list[Problem]]:
    """Return what keeps a version from review, by the path of the resource that is to blame."""
    found: dict[str, list[Problem]] = {}
    for check in (
        _localizations,
        _version,
        _info_localizations,
        _category,
        _app,
        _build,
        _screenshots,
        _price,
        _privacy,
        _review_detail,
        _age_rating,
        _assets,
    ):
        for path, problem in check(world, version):
            found.setdefault(path, []).append(problem)
    return found


def _missing(entity: Entity, *names: str) -> Iterator[Found]:
    for name in names:
        if entity[name] in {None, ""}:
            yield (
                f"/v1/{entity.type}/{entity.id}",
                Problem(
                    status=409,
                    code="ENTITY_ERROR.ATTRIBUTE.REQUIRED",
                    detail=(
                        f"You must provide a value for the attribute '{name}' with this request"
                    ),
                    pointer=f"/data/attributes/{name}",
                ),
            )


def _no_relationship(entity: Entity, name: str) -> Found:
    return (
        f"/v1/{entity.type}/{entity.id}",
        Problem(
            status=409,
            code="ENTITY_ERROR.RELATIONSHIP.REQUIRED",
            detail=f"You must provide a value for the relationship '{name}' with this request",
            pointer=f"/data/relationships/{name}",
        ),
    )


def _state(path: str, code: str, detail: str) -> Found:
    return path, Problem(status=409, code=f"STATE_ERROR.{code}", detail=detail)


def _info(world: World, version: Entity) -> Entity | None:
    app = world.one(version, "app")
    return None if app is None else draft_info(world, app) or live_info(world, app)


rules.known(
    "5.11a",
    evidence="R codemagic-ci-cd/cli-tools recorded response; fastlane #20100",
    confidence="H",
    says="A version's localizations need description, keywords, support URL; updates What's New.",
)


def _localizations(world: World, version: Entity) -> Iterator[Found]:
    names = ["description", "keywords", "supportUrl"]
    if not is_first_version(world, version):
        names.append("whatsNew")
    for localization in world.many(version, "appStoreVersionLocalizations"):
        yield from _missing(localization, *names)


rules.known(
    "5.11b",
    evidence="C+ field notes; the code for a missing build is not recorded",
    confidence="H",
    says="A version needs a copyright and a build.",
)


def _version(world: World, version: Entity) -> Iterator[Found]:
    yield from _missing(version, "copyright")
    if world.one(version, "build") is None:
        yield _no_relationship(version, "build")


rules.known(
    "5.11c",
    evidence="C+ field notes",
    confidence="H",
    says="Every localization of the app info needs a privacy policy URL.",
)


def _info_localizations(world: World, version: Entity) -> Iterator[Found]:
    info = _info(world, version)
    for localization in () if info is None else world.many(info, "appInfoLocalizations"):
        yield from _missing(localization, "privacyPolicyUrl")


rules.known(
    "5.11d",
    evidence="R recorded response",
    confidence="H",
    says="The app info needs a primary category.",
)


def _category(world: World, version: Entity) -> Iterator[Found]:
    info = _info(world, version)
    if info is not None and world.one(info, "primaryCategory") is None:
        yield _no_relationship(info, "primaryCategory")


rules.known(
    "5.11e",
    evidence="R fastlane #16727 and field notes",
    confidence="H",
    says="The app needs a declaration on the rights to its content.",
)


def _app(world: World, version: Entity) -> Iterator[Found]:
    app = world.one(version, "app")
    if app is not None:
        yield from _missing(app, "contentRightsDeclaration")


rules.known(
    "5.11f",
    evidence="R fastlane spaceship api_client",
    confidence="H",
    says="The build needs the answer on encryption.",
)


def _build(world: World, version: Entity) -> Iterator[Found]:
    build = world.one(version, "build")
    if build is not None:
        yield from _missing(build, "usesNonExemptEncryption")


rules.known(
    "5.11g",
    evidence="R fastlane spaceship api_client; C+ field notes",
    confidence="H",
    says="Screenshots for the build's devices are asked for by display type, once a locale.",
)


def _screenshots(world: World, version: Entity) -> Iterator[Found]:
    for localization in world.many(version, "appStoreVersionLocalizations"):
        placed = world.many(localization, "placements")
        if any(x["placementType"] == "APP_SCREENSHOT" for x in placed):
            # By the Asset Library, whose groups are none of the display types.
            continue
        shown = {
            x["screenshotDisplayType"]
            for x in world.many(localization, "appScreenshotSets")
            if world.many(x, "appScreenshots")
        }
        for asked, *others in _asked_for(world, version):
            if not shown & {asked, *others}:
                yield _state(
                    "/v1/appScreenshots/",
                    f"SCREENSHOT_REQUIRED.{asked}",
                    f"App screenshot missing ({asked}) for '{localization['locale']}'.",
                )


def _asked_for(world: World, version: Entity) -> list[tuple[str, ...]]:
    families = _FAMILIES[world.switch("device_families")]
    found: list[tuple[str, ...]] = [*_PLATFORMS.get(version["platform"], families)]
    build = world.one(version, "build")
    bundles = [] if build is None else world.many(build, "buildBundles")
    if any(x["bundleType"] == "WATCH_APP" for x in bundles):
        found.append(_WATCH)
    return found


rules.known(
    "5.11h",
    evidence="R recorded response",
    confidence="H",
    says="The app needs a price.",
)


def _price(world: World, version: Entity) -> Iterator[Found]:
    app = world.one(version, "app")
    schedule = None if app is None else world.one(app, "appPriceSchedule")
    if schedule is None or schedule["_empty"]:
        yield _state("/v2/appPrices/", "APP_PRICING_REQUIRED", "App pricing is required.")


rules.known(
    "5.11i",
    evidence="R codemagic-ci-cd/cli-tools #85 and field notes",
    confidence="H",
    says="The answers on privacy have to be published on the web: a switch says whether they are.",
)


def _privacy(world: World, version: Entity) -> Iterator[Found]:
    app = world.one(version, "app")
    if app is not None and world.switch("app_privacy") == "missing":
        yield _state(
            f"/v1/apps/{app.id}/appDataUsages/",
            "APP_DATA_USAGES_REQUIRED",
            "Answers to what data your app collects are required.",
        )


rules.known(
    "5.11j",
    evidence="C+ field notes",
    confidence="H",
    says="The version needs a review detail with a whole contact.",
)


def _review_detail(world: World, version: Entity) -> Iterator[Found]:
    detail = world.one(version, "appStoreReviewDetail")
    if detail is not None:
        yield from _missing(detail, *CONTACT)
        return
    yield (
        f"/v1/appStoreVersions/{version.id}",
        Problem(
            status=409,
            code="ENTITY_ERROR.RELATIONSHIP.REQUIRED",
            detail="The relationship 'appStoreReviewDetail' was not found",
            pointer="/data/relationships/appStoreReviewDetail",
        ),
    )


rules.known(
    "5.11k",
    evidence="R tramlinehq/applelink",
    confidence="H",
    says="Every question of the age rating needs an answer.",
)


def _age_rating(world: World, version: Entity) -> Iterator[Found]:
    info = _info(world, version)
    answers = None if info is None else world.one(info, "ageRatingDeclaration")
    if answers is not None:
        known = world.names_of(answers.type)
        yield from _missing(answers, *(x for x in QUESTIONS if x in known))


rules.known(
    "5.11l",
    evidence="R tramlinehq/applelink",
    confidence="M",
    says="Files that are still uploaded or processed stand in the way.",
)


def _assets(world: World, version: Entity) -> Iterator[Found]:
    detail = world.one(version, "appStoreReviewDetail")
    if detail is not None:
        yield from _unfinished(world.many(detail, "appStoreReviewAttachments"))
    for localization in world.many(version, "appStoreVersionLocalizations"):
        for found in world.many(localization, "appScreenshotSets"):
            yield from _unfinished(world.many(found, "appScreenshots"))


def _unfinished(assets: list[Entity]) -> Iterator[Found]:
    for asset in assets:
        delivery: dict[str, Any] = asset["assetDeliveryState"] or {}
        if delivery.get("state") in _UNFINISHED:
            yield _state(
                f"/v1/{asset.type}/{asset.id}",
                "ENTITY_STATE_INVALID",
                "The upload of the file is still in progress.",
            )
