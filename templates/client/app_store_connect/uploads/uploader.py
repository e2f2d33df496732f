"""The uploaders: what is called to send a file, blocking and asynchronous."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast

from .._runtime.client import AsyncBaseClient, BaseClient
from .._runtime.http.address_policy import UPLOAD_HOSTS, AddressPolicy
from .._runtime.http.session import AsyncSession, Session
from .._runtime.http.transfer import AsyncTransferClient, TransferClient
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id
from .._runtime.public import public
from .build import build_steps, uti_of
from .driver import AsyncUploadDriver, UploadDriver
from .source import UploadFile, UploadSource
from .steps import Job, UploadProgress, UploadSettings, upload_steps

__all__ = ["AsyncUploader", "Progress", "Uploadable", "UploadedBuild", "Uploader"]

R = TypeVar("R", bound=Resource)
R_co = TypeVar("R_co", covariant=True)


class Uploadable(Protocol[R_co]):
    """A namespace whose resources are files: any that has `create`, `get` and `update`."""

    @property
    def create(self) -> Callable[..., R_co]:
        """Reserve a place."""
        ...

    @property
    def get(self) -> Callable[..., R_co]:
        """Read the state."""
        ...

    @property
    def update(self) -> Callable[..., R_co]:
        """Commit."""
        ...


class UploadedBuild(Protocol):
    """What `upload_build` returns: a `BuildUpload`, whose `build` is None until there is one."""

    id: str
    state: Any
    build: Any


class Progress(Protocol):
    """A function called with the bytes sent so far and in all, by any thread, one at a time.

    The first number falls when a part has to be sent again.
    """

    def __call__(self, sent: int, total: int, /) -> object:
        """Note how far the upload is."""
        ...


class _Uploads:
    """What both uploaders know, and the jobs they make of their arguments."""

    def __init__(
        self,
        client: BaseClient | AsyncBaseClient,
        session: Session | AsyncSession,
        settings: UploadSettings,
        now: Callable[[], float],
    ) -> None:
        self._client = cast("Any", client)
        self._settings = settings
        self._addresses = AddressPolicy(session.origin, settings.hosts, default=UPLOAD_HOSTS)
        self._now = now

    def _asset_job(
        self,
        namespace: Any,
        source: UploadSource,
        progress: Progress | None,
        attributes: dict[str, Any],
        resume: Resource | None,
        *,
        wait: bool,
    ) -> Job:
        whole = {**attributes, "file_name": source.name, "file_size": source.size}
        job = self._job(namespace, source, progress, wait=wait)
        job.attributes = whole if attributes or resume is None else None
        job.resume = resume
        return job

    def _build_job(
        self, source: UploadSource, progress: Progress | None, uti: str | None, *, wait: bool
    ) -> Job:
        job = self._job(self._client.build_upload_files, source, progress, wait=wait)
        job.attributes = {
            "asset_type": "ASSET",
            "file_name": source.name,
            "file_size": source.size,
            "uti": uti or uti_of(source.name),
        }
        return job

    def _job(
        self, namespace: Any, source: UploadSource, progress: Progress | None, *, wait: bool
    ) -> Job:
        return Job(
            namespace=namespace,
            size=source.size,
            progress=UploadProgress(source.size, progress),
            settings=self._settings,
            addresses=self._addresses,
            now=self._now,
            wait=wait,
        )


@public
class Uploader(_Uploads):
    """Uploads files through a client, and blocks until the API has processed them.

    `now` gives seconds since the epoch, `random` draws from 0 to 1; each is the client's unless
    it is given, as is `sleep`.
    """

    def __init__(
        self,
        client: BaseClient,
        settings: UploadSettings | None = None,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        session = client.session
        now, sleep = now or session.now, sleep or session.sleep
        super().__init__(client, session, settings or UploadSettings(), now)
        transfers = TransferClient(
            session, self._settings.retry, now=now, sleep=sleep, random=random
        )
        self._driver = UploadDriver(transfers, sleep, self._settings.parallel)

    def upload(
        self,
        namespace: Uploadable[R],
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

        Raises the errors of `create` as they are, and `UploadError` for all that happens later.
        An `AmbiguousWriteError` of `create` may have left a reservation behind.
        """
        with UploadSource(file, name=file_name) as source:
            job = self._asset_job(namespace, source, progress, attributes, resume, wait=wait)
            return cast("R", self._driver.run(upload_steps(job), job.progress, source))

    def upload_build(
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
        goes on with a build upload that stopped. Raises `UploadRejectedError` with Apple's reasons
        for a build it does not take, and `UploadError` for all else that goes wrong once the build
        upload exists; `client.build_uploads.delete(error.build_upload)` cleans up.
        """
        keywords = _build_keywords(app, version, build_number, platform)
        with UploadSource(file, name=file_name) as source:
            job = self._build_job(source, progress, uti, wait=wait)
            steps = build_steps(self._client.build_uploads, keywords, job, resume=resume)
            return cast("UploadedBuild", self._driver.run(steps, job.progress, source))


@public
class AsyncUploader(_Uploads):
    """Uploads files through an asynchronous client.

    `now` gives seconds since the epoch, `random` draws from 0 to 1; each is the client's unless
    it is given, as is `sleep`.
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
        session = client.session
        now, sleep = now or session.now, sleep or session.sleep
        super().__init__(client, session, settings or UploadSettings(), now)
        transfers = AsyncTransferClient(
            session, self._settings.retry, now=now, sleep=sleep, random=random
        )
        self._driver = AsyncUploadDriver(transfers, sleep, self._settings.parallel)

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
        """Upload a file as a new resource of a namespace; see `Uploader.upload`."""
        with UploadSource(file, name=file_name) as source:
            job = self._asset_job(namespace, source, progress, attributes, resume, wait=wait)
            return cast("R", await self._driver.run(upload_steps(job), job.progress, source))

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
        """Upload a build; see `Uploader.upload_build`."""
        keywords = _build_keywords(app, version, build_number, platform)
        with UploadSource(file, name=file_name) as source:
            job = self._build_job(source, progress, uti, wait=wait)
            steps = build_steps(self._client.build_uploads, keywords, job, resume=resume)
            return cast("UploadedBuild", await self._driver.run(steps, job.progress, source))


def _build_keywords(app: Any, version: str, build_number: str, platform: str) -> dict[str, Any]:
    return {
        "app": app,
        "cf_bundle_short_version_string": version,
        "cf_bundle_version": build_number,
        "platform": platform,
    }
