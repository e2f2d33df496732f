"""Localized texts: of apps, and of versions; when which can be written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ..registry import Rules
from .apps import draft_info
from .states import EDITABLE, INFO_EDITABLE, OVER

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["is_first_version", "rules"]

rules = Rules("localizations")

_MODIFIED = "can not be modified in the current state"

rules.switch(
    "whats_new_emoji",
    default="accept",
    choices=("accept", "refuse"),
    number="3.17",
    says="Whether What's New of a version may have emoji: notes from the field say both.",
)

_LONGEST = {
    "appInfoLocalizations": {"name": 30, "subtitle": 30},
    "appStoreVersionLocalizations": {
        "promotionalText": 170,
        "keywords": 100,
        "description": 4000,
        "whatsNew": 4000,
    },
    "appStoreReviewDetails": {"notes": 4000},
    "inAppPurchaseLocalizations": {"name": 30, "description": 55},
    "subscriptionLocalizations": {"name": 30, "description": 55},
}
_PRODUCT_TEXTS = {
    "inAppPurchases": "inAppPurchaseLocalizations",
    "subscriptions": "subscriptionLocalizations",
    "subscriptionGroups": "subscriptionGroupLocalizations",
}
_TEXTS = tuple(f"{kind}_{verb}Instance" for kind in _LONGEST for verb in ("create", "update"))


@rules.before(
    *_TEXTS,
    number="3.15",
    evidence="R recorded for promotional text, review notes, product names; D help for the others",
    confidence="M",
    says="Texts have a greatest length: 409 TOO_LONG that names it.",
)
def text_not_too_long(call: Call) -> None:
    if not call.world.strict:
        return
    kind = call.operation.id.partition("_")[0]
    for name, most in _LONGEST[kind].items():
        value = call.attributes.get(name)
        if isinstance(value, str) and len(value) > most:
            call.fault(
                409,
                "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG",
                f"The attribute '{name}' can not be longer than {most} characters",
                pointer=f"/data/attributes/{name}",
            )


# --- Of an app ------------------------------------------------------------------------------------


@rules.before(
    "appInfoLocalizations_updateInstance",
    number="3.3",
    evidence="R field notes on the live app info; R the same while PENDING_DEVELOPER_RELEASE",
    confidence="H",
    says="Name and subtitle of a live app info, or one about to be, cannot be changed.",
)
def texts_of_editable_info(call: Call) -> None:
    info = call.world.one(call.target, "appInfo")
    if info is None or info["state"] in INFO_EDITABLE:
        return
    for name in ("name", "subtitle", "privacyPolicyText"):
        if name in call.attributes:
            call.invalid(name, f"The field '{name}' {_MODIFIED}", kind="INVALID_STATE")


rules.known(
    "3.4",
    evidence="R field note on a version in PENDING_DEVELOPER_RELEASE",
    confidence="H",
    says="That holds from submission on, while the release is pending too.",
)
rules.known(
    "3.5",
    evidence="C field note on WAITING_FOR_REVIEW",
    confidence="L",
    says="Privacy addresses of an app info can be changed in every state.",
)


@rules.before(
    "appInfoLocalizations_createInstance",
    number="3.8",
    evidence="R rorkai/App-Store-Connect-CLI, notes on idempotent writes",
    confidence="H",
    says="An app info has one localization a locale: 409 DUPLICATE.",
)
def one_info_localization_a_locale(call: Call) -> None:
    locale = call.attributes.get("locale")
    if locale in _locales(call.world, call.related("appInfo"), "appInfoLocalizations"):
        call.invalid(
            "locale",
            f"An 'appInfoLocalizations' with a 'locale' of '{locale}' already exists",
            kind="DUPLICATE",
        )


def _locales(world: World, owner: Entity | None, name: str) -> list[str]:
    return [] if owner is None else [x["locale"] for x in world.many(owner, name)]


@rules.before(
    "appInfoLocalizations_createInstance",
    "appInfoLocalizations_updateInstance",
    number="3.11",
    evidence="R recorded for an app's name that another app has",
    confidence="H",
    says="No other app of the team may have the name: 409 DUPLICATE.SAME_ACCOUNT.",
)
def name_is_not_taken(call: Call) -> None:
    name, world = call.attributes.get("name"), call.world
    info = call.related("appInfo") or (call.resource and world.one(call.resource, "appInfo"))
    if name is None or info is None:
        return
    app = world.one(info, "app")
    for other in world.all("appInfoLocalizations"):
        if str(other["name"]).casefold() != name.casefold():
            continue
        owner = world.one(other, "appInfo")
        if owner is not None and world.one(owner, "app") is not app:
            detail = f"The app name '{name}' is already used by another app of yours."
            call.invalid("name", detail, kind="DUPLICATE.SAME_ACCOUNT")


@rules.born(
    "appInfoLocalizations",
    number="3.10",
    evidence="C+ field notes on locales that appear in the version",
    confidence="M",
    says="A new locale of the app info appears in every editable version, without texts.",
)
def locale_appears_in_versions(world: World, localization: Entity) -> None:
    info = world.one(localization, "appInfo")
    app = None if info is None else world.one(info, "app")
    if app is None or info is None:
        return
    _take_the_place(world, localization, info, "appInfoLocalizations")
    if info is not draft_info(world, app):
        return
    for version in world.many(app, "appStoreVersions"):
        if version["appVersionState"] in EDITABLE and localization["locale"] not in _locales(
            world, version, "appStoreVersionLocalizations"
        ):
            world.create(
                "appStoreVersionLocalizations",
                {"locale": localization["locale"]},
                {"appStoreVersion": version},
            )


def _take_the_place(world: World, localization: Entity, owner: Entity, name: str) -> None:
    """One that was added replaces the one of its locale that had come by itself."""
    for other in world.many(owner, name):
        if other is not localization and other["locale"] == localization["locale"]:
            world.delete(other)


# --- Of products ---------------------------------------------------------------------------------


@rules.before(
    "inAppPurchaseLocalizations_deleteInstance",
    "subscriptionLocalizations_deleteInstance",
    "subscriptionGroupLocalizations_deleteInstance",
    number="3.14",
    evidence="C+ field notes on products",
    confidence="H",
    says="The last localization of a product cannot be deleted.",
)
def last_localization_stays(call: Call) -> None:
    world, own = call.world, call.target.type
    for name in ("inAppPurchaseV2", "subscription", "subscriptionGroup"):
        owner = None if world.edges.find(own, name) is None else world.one(call.target, name)
        if owner is not None and len(world.many(owner, _PRODUCT_TEXTS[owner.type])) == 1:
            call.refuse(409, "STATE_ERROR", "The last localization cannot be deleted")


# --- Of a version ---------------------------------------------------------------------------------


@rules.before(
    "appStoreVersionLocalizations_createInstance",
    number="3.9",
    evidence="R rorkai/App-Store-Connect-CLI, notes on idempotent writes",
    confidence="H",
    says="A version has one localization a locale: 409 DUPLICATE, in other words than app infos'.",
)
def one_version_localization_a_locale(call: Call) -> None:
    locale = call.attributes.get("locale")
    version = call.related("appStoreVersion")
    if locale in _locales(call.world, version, "appStoreVersionLocalizations"):
        detail = f"Entity with locale: {locale} already exists. Try updating"
        call.invalid("locale", detail, kind="DUPLICATE")


@rules.born(
    "appStoreVersionLocalizations",
    number="3.9",
    evidence="S",
    confidence="H",
    says="One that is added takes the place of the one that came with the version.",
)
def added_localization_takes_the_place(world: World, localization: Entity) -> None:
    version = world.one(localization, "appStoreVersion")
    if version is not None:
        _take_the_place(world, localization, version, "appStoreVersionLocalizations")


def is_first_version(world: World, version: Entity) -> bool:
    """Whether nothing of the version's platform was ever in the store."""
    app = world.one(version, "app")
    others = [] if app is None else world.many(app, "appStoreVersions")
    return not any(
        x["platform"] == version["platform"] and x["appVersionState"] in OVER
        for x in others
        if x is not version
    )


def _version(call: Call) -> Entity | None:
    if call.resource is not None:
        return call.world.one(call.resource, "appStoreVersion")
    return call.related("appStoreVersion")


@rules.before(
    "appStoreVersionLocalizations_createInstance",
    "appStoreVersionLocalizations_updateInstance",
    number="3.16",
    evidence="C+ field notes on first and rejected versions",
    confidence="H",
    says="What's New cannot be written of a first version, nor of one rejected with its old build.",
)
def whats_new_of_an_update(call: Call) -> None:
    version = _version(call)
    if call.attributes.get("whatsNew") is None or version is None:
        return
    if is_first_version(call.world, version) or version["appVersionState"] == "REJECTED":
        call.refuse(409, "STATE_ERROR", "Attribute 'whatsNew' cannot be edited at this time")


@rules.before(
    "appStoreVersionLocalizations_createInstance",
    "appStoreVersionLocalizations_updateInstance",
    number="3.17",
    evidence="C field notes that contradict each other",
    confidence="L",
    says="What's New with emoji is accepted, or refused with the characters: a switch.",
)
def whats_new_without_emoji(call: Call) -> None:
    text = call.attributes.get("whatsNew") or ""
    symbols = sorted({x for x in text if unicodedata.category(x) == "So"})
    if symbols and call.world.switch("whats_new_emoji") == "refuse":
        detail = f"The text contains characters that are not allowed: {' '.join(symbols)}"
        call.invalid("whatsNew", detail)


@rules.before(
    "appStoreVersionLocalizations_createInstance",
    "appStoreVersionLocalizations_updateInstance",
    "appStoreVersionLocalizations_deleteInstance",
    number="3.19",
    evidence="C field note on texts in review",
    confidence="M",
    says="A version's texts cannot be written from WAITING_FOR_REVIEW on: 409 STATE_ERROR.",
)
def texts_of_editable_version(call: Call) -> None:
    version = _version(call)
    if version is None or version["appVersionState"] in {*EDITABLE, "READY_FOR_REVIEW"}:
        return
    if call.operation.id.endswith("_updateInstance"):
        frozen = [name for name in call.attributes if name != "promotionalText"]
        if not frozen:
            return
        detail = f"Attribute '{frozen[0]}' cannot be edited at this time"
    else:
        detail = "Localizations cannot be added or removed at this time"
    call.refuse(409, "STATE_ERROR", detail)


rules.known(
    "3.18",
    evidence="D API documentation; C+ field notes",
    confidence="H",
    says="Promotional text can be changed in every state, of a live version too.",
)
rules.known(
    "3.12",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="What was never configured and leads to one is answered with 200 and `data: null`.",
)
