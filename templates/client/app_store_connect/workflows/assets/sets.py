"""Media in sets of a localization, one for each display, as before the App Asset Library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._runtime.concurrency import together_async
from ..._runtime.pauses import AsyncPauses
from ...uploads.state import delivery_of
from ..common.deprecated import without_warnings
from .displays import preview_displays, screenshot_displays
from .folder import MediaFolderError
from .plan import TIMEOUT, Difference, Item, MediaError, Mode, Slot, Through, Version, overfull

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...client import AsyncClient
    from .folder import MediaFile, MediaKind

__all__ = ["AsyncSets"]

_MOST: dict[MediaKind, int] = {"screenshot": 10, "preview": 3}
_TOGETHER = 4
_TRIES = 3
_ALL = 50


class AsyncSets:
    """The sets of a version's localizations, to be awaited."""

    through: Through = "sets"

    def __init__(
        self,
        client: AsyncClient,
        version: Version,
        mode: Mode,
        say: Callable[[str], object],
        timeout: float = TIMEOUT,
    ) -> None:
        self._client = client
        self._version = version
        self._mode: Mode = mode
        self._say = say
        self._timeout = timeout
        self._slots: dict[tuple[str, str], Slot] = {}
        self._shot_sets = without_warnings(client.app_screenshot_sets)
        self._film_sets = without_warnings(client.app_preview_sets)
        self._shots = without_warnings(client.app_screenshots)
        self._films = without_warnings(client.app_previews)

    async def read(self, files: Sequence[MediaFile]) -> list[Difference]:
        """Return what is to be done in each place; MediaFolderError where it cannot be done."""
        self._sort(files)
        for locale in sorted({slot.locale for slot in self._slots.values()}):
            await self._look(locale)
        if problems := overfull(list(self._slots.values()), self._mode, _MOST):
            raise MediaFolderError(problems)
        return self._differences()

    def files_to_send(self) -> dict[str, MediaFile]:
        """Return the files that are to be sent: each one once for every place."""
        return {
            f"{x.slot.locale} {x.slot.display} {file.sha256}": file
            for x in self._differences()
            for file in x.missing
        }

    @property
    def is_in_work(self) -> bool:
        """Whether Apple has yet to process something that was sent before."""
        return bool(self._pending(set(self._version.localizations)))

    async def write(self, done: list[str]) -> None:
        """Bring about what `read` returned, and wait until Apple has processed all of it.

        What is done is added to `done`.
        """
        await self._processed(self._pending(set(self._version.localizations)))
        for left in reversed(range(_TRIES)):
            todo = [x for x in self._differences() if x.missing or x.surplus]
            if not todo:
                break
            for difference in todo:
                await self._clear(difference, done)

            async def send(difference: Difference) -> None:
                await self._send(difference, done)

            await together_async(send, todo, _TOGETHER, stop=lambda: None)
            await self._processed({x.slot.locale for x in todo})
            if not left and (still := self._unfinished()):
                raise MediaError("Apple did not process " + "; ".join(still))
        for difference in self._differences():
            if difference.is_disordered:
                await self._order(difference)
            done.append(f"{difference.slot.place}: reorder")

    def _sort(self, files: Sequence[MediaFile]) -> None:
        problems: list[str] = []
        for file in files:
            displays = _displays(file, self._version.platform)
            size = f"{file.header.width} x {file.header.height}"
            if not displays:
                problems.append(
                    f"{file.hint}: {size} is no size of a {file.kind} for {self._version.platform}"
                )
            elif len(displays) > 1:
                told = " or ".join(displays)
                problems.append(f"{file.hint}: {size} may be for {told}: put one into its name")
            else:
                key = file.locale, displays[0]
                self._slots.setdefault(key, Slot(*key, file.kind)).add(file)
        if problems:
            raise MediaFolderError(problems)

    async def _look(self, locale: str) -> None:
        """Read what a localization has of the kinds that the folder has for it."""
        for slot in self._slots.values():
            if slot.locale == locale:
                slot.items, slot.holder = [], None
        localization = self._version.localizations.get(locale)
        if localization is None:
            return
        kinds = {slot.kind for slot in self._slots.values() if slot.locale == locale}
        namespace = without_warnings(self._client.app_store_version_localizations)
        if "screenshot" in kinds:
            shots = namespace.list_app_screenshot_sets(
                localization,
                include="appScreenshots",
                limit=_ALL,
                related_limit={"appScreenshots": _ALL},
            )
            async for found in shots:
                self._found(locale, "screenshot", str(found.screenshot_display_type), found)
        if "preview" in kinds:
            films = namespace.list_app_preview_sets(
                localization,
                include="appPreviews",
                limit=_ALL,
                related_limit={"appPreviews": _ALL},
            )
            async for film in films:
                self._found(locale, "preview", str(film.preview_type), film)

    def _found(self, locale: str, kind: MediaKind, display: str, holder: Any) -> None:
        slot = self._slots.get((locale, display))
        if slot is None:
            # A display for which the folder has nothing.
            if self._mode != "sync":
                return
            slot = self._slots[locale, display] = Slot(locale, display, kind)
        slot.holder = holder
        contents = holder.app_screenshots if kind == "screenshot" else holder.app_previews
        slot.items = [
            Item(x, x.file_name or x.id, _checksum(x), delivery_of(x), x.file_size or 0)
            for x in contents
        ]

    def _differences(self) -> list[Difference]:
        return [Difference(slot, self._mode, "md5") for slot in self._slots.values()]

    def _unfinished(self) -> list[str]:
        return [
            f"{x.slot.locale} {x.slot.display}: {file.name}"
            for x in self._differences()
            for file in x.missing
        ]

    async def _clear(self, difference: Difference, done: list[str]) -> None:
        """Delete what is not wanted, the set as well where none of it is."""
        slot = difference.slot
        shots = slot.kind == "screenshot"
        if not slot.files:
            namespace = self._shot_sets if shots else self._film_sets
            await namespace.delete(slot.holder)
            done += [f"{slot.place}: - {item.name}" for item in difference.surplus]
            del self._slots[slot.locale, slot.display]
            return
        for item in difference.surplus:
            files = self._shots if shots else self._films
            await files.delete(item.resource)
            slot.items.remove(item)
            done.append(f"{slot.place}: - {item.name}")

    async def _send(self, difference: Difference, done: list[str]) -> None:
        """Send what is missing, one after the other, which is the order it will be in."""
        slot = difference.slot
        localization = self._version.localizations.get(slot.locale)
        if not slot.files or localization is None:
            return
        if slot.holder is None and slot.kind == "screenshot":
            slot.holder = await self._shot_sets.create(
                screenshot_display_type=slot.display, app_store_version_localization=localization
            )
        elif slot.holder is None:
            slot.holder = await self._film_sets.create(
                preview_type=slot.display, app_store_version_localization=localization
            )
        for file in difference.missing:
            item = difference.there.get(file.sha256)
            resume = None if item is None else item.resource
            if slot.kind == "screenshot":
                await self._client.uploads.upload(
                    self._shots,
                    file.path,
                    resume=resume,
                    wait=False,
                    app_screenshot_set=slot.holder,
                )
            else:
                await self._client.uploads.upload(
                    self._films,
                    file.path,
                    resume=resume,
                    wait=False,
                    app_preview_set=slot.holder,
                )
            done.append(f"{slot.place}: + {file.hint}")
            self._say(f"{slot.locale} {slot.display}: {file.name} is sent")

    async def _processed(self, locales: set[str]) -> None:
        """Wait until nothing of these locales is being processed; what takes longer has failed."""
        session = self._client.session
        pauses = AsyncPauses(
            first=2.0, longest=30.0, timeout=self._timeout, now=session.now, sleep=session.sleep
        )
        while locales:
            for locale in sorted(locales):
                await self._look(locale)
            locales = self._pending(locales)
            if locales and not await pauses.pause():
                for item in (x for slot in self._slots.values() for x in slot.items):
                    item.give_up()
                return

    def _pending(self, locales: set[str]) -> set[str]:
        """Those of the localizations that have something Apple works on."""
        return {
            slot.locale
            for slot in self._slots.values()
            for item in slot.items
            if slot.locale in locales and item.is_in_work
        }

    async def _order(self, difference: Difference) -> None:
        slot = difference.slot
        ids = [x.resource.id for x in difference.order() if x is not None]
        if slot.kind == "screenshot":
            await self._shot_sets.replace_app_screenshots(slot.holder, ids)
        else:
            await self._film_sets.replace_app_previews(slot.holder, ids)
        self._say(f"{slot.locale} {slot.display}: in order")


def _displays(file: MediaFile, platform: str) -> list[str]:
    width, height = file.header.width, file.header.height
    if file.kind == "preview":
        return preview_displays(width, height, platform, file.hint)
    prefix = "IMESSAGE_APP_" if file.imessage else "APP_"
    found = screenshot_displays(width, height, platform, file.hint)
    return [f"{prefix}{x}" for x in found]


def _checksum(resource: Any) -> str | None:
    """The sum of a file that was committed; one that is reserved yet has none."""
    found: str | None = resource.source_file_checksum
    return found.lower() if found else None
