"""Review submissions: what is open, what goes into it, when it is sent or withdrawn."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import models as m
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id
from .._runtime.messages.errors import ConflictError, NoResultError
from .._runtime.pauses import AsyncPauses
from .common.partial import partial
from .errors import WaitTimeoutError, WorkflowError
from .purchase_items import purchase_items_async
from .version_states import CHANGEABLE, AppVersions, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ..client import AsyncClient
    from ..models import App, AppStoreVersion, ReviewSubmission, ReviewSubmissionItem
    from .version_states import Platform

__all__ = ["AsyncReviewQueue", "Progress", "SubmissionPlan", "targets_of"]

# Told the state of what is waited for, each time it was looked at.
Progress: TypeAlias = "Callable[[str], object]"

DRAFT = "READY_FOR_REVIEW"
UNRESOLVED = "UNRESOLVED_ISSUES"
WAITING = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW"})
ENDING = frozenset({"CANCELING", "COMPLETING"})
OPEN: list[Any] = sorted({DRAFT, UNRESOLVED} | WAITING | ENDING)
CANCELLABLE = WAITING | {UNRESOLVED}
_FIRST, _LONGEST = 2.0, 30.0
_DRAFT_MADE = "a draft"


@dataclasses.dataclass
class SubmissionPlan:
    """What is to be submitted, and the submission that it goes with, if there is one."""

    app: Id[m.App]
    version: m.AppStoreVersion
    purchases: dict[str, list[Resource]]
    submission: m.ReviewSubmission | None = None
    items: list[m.ReviewSubmissionItem] = dataclasses.field(
        default_factory=list["ReviewSubmissionItem"]
    )
    done: m.ReviewSubmission | None = None

    @property
    def is_new(self) -> bool:
        """Whether the version is in no submission yet."""
        return all(self.version not in targets_of(x).values() for x in self.items)


def targets_of(item: ReviewSubmissionItem) -> dict[str, Resource]:
    """Return what an item is about, by the name of the relationship; empty for other kinds."""
    names = ("app_store_version", "in_app_purchase_version", "subscription_version")
    found = {x: getattr(item, x, None) for x in (*names, "subscription_group_version")}
    return {name: target for name, target in found.items() if target is not None}


class AsyncReviewQueue:
    """The review submissions of an app, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def plan(
        self, app: Id[App], platform: Platform, number: str | None, purchases: tuple[str, ...]
    ) -> SubmissionPlan:
        """Read what there is, and decide what is to be done."""
        version = await self._version(app, platform, number)
        open_ones = await self._open(app, platform)
        plan = SubmissionPlan(app, version, {})
        for submission in open_ones:
            if getattr(submission, "app_store_version_for_review", None) == version:
                plan.submission = submission
        under_way = [x for x in open_ones if x.state not in {DRAFT, *ENDING}]
        if plan.submission is not None and plan.submission.state in WAITING:
            plan.done = plan.submission
            return plan
        if plan.submission is None and under_way:
            raise WorkflowError(_in_the_way(under_way[0]))
        if state_of(version) not in CHANGEABLE | {DRAFT}:
            raise WorkflowError(
                f"version {version.version_string} is {state_of(version)}, and cannot be submitted"
            )
        plan.purchases = await purchase_items_async(self._client, app, purchases)
        if plan.submission is None or plan.submission.state in ENDING:
            plan.submission = await self._draft(version, open_ones)
        if plan.submission is not None:
            plan.items = await self._items(plan.submission)
        return plan

    async def submit(
        self,
        plan: SubmissionPlan,
        *,
        timeout: float,
        progress: Progress | None,
    ) -> ReviewSubmission:
        """Carry a plan out: what was done already is not done again."""
        wanted: dict[str, list[Resource]] = {"app_store_version": [plan.version]}
        wanted |= plan.purchases
        with partial(_parts(plan.items, wanted)) as done:
            if plan.submission is None:
                plan.submission = await self._new(plan.app, str(plan.version.platform))
            done.append(_DRAFT_MADE)
            await self._fill(plan.submission, plan.items, wanted, done)
            await self._until_ready(plan.version, timeout, progress)
            return await self._client.review_submissions.update(plan.submission, submitted=True)

    async def submit_purchases(
        self, app: Id[App], platform: Platform, purchases: Mapping[str, Sequence[Resource]]
    ) -> ReviewSubmission:
        """Submit versions of products without one of the app, which was approved before."""
        open_ones = await self._open(app, platform)
        first = next(iter(purchases.values()))[0]
        submission = await self._draft(first, open_ones, frozenset({DRAFT, UNRESOLVED}))
        under_way = [x for x in open_ones if x.state not in {DRAFT, *ENDING} and x != submission]
        if under_way:
            raise WorkflowError(_in_the_way(under_way[0]))
        items = [] if submission is None else await self._items(submission)
        with partial(_parts(items, purchases)) as done:
            if submission is None:
                submission = await self._new(app, platform)
            done.append(_DRAFT_MADE)
            await self._fill(submission, items, purchases, done)
            return await self._client.review_submissions.update(submission, submitted=True)

    async def cancel(
        self,
        app: Id[App],
        platform: Platform,
        *,
        timeout: float,
        progress: Progress | None,
    ) -> ReviewSubmission | None:
        """Withdraw what is under way, and wait until it is."""
        found = [x for x in await self._open(app, platform) if x.state in CANCELLABLE | ENDING]
        if not found:
            await self._withdraw_approved(app, platform)
            return None
        submission = found[0]
        if submission.state in CANCELLABLE:
            submission = await self._client.review_submissions.update(submission, canceled=True)
        pauses = self._pauses(timeout)
        while submission.state in ENDING:
            if progress is not None:
                progress(str(submission.state))
            if not await pauses.pause():
                raise WaitTimeoutError(
                    f"review submission {submission.id} is still {submission.state} after"
                    f" {timeout:g} s; run it again to go on waiting"
                )
            submission = await self._client.review_submissions.get(submission)
        return submission

    async def _withdraw_approved(self, app: Id[App], platform: Platform) -> None:
        """An approved version is withdrawn by what Apple has deprecated, and by nothing else.

        fastlane #18416 and field notes on
        PENDING_DEVELOPER_RELEASE.
        """
        found = self._client.apps.list_app_store_versions(
            app,
            platform=platform,
            app_version_state="PENDING_DEVELOPER_RELEASE",
            include=["appStoreVersionSubmission"],
        )
        version = await found.first()
        submission = getattr(version, "app_store_version_submission", None)
        if submission is not None:
            path = f"/v1/appStoreVersionSubmissions/{submission.id}"
            await self._client.request("DELETE", path)

    async def _version(
        self, app: Id[App], platform: Platform, number: str | None
    ) -> AppStoreVersion:
        found = self._client.apps.list_app_store_versions(app, platform=platform, limit=200)
        versions = AppVersions(tuple([x async for x in found]))
        if number is not None:
            return versions.get(number)
        version = versions.editable or versions.in_flight
        if version is None:
            raise NoResultError(
                f"there is no version for {platform} that is being prepared: make one with"
                " workflows.versions.ensure"
            )
        return version

    async def _open(self, app: Id[App], platform: Platform) -> list[ReviewSubmission]:
        found = self._client.review_submissions.list(
            app=app,
            platform=platform,
            state=OPEN,
            include=["appStoreVersionForReview", "items"],
            limit=200,
        )
        return [x async for x in found]

    async def _items(self, submission: ReviewSubmission) -> list[ReviewSubmissionItem]:
        found = self._client.review_submissions.list_items(
            submission,
            include=[
                "appStoreVersion",
                "inAppPurchaseVersion",
                "subscriptionVersion",
                "subscriptionGroupVersion",
            ],
            limit=200,
        )
        return [x async for x in found if x.state != "REMOVED"]

    async def _fill(
        self,
        submission: ReviewSubmission,
        items: Sequence[ReviewSubmissionItem],
        wanted: Mapping[str, Sequence[Resource]],
        done: list[str],
    ) -> None:
        """Add what is not among the items yet, and mark as resolved what was rejected."""
        there = {x.id for item in items for x in targets_of(item).values()}
        namespace = self._client.review_submission_items
        for name, targets in wanted.items():
            for target in targets:
                if target.id not in there:
                    keyword: dict[str, Any] = {name: target}
                    await namespace.create(review_submission=submission, **keyword)
                done.append(_called(target))
        for item in items:
            if item.state == "REJECTED":
                await namespace.update(item, resolved=True)
                done.append(f"item {item.id} resolved")

    async def _draft(
        self,
        target: Resource,
        open_ones: list[ReviewSubmission],
        states: Collection[str] = frozenset({DRAFT}),
    ) -> ReviewSubmission | None:
        """Return what is in these states and has the target, else an empty draft, else None."""
        for found in open_ones:
            for item in await self._items(found) if found.state in states and found.items else ():
                if target in targets_of(item).values():
                    return found
        return next((x for x in open_ones if x.state == DRAFT and not x.items), None)

    async def _new(self, app: Id[App], platform: Any) -> ReviewSubmission:
        try:
            return await self._client.review_submissions.create(app=app, platform=platform)
        except ConflictError as error:
            raise WorkflowError(
                "Apple takes no further review submission while others are open; take the items"
                " out of a draft that nobody needs (review_submissions.list_items,"
                " review_submission_items.delete), and it is used"
            ) from error

    async def _until_ready(
        self,
        version: AppStoreVersion,
        timeout: float,
        progress: Progress | None,
    ) -> None:
        """Wait until the version is in its submission, which takes up to minutes."""
        pauses = self._pauses(timeout)
        while True:
            state = state_of(await self._client.app_store_versions.get(version))
            if progress is not None:
                progress(state)
            if state not in CHANGEABLE:
                return
            if not await pauses.pause():
                raise WaitTimeoutError(
                    f"version {version.version_string} was added to its review submission and is"
                    f" still {state} after {timeout:g} s; run it again to go on"
                )

    def _pauses(self, timeout: float) -> AsyncPauses:
        session = self._client.session
        return AsyncPauses(
            first=_FIRST, longest=_LONGEST, timeout=timeout, now=session.now, sleep=session.sleep
        )


def _parts(
    items: Sequence[ReviewSubmissionItem], wanted: Mapping[str, Sequence[Resource]]
) -> list[str]:
    """What a submission comes down to, one by one."""
    targets = [_called(x) for some in wanted.values() for x in some]
    rejected = [f"item {x.id} resolved" for x in items if x.state == "REJECTED"]
    return [_DRAFT_MADE, *targets, *rejected, "submitted"]


def _called(target: Any) -> str:
    number = getattr(target, "version_string", None)
    return f"version {number}" if number else f"{target.resource_type} {target.id}"


def _in_the_way(submission: ReviewSubmission) -> str:
    version = getattr(submission, "app_store_version_for_review", None)
    what = "other items" if version is None else f"version {version.version_string}"
    return (
        f"review submission {submission.id} with {what} is {submission.state}, and Apple takes one"
        " of a platform at a time: cancel it with workflows.versions.cancel, or wait"
    )
