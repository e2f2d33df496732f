"""Apps and app infos: what comes with an app, which of its infos is which, its primary locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules
from .categories import categories
from .states import INFO_EDITABLE, LIVE, OVER, info_state, old_info_state
from .territories import territories

if TYPE_CHECKING:
    from typing import Any

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["draft_info", "ensure_info", "live_info", "rules"]

rules = Rules("apps")

rules.known(
    "3.1",
    evidence="R rorkai/App-Store-Connect-CLI #806",
    confidence="H",
    says="Apps cannot be created by the API: 403 as for every operation that is not offered.",
)

_COPIED = (
    "primaryCategory",
    "primarySubcategoryOne",
    "primarySubcategoryTwo",
    "secondaryCategory",
    "secondarySubcategoryOne",
    "secondarySubcategoryTwo",
)


def draft_info(world: World, app: Entity) -> Entity | None:
    """Return the app's info that is not live yet."""
    return next((x for x in world.many(app, "appInfos") if not _is_over(x)), None)


def live_info(world: World, app: Entity) -> Entity | None:
    """Return the app's info that the store shows."""
    return next((x for x in world.many(app, "appInfos") if x["state"] == LIVE), None)


def _is_over(info: Entity) -> bool:
    return info["state"] in {LIVE, "REPLACED_WITH_NEW_INFO"}


@rules.born(
    "apps",
    number="",
    evidence="D App Store Connect help, add a new app",
    confidence="H",
    says=(
        "A new app has an app info with a localization in its primary locale; it has no version, "
        "since nothing tells for which platforms it was made."
    ),
)
def app_has_its_companions(world: World, app: Entity) -> None:
    world.default(app, primaryLocale="en-US", sku=app["bundleId"], isOrEverWasMadeForKids=False)
    territories(world)
    categories(world)
    if world.edges.find("apps", "appInfos") is not None and not world.many(app, "appInfos"):
        world.create("appInfos", {}, {"app": app})


@rules.born(
    "appInfos",
    number="",
    evidence="S",
    confidence="H",
    says="An app info has an age rating declaration and a localization in the primary locale.",
)
def info_has_its_companions(world: World, info: Entity) -> None:
    world.default(info, state="PREPARE_FOR_SUBMISSION")
    world.default(info, appStoreState=old_info_state(info["state"]))
    app = world.one(info, "app")
    if app is None:
        return
    for other in world.many(app, "appInfos"):
        # One that was added takes the place of the one that came by itself.
        if other is not info and other["state"] == info["state"]:
            world.delete(other, "appInfoLocalizations", "ageRatingDeclaration")
    has_rating = world.edges.find("appInfos", "ageRatingDeclaration") is not None
    if has_rating and world.one(info, "ageRatingDeclaration") is None:
        answers = world.create("ageRatingDeclarations", {}, id=info.id)
        world.link(info, "ageRatingDeclaration", answers)
    if not world.many(info, "appInfoLocalizations"):
        name = {"locale": app["primaryLocale"], "name": app["name"]}
        world.create("appInfoLocalizations", name, {"appInfo": info})


@rules.changed(
    "appInfos.state",
    number="4.25",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="An app info's state is told in the deprecated vocabulary too.",
)
def info_state_in_old_words(world: World, info: Entity, _before: Any) -> None:
    world.set(info, appStoreState=old_info_state(info["state"]))


@rules.changed(
    "appStoreVersions.appVersionState",
    number="4.12",
    evidence="R sceneview/sceneview #2141",
    confidence="H",
    says="The app info that is not live yet follows its version through review.",
)
def info_follows_version(world: World, version: Entity, _before: Any) -> None:
    app = world.one(version, "app")
    info = None if app is None else draft_info(world, app)
    if app is None or info is None:
        return
    state = version["appVersionState"]
    if state == LIVE:
        _replace_live(world, app, info)
        # Versions of other platforms may still be edited, and so what all of them share.
        versions = world.many(app, "appStoreVersions")
        rest = [x for x in versions if x["appVersionState"] not in OVER]
        for other in sorted(rest, key=lambda x: x["appVersionState"] == "PREPARE_FOR_SUBMISSION")[
            -1:
        ]:
            ensure_info(world, other)
    elif state not in OVER:
        world.set(info, state=info_state(state))


def ensure_info(world: World, version: Entity) -> None:
    """Give a version's app the info that goes with the version."""
    app = world.one(version, "app")
    if app is None or world.edges.find("apps", "appInfos") is None:
        return
    if version["appVersionState"] not in OVER and draft_info(world, app) is None:
        _copy_info(world, app)
    info_follows_version(world, version, None)


def _replace_live(world: World, app: Entity, info: Entity) -> None:
    live = live_info(world, app)
    if live is not None:
        world.set(live, state="REPLACED_WITH_NEW_INFO")
    world.set(info, state=LIVE)


def _copy_info(world: World, app: Entity) -> None:
    live = live_info(world, app)
    info = world.create("appInfos", {}, {"app": app})
    if live is None:
        return
    for name in _COPIED:
        world.relate(info, name, world.many(live, name))
    for old in world.many(live, "appInfoLocalizations"):
        world.create("appInfoLocalizations", old.attributes, {"appInfo": info})
    answers, given = (world.one(x, "ageRatingDeclaration") for x in (info, live))
    if answers is not None and given is not None:
        world.set(answers, **given.attributes)


@rules.instead(
    "apps_appInfos_getToManyRelated",
    number="3.2",
    evidence="R field notes on a released app's two app infos",
    confidence="H",
    says="The app infos of an app are the live one first, then the draft; replaced ones are gone.",
)
def live_info_first(call: Call) -> list[Entity]:
    found = call.world.many(call.target, "appInfos")
    shown = [x for x in found if x["state"] != "REPLACED_WITH_NEW_INFO"]
    return sorted(shown, key=lambda info: info["state"] != LIVE)


@rules.before(
    "appInfos_updateInstance",
    number="3.6",
    evidence="C field note on categories of a rejected app",
    confidence="M",
    says="Categories can be changed while the app info can, a rejected one too, and not otherwise.",
)
def categories_of_editable_info(call: Call) -> None:
    for name in call.relationships:
        if call.target["state"] not in INFO_EDITABLE:
            call.invalid_relationship(
                name,
                f"The relationship '{name}' can not be modified in the current state.",
                kind="INVALID_STATE",
            )


@rules.before(
    "appInfos_updateInstance",
    number="3.7",
    evidence="R fastlane spaceship api_client",
    confidence="H",
    says="A subcategory has to be one of its category's: 409 at the subcategory, without a detail.",
)
def subcategory_of_its_category(call: Call) -> None:
    for rank in ("primary", "secondary"):
        whole = _resulting(call, f"{rank}Category")
        for number in ("One", "Two"):
            name = f"{rank}Subcategory{number}"
            part = call.related(name)
            if part is not None and call.world.one(part, "parent") is not whole:
                call.invalid_relationship(name, None)


def _resulting(call: Call, name: str) -> Entity | None:
    if name in call.relationships:
        return call.related(name)
    return call.world.one(call.target, name)


@rules.before(
    "apps_updateInstance",
    number="3.13",
    evidence="C+ field notes on changing the primary locale",
    confidence="H",
    says=(
        "A primary locale needs a localization with screenshots in every live and editable version."
    ),
)
def primary_locale_is_shown(call: Call) -> None:
    locale = call.attributes.get("primaryLocale")
    if locale is None or locale == call.target["primaryLocale"]:
        return
    world = call.world
    for version in world.many(call.target, "appStoreVersions"):
        if version["appVersionState"] == "REPLACED_WITH_NEW_VERSION":
            continue
        if not any(
            x["locale"] == locale
            and (world.many(x, "appScreenshotSets") or world.many(x, "placements"))
            for x in world.many(version, "appStoreVersionLocalizations")
        ):
            call.invalid(
                "primaryLocale",
                f"The version {version['versionString']} has no screenshots in '{locale}'.",
                kind="INVALID_STATE.MISSING_SCREENSHOTS_PRIMARY_LOCALE",
            )


@rules.changed(
    "appInfoLocalizations.name",
    number="",
    evidence="S",
    confidence="M",
    says="An app is called what its live info, or its first, says in the primary locale.",
)
def app_is_called(world: World, localization: Entity, _before: Any) -> None:
    info = world.one(localization, "appInfo")
    app = None if info is None else world.one(info, "app")
    if app is None or info is None or localization["locale"] != app["primaryLocale"]:
        return
    if info["state"] == LIVE or live_info(world, app) is None:
        world.set(app, name=localization["name"])
