"""Age ratings: the answers on an app's content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["QUESTIONS", "rules"]

rules = Rules("age_ratings")

rules.switch(
    "age_answers",
    default="any",
    choices=("any", "all"),
    number="3.22",
    says=(
        "Whether an age rating takes some of the answers, as documented, or is refused until it "
        "has all, as some notes say."
    ),
)

QUESTIONS = (
    "advertising",
    "ageAssurance",
    "alcoholTobaccoOrDrugUseOrReferences",
    "contests",
    "gambling",
    "gamblingSimulated",
    "gunsOrOtherWeapons",
    "healthOrWellnessTopics",
    "horrorOrFearThemes",
    "lootBox",
    "matureOrSuggestiveThemes",
    "medicalOrTreatmentInformation",
    "messagingAndChat",
    "parentalControls",
    "profanityOrCrudeHumor",
    "sexualContentGraphicAndNudity",
    "sexualContentOrNudity",
    "unrestrictedWebAccess",
    "userGeneratedContent",
    "violenceCartoonOrFantasy",
    "violenceRealistic",
    "violenceRealisticProlongedGraphicOrSadistic",
)


@rules.born(
    "appInfos",
    number="",
    evidence="C models of the asconnect client, which reads live data and allows for no null",
    confidence="L",
    says="An app is rated from the start: for four years and up, whatever its answers are.",
)
def apps_are_rated(world: World, info: Entity) -> None:
    if "appStoreAgeRating" in world.names_of("appInfos"):
        world.default(info, appStoreAgeRating="FOUR_PLUS")


@rules.before(
    "ageRatingDeclarations_updateInstance",
    number="3.22",
    evidence="D API documentation; C a field note contradicts it",
    confidence="L",
    says="A new app has no answers; some can be given at a time, or only all: a switch.",
)
def answers_are_complete(call: Call) -> None:
    if call.world.switch("age_answers") == "any":
        return
    known = call.world.names_of(call.target.type)
    resulting = {**call.target.attributes, **call.attributes}
    for name in QUESTIONS:
        if name in known and resulting.get(name) is None:
            call.fault(
                409,
                "ENTITY_ERROR.ATTRIBUTE.REQUIRED",
                f"You must provide a value for the attribute '{name}' with this request",
                pointer=f"/data/attributes/{name}",
            )


@rules.before(
    "ageRatingDeclarations_updateInstance",
    number="3.21",
    evidence="C+ field notes on Korean ratings",
    confidence="M",
    says="A Korean classification number needs an override of the rating for Korea.",
)
def korean_number_needs_its_rating(call: Call) -> None:
    resulting = {**call.target.attributes, **call.attributes}
    number = resulting.get("gracRatingClassificationNumber")
    if number and resulting.get("koreaAgeRatingOverride") in {None, "NONE"}:
        call.refuse(
            409,
            "KOREA_AGE_RATING_OVERRIDE_INVALID",
            "A classification number needs an age rating override for Korea.",
            title="The age rating override for Korea is invalid.",
        )
