"""What Apple's reviewers are told: contact, demo account, notes, attachments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call

__all__ = ["CONTACT", "rules"]

rules = Rules("review_details")

CONTACT = ("contactFirstName", "contactLastName", "contactPhone", "contactEmail")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]*")
_DIGITS = range(7, 16)


@rules.before(
    "appStoreReviewDetails_createInstance",
    number="3.30",
    evidence="R rorkai/App-Store-Connect-CLI, notes on idempotent writes",
    confidence="H",
    says="A version has one review detail: 409 STATE_ERROR.ALREADY_EXISTS.",
)
def one_review_detail(call: Call) -> None:
    version = call.related("appStoreVersion")
    if version is not None and call.world.one(version, "appStoreReviewDetail") is not None:
        detail = "The appStoreVersion already has an appStoreReviewDetail."
        call.refuse(409, "STATE_ERROR.ALREADY_EXISTS", detail)


@rules.before(
    "appStoreReviewDetails_createInstance",
    "appStoreReviewDetails_updateInstance",
    number="3.31",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="The contact has to be whole afterwards; what is missing is told one at a time.",
)
def contact_is_whole(call: Call) -> None:
    resulting = {**(call.resource.attributes if call.resource else {}), **call.attributes}
    for name in CONTACT:
        if not resulting.get(name):
            call.refuse(
                409,
                "ENTITY_ERROR.ATTRIBUTE.REQUIRED",
                f"You must provide a value for the attribute '{name}' with this request",
                pointer=f"/data/attributes/{name}",
            )


@rules.before(
    "appStoreReviewDetails_createInstance",
    "appStoreReviewDetails_updateInstance",
    number="3.32",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="M",
    says="The telephone number is digits, with or without a plus and the country's code.",
)
def telephone_number_is_one(call: Call) -> None:
    phone = call.attributes.get("contactPhone")
    if phone is None:
        return
    digits = sum(map(str.isdigit, phone))
    if not _PHONE.fullmatch(phone) or digits not in _DIGITS:
        call.invalid(
            "contactPhone",
            "The phone number must begin with a plus sign, followed by the country's code",
        )


rules.known(
    "3.20",
    evidence="C+ field notes",
    confidence="M",
    says="Notes and attachments can be changed while the version waits for review.",
)
