"""In-app purchases and subscriptions: their versions, and what stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .product_readiness import look_later, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["all_products", "app_of", "rules"]

rules = Rules("products")

rules.known(
    "9.5",
    evidence="R recorded 409s",
    confidence="H",
    says=(
        "A localization is of an `inAppPurchaseV2`, a subscription of a `group`, and there is no "
        "`availableInAllTerritories` any more."
    ),
)

rules.switch(
    "period_changes",
    default="accept",
    choices=("accept", "refuse"),
    number="9.10",
    says="Whether the period of a subscription can be changed once it is set: one note says not.",
)

_PRODUCTS = ("inAppPurchases", "subscriptions")
_VERSIONS = {
    "inAppPurchases": ("inAppPurchaseVersions", "inAppPurchase"),
    "subscriptions": ("subscriptionVersions", "subscription"),
    "subscriptionGroups": ("subscriptionGroupVersions", "subscriptionGroup"),
}
_OVER = frozenset({"APPROVED", "REPLACED_WITH_NEW_VERSION"})
# What a product's state makes of its localizations'.
_TEXT_STATES = {
    "WAITING_FOR_REVIEW": "WAITING_FOR_REVIEW",
    "IN_REVIEW": "WAITING_FOR_REVIEW",
    "APPROVED": "APPROVED",
    "REJECTED": "REJECTED",
}
# What a first version's state makes of its product's.
_STATES = {
    "WAITING_FOR_REVIEW": "WAITING_FOR_REVIEW",
    "IN_REVIEW": "IN_REVIEW",
    "ACCEPTED": "PENDING_BINARY_APPROVAL",
    "APPROVED": "APPROVED",
    "REJECTED": "REJECTED",
    "DEVELOPER_REJECTED": "READY_TO_SUBMIT",
}


def app_of(world: World, product: Entity) -> Entity | None:
    """Return the app that a product is sold in."""
    group = world.one(product, "group")
    return world.one(product if group is None else group, "app")


def all_products(world: World) -> Iterable[Entity]:
    """Return the in-app purchases and subscriptions of all apps."""
    return [product for kind in _PRODUCTS for product in world.all(kind)]


# --- New ------------------------------------------------------------------------------------------


@rules.before(
    "inAppPurchasesV2_createInstance",
    "subscriptions_createInstance",
    number="9.4",
    evidence="C+ field notes",
    confidence="H",
    says="A product id can be used once, even if its product is deleted: 409 DUPLICATE.",
)
def product_ids_are_used_once(call: Call) -> None:
    wanted = call.attributes.get("productId")
    world = call.world
    used = {x["productId"] for x in all_products(world)}
    for app in world.all("apps"):
        used.update(app["_productIds"] or ())
    if wanted in used:
        call.invalid("productId", f"The product ID '{wanted}' has been used.", kind="DUPLICATE")


@rules.before(
    "inAppPurchasesV2_deleteInstance",
    "subscriptions_deleteInstance",
    number="9.4",
    evidence="C+ field notes",
    confidence="H",
    says="The product id of a deleted product stays taken.",
)
def deleted_ids_stay_taken(call: Call) -> None:
    _refuse_ready_subscription(call)
    app = app_of(call.world, call.target)
    if app is not None:
        taken = [*(app["_productIds"] or ()), call.target["productId"]]
        call.world.set(app, _productIds=taken)


rules.known(
    "9.11",
    evidence="R recorded 409",
    confidence="H",
    says="A subscription that was READY_TO_SUBMIT once is not deleted any more.",
)


def _refuse_ready_subscription(call: Call) -> None:
    if call.target.type == "subscriptions" and call.target["_wasReady"]:
        detail = "This subscription cannot be deleted."
        call.refuse(409, "SUBSCRIPTION_DELETE_NOT_ALLOWED", detail)


@rules.born(
    "inAppPurchases",
    "subscriptions",
    "subscriptionGroups",
    number="9.1",
    evidence="C+ field notes",
    confidence="H",
    says="A new product is MISSING_METADATA and has a first version to be filled in.",
)
def product_begins(world: World, product: Entity) -> None:
    if product.type != "subscriptionGroups":
        world.default(product, state="MISSING_METADATA", familySharable=False)
    if product.type == "subscriptions" and product["groupLevel"] is None:
        group = world.one(product, "group")
        count = len(world.many(group, "subscriptions")) if group is not None else 1
        world.set(product, groupLevel=count)
    kind, name = _VERSIONS[product.type]
    has_versions = world.edges.find(product.type, "versions") is not None
    if has_versions and not world.many(product, "versions"):
        approved = {"state": "APPROVED"} if product["state"] == "APPROVED" else {}
        world.create(kind, approved, {name: product})
    look_later(world, product)


@rules.born(
    "inAppPurchaseVersions",
    "subscriptionVersions",
    "subscriptionGroupVersions",
    number="9.1",
    evidence="C+ field notes",
    confidence="H",
    says="Versions of products are numbered and begin with PREPARE_FOR_SUBMISSION.",
)
def version_begins(world: World, version: Entity) -> None:
    product = owner_of(world, version)
    count = len(world.many(product, "versions")) if product is not None else 1
    world.default(version, version=count, state="PREPARE_FOR_SUBMISSION")


@rules.before(
    "inAppPurchaseVersions_createInstance",
    "subscriptionVersions_createInstance",
    "subscriptionGroupVersions_createInstance",
    number="9.13",
    evidence="C+ field notes",
    confidence="H",
    says="There is one version at a time that is not approved: 409, the detail names it.",
)
def one_version_at_a_time(call: Call) -> None:
    for owners in call.relationships.values():
        for version in call.world.many(owners[0], "versions"):
            if version["state"] not in _OVER:
                detail = f"There is a version already, with id '{version.id}'"
                call.refuse(409, "STATE_ERROR.ALREADY_EXISTS", detail)


# --- In review ------------------------------------------------------------------------------------


@rules.changed(
    "inAppPurchaseVersions.state",
    "subscriptionVersions.state",
    number="9.1",
    evidence="C+ field notes",
    confidence="M",
    says="Until it is approved once, a product's state follows its first version through review.",
)
def product_follows_its_version(world: World, version: Entity, _before: Any) -> None:
    product = owner_of(world, version)
    state = _STATES.get(version["state"])
    if product is not None and state is not None and product["state"] != "APPROVED":
        world.set(product, state=state)


@rules.changed(
    "inAppPurchases.state",
    "subscriptions.state",
    number="9.12",
    evidence="R recorded 409s",
    confidence="H",
    says="The localizations of a product are reviewed with it.",
)
def texts_follow_their_product(world: World, product: Entity, _before: Any) -> None:
    state = _TEXT_STATES.get(product["state"])
    for name in ("inAppPurchaseLocalizations", "subscriptionLocalizations"):
        for text in world.many(product, name) if state is not None else ():
            world.set(text, state=state)


@rules.before(
    "inAppPurchaseLocalizations_updateInstance",
    "subscriptionLocalizations_updateInstance",
    number="9.12",
    evidence="R recorded 409s",
    confidence="H",
    says="A localization that is in review, approved or rejected stays: 409 UNMODIFIABLE at state.",
)
def reviewed_texts_stay(call: Call) -> None:
    state = call.target["state"]
    if state in _TEXT_STATES.values():
        word = "ACTIVE" if state == "APPROVED" else state
        detail = f"The localization cannot be modified in {word} state."
        call.invalid("state", detail, kind="UNMODIFIABLE")


@rules.before(
    "subscriptions_updateInstance",
    number="9.10",
    evidence="C one audit of a published tool, not confirmed",
    confidence="L",
    says="A subscription's period may be what it was set to for good: a switch.",
)
def periods_stay(call: Call) -> None:
    before, after = (x.get("subscriptionPeriod") for x in (call.target.stored, call.attributes))
    refused = call.world.switch("period_changes") == "refuse"
    if refused and before and after and before != after:
        call.invalid("subscriptionPeriod", "The period can not be changed once it is set.")
