"""What Apple finds wrong with images and videos when it processes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pictures import film_seconds, picture_in
from ..registry import Rules

if TYPE_CHECKING:
    from ..state import Entity
    from ..world import World

__all__ = ["rules", "wrong_with_film", "wrong_with_picture"]

rules = Rules("media")

_CODES = "R codes of AppMediaStateError, as the Bagbutik library explains them"

rules.switch(
    "unreadable_media",
    default="accept",
    choices=("accept", "fail"),
    number="7.8",
    says="Whether a file that is no PNG, JPEG or movie at all is processed as if it were a good "
    "one, which spares tests real images, or fails with IMAGE_TOOL_FAILURE or MOV_RESAVE_FORMAT.",
)
rules.known(
    "7.8",
    evidence=_CODES,
    confidence="H",
    says="Images of a wrong size or with transparency fail; the reason is in the delivery state.",
)
rules.known(
    "7.9",
    evidence=_CODES,
    confidence="M",
    says="Previews shorter than 15 or longer than 30 seconds fail; media of events may be shorter.",
)
rules.known(
    "7.10",
    evidence="C+ notes of release pipelines; D Screenshot specifications",
    confidence="H",
    says="Each display type has its own exact sizes, in either orientation.",
)

# The sizes of a type of display, upright or as they are.
_SIZES: dict[str, tuple[tuple[int, int], ...]] = {
    "IPHONE_67": ((1260, 2736), (1290, 2796), (1320, 2868)),
    "IPHONE_65": ((1242, 2688), (1284, 2778)),
    "IPHONE_61": ((1179, 2556), (1206, 2622)),
    "IPHONE_58": ((1170, 2532), (1125, 2436), (1080, 2340)),
    "IPHONE_55": ((1242, 2208),),
    "IPHONE_47": ((750, 1334),),
    "IPHONE_40": ((640, 1096), (640, 1136), (600, 1136)),
    "IPHONE_35": ((640, 920), (640, 960), (600, 960)),
    "IPAD_PRO_3GEN_129": ((2048, 2732), (2064, 2752)),
    "IPAD_PRO_3GEN_11": ((1488, 2266), (1668, 2420), (1668, 2388), (1640, 2360)),
    "IPAD_PRO_129": ((2048, 2732),),
    "IPAD_105": ((1668, 2224),),
    "IPAD_97": (
        *((748, 1024), (768, 1024), (1496, 2048), (1536, 2048)),
        *((768, 1004), (1536, 2008)),
    ),
    "DESKTOP": ((800, 1280), (900, 1440), (1600, 2560), (1800, 2880)),
    "WATCH_ULTRA": ((410, 502), (422, 514)),
    "WATCH_SERIES_10": ((416, 496),),
    "WATCH_SERIES_7": ((396, 484),),
    "WATCH_SERIES_4": ((368, 448),),
    "WATCH_SERIES_3": ((312, 390),),
    "APPLE_TV": ((1080, 1920), (2160, 3840)),
    "APPLE_VISION_PRO": ((2160, 3840),),
}
_SHORTEST, _LONGEST = 15.0, 30.0


def wrong_with_picture(world: World, entity: Entity, content: bytes) -> str | None:
    """Return the code for what is wrong with an image, None when it is a good one."""
    picture = picture_in(content)
    if picture is None:
        return "IMAGE_TOOL_FAILURE" if world.switch("unreadable_media") == "fail" else None
    owner = world.one(entity, "appScreenshotSet")
    display = str(owner["screenshotDisplayType"] or "") if owner is not None else ""
    sizes = _SIZES.get(display.removeprefix("IMESSAGE_").removeprefix("APP_"))
    if sizes is None:
        return None
    if tuple(sorted((picture.width, picture.height))) not in sizes:
        return "IMAGE_INCORRECT_DIMENSIONS"
    return "IMAGE_ALPHA_NOT_ALLOWED" if picture.alpha else None


def wrong_with_film(world: World, entity: Entity, content: bytes) -> str | None:
    """Return the code for what is wrong with a video, None when it is a good one."""
    seconds = film_seconds(content)
    if seconds is None:
        return "MOV_RESAVE_FORMAT" if world.switch("unreadable_media") == "fail" else None
    creative = entity.type == "appEventVideoClips" or entity["category"] == "CREATIVE_ASSETS"
    if seconds < _SHORTEST and not creative:
        return "MOV_RESAVE_LONGER"
    return "MOV_RESAVE_TRIM" if seconds > _LONGEST else None
