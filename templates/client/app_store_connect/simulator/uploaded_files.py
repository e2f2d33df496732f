"""Files of the account: their types, how far each is, and what has arrived of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .plain import as_object
from .world import PART_SIZE

if TYPE_CHECKING:
    from .state import Entity
    from .world import World

__all__ = ["FILE_TYPES", "content_of", "delivery_state", "lengths_of", "move", "names_of_parts"]

FILE_TYPES = (
    "appAssetLibraryImages",
    "appAssetLibraryVideos",
    "appClipAdvancedExperienceImages",
    "appClipHeaderImages",
    "appEncryptionDeclarationDocuments",
    "appEventScreenshots",
    "appEventVideoClips",
    "appPreviews",
    "appScreenshots",
    "appStoreReviewAttachments",
    "backgroundAssetUploadFiles",
    "buildUploadFiles",
    "gameCenterAchievementImages",
    "gameCenterActivityImages",
    "gameCenterChallengeImages",
    "gameCenterLeaderboardImages",
    "gameCenterLeaderboardSetImages",
    "inAppPurchaseAppStoreReviewScreenshots",
    "inAppPurchaseImages",
    "routingAppCoverages",
    "subscriptionAppStoreReviewScreenshots",
    "subscriptionImages",
)
# Parts grow where there would be more of them.
_MOST_PARTS = 10_000


def delivery_state(entity: Entity) -> str | None:
    """Return how far a file is, wherever its type keeps that."""
    value = entity["assetDeliveryState"] or entity["state"]
    members = as_object(value)
    found: str | None = value if members is None else members.get("state")
    return found


def content_of(world: World, entity: Entity) -> bytes:
    """Return what has arrived of a file."""
    parts = (world.state.file(f"deliveries/{name}") for name in names_of_parts(entity))
    return b"".join(part or b"" for part in parts)


def lengths_of(entity: Entity) -> list[int]:
    """Return how many bytes each part of a file has."""
    size = int(entity["fileSize"] or 0)
    part = max(entity["_part"] or PART_SIZE, -(-size // _MOST_PARTS))
    return [min(part, size - start) for start in range(0, size, part)]


def names_of_parts(entity: Entity) -> list[str]:
    """Return what the parts of a file are called, in the order of their bytes."""
    owner = f"{entity.type}/{quote(entity.id, safe='')}"
    return [f"{owner}/{number}" for number, _ in enumerate(lengths_of(entity))]


def move(
    world: World, entity: Entity, state: str, *, code: str | None = None, first: bool = False
) -> None:
    """Put a file into a state, in each of the places where its type keeps one."""
    names = world.names_of(entity.type)
    found: dict[str, Any] = {}
    errors = [{"code": code, "description": code}] if code else []
    whole = {"errors": errors, "warnings": [], "state": state}
    if "assetDeliveryState" in names:
        found["assetDeliveryState"] = whole
    if "videoDeliveryState" in names:
        film = "PROCESSING" if state == "UPLOAD_COMPLETE" else state
        found["videoDeliveryState"] = {**whole, "state": film}
    if "state" in names:
        found["state"] = "PREPARE_FOR_SUBMISSION" if state == "COMPLETE" else state
    if "stateDetails" in names:
        found["stateDetails"] = errors or None
    (world.default if first else world.set)(entity, **found)
