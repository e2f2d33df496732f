"""The App Asset Library: assets of an app, and where on the store they are placed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import asset_specs
from ..pictures import picture_in
from ..registry import Rules
from ..uploaded_files import content_of

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("asset_library")

_GUIDE = "D Placing assets on your App Store surfaces"
_UPLOADS = "D Uploading and managing image assets"
_ASSETS = ("appAssetLibraryImages", "appAssetLibraryVideos")
# Of each place the way to what is reviewed with it, the attribute with its state, its feature.
_PLACES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "appStoreVersionLocalization": (
        ("appStoreVersion",),
        "appVersionState",
        "APP_STORE_VERSIONS",
    ),
    "appCustomProductPageLocalization": (
        ("appCustomProductPageVersion",),
        "state",
        "CUSTOM_PRODUCT_PAGES",
    ),
    "appStoreVersionExperimentTreatmentLocalization": (
        ("appStoreVersionExperimentTreatment", "appStoreVersionExperiment"),
        "state",
        "PRODUCT_PAGE_OPTIMIZATIONS",
    ),
    "appEventLocalization": (("appEvent",), "eventState", "IN_APP_EVENTS"),
}
_EDITABLE = frozenset(
    {
        *(None, "PREPARE_FOR_SUBMISSION", "DRAFT", "REJECTED", "DEVELOPER_REJECTED"),
        *("METADATA_REJECTED", "INVALID_BINARY"),
    }
)
# What a placement, and its asset, are when the version is.
_FOLLOWED = {
    "PREPARE_FOR_SUBMISSION": ("PARENT_PREPARE_FOR_SUBMISSION", "PREPARE_FOR_SUBMISSION"),
    "READY_FOR_REVIEW": ("PARENT_READY_FOR_REVIEW", "READY_FOR_REVIEW"),
    "WAITING_FOR_REVIEW": ("PARENT_WAITING_FOR_REVIEW", "WAITING_FOR_REVIEW"),
    "IN_REVIEW": ("PARENT_IN_REVIEW", "IN_REVIEW"),
    "REJECTED": ("PARENT_PREPARE_FOR_SUBMISSION", "REJECTED"),
    "DEVELOPER_REJECTED": ("PARENT_PREPARE_FOR_SUBMISSION", "PREPARE_FOR_SUBMISSION"),
    "PENDING_DEVELOPER_RELEASE": ("PARENT_APPROVED", "APPROVED"),
    "READY_FOR_DISTRIBUTION": ("PARENT_APPROVED", "APPROVED"),
}
_PENDING = frozenset({"AWAITING_UPLOAD", "UPLOAD_COMPLETE"})
_UNREVIEWED = _PENDING | {"FAILED", "APPROVED", "ARCHIVED"}


@rules.born(
    "apps",
    number="11.7",
    evidence="C notes of a client that reads live data",
    confidence="M",
    says="An app has one library, of its own id.",
)
def found_library(world: World, app: Entity) -> None:
    if world.edges.find("apps", "assetLibrary") is not None:
        library = world.find("appAssetLibraries", app.id) or world.create(
            "appAssetLibraries", id=app.id
        )
        world.relate(app, "assetLibrary", library)
        _reference(world)


@rules.instead(
    "appAssetLibraryRefData_getCollection",
    number="7.18",
    evidence="D Discovering asset specifications",
    confidence="M",
    says="One resource tells what assets there can be, and where they can be placed.",
)
def tell_reference(call: Call) -> list[Entity]:
    return [_reference(call.world)]


def _reference(world: World) -> Entity:
    kind = "appAssetLibraryRefData"
    return world.find(kind, "1") or world.create(kind, asset_specs.reference_data(), id="1")


@rules.changed(
    *(f"{name}.state" for name in _ASSETS),
    number="7.15",
    evidence=_UPLOADS,
    confidence="H",
    says="A processed asset has the specification that it fits, or fails where it fits none.",
)
def fit(world: World, asset: Entity, before: Any) -> None:
    if before == "UPLOAD_COMPLETE" and asset["state"] == "PREPARE_FOR_SUBMISSION":
        category = str(asset["category"])
        if asset.type == "appAssetLibraryVideos":
            spec: str | None = asset_specs.film_spec_of(category)
        else:
            spec = asset_specs.spec_of(category, picture_in(content_of(world, asset)))
        if spec is None:
            code = "IMAGE_INCORRECT_DIMENSIONS"
            details = [{"code": code, "description": code}]
            world.set(asset, stateDetails=details, imageAsset=None, state="FAILED")
        else:
            world.set(asset, specId=spec)
    for placement in world.many(asset, "placements"):
        if placement["state"] == "ASSET_PROCESSING":
            world.set(placement, state=_placement_state(world, placement, asset))


@rules.before(
    *(f"{name}_updateInstance" for name in _ASSETS),
    number="7.16",
    evidence=_UPLOADS,
    confidence="H",
    says="Only approved assets can be archived.",
)
def approved_assets_are_archived(call: Call) -> None:
    if call.attributes.get("archived") and call.target["state"] != "APPROVED":
        detail = f"The asset is in the state {call.target['state']}"
        call.refuse(409, "STATE_ERROR.INVALID_ASSET_STATE", detail)


@rules.after(
    *(f"{name}_updateInstance" for name in _ASSETS),
    number="7.16",
    evidence=_UPLOADS,
    confidence="H",
    says="What is archived is in the state ARCHIVED.",
)
def archive(call: Call) -> None:
    if call.attributes.get("archived"):
        call.world.set(call.target, state="ARCHIVED")


@rules.before(
    *(f"{name}_deleteInstance" for name in _ASSETS),
    number="7.17",
    evidence=_UPLOADS,
    confidence="H",
    says="An asset that is placed anywhere cannot be deleted; a placement can, and leaves it.",
)
def placed_assets_stay(call: Call) -> None:
    if call.world.many(call.target, "placements"):
        call.refuse(409, "STATE_ERROR.ASSET_HAS_PLACEMENTS", "The asset has placements")


def _place(call: Call) -> tuple[str, Entity] | None:
    found = ((name, call.related(name)) for name in _PLACES)
    return next(((name, entity) for name, entity in found if entity is not None), None)


def _parent(world: World, name: str, place: Entity) -> Entity | None:
    found: Entity | None = place
    for step in _PLACES[name][0]:
        found = world.one(found, step) if found is not None else None
    return found


@rules.before(
    "appAssetLibraryPlacements_createInstance",
    number="7.18",
    evidence=_GUIDE,
    confidence="H",
    says="Type, group and category of a placement fit each other and the place.",
)
def placements_fit(call: Call) -> None:
    kind, group = str(call.attributes.get("placementType")), call.attributes.get("placementGroup")
    place = _place(call)
    asset = call.related("image") or call.related("video")
    if place is None or asset is None:
        return
    films = {"APP_PREVIEW": "appAssetLibraryVideos", "APP_SCREENSHOT": "appAssetLibraryImages"}
    if (
        kind not in asset_specs.types_of(_PLACES[place[0]][2])
        or group not in {None, *asset_specs.groups_of(kind)}
        or asset["category"] != asset_specs.category_of(kind)
        or films.get(kind, asset.type) != asset.type
    ):
        call.invalid("placementType", f"'{kind}' does not fit the asset, the group or the place")


@rules.before(
    "appAssetLibraryPlacements_createInstance",
    number="7.19",
    evidence=_GUIDE,
    confidence="H",
    says="Nothing is placed on what is in review or approved.",
)
def parents_are_editable(call: Call) -> None:
    place = _place(call)
    parent = _parent(call.world, *place) if place is not None else None
    if place is None or parent is None:
        return
    _, name, feature = _PLACES[place[0]]
    if parent[name] not in _EDITABLE:
        meta = {"state": parent[name], "feature": feature}
        call.refuse(409, "STATE_ERROR.INVALID_STATE", meta=meta)


@rules.before(
    "appAssetLibraryPlacements_createInstance",
    number="7.20",
    evidence=f"{_GUIDE}; nobody has recorded the answer",
    confidence="L",
    says="A group has as many placements of a type as the reference data allow.",
)
def groups_are_full(call: Call) -> None:
    kind, place = str(call.attributes.get("placementType")), _place(call)
    if place is None or asset_specs.category_of(kind) is None:
        return
    group = call.attributes.get("placementGroup")
    alike = [
        x
        for x in call.world.many(place[1], "placements")
        if x["placementType"] == kind and x["placementGroup"] == group
    ]
    if len(alike) >= asset_specs.most_of(kind):
        call.refuse(409, "STATE_ERROR", f"The group has {len(alike)} placements of {kind}")


@rules.born(
    "appAssetLibraryPlacements",
    number="7.20",
    evidence=_GUIDE,
    confidence="H",
    says="A placement is the last of its group; its state is that of its asset or its place.",
)
def place_asset(world: World, placement: Entity) -> None:
    image = world.one(placement, "image")
    asset = image or world.one(placement, "video")
    world.default(
        placement,
        mediaType="IMAGE" if image is not None else "VIDEO",
        createdDate=world.stamp(),
        lastModifiedDate=world.stamp(),
        _position=placement.number,
    )
    if asset is not None:
        world.default(placement, state=_placement_state(world, placement, asset))


def _placement_state(world: World, placement: Entity, asset: Entity) -> str:
    if asset["state"] in _PENDING:
        return "ASSET_PROCESSING"
    if asset["state"] == "FAILED":
        return "FAILED"
    name = next((x for x in _PLACES if world.one(placement, x) is not None), None)
    place = world.one(placement, name) if name is not None else None
    parent = _parent(world, name, place) if name is not None and place is not None else None
    state = parent[_PLACES[name][1]] if parent is not None and name is not None else None
    return _FOLLOWED.get(state or "", _FOLLOWED["PREPARE_FOR_SUBMISSION"])[0]


@rules.changed(
    "appStoreVersions.appVersionState",
    number="7.20",
    evidence=_GUIDE,
    confidence="H",
    says="Placements and their assets follow the review of the version.",
)
def follow_version(world: World, version: Entity, before: Any) -> None:  # noqa: ARG001
    states = _FOLLOWED.get(version["appVersionState"])
    if states is None:
        return
    for localization in world.many(version, "appStoreVersionLocalizations"):
        for placement in world.many(localization, "placements"):
            asset = world.one(placement, "image") or world.one(placement, "video")
            if placement["state"] in {"ASSET_PROCESSING", "FAILED"} or asset is None:
                continue
            world.set(placement, state=states[0])
            if asset["state"] not in _UNREVIEWED:
                world.set(asset, state=states[1])


@rules.after(
    "appAssetLibraryPlacementOrderingRequests_createInstance",
    number="7.20",
    evidence=_GUIDE,
    confidence="H",
    says="Placements are ordered by a request of their own, the named ones first.",
)
def order(call: Call) -> None:
    place = _place(call)
    if place is None:
        return
    group = call.attributes.get("placementGroup")
    named = call.relationships.get("orderedPlacements", [])
    rest = [
        x
        for x in _in_order(call.world.many(place[1], "placements"))
        if x["placementGroup"] == group and x not in named
    ]
    for position, placement in enumerate([*named, *rest]):
        call.world.set(placement, _position=position)


def _in_order(placements: list[Entity]) -> list[Entity]:
    return sorted(placements, key=lambda x: (x["placementGroup"] or "", x["_position"]))


@rules.instead(
    *(f"{name}s_placements_getToManyRelated" for name in _PLACES),
    number="7.20",
    evidence=_GUIDE,
    confidence="H",
    says="The position of a placement shows in the order it can be asked for, and nowhere else.",
)
def list_in_order(call: Call) -> list[Entity] | None:
    keys = [x for x in call.query.sort if x.endswith("placementGroupPosition")]
    if not keys:
        return None
    found = _in_order(call.world.many(call.target, "placements"))
    return found[::-1] if keys[0].startswith("-") else found
