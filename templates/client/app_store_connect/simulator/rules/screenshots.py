"""Screenshots and previews of the store: their sets, how many, and when they are frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from ..uploaded_files import delivery_state

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("screenshots")

_SETS = {
    "appScreenshotSets": ("appScreenshots", "screenshotDisplayType", 10),
    "appPreviewSets": ("appPreviews", "previewType", 3),
}
_LOCALIZATIONS = (
    "appStoreVersionLocalization",
    "appCustomProductPageLocalization",
    "appStoreVersionExperimentTreatmentLocalization",
)
_FROZEN = {
    "READY_FOR_REVIEW": "while Ready For Review",
    "WAITING_FOR_REVIEW": "while Waiting For Review",
    "IN_REVIEW": "while In Review",
}
# The review screenshots of products, and what leads from one to its product.
_PRODUCTS = {
    "inAppPurchaseAppStoreReviewScreenshots": "inAppPurchaseV2",
    "subscriptionAppStoreReviewScreenshots": "subscription",
}


@rules.before(
    "appScreenshotSets_createInstance",
    "appPreviewSets_createInstance",
    number="7.12",
    evidence="C notes of a release pipeline",
    confidence="L",
    says="A localization has one set of a display type.",
)
def one_set_of_a_display(call: Call) -> None:
    kind = f"app{'Screenshot' if 'screenshotDisplayType' in call.attributes else 'Preview'}Sets"
    name = _SETS[kind][1]
    wanted = call.attributes.get(name)
    for relationship in _LOCALIZATIONS:
        localization = call.related(relationship)
        if localization is not None and any(
            x[name] == wanted for x in call.world.many(localization, kind)
        ):
            detail = f"A set with the {name} '{wanted}' already exists"
            call.invalid(name, detail, kind="DUPLICATE")


@rules.before(
    "appScreenshots_createInstance",
    "appPreviews_createInstance",
    number="7.11",
    evidence="D Screenshot specifications; nobody has recorded the answer",
    confidence="L",
    says="A set has 10 screenshots or 3 previews at most.",
)
def sets_are_full(call: Call) -> None:
    owner = call.related("appScreenshotSet") or call.related("appPreviewSet")
    if owner is None:
        return
    files, _, most = _SETS[owner.type]
    if len(call.world.many(owner, files)) >= most:
        call.refuse(409, "STATE_ERROR", f"The set already has {most} {files}")


@rules.before(
    "appScreenshots_createInstance",
    "appScreenshots_deleteInstance",
    "appPreviews_createInstance",
    "appPreviews_deleteInstance",
    "appScreenshotSets_deleteInstance",
    "appPreviewSets_deleteInstance",
    number="7.13",
    evidence="C+ notes of release pipelines",
    confidence="H",
    says="Screenshots and previews are neither made nor deleted while their version is in review.",
)
def media_in_review_are_frozen(call: Call) -> None:
    makes = call.operation.id.endswith("createInstance")
    owner = _set_of(call, makes=makes)
    localization = call.world.one(owner, _LOCALIZATIONS[0]) if owner is not None else None
    version = call.world.one(localization, "appStoreVersion") if localization is not None else None
    state = version and (version["appVersionState"] or version["appStoreState"])
    when = _FROZEN.get(state or "")
    if when is not None and not (makes and state == "READY_FOR_REVIEW"):
        verb = "Create" if makes else "Delete"
        noun = "Preview" if "Preview" in call.operation.id else "Screenshot"
        call.refuse(409, "STATE_ERROR", f"Can't {verb} {noun} {when}")


def _set_of(call: Call, *, makes: bool) -> Entity | None:
    if makes:
        return call.related("appScreenshotSet") or call.related("appPreviewSet")
    found = call.target
    if found.type in _SETS:
        return found
    return call.world.one(found, "appScreenshotSet") or call.world.one(found, "appPreviewSet")


@rules.before(
    "appScreenshotSets_deleteInstance",
    "appPreviewSets_deleteInstance",
    number="",
    evidence="D Delete an app screenshot set",
    confidence="H",
    says="A set is deleted with what is in it.",
)
def sets_take_their_files_along(call: Call) -> None:
    for file in call.world.many(call.target, _SETS[call.target.type][0]):
        call.world.delete(file)


@rules.before(
    *(f"{name}_createInstance" for name in _PRODUCTS),
    number="7.14",
    evidence="C notes of a pipeline for products",
    confidence="M",
    says="A product has one review screenshot; another takes the deletion of the first.",
)
def one_review_screenshot(call: Call) -> None:
    for name in _PRODUCTS.values():
        product = call.related(name)
        if product is not None and call.world.one(product, "appStoreReviewScreenshot") is not None:
            call.invalid_relationship(name, "The product already has a review screenshot")


@rules.changed(
    *(f"{name}.assetDeliveryState" for name in _PRODUCTS),
    number="7.14",
    evidence="C notes of a pipeline for products",
    confidence="M",
    says="A product whose review screenshot fails lacks metadata again.",
)
def products_need_a_good_screenshot(world: World, entity: Entity, _before: Any) -> None:
    product = world.one(entity, _PRODUCTS[entity.type])
    if product is not None and delivery_state(entity) == "FAILED":
        world.set(product, state="MISSING_METADATA")
