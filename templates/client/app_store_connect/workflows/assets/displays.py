"""Types of displays, and the sizes of screenshots and previews that are for them.

Sizes in pixels, upright or not as they are here; Apple takes them either way round:
developer.apple.com/help/app-store-connect/reference/screenshot-specifications and
…/app-preview-specifications. That a size without a hint is of the newer large iPad is fastlane's
convention (deliver/lib/deliver/app_screenshot.rb).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCREENSHOT_SIZES", "families", "hinted", "preview_displays", "screenshot_displays"]

_Sizes = tuple[tuple[int, int], ...]

SCREENSHOT_SIZES: Mapping[str, _Sizes] = {
    "IPHONE_67": ((1260, 2736), (1290, 2796), (1320, 2868)),
    "IPHONE_65": ((1242, 2688), (1284, 2778)),
    "IPHONE_61": ((1179, 2556), (1206, 2622)),
    "IPHONE_58": ((1170, 2532), (1125, 2436), (1080, 2340)),
    "IPHONE_55": ((1242, 2208),),
    "IPHONE_47": ((750, 1334),),
    "IPHONE_40": ((640, 1096), (640, 1136), (1136, 600)),
    "IPHONE_35": ((640, 920), (640, 960), (960, 600)),
    "IPHONE_DUO": ((1398, 2034), (2007, 2853)),
    "IPAD_PRO_3GEN_129": ((2048, 2732), (2064, 2752)),
    "IPAD_PRO_3GEN_11": ((1488, 2266), (1668, 2420), (1668, 2388), (1640, 2360)),
    "IPAD_PRO_129": ((2048, 2732),),
    "IPAD_105": ((1668, 2224),),
    "IPAD_97": (
        *((1024, 748), (1024, 768), (2048, 1496), (2048, 1536)),
        *((768, 1004), (1536, 2008)),
    ),
    "DESKTOP": ((1280, 800), (1440, 900), (2560, 1600), (2880, 1800)),
    "WATCH_ULTRA": ((410, 502), (422, 514)),
    "WATCH_SERIES_10": ((416, 496),),
    "WATCH_SERIES_7": ((396, 484),),
    "WATCH_SERIES_4": ((368, 448),),
    "WATCH_SERIES_3": ((312, 390),),
    "APPLE_TV": ((1920, 1080), (3840, 2160)),
    "APPLE_VISION_PRO": ((3840, 2160),),
}
_PREVIEW_SIZES: Mapping[str, _Sizes] = {
    **dict.fromkeys(("IPHONE_67", "IPHONE_65", "IPHONE_61", "IPHONE_58"), ((886, 1920),)),
    **dict.fromkeys(("IPHONE_55", "IPHONE_40"), ((1080, 1920),)),
    "IPHONE_47": ((750, 1334),),
    **dict.fromkeys(("IPAD_PRO_3GEN_129", "IPAD_PRO_3GEN_11", "IPAD_105"), ((1200, 1600),)),
    "IPAD_PRO_129": ((1200, 1600), (900, 1200)),
    "IPAD_97": ((900, 1200),),
    "DESKTOP": ((1920, 1080),),
    "APPLE_TV": ((1920, 1080),),
    "APPLE_VISION_PRO": ((3840, 2160),),
}
# The first word of a display or of a group of the library, by the platform of the version.
_FAMILIES = {
    "IOS": ("IPHONE", "IPAD", "WATCH", "IMESSAGE"),
    "MAC_OS": ("DESKTOP", "MAC"),
    "TV_OS": ("APPLE_TV", "TV"),
    "VISION_OS": ("APPLE_VISION_PRO", "VISION"),
}
_OLD_IPAD = re.compile(r"ipad_pro_129|12\.9.*2nd generation", re.IGNORECASE)


def families(platform: str) -> tuple[str, ...]:
    """Return what the displays of a platform begin with."""
    return _FAMILIES.get(platform, ())


def screenshot_displays(width: int, height: int, platform: str, path: str) -> list[str]:
    """Return the displays that a screenshot may be for; `path` may tell which of them."""
    found = _of_size(SCREENSHOT_SIZES, width, height, platform)
    if found == ["IPAD_PRO_3GEN_129", "IPAD_PRO_129"]:
        return found[1:] if _OLD_IPAD.search(path) else found[:1]
    return found


def preview_displays(width: int, height: int, platform: str, path: str) -> list[str]:
    """Return the displays that a preview may be for; `path` may tell which of them."""
    found = _of_size(_PREVIEW_SIZES, width, height, platform)
    told = [x for x in found if x in hinted(path)]
    return told or found


def hinted(path: str) -> list[str]:
    """Return the displays that the names in a path tell, the most exact one alone."""
    text = path.upper()
    found = [x for x in SCREENSHOT_SIZES if re.search(rf"(?<![A-Z0-9]){x}(?![0-9])", text)]
    found += [x for x in SCREENSHOT_SIZES if f"APP_{x}" in text and x not in found]
    return [x for x in found if not any(x != other and x in other for other in found)]


def _of_size(sizes: Mapping[str, _Sizes], width: int, height: int, platform: str) -> list[str]:
    wanted = {(width, height), (height, width)}
    return [
        name
        for name, those in sizes.items()
        if name.startswith(families(platform)) and not wanted.isdisjoint(those)
    ]
