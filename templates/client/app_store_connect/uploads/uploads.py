"""What is called to send a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from .._runtime.client import AsyncBaseClient
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id
from .._runtime.public import public
from .build import AsyncBuildUpload, uti_of
from .namespaces import BuildNamespaces, Uploadable, UploadedBuild
from .progress import Progress
from .sending import AsyncSender
from .settings import UploadSettings
from .source import UploadFile, UploadSource
from .upload import AsyncUpload

__all__ = ["AsyncUploader", "AsyncUploads"]

R = TypeVar("R", bound=Resource)


@public
class AsyncUploads:
    """Uploads of files through a client, to be awaited until the API has processed them.

    A client has them as its `uploads`; make your own for other settings. `now` gives seconds since
    the epoch, `random` draws from 0 to 1;
    they and `sleep` are the client's unless they are given.
    """

    def __init__(
        self,
        client: AsyncBaseClient,
        settings: UploadSettings | None = None,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._client = client
        self._sender = AsyncSender(
            client.session, settings or UploadSettings(), now=now, sleep=sleep, random=random
        )

    async def upload(
        self,
        namespace: Uploadable[Awaitable[R]],
        file: UploadFile,
        *,
        file_name: str | None = None,
        resume: R | None = None,
        wait: bool = True,
        progress: Progress | None = None,
        **attributes: object,
    ) -> R:
        """Upload a file as a new resource of a namespace, such as `client.app_screenshots`.

        `attributes` are the keywords of the namespace's `create`, without `file_name` and
        `file_size`. Reserves a place, sends the parts, commits them with the checksum that the
        resource takes, and returns the resource when the API has processed it; `wait=False` returns
        it as soon as it is committed. `resume` goes on with a reservation that an earlier upload
        left behind: it must be for this very file, and parts that are there are not sent again.

        Raises the errors of `create` as they are, ValueError or TypeError for a bad file, and
        `UploadError` for all that happens later, also when the file changes meanwhile. An
        `AmbiguousWriteError` of `create` may have left a reservation behind.
        """
        with UploadSource(file, name=file_name) as source:
            given: dict[str, Any] | None = None
            if attributes or resume is None:
                given = {**attributes, "file_name": source.name, "file_size": source.size}
            upload = AsyncUpload(namespace, given, source, self._sender, progress)
            return await upload.run(resume, wait=wait)

    async def upload_build(
        self,
        file: UploadFile,
        *,
        app: Id[Resource],
        version: str,
        build_number: str,
        platform: str,
        file_name: str | None = None,
        uti: str | None = None,
        resume: Id[Resource] | None = None,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> UploadedBuild:
        """Upload a build: an .ipa, .pkg or .zip that Xcode made, from any system.

        `version`, `build_number` and `platform` must be those in the file. Returns the build upload
        when the API has processed it; `uti` replaces what follows from the file's name. `resume`
        goes on with a build upload that stopped.

        Raises:
            UploadRejectedError: with Apple's reasons for a build it does not take.
            UploadError: for all else that goes wrong once the build upload exists;
                `client.build_uploads.delete(error.build_upload)` cleans up.
        """
        with UploadSource(file, name=file_name) as source:
            attributes = {
                "asset_type": "ASSET",
                "file_name": source.name,
                "file_size": source.size,
                "uti": uti or uti_of(source.name),
            }
            namespaces = cast("BuildNamespaces[Awaitable[Any], Awaitable[Any]]", self._client)
            upload = AsyncBuildUpload(namespaces, attributes, source, self._sender, progress)
            keywords: dict[str, Any] = {
                "app": app,
                "cf_bundle_short_version_string": version,
                "cf_bundle_version": build_number,
                "platform": platform,
            }
            return cast("UploadedBuild", await upload.run(keywords, resume, wait=wait))


AsyncUploader = AsyncUploads
"""What `AsyncUploads` was called before."""
