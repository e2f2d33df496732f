"""What the App Asset Library takes, and into which groups, as its reference data tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from .displays import SCREENSHOT_SIZES, families, hinted, screenshot_displays
from .folder import MediaFile

if TYPE_CHECKING:
    from ...models import AppAssetLibraryRefDatum

__all__ = ["EVENTS", "VERSIONS", "Specs", "Surface"]

_FAMILY_WORDS = ("iphone", "ipad", "watch", "mac", "tv", "vision")


class Surface(msgspec.Struct, frozen=True):
    """A place of the store: its feature, the relationship to its localizations, their assets."""

    feature: str
    localization: str
    category: Literal["APP_SCREENSHOTS_AND_PREVIEWS", "CREATIVE_ASSETS"]
    type_of: Callable[[MediaFile], str]


def _type_on_a_page(file: MediaFile) -> str:
    if file.kind == "preview":
        return "APP_PREVIEW"
    return "IMESSAGE_APP_SCREENSHOT" if file.imessage else "APP_SCREENSHOT"


def _type_of_an_event(file: MediaFile) -> str:
    """Names tell: `card.png` is for the card, `details.mov` for the page of the event."""
    name = file.name.lower()
    if name.startswith("card"):
        return "EVENT_CARD_ASSET"
    return "EVENT_DETAILS_PAGE_ASSET" if name.startswith("detail") else ""


VERSIONS = Surface(
    "APP_STORE_VERSIONS",
    "app_store_version_localization",
    "APP_SCREENSHOTS_AND_PREVIEWS",
    _type_on_a_page,
)
EVENTS = Surface("IN_APP_EVENTS", "app_event_localization", "CREATIVE_ASSETS", _type_of_an_event)


class Specs:
    """The groups that a feature's placements have for a platform, and the files they take."""

    def __init__(self, data: AppAssetLibraryRefDatum, feature: str, platform: str) -> None:
        self._specs: dict[str, Any] = {
            str(x.spec_id): x for x in (*(data.image_specs or ()), *(data.video_specs or ()))
        }
        self._mappings: dict[str, dict[str, list[str]]] = {
            str(kind.placement_type_id): {
                str(x.placement_group_id): x.specs or [] for x in kind.spec_mappings or ()
            }
            for kind in data.placement_types or ()
        }
        self._platforms = {
            str(x.placement_profile_group_id): str(x.platform)
            for x in data.placement_profile_groups or ()
        }
        self._families = (*families(platform), "ANY")
        self._most = {
            (str(policy.placement_type), group): limit.max_count or 0
            for found in data.features or ()
            if found.feature_id == feature
            for policy in found.placement_policies or ()
            for limit in policy.group_limits or ()
            for group in limit.group_ids or ()
        }
        self._platform = platform

    def most(self, kind: str, group: str) -> int:
        """Return how many placements of a type a group has at most."""
        return self._most.get((kind, group), 0)

    def group_of(self, file: MediaFile, kind: str) -> tuple[str, str]:
        """Return the group that a file is for, or an empty text and what is wrong."""
        if not kind:
            return "", "its name begins neither with card nor with details"
        groups = [
            name
            for name, specs in self._mappings.get(kind, {}).items()
            if (kind, name) in self._most
            and self._platforms.get(name, "").startswith(self._families)
            and any(self._takes(spec, file) for spec in specs)
        ]
        size = f"{file.header.width} x {file.header.height}"
        if not groups:
            told = ", ".join(self._known(kind)) or "none"
            return "", f"no {kind} is {size} here; the library takes {told}"
        groups = self._told(file, groups)
        if len(groups) > 1:
            return "", f"{size} may be for {' or '.join(groups)}: put one into its name"
        return groups[0], ""

    def _takes(self, name: str, file: MediaFile) -> bool:
        spec = self._specs.get(name)
        if spec is None:
            # Named and not described, so Apple decides.
            return True
        if not self._fits(spec, file.header.width, file.header.height):
            return False
        extension = file.path.suffix.lower().lstrip(".")
        if spec.file_extensions and extension not in spec.file_extensions:
            return False
        if getattr(spec, "audio_required", False) and file.header.audio is False:
            return False
        return not spec.max_file_size or file.size <= spec.max_file_size

    @staticmethod
    def _fits(spec: Any, width: int, height: int) -> bool:
        size = spec.dimensions
        return any(
            (size.min_width or 0) <= x <= (size.max_width or x)
            and (size.min_height or 0) <= y <= (size.max_height or y)
            for x, y in ((width, height), (height, width))
        )

    def _known(self, kind: str) -> Iterator[str]:
        for name, specs in self._mappings.get(kind, {}).items():
            if self._platforms.get(name, "").startswith(self._families):
                yield from (str(self._specs[x].short_name) for x in specs if x in self._specs)

    def _told(self, file: MediaFile, groups: list[str]) -> list[str]:
        """Of several groups those that names in the file's path, or its display, tell."""
        path = file.hint.upper()
        if named := [x for x in groups if x in path]:
            return named
        displays = hinted(file.hint)
        if not displays and file.kind == "screenshot":
            width, height = file.header.width, file.header.height
            displays = screenshot_displays(width, height, self._platform, file.hint)
        if len(displays) == 1:
            scores = {x: self._likeness(x, displays[0]) for x in groups}
            return [x for x in groups if scores[x] == max(scores.values())]
        words = set(re.findall("|".join(_FAMILY_WORDS), file.hint.lower()))
        family = [x for x in groups if self._platforms[x].split("_")[0].lower() in words]
        return family or groups

    def _likeness(self, group: str, display: str) -> int:
        """How many sizes of screenshots a group and a display share, less those they do not."""
        specs = self._mappings.get("APP_SCREENSHOT", {}).get(group, [])
        found = [self._specs[x] for x in specs if x in self._specs]
        sizes = SCREENSHOT_SIZES[display]
        shared = sum(any(self._fits(spec, *size) for spec in found) for size in sizes)
        others = sum(not any(self._fits(spec, *size) for size in sizes) for spec in found)
        return shared - others
