"""Builds as files: an .ipa and an installer package, as far as they tell what they are."""

from __future__ import annotations

import io
import plistlib
import struct
import zipfile
import zlib
from typing import Any

__all__ = ["info_plist", "ipa", "pkg", "xar"]

_NO_CHECKSUM = 0


def info_plist(*, binary: bool = True, **more: Any) -> bytes:
    """An Info.plist of an app for iPhone."""
    members = {
        "CFBundleIdentifier": "com.example.trails",
        "CFBundleShortVersionString": "1.3",
        "CFBundleVersion": "200",
        "CFBundleSupportedPlatforms": ["iPhoneOS"],
        "ITSAppUsesNonExemptEncryption": False,
        **more,
    }
    kind = plistlib.FMT_BINARY if binary else plistlib.FMT_XML
    there = {name: value for name, value in members.items() if value is not None}
    return plistlib.dumps(there, fmt=kind)


def ipa(*, binary: bool = True, files: dict[str, bytes] | None = None, **more: Any) -> bytes:
    """An .ipa with an Info.plist of these members, or with other files."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {"Payload/Trails.app/Info.plist": info_plist(binary=binary, **more)}
        for name, content in (told if files is None else files).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return kept.getvalue()


def xar(files: dict[str, bytes], *, toc: bytes | None = None) -> bytes:
    """A xar archive, as installer packages are."""
    heap, entries = b"", ""
    for name, content in files.items():
        packed = zlib.compress(content)
        folder, _, last = name.rpartition("/")
        entry = (
            f"<file><name>{last}</name><type>file</type><data><offset>{len(heap)}</offset>"
            f"<length>{len(packed)}</length><size>{len(content)}</size>"
            '<encoding style="application/x-gzip"/></data></file>'
        )
        entries += f"<file><name>{folder}</name>{entry}</file>" if folder else entry
        heap += packed
    text = toc or f'<?xml version="1.0"?><xar><toc>{entries}</toc></xar>'.encode()
    table = zlib.compress(text)
    header = struct.pack(">4sHHQQI", b"xar!", 28, 1, len(table), len(text), _NO_CHECKSUM)
    return header + table + heap


def pkg(*, number: str = "200") -> bytes:
    """An installer package of a Mac app."""
    bundle = (
        f'<bundle path="./Trails.app" id="com.example.trails" CFBundleVersion="{number}" '
        'CFBundleShortVersionString="1.3"/>'
    )
    inner = '<bundle path="./Trails.app/Contents/Helper.app" id="com.example.helper"/>'
    info = f'<?xml version="1.0"?><pkg-info>{inner}{bundle}</pkg-info>'.encode()
    return xar({"com.example.trails.pkg/PackageInfo": info, "Distribution": b"<installer/>"})
