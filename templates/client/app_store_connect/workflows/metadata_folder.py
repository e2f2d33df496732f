"""Texts of an app in a folder: pulled, edited, planned, applied."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from .._runtime.concurrency import in_thread_async
from .apps import AsyncApps
from .common.absence import if_any_async
from .common.partial import partial
from .deliver_folder import (
    CATEGORY_FILES,
    INFO_FILES,
    REVIEW_FILES,
    VERSION_FILES,
    metadata_of,
    read_folder,
)
from .errors import WorkflowError
from .localized_texts import LOCALES, changes
from .review_detail import AsyncReviewDetail
from .version_states import CHANGEABLE, RELEASED, number_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, AppInfo, AppStoreVersion
    from .deliver_folder import DeliverFolder
    from .version_states import Platform
    from .versions import AsyncVersions

__all__ = ["AsyncMetadataFolder", "FolderChange", "FolderChanges"]

_SECRET = "demo_account_password"  # noqa: S105 - its name
_CLIPPED = 60


class FolderChange(msgspec.Struct, frozen=True):
    """A value that the App Store has otherwise; `before` None is a value that is not there."""

    where: str
    name: str
    before: str | None
    after: str

    def __str__(self) -> str:
        if self.name == _SECRET:
            return f"{self.where} {self.name}: changed"
        return f"{self.where} {self.name}: {_clipped(self.before)} -> {_clipped(self.after)}"


class FolderChanges(msgspec.Struct, frozen=True):
    """How a folder differs from the App Store; its text is a list.

    `skipped` names what is in the folder and nothing was made of, with the reason.
    """

    version: str
    changes: tuple[FolderChange, ...]
    skipped: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        count = len(self.changes)
        head = f"version {self.version}: {count or 'no'} change{'' if count == 1 else 's'}"
        return "\n".join(
            [head, *(f"  {x}" for x in self.changes), *(f"  skipped: {x}" for x in self.skipped)]
        )


def _clipped(text: str | None) -> str:
    if text is None:
        return "(none)"
    line = " ".join(text.split())
    return repr(line if len(line) <= _CLIPPED else f"{line[:_CLIPPED]}…")


class AsyncMetadataFolder:
    """A folder of deliver's and the version that it describes, to be awaited."""

    def __init__(self, client: AsyncClient, versions: AsyncVersions) -> None:
        self._client = client
        self._versions = versions
        self._apps = AsyncApps(client)
        self._review = AsyncReviewDetail(client)

    async def pull(
        self, app: Id[App], folder: str | os.PathLike[str], platform: Platform, *, overwrite: bool
    ) -> list[Path]:
        """Write all texts into files, and return those that were written."""
        root = metadata_of(folder)
        if root.exists() and not root.is_dir():
            raise ValueError(f"folder: {root} is not a folder")
        versions = await self._versions.all(app, platform)
        version = versions.editable or versions.in_flight or versions.live
        if version is None:
            raise WorkflowError(f"the app has no version for {platform}")
        texts = await self._version_texts(version)
        info = await self._info(app)
        detail = await self._review.read(version)
        files: dict[str, str] = {"copyright.txt": version.copyright or ""}
        for locale, values in texts.items():
            files |= _files(locale, VERSION_FILES, values)
        for locale, text in _info_texts(info).items():
            files |= _files(locale, INFO_FILES, text)
        for name, file in CATEGORY_FILES.items():
            files[f"{file}.txt"] = getattr(getattr(info, name, None), "id", None) or ""
        files |= _files("review_information", REVIEW_FILES, detail)
        return await in_thread_async(_write, root, files, overwrite)

    async def plan(
        self, app: Id[App] | None, folder: str | os.PathLike[str], platform: Platform | None
    ) -> FolderChanges:
        """Compare a folder with the App Store; nothing is written."""
        found = await in_thread_async(read_folder, folder)
        app, _, version = await self._target(app, found, platform)
        named = _named(found, version)
        if version is None:
            return FolderChanges(named[0].after, named, tuple(found.skipped))
        return await self._compared(app, version, found, named)

    async def apply(
        self, app: Id[App] | None, folder: str | os.PathLike[str], platform: Platform | None
    ) -> FolderChanges:
        """Write what differs, and return it."""
        found = await in_thread_async(read_folder, folder)
        app, on, version = await self._target(app, found, platform)
        named = _named(found, version)
        if named or version is None:
            version = await self._versions.ensure(app, named[0].after, on)
        planned = await self._compared(app, version, found, named)
        places = dict.fromkeys(x.where.partition("/")[0] for x in planned.changes)
        with partial(places) as done:
            # First, since Apple refuses some changes of texts before.
            if "version" in places:
                if found.version:
                    await self._client.app_store_versions.update(version, **found.version)
                done.append("version")
            if "texts" in places:
                await self._versions.set_texts(version, found.version_texts)
                done.append("texts")
            if "app" in places:
                await self._apps.set_texts(app, found.info_texts)
                done.append("app")
            if "categories" in places:
                categories: dict[str, Any] = found.categories
                await self._apps.set_categories(app, **categories)
                done.append("categories")
            if "age rating" in places:
                await self._apps.set_age_rating(app, **found.age_rating)
                done.append("age rating")
            if "review" in places:
                await self._versions.set_review_detail(version, **found.review)
                done.append("review")
            if "phased release" in places:
                step: Any = "start" if found.config["phased_release"] else "remove"
                await self._versions.phased_release(version, step)
                done.append("phased release")
        return planned

    async def _target(
        self, app: Id[App] | None, found: DeliverFolder, platform: Platform | None
    ) -> tuple[Id[App], Platform, AppStoreVersion | None]:
        """Find what a folder is about; there may be no version yet if its Deliverfile names one."""
        if app is None:
            bundle_id = found.config.get("app_identifier")
            if not bundle_id:
                raise ValueError("app: neither it nor app_identifier in an Appfile is given")
            app = await self._apps.find(bundle_id)
        on: Any = platform or found.platform
        version = (await self._versions.all(app, on)).editable
        if version is not None and state_of(version) not in CHANGEABLE | {"READY_FOR_REVIEW"}:
            version = None
        if version is None and not found.config.get("app_version"):
            raise WorkflowError(
                f"there is no version for {on} that can be edited: make one with"
                " workflows.versions.ensure, or cancel the review"
            )
        return app, on, version

    async def _compared(
        self,
        app: Id[App],
        version: AppStoreVersion,
        found: DeliverFolder,
        named: tuple[FolderChange, ...],
    ) -> FolderChanges:
        planned = [*named, *_differences("version", version, found.version)]
        skipped = [*found.skipped]
        texts = await self._version_texts(version)
        if await self._is_first(app, version):
            for locale, values in found.version_texts.items():
                if values.pop("whats_new", None):
                    skipped.append(f"{locale}/release_notes.txt: a first version has none")
        for locale, values in found.version_texts.items():
            planned += _differences(f"texts/{locale}", texts.get(locale), values)
        if found.info_texts or found.categories or found.age_rating:
            info = await self._apps.info(app)
            names = _info_texts(info)
            for locale, values in found.info_texts.items():
                planned += _differences(f"app/{locale}", names.get(locale), values)
            for name, category in found.categories.items():
                before = getattr(getattr(info, name, None), "id", None)
                if before != category:
                    planned.append(FolderChange("categories", name, before, category))
            rating = info.age_rating_declaration
            planned += _differences("age rating", rating, found.age_rating)
        if found.review:
            planned += await self._compared_review(version, found.review)
        if found.config.get("phased_release") is not None:
            planned += await self._compared_phases(version, wanted=found.config["phased_release"])
        return FolderChanges(str(version.version_string), tuple(planned), tuple(skipped))

    async def _compared_review(
        self, version: AppStoreVersion, wanted: Mapping[str, Any]
    ) -> list[FolderChange]:
        detail = await self._review.read(version)
        texts = {name: value for name, value in wanted.items() if name != "attachments"}
        unsent = await self._review.unsent(detail, wanted.get("attachments", ()))
        return [
            *_differences("review", detail, texts),
            *(FolderChange("review", "attachments", None, x.name) for x in unsent),
        ]

    async def _compared_phases(
        self, version: AppStoreVersion, *, wanted: bool
    ) -> list[FolderChange]:
        current = await if_any_async(
            self._client.app_store_versions.get_app_store_version_phased_release, version
        )
        if (current is not None) == wanted:
            return []
        state = None if current is None else str(current.phased_release_state)
        return [FolderChange("phased release", "state", state, "INACTIVE" if wanted else "none")]

    async def _is_first(self, app: Id[App], version: AppStoreVersion) -> bool:
        platform: Any = str(version.platform)
        versions = await self._versions.all(app, platform)
        return not any(state_of(x) in RELEASED for x in versions.versions)

    async def _version_texts(self, version: AppStoreVersion) -> dict[str, Any]:
        found = self._client.app_store_versions.list_app_store_version_localizations(
            version, limit=200
        )
        return {str(x.locale): x async for x in found}

    async def _info(self, app: Id[App]) -> AppInfo | None:
        """The draft, or what is in the store."""
        found = self._client.apps.list_app_infos(
            app,
            include=["appInfoLocalizations", "primaryCategory", "secondaryCategory"],
            related_limit={"appInfoLocalizations": 50},
        )
        return ([x async for x in found] or [None])[-1]  # type: ignore[list-item]


def _named(found: DeliverFolder, version: AppStoreVersion | None) -> tuple[FolderChange, ...]:
    """The change to the number that a Deliverfile names."""
    number = str(found.config.get("app_version") or "")
    current = None if version is None else version.version_string
    if not number or number_of(number) == number_of(current):
        return ()
    return (FolderChange("version", "version_string", current, number),)


def _info_texts(info: AppInfo | None) -> dict[str, Any]:
    return {} if info is None else {str(x.locale): x for x in info.app_info_localizations}


def _differences(where: str, current: Any, wanted: Mapping[str, Any]) -> Iterable[FolderChange]:
    for name, value in wanted.items():
        before = None if current is None else getattr(current, name)
        if current is None or changes(current, {name: value}):
            shown = None if before in {None, ""} else str(before)
            yield FolderChange(where, name, shown, str(value))


def _files(folder: str, names: Mapping[str, str], values: Any) -> dict[str, str]:
    return {
        f"{folder}/{file}.txt": str(getattr(values, name, None) or "")
        for name, file in names.items()
    }


def _write(
    root: Path,
    files: Mapping[str, str],
    overwrite: bool,  # noqa: FBT001 - in_thread
) -> list[Path]:
    """Write what is not there yet; ValueError, before anything is, for what would be lost."""
    wanted: dict[Path, str] = {}
    for name, text in files.items():
        folder = name.rpartition("/")[0]
        if folder not in {"", "review_information", *LOCALES}:
            continue
        path = root / name
        content = f"{text}\n" if text else ""
        if not path.is_file():
            wanted[path] = content
        elif path.read_text(encoding="utf-8") != content:
            wanted[path] = content
            if not overwrite and path.stat().st_size:
                raise ValueError(f"{path} is there and says something else: pass overwrite=True")
    for path, content in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.stem == "demo_password":
            path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")
    return list(wanted)
