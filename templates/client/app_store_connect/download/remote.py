"""What there is to download of a resource: where it is, or what is in it."""

from __future__ import annotations

import base64
import re
from typing import Any, cast

import msgspec

from .._runtime.messages.error_root import AppStoreConnectError, printable
from .._runtime.messages.secret import Discreet, Secret

__all__ = ["DownloadError", "RemoteFile", "remote_file"]

# By attribute, the most telling first, with the attributes that tell size and checksum of it. A
# video is not the file it was made of, whose size and checksum its resource tells.
_ADDRESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "download_url": ("file_size", ()),
    "d_sym_url": ("", ()),
    "video_url": ("", ()),
    "video_asset": ("", ()),
    "url": ("size_in_bytes", ("checksum", "file_checksum")),
    "document_url": ("", ()),
}
_CONTENTS = ("certificate_content", "profile_content")
_TEXTS = ("log_text",)
_PICTURES = (
    "template_url",
    "image_asset",
    "icon_asset",
    "icon_asset_token",
    "app_icon",
    "image",
    "screenshots",
)
# Their `url` leads to other people's servers, or to pages.
_LINKS = frozenset({"appCustomProductPages", "betaAppClipInvocations", "scmProviders", "webhooks"})
# Templates of addresses have a place for each of these.
_PLACE = re.compile(r"\{([whcf])\}")
_SHOWN = 100


class DownloadError(AppStoreConnectError):
    """There is nothing to download yet or any more, or what came is not what it should be."""


class RemoteFile(Discreet, msgspec.Struct, frozen=True):
    """A file to download: by its address, or as it is; with the API's size and checksum."""

    address: Secret | None = None
    content: bytes = b""
    size: int | None = None
    checksum: str | None = None

    def __repr__(self) -> str:
        return "<RemoteFile>"


def remote_file(what: Any, extension: str) -> RemoteFile:
    """Return what there is of a resource, of an object in it, or at an address.

    `extension` is the kind of picture that is asked for, where there is a choice.

    Raises:
        TypeError: for what has no file.
        DownloadError: for what has none now.
    """
    if isinstance(what, str):
        return RemoteFile(Secret(what))
    known = False
    kind = cast("type[object]", type(what))
    is_link = getattr(what, "resource_type", "") in _LINKS
    for name in (*_CONTENTS, *_TEXTS, *_ADDRESSES, *_PICTURES):
        if is_link or not hasattr(kind, name):
            continue
        known = True
        if found := _found(what, name, extension):
            return found
    if known:
        raise DownloadError(
            f"{_name(what)} has no file, or none any more: read it again, without leaving"
            " attributes out"
        )
    raise TypeError(f"{_name(what)} is nothing that can be downloaded")


def _found(what: Any, name: str, extension: str) -> RemoteFile | None:
    value = getattr(what, name)
    if not value:
        return None
    if name in _CONTENTS:
        return RemoteFile(content=_decoded(value, what, name))
    if name in _TEXTS:
        return RemoteFile(content=value.encode())
    if name in _ADDRESSES:
        size, checksums = _ADDRESSES[name]
        told = (getattr(what, checksum, None) for checksum in checksums)
        return RemoteFile(
            Secret(value),
            size=getattr(what, size, None) if size else None,
            checksum=next(filter(None, told), None),
        )
    if name == "template_url":
        return RemoteFile(Secret(_filled(value, what, extension)))
    if not isinstance(value, list):
        return remote_file(value, extension)
    pictures: list[Any] = cast("Any", value)
    first, *others = pictures
    if others:
        raise TypeError(
            f"{_name(what)} has {1 + len(others)} {name}: pass one of them, such as .{name}[0]"
        )
    return remote_file(first, extension)


def _decoded(text: str, what: Any, name: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise DownloadError(f"the {name} of {_name(what)} cannot be decoded") from None


def _filled(template: str, picture: Any, extension: str) -> str:
    """Return the address of a picture in its full size."""
    values = {"w": picture.width or 0, "h": picture.height or 0, "c": "bb", "f": extension}
    return _PLACE.sub(lambda place: str(values[place[1]]), template)


def _name(what: Any) -> str:
    kind = getattr(what, "resource_type", "")
    return printable(f"{kind} {what.id}" if kind else type(what).__name__, _SHOWN)
