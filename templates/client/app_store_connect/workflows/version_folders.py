"""Versions described by a folder, as fastlane's deliver has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .common.area import Area

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .._runtime.jsonapi.values import Id
    from ..models import App
    from .metadata_folder import AsyncMetadataFolder, FolderChanges
    from .version_states import Platform

__all__ = ["AsyncVersionFolders"]


class AsyncVersionFolders(Area):
    """Jobs on versions that read a folder of deliver's, or write one, to be awaited."""

    def __init__(self, folder: AsyncMetadataFolder) -> None:
        self._folder = folder

    async def pull_folder(
        self,
        app: Id[App],
        folder: str | os.PathLike[str],
        platform: Platform = "IOS",
        *,
        overwrite: bool = False,
    ) -> list[Path]:
        """Write the texts of an app into a folder as fastlane's deliver has it, return the files.

        It is the version that is being prepared, else the one in the store. Files that are there
        and say something else are replaced with `overwrite` only.

        Raises:
            ValueError: a file would be lost; nothing was written.
        """
        return await self._folder.pull(app, folder, platform, overwrite=overwrite)

    async def plan_folder(
        self,
        app: Id[App] | None,
        folder: str | os.PathLike[str],
        platform: Platform | None = None,
    ) -> FolderChanges:
        """List how a folder of deliver's differs from the version; nothing is written.

            changes = await asc.workflows.versions.plan_folder(app, "fastlane")
            print(changes)

        `folder` is `fastlane/` or `fastlane/metadata/`. Where `app` or `platform` is None, Appfile
        or Deliverfile name it. Empty files leave what there is, as in deliver.

        Raises:
            ValueError: something that Apple would not take.
            WorkflowError: there is no version that can be edited.
        """
        return await self._folder.plan(app, folder, platform)

    async def apply_folder(
        self,
        app: Id[App] | None,
        folder: str | os.PathLike[str],
        platform: Platform | None = None,
    ) -> FolderChanges:
        """Write what differs, as `plan_folder` lists it, and return it; afterwards nothing does.

        Texts, categories, copyright, release type, age rating, review information and its file, and
        whether it is released in phases. What a folder says beyond that is named in `skipped`.

        Raises:
            ValueError: something that Apple would not take; nothing was sent.
            WorkflowError: there is no version that can be edited.
        """
        return await self._folder.apply(app, folder, platform)
