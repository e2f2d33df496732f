"""TestFlight groups: which builds and how many testers one may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules
from .builds import external_state, follow, is_settling

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("beta_groups")

_LINKS = (
    "betaGroups_builds_createToManyRelationship",
    "builds_betaGroups_createToManyRelationship",
)
_UNLINKS = (
    "betaGroups_builds_deleteToManyRelationship",
    "builds_betaGroups_deleteToManyRelationship",
)
_UNASSIGNABLE = frozenset(
    {"MISSING_EXPORT_COMPLIANCE", "EXPIRED", "NOT_APPLICABLE", "PROCESSING", "PROCESSING_EXCEPTION"}
)
_LINK = "https://testflight.apple.com/join"
_MOST_BY_LINK = 10_000

rules.switch(
    "internal_group_builds",
    default="visible",
    choices=("visible", "ignored"),
    number="6.20",
    says="Whether a build that is added to an internal group is in it afterwards, or the answer "
    "is 204 all the same.",
)
rules.known(
    "6.21",
    evidence="R notes of release pipelines",
    confidence="H",
    says="Whether a group is internal, and gets all builds, is said at its creation only.",
)


def pairs(call: Call) -> list[tuple[Entity, Entity]]:
    """Return the groups that a linkage is about, each with each build."""
    if call.target.type == "betaGroups":
        builds = call.linked or call.relationships.get("builds", [])
        return [(call.target, build) for build in builds]
    return [(group, call.target) for group in call.linked]


@rules.born(
    "betaGroups",
    number="6.21",
    evidence="R recorded answers; S the API's document",
    confidence="H",
    says="A group is external unless it says otherwise; one with access gets all valid builds.",
)
def complete(world: World, group: Entity) -> None:
    world.default(
        group,
        createdDate=world.stamp(),
        isInternalGroup=False,
        hasAccessToAllBuilds=False,
        publicLinkEnabled=False,
        publicLinkLimitEnabled=False,
        feedbackEnabled=True,
    )
    app = world.one(group, "app")
    if app is not None and group["hasAccessToAllBuilds"]:
        valid = [x for x in world.many(app, "builds") if x["processingState"] == "VALID"]
        world.link(group, "builds", *valid)
    for build in world.many(group, "builds"):
        follow(world, build)
    _open(world, group)


@rules.after(
    "betaGroups_updateInstance",
    number="",
    evidence="S the API's document",
    confidence="M",
    says="A group whose public link is enabled has one.",
)
def open_to_all(call: Call) -> None:
    _open(call.world, call.target)


def _open(world: World, group: Entity) -> None:
    if group["publicLinkEnabled"] and not group["publicLinkId"]:
        code = world.draw("publicLinks", 4).hex()
        world.set(group, publicLinkId=code, publicLink=f"{_LINK}/{code}")


@rules.before(
    "betaGroups_createInstance",
    "betaGroups_updateInstance",
    number="6.35",
    evidence="D TestFlight overview",
    confidence="M",
    says="A public link is for 1 to 10,000 testers.",
)
def links_have_limits(call: Call) -> None:
    limit = call.attributes.get("publicLinkLimit")
    if limit is not None and not 1 <= limit <= _MOST_BY_LINK:
        call.invalid("publicLinkLimit", f"The limit must be between 1 and {_MOST_BY_LINK}")


@rules.before(
    *_LINKS,
    number="6.12",
    evidence="R notes of rorkai/App-Store-Connect-CLI",
    confidence="H",
    says="A build that has just become valid may not be found by groups, though it can be read.",
)
def builds_settle_first(call: Call) -> None:
    for _, build in pairs(call):
        if is_settling(call.world, build):
            detail = f"There is no resource of type 'builds' with id '{build.id}'"
            call.refuse(404, "NOT_FOUND", detail)


@rules.before(
    *_LINKS,
    number="6.18",
    evidence="C+ reports of builds that could not be assigned",
    confidence="H",
    says="External groups take no build that is expired, misses compliance or is internal only.",
)
def external_groups_take_assignable_builds(call: Call) -> None:
    _check_assignable(call)


@rules.after(
    "betaGroups_createInstance",
    number="6.18",
    evidence="C+ reports of builds that could not be assigned",
    confidence="H",
    says="A new external group takes no such build either.",
)
def new_groups_take_assignable_builds(call: Call) -> None:
    _check_assignable(call)


def _check_assignable(call: Call) -> None:
    for group, build in pairs(call):
        barred = external_state(call.world, build) in _UNASSIGNABLE
        if not group["isInternalGroup"] and (
            barred or is_settling(call.world, build, "_compliantFrom")
        ):
            call.refuse(
                422,
                "ENTITY_UNPROCESSABLE",
                "Build is not in an externally assignable state",
                title="Build is not assignable",
            )


@rules.before(
    *_LINKS,
    number="6.19",
    evidence="R fastlane #22051",
    confidence="H",
    says="An internal group with access to all builds takes none by name.",
)
def groups_with_access_have_all(call: Call) -> None:
    if any(group["hasAccessToAllBuilds"] for group, _ in pairs(call)):
        call.refuse(422, "ENTITY_UNPROCESSABLE", "Cannot add internal group to a build")


@rules.after(
    *_LINKS,
    *_UNLINKS,
    number="6.20",
    evidence="C notes that contradict each other",
    confidence="M",
    says="A build is tested by the groups it is added to, and no longer when it is taken out.",
)
def test(call: Call) -> None:
    world = call.world
    ignored = world.switch("internal_group_builds") == "ignored" and call.operation.id in _LINKS
    for group, build in pairs(call):
        if ignored and group["isInternalGroup"]:
            world.unlink(group, "builds", build)
        follow(world, build)
