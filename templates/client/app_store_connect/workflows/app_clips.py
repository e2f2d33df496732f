"""App Clip cards: what people see of a version's App Clip before they open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec import UNSET

from .assets.only_file import only_file_async
from .assets.pictures import picture_problem
from .common.absence import if_any_async
from .common.partial import partial
from .errors import WorkflowError
from .localized_texts import ADDRESS, checked_texts, locale_problems, write_texts_async
from .version_states import AppVersions

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from .._runtime.jsonapi.values import Id, Unset
    from ..client import AsyncClient
    from ..models import App, AppClipDefaultExperience, AppStoreVersion

__all__ = ["AsyncAppClips", "Card"]

# App Store Connect help, "App Clip information".
_SUBTITLE = {"subtitle": 56}
_HEADER = (1800, 1200)
_ACTIONS = ("OPEN", "VIEW", "PLAY")


class Card:
    """What a card is to say; what is left out stays as it is."""

    def __init__(
        self,
        action: str | Unset,
        subtitles: Mapping[str, str | None],
        header_images: Mapping[str, str | os.PathLike[str]],
        invocation_urls: Iterable[str] | None,
    ) -> None:
        self.action = action
        self.texts: dict[str, dict[str, Any]] = {x: {"subtitle": y} for x, y in subtitles.items()}
        self.images = {locale: Path(file) for locale, file in header_images.items()}
        self.urls = None if invocation_urls is None else list(invocation_urls)

    def check(self) -> None:
        """Refuse what Apple does not take: ValueError, which tells everything that is wrong."""
        problems = [*locale_problems(self.images)]
        if self.action is not UNSET and self.action not in _ACTIONS:
            problems.append(f"action {self.action!r} is not {', '.join(_ACTIONS)}")
        for locale, file in self.images.items():
            if problem := picture_problem(file, *_HEADER):
                problems.append(f"{locale}: {problem}")
        problems += [
            f"{url!r} is not a web address" for url in self.urls or () if not ADDRESS.fullmatch(url)
        ]
        try:
            checked_texts(self.texts, _SUBTITLE)
        except ValueError as error:
            problems += [x.strip() for x in str(error).splitlines()[1:]]
        if problems:
            raise ValueError("\n".join(["nothing was sent:", *(f"  {x}" for x in problems)]))


class AsyncAppClips:
    """The App Clip cards of versions, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def set(
        self, version: Id[AppStoreVersion], card: Card, bundle_id: str | None
    ) -> AppClipDefaultExperience:
        """Give a version a card, and return its experience."""
        given: dict[str, Any] = {} if card.action is UNSET else {"action": card.action}
        found = await self._experience(version)
        if found is None:
            experience = await self._made(version, bundle_id, given)
        elif given and found.action != card.action:
            experience = await self._client.app_clip_default_experiences.update(found, **given)
        else:
            experience = found
        images = [f"header image {x}" for x in card.images]
        urls = ["invocation URLs"] if card.urls is not None else []
        with partial(["texts", *images, *urls]) as done:
            if card.texts or card.images:
                await self._localize(experience, card, done)
            if card.urls is not None:
                await self._set_urls(experience, card.urls)
        return experience

    async def carry_over(self, version: AppStoreVersion) -> None:
        """Give a version that has no card the one of the version in the store, if that has one."""
        if await self._experience(version) is None:
            app, live = await self._app_and_live(version)
            if live is not None:
                await self._create(version, await self._clip(app, None), live, {})

    async def _experience(self, version: Id[AppStoreVersion]) -> AppClipDefaultExperience | None:
        return await if_any_async(
            self._client.app_store_versions.get_app_clip_default_experience, version
        )

    async def _made(
        self, version: Id[AppStoreVersion], bundle_id: str | None, given: dict[str, Any]
    ) -> AppClipDefaultExperience:
        app, live = await self._app_and_live(version)
        return await self._create(version, await self._clip(app, bundle_id), live, given)

    async def _create(
        self, version: Id[AppStoreVersion], clip: Any, live: Any, given: dict[str, Any]
    ) -> AppClipDefaultExperience:
        more: dict[str, Any] = {}
        if live is not None:
            more["app_clip_default_experience_template"] = live
        return await self._client.app_clip_default_experiences.create(
            app_clip=clip, release_with_app_store_version=version, **more, **given
        )

    async def _app_and_live(self, version: Id[AppStoreVersion]) -> tuple[Any, Any]:
        """Return the app, and the experience of its version in the store."""
        whole = await self._client.app_store_versions.get(version, include="app")
        app, platform = cast("App", whole.app), cast("Any", whole.platform)
        found = self._client.apps.list_app_store_versions(
            app, platform=platform, include="appClipDefaultExperience", limit=200
        )
        live = AppVersions(tuple([x async for x in found])).live
        return app, None if live is None else live.app_clip_default_experience

    async def _clip(self, app: Any, bundle_id: str | None) -> Any:
        found = [x async for x in self._client.apps.list_app_clips(app, limit=200)]
        chosen = [x for x in found if bundle_id in {None, x.bundle_id}]
        if len(chosen) == 1:
            return chosen[0]
        names = ", ".join(str(x.bundle_id) for x in found)
        if not found:
            raise WorkflowError(
                "the app has no App Clip: upload a build with one, and wait until it is processed"
            )
        if bundle_id is not None:
            raise WorkflowError(f"the app has no App Clip {bundle_id!r}, but {names}")
        raise WorkflowError(f"the app has several App Clips: give one of {names} as `app_clip`")

    async def _localize(self, experience: Any, card: Card, done: list[str]) -> None:
        namespace = self._client.app_clip_default_experience_localizations
        experiences = self._client.app_clip_default_experiences
        found = experiences.list_app_clip_default_experience_localizations(
            experience, include="appClipHeaderImage", limit=200
        )
        there = [x async for x in found]
        shown = {str(x.locale).lower(): x.app_clip_header_image for x in there}
        texts: dict[str, dict[str, Any]] = {locale: {} for locale in card.images}
        texts |= card.texts
        made = await write_texts_async(
            namespace, there, texts, app_clip_default_experience=experience
        )
        done.append("texts")
        by_locale = {str(x.locale).lower(): x for x in made}
        for locale, file in card.images.items():
            await only_file_async(
                self._client,
                self._client.app_clip_header_images,
                shown.get(locale.lower()),
                file,
                app_clip_default_experience_localization=by_locale[locale.lower()],
            )
            done.append(f"header image {locale}")

    async def _set_urls(self, experience: Any, urls: list[str]) -> None:
        namespace = self._client.app_clip_app_store_review_details
        experiences = self._client.app_clip_default_experiences
        there = await if_any_async(experiences.get_app_clip_app_store_review_detail, experience)
        if there is None:
            await namespace.create(app_clip_default_experience=experience, invocation_urls=urls)
        elif list(there.invocation_urls or ()) != urls:
            await namespace.update(there, invocation_urls=urls)
