"""What a key may do by its roles, beyond what `access` tells of a few operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call

__all__ = ["rules"]

rules = Rules("roles")

_ALWAYS = frozenset({"ADMIN", "ACCOUNT_HOLDER"})


def _writes(*types: str) -> tuple[str, ...]:
    verbs = ("create", "update", "delete")
    return tuple(f"{kind}_{verb}Instance" for kind in types for verb in verbs)


def _allow(call: Call, *roles: str) -> None:
    if not _ALWAYS.union(roles).intersection(call.caller.roles):
        call.refuse(
            403,
            "FORBIDDEN_ERROR",
            "The API key in use does not allow this request",
            title="This request is forbidden for security reasons",
        )


@rules.before(
    *_writes(
        "appInfos",
        "appInfoLocalizations",
        "ageRatingDeclarations",
        "appPriceSchedules",
        "appAvailabilitiesV2",
        "territoryAvailabilities",
        "appStoreVersionReleaseRequests",
        "appStoreVersionPhasedReleases",
        "reviewSubmissions",
        "reviewSubmissionItems",
        "inAppPurchasesV2",
        "subscriptions",
        "subscriptionGroups",
    ),
    "apps_updateInstance",
    "appStoreVersions_deleteInstance",
    number="1.5",
    evidence="R field notes on keys with too narrow roles; D help, role permissions",
    confidence="H",
    says="What the store shows and sells, and what is submitted, needs an App Manager's key.",
)
def store_is_managed(call: Call) -> None:
    _allow(call, "APP_MANAGER")


@rules.before(
    *_writes("appStoreVersions", "appStoreVersionLocalizations", "appScreenshots", "appPreviews"),
    number="1.5",
    evidence="D help, role permissions",
    confidence="M",
    says="A version's texts and media need an App Manager's, a Developer's or a Marketing key.",
)
def versions_are_prepared(call: Call) -> None:
    _allow(call, "APP_MANAGER", "DEVELOPER", "MARKETING")


@rules.before(
    *_writes("users", "userInvitations"),
    "userInvitations_getCollection",
    number="1.5",
    evidence="D help, role permissions",
    confidence="H",
    says="The team's users are an administrator's affair.",
)
def users_are_administered(call: Call) -> None:
    _allow(call)


@rules.before(
    "customerReviewResponses_createInstance",
    "customerReviewResponses_deleteInstance",
    number="1.5",
    evidence="D help, role permissions",
    confidence="H",
    says="Reviews are answered with an App Manager's or a Customer Support key.",
)
def reviews_are_answered(call: Call) -> None:
    _allow(call, "APP_MANAGER", "CUSTOMER_SUPPORT", "MARKETING")


@rules.before(
    "salesReports_getCollection",
    number="1.5",
    evidence="D help, role permissions",
    confidence="H",
    says="Sales reports need a Sales, Finance or Reports key.",
)
def sales_are_read(call: Call) -> None:
    _allow(call, "SALES", "FINANCE", "ACCESS_TO_REPORTS")


@rules.before(
    "financeReports_getCollection",
    number="1.5",
    evidence="D help, role permissions",
    confidence="H",
    says="Finance reports need a Finance key.",
)
def finances_are_read(call: Call) -> None:
    _allow(call, "FINANCE")


rules.known(
    "1.6",
    evidence="R codemagic-ci-cd/cli-tools",
    confidence="H",
    says="Agreements that are missing refuse every request; a fault of the simulator does that.",
)
rules.known(
    "1.7",
    evidence="R fastlane spaceship api_client",
    confidence="H",
    says="An expired membership refuses every request with 403; a fault does that too.",
)
