"""Uploads of builds: a build upload, its one file, and the wait until the build is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._runtime.messages.errors import AppStoreConnectError, NotIncludedError
from .errors import UploadError, UploadRejectedError, UploadTimeoutError
from .plan import delivery_of
from .steps import Call, pause_steps, upload_steps

if TYPE_CHECKING:
    from .._runtime.jsonapi.resource import Resource
    from .._runtime.jsonapi.values import Id
    from .steps import Job, UploadSteps

__all__ = ["build_steps", "uti_of"]

_UTIS = {
    ".ipa": "com.apple.ipa",
    ".pkg": "com.apple.pkg",
    ".zip": "com.pkware.zip-archive",
}
_INCLUDED = ["build", "assetFile"]


def uti_of(name: str) -> str:
    """The type of a build's file, as the API wants it named; ValueError for any other file."""
    for suffix, uti in _UTIS.items():
        if name.lower().endswith(suffix):
            return uti
    raise ValueError(f"{name!r} is not a build: its name ends in none of {', '.join(_UTIS)}")


def build_steps(
    builds: Any, keywords: dict[str, Any], job: Job, *, resume: Id[Resource] | None = None
) -> UploadSteps:
    """Yield the steps of a build's upload and return the build upload.

    `job` is the upload of its file, without the reservation that it belongs to. Every error after
    the build upload was made is an `UploadError` that knows it.
    """
    wait, job.wait = job.wait, False
    build: Resource
    if resume is None:
        build = yield Call(builds, "create", keywords=keywords)
    else:
        build = yield _read(builds, resume)
        job.resume = _asset_file(build)
    try:
        if job.attributes is not None:
            job.attributes["build_upload"] = build
        yield from upload_steps(job)
        if wait:
            build = yield from _processing_steps(builds, build, job)
    except UploadError as error:
        error.build_upload = build
        raise
    except AppStoreConnectError as error:
        raise UploadError(str(error), build, build_upload=build) from error
    return build


def _processing_steps(builds: Any, build: Resource, job: Job) -> UploadSteps:
    pauses = pause_steps(job.settings, job.now)
    while True:
        build = yield _read(builds, build)
        file = _asset_file(build)
        for resource in (build, *([] if file is None else [file])):
            if (delivery := delivery_of(resource)).is_failed:
                raise UploadRejectedError(delivery, resource)
        delivery = delivery_of(build)
        if not delivery.is_pending:
            break
        pause = next(pauses, None)
        if pause is None:
            reason = f"its state is still {delivery.state} after {job.settings.timeout:.0f} s"
            raise UploadTimeoutError(reason, build, sent=job.progress.sent, committed=True)
        yield pause
    return build


def _read(builds: Any, build: Id[Resource]) -> Call:
    return Call(builds, "get", build, {"include": _INCLUDED})


def _asset_file(build: Any) -> Resource | None:
    """The file of a build upload, None as long as there is none."""
    try:
        file: Resource | None = build.asset_file
    except NotIncludedError:
        return None
    return file
