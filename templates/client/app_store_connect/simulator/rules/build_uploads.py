"""Uploads of builds: what is refused at the door, what processing finds, and the build it makes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from ..uploaded_files import content_of, delivery_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("build_uploads")

_MOCKS = "R answers kept in the tests of codemagic-cli-tools"
_NOTES = "R notes of a pipeline that uploads builds"
_LISTED_AFTER, _VALID_AFTER = 60, 600
_RELEASED = frozenset({"READY_FOR_DISTRIBUTION", "READY_FOR_SALE", "REPLACED_WITH_NEW_VERSION"})
_INFO = re.compile(r"Payload/[^/]+\.app/Info\.plist")


def train_of(world: World, app: Entity, version: str, platform: str | None) -> Entity | None:
    """Return the pre-release version of an app; 1.2 and 1.2.0 are the same one."""
    wanted = numbers(version)
    return next(
        (
            x
            for x in world.many(app, "preReleaseVersions")
            if numbers(x["version"]) == wanted and x["platform"] == platform
        ),
        None,
    )


def numbers(version: str | None) -> tuple[int, ...]:
    """Return a version as numbers to compare, without zeros at its end."""
    found = [int(x) for x in re.findall(r"\d+", version or "")]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


@rules.before(
    "buildUploads_createInstance",
    number="6.1",
    evidence=_MOCKS,
    confidence="H",
    says="The number of a build is above that of every other of its version.",
)
def build_numbers_rise(call: Call) -> None:
    app = call.related("app")
    told = call.attributes
    version = str(told.get("cfBundleShortVersionString"))
    train = app and train_of(call.world, app, version, told.get("platform"))
    builds = call.world.many(train, "builds") if train is not None else []
    latest = max(builds, key=lambda x: numbers(x["version"]), default=None)
    if latest is None or numbers(told.get("cfBundleVersion")) > numbers(latest["version"]):
        return
    call.refuse(
        409,
        "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE",
        "The bundle version must be higher than the previously uploaded version: "
        f"'{latest['version']}'",
        pointer="/data/attributes/cfBundleVersion",
        meta={"previousBundleVersion": latest["version"]},
    )


@rules.born(
    "buildUploads",
    number="6.9",
    evidence="C+ reports of uploads; S the API's document",
    confidence="H",
    says="An upload awaits its file, is processed, and is complete or has failed.",
)
def await_file(world: World, entity: Entity) -> None:
    world.default(entity, state=_state("AWAITING_UPLOAD"), createdDate=world.stamp())


@rules.before(
    "buildUploadFiles_createInstance",
    number="6.2",
    evidence="C+ reports of repeated uploads",
    confidence="H",
    says="An upload that has its file takes no other.",
)
def uploads_take_one_file(call: Call) -> None:
    upload = call.related("buildUpload")
    if upload is not None and delivery_state(upload) != "AWAITING_UPLOAD":
        call.invalid_relationship(
            "buildUpload", "The build upload is not awaiting a file", kind="INVALID_STATE"
        )


@rules.after(
    "buildUploadFiles_createInstance",
    number="",
    evidence="S the API's document",
    confidence="H",
    says="The file of an upload is to be had from it by the name of its kind.",
)
def name_the_file(call: Call) -> None:
    names = {"ASSET_DESCRIPTION": "assetDescriptionFile", "ASSET_SPI": "assetSpiFile"}
    upload = call.related("buildUpload")
    if upload is not None:
        name = names.get(call.target["assetType"], "assetFile")
        call.world.relate(upload, name, call.target)


@rules.before(
    "buildUploads_deleteInstance",
    number="6.7",
    evidence=_NOTES,
    confidence="H",
    says="An upload can be deleted as long as it awaits its file.",
)
def only_awaited_uploads_are_deleted(call: Call) -> None:
    state = delivery_state(call.target)
    if state != "AWAITING_UPLOAD":
        call.refuse(409, "STATE_ERROR.INVALID_STATE", f"The build upload is in the state {state}")


rules.known(
    "6.3",
    evidence="C notes of a release pipeline",
    confidence="H",
    says="Name and size of the file are attributes of it, unknown ones of the upload.",
)


@rules.after(
    "buildUploadFiles_updateInstance",
    number="6.9",
    evidence="C+ reports of uploads",
    confidence="H",
    says="With the commit of its file an upload is processed; a build is listed after a minute.",
)
def begin(call: Call) -> None:
    upload = call.world.one(call.target, "buildUpload")
    if call.attributes.get("uploaded") and call.target["assetType"] == "ASSET" and upload:
        call.world.set(upload, state=_state("PROCESSING"), uploadedDate=call.world.stamp())
        call.world.later(_LISTED_AFTER, "build_upload_processed", upload)


@rules.event(
    "build_upload_processed",
    number="6.8",
    evidence=f"{_NOTES}; C codes of delivery mails",
    confidence="H",
    says="What counts is the Info.plist in the file: a version that is not above the released one "
    "fails with 90062 and 90186, another bundle id with 90054, and no build is listed.",
)
def process_upload(world: World, upload: Entity, data: Mapping[str, Any]) -> None:  # noqa: ARG001
    app, file = world.one(upload, "app"), world.one(upload, "assetFile")
    if app is None or file is None:
        return
    info = _info(content_of(world, file))
    version = info.get("CFBundleShortVersionString") or upload["cfBundleShortVersionString"]
    errors = _errors(world, app, version, upload["platform"], info)
    if delivery_state(file) == "FAILED":
        errors.append({"code": "90000", "description": "The file is damaged."})
    if errors:
        world.set(upload, state=_state("FAILED", errors))
        return
    train = train_of(world, app, version, upload["platform"]) or world.create(
        "preReleaseVersions", {"version": version, "platform": upload["platform"]}, {"app": app}
    )
    number = info.get("CFBundleVersion") or upload["cfBundleVersion"]
    build = world.create(
        "builds",
        {
            "version": _plain(number),
            "processingState": "PROCESSING",
            "minOsVersion": info.get("MinimumOSVersion"),
            "usesNonExemptEncryption": info.get("ITSAppUsesNonExemptEncryption"),
        },
        {"app": app, "preReleaseVersion": train, "buildUpload": upload},
    )
    world.set(upload, state=_state("COMPLETE"))
    world.relate(upload, "build", build)


@rules.born(
    "builds",
    number="6.9",
    evidence="C+ reports of uploads",
    confidence="H",
    says="A listed build is processed for ten minutes, and valid then.",
)
def process_build(world: World, build: Entity) -> None:
    if build["processingState"] == "PROCESSING":
        world.later(_VALID_AFTER, "build_processed", build)


@rules.event(
    "build_processed",
    number="6.9",
    evidence="C+ reports of uploads",
    confidence="H",
    says="Then it is valid, unless it has failed.",
)
def validate(world: World, build: Entity, data: Mapping[str, Any]) -> None:  # noqa: ARG001
    if build["processingState"] == "PROCESSING":
        world.set(build, processingState="VALID")


rules.known(
    "6.36",
    evidence="C notes of a release pipeline",
    confidence="H",
    says="Build numbers lose zeros at the front; 1.2 and 1.2.0 are one version, spelled as first.",
)


def _plain(number: str) -> str:
    return ".".join(x.lstrip("0") or "0" for x in number.split("."))


def _errors(
    world: World, app: Entity, version: str, platform: str, info: Mapping[str, Any]
) -> list[dict[str, str]]:
    released = [
        x["versionString"]
        for x in world.many(app, "appStoreVersions")
        if _RELEASED.intersection({x["appVersionState"], x["appStoreState"]})
        and x["platform"] == platform
    ]
    highest = max(released, key=numbers, default=None)
    found: list[dict[str, str]] = []
    if highest is not None and numbers(version) <= numbers(highest):
        closed = f"The train version '{version}' is closed for new build submissions."
        higher = f"The version {version} must be higher than the approved {highest}."
        found += [
            {"code": "90186", "description": closed},
            {"code": "90062", "description": higher},
        ]
    bundle = info.get("CFBundleIdentifier")
    if bundle is not None and app["bundleId"] not in {None, bundle}:
        told = f"The bundle identifier '{bundle}' is not that of the app."
        found.append({"code": "90054", "description": told})
    return found


def _info(content: bytes) -> Mapping[str, Any]:
    """Return the Info.plist of an .ipa, nothing where the file cannot be read as one."""
    import plistlib  # noqa: PLC0415 - it loads XML
    import zipfile  # noqa: PLC0415 - few need it

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = next(x for x in archive.namelist() if _INFO.fullmatch(x))
            found: dict[str, Any] = plistlib.loads(archive.read(name))
            return found
    except (zipfile.BadZipFile, StopIteration, ValueError, KeyError, OSError):
        return {}


def _state(state: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"errors": errors or [], "warnings": [], "infos": [], "state": state}
