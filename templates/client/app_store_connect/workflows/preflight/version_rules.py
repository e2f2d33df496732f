"""Rules on the version itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..version_states import CHANGEABLE, number_of, state_of
from .rule import Rule
from .text_rules import REQUIRED, missing

if TYPE_CHECKING:
    from ...models import AppStoreVersion
    from .situation import Situation

__all__ = ["VERSION_RULES"]

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOTES = "field notes on submissions"
_HELP = "App Store Connect help"
_WHERE = "workflows.versions.ensure"


def _old_copyright(version: AppStoreVersion, situation: Situation) -> bool:
    years = [int(x) for x in _YEAR.findall(version.copyright or "")]
    return bool(years) and max(years) < datetime.fromtimestamp(situation.now, UTC).year


def _is_scheduled(version: AppStoreVersion) -> bool:
    return version.release_type == "SCHEDULED"


def _is_past(version: AppStoreVersion, situation: Situation) -> bool:
    date = version.earliest_release_date
    return _is_scheduled(version) and date is not None and date.timestamp() <= situation.now


def _is_lower(version: AppStoreVersion, situation: Situation) -> bool:
    live = situation.versions.live
    return (
        live is not None
        and live != version
        and number_of(version.version_string) <= number_of(live.version_string)
    )


VERSION_RULES = (
    Rule(
        id="V01",
        server="5.11b",
        source=_NOTES,
        each="version",
        broken=missing("copyright"),
        says="the copyright is missing",
        where=f"{_WHERE}, copyright",
        code=f"appStoreVersions {REQUIRED} copyright",
    ),
    Rule(
        id="V02",
        server="5.11b",
        source=_NOTES,
        each="whole",
        broken=lambda s, _: s.build is None,
        says="the version has no build",
        where="workflows.versions.select_build",
        code="appStoreVersions ENTITY_ERROR.RELATIONSHIP.REQUIRED build",
    ),
    Rule(
        id="V03",
        server="4.9",
        source=f"{_HELP}, app and submission statuses",
        each="version",
        broken=lambda version, _: state_of(version) not in CHANGEABLE | {"READY_FOR_REVIEW"},
        says="the version is in a state in which it cannot be submitted",
        where="workflows.versions.cancel, or wait",
    ),
    Rule(
        id="V04",
        source=f"{_HELP}, app and submission statuses",
        each="version",
        broken=lambda version, _: state_of(version) == "INVALID_BINARY",
        says="Apple refused the build as such: upload another one and select it",
        where="workflows.testflight.upload, workflows.versions.select_build",
    ),
    Rule(
        id="V05",
        server="5.21",
        source="field notes on resubmissions",
        each="version",
        broken=lambda version, _: state_of(version) in {"REJECTED", "METADATA_REJECTED"},
        says="App Review rejected it, for reasons that only the website tells",
        where="App Store Connect on the web, App Review",
        level="unseen",
    ),
    Rule(
        id="V06",
        server="4.5",
        source="field notes; fastlane deliver",
        each="version",
        broken=lambda version, _: _is_scheduled(version) and version.earliest_release_date is None,
        says="a scheduled release needs a date",
        where=f"{_WHERE}, earliest_release_date",
        level="warning",
    ),
    Rule(
        id="V07",
        server="4.5",
        source="field notes; fastlane deliver",
        each="version",
        broken=_is_past,
        says="the date of the scheduled release is over: it is released as soon as it is approved",
        where=f"{_WHERE}, earliest_release_date",
        level="warning",
    ),
    Rule(
        id="V08",
        source=f"{_HELP}, create a new version",
        each="version",
        broken=_is_lower,
        says="the number is not higher than that of the version in the store",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="V09",
        source="fastlane precheck",
        each="version",
        broken=_old_copyright,
        says="the copyright is of an earlier year",
        where=f"{_WHERE}, copyright",
        level="warning",
    ),
    Rule(
        id="V10",
        server="5.11a",
        source="inferred: each text that is asked for is a localization's",
        each="whole",
        broken=lambda s, _: not s.pages,
        says="the version has no localization",
        where="workflows.versions.set_texts",
    ),
    Rule(
        id="V11",
        source=f"{_HELP}, App Clip information; fastlane deliver",
        each="bundles",
        broken=lambda bundle, s: bundle.bundle_type == "APP_CLIP" and not s.has_app_clip_card,
        says="the build has an App Clip, and the version has no card for it",
        where="workflows.versions.set_app_clip",
        level="warning",
    ),
)
