"""The way of an approved version to the store, and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .states import LIVE, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["approve_version", "rules"]

rules = Rules("releases")

_RELEASE = timedelta(hours=1)


def _declaration(world: World, version: Entity) -> Entity | None:
    build = world.one(version, "build")
    return None if build is None else world.one(build, "appEncryptionDeclaration")


def _declaration_pending(world: World, version: Entity) -> bool:
    found = _declaration(world, version)
    return found is not None and found["appEncryptionDeclarationState"] in {"CREATED", "IN_REVIEW"}


@rules.changed(
    "appEncryptionDeclarations.appEncryptionDeclarationState",
    number="4.14",
    evidence="D App Store Connect help, app and submission statuses",
    confidence="H",
    says="An approved version is WAITING_FOR_EXPORT_COMPLIANCE until its export document is.",
)
def export_document_is_approved(world: World, declaration: Entity, _before: Any) -> None:
    if declaration["appEncryptionDeclarationState"] != "APPROVED":
        return
    for version in world.all("appStoreVersions"):
        if (
            version["appVersionState"] == "WAITING_FOR_EXPORT_COMPLIANCE"
            and _declaration(world, version) is declaration
        ):
            approve_version(world, version)


def approve_version(world: World, version: Entity) -> None:
    """Let an approved version go on as its release type has it, when its export document is."""
    if _declaration_pending(world, version):
        world.set(version, appVersionState="WAITING_FOR_EXPORT_COMPLIANCE")
        return
    if version["releaseType"] in {"MANUAL", "SCHEDULED"}:
        world.set(version, appVersionState="PENDING_DEVELOPER_RELEASE")
        date = version["earliestReleaseDate"]
        if version["releaseType"] == "SCHEDULED" and date is not None:
            left = datetime.fromisoformat(date) - world.now
            world.later(max(left, timedelta()), "release date", version)
    else:
        _release(world, version)


def _release(world: World, version: Entity) -> None:
    """Begin to bring a version to the store."""
    world.set(version, appVersionState="PROCESSING_FOR_DISTRIBUTION")
    world.later(_RELEASE, "released", version)


@rules.born(
    "appStoreVersions",
    number="4.13",
    evidence="D App Store Connect help, app and submission statuses",
    confidence="H",
    says="A version that is there in PROCESSING_FOR_DISTRIBUTION is on its way to the store too.",
)
def version_is_on_its_way(world: World, version: Entity) -> None:
    if version["appVersionState"] == "PROCESSING_FOR_DISTRIBUTION":
        world.later(_RELEASE, "released", version)


@rules.event(
    "release date",
    number="4.13",
    evidence="D App Store Connect help, release options",
    confidence="H",
    says="A SCHEDULED version is released on its date.",
)
def release_date_comes(world: World, version: Entity, _data: Mapping[str, Any]) -> None:
    if version["appVersionState"] == "PENDING_DEVELOPER_RELEASE":
        _release(world, version)


@rules.event(
    "released",
    number="4.13",
    evidence="D App Store Connect help, app and submission statuses",
    confidence="H",
    says="PROCESSING_FOR_DISTRIBUTION takes an hour, then the version is READY_FOR_DISTRIBUTION.",
)
def version_is_released(world: World, version: Entity, _data: Mapping[str, Any]) -> None:
    if version["appVersionState"] == "PROCESSING_FOR_DISTRIBUTION":
        world.set(version, appVersionState=LIVE)


@rules.changed(
    "appStoreVersions.appVersionState",
    number="4.15",
    evidence="S",
    confidence="M",
    says="The version that was live before is REPLACED_WITH_NEW_VERSION.",
)
def live_version_is_replaced(world: World, version: Entity, _before: Any) -> None:
    app = world.one(version, "app")
    if app is None or version["appVersionState"] != LIVE:
        return
    for other in world.many(app, "appStoreVersions"):
        if (
            other is not version
            and other["platform"] == version["platform"]
            and other["appVersionState"] == LIVE
        ):
            world.set(other, appVersionState="REPLACED_WITH_NEW_VERSION")


@rules.before(
    "appStoreVersionReleaseRequests_createInstance",
    number="4.18",
    evidence="C+ field notes; D API documentation",
    confidence="H",
    says="A release can be asked for in PENDING_DEVELOPER_RELEASE.",
)
def only_pending_versions_are_released(call: Call) -> None:
    version = call.related("appStoreVersion")
    if version is not None and version["appVersionState"] != "PENDING_DEVELOPER_RELEASE":
        state = version["appVersionState"]
        call.refuse(409, "STATE_ERROR", f"A version in state {state} cannot be released.")


@rules.after(
    "appStoreVersionReleaseRequests_createInstance",
    number="4.18",
    evidence="C+ field notes; D API documentation",
    confidence="H",
    says="Then it is processed for distribution.",
)
def version_is_released_by_request(call: Call) -> None:
    version = call.related("appStoreVersion")
    if version is not None:
        _release(call.world, version)


@rules.before(
    "appStoreVersionSubmissions_deleteInstance",
    number="4.17",
    evidence="R field note on a version in PENDING_DEVELOPER_RELEASE",
    confidence="H",
    says="An approved version is withdrawn by the deprecated deletion of its submission.",
)
def approved_version_is_withdrawn(call: Call) -> None:
    version = call.world.one(call.target, "appStoreVersion")
    if version is None or state_of(version) != "PENDING_DEVELOPER_RELEASE":
        call.refuse(409, "STATE_ERROR", "The version cannot be withdrawn in the current state.")
    call.world.set(version, appVersionState="DEVELOPER_REJECTED")
