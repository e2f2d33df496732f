"""TestFlight: builds and their trains, uploads, groups and testers, distribution, feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._runtime.jsonapi.resource import resource_id
from .._runtime.messages.errors import NoResultError
from .._runtime.public import public
from .beta_groups import ensured_group_async
from .build_search import AsyncBuildSearch, Train, next_number
from .build_transfer import AsyncBuildTransfer
from .build_usage import BuildUsage, build_usage_async
from .common.absence import if_any_async
from .common.area import Area
from .common.partial import partial
from .distribution import AsyncDistributor, Distribution
from .testers import AddedTesters, AsyncTesters, TesterRows

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import (
        App,
        BetaFeedbackCrashSubmission,
        BetaFeedbackScreenshotSubmission,
        BetaGroup,
        BetaTester,
        Build,
        BuildUpload,
        SandboxTesterV2,
    )
    from ..uploads.progress import Progress
    from ..uploads.source import UploadFile

__all__ = ["AsyncTestflight"]


@public
class AsyncTestflight(Area):
    """Jobs on builds and who tests them, to be awaited.

    upload = asc.workflows.testflight.upload("Trails.ipa")
    build = asc.workflows.testflight.wait_for_build(upload)
    asc.workflows.testflight.distribute(
        build, ["Friends"], whats_new={"en-US": "Maps load faster."}
    )
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def trains(self, app: Id[App], *, platform: str | None = None) -> list[Train]:
        """Return the versions that are or were tested, each with its builds, the newest first."""
        return await AsyncBuildSearch(self._client).trains(app, platform)

    async def latest_build(
        self,
        app: Id[App],
        *,
        version: str | None = None,
        platform: str | None = None,
        processing_state: str | Iterable[str] | None = None,
    ) -> Build | None:
        """Return the build that was uploaded last, None where there is none.

        It has its `pre_release_version` and `build_beta_detail`. Builds of any processing state
        count, those that Apple is processing too, unless it is said which.
        """
        return await AsyncBuildSearch(self._client).latest(app, version, platform, processing_state)

    async def find_build(
        self,
        app: Id[App],
        number: str,
        *,
        version: str,
        platform: str | None = None,
        timeout: float = 0,
    ) -> Build:
        """Return the build of a number; `1.2` and `1.2.0` are one version, `007` is `7`.

        A build is listed about a minute after its upload, for which this waits up to `timeout`
        seconds.

        Raises:
            NoResultError: there is none; the message names the latest.
            TooManyResultsError: several platforms have one: give `platform`.
        """
        return await AsyncBuildSearch(self._client).find(
            app, number, version, platform, timeout=timeout
        )

    async def processing_builds(self, app: Id[App]) -> list[BuildUpload]:
        """Return what was uploaded and is no build yet, with what is wrong in `state.errors`.

        Uploads that failed are among them, the newest first.
        """
        uploads = self._client.apps.list_build_uploads(
            app, state=["AWAITING_UPLOAD", "PROCESSING", "FAILED"], include=["build"], limit=200
        )
        found = await uploads.all()
        return sorted(found, key=lambda x: str(x.uploaded_date or x.created_date), reverse=True)

    async def next_build_number(
        self, app: Id[App], version: str | None = None, *, platform: str | None = None
    ) -> str:
        """Return a number that no build and no upload has yet, one above the highest.

        Uploads count that are being processed or have failed. Numbers are compared as Apple does,
        part by part: after `1.9` comes `1.10`. Without `version` all versions count.
        """
        numbers = await AsyncBuildSearch(self._client).numbers(app, version, platform)
        return next_number(numbers)

    async def upload(
        self,
        file: UploadFile,
        *,
        app: Id[App] | None = None,
        version: str | None = None,
        build_number: str | None = None,
        platform: str | None = None,
        file_name: str | None = None,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> BuildUpload:
        """Upload an .ipa or .pkg; version, number, platform and app are read from the file.

        What was uploaded already under that number is returned, and what was begun is finished, so
        it may run again. It waits until Apple has a build, unless `wait` is False; then see
        `wait_for_build`. Keywords are for files that do not tell, and have to agree with those
        that do.

        Raises:
            ValueError: the file is no build, or is of another app, version or number than told.
            UploadRejectedError: Apple does not take it; the message has its reasons.
        """
        told = {
            "version": version,
            "build_number": build_number,
            "platform": platform,
        }
        return await AsyncBuildTransfer(self._client).upload(
            file, app, told, file_name=file_name, wait=wait, progress=progress
        )

    async def wait_for_build(
        self,
        build: Id[Build] | BuildUpload,
        *,
        timeout: float = 3600,
        progress: Callable[[str], object] | None = None,
    ) -> Build:
        """Wait until a build can be tested, and return it; `progress` is told each state.

        Raises:
            WorkflowError: Apple has found it invalid, or could not process it; the message has its
                reasons.
            WaitTimeoutError: it takes longer than `timeout` seconds.
        """
        return await AsyncBuildTransfer(self._client).wait(build, timeout, progress)

    async def ensure_group(
        self,
        app: Id[App],
        name: str,
        *,
        internal: bool = False,
        public_link: bool | int | None = None,
        feedback: bool | None = None,
    ) -> BetaGroup:
        """Return the group of this name, made or changed where it is not as told.

        An `internal` group has users of the team, and gets every build. `public_link` opens an
        external group to anybody, a number to at most so many testers. What is None stays as it is.

        Raises:
            ValueError: an internal group cannot have a public link; or the group is of the other
                kind, which cannot be changed.
        """
        return await ensured_group_async(
            self._client,
            app,
            name,
            internal=internal,
            public_link=public_link,
            feedback=feedback,
        )

    async def add_testers(self, group: Id[BetaGroup], testers: TesterRows) -> AddedTesters:
        """Add testers to a group: by address, as `(address, first, last)`, or from a CSV file.

        Who is in it stays, whom the app knows joins, all in one request; the others are created,
        which takes one request each. A CSV file is given as a `pathlib.Path`, and may be one of
        fastlane's pilot.

        Raises:
            ValueError: a row has no address.
            WorkflowError: the group is internal, and some are not users of the team.
        """
        return await AsyncTesters(self._client).add(group, testers)

    async def remove_testers(
        self, group: Id[BetaGroup] | App, testers: TesterRows
    ) -> tuple[str, ...]:
        """Remove testers from a group, or from all groups of an `App`; return who was there."""
        return await AsyncTesters(self._client).remove(group, testers)

    async def internal_testers(self, app: Id[App]) -> list[BetaTester]:
        """Return the testers who are users of the team."""
        return await AsyncTesters(self._client).of_app(app, internal=True)

    async def external_testers(self, app: Id[App]) -> list[BetaTester]:
        """Return the testers who were invited by address, by a public link, or to single builds."""
        return await AsyncTesters(self._client).of_app(app, internal=False)

    async def sandbox_testers(self) -> list[SandboxTesterV2]:
        """Return the team's accounts for purchases in the sandbox; they belong to no app."""
        return await self._client.sandbox_testers_v2.list(limit=200).all()

    async def distribute(
        self,
        build: Id[Build],
        groups: Iterable[str | BetaGroup],
        *,
        whats_new: Mapping[str, str] | None = None,
        review: bool = True,
        uses_non_exempt_encryption: bool | None = None,
        notify: bool | None = None,
        beta_texts: Mapping[str, Mapping[str, str]] | None = None,
        review_contact: Mapping[str, object] | None = None,
        timeout: float = 600,
    ) -> Distribution:
        """Give a build to groups, named or as resources, and have it reviewed where that is due.

        External groups see a build after Apple's beta review, for which it is submitted unless
        `review` is False. `whats_new` are notes for testers by locale. `beta_texts` describe the
        app to testers by locale (`description`, `feedback_email`, `marketing_url`,
        `privacy_policy_url`, `tv_os_privacy_policy`), `review_contact` are keywords of
        `beta_app_review_details.update`. `notify` has testers told by themselves. Only what differs
        is written, and before that everything is checked that would be refused. It waits up to
        `timeout` seconds for a build that has just become valid.

        Raises:
            ValueError: a group is not there, a note has letters that Apple refuses, or the export
                compliance, a description or a contact is missing; the message says what to give.
            WorkflowError: the build cannot be distributed.
        """
        return await AsyncDistributor(self._client).distribute(
            build,
            groups,
            whats_new=whats_new or {},
            review=review,
            uses_non_exempt_encryption=uses_non_exempt_encryption,
            notify=notify,
            beta_texts=beta_texts or {},
            review_contact=review_contact or {},
            timeout=timeout,
        )

    async def expire(self, builds: Iterable[Id[Build]]) -> list[str]:
        """End the tests of builds, which no one can take back; return the ids of those it ended.

        A build that waits for beta review leaves it, for which Apple has no other call.

        Raises:
            NoResultError: there is no such build; nothing was sent.
        """
        ids = [resource_id(build, "builds") for build in builds]
        if not ids:
            return []
        pages = self._client.builds.list(id=ids, fields={"builds": ["expired"]}, limit=200)
        found = {build.id: build async for build in pages}
        if unknown := [x for x in ids if x not in found]:
            raise NoResultError(f"there is no build {unknown[0]!r}; nothing was sent")
        left = [x for x in dict.fromkeys(ids) if not found[x].expired]
        with partial(left) as done:
            for build in left:
                await self._client.builds.update(build, expired=True)
                done.append(build)
        return left

    async def expire_older(self, build: Id[Build]) -> list[str]:
        """End the tests of all builds of the app and platform that were uploaded before one."""
        return await self.expire(await AsyncBuildSearch(self._client).older(build))

    async def notify_testers(self, build: Id[Build]) -> None:
        """Tell testers of a build that they can test, if they are not told of it anyway."""
        await self._client.build_beta_notifications.create(build=build)

    async def download_symbols(
        self, build: Id[Build], folder: str | os.PathLike[str], *, timeout: float = 0
    ) -> list[Path]:
        """Download the dSYMs of a build into a folder, one archive for each bundle that has some.

        Apple makes them some time after the build, for which this waits up to `timeout` seconds; a
        build without any is no error.
        """
        return await AsyncBuildTransfer(self._client).symbols(build, folder, timeout)

    async def usage(self, build: Id[Build]) -> BuildUsage:
        """Return how often a build was installed, opened, and crashed."""
        return await build_usage_async(self._client, build)

    async def crashes(
        self, app: Id[App], *, build: Id[Build] | None = None
    ) -> list[BetaFeedbackCrashSubmission]:
        """Return the crashes that testers reported, the newest first, each with its `build`."""
        narrow: dict[str, Any] = {} if build is None else {"build": build}
        return await self._client.apps.list_beta_feedback_crash_submissions(
            app, include=["build", "tester"], sort="-createdDate", limit=200, **narrow
        ).all()

    async def crash_log(self, crash: Id[BetaFeedbackCrashSubmission]) -> str:
        """Return the log of a crash, empty where Apple has none."""
        crashes = self._client.beta_feedback_crash_submissions
        found = await if_any_async(crashes.get_crash_log, crash)
        return (found.log_text if found is not None else None) or ""

    async def screenshots(
        self, app: Id[App], *, build: Id[Build] | None = None
    ) -> list[BetaFeedbackScreenshotSubmission]:
        """Return testers' comments with screenshots, the newest first, each with its `build`."""
        narrow: dict[str, Any] = {} if build is None else {"build": build}
        return await self._client.apps.list_beta_feedback_screenshot_submissions(
            app, include=["build", "tester"], sort="-createdDate", limit=200, **narrow
        ).all()
