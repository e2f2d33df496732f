"""Offers of subscriptions: introductory, by code, to win back; grace periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..call import Content
from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call

__all__ = ["rules"]

rules = Rules("offers")

rules.known(
    "9.18",
    evidence="C field note; S",
    confidence="M",
    says="A promotional offer without prices: 409 RELATIONSHIP.REQUIRED.",
)

# How long an introductory offer may last, by the period of the subscription.
_DURATIONS = {
    "ONE_WEEK": {"THREE_DAYS"},
    "ONE_MONTH": {"ONE_WEEK", "TWO_WEEKS", "ONE_MONTH", "TWO_MONTHS", "THREE_MONTHS"},
    "TWO_MONTHS": {"ONE_MONTH", "TWO_MONTHS", "THREE_MONTHS", "SIX_MONTHS"},
    "THREE_MONTHS": {"ONE_MONTH", "TWO_MONTHS", "THREE_MONTHS", "SIX_MONTHS"},
    "SIX_MONTHS": {"ONE_MONTH", "THREE_MONTHS", "SIX_MONTHS"},
    "ONE_YEAR": {
        "ONE_WEEK",
        "ONE_MONTH",
        "TWO_MONTHS",
        "THREE_MONTHS",
        "SIX_MONTHS",
        "ONE_YEAR",
    },
}
# What is paid by the month cannot be had there.
_NOT_MONTHLY = frozenset({"USA", "SGP"})
_COUNTS = frozenset({10, *range(100, 1001, 100)})
_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ234567890"


def _required(call: Call, name: str) -> None:
    detail = f"You must provide a value for the relationship '{name}' with this request"
    pointer = f"/data/relationships/{name}"
    call.refuse(409, "ENTITY_ERROR.RELATIONSHIP.REQUIRED", detail, pointer=pointer)


@rules.before(
    "subscriptionIntroductoryOffers_createInstance",
    number="9.14",
    evidence="R recorded 409",
    confidence="H",
    says="An introductory offer is for one territory, which can have one at a time.",
)
def one_offer_a_territory(call: Call) -> None:
    territory, subscription = call.related("territory"), call.related("subscription")
    if territory is None:
        _required(call, "territory")
    for other in call.world.many(subscription, "introductoryOffers") if subscription else ():
        if call.world.one(other, "territory") is territory:
            starts = call.attributes.get("startDate") or ""
            ends = call.attributes.get("endDate") or "9999"
            if starts < (other["endDate"] or "9999") and (other["startDate"] or "") < ends:
                detail = "There is an introductory offer in this territory at that time."
                call.invalid_relationship("territory", detail)


@rules.before(
    "subscriptionIntroductoryOffers_createInstance",
    number="9.15",
    evidence="C validators of a published tool",
    confidence="M",
    says="Its duration goes with the subscription's period, and what is paid needs a price point.",
)
def duration_goes_with_the_period(call: Call) -> None:
    subscription = call.related("subscription")
    period = None if subscription is None else subscription["subscriptionPeriod"]
    if call.attributes.get("duration") not in _DURATIONS.get(period or "", ()):
        detail = f"The duration is not possible for a subscription period of {period}."
        call.invalid("duration", detail)
    paid = call.attributes.get("offerMode") != "FREE_TRIAL"
    if paid and call.related("subscriptionPricePoint") is None:
        _required(call, "subscriptionPricePoint")


rules.switch(
    "free_trial_prices",
    default="required",
    choices=("required", "omitted"),
    number="9.16",
    says="Whether a free trial by code has prices, without a price point each, or none at all.",
)


@rules.before(
    "subscriptionOfferCodes_createInstance",
    number="9.16",
    evidence="R answers kept in the tests of rorkai/App-Store-Connect-CLI, old and new ones",
    confidence="M",
    says="The prices of a free trial by code name territories, and no price point.",
)
def free_trials_have_no_price(call: Call) -> None:
    if call.attributes.get("offerMode") != "FREE_TRIAL":
        return
    prices = call.relationships.get("prices", [])
    if call.world.switch("free_trial_prices") == "omitted":
        wrong = bool(prices)
    else:
        # They are made with the offer, so that they are no resources yet.
        points = (getattr(x, "relationships", {}).get("subscriptionPricePoint") for x in prices)
        wrong = not prices or any(points)
    if wrong:
        call.invalid_relationship("prices", "A free trial has no price point.")


@rules.before(
    "subscriptionPlanAvailabilities_createInstance",
    "subscriptionPlanAvailabilities_updateInstance",
    "subscriptionPlanAvailabilities_availableTerritories_replaceToManyRelationship",
    number="9.22",
    evidence="R answers kept in the tests of rorkai/App-Store-Connect-CLI",
    confidence="M",
    says="A MONTHLY plan is not for the USA, Singapore or new territories; its list is replaced.",
)
def monthly_plans_are_not_for_all(call: Call) -> None:
    kind = call.attributes.get("planType") or (call.resource and call.resource["planType"])
    if kind != "MONTHLY":
        return
    if call.attributes.get("availableInNewTerritories"):
        call.invalid("availableInNewTerritories", "A monthly plan is not for new territories.")
    wanted = [*call.relationships.get("availableTerritories", ()), *call.linked]
    if _NOT_MONTHLY.intersection(x.id for x in wanted):
        detail = "A monthly plan is not available in the USA and Singapore."
        call.invalid_relationship("availableTerritories", detail)


@rules.before(
    "subscriptionOfferCodeOneTimeUseCodes_createInstance",
    "inAppPurchaseOfferCodeOneTimeUseCodes_createInstance",
    number="9.17",
    evidence="R recorded 409",
    confidence="H",
    says="Codes come as 10, or by the hundred up to 1000.",
)
def codes_come_by_the_hundred(call: Call) -> None:
    if call.attributes.get("numberOfCodes") not in _COUNTS:
        detail = "The number of codes must be 10, or a multiple of 100 up to 1000."
        call.invalid("numberOfCodes", detail, kind="UNSUPPORTED_NUMBER_OF_CODES")


@rules.instead(
    "subscriptionOfferCodeOneTimeUseCodes_values_getToOneRelated",
    "inAppPurchaseOfferCodeOneTimeUseCodes_values_getToOneRelated",
    number="9.17",
    evidence="R recorded answer",
    confidence="H",
    says="The codes are lines of text, without a line of names.",
)
def codes_have_no_header(call: Call) -> Content:
    world, codes = call.world, call.target
    name = f"offerCodeValues/{codes.id}"
    text = world.state.file(name)
    if text is None:
        drawn = (world.draw("codes", 18) for _ in range(codes["numberOfCodes"] or 0))
        lines = ("".join(_ALPHABET[x % len(_ALPHABET)] for x in chance) for chance in drawn)
        text = "".join(f"{line}\n" for line in lines).encode()
        world.state.put_file(name, text)
    return Content(text, "text/csv")


@rules.before(
    "subscriptionGracePeriods_updateInstance",
    number="9.23",
    evidence="R recorded 409",
    confidence="M",
    says="A grace period is not on in production and off in the sandbox.",
)
def grace_in_the_sandbox_too(call: Call) -> None:
    wanted = {**call.target.attributes, **call.attributes}
    if wanted.get("optIn") and not wanted.get("sandboxOptIn"):
        code = "STATE_ERROR.SUBSCRIPTION_GRACE_PERIOD_OPT_IN_SETTING_INVALID"
        call.refuse(409, code, "The grace period has to be on in the sandbox, too.")


@rules.before(
    "winBackOffers_createInstance",
    number="9.25",
    evidence="D Win-back offers",
    confidence="H",
    says="Win-back offers are for approved subscriptions, with an id that no offer has.",
)
def win_back_to_what_is_sold(call: Call) -> None:
    subscription, world = call.related("subscription"), call.world
    if subscription is not None and subscription["state"] != "APPROVED":
        code = "STATE_ERROR.ENTITY_STATE_INVALID"
        call.refuse(409, code, "The subscription has to be approved first.")
    offers = [*world.all("winBackOffers"), *world.all("subscriptionPromotionalOffers")]
    wanted = call.attributes.get("offerId")
    if wanted in {x["offerId"] or x["offerCode"] for x in offers}:
        call.invalid("offerId", f"The offer id '{wanted}' has been used.", kind="DUPLICATE")
