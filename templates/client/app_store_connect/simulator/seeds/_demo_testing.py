"""The demo team's TestFlight: builds of every kind, groups, testers, the review of betas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..state import Entity
    from ._demo_apps import AppPlan
    from ._planter import Planter

__all__ = ["plant_testing"]

_UNSENT = {"PREPARE_FOR_SUBMISSION", "INVALID_BINARY"}
# What is tested of the latest version on iOS: number, days since, processing, internal, external.
_BETAS = (
    ("101", 95, "VALID", "EXPIRED", "EXPIRED"),
    ("102", 20, "VALID", "IN_BETA_TESTING", "IN_BETA_TESTING"),
    ("103", 6, "VALID", "IN_BETA_TESTING", "WAITING_FOR_BETA_REVIEW"),
    ("104", 3, "VALID", "IN_BETA_TESTING", "BETA_REJECTED"),
    ("105", 2, "INVALID", "PROCESSING_EXCEPTION", "PROCESSING_EXCEPTION"),
    ("106", 1, "VALID", "MISSING_EXPORT_COMPLIANCE", "MISSING_EXPORT_COMPLIANCE"),
    ("107", 0, "PROCESSING", "PROCESSING", "PROCESSING"),
)
_REVIEWS = {
    "IN_BETA_TESTING": "APPROVED",
    "WAITING_FOR_BETA_REVIEW": "WAITING_FOR_REVIEW",
    "BETA_REJECTED": "REJECTED",
}
_TESTERS = (
    ("Ada", "Berg", "INSTALLED"),
    ("Bo", "Castell", "ACCEPTED"),
    ("Cleo", "Dorn", "INVITED"),
    ("Dag", "Ekman", "INSTALLED"),
)


def plant_testing(planter: Planter, plan: AppPlan, app: Entity) -> None:
    """Give an app what TestFlight has of it."""
    planter.give(
        app,
        "betaAppReviewDetail",
        {
            "contactFirstName": "Robin",
            "contactLastName": "Vale",
            "contactPhone": "+1 555 0100",
            "contactEmail": "robin@example.com",
            "demoAccountRequired": False,
            "demoAccountName": "",
            "demoAccountPassword": "",
        },
    )
    planter.give(app, "betaLicenseAgreement", {"agreementText": "Be kind to what is not done."})
    planter.give(
        app,
        "betaAppLocalizations",
        {
            "locale": "en-US",
            "description": plan.description,
            "feedbackEmail": f"{plan.word}@example.com",
        },
    )
    _store_builds(planter, app)
    internal, external = (
        planter.give(
            app,
            "betaGroups",
            {
                "name": name,
                "createdDate": planter.ago(120),
                "isInternalGroup": inside,
                "hasAccessToAllBuilds": inside,
                "publicLinkEnabled": False,
                "publicLinkLimitEnabled": False,
                "feedbackEnabled": True,
            },
        )
        for name, inside in (("Team", True), ("Friends", False))
    )
    _testers(planter, plan, app, internal, external)
    train = _train(planter, app, "IOS", _latest(plan))
    for beta in _BETAS:
        _beta(planter, app, train, beta, internal, external)


def _latest(plan: AppPlan) -> str:
    return [number for platform, number, _ in plan.versions if platform == "IOS"][-1]


def _train(planter: Planter, app: Entity, platform: str, number: str) -> Entity | None:
    for train in planter.world.many(app, "preReleaseVersions"):
        if (train["platform"], train["version"]) == (platform, number):
            return train
    values = {"platform": platform, "version": number}
    return planter.give(app, "preReleaseVersions", values)


def _store_builds(planter: Planter, app: Entity) -> None:
    """Give the versions that were sent to the App Store their builds."""
    for version in planter.world.many(app, "appStoreVersions"):
        if version["appVersionState"] not in _UNSENT:
            platform, number = version["platform"], version["versionString"]
            train = _train(planter, app, platform, number)
            build = _build(planter, app, train, "100", 60)
            if build is not None:
                planter.world.relate(version, "build", build)
                _detail(planter, build, "READY_FOR_BETA_TESTING", "READY_FOR_BETA_SUBMISSION")


def _build(
    planter: Planter,
    app: Entity,
    train: Entity | None,
    number: str,
    days: int,
    state: str = "VALID",
) -> Entity | None:
    return planter.give(
        app,
        "builds",
        {
            "version": number,
            "uploadedDate": planter.ago(days),
            "expirationDate": planter.ago(days - 90),
            "expired": days > 90,  # noqa: PLR2004 - a build can be tested for 90 days
            "processingState": state,
            "minOsVersion": "17.0",
            "buildAudienceType": "APP_STORE_ELIGIBLE",
            "usesNonExemptEncryption": None if number == "106" else False,
        },
        preReleaseVersion=train,
    )


def _detail(planter: Planter, build: Entity, internal: str, external: str) -> None:
    values = {
        "autoNotifyEnabled": False,
        "internalBuildState": internal,
        "externalBuildState": external,
    }
    planter.give(build, "buildBetaDetail", values)


def _beta(
    planter: Planter,
    app: Entity,
    train: Entity | None,
    beta: tuple[str, int, str, str, str],
    internal: Entity | None,
    external: Entity | None,
) -> None:
    number, days, processing, inside, outside = beta
    build = _build(planter, app, train, number, days, processing)
    if build is None:
        return
    if outside in _REVIEWS:
        planter.give(
            build,
            "betaAppReviewSubmission",
            {"betaReviewState": _REVIEWS[outside], "submittedDate": planter.ago(days - 0.5)},
        )
        planter.give(
            build, "betaBuildLocalizations", {"locale": "en-US", "whatsNew": f"Try build {number}."}
        )
    groups = [
        group
        for group, state in ((internal, inside), (external, outside))
        if group is not None and state == "IN_BETA_TESTING"
    ]
    planter.world.link(build, "betaGroups", *groups)
    _detail(planter, build, inside, outside)


def _testers(
    planter: Planter,
    plan: AppPlan,
    app: Entity,
    internal: Entity | None,
    external: Entity | None,
) -> None:
    for index, (first, last, state) in enumerate(_TESTERS):
        inside = index == 0
        group = internal if inside else external
        planter.add(
            "betaTesters",
            {
                "firstName": first,
                "lastName": last,
                "email": f"{first.lower()}.{plan.word}@example.com",
                "inviteType": "EMAIL",
                "state": state,
            },
            betaGroups=group,
            apps=app,
        )
