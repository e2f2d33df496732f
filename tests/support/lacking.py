"""What keeps a version from review: ways to take it away, and what a submission answers then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.ready_app import ReadyApp


def lacking(ready: ReadyApp) -> dict[str, set[str]]:
    """The codes that a submission of the version is refused with, by the type of the resource."""
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submission_items.create(
            review_submission=submission, app_store_version=ready.version
        )
    error = caught.value.errors[0]
    assert caught.value.status == 409
    assert error.code == "STATE_ERROR.ENTITY_STATE_INVALID"
    assert "not in valid state" in str(error.title)
    found: dict[str, set[str]] = {}
    for path, problems in error.associated.items():
        for problem in problems:
            name = (problem.pointer or "").rpartition("/")[2]
            code = f"{problem.code} {name}".strip()
            found.setdefault(path.split("/")[2], set()).add(code)
    return found


REQUIRED = "ENTITY_ERROR.ATTRIBUTE.REQUIRED"
LACKING: dict[str, tuple[Callable[[ReadyApp], Any], str, str]] = {
    "a description": (
        lambda r: r.simulator.world.set(localization(r), description=None),
        "appStoreVersionLocalizations",
        f"{REQUIRED} description",
    ),
    "a support URL": (
        lambda r: r.simulator.world.set(localization(r), supportUrl=None),
        "appStoreVersionLocalizations",
        f"{REQUIRED} supportUrl",
    ),
    "a copyright": (
        lambda r: r.simulator.world.set(r.entity(r.version), copyright=None),
        "appStoreVersions",
        f"{REQUIRED} copyright",
    ),
    "a build": (
        lambda r: r.asc.app_store_versions.set_build(r.version, None),
        "appStoreVersions",
        "ENTITY_ERROR.RELATIONSHIP.REQUIRED build",
    ),
    "a privacy policy": (
        lambda r: r.simulator.world.set(only(r, "appInfoLocalizations"), privacyPolicyUrl=None),
        "appInfoLocalizations",
        f"{REQUIRED} privacyPolicyUrl",
    ),
    "a category": (
        lambda r: r.simulator.world.relate(only(r, "appInfos"), "primaryCategory", None),
        "appInfos",
        "ENTITY_ERROR.RELATIONSHIP.REQUIRED primaryCategory",
    ),
    "content rights": (
        lambda r: r.simulator.world.set(r.entity(r.app), contentRightsDeclaration=None),
        "apps",
        f"{REQUIRED} contentRightsDeclaration",
    ),
    "export compliance": (
        lambda r: r.simulator.world.set(r.entity(r.build), usesNonExemptEncryption=None),
        "builds",
        f"{REQUIRED} usesNonExemptEncryption",
    ),
    "screenshots": (
        lambda r: r.simulator.world.delete(only(r, "appScreenshots")),
        "appScreenshots",
        "STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_65",
    ),
    "screenshots of an iPad": (
        lambda r: r.simulator.world.set_switch("device_families", "universal"),
        "appScreenshots",
        "STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPAD_PRO_3GEN_129",
    ),
    "a price": (
        lambda r: r.simulator.world.delete(only(r, "appPriceSchedules")),
        "appPrices",
        "STATE_ERROR.APP_PRICING_REQUIRED",
    ),
    "answers on privacy": (
        lambda r: r.simulator.world.set_switch("app_privacy", "missing"),
        "apps",
        "STATE_ERROR.APP_DATA_USAGES_REQUIRED",
    ),
    "a review detail": (
        lambda r: r.simulator.world.delete(only(r, "appStoreReviewDetails")),
        "appStoreVersions",
        "ENTITY_ERROR.RELATIONSHIP.REQUIRED appStoreReviewDetail",
    ),
    "a contact": (
        lambda r: r.simulator.world.set(only(r, "appStoreReviewDetails"), contactEmail=None),
        "appStoreReviewDetails",
        f"{REQUIRED} contactEmail",
    ),
    "an age rating": (
        lambda r: r.simulator.world.set(only(r, "ageRatingDeclarations"), lootBox=None),
        "ageRatingDeclarations",
        f"{REQUIRED} lootBox",
    ),
    "processed files": (
        lambda r: r.simulator.world.set(
            only(r, "appScreenshots"), assetDeliveryState={"state": "UPLOAD_COMPLETE"}
        ),
        "appScreenshots",
        "STATE_ERROR.ENTITY_STATE_INVALID",
    ),
}


def only(ready: ReadyApp, kind: str) -> Any:
    (found,) = ready.simulator.world.all(kind)
    return found


def localization(ready: ReadyApp) -> Any:
    return only(ready, "appStoreVersionLocalizations")
