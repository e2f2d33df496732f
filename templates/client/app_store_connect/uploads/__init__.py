"""Uploads: files of every kind the API takes, screenshots as well as builds, in one call.

    shot = asc.uploads.upload(asc.app_screenshots, "1.png", app_screenshot_set=screenshot_set)
    build = asc.uploads.upload_build(
        "App.ipa", app=app, version="1.2", build_number="345", platform="IOS"
    )

`Uploads(asc, UploadSettings(…))` are uploads with other settings. Of an `AsyncClient` they are to
be awaited, and are called `AsyncUploads`.

An upload that stopped raises an `UploadError`. Go on with what it left behind, or clean up:

    asc.uploads.upload(asc.app_screenshots, "1.png", resume=error.resource)
    asc.app_screenshots.delete(error.resource)
"""

from .._runtime.http.transfer import TransferError
from .errors import UploadError, UploadExpiredError, UploadRejectedError, UploadTimeoutError
from .namespaces import Uploadable, UploadedBuild
from .progress import Progress
from .settings import UploadSettings
from .source import UploadFile
from .uploads import AsyncUploader, AsyncUploads

__all__ = [
    "AsyncUploader",
    "AsyncUploads",
    "Progress",
    "TransferError",
    "UploadError",
    "UploadExpiredError",
    "UploadFile",
    "UploadRejectedError",
    "UploadSettings",
    "UploadTimeoutError",
    "Uploadable",
    "UploadedBuild",
]
