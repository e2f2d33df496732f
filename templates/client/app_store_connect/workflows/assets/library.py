"""Media in the App Asset Library of an app, and their placements in localizations.

The API tells no checksum of what it has, so the name of an asset ends with the first half of the
file's SHA-256 sum, by which it is known again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from ..._runtime.concurrency import together_async
from ..._runtime.messages.errors import NotFoundError, PermissionDeniedError
from ..._runtime.pauses import AsyncPauses
from ...uploads.state import Delivery, delivery_of
from .folder import MediaFolderError
from .plan import TIMEOUT, Difference, Item, MediaError, Mode, Slot, Through, Version, overfull
from .specs import Specs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...client import AsyncClient
    from .folder import MediaFile, MediaKind
    from .specs import Surface

__all__ = ["AsyncLibrary", "library_of_async"]

_SUM = re.compile(r"[0-9a-f]{32}\Z")
_NAME = 60
_PAGE = 200
_TOGETHER = 4
_TRIES = 3


async def library_of_async(client: AsyncClient, app: str) -> str | None:
    """Return the id of an app's library, None where there is none for it."""
    if not hasattr(type(client), "app_asset_library_placements"):
        return None
    try:
        found = await client.apps.get_asset_library(app)
    except (NotFoundError, PermissionDeniedError):
        return None
    return None if found is None else found.id


class AsyncLibrary:
    """The placements of a version's localizations, to be awaited."""

    through: Through = "library"

    def __init__(
        self,
        client: AsyncClient,
        library: str,
        version: Version,
        mode: Mode,
        surface: Surface,
        *,
        say: Callable[[str], object],
        timeout: float = TIMEOUT,
    ) -> None:
        self._client = client
        self._library = library
        self._version = version
        self._mode: Mode = mode
        self._surface = surface
        self._localizations: Any = getattr(client, f"{surface.localization}s")
        self._say = say
        self._timeout = timeout
        self._slots: dict[tuple[str, str, str], Slot] = {}
        self._assets: dict[str, Any] = {}

    async def read(self, files: Sequence[MediaFile]) -> list[Difference]:
        """Return what is to be done in each place; MediaFolderError where it cannot be done."""
        data = await self._client.app_asset_library_ref_data.list().one()
        specs = Specs(data, self._surface.feature, self._version.platform)
        problems: list[str] = []
        for file in files:
            kind = self._surface.type_of(file)
            group, problem = specs.group_of(file, kind)
            if problem:
                problems.append(f"{file.hint}: {problem}")
                continue
            key = file.locale, group, kind
            self._slots.setdefault(key, Slot(file.locale, group, file.kind)).add(file)
        if problems:
            raise MediaFolderError(problems)
        for locale in sorted({slot.locale for slot in self._slots.values()}):
            await self._look(locale)
        for (_, group, kind), slot in self._slots.items():
            most: dict[MediaKind, int] = {slot.kind: specs.most(kind, group)}
            problems += overfull([slot], self._mode, most)
        if problems:
            raise MediaFolderError(problems)
        await self._look_at_assets()
        return self._differences()

    def files_to_send(self) -> dict[str, MediaFile]:
        """Return the files that the library lacks, by their sums: each one once."""
        missing = {file.sha256: file for x in self._differences() for file in x.missing}
        return {key: file for key, file in missing.items() if self._is_lacking(key)}

    @property
    def is_in_work(self) -> bool:
        """Whether Apple has yet to process something that is placed already: never."""
        return False

    async def write(self, done: list[str]) -> None:
        """Bring about what `read` returned; what is done is added to `done`."""
        wanted = {file.sha256 for x in self._differences() for file in x.missing}
        for _ in range(_TRIES):
            await self._wait(wanted)
            await self._clear(wanted)
            todo = list(self.files_to_send().values())
            if not todo:
                break

            async def send(file: MediaFile) -> None:
                await self._send(file)
                done.append(f"{file.hint} sent")

            await together_async(send, todo, _TOGETHER, stop=lambda: None)
        else:
            await self._wait(wanted)
            if lacking := self.files_to_send().values():
                raise MediaError(f"Apple did not process {'; '.join(map(self._why, lacking))}")
        for key in list(self._slots):
            await self._place(key, done)

    def _is_lacking(self, digest: str) -> bool:
        found = self._assets.get(digest[:32])
        if found is None:
            return True
        delivery = delivery_of(found)
        return delivery.is_awaited or delivery.is_failed

    def _differences(self) -> list[Difference]:
        return [Difference(slot, self._mode, "sha256") for slot in self._slots.values()]

    async def _look(self, locale: str) -> None:
        localization = self._version.localizations.get(locale)
        if localization is None:
            return
        kinds = {kind for where, _, kind in self._slots if where == locale}
        placements = self._localizations.list_placements(
            localization,
            placement_type=sorted(kinds),
            sort="placementGroupPosition",
            include=["image", "video"],
            limit=_PAGE,
        )
        async for placement in placements:
            kind, group = str(placement.placement_type), str(placement.placement_group)
            slot = self._slots.get((locale, group, kind))
            if slot is None:
                # A group for which the folder has nothing.
                if self._mode != "sync":
                    continue
                media: MediaKind = "preview" if kind == "APP_PREVIEW" else "screenshot"
                slot = self._slots[locale, group, kind] = Slot(locale, group, media)
            asset: Any = placement.image or placement.video
            name = (asset and (asset.file_name or asset.reference_name)) or placement.id
            failed = placement.state == "FAILED"
            state = Delivery("FAILED" if failed else "COMPLETE")
            slot.items.append(Item(placement, name, _sum(asset), state))

    async def _look_at_assets(self) -> None:
        """Read the assets that are known by the sums of their files, the best of each."""
        libraries = self._client.app_asset_libraries
        kinds = {slot.kind for slot in self._slots.values()}
        found: list[Any] = []
        if "screenshot" in kinds:
            images = libraries.list_images(
                self._library, category=self._surface.category, limit=_PAGE
            )
            found += [x async for x in images]
        if "preview" in kinds:
            films = libraries.list_videos(
                self._library, category=self._surface.category, limit=_PAGE
            )
            found += [x async for x in films]
        for asset in found:
            digest = _sum(asset)
            if digest is None or asset.state == "ARCHIVED":
                continue
            known = self._assets.get(digest)
            if known is None or _rank(asset) > _rank(known):
                self._assets[digest] = asset

    async def _send(self, file: MediaFile) -> None:
        key = file.sha256[:32]
        resume = self._assets.get(key)
        name = f"{file.path.stem[:_NAME]} {key}"
        namespace: Any = (
            self._client.app_asset_library_videos
            if file.kind == "preview"
            else self._client.app_asset_library_images
        )
        self._assets[key] = await self._client.uploads.upload(
            namespace,
            file.path,
            resume=resume,
            wait=False,
            category=self._surface.category,
            reference_name=name,
            asset_library=self._library,
        )
        self._say(f"{file.name} is sent")

    async def _wait(self, wanted: set[str]) -> None:
        """Wait until nothing that is wanted is being processed; what takes longer has failed."""
        session = self._client.session
        pauses = AsyncPauses(
            first=2.0, longest=30.0, timeout=self._timeout, now=session.now, sleep=session.sleep
        )
        while pending := self._pending(wanted):
            if not await pauses.pause():
                for asset in pending:
                    asset.state = "FAILED"
                return
            libraries = self._client.app_asset_libraries
            images = [x.id for x in pending if x.resource_type == "appAssetLibraryImages"]
            films = [x.id for x in pending if x.resource_type == "appAssetLibraryVideos"]
            found: list[Any] = []
            if images:
                shots = libraries.list_images(self._library, id=images, limit=_PAGE)
                found += [x async for x in shots]
            if films:
                videos = libraries.list_videos(self._library, id=films, limit=_PAGE)
                found += [x async for x in videos]
            self._assets |= {digest: x for x in found if (digest := _sum(x)) is not None}

    def _pending(self, wanted: set[str]) -> list[Any]:
        found = [self._assets[x[:32]] for x in sorted(wanted) if x[:32] in self._assets]
        states = [(x, delivery_of(x)) for x in found]
        return [x for x, state in states if state.is_pending and not state.is_awaited]

    async def _clear(self, wanted: set[str]) -> None:
        """Delete what has failed of the files that are wanted."""
        for digest in sorted(wanted):
            asset = self._assets.get(digest[:32])
            if asset is not None and delivery_of(asset).is_failed:
                await self._delete(asset)
                del self._assets[digest[:32]]

    async def _delete(self, asset: Any) -> None:
        if asset.resource_type == "appAssetLibraryVideos":
            await self._client.app_asset_library_videos.delete(asset)
        else:
            await self._client.app_asset_library_images.delete(asset)

    def _why(self, file: MediaFile) -> str:
        asset = self._assets.get(file.sha256[:32])
        errors = () if asset is None else delivery_of(asset).errors
        return ": ".join([file.name, *(text or code for code, text in errors)])

    async def _place(self, key: tuple[str, str, str], done: list[str]) -> None:
        """Make the placements of one place what they shall be."""
        locale, group, kind = key
        slot = self._slots[key]
        difference = Difference(slot, self._mode, "sha256")
        for item in difference.surplus:
            await self._client.app_asset_library_placements.delete(item.resource)
            slot.items.remove(item)
            done.append(f"{slot.place}: - {item.name}")
        localization = self._version.localizations[locale]
        for file in difference.missing:
            asset = self._assets[file.sha256[:32]]
            ends: dict[str, Any] = {
                self._surface.localization: localization,
                "video" if file.kind == "preview" else "image": asset,
            }
            placed = await self._client.app_asset_library_placements.create(
                placement_type=cast("Any", kind), placement_group=group, **ends
            )
            state = Delivery("COMPLETE")
            slot.items.append(Item(placed, file.name, file.sha256[:32], state))
            done.append(f"{slot.place}: + {file.hint}")
        if difference.missing or difference.surplus:
            self._say(f"{locale} {group}: {len(slot.items)} {slot.kind}s")
        after = Difference(slot, self._mode, "sha256")
        if after.is_disordered:
            await self._order(after, group, localization)
        done.append(f"{slot.place}: reorder")

    async def _order(self, difference: Difference, group: str, localization: str) -> None:
        """Order a group; the request names no type, so it names what else the group has, too."""
        placed = [x.resource for x in difference.order() if x is not None]
        slot = difference.slot
        for (locale, name, _), other in self._slots.items():
            if other is not slot and (locale, name) == (slot.locale, group):
                placed += [x.resource for x in other.items]
        parent: dict[str, Any] = {self._surface.localization: localization}
        await self._client.app_asset_library_placement_ordering_requests.create(
            placement_group=group,
            ordered_placements=placed,
            **parent,
        )
        self._say(f"{slot.locale} {group}: in order")


def _sum(asset: Any) -> str | None:
    found = _SUM.search((asset and asset.reference_name) or "")
    return found[0] if found else None


def _rank(asset: Any) -> int:
    """How near an asset is to being used."""
    delivery = delivery_of(asset)
    return 0 if delivery.is_failed else 1 if delivery.is_awaited else 2 + (not delivery.is_pending)
