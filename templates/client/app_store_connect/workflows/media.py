"""Media: screenshots and previews of a version, from a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runtime.concurrency import in_thread_async
from .._runtime.jsonapi.resource import resource_id
from .._runtime.public import public
from .assets.folder import MediaFile, MediaFolderError, read_folder
from .assets.library import AsyncLibrary, library_of_async
from .assets.plan import TIMEOUT, MediaChange, MediaError, MediaPlan, Mode, Through, Version, Work
from .assets.sets import AsyncSets
from .assets.specs import EVENTS, VERSIONS
from .common.area import Area
from .common.partial import partial

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, AppEvent, AppStoreVersion
    from .assets.plan import Difference

__all__ = ["AsyncMedia", "MediaChange", "MediaError", "MediaFile", "MediaFolderError", "MediaPlan"]

_ALL = 50
# Apple takes media while a version is in one of these states.
_EDITABLE = frozenset(
    {
        "DEVELOPER_REJECTED",
        "INVALID_BINARY",
        "METADATA_REJECTED",
        "PREPARE_FOR_SUBMISSION",
        "REJECTED",
    }
)


def _nothing(_text: str) -> None:
    pass


@public
class AsyncMedia(Area):
    """Screenshots and previews from a folder tree, to be awaited.

    The tree has a folder for each locale, as fastlane's snapshot and deliver make it:

        asc.workflows.media.sync(version, "fastlane/screenshots")

    The size of a file tells the display it is for, and names in its path where a size is that of
    several (`IPHONE_67`, or a group of the library). Screenshots for iMessage are below `iMessage`,
    those with `_framed` in their names replace the ones without. Names sort as people sort them.
    Nothing is sent unless every file is one that the App Store takes.
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def plan(
        self,
        version: Id[AppStoreVersion],
        folder: str | os.PathLike[str],
        *,
        mode: Mode = "sync",
        through: Through | None = None,
    ) -> MediaPlan:
        """Tell what `sync` would do, and do nothing.

        Raises:
            MediaFolderError: files that the App Store does not take, each with its reason.
        """
        plan, _, _ = await self._prepared(version, folder, mode, through)
        return plan

    async def sync(
        self,
        version: Id[AppStoreVersion],
        folder: str | os.PathLike[str],
        *,
        mode: Mode = "sync",
        through: Through | None = None,
        timeout: float = TIMEOUT,
        progress: Callable[[str], object] | None = None,
    ) -> MediaPlan:
        """Make a version's media those of a folder, and return what was changed.

        Run it again after any failure: what is there is recognised, so nothing is sent twice.
        `mode` is `sync` (a locale with screenshots in the folder has those and no others, and the
        same for previews), `replace` (so for the displays that the folder has; others stay), or
        `append` (nothing is deleted). Locales without a folder stay as they are; those that the
        version lacks are created. `through` is `library`, the App Asset Library, where account and
        API have it, else `sets`. Files that Apple does not finish processing within `timeout`
        seconds, or fails to, are deleted and sent again, twice at most. `progress` is called with a
        line of text for each step.

        Raises:
            MediaFolderError: files that the App Store does not take; nothing was sent.
            MediaError: the version cannot be edited, or Apple did not process a file.
            UploadError: sending a file stopped.
        """
        say = progress or _nothing
        plan, version_of, work = await self._prepared(version, folder, mode, through, say, timeout)
        if plan.is_empty and not work.is_in_work:
            return plan
        if version_of.state not in _EDITABLE:
            states = ", ".join(sorted(_EDITABLE))
            raise MediaError(
                f"the version is {version_of.state}, and media can be changed in {states} only"
            )
        with partial(_parts(plan, work)) as done:
            for locale in plan.new_locales:
                made = await self._client.app_store_version_localizations.create(
                    locale=locale, app_store_version=version_of.id
                )
                version_of.localizations[locale] = made.id
                done.append(f"{locale}: new localization")
                say(done[-1])
            await work.write(done)
        return plan

    async def sync_event(
        self,
        app: Id[App],
        event: Id[AppEvent],
        folder: str | os.PathLike[str],
        *,
        timeout: float = TIMEOUT,
        progress: Callable[[str], object] | None = None,
    ) -> MediaPlan:
        """Make the media of an in-app event those of a folder, and return what was changed.

        The tree is `<locale>/card.png` and `<locale>/details.png`, or films of these names. The
        event has to have the locales. It may run again like `sync`.

        Raises:
            MediaFolderError: files that the App Store does not take; nothing was sent.
            MediaError: the account has no App Asset Library, or Apple did not process a file.
            UploadError: sending a file stopped.
        """
        files = await in_thread_async(read_folder, folder, 0.0)
        app_id, event_id = resource_id(app, "apps"), resource_id(event, "appEvents")
        there = self._client.app_events.list_localizations(event_id, limit=_ALL)
        localizations = {str(x.locale): x.id async for x in there}
        if missing := sorted({x.locale for x in files} - set(localizations)):
            raise MediaFolderError([f"the event has no locale {x}: create it" for x in missing])
        library = await library_of_async(self._client, app_id)
        if library is None:
            raise MediaError(
                "there is no App Asset Library for this app: send each file with asc.uploads to"
                " app_event_screenshots or app_event_video_clips"
            )
        found = Version(event_id, "", "", app_id, localizations)
        say = progress or _nothing
        work = AsyncLibrary(self._client, library, found, "sync", EVENTS, say=say, timeout=timeout)
        plan = _plan_of(work, await work.read(files), files, found)
        if not plan.is_empty:
            with partial(_parts(plan, work)) as done:
                await work.write(done)
        return plan

    async def _prepared(
        self,
        version: Id[AppStoreVersion],
        folder: str | os.PathLike[str],
        mode: Mode,
        through: Through | None,
        say: Callable[[str], object] = _nothing,
        limit: float = TIMEOUT,
    ) -> tuple[MediaPlan, Version, AsyncLibrary | AsyncSets]:
        if mode not in {"sync", "replace", "append"}:
            raise ValueError(f"mode is 'sync', 'replace' or 'append', not {mode!r}")
        if through not in {None, "library", "sets"}:
            raise ValueError(f"through is 'library' or 'sets', not {through!r}")
        files = await in_thread_async(read_folder, folder)
        found = await self._read(version)
        library = None if through == "sets" else await library_of_async(self._client, found.app)
        if library is None and through == "library":
            raise MediaError("there is no App Asset Library for this app: leave out `through`")
        work: AsyncLibrary | AsyncSets
        if library is None:
            work = AsyncSets(self._client, found, mode, say, limit)
        else:
            work = AsyncLibrary(
                self._client, library, found, mode, VERSIONS, say=say, timeout=limit
            )
        plan = _plan_of(work, await work.read(files), files, found)
        return plan, found, work

    async def _read(self, version: Id[AppStoreVersion]) -> Version:
        namespace = self._client.app_store_versions
        found = await namespace.get(
            version,
            include=["app", "appStoreVersionLocalizations"],
            fields={
                "appStoreVersions": [
                    *("platform", "appVersionState", "app", "appStoreVersionLocalizations")
                ],
                "apps": ["bundleId"],
                "appStoreVersionLocalizations": ["locale"],
            },
            related_limit={"appStoreVersionLocalizations": _ALL},
        )
        there = list(found.app_store_version_localizations)
        if found.app_store_version_localizations.truncated:
            there = await namespace.list_app_store_version_localizations(found, limit=200).all()
        return Version(
            id=found.id,
            platform=str(found.platform),
            state=str(found.app_version_state),
            app=found.app.id if found.app is not None else "",
            localizations={str(x.locale): x.id for x in there},
        )


def _parts(plan: MediaPlan, work: Work) -> list[str]:
    """What a plan comes down to, one by one."""
    parts = [f"{x}: new localization" for x in plan.new_locales]
    if work.through == "library":
        parts += [f"{x.hint} sent" for x in work.files_to_send().values()]
    return parts + [step for change in plan.changes for step in change.steps()]


def _plan_of(
    work: Work, differences: list[Difference], files: list[MediaFile], version: Version
) -> MediaPlan:
    return MediaPlan(
        through=work.through,
        changes=tuple(x.told() for x in differences),
        files=len(work.files_to_send()),
        new_locales=tuple(sorted({x.locale for x in files} - set(version.localizations))),
    )
