"""Uploads of builds: a build upload, its one file, and the wait until the build is there."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id
from .._runtime.messages.errors import AppStoreConnectError, NotIncludedError
from .errors import UploadError, UploadRejectedError, UploadTimeoutError
from .namespaces import BuildNamespaces
from .progress import Progress
from .sending import AsyncSender
from .source import UploadSource
from .state import delivery_of
from .upload import AsyncUpload

__all__ = ["AsyncBuildUpload", "uti_of"]

_UTIS = {
    ".ipa": "com.apple.ipa",
    ".pkg": "com.apple.pkg",
    ".zip": "com.pkware.zip-archive",
}
_INCLUDED = ["build", "assetFile"]


def uti_of(name: str) -> str:
    """Return the type of a build's file, as the API wants it named.

    Raises:
        ValueError: for any other file.
    """
    for suffix, uti in _UTIS.items():
        if name.lower().endswith(suffix):
            return uti
    raise ValueError(
        f"file_name: {name!r} is not a build: its name ends in none of {', '.join(_UTIS)}"
    )


class AsyncBuildUpload:
    """A build on its way, to be awaited; `attributes` are those of its file."""

    def __init__(
        self,
        namespaces: BuildNamespaces[Awaitable[Any], Awaitable[Any]],
        attributes: dict[str, Any],
        source: UploadSource,
        sender: AsyncSender,
        progress: Progress | None,
    ) -> None:
        self._builds = namespaces.build_uploads
        self._attributes = attributes
        self._sender = sender
        self._file = AsyncUpload(
            namespaces.build_upload_files, attributes, source, sender, progress
        )

    async def run(
        self, keywords: dict[str, Any], resume: Id[Resource] | None = None, *, wait: bool
    ) -> Any:
        """Upload the build and return its build upload, made of these keywords or resumed.

        Every error after the build upload was made is an `UploadError` that knows it.
        """
        if resume is None:
            build = await self._builds.create(**keywords)
        else:
            build = await self._builds.get(resume, include=_INCLUDED)
        try:
            self._attributes["build_upload"] = build
            await self._file.run(_asset_file(build) if resume is not None else None, wait=False)
            if wait:
                build = await self._processed(build)
        except UploadError as error:
            error.build_upload = build
            raise
        except AppStoreConnectError as error:
            raise UploadError(str(error), build, build_upload=build) from error
        return build

    async def _processed(self, build: Any) -> Any:
        """Read the build upload again and again until the API is done with it."""
        pauses = self._sender.pauses()
        while True:
            build = await self._builds.get(build, include=_INCLUDED)
            file = _asset_file(build)
            for resource in (build, *([] if file is None else [file])):
                if (delivery := delivery_of(resource)).is_failed:
                    raise UploadRejectedError(delivery, resource)
            delivery = delivery_of(build)
            if not delivery.is_pending:
                return build
            if not await pauses.pause():
                timeout = self._sender.settings.timeout
                reason = f"its state is still {delivery.state} after {timeout:.0f} s"
                raise UploadTimeoutError(reason, build, sent=self._file.sent, committed=True)


def _asset_file(build: Any) -> Resource | None:
    """Return the file of a build upload, None until there is one."""
    try:
        file: Resource | None = build.asset_file
    except NotIncludedError:
        return None
    return file
