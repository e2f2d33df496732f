"""What testers and reviewers of betas read: descriptions, notes on builds, contacts."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("beta_texts")

_CLI = "R notes of rorkai/App-Store-Connect-CLI"
_OWNERS = {"betaAppLocalizations": "app", "betaBuildLocalizations": "build"}
_SPOKEN = (
    "ar-sa bn ca cs da de-de el en-au en-ca en-gb en-us es-es es-mx fi fr-ca fr-fr gu he hi hr hu "
    "id it ja kn ko ml mr ms nl-nl no or pa pl pt-br pt-pt ro ru sk sl sv ta te th tr uk ur vi "
    "zh-hans zh-hant"
)
_LOCALES = frozenset(_SPOKEN.split())


@rules.born(
    "apps",
    number="11.7",
    evidence="R recorded answers",
    confidence="H",
    says="An app has a contact for reviews of betas, of the same id, and a licence for testers.",
)
def complete(world: World, app: Entity) -> None:
    for kind, name in (
        ("betaAppReviewDetails", "betaAppReviewDetail"),
        ("betaLicenseAgreements", "betaLicenseAgreement"),
    ):
        if world.one(app, name) is None and world.find(kind, app.id) is None:
            world.create(kind, {}, {"app": app}, id=app.id)


@rules.before(
    "betaAppReviewDetails_updateInstance",
    number="6.31",
    evidence="C notes of a release pipeline; D Modify beta app review details",
    confidence="M",
    says="A contact has a telephone number, and nothing told once can be made null.",
)
def contacts_have_a_phone(call: Call) -> None:
    phone = call.attributes.get("contactPhone", call.target["contactPhone"])
    if not phone:
        call.refuse(
            409,
            "ENTITY_ERROR.ATTRIBUTE.REQUIRED",
            "You must provide a value for the attribute 'contactPhone'",
            pointer="/data/attributes/contactPhone",
        )
    for name, value in call.attributes.items():
        if value is None and call.target[name] is not None:
            call.invalid(name, f"The attribute '{name}' cannot be cleared")


@rules.before(
    *(f"{name}_createInstance" for name in _OWNERS),
    number="6.32",
    evidence=_CLI,
    confidence="H",
    says="An app or build has one text of a locale, whatever its case; the locale has to be known.",
)
def locales_are_known_and_used_once(call: Call) -> None:
    kind = call.operation.id.partition("_")[0]
    owner, locale = call.related(_OWNERS[kind]), str(call.attributes.get("locale"))
    if call.world.strict and locale.lower() not in _LOCALES:
        call.invalid("locale", f"'{locale}' is not a valid locale")
    texts = call.world.many(owner, kind) if owner is not None else []
    if locale.lower() in {str(x["locale"]).lower() for x in texts}:
        detail = f"A '{kind}' with the same 'locale' of '{locale}' already exists"
        call.invalid("locale", detail, kind="DUPLICATE")


@rules.before(
    "betaBuildLocalizations_createInstance",
    number="6.33",
    evidence=_CLI,
    confidence="H",
    says="A build has texts of the locales only that the beta of its app is described in.",
)
def locales_are_those_of_the_app(call: Call) -> None:
    build = call.related("build")
    app = call.world.one(build, "app") if build is not None else None
    if app is None:
        return
    locale = str(call.attributes.get("locale"))
    known = {str(x["locale"]).lower() for x in call.world.many(app, "betaAppLocalizations")}
    if locale.lower() not in known:
        call.invalid("locale", f"The app has no beta localization of '{locale}'")


@rules.before(
    "betaBuildLocalizations_createInstance",
    "betaBuildLocalizations_updateInstance",
    number="6.33",
    evidence=_CLI,
    confidence="H",
    says="What is new in a beta is plain text, without emoji, symbols and angle brackets.",
)
def notes_are_plain_text(call: Call) -> None:
    text = call.attributes.get("whatsNew") or ""
    wrong = [x for x in dict.fromkeys(text) if x in "<>" or unicodedata.category(x) == "So"]
    if wrong:
        told = ", ".join(wrong)
        call.invalid("whatsNew", f"The text contains invalid characters: {told}")
