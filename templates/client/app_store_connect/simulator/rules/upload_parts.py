"""Parts of files: a place is reserved for each, and they arrive in any order."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..problems import Problem, Refusal
from ..registry import Rules
from ..uploaded_files import FILE_TYPES, delivery_state, lengths_of, move, names_of_parts
from ..world import PART_SIZE, STORE, stamp

if TYPE_CHECKING:
    from ..messages import Incoming
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("upload_parts")

_GUIDE = "D Uploading assets to App Store Connect"
# Their parts have numbers and tags of what has arrived.
_NUMBERED = frozenset({"backgroundAssetUploadFiles", "buildUploadFiles"})
_OPEN_FOR = timedelta(days=7)


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
    move(world, entity, "AWAITING_UPLOAD", first=True)
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


def _parts(world: World, entity: Entity, until: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    offset = 0
    pairs = zip(names_of_parts(entity), lengths_of(entity), strict=True)
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
