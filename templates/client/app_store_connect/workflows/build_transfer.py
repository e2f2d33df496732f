"""Builds on their way to Apple: uploaded once, and waited for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .._runtime.concurrency import in_thread_async
from .._runtime.jsonapi.resource import resource_id
from .._runtime.messages.errors import ConflictError, NotFoundError, NotIncludedError
from .._runtime.pauses import AsyncPauses
from .build_file import BuildInfo, build_info
from .build_search import plain_number, spellings
from .errors import WaitTimeoutError, WorkflowError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, Build, BuildBundle, BuildUpload
    from ..uploads.progress import Progress
    from ..uploads.source import UploadFile

__all__ = ["AsyncBuildTransfer"]

_FIRST, _LONGEST = 5.0, 30.0
_FAILED = frozenset({"FAILED", "INVALID"})


class AsyncBuildTransfer:
    """Brings builds to Apple, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def upload(
        self,
        file: UploadFile,
        app: Id[App] | None,
        told: dict[str, str | None],
        *,
        file_name: str | None,
        wait: bool,
        progress: Progress | None,
    ) -> BuildUpload:
        """Upload a file; see `AsyncTestflight.upload`."""
        info = await self._info(file, app, told)
        if app is None:
            app = await self._client.apps.list(
                bundle_id=info.bundle_id, fields={"apps": ["bundleId"]}
            ).find(bundle_id=info.bundle_id)
        expected = getattr(app, "bundle_id", None)
        if expected and info.bundle_id and expected != info.bundle_id:
            raise ValueError(f"app: the file is a build of {info.bundle_id}, not of {expected}")
        there = await self._there(app, info)
        if there is not None and _state(there) == "COMPLETE":
            return there
        keywords: dict[str, Any] = {
            "app": app,
            "version": info.version,
            "build_number": info.build_number,
            "platform": info.platform,
        }
        try:
            made = await self._client.uploads.upload_build(
                file,
                **keywords,
                file_name=file_name,
                resume=there,
                wait=wait,
                progress=progress,
            )
        except ConflictError:
            # Sent by other means, a build of that number may have no upload that is listed.
            if there is not None or not await self._is_built(app, info):
                raise
            raise WorkflowError(
                f"build {info.version} ({info.build_number}) is there already, and was not uploaded"
                " through the API: testflight.find_build returns it"
            ) from None
        return cast("BuildUpload", made)

    async def wait(
        self,
        build: Id[Build] | BuildUpload,
        timeout: float,
        progress: Callable[[str], object] | None,
    ) -> Build:
        """Wait until a build can be tested; see `AsyncTestflight.wait_for_build`."""
        pauses = self._pauses(timeout)
        tell = progress or _nothing
        if getattr(build, "resource_type", "") == "buildUploads":
            build_id = await self._listed(cast("BuildUpload", build), pauses, tell)
        else:
            build_id = resource_id(build, "builds")
        while True:
            found, state = await self._look(build_id)
            tell(state)
            if found is not None and state in _FAILED:
                raise WorkflowError(f"build {found.version} is {state}{_reasons(found)}")
            if found is not None and state == "VALID":
                return found
            if not await pauses.pause():
                if found is None:
                    raise WaitTimeoutError(
                        f"there is no build with the id {build_id!r} after {timeout:g} s; the id of"
                        " a number is that of testflight.find_build(app, number, version=…)"
                    )
                raise WaitTimeoutError(
                    f"build {build_id} is {state} after {timeout:g} s; Apple may take an hour:"
                    " wait again with a longer timeout="
                )

    async def symbols(
        self, build: Id[Build], folder: str | os.PathLike[str], timeout: float
    ) -> list[Path]:
        """Download the symbols of a build; see `AsyncTestflight.download_symbols`."""
        pauses = self._pauses(timeout)
        while True:
            found = await self._client.builds.get(
                build, include=["buildBundles"], related_limit={"buildBundles": 50}
            )
            whole = [x for x in found.build_bundles if x.includes_symbols]
            if all(x.d_sym_url for x in whole) or not await pauses.pause():
                break
        target = await in_thread_async(_made, folder)
        return [
            await self._client.download(bundle, target / f"{_symbols_name(found, bundle)}.zip")
            for bundle in whole
            if bundle.d_sym_url
        ]

    def _pauses(self, timeout: float) -> AsyncPauses:
        session = self._client.session
        return AsyncPauses(
            first=_FIRST, longest=_LONGEST, timeout=timeout, now=session.now, sleep=session.sleep
        )

    async def _listed(
        self, upload: BuildUpload, pauses: AsyncPauses, tell: Callable[[str], object]
    ) -> str:
        """Wait until an upload has become a build, and return its id."""
        while True:
            built = _build_of(upload)
            if built is not None:
                return built.id
            state = _state(upload)
            tell(state)
            if state == "FAILED":
                raise WorkflowError(f"the upload failed{_problems(upload)}")
            if not await pauses.pause():
                raise WaitTimeoutError(f"build upload {upload.id} is {state}, and no build yet")
            upload = await self._client.build_uploads.get(upload, include=["build"])

    async def _look(self, build_id: str) -> tuple[Build | None, str]:
        """Return a build with its state, which is VALID once its tests have left PROCESSING."""
        try:
            found = await self._client.builds.get(
                build_id, include=["preReleaseVersion", "buildBetaDetail", "buildUpload"]
            )
        except NotFoundError:
            # It is read before all of Apple's machines know of it.
            return None, "PROCESSING"
        state = str(found.processing_state)
        if state == "VALID":
            # This comes later, and cannot be read for some time.
            try:
                detail = found.build_beta_detail
            except NotIncludedError:
                detail = None
            if detail is None or "PROCESSING" in {
                detail.internal_build_state,
                detail.external_build_state,
            }:
                return found, "PROCESSING"
        return found, state

    async def _info(
        self, file: UploadFile, app: Id[App] | None, told: dict[str, str | None]
    ) -> BuildInfo:
        given = {name: value for name, value in told.items() if value is not None}
        try:
            info = await in_thread_async(build_info, file)
        except ValueError:
            if app is None or len(given) < len(told):
                raise
            return BuildInfo(bundle_id="", **given)
        for name, value in given.items():
            found: str = getattr(info, name)
            if plain_number(found) != plain_number(value):
                raise ValueError(f"{name}: the file says {found}, not {value}; it counts")
        return info

    async def _there(self, app: Id[App], info: BuildInfo) -> BuildUpload | None:
        """Return the upload of this build that there is, unless it failed."""
        pages = self._client.apps.list_build_uploads(
            app,
            cf_bundle_version=sorted({info.build_number, plain_number(info.build_number)}),
            cf_bundle_short_version_string=spellings(info.version),
            platform=cast("Any", info.platform),
            include=["build", "assetFile"],
        )
        found = [upload async for upload in pages if _state(upload) != "FAILED"]
        return next((x for x in found if _state(x) == "COMPLETE"), found[0] if found else None)

    async def _is_built(self, app: Id[App], info: BuildInfo) -> bool:
        builds = self._client.builds.list(
            app=app,
            version=plain_number(info.build_number),
            pre_release_version_version=spellings(info.version),
            pre_release_version_platform=cast("Any", info.platform),
            limit=1,
        )
        return await builds.first() is not None


def _nothing(state: str) -> None:
    """Tell nobody."""


def _state(upload: BuildUpload) -> str:
    return str(upload.state.state) if upload.state is not None else "AWAITING_UPLOAD"


def _made(folder: str | os.PathLike[str]) -> Path:
    path = Path(folder).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"folder: {path} cannot be made: {error.strerror}") from error
    return path


def _symbols_name(build: Build, bundle: BuildBundle) -> str:
    # What Apple says becomes part of a path.
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", bundle.bundle_id or bundle.id).lstrip(".")
    return f"{name}-{plain_number(build.version or '')}.dSYM"


def _build_of(upload: BuildUpload) -> Build | None:
    try:
        return upload.build
    except NotIncludedError:
        return None


def _reasons(build: Build) -> str:
    try:
        upload = build.build_upload
    except NotIncludedError:
        upload = None
    return "" if upload is None else _problems(upload)


def _problems(upload: BuildUpload) -> str:
    errors = (upload.state.errors if upload.state is not None else None) or ()
    told = "; ".join(f"{x.code}: {x.description}" for x in errors)
    return f": {told}" if told else "; Apple's mail to the team says why"
