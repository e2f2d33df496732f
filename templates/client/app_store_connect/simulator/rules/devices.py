"""Devices that are registered for testing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("devices")

rules.switch(
    "new_device",
    default="enabled",
    choices=("enabled", "processing"),
    number="8.18",
    says=(
        "Whether a new device can be used at once, or is PROCESSING, a status that the document "
        "lacks, for ten minutes."
    ),
)

_CLASSES = {"IOS": "IPHONE", "MAC_OS": "MAC", "UNIVERSAL": "IPHONE"}
_EACH_CLASS = 100
_PROCESSING = 600


def _class(attributes: Mapping[str, Any]) -> str:
    return _CLASSES.get(attributes.get("platform") or "", "IPHONE")


@rules.before(
    "devices_createInstance",
    number="8.16",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A device is registered once: a bare 409 ENTITY_ERROR.",
)
def devices_are_unique(call: Call) -> None:
    udid = str(call.attributes.get("udid"))
    if any(str(x["udid"]).lower() == udid.lower() for x in call.world.all("devices")):
        detail = f"A device with number '{udid}' already exists on this team."
        call.refuse(409, "ENTITY_ERROR", detail)


@rules.before(
    "devices_createInstance",
    number="8.17",
    evidence="D Registering devices",
    confidence="M",
    says="There are 100 devices of a class at most; one that is disabled keeps its place.",
)
def hundred_of_a_class(call: Call) -> None:
    kind = _class(call.attributes)
    if sum(x["deviceClass"] == kind for x in call.world.all("devices")) >= _EACH_CLASS:
        detail = f"The maximum number of devices of class {kind} is registered on this team."
        call.refuse(409, "ENTITY_ERROR", detail)


@rules.born(
    "devices",
    number="8.18",
    evidence="C field notes",
    confidence="M",
    says="A new device is enabled, or PROCESSING at first.",
)
def device_begins(world: World, device: Entity) -> None:
    if device["status"] is None and world.switch("new_device") == "processing" and world.quirks:
        world.set(device, status="PROCESSING")
        world.later(_PROCESSING, "device is processed", device)
    world.default(
        device,
        status="ENABLED",
        addedDate=world.stamp(),
        deviceClass=_class(device.attributes),
        name=device["udid"],
    )


@rules.event(
    "device is processed",
    number="8.18",
    evidence="C field notes",
    confidence="M",
    says="A device that was PROCESSING is enabled later.",
)
def device_is_processed(world: World, device: Entity, _data: Mapping[str, Any]) -> None:
    world.set(device, status="ENABLED")
