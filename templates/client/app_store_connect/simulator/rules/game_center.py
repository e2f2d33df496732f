"""Game Center: whether an app has it, and how much there can be of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..call import Content
from ..registry import Rules
from .states import LIVE

if TYPE_CHECKING:
    from ..call import Call

__all__ = ["rules"]

rules = Rules("game_center")

rules.switch(
    "game_center_absent",
    default="404",
    choices=("404", "empty id"),
    number="10.15",
    says="What an app without Game Center answers when asked for it: 404, or one with an empty id.",
)

_WITHOUT_ID = b'{"data":{"type":"gameCenterDetails","id":""},"links":{"self":""}}'
_MOST_SETS = _MOST_IN_A_SET = 100
_LONGEST_NAME = 50
_LIMITS = "D Configure leaderboard sets"
_SETS = ("gameCenterLeaderboardSets", "gameCenterLeaderboardSetsV2")
_MEMBERS = tuple(f"{name}_gameCenterLeaderboards" for name in _SETS)
_NAMED = tuple(
    f"gameCenter{kind}Localizations{version}_{verb}Instance"
    for kind in ("Achievement", "Activity", "Challenge", "Leaderboard", "LeaderboardSet")
    for version in ("", "V2")
    for verb in ("create", "update")
)


@rules.instead(
    "apps_gameCenterDetail_getToOneRelated",
    number="10.15",
    evidence="R rorkai/App-Store-Connect-CLI has met both",
    confidence="M",
    says="An app without Game Center has no detail of it: 404, or one without an id.",
)
def apps_need_not_have_it(call: Call) -> Content | None:
    world, app = call.world, call.target
    if world.one(app, "gameCenterDetail") is not None:
        return None
    if world.switch("game_center_absent") == "404":
        detail = f"There is no resource of type 'gameCenterDetails' with id '{app.id}'"
        call.refuse(404, "NOT_FOUND", detail)
    return Content(_WITHOUT_ID, "application/json")


@rules.before(
    "gameCenterDetails_challengesMinimumPlatformVersions_replaceToManyRelationship",
    number="10.16",
    evidence="R answers kept in the tests of rorkai/App-Store-Connect-CLI",
    confidence="H",
    says="Challenges need at least a version that is live; the list is replaced as a whole.",
)
def challenges_need_live_versions(call: Call) -> None:
    if any(x["appVersionState"] != LIVE for x in call.linked):
        code = "STATE_ERROR.MIN_CHALLENGES_VERSION_MUST_BE_LIVE"
        call.refuse(409, code, "The minimum version for challenges must be live.")


@rules.before(
    *(f"{name}_createInstance" for name in _SETS),
    number="10.17",
    evidence=_LIMITS,
    confidence="H",
    says="An app has a hundred sets of leaderboards at most.",
)
def sets_are_a_hundred(call: Call) -> None:
    owner = call.related("gameCenterDetail") or call.related("gameCenterGroup")
    there = [] if owner is None else call.world.many(owner, "gameCenterLeaderboardSets")
    if len(there) >= _MOST_SETS:
        detail = f"The maximum number of leaderboard sets is {_MOST_SETS}."
        call.refuse(409, "ENTITY_ERROR", detail)


@rules.before(
    *(f"{name}_{verb}ToManyRelationship" for name in _MEMBERS for verb in ("create", "replace")),
    number="10.17",
    evidence=_LIMITS,
    confidence="H",
    says="A set has a hundred leaderboards at most.",
)
def a_set_has_a_hundred(call: Call) -> None:
    wanted = {x.id for x in call.linked}
    if call.operation.method == "POST":
        wanted |= {x.id for x in call.world.many(call.target, "gameCenterLeaderboards")}
    if len(wanted) > _MOST_IN_A_SET:
        detail = f"The maximum number of leaderboards in a set is {_MOST_IN_A_SET}."
        call.refuse(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", detail)


@rules.before(
    "gameCenterLeaderboardSetReleases_createInstance",
    number="10.17",
    evidence="D Configure leaderboard sets; nobody has recorded the answer",
    confidence="L",
    says="A set without a leaderboard is not released.",
)
def a_set_has_something(call: Call) -> None:
    found = call.related("gameCenterLeaderboardSet")
    if found is not None and not call.world.many(found, "gameCenterLeaderboards"):
        detail = "The leaderboard set has no leaderboards."
        call.invalid_relationship("gameCenterLeaderboardSet", detail)


@rules.before(
    *_NAMED,
    number="10.17",
    evidence="R recorded 409",
    confidence="M",
    says="Names of Game Center have fifty characters at most.",
)
def names_are_short(call: Call) -> None:
    if len(str(call.attributes.get("name") or "")) > _LONGEST_NAME:
        detail = f"The attribute 'name' can not be longer than {_LONGEST_NAME} characters"
        call.invalid("name", detail, kind="TOO_LONG")
