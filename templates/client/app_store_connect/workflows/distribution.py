"""A build on its way to testers: notes, compliance, review and groups, whatever is missing."""

from __future__ import annotations

import functools
import unicodedata
from typing import TYPE_CHECKING, Any

import msgspec

from .._runtime.jsonapi.resource import resource_id
from .._runtime.messages.errors import NotFoundError, NotIncludedError, UnprocessableError
from .._runtime.pauses import AsyncPauses
from .common.partial import partial
from .errors import WaitTimeoutError, WorkflowError
from .localized_texts import checked_texts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, BetaAppLocalization, BetaGroup, Build

__all__ = ["AsyncDistributor", "Distribution"]

_FIRST, _LONGEST = 5.0, 30.0
_CONTACT = ("contact_first_name", "contact_last_name", "contact_phone", "contact_email")
# https://developer.apple.com/documentation/appstoreconnectapi/betabuildlocalization
_MOST_BYTES = 4000
# The lengths: App Store Connect help, "TestFlight test information".
_BETA_TEXTS = {
    "description": 4000,
    "feedback_email": None,
    "marketing_url": None,
    "privacy_policy_url": None,
    "tv_os_privacy_policy": None,
}


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """What was done: names of `groups` the build was added to, locales of `notes` written.

    `submitted` says whether it was submitted for beta review just now.
    """

    groups: tuple[str, ...]
    notes: tuple[str, ...]
    submitted: bool


class AsyncDistributor:
    """Distributes builds, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def distribute(
        self,
        build: Id[Build],
        groups: Iterable[str | BetaGroup],
        *,
        whats_new: Mapping[str, str],
        review: bool,
        uses_non_exempt_encryption: bool | None,
        notify: bool | None,
        beta_texts: Mapping[str, Mapping[str, str]],
        review_contact: Mapping[str, object],
        timeout: float,
    ) -> Distribution:
        """Do what is missing; see `AsyncTestflight.distribute`."""
        _check_notes(whats_new)
        checked_texts(beta_texts, _BETA_TEXTS, "beta_texts")
        named = tuple(groups)
        if not named:
            raise ValueError("groups: give a list of names, one at least")
        found = await self._client.builds.get(
            build,
            include=[
                "app",
                "betaGroups",
                "buildBetaDetail",
                "betaBuildLocalizations",
                "betaAppReviewSubmission",
                "preReleaseVersion",
            ],
            fields={"apps": ["bundleId"], "betaGroups": ["name", "isInternalGroup"]},
            related_limit={"betaGroups": 50, "betaBuildLocalizations": 50},
        )
        app = found.app
        if app is None:
            raise WorkflowError(f"build {found.id} belongs to no app")
        wanted = await self._groups(app, named)
        external = [group for group in wanted if not group.is_internal_group]
        _check_build(found, external, answered=uses_non_exempt_encryption is not None)
        submits = bool(external) and review and _is_unreviewed(found)
        texts = await self._texts(app, whats_new, beta_texts, needed=submits)
        if submits:
            await self._check_turn(found)
        steps: dict[str, Callable[[], Awaitable[object]]] = {}
        if (submits or review_contact) and (
            contact := await self._contact(app, review_contact, needed=submits)
        ):
            details: Any = self._client.beta_app_review_details
            steps["review contact"] = functools.partial(details.update, app.id, **contact)
        steps |= self._text_steps(app, texts, beta_texts)
        notes = self._note_steps(found, whats_new)
        steps |= {f"notes in {locale}": write for locale, write in notes.items()}
        pauses = AsyncPauses(
            first=_FIRST,
            longest=_LONGEST,
            timeout=timeout,
            now=self._client.session.now,
            sleep=self._client.session.sleep,
        )
        if found.uses_non_exempt_encryption is None:
            steps["export compliance"] = functools.partial(
                self._client.builds.update,
                found,
                uses_non_exempt_encryption=uses_non_exempt_encryption,
            )
        detail = found.build_beta_detail
        if notify is not None and (detail is None or detail.auto_notify_enabled is not notify):
            steps["notification"] = functools.partial(
                self._client.build_beta_details.update, found.id, auto_notify_enabled=notify
            )
        if submits:
            submit = functools.partial(self._client.beta_app_review_submissions.create, build=found)
            steps["beta review"] = functools.partial(_when_settled_async, submit, pauses)
        inside = {group.id for group in found.beta_groups}
        missing = [x for x in wanted if x.id not in inside and not x.has_access_to_all_builds]
        names = tuple(group.name or group.id for group in missing)
        if missing:
            link = functools.partial(self._client.builds.add_beta_groups, found, missing)
            steps[f"groups ({', '.join(names)})"] = functools.partial(
                _when_settled_async, link, pauses
            )
        with partial(steps) as done:
            for name, step in steps.items():
                await step()
                done.append(name)
        return Distribution(
            groups=names,
            notes=tuple(notes),
            submitted=submits,
        )

    async def _groups(self, app: App, groups: Sequence[str | BetaGroup]) -> list[BetaGroup]:
        """Return the app's groups that are meant; ValueError for what none is called."""
        pages = self._client.beta_groups.list(
            app=app,
            fields={"betaGroups": ["name", "isInternalGroup", "hasAccessToAllBuilds"]},
            limit=200,
        )
        there = await pages.all()
        known = {name: group for group in there for name in (group.name, group.id) if name}
        names = [x if isinstance(x, str) else resource_id(x, "betaGroups") for x in groups]
        if unknown := [name for name in names if name not in known]:
            told = ", ".join(sorted(x.name or x.id for x in there)) or "none"
            raise ValueError(
                f"groups: the app has no group {', '.join(unknown)}; it has {told}."
                " testflight.ensure_group makes one"
            )
        return list({known[name].id: known[name] for name in names}.values())

    async def _check_turn(self, build: Build) -> None:
        """Refuse a build of whose version Apple reviews another one."""
        if build.pre_release_version is None:
            return
        others = self._client.builds.list(
            pre_release_version=build.pre_release_version,
            beta_app_review_submission_beta_review_state=["WAITING_FOR_REVIEW", "IN_REVIEW"],
            fields={"builds": ["version"]},
        )
        other = await others.first()
        if other is not None:
            raise WorkflowError(
                f"build {other.version} of this version is in beta review, which takes one at a"
                " time: wait, end it with testflight.expire, or distribute with review=False"
            )

    async def _texts(
        self,
        app: App,
        whats_new: Mapping[str, str],
        beta_texts: Mapping[str, Mapping[str, str]],
        *,
        needed: bool,
    ) -> dict[str, BetaAppLocalization]:
        """Return the app's texts for testers by locale in lower case, checked for what is due."""
        if not (whats_new or beta_texts or needed):
            return {}
        pages = self._client.beta_app_localizations.list(app=app, limit=200)
        found = {(x.locale or "").lower(): x async for x in pages}
        given = {locale.lower(): texts for locale, texts in beta_texts.items()}
        for locale in whats_new:
            if locale.lower() not in {*found, *given}:
                there = ", ".join(sorted(x.locale or "" for x in found.values())) or "none"
                raise ValueError(
                    f"whats_new: {locale} is not among the app's TestFlight languages ({there}):"
                    f" give beta_texts={{{locale!r}: {{'description': …}}}} too"
                )
        described = any(x.description for x in found.values()) or any(
            texts.get("description") for texts in given.values()
        )
        if needed and not described:
            raise ValueError(
                "beta_texts: beta review asks for a description of the app, and there is none:"
                " give beta_texts={'en-US': {'description': …, 'feedback_email': …}}"
            )
        return found

    async def _contact(
        self, app: App, review_contact: Mapping[str, object], *, needed: bool
    ) -> dict[str, object]:
        """Return what changes of whom beta review may ask; ValueError where that is incomplete."""
        detail = await self._client.beta_app_review_details.get(app.id)
        missing = [x for x in _CONTACT if not (review_contact.get(x) or getattr(detail, x))]
        if needed and missing:
            raise ValueError(
                f"review_contact: beta review asks for {', '.join(missing)}: give review_contact="
                "{'contact_phone': …}"
            )
        unknown = [name for name in review_contact if not hasattr(detail, name)]
        if unknown:
            raise ValueError(f"review_contact: {', '.join(unknown)} is no attribute of it")
        return {
            name: value
            for name, value in review_contact.items()
            # What is never read back is written each time.
            if getattr(detail, name) != value
        }

    def _text_steps(
        self,
        app: App,
        found: Mapping[str, BetaAppLocalization],
        beta_texts: Mapping[str, Mapping[str, str]],
    ) -> dict[str, Callable[[], Awaitable[object]]]:
        namespace: Any = self._client.beta_app_localizations
        steps: dict[str, Callable[[], Awaitable[object]]] = {}
        for locale, texts in beta_texts.items():
            there = found.get(locale.lower())
            name = f"texts in {locale}"
            if there is None:
                steps[name] = functools.partial(namespace.create, app=app, locale=locale, **texts)
            elif changed := {x: y for x, y in texts.items() if getattr(there, x) != y}:
                steps[name] = functools.partial(namespace.update, there, **changed)
        return steps

    def _note_steps(
        self, build: Build, whats_new: Mapping[str, str]
    ) -> dict[str, Callable[[], Awaitable[object]]]:
        namespace = self._client.beta_build_localizations
        steps: dict[str, Callable[[], Awaitable[object]]] = {}
        there = {(x.locale or "").lower(): x for x in build.beta_build_localizations}
        for locale, text in whats_new.items():
            note = there.get(locale.lower())
            if note is None:
                steps[locale] = functools.partial(
                    namespace.create, build=build, locale=locale, whats_new=text
                )
            elif note.whats_new != text:
                steps[locale] = functools.partial(namespace.update, note, whats_new=text)
        return steps


async def _when_settled_async(write: Callable[[], Awaitable[object]], pauses: AsyncPauses) -> None:
    """Write as soon as a build can take it, which is some minutes after it reads as if it could.

    Seen by codemagic-ci-cd/cli-tools, issue 346.
    """
    while True:
        try:
            await write()
        except (NotFoundError, UnprocessableError) as error:
            unsettled = isinstance(error, NotFoundError) or any(
                said in str(error) for said in ("processing state", "assignable state")
            )
            if not unsettled:
                raise
            if not await pauses.pause():
                raise WaitTimeoutError(f"the build is not ready yet: {error}") from error
        else:
            return


def _check_notes(whats_new: Mapping[str, str]) -> None:
    for locale, text in whats_new.items():
        if len(text.encode()) > _MOST_BYTES:
            raise ValueError(f"whats_new: the text of {locale} has more than {_MOST_BYTES} bytes")
        wrong = [x for x in dict.fromkeys(text) if x in "<>" or unicodedata.category(x) == "So"]
        if wrong:
            raise ValueError(
                f"whats_new: the text of {locale} has {' '.join(wrong)}, and Apple takes no angle"
                " brackets, emoji and other symbols"
            )


def _check_build(build: Build, external: Sequence[BetaGroup], *, answered: bool) -> None:
    name = f"build {build.version}"
    if build.expired:
        raise WorkflowError(f"{name} has expired: upload another one")
    if build.processing_state != "VALID":
        raise WorkflowError(
            f"{name} is {build.processing_state}: testflight.wait_for_build waits until it is valid"
        )
    if external and build.build_audience_type == "INTERNAL_ONLY":
        raise WorkflowError(
            f"{name} was exported for internal testing only, and cannot go to"
            f" {', '.join(x.name or x.id for x in external)}"
        )
    if build.uses_non_exempt_encryption is None and not answered:
        raise ValueError(
            f"uses_non_exempt_encryption: {name} does not say whether it uses encryption that is"
            " not exempt; give True or False here, or ITSAppUsesNonExemptEncryption in Info.plist"
        )
    review = _review_of(build)
    if external and review == "REJECTED":
        raise WorkflowError(f"{name} was rejected by beta review: upload another one")


def _review_of(build: Build) -> str | None:
    try:
        review = build.beta_app_review_submission
    except NotIncludedError:
        return None
    return None if review is None else str(review.beta_review_state)


def _is_unreviewed(build: Build) -> bool:
    return _review_of(build) is None
