"""What there is, as the rules look at it; read in as few requests as the API allows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ... import models as m
from ..._runtime.messages.errors import NoResultError
from ..common.absence import if_any_async
from ..review_detail import AsyncReviewDetail
from ..review_queue import OPEN
from ..version_states import RELEASED, AppVersions, Platform, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._runtime.jsonapi.resource import Resource
    from ..._runtime.jsonapi.values import Id
    from ...client import AsyncClient
    from ...models import (
        App,
        AppStoreVersion,
        AppStoreVersionLocalization,
        ReviewSubmission,
    )

__all__ = ["Page", "Product", "Question", "Situation", "read_situation_async"]

_SETS = {"appScreenshotSets": "appScreenshots", "appPreviewSets": "appPreviews"}
_UNFINISHED = frozenset({"AWAITING_UPLOAD", "UPLOAD_COMPLETE", "PROCESSING"})


@dataclasses.dataclass
class Page:
    """A localization of the version, with the display types and files that it shows."""

    text: m.AppStoreVersionLocalization
    shown: set[str] = dataclasses.field(default_factory=set[str])
    files: list[Any] = dataclasses.field(default_factory=list[Any])
    in_library: bool = False

    def add(self, sets: Iterable[Resource], files: str) -> None:
        """Take in the sets of a display type each that have any files."""
        for found in sets:
            linked = found.relationships.get(files)
            refs = None if linked is None else linked.data
            if found.document is not None and isinstance(refs, list) and refs:
                self.shown.add(str(found.attributes.get("screenshotDisplayType")))
                self.files += filter(None, map(found.document.find, refs))

    @property
    def label(self) -> str:
        """The locale."""
        return str(self.text.locale)


@dataclasses.dataclass
class Product:
    """An in-app purchase or a subscription, with the group of the latter."""

    it: Any
    group: Any = None

    @property
    def label(self) -> str:
        """The product id."""
        return str(self.it.product_id or self.it.id)

    @property
    def is_new(self) -> bool:
        """Whether it was never approved."""
        return self.it.state in {"MISSING_METADATA", "READY_TO_SUBMIT"}


@dataclasses.dataclass
class Question:
    """A question of the age rating with its answer."""

    label: str
    answer: Any


@dataclasses.dataclass
class Situation:
    """Everything that the rules look at; `now` is in seconds since the epoch."""

    app: m.App
    version: m.AppStoreVersion
    versions: AppVersions
    platform: Platform
    now: float
    pages: list[Page] = dataclasses.field(default_factory=list["Page"])
    info: m.AppInfo | None = None
    build: m.Build | None = None
    detail: m.AppStoreReviewDetail | None = None
    has_price: bool = False
    is_available: bool = False
    submissions: list[m.ReviewSubmission] = dataclasses.field(
        default_factory=list["ReviewSubmission"]
    )
    products: list[Product] = dataclasses.field(default_factory=list["Product"])

    @property
    def is_first(self) -> bool:
        """Whether no version of the platform was released before."""
        return not any(state_of(x) in RELEASED for x in self.versions.versions)

    def subjects(self, name: str) -> list[Any]:
        """Return what a rule is about: each of several, or the one; nothing if it is not there."""
        found: Any = getattr(self, name)
        if isinstance(found, list):
            return found  # pyright: ignore[reportUnknownVariableType]
        return [] if found is None else [found]

    @property
    def whole(self) -> Situation:
        """The situation itself, for rules that are about what is missing."""
        return self

    @property
    def names(self) -> list[Any]:
        """The localizations of the app info."""
        return [] if self.info is None else list(self.info.app_info_localizations)

    @property
    def bundles(self) -> list[Any]:
        """The bundles of the build: the app, its extensions, an app for a watch."""
        return [] if self.build is None else list(getattr(self.build, "build_bundles", ()))

    @property
    def has_app_clip_card(self) -> bool:
        """Whether the version has an experience for its App Clip."""
        return getattr(self.version, "app_clip_default_experience", None) is not None

    @property
    def questions(self) -> list[Question]:
        """The questions of the age rating."""
        from ..age_ratings import QUESTIONS  # noqa: PLC0415 - it is about apps

        answers: Any = getattr(self.info, "age_rating_declaration", None)
        return [] if answers is None else [Question(x, getattr(answers, x)) for x in QUESTIONS]

    @property
    def attachments(self) -> list[Any]:
        """The files for App Review."""
        return [] if self.detail is None else list(self.detail.app_store_review_attachments)


async def read_situation_async(
    client: AsyncClient, app: Id[App], platform: Platform, number: str | None
) -> Situation:
    """Read all that the rules look at."""
    found = client.apps.list_app_store_versions(
        app,
        platform=platform,
        include=["app", "build", "appClipDefaultExperience"],
        limit=200,
    )
    versions = AppVersions(tuple([x async for x in found]))
    version = versions.editable if number is None else versions.get(number)
    if version is None or version.app is None:
        raise NoResultError(
            f"there is no version for {platform} that is being prepared: make one with"
            " workflows.versions.ensure"
        )
    situation = Situation(version.app, version, versions, platform, client.session.now())
    situation.pages = await _pages_async(client, version)
    infos = client.apps.list_app_infos(
        app,
        include=[
            "ageRatingDeclaration",
            "appInfoLocalizations",
            "primaryCategory",
            "secondaryCategory",
        ],
        related_limit={"appInfoLocalizations": 50},
    )
    # Of a released app the live one comes first, and the draft after it.
    for info in [x async for x in infos]:
        situation.info = info
    attached = getattr(version, "build", None)
    if attached is not None:
        situation.build = await client.builds.list(
            id=attached.id,
            processing_state=["PROCESSING", "FAILED", "INVALID", "VALID"],
            include=["preReleaseVersion", "buildBundles", "appEncryptionDeclaration"],
            limit=1,
        ).first()
    situation.detail = await AsyncReviewDetail(client).read(version)
    situation.has_price = await _has_price_async(client, app)
    situation.is_available = await _is_available_async(client, app)
    submissions = client.review_submissions.list(
        app=app,
        platform=platform,
        state=OPEN,
        include=["appStoreVersionForReview", "items"],
        limit=200,
    )
    situation.submissions = [x async for x in submissions]
    situation.products = await _products_async(client, app)
    return situation


async def _pages_async(client: AsyncClient, version: AppStoreVersion) -> list[Page]:
    """Read what each locale says and shows."""
    texts = client.app_store_versions.list_app_store_version_localizations(
        version,
        include=["appScreenshotSets", "appPreviewSets", "placements"],
        related_limit={"appScreenshotSets": 50, "appPreviewSets": 50, "placements": 50},
        limit=200,
    )
    pages: list[Page] = []
    async for text in texts:
        page = Page(text)
        placements: Any = getattr(text, "placements", ())
        page.in_library = any(x.placement_type == "APP_SCREENSHOT" for x in placements)
        for relationship, files in _SETS.items():
            linked = text.relationships.get(relationship)
            if linked is not None and linked.data:
                page.add(await _sets_async(client, text, relationship, files), files)
        pages.append(page)
    return pages


async def _sets_async(
    client: AsyncClient, text: AppStoreVersionLocalization, relationship: str, files: str
) -> list[Resource]:
    """Read the sets of screenshots or previews, whose operations Apple has deprecated."""
    found = client.collection(
        f"/v1/appStoreVersionLocalizations/{text.id}/{relationship}",
        query={"include": files, f"limit[{files}]": 50, "limit": 200},
    )
    return [x async for x in found]


async def _has_price_async(client: AsyncClient, app: Id[App]) -> bool:
    """Whether there is a price: Apple makes a schedule up for an app that has none."""
    schedule = await if_any_async(
        client.apps.get_app_price_schedule,
        app,
        include=["manualPrices"],
        related_limit={"manualPrices": 1},
    )
    return bool(getattr(schedule, "manual_prices", ()))


async def _is_available_async(client: AsyncClient, app: Id[App]) -> bool:
    availability = await if_any_async(
        client.apps.get_app_availability_v2,
        app,
        include=["territoryAvailabilities"],
        related_limit={"territoryAvailabilities": 50},
    )
    if availability is None:
        return False
    found = availability.territory_availabilities
    if any(x.available for x in found):
        return True
    rest = client.app_availabilities_v2.list_territory_availabilities(availability, limit=200)
    return found.truncated and any([x.available async for x in rest])


async def _products_async(client: AsyncClient, app: Id[App]) -> list[Product]:
    """Read all products, with what they are made of."""
    purchases = client.apps.list_in_app_purchases_v2(
        app,
        include=[
            "inAppPurchaseLocalizations",
            "appStoreReviewScreenshot",
            "iapPriceSchedule",
            "inAppPurchaseAvailability",
            "versions",
        ],
        limit=200,
    )
    found = [Product(x) async for x in purchases]
    groups = client.apps.list_subscription_groups(
        app, include=["subscriptions", "subscriptionGroupLocalizations"], limit=200
    )
    async for group in groups:
        if not group.subscriptions:
            continue
        subscriptions = client.subscription_groups.list_subscriptions(
            group,
            include=[
                "subscriptionLocalizations",
                "appStoreReviewScreenshot",
                "prices",
                "subscriptionAvailability",
                "planAvailabilities",
            ],
            limit=200,
        )
        found += [Product(x, group) async for x in subscriptions]
    return found


def is_unfinished(file: Any) -> bool:
    """Whether a file was not sent whole yet, or not processed."""
    return delivery_of(file) in _UNFINISHED


def delivery_of(file: Any) -> str:
    """Return the state of a file's delivery; of a video there are two."""
    state: Any = getattr(file, "video_delivery_state", None) or file.asset_delivery_state
    return str(getattr(state, "state", "") or "")
