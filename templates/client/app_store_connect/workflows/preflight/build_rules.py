"""Rules on the build of the version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..version_states import number_of
from .rule import Rule
from .text_rules import REQUIRED

if TYPE_CHECKING:
    from ...models import Build
    from .situation import Situation

__all__ = ["BUILD_RULES"]

_SELECT = "workflows.versions.select_build"
_ATTACH = "recorded answers: tramlinehq/applelink"
_CODE = "builds ENTITY_ERROR.RELATIONSHIP.INVALID.INVALID_STATE"


def _train(build: Build) -> Any:
    return getattr(build, "pre_release_version", None)


def _other_number(build: Build, situation: Situation) -> bool:
    train = _train(build)
    wanted = number_of(situation.version.version_string)
    return train is not None and number_of(train.version) != wanted


def _other_platform(build: Build, situation: Situation) -> bool:
    train = _train(build)
    return train is not None and str(train.platform) != situation.platform


def _undeclared(build: Build, _: Situation) -> bool:
    declaration: Any = getattr(build, "app_encryption_declaration", None)
    return bool(build.uses_non_exempt_encryption) and declaration is None


def _unapproved(build: Build, _: Situation) -> bool:
    declaration: Any = getattr(build, "app_encryption_declaration", None)
    state = str(getattr(declaration, "app_encryption_declaration_state", None))
    return bool(build.uses_non_exempt_encryption) and state in {"CREATED", "IN_REVIEW", "REJECTED"}


def _has_no_symbols(bundle: Any, _: Situation) -> bool:
    return str(bundle.bundle_type) == "APP" and bundle.includes_symbols is False


BUILD_RULES = (
    Rule(
        id="B01",
        server="5.11f",
        source="recorded answers: fastlane spaceship api_client",
        each="build",
        broken=lambda build, _: build.uses_non_exempt_encryption is None,
        says="whether it uses encryption that is not exempt is not answered",
        where="builds.update, uses_non_exempt_encryption, or ITSAppUsesNonExemptEncryption",
        code=f"builds {REQUIRED} usesNonExemptEncryption",
    ),
    Rule(
        id="B02",
        server="4.6",
        source=_ATTACH,
        each="build",
        broken=lambda build, _: str(build.processing_state) == "PROCESSING",
        says="the build is still being processed",
        where="workflows.testflight.wait_for_build",
        code=_CODE,
    ),
    Rule(
        id="B03",
        server="4.6",
        source=_ATTACH,
        each="build",
        broken=lambda build, _: str(build.processing_state) in {"FAILED", "INVALID"},
        says="Apple could not process the build",
        where=_SELECT,
        code=_CODE,
    ),
    Rule(
        id="B04",
        server="4.6",
        source=_ATTACH,
        each="build",
        broken=lambda build, _: bool(build.expired),
        says="the build has expired",
        where=_SELECT,
        code=_CODE,
    ),
    Rule(
        id="B05",
        server="4.6",
        source="field notes on attaching builds",
        each="build",
        broken=_other_number,
        says="the build is of another version",
        where=_SELECT,
        code=_CODE,
    ),
    Rule(
        id="B06",
        server="4.6",
        source="field notes on attaching builds",
        each="build",
        broken=_other_platform,
        says="the build is for another platform",
        where=_SELECT,
        code=_CODE,
    ),
    Rule(
        id="B07",
        server="4.8",
        source="a field note with the answer; Apple's beta SDKs have a letter at the end",
        each="bundles",
        broken=lambda bundle, _: str(bundle.sdk_build or "")[-1:].islower(),
        says="the build was made with a beta version of the SDK",
        where="build it with a released Xcode",
        code=(
            "appStoreVersion ENTITY_ERROR.RELATIONSHIP.INVALID.INVALID_STATE."
            "BUILD_SDK_NOT_ALLOWED_FOR_APP_STORE_SUBMISSION"
        ),
    ),
    Rule(
        id="B08",
        server="4.14",
        source="App Store Connect help, export compliance",
        each="build",
        broken=_undeclared,
        says="it uses encryption that is not exempt and has no declaration on it",
        where="app_encryption_declarations.create, builds.set_app_encryption_declaration",
        level="warning",
    ),
    Rule(
        id="B09",
        server="4.14",
        source="App Store Connect help, export compliance",
        each="build",
        broken=_unapproved,
        says="its declaration on encryption is not approved",
        where="app_encryption_declarations",
        level="warning",
    ),
    Rule(
        id="B10",
        source="App Store Connect help, view symbols",
        each="bundles",
        broken=_has_no_symbols,
        says="the build has no symbols, so that crashes will not be told by name",
        where="upload it with symbols",
        level="warning",
    ),
)
