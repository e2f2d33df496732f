"""What a key may do: by its roles, and by whose it is."""

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


@rules.before(
    "betaGroups_createInstance",
    number="1.8",
    evidence="R field notes on Developer keys",
    confidence="M",
    says="A Developer's key makes internal groups; an external one is refused, without a detail.",
)
def external_groups_are_managed(call: Call) -> None:
    allowed = _ALWAYS | {"APP_MANAGER"}
    if not call.attributes.get("isInternalGroup") and not allowed & set(call.caller.roles):
        call.refuse(
            403, "FORBIDDEN_ERROR", "", title="You are not allowed to create an external group."
        )


@rules.before(
    "betaAppLocalizations_createInstance",
    "appScreenshotSets_createInstance",
    number="1.8",
    evidence="R field notes on Developer keys",
    confidence="M",
    says="A Developer's key makes no beta localizations and no screenshot sets.",
)
def sets_are_managed(call: Call) -> None:
    _allow(call, "APP_MANAGER", "MARKETING")


@rules.before(
    "analyticsReportRequests_createInstance",
    number="1.9",
    evidence="R field note on an App Manager's key",
    confidence="H",
    says="Analytics reports are requested with an administrator's key; reading them takes less.",
)
def analytics_are_requested(call: Call) -> None:
    _allow(call)


@rules.before(
    *_writes("bundleIds", "bundleIdCapabilities", "certificates", "devices", "profiles"),
    "bundleIds_getCollection",
    "certificates_getCollection",
    "devices_getCollection",
    "profiles_getCollection",
    "salesReports_getCollection",
    "financeReports_getCollection",
    number="1.10",
    evidence="D API documentation, individual keys",
    confidence="H",
    says="A person's own key reaches neither provisioning nor sales and finance.",
)
def own_keys_reach_less(call: Call) -> None:
    if call.caller.individual:
        call.refuse(403, "FORBIDDEN_ERROR", "The API key in use does not allow this request")


rules.known(
    "1.6",
    evidence="R codemagic-ci-cd/cli-tools",
    confidence="H",
    says="Agreements that are missing refuse every request; a fault of the simulator does that.",
)
