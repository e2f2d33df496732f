"""Provisioning profiles: signed, and made of what goes together."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from ..state import Later
from ..world import stamp
from .certificates import is_current
from .signing import TEAM_ID, TEAM_NAME, signed_profile

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("profiles")

rules.switch(
    "profile_names",
    default="twice",
    choices=("once", "twice"),
    number="8.13",
    says="How many profiles of one name there may be before another one is refused.",
)
rules.known(
    "8.14",
    evidence="R fastlane #29499",
    confidence="H",
    says="Profiles have no `templateName` any more: 409 ATTRIBUTE.UNKNOWN.",
)

_LIFE = timedelta(days=365)
# What a profile of a kind is signed with, by the end of its type and the platform in front.
_DEVELOPMENT = {"MAC": {"DEVELOPMENT", "MAC_APP_DEVELOPMENT"}}
_DISTRIBUTION = {"MAC": {"DISTRIBUTION", "MAC_APP_DISTRIBUTION"}}
_DIRECT = {"DEVELOPER_ID_APPLICATION", "DEVELOPER_ID_APPLICATION_G2"}
_DEVICES = {
    "IOS": {"IPHONE", "IPAD", "IPOD", "APPLE_WATCH", "APPLE_VISION_PRO"},
    "TVOS": {"APPLE_TV"},
    "MAC": {"MAC"},
}
_PLATFORMS = {"IOS": "IOS", "TVOS": "TV_OS", "MAC": "MAC_OS"}
_PLIST_PLATFORMS = {"IOS": ["iOS"], "TVOS": ["tvOS"], "MAC": ["OSX"]}


def _certificate_types(kind: str) -> set[str]:
    system = kind.split("_", maxsplit=1)[0]
    if kind.endswith("DIRECT"):
        return _DIRECT
    if kind.endswith("DEVELOPMENT"):
        return _DEVELOPMENT.get(system, {"DEVELOPMENT", "IOS_DEVELOPMENT"})
    return _DISTRIBUTION.get(system, {"DISTRIBUTION", "IOS_DISTRIBUTION"})


def _names_devices(kind: str) -> bool:
    return kind.endswith(("DEVELOPMENT", "ADHOC"))


@rules.before(
    "profiles_createInstance",
    number="8.13",
    evidence="R go-xcode; older portal",
    confidence="M",
    says="Several profiles may have one name; with those a further one is refused.",
)
def names_are_not_used_too_often(call: Call) -> None:
    name = call.attributes.get("name")
    most = 1 if call.world.switch("profile_names") == "once" else 2
    if sum(x["name"] == name for x in call.world.all("profiles")) >= most:
        detail = (
            f"Multiple profiles found with the name '{name}'. "
            "Please remove the duplicate profiles and try again."
        )
        call.refuse(409, "ENTITY_ERROR", detail)


@rules.before(
    "profiles_createInstance",
    number="8.12",
    evidence="R answers collected by users of signing tools",
    confidence="H",
    says="A profile's certificates are current and of a type that goes with it: 409 ENTITY_ERROR.",
)
def certificates_go_with_it(call: Call) -> None:
    kind = str(call.attributes.get("profileType"))
    usable = _certificate_types(kind)
    given = call.relationships.get("certificates", ())
    if not given or any(
        x["certificateType"] not in usable or not is_current(call.world, x) for x in given
    ):
        call.refuse(
            409,
            "ENTITY_ERROR",
            "There are no current certificates on this team matching the provided certificate "
            f"IDs that are compatible with {kind} profiles.",
        )


@rules.before(
    "profiles_createInstance",
    number="8.12",
    evidence="R answers collected by users of signing tools",
    confidence="H",
    says="Its devices are enabled and of its platform; those of development and ad hoc need some.",
)
def devices_go_with_it(call: Call) -> None:
    kind = str(call.attributes.get("profileType"))
    system = kind.split("_", maxsplit=1)[0]
    if system not in _DEVICES:
        return
    given = call.relationships.get("devices", [])
    wrong = [
        x for x in given if x["deviceClass"] not in _DEVICES[system] or x["status"] != "ENABLED"
    ]
    if _names_devices(kind) and (wrong or not given):
        call.refuse(
            409,
            "ENTITY_ERROR",
            f"There are no current {_PLATFORMS[system]} devices on this team matching the "
            "provided device IDs.",
        )


@rules.born(
    "profiles",
    number="",
    evidence="D Profiles; S",
    confidence="H",
    says="A profile is a signed property list, ACTIVE, good for a year or as long as what signs.",
)
def profile_is_made(world: World, profile: Entity) -> None:
    kind = str(profile["profileType"] or "IOS_APP_STORE")
    now = world.now.replace(microsecond=0)
    ends = [x["expirationDate"] for x in world.many(profile, "certificates")]
    end = min([now + _LIFE, *(datetime.fromisoformat(x) for x in ends if x)])
    world.default(
        profile,
        profileType=kind,
        profileState="ACTIVE",
        platform=_PLATFORMS.get(kind.split("_", maxsplit=1)[0]),
        uuid=world.uuid("profiles"),
        createdDate=stamp(now),
        expirationDate=stamp(end),
    )
    if profile["profileContent"] is None:
        members = _members(world, profile, kind)
        signers = world.many(profile, "certificates")
        world.set(profile, profileContent=Later(lambda: _signed(members, signers)))


def _signed(members: dict[str, Any], certificates: list[Entity]) -> str:
    contents = [base64.b64decode(x["certificateContent"] or "") for x in certificates]
    return signed_profile({**members, "DeveloperCertificates": contents})


def _members(world: World, profile: Entity, kind: str) -> dict[str, Any]:
    bundle_id = world.one(profile, "bundleId")
    identifier = "*" if bundle_id is None else str(bundle_id["identifier"])
    start, end = (
        datetime.fromisoformat(profile[x]).replace(tzinfo=None)
        for x in ("createdDate", "expirationDate")
    )
    members: dict[str, Any] = {
        "AppIDName": (bundle_id["name"] if bundle_id else None) or identifier,
        "ApplicationIdentifierPrefix": [TEAM_ID],
        "CreationDate": start,
        "Entitlements": {
            "application-identifier": f"{TEAM_ID}.{identifier}",
            "com.apple.developer.team-identifier": TEAM_ID,
            "get-task-allow": kind.endswith("DEVELOPMENT"),
            "keychain-access-groups": [f"{TEAM_ID}.*"],
        },
        "ExpirationDate": end,
        "IsXcodeManaged": False,
        "Name": profile["name"] or "",
        "Platform": _PLIST_PLATFORMS.get(kind.split("_", maxsplit=1)[0], ["iOS"]),
        "TeamIdentifier": [TEAM_ID],
        "TeamName": TEAM_NAME,
        "TimeToLive": (end - start).days,
        "UUID": profile["uuid"],
        "Version": 1,
    }
    if _names_devices(kind):
        members["ProvisionedDevices"] = [x["udid"] or "" for x in world.many(profile, "devices")]
    if kind.endswith("INHOUSE"):
        members["ProvisionsAllDevices"] = True
    return members
