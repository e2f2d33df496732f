"""What the App Asset Library takes and where it may be placed: the reference data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "category_of",
    "film_spec_of",
    "groups_of",
    "most_of",
    "reference_data",
    "spec_of",
    "types_of",
]

# Of each group the platform, the class of displays, and the sizes of its screenshots.
_GROUPS: dict[str, tuple[str, str, tuple[tuple[int, int], ...]]] = {
    "IPHONE_DYNAMIC_ISLAND_LARGE_PROFILE": (
        "IPHONE_APP_STORE",
        "IPHONE_DYNAMIC_ISLAND_LARGE_DISPLAY",
        ((1260, 2736), (1290, 2796), (1320, 2868)),
    ),
    "IPAD_13_PROFILE": ("IPAD_APP_STORE", "IPAD_13_DISPLAY", ((2048, 2732), (2064, 2752))),
    "MAC_PROFILE": ("MAC_APP_STORE", "DEFAULT", ((1280, 800), (1440, 900), (2880, 1800))),
    "DEFAULT_PROFILE": ("ANY", "DEFAULT", ()),
}
# Of each type of placement the category of its assets, and how many of them a group has.
_TYPES = {
    "APP_SCREENSHOT": ("APP_SCREENSHOTS_AND_PREVIEWS", 10),
    "APP_PREVIEW": ("APP_SCREENSHOTS_AND_PREVIEWS", 3),
    "PRODUCT_PAGE_HEADER_ASSET": ("CREATIVE_ASSETS", 1),
    "APP_STORE_SEARCH_RESULTS_ASSET": ("CREATIVE_ASSETS", 1),
    "EVENT_CARD_ASSET": ("CREATIVE_ASSETS", 1),
    "EVENT_DETAILS_PAGE_ASSET": ("CREATIVE_ASSETS", 1),
}
_PAGES = ("APP_STORE_VERSIONS", "CUSTOM_PRODUCT_PAGES", "PRODUCT_PAGE_OPTIMIZATIONS")
_LARGEST = 524_288_000
_FILM = "PREVIEW_886x1920"
_ART = "CREATIVE"


def groups_of(placement_type: str) -> tuple[str, ...]:
    """Return the groups that a type of placement has."""
    if placement_type in {"APP_SCREENSHOT", "APP_PREVIEW"}:
        return tuple(name for name, (_, _, sizes) in _GROUPS.items() if sizes)
    return ("DEFAULT_PROFILE",)


def most_of(placement_type: str) -> int:
    """Return how many placements of a type a group has at most."""
    return _TYPES[placement_type][1]


def category_of(placement_type: str) -> str | None:
    """Return the category of the assets that a type of placement takes, None for an unknown one."""
    return _TYPES.get(placement_type, (None, 0))[0]


def types_of(feature: str) -> tuple[str, ...]:
    """Return the types of placements that a feature has."""
    events = tuple(name for name in _TYPES if name.startswith("EVENT_"))
    return events if feature == "IN_APP_EVENTS" else tuple(x for x in _TYPES if x not in events)


def spec_of(category: str, picture: Picture | None) -> str | None:
    """Return the specification that an image fits, None when it fits none."""
    if category != "APP_SCREENSHOTS_AND_PREVIEWS":
        return _ART
    sizes = [size for _, _, sizes in _GROUPS.values() for size in sizes]
    if picture is None:
        return _name(*sizes[0])
    found = (picture.width, picture.height)
    return next((_name(*x) for x in sizes if found in {x, x[::-1]}), None)


def film_spec_of(category: str) -> str:
    """Return the specification that a video fits."""
    return _FILM if category == "APP_SCREENSHOTS_AND_PREVIEWS" else _ART


def _name(width: int, height: int) -> str:
    return f"SCREENSHOT_{width}x{height}"


def reference_data() -> dict[str, Any]:
    """Return the attributes of the one resource of reference data."""
    return {
        "features": [_feature(name) for name in (*_PAGES, "IN_APP_EVENTS")],
        "placementProfileGroups": [
            {"placementProfileGroupId": name, "platform": platform, "displayClassId": display}
            for name, (platform, display, _) in _GROUPS.items()
        ],
        "imageSpecs": [_image(x) for _, _, sizes in _GROUPS.values() for x in sizes],
        "videoSpecs": [_video()],
        "placementTypes": [_type(name) for name in _TYPES],
        "displayClasses": [
            {
                "displayClassId": display,
                "deviceFamily": platform.partition("_")[0],
                "screenDimensions": [f"{width}x{height}" for width, height in sizes],
            }
            for platform, display, sizes in _GROUPS.values()
            if display != "DEFAULT"
        ],
    }


def _feature(name: str) -> dict[str, Any]:
    policies = [
        {
            "placementType": kind,
            "groupLimits": [{"groupIds": list(groups_of(kind)), "maxCount": most_of(kind)}],
        }
        for kind in types_of(name)
    ]
    return {"featureId": name, "placementPolicies": policies}


def _image(size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    return {
        "specId": _name(width, height),
        "shortName": f"{width} x {height}",
        "dimensions": _exact(width, height),
        "compatiblePlacementTypes": ["APP_SCREENSHOT"],
        "alphaAllowed": False,
        "fileExtensions": ["jpg", "jpeg", "png"],
        "mimeTypes": ["image/jpeg", "image/png"],
        "maxFileSize": _LARGEST,
        "universalAsset": False,
    }


def _video() -> dict[str, Any]:
    return {
        "specId": _FILM,
        "shortName": "886 x 1920",
        "dimensions": _exact(886, 1920),
        "compatiblePlacementTypes": ["APP_PREVIEW"],
        "frameRates": [{"minFps": 23, "maxFps": 30}],
        "duration": {"min": "PT15S", "max": "PT30S"},
        "audioRequired": True,
        "fileExtensions": ["mov", "m4v", "mp4"],
        "mimeTypes": ["video/quicktime", "video/mp4"],
        "maxFileSize": _LARGEST,
        "universalAsset": True,
    }


def _exact(width: int, height: int) -> dict[str, int]:
    return {"minWidth": width, "maxWidth": width, "minHeight": height, "maxHeight": height}


def _type(name: str) -> dict[str, Any]:
    return {
        "placementTypeId": name,
        "acceptsAssetCategories": [_TYPES[name][0]],
        "specMappings": [
            {"placementGroupId": group, "specs": _specs(name, group)} for group in groups_of(name)
        ],
    }


def _specs(placement_type: str, group: str) -> list[str]:
    if placement_type == "APP_SCREENSHOT":
        return [_name(*size) for size in _GROUPS[group][2]]
    return [_FILM if placement_type == "APP_PREVIEW" else _ART]
