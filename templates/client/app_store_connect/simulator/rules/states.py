"""The states that what is reviewed goes through, as tables: versions, app infos, other items."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..state import Entity
    from ..world import World

__all__ = [
    "EDITABLE",
    "INFO_EDITABLE",
    "LIVE",
    "OLD_NAMES",
    "OPEN_SUBMISSIONS",
    "OVER",
    "info_state",
    "move",
    "old_info_state",
    "state_name",
    "state_of",
]

EDITABLE = frozenset(
    {
        "PREPARE_FOR_SUBMISSION",
        "DEVELOPER_REJECTED",
        "REJECTED",
        "METADATA_REJECTED",
        "INVALID_BINARY",
    }
)
LIVE = "READY_FOR_DISTRIBUTION"
# A version that no longer stands in the way of the next one.
OVER = frozenset({LIVE, "REPLACED_WITH_NEW_VERSION"})
# A submission that somebody may add to, or that is under way.
OPEN_SUBMISSIONS = frozenset(
    {"READY_FOR_REVIEW", "WAITING_FOR_REVIEW", "IN_REVIEW", "UNRESOLVED_ISSUES", "CANCELING"}
)

# The deprecated vocabulary of versions, where it differs.
OLD_NAMES: Mapping[str, str] = {
    "READY_FOR_DISTRIBUTION": "READY_FOR_SALE",
    "PROCESSING_FOR_DISTRIBUTION": "PROCESSING_FOR_APP_STORE",
}

# What happens to an item of a submission, by the state that it is in. What has no entry stays.
_MOVES: Mapping[str, Mapping[str, str]] = {
    "add": {**dict.fromkeys(EDITABLE, "READY_FOR_REVIEW"), "DRAFT": "READY_FOR_REVIEW"},
    "take out": {"READY_FOR_REVIEW": "PREPARE_FOR_SUBMISSION"},
    "submit": {"READY_FOR_REVIEW": "WAITING_FOR_REVIEW"},
    "begin": {"WAITING_FOR_REVIEW": "IN_REVIEW"},
    "accept": {"IN_REVIEW": "ACCEPTED"},
    "reject": {"IN_REVIEW": "REJECTED"},
    "approve": {"IN_REVIEW": "APPROVED", "ACCEPTED": "APPROVED"},
    "withdraw": dict.fromkeys(
        (
            "READY_FOR_REVIEW",
            "WAITING_FOR_REVIEW",
            "IN_REVIEW",
            "ACCEPTED",
            "WAITING_FOR_EXPORT_COMPLIANCE",
        ),
        "DEVELOPER_REJECTED",
    ),
}

# Where a type has another word, or no such state, for one of the above.
_OWN_WORDS: Mapping[str, Mapping[str, str]] = {
    "appEvents": {"DEVELOPER_REJECTED": "DRAFT", "PREPARE_FOR_SUBMISSION": "DRAFT"},
    "appAssetLibraryImages": {"DEVELOPER_REJECTED": "PREPARE_FOR_SUBMISSION"},
    "appAssetLibraryVideos": {"DEVELOPER_REJECTED": "PREPARE_FOR_SUBMISSION"},
    "appStoreVersionExperiments": {"DEVELOPER_REJECTED": "PREPARE_FOR_SUBMISSION"},
    "appCustomProductPageVersions": {"DEVELOPER_REJECTED": "PREPARE_FOR_SUBMISSION"},
    "gameCenterAchievementVersions": {"APPROVED": "LIVE"},
    "gameCenterActivityVersions": {"APPROVED": "LIVE"},
    "gameCenterChallengeVersions": {"APPROVED": "LIVE"},
    "gameCenterLeaderboardSetVersions": {"APPROVED": "LIVE"},
    "gameCenterLeaderboardVersions": {"APPROVED": "LIVE"},
}
_STATE_NAMES: Mapping[str, str] = {
    "appStoreVersions": "appVersionState",
    "appEvents": "eventState",
    # Its state is about its files; nothing tells how its review stands.
    "backgroundAssetVersions": "",
}
INFO_EDITABLE = frozenset({"PREPARE_FOR_SUBMISSION", "DEVELOPER_REJECTED", "REJECTED"})
# What the app info says while its version is in a state that it has no word for.
_INFO_STATES: Mapping[str, str] = {
    "METADATA_REJECTED": "REJECTED",
    "INVALID_BINARY": "REJECTED",
    "WAITING_FOR_EXPORT_COMPLIANCE": "IN_REVIEW",
    "PENDING_APPLE_RELEASE": "PENDING_RELEASE",
    "PENDING_DEVELOPER_RELEASE": "PENDING_RELEASE",
    "PROCESSING_FOR_DISTRIBUTION": "PENDING_RELEASE",
    "REPLACED_WITH_NEW_VERSION": "REPLACED_WITH_NEW_INFO",
}
# The deprecated vocabulary of app infos, which is that of versions.
_OLD_INFO_NAMES: Mapping[str, str] = {
    **OLD_NAMES,
    "PENDING_RELEASE": "PENDING_DEVELOPER_RELEASE",
    "REPLACED_WITH_NEW_INFO": "REPLACED_WITH_NEW_VERSION",
}


def info_state(version_state: str) -> str:
    """Return the state of an app info whose version is in this one."""
    return _INFO_STATES.get(version_state, version_state)


def old_info_state(state: str) -> str:
    """Return what an app info in this state says in the deprecated vocabulary."""
    return _OLD_INFO_NAMES.get(state, state)


def state_name(kind: str) -> str:
    """Return which attribute of a type is its state in review, empty where none is."""
    return _STATE_NAMES.get(kind, "state")


def state_of(entity: Entity) -> str:
    """Return the state of something that is reviewed."""
    return str(entity[state_name(entity.type)] or "PREPARE_FOR_SUBMISSION")


def move(world: World, entity: Entity, step: str) -> None:
    """Have a step of a review happen to an item; nothing where its state does not provide for it.

    What was rejected before and is taken out again counts as withdrawn.
    """
    name = state_name(entity.type)
    if step == "take out" and entity["_rejected"]:
        step = "withdraw"
    to = _MOVES[step].get(state_of(entity))
    if name and to is not None:
        changes: dict[str, Any] = {name: _OWN_WORDS.get(entity.type, {}).get(to, to)}
        if step == "reject":
            changes["_rejected"] = True
        world.set(entity, **changes)
