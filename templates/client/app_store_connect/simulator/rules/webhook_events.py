"""What webhooks tell of: which change of which resource is which event, and its payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..plain import as_object
from ..registry import Rules
from .webhooks import announce

if TYPE_CHECKING:
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("webhook_events")

rules.known(
    "10.12",
    evidence="S",
    confidence="H",
    says="No webhook tells of review submissions and of in-app purchases.",
)

_ORIGIN = "https://api.appstoreconnect.apple.com"


class _Change(msgspec.Struct, frozen=True):
    """A kind of event: its name, how it calls what was and is, the way to its app."""

    event: str
    word: str
    way: tuple[str, ...]
    has_timestamp: bool = True
    # Background assets' come without a version, and the instance is told without `data`.
    is_flat: bool = False


_CHANGES = {
    "appStoreVersions.appVersionState": _Change(
        "APP_STORE_VERSION_APP_VERSION_STATE_UPDATED", "Value", ("app",)
    ),
    "buildBetaDetails.externalBuildState": _Change(
        "BUILD_BETA_DETAIL_EXTERNAL_BUILD_STATE_UPDATED", "ExternalBuildState", ("build", "app")
    ),
    "buildUploads.state": _Change(
        "BUILD_UPLOAD_STATE_UPDATED", "State", ("app",), has_timestamp=False
    ),
    "backgroundAssetVersions.state": _Change(
        "BACKGROUND_ASSET_VERSION_STATE_UPDATED", "State", ("backgroundAsset", "app"), is_flat=True
    ),
    "backgroundAssetVersionAppStoreReleases.state": _Change(
        "BACKGROUND_ASSET_VERSION_APP_STORE_RELEASE_STATE_UPDATED",
        "State",
        ("backgroundAssetVersion", "backgroundAsset", "app"),
    ),
    "backgroundAssetVersionExternalBetaReleases.state": _Change(
        "BACKGROUND_ASSET_VERSION_EXTERNAL_BETA_RELEASE_STATE_UPDATED",
        "State",
        ("backgroundAssetVersion", "backgroundAsset", "app"),
    ),
}
_BIRTHS = {
    "betaFeedbackCrashSubmissions": _Change(
        "BETA_FEEDBACK_CRASH_SUBMISSION_CREATED", "", ("build", "app")
    ),
    "betaFeedbackScreenshotSubmissions": _Change(
        "BETA_FEEDBACK_SCREENSHOT_SUBMISSION_CREATED", "", ("build", "app")
    ),
    "backgroundAssetVersionInternalBetaReleases": _Change(
        "BACKGROUND_ASSET_VERSION_INTERNAL_BETA_RELEASE_CREATED",
        "",
        ("backgroundAssetVersion", "backgroundAsset", "app"),
    ),
    "alternativeDistributionPackageVersions": _Change(
        "ALTERNATIVE_DISTRIBUTION_PACKAGE_VERSION_CREATED",
        "",
        ("alternativeDistributionPackage", "appStoreVersion", "app"),
    ),
}


def _follow(name: str, attribute: str, change: _Change) -> None:
    @rules.changed(
        name,
        number="10.12",
        evidence="S; recorded deliveries",
        confidence="H",
        says=f"A change of `{name}` is told as {change.event}.",
    )
    def tell(world: World, entity: Entity, before: Any) -> None:
        old, new = _state(before), _state(entity[attribute])
        if old != new:
            word = change.word
            _announce(world, entity, change, {f"old{word}": old, f"new{word}": new})


def _welcome(kind: str, change: _Change) -> None:
    @rules.born(
        kind,
        number="10.12",
        evidence="S; recorded deliveries",
        confidence="H",
        says=f"New {kind} are told as {change.event}.",
    )
    def tell(world: World, entity: Entity) -> None:
        _announce(world, entity, change, {})


for _name, _change in _CHANGES.items():
    _follow(_name, _name.partition(".")[2], _change)
for _name, _change in _BIRTHS.items():
    _welcome(_name, _change)


def _state(value: Any) -> Any:
    """An upload's state is an object with a state in it."""
    members = as_object(value)
    return value if members is None else members.get("state")


def _announce(world: World, entity: Entity, change: _Change, attributes: dict[str, Any]) -> None:
    found: Entity | None = entity
    for name in change.way:
        found = None if found is None else world.one(found, name)
    if found is None or not world.many(found, "webhooks"):
        return
    instance: dict[str, Any] = {"type": entity.type, "id": entity.id}
    if not change.is_flat:
        links = {"self": f"{_ORIGIN}/v1/{entity.type}/{entity.id}"}
        instance = {"data": instance, "links": links}
    announce(
        world,
        found,
        change.event,
        attributes,
        instance,
        has_timestamp=change.has_timestamp,
        has_version=not change.is_flat,
    )
