"""Uploads: files of every kind the API takes, screenshots as well as builds, in one call.

    uploads = Uploader(asc)
    shot = uploads.upload(asc.app_screenshots, "1.png", app_screenshot_set=screenshot_set)
    build = uploads.upload_build(
        "App.ipa", app=app, version="1.2", build_number="345", platform="IOS"
    )

    uploads = AsyncUploader(asc)                              # of an AsyncClient
    shot = await uploads.upload(asc.app_screenshots, "1.png", app_screenshot_set=screenshot_set)

An upload that stopped raises an `UploadError`. Go on with what it left behind, or clean up:

    uploads.upload(asc.app_screenshots, "1.png", resume=error.resource)
    asc.app_screenshots.delete(error.resource)
"""

from .._runtime.http.transfer import TransferError
from .errors import UploadError, UploadExpiredError, UploadRejectedError, UploadTimeoutError
from .source import UploadFile
from .steps import UploadSettings
from .uploader import AsyncUploader, Progress, Uploadable, UploadedBuild, Uploader

__all__ = [
    "AsyncUploader",
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
    "Uploader",
]
