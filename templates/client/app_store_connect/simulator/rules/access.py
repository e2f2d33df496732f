"""Who may do what: tokens, roles of keys, agreements, rate limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call

rules = Rules("access")

_ADMINS = frozenset({"ACCOUNT_HOLDER", "ADMIN"})
_MANAGERS = _ADMINS | {"APP_MANAGER"}
_PROVISIONING = ("bundleIds", "bundleIdCapabilities", "certificates", "devices", "profiles")
_KINDS = ("getCollection", "getInstance", "createInstance", "updateInstance", "deleteInstance")

rules.known(
    "1.3",
    evidence="D Creating API keys for automation",
    confidence="H",
    says="A token with a scope of reads of Xcode Cloud and of metrics may live for months.",
)
rules.known(
    "1.4",
    evidence="D Generating tokens",
    confidence="L",
    says="A request that no scope of the token names is refused with 401; paging is no part of it.",
)
rules.known(
    "1.11",
    evidence="R recorded headers of the public API",
    confidence="H",
    says="Every answer tells the requests of the hour, 3600 for a key, and how many are left.",
)
rules.known(
    "1.12",
    evidence="D Identifying rate limits",
    confidence="H",
    says="More requests in an hour are refused with 429, without Retry-After.",
)
rules.known(
    "1.13",
    evidence="D Interpreting and handling errors",
    confidence="M",
    says="A media type that is not offered is refused with 406.",
)
rules.known(
    "1.14",
    evidence="D Interpreting and handling errors",
    confidence="M",
    says="A body that is not said to be JSON is refused with 415.",
)
rules.known(
    "1.15",
    evidence="D Uploading assets",
    confidence="M",
    says="The answer to a creation tells the location of the new resource.",
)


def _refuse(call: Call) -> None:
    call.refuse(
        403,
        "FORBIDDEN_ERROR",
        "The API key in use does not allow this request",
    )


@rules.before(
    "betaAppLocalizations_createInstance",
    "appScreenshotSets_createInstance",
    number="1.8",
    evidence="R notes of a release pipeline",
    confidence="M",
    says="A key of the role DEVELOPER makes no localizations of the beta and no screenshot sets.",
)
def developers_write_no_store_content(call: Call) -> None:
    if not _MANAGERS.intersection(call.caller.roles):
        _refuse(call)


@rules.before(
    "betaGroups_createInstance",
    number="1.8",
    evidence="R notes of a release pipeline",
    confidence="M",
    says="A key of the role DEVELOPER makes internal groups only.",
)
def developers_make_internal_groups(call: Call) -> None:
    if not call.attributes.get("isInternalGroup") and not _MANAGERS.intersection(call.caller.roles):
        call.refuse(
            403, "FORBIDDEN_ERROR", "", title="You are not allowed to create an external group"
        )


@rules.before(
    "analyticsReportRequests_createInstance",
    number="1.9",
    evidence="R notes of an analytics pipeline; D Downloading analytics reports",
    confidence="H",
    says="The first request for an app's analytics reports takes a key of the role ADMIN.",
)
def admins_ask_for_analytics(call: Call) -> None:
    if not _ADMINS.intersection(call.caller.roles):
        _refuse(call)


@rules.before(
    *(f"{root}_{kind}" for root in _PROVISIONING for kind in _KINDS),
    "financeReports_getCollection",
    "salesReports_getCollection",
    number="1.10",
    evidence="D Creating API keys",
    confidence="H",
    says="An individual key reads no sales and finance reports and provisions nothing.",
)
def individuals_provision_nothing(call: Call) -> None:
    if call.caller.individual:
        _refuse(call)
