"""App Store versions: made, described, given a build, submitted, released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import UNSET

from .._runtime.concurrency import in_thread_async
from .._runtime.public import public
from .app_clips import AsyncAppClips, Card
from .app_versions import app_versions_async, prepared_async, released_async
from .build_choice import chosen_build_async
from .common.partial import partial
from .errors import NotReadyError
from .localized_texts import VERSION_TEXTS, checked_texts, write_texts_async
from .metadata_folder import AsyncMetadataFolder
from .phased_release import take_step_async
from .preflight import Preflight, checked_version_async
from .review_detail import AsyncReviewDetail
from .review_queue import AsyncReviewQueue
from .version_folders import AsyncVersionFolders
from .version_states import AppVersions

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .._runtime.jsonapi.values import Id, Unset
    from ..client import AsyncClient
    from ..models import (
        App,
        AppClipDefaultExperience,
        AppStoreReviewDetail,
        AppStoreVersion,
        AppStoreVersionLocalization,
        AppStoreVersionPhasedRelease,
        Build,
        ReviewSubmission,
    )
    from .localized_texts import Texts
    from .phased_release import Step
    from .review_queue import Progress
    from .version_states import Platform

__all__ = ["AsyncVersions"]


@public
class AsyncVersions(AsyncVersionFolders):
    """Jobs on the App Store versions of an app, to be awaited.

        versions = asc.workflows.versions
        version = await versions.ensure(app, "2.1")
        await versions.set_texts(version, {"en-US": {"whats_new": "Maps that work offline."}})
        await versions.select_build(version)
        await versions.submit(app, version="2.1")

    Apps, versions and builds are resources or their ids. What is written is only what differs, so
    every job may be run again, after a failure too.
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._queue = AsyncReviewQueue(client)
        super().__init__(AsyncMetadataFolder(client, self))

    async def all(self, app: Id[App], platform: Platform = "IOS") -> AppVersions:
        """Return the versions of an app on a platform, by what they are: `.live`, `.editable`, ….

        `platform` is IOS, MAC_OS, TV_OS or VISION_OS.
        """
        return await app_versions_async(self._client, app, platform)

    async def ensure(
        self,
        app: Id[App],
        version: str,
        platform: Platform = "IOS",
        *,
        copyright: str | Unset = UNSET,  # noqa: A002 - Apple's word
        release_type: str | Unset = UNSET,
        earliest_release_date: datetime | str | Unset | None = UNSET,
        app_clip: bool = False,
    ) -> AppStoreVersion:
        """Return the version of that number, which is made where there is none.

        An unreleased version with another number gets this one, since Apple allows one at a time.
        `release_type` is MANUAL, AFTER_APPROVAL or SCHEDULED, the last of which needs a date.
        With `app_clip` it gets the App Clip card of the version in the store, which Apple does not
        carry over by itself.

        Raises:
            ValueError: `version` is not of the form 1.2.3.
            WorkflowError: it is released already, or another one is being reviewed.
        """
        wanted: dict[str, Any] = {
            "copyright": copyright,
            "release_type": release_type,
            "earliest_release_date": earliest_release_date,
        }
        given = {name: value for name, value in wanted.items() if value is not UNSET}
        with partial([f"version {version}", *["its App Clip card"] * app_clip]) as done:
            made = await prepared_async(self._client, app, version, platform, given)
            done.append(f"version {version}")
            if app_clip:
                await AsyncAppClips(self._client).carry_over(made)
        return made

    async def set_texts(
        self, version: Id[AppStoreVersion], texts: Texts
    ) -> list[AppStoreVersionLocalization]:
        """Set texts of a version by locale, and return its localizations.

            {"en-US": {"description": "…", "keywords": "trail,hike", "whats_new": "…"}}

        The names are description, keywords, marketing_url, promotional_text, support_url and
        whats_new; None empties one. A locale that is not there is added, one that is not named
        stays. Apple takes What's New from the second version on.

        Raises:
            ValueError: a locale, a name, a length or an address that Apple does not take; nothing
                was sent.
        """
        checked = checked_texts(texts, VERSION_TEXTS)
        namespace = self._client.app_store_version_localizations
        found = self._client.app_store_versions.list_app_store_version_localizations(
            version, limit=200
        )
        there = [item async for item in found]
        return await write_texts_async(namespace, there, checked, app_store_version=version)

    async def set_review_detail(
        self,
        version: Id[AppStoreVersion],
        *,
        contact_first_name: str | Unset = UNSET,
        contact_last_name: str | Unset = UNSET,
        contact_phone: str | Unset = UNSET,
        contact_email: str | Unset = UNSET,
        demo_account_name: str | Unset = UNSET,
        demo_account_password: str | Unset = UNSET,
        demo_account_required: bool | Unset = UNSET,
        notes: str | Unset = UNSET,
        attachments: Iterable[str | os.PathLike[str]] | None = None,
    ) -> AppStoreReviewDetail:
        """Set what App Review is told about a version: contact, demo account, notes, files.

        A demo account is required as soon as name and password are given, unless you say so.
        `attachments` are all files that there are to be: others are deleted, and None leaves them.

        Raises:
            ValueError: a value that Apple does not take, or a contact that is not whole.
        """
        wanted = {
            "contact_first_name": contact_first_name,
            "contact_last_name": contact_last_name,
            "contact_phone": contact_phone,
            "contact_email": contact_email,
            "demo_account_name": demo_account_name,
            "demo_account_password": demo_account_password,
            "demo_account_required": demo_account_required,
            "notes": notes,
        }
        given = {name: value for name, value in wanted.items() if value is not UNSET}
        return await AsyncReviewDetail(self._client).set(version, given, attachments)

    async def set_app_clip(
        self,
        version: Id[AppStoreVersion],
        *,
        action: Literal["OPEN", "VIEW", "PLAY"] | Unset = UNSET,
        subtitles: Mapping[str, str | None] | None = None,
        header_images: Mapping[str, str | os.PathLike[str]] | None = None,
        invocation_urls: Iterable[str] | None = None,
        app_clip: str | None = None,
    ) -> AppClipDefaultExperience:
        """Set the App Clip card of a version, and return its default experience.

        `subtitles` and `header_images` are by locale, these of 1800 x 1200 pixels. App Review opens
        the `invocation_urls`. A version without a card gets that of the version in the store first,
        and all this in its place. `app_clip` is a bundle id, for apps that have several.

        Raises:
            ValueError: something that Apple does not take; nothing was sent.
            WorkflowError: the app has no App Clip yet, or several.
        """
        card = Card(action, subtitles or {}, header_images or {}, invocation_urls)
        await in_thread_async(card.check)
        return await AsyncAppClips(self._client).set(version, card, app_clip)

    async def select_build(
        self, version: Id[AppStoreVersion], number: str | Build | None = None
    ) -> Build:
        """Give a version its newest processed build, or the one of that number, or a `Build`.

        Raises:
            NoResultError: there is none that Apple would take; the text says what there is.
        """
        whole = await self._client.app_store_versions.get(version, include=["app", "build"])
        build = await chosen_build_async(self._client, whole, number)
        attached = getattr(whole, "build", None)
        if attached is None or attached.id != build.id:
            await self._client.app_store_versions.set_build(whole, build)
        return build

    async def preflight(
        self, app: Id[App], platform: Platform = "IOS", *, version: str | None = None
    ) -> Preflight:
        """List all that keeps a version from being submitted, or may get it rejected.

        Nothing is written. It is the version that is being prepared, or the one of that number.

            print(await asc.workflows.versions.preflight(app))

        Raises:
            NoResultError: there is no such version.
        """
        return await checked_version_async(self._client, app, platform, version)

    async def submit(
        self,
        app: Id[App],
        *,
        version: str | None = None,
        platform: Platform = "IOS",
        purchases: Iterable[str] = (),
        preflight: bool = True,
        timeout: float = 300.0,
        progress: Progress | None = None,
    ) -> ReviewSubmission:
        """Submit a version for review, and return its submission.

        It is the version that is being prepared, unless `version` names one. `purchases` are the
        product ids of in-app purchases and subscriptions to go with it; the first ones of an app
        have to. A draft that has the version already is used, then an empty one; drafts with
        other things in them are left alone. After a rejection the same submission goes on with its
        items marked as resolved. Nothing happens if the version waits for review already.

        `preflight` looks for all that is missing before anything is sent. `timeout` is how long
        Apple may take to add the version to the submission, in seconds; `progress` is told each
        state meanwhile.

        Raises:
            NotReadyError: something is missing; `error.report` lists it.
            WorkflowError: the version cannot be submitted now.
            WaitTimeoutError: Apple took longer; run it again.
        """
        plan = await self._queue.plan(app, platform, version, tuple(purchases))
        if plan.done is not None:
            return plan.done
        if preflight and plan.is_new:
            report = await checked_version_async(
                self._client, app, platform, plan.version.version_string
            )
            if report.blockers:
                raise NotReadyError(report)
        return await self._queue.submit(plan, timeout=timeout, progress=progress)

    async def cancel(
        self,
        app: Id[App],
        platform: Platform = "IOS",
        *,
        timeout: float = 300.0,
        progress: Progress | None = None,
    ) -> ReviewSubmission | None:
        """Withdraw what was submitted for review, or approved and not released, and wait for it.

        The version can be edited then. Returns the submission, None where nothing was under way.

        Raises:
            WaitTimeoutError: Apple took longer than `timeout` seconds; run it again.
        """
        return await self._queue.cancel(app, platform, timeout=timeout, progress=progress)

    async def release(self, version: Id[AppStoreVersion]) -> AppStoreVersion:
        """Release an approved version that waits for you, and return it.

        Nothing happens if it is released already.

        Raises:
            WorkflowError: it is not PENDING_DEVELOPER_RELEASE.
        """
        return await released_async(self._client, version)

    async def phased_release(
        self, version: Id[AppStoreVersion], step: Step
    ) -> AppStoreVersionPhasedRelease | None:
        """Release an update to more people day by day, and return how far it is.

        `start` has it begin with the version's release; `pause`, `resume` and `complete` (for
        everyone, now) follow, `remove` takes it back before the release and returns None. A step
        that was taken already changes nothing.

        Raises:
            ValueError: there is no such step.
            WorkflowError: the state does not provide for it.
        """
        return await take_step_async(self._client, version, step)
