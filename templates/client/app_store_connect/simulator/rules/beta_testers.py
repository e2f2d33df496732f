"""TestFlight testers: who may be in which group, and who is invited when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules
from .builds import external_state, follow

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("beta_testers")

_NOTES = "R notes of release pipelines"
_LINKS = (
    "betaGroups_betaTesters_createToManyRelationship",
    "betaTesters_betaGroups_createToManyRelationship",
)
_MOST_INTERNAL, _MOST_EXTERNAL = 100, 10_000
_ACCEPTED = frozenset({"ACCEPTED", "INSTALLED"})

rules.switch(
    "known_tester",
    default="refuse",
    choices=("refuse", "answer"),
    number="6.24",
    says="Whether creating a tester whose address the app knows is refused with 409, or answered "
    "with the one there is, who joins the groups.",
)
rules.known(
    "6.37",
    evidence="S the API's document; D Testing with sandbox accounts",
    confidence="H",
    says="Testers of the sandbox are neither created nor deleted by the API.",
)


def _pairs(call: Call) -> list[tuple[Entity, Entity]]:
    """Return the groups that a linkage is about, each with each tester."""
    if call.target.type == "betaGroups":
        testers = call.linked or call.relationships.get("betaTesters", [])
        return [(call.target, tester) for tester in testers]
    groups = call.linked or call.relationships.get("betaGroups", [])
    return [(group, call.target) for group in groups]


@rules.before(
    "betaTesters_createInstance",
    number="6.22",
    evidence="C notes of a release pipeline",
    confidence="H",
    says="A new tester comes with groups or with builds, not with both.",
)
def testers_come_by_one_way(call: Call) -> None:
    if call.relationships.get("betaGroups") and call.relationships.get("builds"):
        call.refuse(
            409,
            "ENTITY_ERROR.RELATIONSHIP.INVALID",
            "Only one relationship of 'betaGroups' and 'builds' may be provided",
        )


@rules.before(
    "betaTesters_createInstance",
    number="6.24",
    evidence="C+ notes of release pipelines; nobody has recorded the answer",
    confidence="M",
    says="An app has one tester of an address.",
)
def testers_are_known_by_address(call: Call) -> None:
    world, email = call.world, str(call.attributes.get("email")).lower()
    owners = call.relationships.get("betaGroups", []) or call.relationships.get("builds", [])
    apps = {app.id for x in owners if (app := world.one(x, "app")) is not None}
    for tester in world.all("betaTesters"):
        if str(tester["email"]).lower() != email or not apps.intersection(
            x.id for x in world.many(tester, "apps")
        ):
            continue
        groups = call.relationships.get("betaGroups", [])
        if world.switch("known_tester") == "refuse" or {x.id for x in groups}.issubset(
            x.id for x in world.many(tester, "betaGroups")
        ):
            call.invalid("email", f"A tester '{email}' already exists", kind="DUPLICATE")
        world.link(tester, "betaGroups", *groups)
        call.answer_with(tester)


@rules.born(
    "betaTesters",
    number="6.25",
    evidence="C+ notes of release pipelines",
    confidence="M",
    says="Internal testers are invited at once, external ones when a build has been approved.",
)
def enroll(world: World, tester: Entity) -> None:
    world.default(tester, inviteType="EMAIL")
    for group in world.many(tester, "betaGroups"):
        _enroll(world, tester, group)
    for build in world.many(tester, "builds"):
        app = world.one(build, "app")
        if app is not None:
            world.link(tester, "apps", app)
    invited = "INVITED" if _testable(world, tester) else "NOT_INVITED"
    internal = any(x["isInternalGroup"] for x in world.many(tester, "betaGroups"))
    world.default(tester, state="INVITED" if internal else invited)
    for build in world.many(tester, "builds"):
        follow(world, build)


def _enroll(world: World, tester: Entity, group: Entity) -> None:
    app = world.one(group, "app")
    if app is not None:
        world.link(tester, "apps", app)


@rules.before(
    *_LINKS,
    number="6.23",
    evidence=_NOTES,
    confidence="H",
    says="Internal groups take users of the team only, and all groups testers of their own app.",
)
def groups_take_their_own(call: Call) -> None:
    _check_assigned(call)


@rules.after(
    "betaTesters_createInstance",
    "betaGroups_createInstance",
    number="6.23",
    evidence=_NOTES,
    confidence="H",
    says="So do groups and testers that are new.",
)
def newcomers_fit(call: Call) -> None:
    _check_assigned(call)


def _check_assigned(call: Call) -> None:
    world = call.world
    for group, tester in _pairs(call):
        apps = world.many(tester, "apps")
        app = world.one(group, "app")
        stranger = apps and app is not None and app.id not in {x.id for x in apps}
        if stranger or (group["isInternalGroup"] and not _is_user(world, tester)):
            call.refuse(409, "STATE_ERROR", "Tester(s) cannot be assigned")


def _is_user(world: World, tester: Entity) -> bool:
    email = str(tester["email"]).lower()
    return any(str(x["username"]).lower() == email for x in world.all("users"))


@rules.before(
    *_LINKS,
    number="6.24",
    evidence="C+ notes of release pipelines; nobody has recorded the answer",
    confidence="M",
    says="A tester who is in a group is not added again.",
)
def testers_join_once(call: Call) -> None:
    for group, tester in _pairs(call):
        if tester.id in {x.id for x in call.world.many(group, "betaTesters")}:
            call.refuse(409, "STATE_ERROR", f"Tester '{tester.id}' is already in the group")


@rules.before(
    *_LINKS,
    number="6.35",
    evidence="D TestFlight overview",
    confidence="M",
    says="An app has 100 internal testers, and a group 10,000 external ones.",
)
def groups_are_full(call: Call) -> None:
    world = call.world
    pairs = _pairs(call)
    for group in dict.fromkeys(group for group, _ in pairs):
        joining = sum(other is group for other, _ in pairs)
        most = _MOST_INTERNAL if group["isInternalGroup"] else _MOST_EXTERNAL
        if len(world.many(group, "betaTesters")) + joining > most:
            call.refuse(409, "STATE_ERROR", f"A group has at most {most} testers")


@rules.after(
    *_LINKS,
    "betaGroups_createInstance",
    "betaTesters_builds_createToManyRelationship",
    "builds_individualTesters_createToManyRelationship",
    number="6.25",
    evidence="C+ notes of release pipelines",
    confidence="M",
    says="Who joins becomes a tester of the app, and is invited if there is something to test.",
)
def join(call: Call) -> None:
    world = call.world
    if "roups" in call.operation.id:
        testers: list[Entity] = []
        for group, tester in _pairs(call):
            _enroll(world, tester, group)
            testers.append(tester)
    else:
        testers = call.linked if call.target.type == "builds" else [call.target]
        for build in [call.target] if call.target.type == "builds" else call.linked:
            follow(world, build)
    for tester in testers:
        internal = any(x["isInternalGroup"] for x in world.many(tester, "betaGroups"))
        if tester["state"] not in _ACCEPTED and (internal or _testable(world, tester)):
            world.set(tester, state="INVITED")


@rules.after(
    "apps_betaTesters_deleteToManyRelationship",
    "betaTesters_apps_deleteToManyRelationship",
    number="6.25",
    evidence="C+ notes of release pipelines",
    confidence="M",
    says="Who is removed from an app is revoked, and in none of its groups.",
)
def revoke(call: Call) -> None:
    world, here = call.world, call.target.type == "apps"
    for other in call.linked:
        app, tester = (call.target, other) if here else (other, call.target)
        groups = {x.id for x in world.many(app, "betaGroups")}
        left = [x for x in world.many(tester, "betaGroups") if x.id in groups]
        world.unlink(tester, "betaGroups", *left)
        world.set(tester, state="REVOKED")


def _testable(world: World, tester: Entity, app: Entity | None = None) -> bool:
    """Whether there is a build that a tester could install."""
    for group in world.many(tester, "betaGroups"):
        builds = world.many(group, "builds")
        if any(_is_tested(world, x, internal=bool(group["isInternalGroup"])) for x in builds) and (
            app is None or world.one(group, "app") is app
        ):
            return True
    return any(_is_tested(world, x, internal=False) for x in world.many(tester, "builds"))


def _is_tested(world: World, build: Entity, *, internal: bool) -> bool:
    detail = world.one(build, "buildBetaDetail")
    if internal:
        return detail is not None and detail["internalBuildState"] == "IN_BETA_TESTING"
    return external_state(world, build) == "IN_BETA_TESTING"


@rules.before(
    "betaTesterInvitations_createInstance",
    number="6.26",
    evidence="C+ notes of release pipelines",
    confidence="H",
    says="Nobody is invited who has accepted, or who would find nothing to install.",
)
def invitations_make_sense(call: Call) -> None:
    tester = call.related("betaTester")
    if tester is None:
        return
    if tester["state"] in _ACCEPTED:
        call.refuse(
            409, "STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED", "The tester has already accepted"
        )
    if not _testable(call.world, tester, call.related("app")):
        call.refuse(
            409,
            "STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS",
            "There are no builds that the tester could install",
        )


@rules.after(
    "betaTesterInvitations_createInstance",
    number="6.26",
    evidence="C+ notes of release pipelines",
    confidence="H",
    says="An invitation makes its tester an invited one.",
)
def invite(call: Call) -> None:
    tester = call.related("betaTester")
    if tester is not None:
        call.world.set(tester, state="INVITED")
