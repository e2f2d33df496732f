"""Files: a place is reserved, parts are sent, the whole is committed and processed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from ..pictures import picture_in
from ..plain import as_object
from ..problems import Problem, Refusal
from ..registry import Rules
from ..world import PART_SIZE, STORE, stamp
from .media import wrong_with_film, wrong_with_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..messages import Incoming
    from ..state import Entity
    from ..world import World

__all__ = ["FILE_TYPES", "content_of", "delivery_state", "rules"]

rules = Rules("deliveries")

rules.switch(
    "media_processing",
    default="usual",
    choices=("usual", "stuck"),
    number="11.9",
    says="Whether files are processed within seconds or minutes, or stay in UPLOAD_COMPLETE for "
    "six hours.",
)
rules.known(
    "11.9",
    evidence="C+ notes of upload clients",
    confidence="H",
    says="A file may be stuck in UPLOAD_COMPLETE for hours: a switch.",
)

_GUIDE = "D Uploading assets to App Store Connect"
# Types of files, and the paths they are committed at where a second version has its own.
FILE_TYPES = (
    "appAssetLibraryImages",
    "appAssetLibraryVideos",
    "appClipAdvancedExperienceImages",
    "appClipHeaderImages",
    "appEncryptionDeclarationDocuments",
    "appEventScreenshots",
    "appEventVideoClips",
    "appPreviews",
    "appScreenshots",
    "appStoreReviewAttachments",
    "backgroundAssetUploadFiles",
    "buildUploadFiles",
    "gameCenterAchievementImages",
    "gameCenterActivityImages",
    "gameCenterChallengeImages",
    "gameCenterLeaderboardImages",
    "gameCenterLeaderboardSetImages",
    "inAppPurchaseAppStoreReviewScreenshots",
    "inAppPurchaseImages",
    "routingAppCoverages",
    "subscriptionAppStoreReviewScreenshots",
    "subscriptionImages",
)
_COMMITS = tuple(f"{name}{v}_updateInstance" for name in FILE_TYPES for v in ("", "V2"))
# Their parts have numbers and tags of what has arrived.
_NUMBERED = frozenset({"backgroundAssetUploadFiles", "buildUploadFiles"})
# Parts grow where there would be more of them.
_MOST_PARTS = 10_000
_OPEN_FOR = timedelta(days=7)
_IMAGE_SECONDS, _VIDEO_SECONDS = 5, 60
_STUCK_SECONDS = 6 * 3600


def delivery_state(entity: Entity) -> str | None:
    """Return how far a file is, wherever its type keeps that."""
    value = entity["assetDeliveryState"] or entity["state"]
    members = as_object(value)
    found: str | None = value if members is None else members.get("state")
    return found


def content_of(world: World, entity: Entity) -> bytes:
    """Return what has arrived of a file."""
    parts = (world.state.file(f"deliveries/{name}") for name in _part_names(entity))
    return b"".join(part or b"" for part in parts)


@rules.born(
    *FILE_TYPES,
    number="7.1",
    evidence=f"R recorded reservations of several clients; {_GUIDE}",
    confidence="H",
    says=(
        "A reservation awaits its file in parts of 5 MiB, in any order, for seven days; it has no "
        "checksum yet."
    ),
)
def reserve(world: World, entity: Entity) -> None:
    if delivery_state(entity) not in {None, "AWAITING_UPLOAD"}:
        return
    until = world.now + _OPEN_FOR
    _move(world, entity, "AWAITING_UPLOAD", first=True)
    if world.part_size != PART_SIZE:
        world.set(entity, _part=world.part_size)
    parts = _parts(world, entity, until)
    world.default(entity, uploadOperations=parts or None, _until=stamp(until))
    names = world.names_of(entity.type)
    if "createdDate" in names:
        world.default(entity, createdDate=world.stamp(), lastModifiedDate=world.stamp())
    if "assetToken" in names:
        world.default(entity, assetToken="")
    if "assetType" in names and entity.type.endswith("creenshots"):
        world.default(entity, assetType="SCREENSHOT")


def _lengths(entity: Entity) -> list[int]:
    size = int(entity["fileSize"] or 0)
    part = max(entity["_part"] or PART_SIZE, -(-size // _MOST_PARTS))
    return [min(part, size - start) for start in range(0, size, part)]


def _part_names(entity: Entity) -> list[str]:
    owner = f"{entity.type}/{quote(entity.id, safe='')}"
    return [f"{owner}/{number}" for number, _ in enumerate(_lengths(entity))]


def _parts(world: World, entity: Entity, until: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    offset = 0
    pairs = zip(_part_names(entity), _lengths(entity), strict=True)
    for number, (name, length) in enumerate(pairs, 1):
        part: dict[str, Any] = {
            "method": "PUT",
            "url": _signed(world, f"deliveries/{name}"),
            "length": length,
            "offset": offset,
            "requestHeaders": [{"name": "Content-Type", "value": "application/octet-stream"}],
        }
        if entity.type in _NUMBERED:
            part["partNumber"] = number
            # Who is served over HTTP has a clock of its own, to which all this may be long ago.
            part["expiration"] = stamp(until) if world.files_url == STORE else None
        found.append(part)
        offset += length
    # As recorded: parts 4, 2, 1, 3.
    return [*found[3::4], *found[1::4], *found[::4], *found[2::4]] if world.quirks else found


def _signed(world: World, name: str) -> str:
    signature = hashlib.blake2b(f"{world.seed}\n{name}".encode(), digest_size=32).hexdigest()
    return f"{world.file_url(name)}?X-Amz-Signature={signature}"


@rules.received(
    "deliveries",
    number="7.2",
    evidence=f"C+ reports of failed uploads; {_GUIDE}",
    confidence="H",
    says=(
        "A part of another length than was reserved is refused, as is one with a bearer token, or "
        "to an address that is not signed as it was given."
    ),
)
def take_part(world: World, name: str, incoming: Incoming) -> None:
    kind, _, rest = name.partition("/")
    entity = world.find(kind, unquote(rest.rpartition("/")[0]))
    if entity is None:
        raise _refused(404, "NoSuchUpload", "There is no such upload")
    _check_open(world, entity)
    parts = [dict(part) for part in entity["uploadOperations"] or ()]
    place = f"/deliveries/{name}"
    part = next((x for x in parts if x["url"].partition("?")[0].endswith(place)), None)
    if part is None:
        raise _refused(404, "NoSuchKey", "The upload has no such part")
    if incoming.query != part["url"].partition("?")[2]:
        raise _refused(403, "SignatureDoesNotMatch", "The signature is not that of the address")
    if len(incoming.body) != part["length"]:
        told = f"The part has {len(incoming.body)} bytes instead of {part['length']}"
        raise _refused(400, "IncompleteBody", told)
    if entity.type in _NUMBERED:
        part["entityTag"] = hashlib.md5(incoming.body, usedforsecurity=False).hexdigest()
        world.set(entity, uploadOperations=parts)


rules.known(
    "7.3",
    evidence=_GUIDE,
    confidence="H",
    says="A part may be sent again until the file is committed or the address has expired.",
)


def _check_open(world: World, entity: Entity) -> None:
    if delivery_state(entity) != "AWAITING_UPLOAD":
        raise _refused(403, "AccessDenied", "The upload is complete")
    if world.stamp() >= entity["_until"]:
        raise _refused(403, "AccessDenied", "Request has expired")


def _refused(status: int, code: str, detail: str) -> Refusal:
    return Refusal(Problem(status=status, code=code, detail=detail, title=detail))


@rules.before(
    *_COMMITS,
    number="7.4",
    evidence="C+ notes of upload clients",
    confidence="H",
    says="A commit has to say that the file is uploaded.",
)
def commits_say_so(call: Call) -> None:
    told = call.attributes
    commits = "uploaded" in told or any(name.startswith("sourceFileChecksum") for name in told)
    if commits and not told.get("uploaded"):
        call.invalid("uploaded", "Uploaded flag is not set")


@rules.before(
    *_COMMITS,
    number="6.6",
    evidence="C notes of the EAS command line",
    confidence="M",
    says="What is committed cannot be committed again.",
)
def commits_are_made_once(call: Call) -> None:
    if call.attributes.get("uploaded") and delivery_state(call.target) != "AWAITING_UPLOAD":
        call.refuse(409, "STATE_ERROR.INVALID_STATE", "The file is already uploaded")


@rules.before(
    *(name for name in _COMMITS if not name.startswith("buildUploadFiles")),
    number="7.5",
    evidence=_GUIDE,
    confidence="H",
    says="A commit is refused when the bytes that arrived are not as many as were reserved.",
)
def commits_are_whole(call: Call) -> None:
    arrived, size = len(content_of(call.world, call.target)), call.target["fileSize"]
    if call.attributes.get("uploaded") and arrived != size:
        call.invalid("uploaded", f"{arrived} of {size} bytes have been uploaded")


@rules.before(
    "buildUploadFiles_updateInstance",
    number="6.5",
    evidence="R notes of a pipeline that uploads builds",
    confidence="M",
    says="The file of a build is refused with CONTENT_NOT_UPLOADED when its bytes are not there.",
)
def builds_are_whole(call: Call) -> None:
    arrived, size = len(content_of(call.world, call.target)), call.target["fileSize"]
    if call.attributes.get("uploaded") and arrived != size:
        call.invalid("uploaded", "The content is not uploaded", kind="CONTENT_NOT_UPLOADED")


@rules.before(
    "buildUploadFiles_updateInstance",
    "backgroundAssetUploadFiles_updateInstance",
    number="6.4",
    evidence="R notes of a pipeline that uploads builds",
    confidence="H",
    says="The checksum of a build's file is an MD5 sum; no other algorithm is taken.",
)
def checksums_are_md5(call: Call) -> None:
    algorithm = _of_file(call.attributes.get("sourceFileChecksums"), "algorithm")
    if algorithm not in {None, "MD5"}:
        call.invalid("sourceFileChecksums", f"The algorithm '{algorithm}' is not supported")


def _of_file(checksums: Any, name: str) -> str | None:
    file = as_object((as_object(checksums) or {}).get("file")) or {}
    return file.get(name)


@rules.after(
    *_COMMITS,
    number="7.6",
    evidence=_GUIDE,
    confidence="H",
    says="What is committed is processed within seconds or minutes, and is good or has failed.",
)
def commit(call: Call) -> None:
    if not call.attributes.get("uploaded"):
        return
    world, entity = call.world, call.target
    _move(world, entity, "UPLOAD_COMPLETE")
    world.set(entity, uploadOperations=None)
    seconds = _VIDEO_SECONDS if _is_film(world, entity) else _IMAGE_SECONDS
    if world.switch("media_processing") == "stuck":
        seconds = _STUCK_SECONDS
    world.later(seconds, "file_processed", entity)


@rules.event(
    "file_processed",
    number="7.6",
    evidence=_GUIDE,
    confidence="H",
    says="A wrong checksum is found when the file is processed; what has failed stays so.",
)
def process(world: World, entity: Entity, data: Mapping[str, Any]) -> None:  # noqa: ARG001
    content = content_of(world, entity)
    code = _fault(world, entity, content)
    if code is not None:
        _move(world, entity, "FAILED", code=code)
        return
    done: dict[str, Any] = {}
    names = world.names_of(entity.type)
    if "assetToken" in names:
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        done["assetToken"] = f"simulator/{entity.type}/{digest}"
    if "imageAsset" in names:
        done["imageAsset"] = _asset(world, entity, content)
    if "previewFrameImage" in names:
        done["previewFrameImage"] = {
            "image": _asset(world, entity, content),
            "state": {"state": "COMPLETE"},
        }
    for name in ("videoUrl", "videoAsset"):
        if name in names:
            done[name] = world.file_url(f"media/{entity.type}/{quote(entity.id, safe='')}.m3u8")
    world.set(entity, **done)
    _move(world, entity, "COMPLETE")


def _fault(world: World, entity: Entity, content: bytes) -> str | None:
    told = entity["sourceFileChecksum"] or _of_file(entity["sourceFileChecksums"], "hash")
    if told and told.lower() != hashlib.md5(content, usedforsecurity=False).hexdigest():
        return "CHECKSUM_MISMATCH"
    if _is_film(world, entity):
        return wrong_with_film(world, entity, content)
    if "imageAsset" in world.names_of(entity.type):
        return wrong_with_picture(world, entity, content)
    return None


def _is_film(world: World, entity: Entity) -> bool:
    return not world.names_of(entity.type).isdisjoint({"videoDeliveryState", "videoAsset"})


def _asset(world: World, entity: Entity, content: bytes) -> dict[str, Any]:
    picture = picture_in(content)
    url = world.file_url(f"media/{entity.type}/{quote(entity.id, safe='')}")
    size = (picture.width, picture.height) if picture is not None else (1024, 1024)
    return {"templateUrl": f"{url}/{{w}}x{{h}}bb.{{f}}", "width": size[0], "height": size[1]}


def _move(
    world: World, entity: Entity, state: str, *, code: str | None = None, first: bool = False
) -> None:
    """Put a file into a state, in each of the places where its type keeps one."""
    names = world.names_of(entity.type)
    found: dict[str, Any] = {}
    errors = [{"code": code, "description": code}] if code else []
    whole = {"errors": errors, "warnings": [], "state": state}
    if "assetDeliveryState" in names:
        found["assetDeliveryState"] = whole
    if "videoDeliveryState" in names:
        film = "PROCESSING" if state == "UPLOAD_COMPLETE" else state
        found["videoDeliveryState"] = {**whole, "state": film}
    if "state" in names:
        found["state"] = "PREPARE_FOR_SUBMISSION" if state == "COMPLETE" else state
    if "stateDetails" in names:
        found["stateDetails"] = errors or None
    (world.default if first else world.set)(entity, **found)


rules.known(
    "7.6",
    evidence="C models of the asconnect client, which reads live data and allows for no null",
    confidence="L",
    says="An asset's token is empty until the file is processed, and never null; nor is its type.",
)
rules.known(
    "7.7",
    evidence="C notes of a release pipeline; S the API's document",
    confidence="H",
    says="Screenshots of events, images of the second version and of the library take no checksum.",
)
