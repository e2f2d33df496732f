"""What a build says of itself is read from its file, whatever somebody put there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect.workflows import build_info
from support.build_files import info_plist, ipa, pkg, xar

if TYPE_CHECKING:
    from pathlib import Path

INFO = "Payload/Trails.app/Info.plist"


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize(
    ("system", "platform"),
    [
        ("iPhoneOS", "IOS"),
        ("AppleTVOS", "TV_OS"),
        ("XROS", "VISION_OS"),
        ("MacOSX", "MAC_OS"),
    ],
)
def test_an_ipa_tells_what_it_is(binary: bool, system: str, platform: str) -> None:  # noqa: FBT001
    found = build_info(ipa(binary=binary, CFBundleSupportedPlatforms=[system]))
    assert (found.bundle_id, found.version, found.build_number, found.platform) == (
        "com.example.trails",
        "1.3",
        "200",
        platform,
    )


def test_a_package_tells_what_it_installs() -> None:
    found = build_info(pkg())
    assert (found.bundle_id, found.version, found.build_number, found.platform) == (
        "com.example.trails",
        "1.3",
        "200",
        "MAC_OS",
    )


def test_paths_and_open_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "App.ipa"
    path.write_bytes(ipa())
    with path.open("rb") as file:
        file.seek(3)
        assert build_info(file) == build_info(path) == build_info(str(path))
        assert file.tell() == 3


def test_what_is_inside_an_app_is_not_the_app() -> None:
    files = {
        "Payload/Trails.app/PlugIns/W.appex/Info.plist": info_plist(CFBundleVersion="1"),
        "Payload/Trails.app/Watch/W.app/Info.plist": info_plist(CFBundleVersion="1"),
        INFO: info_plist(),
    }
    assert build_info(ipa(files=files)).build_number == "200"


DEEP = b"<?xml version='1.0'?><plist>" + b"<array>" * 9000 + b"</array>" * 9000 + b"</plist>"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xar>&b;</xar>'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither"),
        (b"hello, world", "neither"),
        (ipa()[:200], "cannot be read"),
        (ipa(files={"a": b""}), "no Payload"),
        (ipa(files={"../Payload/T.app/Info.plist": info_plist()}), "no Payload"),
        (ipa(files={INFO: b"not a property list"}), "damaged"),
        (ipa(files={INFO: info_plist()[:60]}), "damaged"),
        (ipa(files={INFO: DEEP}), "damaged|it says no"),
        (ipa(files={INFO: b"\0" * (9 << 20)}), "larger than any"),
        (ipa(files={INFO: info_plist(), "Payload/B.app/Info.plist": b""}), "several apps"),
        (ipa(CFBundleVersion=None), "CFBundleVersion"),
        (ipa(CFBundleVersion=7), "CFBundleVersion"),
        (ipa(CFBundleSupportedPlatforms=["iPhoneSimulator"]), "not for a device"),
        (b"xar!", "ends in its header"),
        (pkg()[:40], "cut off"),
        (xar({}), "tells of no app"),
        (xar({"Distribution": b"<a><!DOCTYPE x></a>"}), "document type"),
        (xar({"Distribution": b"\0" * (9 << 20)}), "unpacks to more"),
        (xar({}, toc=BOMB), "document type"),
        (xar({}, toc=b"\0" * (9 << 20)), "unpacks to more"),
        (xar({}, toc=b"<xar"), "cannot be read"),
    ],
)
def test_what_is_no_build_is_an_error_that_says_so(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_info(content)


@pytest.mark.parametrize("whole", [ipa(), pkg()])
def test_no_damage_is_another_error(whole: bytes) -> None:
    for place in range(0, len(whole), 7):
        damaged: Any = bytearray(whole)
        damaged[place] ^= 0xFF
        try:
            build_info(io.BytesIO(damaged))
        except ValueError:
            continue
