"""Certificates, issued for requests by an authority that nobody trusts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..registry import Rules
from ..state import Later
from ..world import stamp
from .signing import TEAM_ID, TEAM_NAME, issue, read_request

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["is_current", "rules"]

rules = Rules("certificates")

rules.switch(
    "distribution_certificates",
    default="3",
    choices=("2", "3"),
    number="8.8",
    says="How many current certificates for distribution a team may have.",
)
rules.known(
    "8.9",
    evidence="R fastlane #17384",
    confidence="M",
    says="A type of certificate that there is not: 409 ATTRIBUTE.TYPE.",
)
rules.known(
    "8.20",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="M",
    says="Certificates and profiles are not filtered by platform: 400 PARAMETER_ERROR.ILLEGAL.",
)

_LIFE = timedelta(days=365)
_TITLES = {
    "APPLE_PAY": "Apple Pay Payment Processing",
    "APPLE_PAY_MERCHANT_IDENTITY": "Apple Pay Merchant Identity",
    "DEVELOPMENT": "Apple Development",
    "DISTRIBUTION": "Apple Distribution",
    "IOS_DEVELOPMENT": "iPhone Developer",
    "IOS_DISTRIBUTION": "iPhone Distribution",
    "MAC_APP_DEVELOPMENT": "Mac Developer",
    "MAC_APP_DISTRIBUTION": "3rd Party Mac Developer Application",
    "MAC_INSTALLER_DISTRIBUTION": "3rd Party Mac Developer Installer",
}
_PLATFORMS = {"IOS": "IOS", "MAC": "MAC_OS"}
_DEVELOPER_ID = "DEVELOPER_ID_"


def _title(kind: str) -> str:
    if kind.startswith(_DEVELOPER_ID):
        return "Developer ID Application"
    return _TITLES.get(kind, kind.replace("_", " ").title())


def is_current(world: World, certificate: Entity) -> bool:
    """Return whether a certificate has not expired."""
    text = certificate["expirationDate"]
    return text is None or datetime.fromisoformat(text) > world.now


@rules.before(
    "certificates_createInstance",
    number="8.10",
    evidence="D Certificates, create a certificate",
    confidence="H",
    says="Developer ID certificates are for the account holder on the portal: 403.",
)
def developer_ids_are_the_holders(call: Call) -> None:
    if str(call.attributes.get("certificateType")).startswith(_DEVELOPER_ID):
        call.refuse(403, "FORBIDDEN_ERROR", "You are not allowed to perform this operation.")


@rules.before(
    "certificates_createInstance",
    number="8.9",
    evidence="D Certificates, create a certificate",
    confidence="M",
    says="What is no certificate signing request, or not signed by its own key, is refused.",
)
def request_is_one(call: Call) -> None:
    try:
        read_request(str(call.attributes.get("csrContent")))
    except ValueError as error:
        call.invalid("csrContent", f"The certificate signing request is invalid: {error}.")


@rules.before(
    "certificates_createInstance",
    number="8.8",
    evidence="C+ fastlane cert and field notes",
    confidence="H",
    says="A team has three current certificates of a type for distribution at most.",
)
def few_for_distribution(call: Call) -> None:
    kind = str(call.attributes.get("certificateType"))
    world = call.world
    current = [x for x in world.all("certificates") if is_current(world, x)]
    most = int(world.switch("distribution_certificates"))
    if kind.endswith("DISTRIBUTION") and sum(x["certificateType"] == kind for x in current) >= most:
        call.refuse(
            409,
            "ENTITY_ERROR",
            f"You already have a current {_title(kind)} certificate or a pending certificate "
            "request.",
        )


rules.known(
    "",
    evidence="R answers recorded by codemagic-ci-cd/cli-tools",
    confidence="H",
    says="An answer with a certificate has `csrContent` too, null, which the document lacks.",
)


@rules.born(
    "certificates",
    number="",
    evidence="D Certificates; S",
    confidence="H",
    says="A certificate is issued for the key of the request, to the team, for a year.",
)
def certificate_is_issued(world: World, certificate: Entity) -> None:
    kind = str(certificate["certificateType"] or "DEVELOPMENT")
    title = _title(kind)
    if certificate["certificateContent"] is None:
        name = f"{title}: {TEAM_NAME} ({TEAM_ID})"
        content, serial, end = issue(world, name, certificate["csrContent"], _LIFE)
        world.default(certificate, serialNumber=serial, expirationDate=stamp(end))
        world.set(certificate, certificateContent=Later(content))
    world.default(
        certificate,
        certificateType=kind,
        name=f"{title}: {TEAM_NAME}",
        displayName=TEAM_NAME,
        platform=_PLATFORMS.get(kind.split("_", maxsplit=1)[0]),
    )


@rules.after(
    "certificates_createInstance",
    number="8.11",
    evidence="D Certificates, create a certificate",
    confidence="H",
    says="A new certificate for Apple Pay is the one that is activated, earlier ones are not.",
)
def newest_pays(call: Call) -> None:
    if call.target["certificateType"] != "APPLE_PAY":
        return
    merchant = call.related("merchantId")
    for other in call.world.all("certificates"):
        same = call.world.one(other, "merchantId") is merchant
        if other["certificateType"] == "APPLE_PAY" and same:
            call.world.set(other, activated=other is call.target)


@rules.before(
    "certificates_deleteInstance",
    number="8.15",
    evidence="C field note",
    confidence="M",
    says="Revoking a certificate makes its profiles invalid; one that expires leaves them ACTIVE.",
)
def profiles_of_a_revoked_certificate(call: Call) -> None:
    for profile in call.world.all("profiles"):
        if call.target in call.world.many(profile, "certificates"):
            call.world.set(profile, profileState="INVALID")


@rules.before(
    "passTypeIds_certificates_getToManyRelated",
    number="8.19",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="The certificates of a pass type id include nothing, though the document says so: 400.",
)
def pass_certificates_come_alone(call: Call) -> None:
    if call.world.quirks and call.query.include:
        detail = "The parameter 'include' can not be used with this request"
        call.refuse(400, "PARAMETER_ERROR.ILLEGAL", detail, parameter="include")
