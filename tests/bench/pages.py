"""Answers of the API as large as the real ones, the same on every machine."""

from __future__ import annotations

import json
from typing import Any

API = "https://api.appstoreconnect.apple.com/v1"
# What Apple gives only links for, unless it is included.
_APP_LINKS = ("appStoreVersions", "betaGroups")
_BUILD_LINKS = ("preReleaseVersion",)


def page(apps: int, *, following: str | None = None, builds: bool = True) -> bytes:
    """A page of apps, each with a build that is included."""
    links = {"self": f"{API}/apps?include=builds&limit=200"}
    if following is not None:
        links["next"] = following
    document: dict[str, Any] = {
        "data": [_app(number, builds=builds) for number in range(apps)],
        "links": links,
        "meta": {"paging": {"total": apps, "limit": 200}},
    }
    if builds:
        document["included"] = [_build(number) for number in range(apps)]
    return _written(document)


def one() -> bytes:
    """A single app."""
    links = {"self": f"{API}/apps/{_app_id(0)}"}
    return _written({"data": _app(0, builds=False), "links": links})


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _app_id(number: int) -> str:
    return str(6446048195 + 977 * number)


def _build_id(number: int) -> str:
    return f"{number:08x}-4f1c-4a0e-9d7b-{number * 7919:012x}"


def _links(place: str, name: str) -> dict[str, str]:
    return {"self": f"{place}/relationships/{name}", "related": f"{place}/{name}"}


def _app(number: int, *, builds: bool) -> dict[str, Any]:
    place = f"{API}/apps/{_app_id(number)}"
    related: dict[str, Any] = {name: {"links": _links(place, name)} for name in _APP_LINKS}
    if builds:
        related["builds"] = {
            "meta": {"paging": {"total": number % 40 + 1, "limit": 1}},
            "data": [{"type": "builds", "id": _build_id(number)}],
            "links": _links(place, "builds"),
        }
    return {
        "type": "apps",
        "id": _app_id(number),
        "attributes": {
            "accessibilityUrl": f"https://www.example.com/trails-{number}/accessibility",
            "name": f"Trails & Peaks {number}: Wanderführer für unterwegs",
            "bundleId": f"com.example.trails.app{number}",
            "sku": f"TRAILS-{number:05}",
            "primaryLocale": ("en-US", "de-DE", "fr-FR", "ja")[number % 4],
            "isOrEverWasMadeForKids": number % 9 == 0,
            "subscriptionStatusUrl": f"https://www.example.com/hooks/{number}",
            "subscriptionStatusUrlVersion": "V2",
            "subscriptionStatusUrlForSandbox": None,
            "subscriptionStatusUrlVersionForSandbox": None,
            "contentRightsDeclaration": "DOES_NOT_USE_THIRD_PARTY_CONTENT",
            "streamlinedPurchasingEnabled": True,
        },
        "relationships": related,
        "links": {"self": place},
    }


def _build(number: int) -> dict[str, Any]:
    place = f"{API}/builds/{_build_id(number)}"
    related: dict[str, Any] = {name: {"links": _links(place, name)} for name in _BUILD_LINKS}
    related["app"] = {
        "data": {"type": "apps", "id": _app_id(number)},
        "links": _links(place, "app"),
    }
    day = f"{number % 12 + 1:02}-{number % 28 + 1:02}"
    return {
        "type": "builds",
        "id": _build_id(number),
        "attributes": {
            "version": str(number + 1),
            "uploadedDate": f"2025-{day}T03:04:05-08:00",
            "expirationDate": f"2026-{day}T03:04:05-08:00",
            "expired": False,
            "minOsVersion": "17.0",
            "lsMinimumSystemVersion": None,
            "computedMinMacOsVersion": "14.0",
            "computedMinVisionOsVersion": "1.0",
            "iconAssetToken": {
                "templateUrl": f"https://is1-ssl.example.com/image/{number}/{{w}}x{{h}}bb.{{f}}",
                "width": 1024,
                "height": 1024,
            },
            "processingState": ("VALID", "VALID", "PROCESSING", "INVALID")[number % 4],
            "buildAudienceType": "APP_STORE_ELIGIBLE",
            "usesNonExemptEncryption": False,
        },
        "relationships": related,
        "links": {"self": place},
    }
