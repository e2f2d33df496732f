"""Which build a version takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .states import EDITABLE

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("version_builds")


def _unusable(world: World, version: Entity, build: Entity | None) -> bool:
    if version["appVersionState"] not in EDITABLE:
        return True
    if build is None:
        return False
    app = world.one(version, "app")
    train = world.one(build, "preReleaseVersion")
    return (
        (build["processingState"] or "VALID") != "VALID"
        or bool(build["expired"])
        or world.one(build, "app") not in {app, None}
        or (train is not None and not _fits(train, version))
    )


def _fits(train: Entity, version: Entity) -> bool:
    platform = train["platform"] or version["platform"]
    return platform == version["platform"] and (
        train["version"] is None or _parts(train["version"]) == _parts(version["versionString"])
    )


def _parts(text: Any) -> str:
    """A version without the zeros that make no difference: `1.2` is `1.02.0`."""
    return re.sub(r"(\.0)+$", "", ".".join(x.lstrip("0") or "0" for x in str(text).split(".")))


@rules.before(
    "appStoreVersions_updateInstance",
    "appStoreVersions_build_updateToOneRelationship",
    number="4.6",
    evidence="R tramlinehq/applelink; R field notes",
    confidence="H",
    says=(
        "A build is taken if it is VALID, not expired, of the same app, platform and version, by a "
        "version that is editable."
    ),
)
def build_fits(call: Call) -> None:
    by_linkage = call.operation.id.endswith("Relationship")
    if not by_linkage and "build" not in call.relationships:
        return
    build = next(iter(call.linked), None) if by_linkage else call.related("build")
    if _unusable(call.world, call.target, build):
        call.invalid_relationship(
            "build", "The specified pre-release build could not be added.", kind="INVALID_STATE"
        )


@rules.after(
    "appStoreVersions_updateInstance",
    "appStoreVersions_build_updateToOneRelationship",
    number="4.7",
    evidence="C+ field notes on rejected versions",
    confidence="M",
    says="A rejected version that gets a build is back in PREPARE_FOR_SUBMISSION.",
)
def build_mends_rejection(call: Call) -> None:
    attached = call.linked or call.relationships.get("build")
    if attached and call.target["appVersionState"] in {"REJECTED", "INVALID_BINARY"}:
        call.world.set(call.target, appVersionState="PREPARE_FOR_SUBMISSION")
