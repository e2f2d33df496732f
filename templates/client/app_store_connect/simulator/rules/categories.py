"""The App Store's categories, which every team finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call
    from ..world import World

__all__ = ["categories", "rules"]

rules = Rules("categories")

_PLATFORMS = ["IOS", "MAC_OS", "TV_OS"]
_NAMES = (
    "BOOKS BUSINESS DEVELOPER_TOOLS EDUCATION ENTERTAINMENT FINANCE FOOD_AND_DRINK GAMES "
    "GRAPHICS_AND_DESIGN HEALTH_AND_FITNESS LIFESTYLE MAGAZINES_AND_NEWSPAPERS MEDICAL MUSIC "
    "NAVIGATION NEWS PHOTO_AND_VIDEO PRODUCTIVITY REFERENCE SHOPPING SOCIAL_NETWORKING SPORTS "
    "STICKERS TRAVEL UTILITIES WEATHER"
)
_PARTS = {
    "GAMES": (
        "ACTION ADVENTURE BOARD CARD CASINO CASUAL FAMILY MUSIC PUZZLE RACING ROLE_PLAYING "
        "SIMULATION SPORTS STRATEGY TRIVIA WORD"
    ),
    "STICKERS": (
        "ANIMALS ART CELEBRATIONS CELEBRITIES CHARACTERS EATING_AND_DRINKING EMOJI_AND_EXPRESSIONS "
        "FASHION GAMING KIDS_AND_FAMILY MOVIES_AND_TV MUSIC PLACES_AND_OBJECTS "
        "SPORTS_AND_ACTIVITIES"
    ),
}


def categories(world: World) -> None:
    """Make the categories, unless there are some."""
    if world.all("appCategories"):
        return
    for name in _NAMES.split():
        platforms = {"platforms": ["IOS"] if name == "STICKERS" else _PLATFORMS}
        whole = world.create("appCategories", platforms, id=name)
        for part in _PARTS.get(name, "").split():
            world.create("appCategories", platforms, {"parent": whole}, id=f"{name}_{part}")


@rules.before(
    "appCategories_getCollection",
    number="",
    evidence="D API documentation, app categories",
    confidence="H",
    says="The App Store's categories and subcategories are there for every team.",
)
def categories_are_there(call: Call) -> None:
    categories(call.world)
