"""Provisioning profiles: which kind there is for what, and one that is as it should be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from .._runtime.jsonapi.resource import resource_id
from .._runtime.suggestions import suggestion
from .common.partial import partial
from .errors import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import BundleId, Certificate, Device, Profile

__all__ = ["AsyncProfiles", "ProfileKind", "SigningKind", "check_devices", "profile_kind"]

SigningKind: TypeAlias = Literal["app-store", "ad-hoc", "development", "developer-id", "in-house"]
"""What an app is signed for."""

_SYSTEMS = {
    "IOS": "IOS_APP",
    "VISION_OS": "IOS_APP",
    "TV_OS": "TVOS_APP",
    "MAC_OS": "MAC_APP",
    "MAC_CATALYST": "MAC_CATALYST_APP",
}
_MOBILE = {"app-store": "STORE", "ad-hoc": "ADHOC", "in-house": "INHOUSE"}
_DESKTOP = {"app-store": "STORE", "developer-id": "DIRECT"}
_DEVICES = {
    "IOS_APP": {"IPHONE", "IPAD", "IPOD", "APPLE_WATCH", "APPLE_VISION_PRO"},
    "TVOS_APP": {"APPLE_TV"},
    # Apple silicon is told as MAC or by names that the document lacks, seen in answers.
    "MAC_APP": {"MAC", "APPLE_SILICON_MAC", "INTEL_MAC"},
}
_DEVICES["MAC_CATALYST_APP"] = _DEVICES["MAC_APP"]


class ProfileKind(msgspec.Struct, frozen=True, kw_only=True):
    """What signing for something takes, in the API's words.

    `device_classes` are those of the devices that a profile names, None for one that names none.
    """

    profile_type: str
    certificate_type: str
    platform: str
    device_classes: frozenset[str] | None
    suffix: str


def profile_kind(kind: str, platform: str | None) -> ProfileKind:
    """Return what signing for something takes; ValueError for what there is not."""
    system = platform or ("MAC_OS" if kind == "developer-id" else "IOS")
    prefix = _SYSTEMS.get(system)
    if prefix is None:
        raise ValueError(f"platform: {system!r} is none of {', '.join(_SYSTEMS)}")
    is_mac = prefix.startswith("MAC")
    endings = {"development": "DEVELOPMENT", **(_DESKTOP if is_mac else _MOBILE)}
    if kind not in endings:
        hint = suggestion(kind, endings)
        raise ValueError(f"kind: {kind!r} is none of {', '.join(endings)}, for {system}{hint}")
    certificate_type = {
        "development": "DEVELOPMENT",
        "developer-id": "DEVELOPER_ID_APPLICATION",
        # Teams of the Enterprise Program have no Apple Distribution certificates.
        "in-house": "IOS_DISTRIBUTION",
    }.get(kind, "DISTRIBUTION")
    return ProfileKind(
        profile_type=f"{prefix}_{endings[kind]}",
        certificate_type=certificate_type,
        platform="MAC_OS" if is_mac else "IOS",
        device_classes=(frozenset(_DEVICES[prefix]) if kind in {"development", "ad-hoc"} else None),
        suffix="provisionprofile" if is_mac else "mobileprovision",
    )


def check_devices(kind: ProfileKind, given: Iterable[Id[Device]] | None) -> None:
    """Refuse with ValueError devices for a profile that names none."""
    if given is not None and kind.device_classes is None:
        raise ValueError(f"devices: a profile of type {kind.profile_type} names none")


class AsyncProfiles:
    """Profiles of a team, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def devices(
        self, kind: ProfileKind, given: Iterable[Id[Device]] | None
    ) -> list[str] | None:
        """Return the ids of the devices that a profile is to name, None where it names none."""
        check_devices(kind, given)
        if kind.device_classes is None:
            return None
        if given is not None:
            ids = [resource_id(device, "devices") for device in given]
        else:
            pages = self._client.devices.list(
                status="ENABLED",
                platform=_any(kind.platform),
                fields={"devices": ["deviceClass", "status"]},
                limit=200,
            )
            ids = [x.id async for x in pages if x.device_class in kind.device_classes]
        if not ids:
            raise WorkflowError(
                f"a profile of type {kind.profile_type} names devices, and the team has none that"
                " is enabled: register some with signing.register_devices"
            )
        return ids

    async def ensure(
        self,
        name: str,
        kind: ProfileKind,
        bundle_id: BundleId,
        certificates: list[Certificate],
        devices: list[str] | None,
    ) -> Profile:
        """Return the profile of this name that is just so; others of that name are replaced."""
        pages = self._client.profiles.list(
            name=name,
            profile_type=_any(kind.profile_type),
            include=["bundleId", "certificates", "devices"],
            fields={
                "bundleIds": ["identifier"],
                "certificates": ["serialNumber"],
                "devices": ["udid"],
            },
            related_limit={"certificates": 50, "devices": 50},
            limit=200,
        )
        # The filter finds longer names as well.
        there = [x async for x in pages if (x.name or "").strip() == name]
        for profile in there:
            owner = profile.bundle_id
            if owner is not None and owner.id != bundle_id.id:
                raise ValueError(
                    f"profile_name: {name!r} is that of a profile for {owner.identifier};"
                    " give another one"
                )
        good: Profile | None = None
        for profile in there:
            if good is None and await self._is_good(profile, certificates, devices):
                good = profile
        if good is not None:
            return good
        keywords: dict[str, Any] = {} if devices is None else {"devices": devices}
        with partial([*(f"{x.id} deleted" for x in there), f"{name} made"]) as done:
            for profile in there:
                await self._client.profiles.delete(profile)
                done.append(f"{profile.id} deleted")
            return await self._client.profiles.create(
                name=name,
                profile_type=_any(kind.profile_type),
                bundle_id=bundle_id,
                certificates=certificates,
                **keywords,
            )

    async def _is_good(
        self, profile: Profile, certificates: list[Certificate], devices: list[str] | None
    ) -> bool:
        """Whether a profile is valid, also by its date, and has these certificates and devices."""
        now = datetime.fromtimestamp(self._client.session.now(), UTC)
        end = profile.expiration_date
        if profile.profile_state != "ACTIVE" or (end is not None and end <= now):
            return False
        if await self._ids(profile, "certificates") != {x.id for x in certificates}:
            return False
        return devices is None or await self._ids(profile, "devices") == set(devices)

    async def _ids(self, profile: Profile, name: Literal["certificates", "devices"]) -> set[str]:
        """Return the ids of what a profile has, also where more than 50 were not included."""
        linked = profile.relationships.get(name)
        refs = linked.data if linked is not None else None
        if linked is not None and isinstance(refs, list) and len(refs) == linked.total:
            return {ref.id for ref in refs}
        if name == "devices":
            return set(await self._client.profiles.list_device_ids(profile, limit=200).all())
        return set(await self._client.profiles.list_certificate_ids(profile, limit=200).all())


def _any(value: str) -> Any:
    """Return a value that may be newer than the document."""
    return value
