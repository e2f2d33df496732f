"""Downloads: whatever Apple hands out by its address, or inside of a resource, as a file.

    artifact = asc.ci_build_actions.list_artifacts(action).first()
    asc.download(artifact, "build.zip")
    asc.download(submission.screenshots[0], "feedback.png")
    asc.download(profile, "Example.mobileprovision")
    asc.download(address, "anything.bin")

Of an `AsyncClient` they are to be awaited. `Download(asc, …)` are downloads with other settings,
`AsyncDownload` those of an `AsyncClient`.
"""

from .._runtime.http.transfer import TransferError
from .download import AsyncDownload
from .remote import DownloadError

__all__ = ["AsyncDownload", "DownloadError", "TransferError"]
