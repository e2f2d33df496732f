"""Builds: what comes with one, when it can be tested, how it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from ..world import stamp
from .build_uploads import train_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["external_state", "follow", "is_settling", "rules"]

rules = Rules("builds")

_TESTFLIGHT = "D TestFlight overview"
_OPEN_FOR = timedelta(days=90)
_VALID_LAG, _COMPLIANCE_LAG = timedelta(seconds=60), timedelta(seconds=15)
_UNUSABLE = {
    "PROCESSING": "PROCESSING",
    "FAILED": "PROCESSING_EXCEPTION",
    "INVALID": "PROCESSING_EXCEPTION",
}
_REVIEWED = {
    None: "READY_FOR_BETA_SUBMISSION",
    "WAITING_FOR_REVIEW": "WAITING_FOR_BETA_REVIEW",
    "IN_REVIEW": "IN_BETA_REVIEW",
    "REJECTED": "BETA_REJECTED",
    "APPROVED": "BETA_APPROVED",
}
_IN_REVIEW = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW"})

rules.switch(
    "build_lag",
    default="none",
    choices=("none", "some"),
    number="6.12",
    says="Whether a build that has just become valid, or compliant, cannot be used for a minute.",
)
rules.switch(
    "builds_without_filter",
    default="all",
    choices=("all", "valid"),
    number="6.11",
    says="Whether a list of builds that no processing state is asked of has all builds.",
)
rules.known(
    "6.15",
    evidence="R notes of rorkai/App-Store-Connect-CLI",
    confidence="H",
    says="Neither the audience of a build nor its states can be written.",
)


@rules.identifies(
    "buildBetaDetails",
    number="11.7",
    evidence="R recorded answers",
    confidence="H",
    says="What a build's beta testing is like has the id of the build.",
)
def as_the_build(
    world: World,  # noqa: ARG001
    attributes: Mapping[str, Any],  # noqa: ARG001
    relationships: Mapping[str, list[Entity]],
) -> str | None:
    return next((x.id for x in relationships.get("build", ())), None)


@rules.born(
    "builds",
    number="6.13",
    evidence=f"C+ reports of builds becoming available; {_TESTFLIGHT}",
    confidence="M",
    says="A build belongs to a version of its app, and has states of internal and external tests.",
)
def complete(world: World, build: Entity) -> None:
    world.default(build, uploadedDate=world.stamp(), processingState="VALID")
    world.default(build, expirationDate=stamp(_moment(build["uploadedDate"]) + _OPEN_FOR))
    left = _moment(build["expirationDate"]) - world.now
    world.default(
        build,
        expired=left <= timedelta(0),
        # Most apps answer the question in their Info.plist.
        usesNonExemptEncryption=False,
        buildAudienceType="APP_STORE_ELIGIBLE",
    )
    world.later(max(left, timedelta(0)), "build_expired", build)
    app = world.one(build, "app")
    if app is not None and world.one(build, "preReleaseVersion") is None:
        train = train_of(world, app, "1.0", "IOS") or world.create(
            "preReleaseVersions", {"version": "1.0", "platform": "IOS"}, {"app": app}
        )
        world.relate(build, "preReleaseVersion", train)
    if world.one(build, "buildBetaDetail") is None:
        world.create("buildBetaDetails", {"autoNotifyEnabled": False}, {"build": build})
    world.set(build, _validFrom=stamp(world.now + _VALID_LAG))
    _offer(world, build)


@rules.born(
    "buildBetaDetails",
    number="6.13",
    evidence=f"C+ reports of builds becoming available; {_TESTFLIGHT}",
    confidence="M",
    says="The states of a build follow its processing, its compliance, its groups and its review.",
)
def begin(world: World, detail: Entity) -> None:
    build = world.one(detail, "build")
    if build is not None:
        internal, external = _states(world, build)
        world.default(detail, internalBuildState=internal, externalBuildState=external)


def follow(world: World, build: Entity) -> None:
    """Put the states of a build's tests to what they follow from."""
    detail = world.one(build, "buildBetaDetail")
    if detail is None:
        return
    internal, external = _states(world, build)
    world.set(detail, internalBuildState=internal, externalBuildState=external)
    if external == "IN_BETA_TESTING":
        for tester in _external_testers(world, build):
            if tester["state"] == "NOT_INVITED":
                world.set(tester, state="INVITED")


def external_state(world: World, build: Entity) -> str | None:
    """Return how far a build is on its way to external testers."""
    detail = world.one(build, "buildBetaDetail")
    found: str | None = detail["externalBuildState"] if detail is not None else None
    return found


def is_settling(world: World, build: Entity, name: str = "_validFrom") -> bool:
    """Whether a build cannot be used yet although it reads as if it could."""
    return world.switch("build_lag") == "some" and world.stamp() < (build[name] or "")


def _states(world: World, build: Entity) -> tuple[str, str]:
    both = "EXPIRED" if build["expired"] else _UNUSABLE.get(build["processingState"])
    if both is None and build["usesNonExemptEncryption"] is None:
        both = "MISSING_EXPORT_COMPLIANCE"
    internal, external = both or _internal(world, build), both or _external(world, build)
    only_internal = build["buildAudienceType"] == "INTERNAL_ONLY"
    return internal, "NOT_APPLICABLE" if only_internal else external


def _internal(world: World, build: Entity) -> str:
    tested = any(group["isInternalGroup"] for group in world.many(build, "betaGroups"))
    return "IN_BETA_TESTING" if tested else "READY_FOR_BETA_TESTING"


def _external(world: World, build: Entity) -> str:
    review = world.one(build, "betaAppReviewSubmission")
    state = _REVIEWED[review["betaReviewState"] if review is not None else None]
    groups = [x for x in world.many(build, "betaGroups") if not x["isInternalGroup"]]
    tested = groups or world.many(build, "individualTesters")
    return "IN_BETA_TESTING" if state == "BETA_APPROVED" and tested else state


def _external_testers(world: World, build: Entity) -> list[Entity]:
    groups = [x for x in world.many(build, "betaGroups") if not x["isInternalGroup"]]
    found = [x for group in groups for x in world.many(group, "betaTesters")]
    return found + world.many(build, "individualTesters")


def _offer(world: World, build: Entity) -> None:
    """Give a valid build to the groups that get all of them."""
    app = world.one(build, "app")
    if app is not None and build["processingState"] == "VALID":
        groups = [x for x in world.many(app, "betaGroups") if x["hasAccessToAllBuilds"]]
        world.link(build, "betaGroups", *groups)
    follow(world, build)


@rules.changed(
    "builds.processingState",
    number="6.13",
    evidence=f"C+ reports of builds becoming available; {_TESTFLIGHT}",
    confidence="M",
    says="A build that becomes valid goes to the internal groups with access to all builds.",
)
def become_valid(world: World, build: Entity, before: Any) -> None:  # noqa: ARG001
    world.set(build, _validFrom=stamp(world.now + _VALID_LAG))
    _offer(world, build)


@rules.changed(
    "builds.usesNonExemptEncryption",
    number="6.13",
    evidence="C+ reports of builds that miss compliance",
    confidence="M",
    says="A build whose export compliance is answered can be tested, seconds later.",
)
def become_compliant(world: World, build: Entity, before: Any) -> None:  # noqa: ARG001
    world.set(build, _compliantFrom=stamp(world.now + _COMPLIANCE_LAG))
    follow(world, build)


@rules.before(
    "builds_updateInstance",
    number="6.14",
    evidence="R answers handled by tramlinehq/applelink",
    confidence="H",
    says="The answer on export compliance cannot be changed once it is given.",
)
def compliance_stays(call: Call) -> None:
    name = "usesNonExemptEncryption"
    if name in call.attributes and call.target[name] is not None:
        call.invalid(name, "You cannot update when the value is already set.")


@rules.before(
    "builds_updateInstance",
    number="6.16",
    evidence="C+ notes of release pipelines",
    confidence="H",
    says="An expired build stays so.",
)
def expiry_is_final(call: Call) -> None:
    if call.attributes.get("expired") is False and call.target["expired"]:
        call.invalid("expired", "You cannot bring back a build that has expired")


@rules.changed(
    "builds.expired",
    number="6.16",
    evidence="C+ notes of release pipelines",
    confidence="H",
    says="A build that expires is tested no longer, and leaves the review.",
)
def expire(world: World, build: Entity, before: Any) -> None:  # noqa: ARG001
    review = world.one(build, "betaAppReviewSubmission")
    if build["expired"] and review is not None and review["betaReviewState"] in _IN_REVIEW:
        world.delete(review)
    follow(world, build)


@rules.event(
    "build_expired",
    number="6.17",
    evidence=_TESTFLIGHT,
    confidence="H",
    says="A build expires 90 days after its upload.",
)
def come_of_age(world: World, build: Entity, data: Mapping[str, Any]) -> None:  # noqa: ARG001
    world.set(build, expired=True)


@rules.before(
    "builds_buildBetaDetail_getToOneRelated",
    "buildBetaDetails_getInstance",
    number="6.12",
    evidence="R codemagic-cli-tools #346",
    confidence="H",
    says="The states of a build that has just become valid may not be found for a minute.",
)
def states_come_late(call: Call) -> None:
    found = call.world.find("builds", call.target.id)
    if found is not None and is_settling(call.world, found):
        detail = f"There is no resource of type 'buildBetaDetails' with id '{found.id}'"
        call.refuse(404, "NOT_FOUND", detail)


@rules.instead(
    "builds_getCollection",
    number="6.11",
    evidence="C notes of a release pipeline",
    confidence="L",
    says="A list of builds may have the valid ones only, if no processing state is asked for.",
)
def list_valid(call: Call) -> list[Entity] | None:
    asked = "processingState" in call.query.filters
    if asked or call.world.switch("builds_without_filter") == "all":
        return None
    return [x for x in call.world.all("builds") if x["processingState"] == "VALID"]


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
