"""Files that have arrived: the whole is committed and processed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..pictures import picture_in
from ..plain import as_object
from ..registry import Rules
from ..uploaded_files import FILE_TYPES, content_of, delivery_state, move
from .media import wrong_with_film, wrong_with_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

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
# A second version of a type is committed at a path of its own.
_COMMITS = tuple(f"{name}{v}_updateInstance" for name in FILE_TYPES for v in ("", "V2"))
_IMAGE_SECONDS, _VIDEO_SECONDS = 5, 60
_STUCK_SECONDS = 6 * 3600


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
    move(world, entity, "UPLOAD_COMPLETE")
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
        move(world, entity, "FAILED", code=code)
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
    move(world, entity, "COMPLETE")


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
