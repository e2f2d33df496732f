"""Who is in the demo team, and what they sign with: users, devices, bundle ids, profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..state import Entity
    from ._planter import Planter

__all__ = ["plant_portal"]

_USERS = (
    ("Robin", "Vale", ["ACCOUNT_HOLDER", "ADMIN"], True),
    ("Sam", "Quill", ["APP_MANAGER"], True),
    ("Toni", "Reed", ["DEVELOPER"], False),
)
_CERTIFICATES = (
    ("Example Works", "DISTRIBUTION", "4C1D2E3F5A6B7C80", 200),
    ("Toni Reed", "DEVELOPMENT", "5D2E3F4A6B7C8D91", 90),
)
_DEVICES = (
    ("Robin's iPhone", "IOS", "IPHONE", "iPhone 16 Pro", "00008140-000A1B2C3D4E5F60", "ENABLED"),
    ("Shelf iPad", "IOS", "IPAD", "iPad Air", "00008103-001A2B3C4D5E6F70", "ENABLED"),
    ("Old iPhone", "IOS", "IPHONE", "iPhone 11", "00008030-002A3B4C5D6E7F80", "DISABLED"),
    ("Sam's Mac", "MAC_OS", "MAC", "MacBook Pro", "00006000-003A4B5C6D7E8F90", "ENABLED"),
)
_APPS = (("Trails", "trails"), ("Harbor", "harbor"), ("Kettle", "kettle"))


def plant_portal(planter: Planter) -> None:
    """Give the team its people, and what is below Certificates, Identifiers & Profiles."""
    for first, last, roles, everywhere in _USERS:
        planter.add(
            "users",
            {
                "username": f"{first.lower()}@example.com",
                "firstName": first,
                "lastName": last,
                "roles": roles,
                "allAppsVisible": everywhere,
                "provisioningAllowed": True,
            },
        )
    planter.add(
        "userInvitations",
        {
            "email": "uma@example.com",
            "firstName": "Uma",
            "lastName": "Sand",
            "roles": ["MARKETING"],
            "allAppsVisible": True,
            "provisioningAllowed": False,
            "expirationDate": planter.ago(-2),
        },
    )
    certificates = [_certificate(planter, row) for row in _CERTIFICATES]
    devices = [_device(planter, row) for row in _DEVICES]
    phones = [x for x in devices if x is not None and x["platform"] == "IOS"]
    for name, word in _APPS:
        _bundle_id(planter, name, word, certificates, phones)


def _certificate(planter: Planter, row: tuple[str, str, str, int]) -> Entity | None:
    name, kind, serial, days = row
    return planter.add(
        "certificates",
        {
            "name": f"{kind.title()}: {name}",
            "displayName": name,
            "certificateType": kind,
            "serialNumber": serial,
            "expirationDate": planter.ago(-days),
            "activated": True,
        },
    )


def _device(planter: Planter, row: tuple[str, str, str, str, str, str]) -> Entity | None:
    names = ("name", "platform", "deviceClass", "model", "udid", "status")
    values = dict(zip(names, row, strict=True))
    return planter.add("devices", {**values, "addedDate": planter.ago(150)})


def _bundle_id(
    planter: Planter,
    name: str,
    word: str,
    certificates: list[Entity | None],
    devices: list[Entity],
) -> None:
    bundle = planter.add(
        "bundleIds",
        {
            "name": name,
            "identifier": f"com.example.{word}",
            "platform": "UNIVERSAL",
            "seedId": "EXAMPLE123",
        },
    )
    if bundle is None:
        return
    for capability in ("IN_APP_PURCHASE", "PUSH_NOTIFICATIONS"):
        there = planter.world.many(bundle, "bundleIdCapabilities")
        if capability not in {x["capabilityType"] for x in there}:
            planter.give(bundle, "bundleIdCapabilities", {"capabilityType": capability})
    for kind, index in (("IOS_APP_STORE", 0), ("IOS_APP_DEVELOPMENT", 1)):
        planter.give(
            bundle,
            "profiles",
            {
                "name": f"{name} {kind.removeprefix('IOS_APP_').replace('_', ' ').title()}",
                "platform": "IOS",
                "profileType": kind,
                "profileState": "ACTIVE",
                "uuid": planter.world.uuid("demo profiles"),
                "createdDate": planter.ago(60),
                "expirationDate": planter.ago(-200 if index == 0 else -90),
            },
            certificates=certificates[index],
            devices=[x for x in devices if x["status"] == "ENABLED"] if index else (),
        )
