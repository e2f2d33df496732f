"""App Clip cards of versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("app_clips")

_TEXTS = "appClipDefaultExperienceLocalizations"


@rules.born(
    "appClipDefaultExperiences",
    number="",
    evidence="C fastlane deliver, which carries the card of the live version over like this",
    confidence="M",
    says="An experience that is made after another one has its action, subtitles and images.",
)
def experience_after_another(world: World, experience: Entity) -> None:
    template = world.one(experience, "appClipDefaultExperienceTemplate")
    if template is None:
        return
    world.default(experience, action=template["action"])
    for text in world.many(template, _TEXTS):
        told = {"locale": text["locale"], "subtitle": text["subtitle"]}
        copy = world.create(_TEXTS, told, {"appClipDefaultExperience": experience})
        image = world.one(text, "appClipHeaderImage")
        if image is not None:
            world.create(
                "appClipHeaderImages",
                dict(image.attributes),
                {"appClipDefaultExperienceLocalization": copy},
            )
