"""Apps: finding one, and what all versions of it share."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from .._runtime.jsonapi.resource import resource_id
from .._runtime.messages.errors import NoResultError
from .._runtime.public import public
from .age_ratings import checked_answers
from .app_prices import AsyncAppPrices
from .availability import AsyncAvailability
from .common.area import Area
from .common.words import check_word
from .errors import WorkflowError
from .localized_texts import INFO_TEXTS, changes, checked_texts, write_texts_async

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from datetime import date

    from .._runtime.jsonapi.values import Id, Unset
    from ..client import AsyncClient
    from ..models import (
        AgeRatingDeclaration,
        App,
        AppCategory,
        AppInfo,
        AppInfoLocalization,
        AppPriceSchedule,
    )
    from .app_prices import PriceRow
    from .common.price_points import Amount
    from .localized_texts import Texts

__all__ = ["AsyncApps"]

# Fastlane's set: in spaceship/lib/spaceship/connect_api/models/app_info.rb
_EDITABLE = frozenset(
    {"PREPARE_FOR_SUBMISSION", "DEVELOPER_REJECTED", "REJECTED", "WAITING_FOR_REVIEW"}
)
_CATEGORIES = (
    "primary_category",
    "primary_subcategory_one",
    "primary_subcategory_two",
    "secondary_category",
    "secondary_subcategory_one",
    "secondary_subcategory_two",
)


@public
class AsyncApps(Area):
    """Jobs on an app as a whole, to be awaited.

        app = await asc.workflows.apps.find("com.example.trails")
        await asc.workflows.apps.set_price(app, "4.99")

    What is written is only what differs, so every job may be run again.
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._prices = AsyncAppPrices(client)
        self._availability = AsyncAvailability(client)

    async def find(self, bundle_id: str) -> App:
        """Return the app that has exactly this bundle id.

        Apple's `filter[bundleId]` also answers with apps whose bundle ids begin the same.

        Raises:
            NoResultError: no app of the key's has it; the message names those that come near.
        """
        with suppress(NoResultError):
            return await self._client.apps.list(bundle_id=bundle_id).find(bundle_id=bundle_id)
        # Who mistyped a letter is told of all there are, as the filter finds longer ones only.
        return await self._client.apps.list().find(bundle_id=bundle_id)

    async def info(self, app: Id[App]) -> AppInfo:
        """Return the app info that can be edited, with its texts, categories and age rating.

        A released app has two, that in the store and a draft, which comes with the next version.

        Raises:
            WorkflowError: there is none that can be edited.
        """
        found = self._client.apps.list_app_infos(
            app,
            include=[
                "ageRatingDeclaration",
                "appInfoLocalizations",
                "primaryCategory",
                "primarySubcategoryOne",
                "primarySubcategoryTwo",
                "secondaryCategory",
                "secondarySubcategoryOne",
                "secondarySubcategoryTwo",
            ],
            related_limit={"appInfoLocalizations": 50},
        )
        infos = [x async for x in found]
        for info in infos:
            if info.state in _EDITABLE:
                return info
        states = ", ".join(str(x.state) for x in infos) or "missing"
        raise WorkflowError(
            f"the app info is {states}, and cannot be edited: make the next version first, with"
            " workflows.versions.ensure, or cancel the review"
        )

    async def set_texts(self, app: Id[App], texts: Texts) -> list[AppInfoLocalization]:
        """Set what an app is called and its privacy addresses by locale.

            {"en-US": {"name": "Trails", "subtitle": "Walks worth the walk"}}

        The names are name, subtitle, privacy_policy_url, privacy_choices_url and
        privacy_policy_text (of Apple TV); None empties one. A locale that is not there is added,
        which needs a name; one that is not named stays.

        Raises:
            ValueError: a locale, a name, a length or an address that Apple does not take; nothing
                was sent.
            WorkflowError: the app info cannot be edited now.
        """
        checked = checked_texts(texts, INFO_TEXTS)
        namespace = self._client.app_info_localizations
        info = await self.info(app)
        there = {str(x.locale).lower() for x in info.app_info_localizations}
        for locale, wanted in checked.items():
            if locale.lower() not in there and not wanted.get("name"):
                raise ValueError(f"{locale} is new, and needs a name; nothing was sent")
        return await write_texts_async(
            namespace, info.app_info_localizations, checked, app_info=info
        )

    async def set_categories(
        self,
        app: Id[App],
        *,
        primary_category: Id[AppCategory] | Unset = UNSET,
        primary_subcategory_one: Id[AppCategory] | Unset | None = UNSET,
        primary_subcategory_two: Id[AppCategory] | Unset | None = UNSET,
        secondary_category: Id[AppCategory] | Unset | None = UNSET,
        secondary_subcategory_one: Id[AppCategory] | Unset | None = UNSET,
        secondary_subcategory_two: Id[AppCategory] | Unset | None = UNSET,
    ) -> AppInfo:
        """Set the categories of an app, such as `primary_category="TRAVEL"`, and return its info.

        `app_categories.list(exists_parent=False, include=["subcategories"])` lists them; None takes
        one away.

        Raises:
            ValueError: what is no category.
            WorkflowError: the app info cannot be edited now.
        """
        given = (
            primary_category,
            primary_subcategory_one,
            primary_subcategory_two,
            secondary_category,
            secondary_subcategory_one,
            secondary_subcategory_two,
        )
        wanted = {
            name: None if value is None else resource_id(value)
            for name, value in zip(_CATEGORIES, given, strict=True)
            if value is not UNSET
        }
        for name, value in wanted.items():
            if value is not None:
                check_word(name, value, ("TRAVEL", "GAMES", "GAMES_PUZZLE"))
        info = await self.info(app)
        different: dict[str, Any] = {
            name: value
            for name, value in wanted.items()
            if getattr(getattr(info, name, None), "id", None) != value
        }
        return await self._client.app_infos.update(info, **different) if different else info

    async def set_age_rating(
        self, app: Id[App], **answers: bool | str | None
    ) -> AgeRatingDeclaration:
        """Answer questions of the age rating, by the names of its attributes.

            await apps.set_age_rating(app, gambling=False, contests="NONE", kids_age_band=None)

        Yes-or-no questions take a bool, others NONE, INFREQUENT_OR_MILD, INFREQUENT, FREQUENT or
        FREQUENT_OR_INTENSE. Questions that are not named keep their answers.

        Raises:
            ValueError: there is no such question, or no such answer to it; nothing was sent.
            WorkflowError: the app info cannot be edited now.
        """
        checked = checked_answers(answers)
        info = await self.info(app)
        current = info.age_rating_declaration
        if current is None:
            raise WorkflowError("the app info has no age rating declaration yet; run it again")
        different = changes(current, checked)
        if not different:
            return current
        return await self._client.age_rating_declarations.update(current, **different)

    async def set_price(
        self,
        app: Id[App],
        price: Amount,
        *,
        territory: str = "USA",
        start: date | None = None,
    ) -> AppPriceSchedule:
        """Set the price of an app in a territory, from now or from a day on; "0" is free.

        Where an app has no price yet, the territory becomes the base, by which Apple sets the
        prices of all others. Prices that were set for other territories stay.

        Raises:
            ValueError: no decimal number, no code of three letters, or a day that is not to come.
            NoResultError: Apple has no such price there; the text names those next to it.
        """
        return await self._prices.set(app, {territory: price}, base=None, start=start)

    async def set_prices(
        self,
        app: Id[App],
        prices: Mapping[str, Amount] | str | os.PathLike[str],
        *,
        base: str | None = None,
        start: date | None = None,
    ) -> AppPriceSchedule:
        """Set the prices of several territories with one write; Apple sets those of all others.

        `prices` are by territory, or a CSV file with columns `territory` and `price`. `base` is the
        territory by which the others go: the one that is, or the first that is given.

        Raises:
            ValueError: what cannot be a price or a territory; nothing was sent.
            NoResultError: Apple has no such price there; the text names those next to it.
        """
        return await self._prices.set(app, prices, base=base, start=start)

    async def price_table(self, app: Id[App]) -> list[PriceRow]:
        """Return the price of an app in each territory, with its currency, proceeds and dates.

        It is empty for an app that has no price yet.
        """
        return await self._prices.table(app)

    async def set_availability(
        self,
        app: Id[App],
        territories: Iterable[str] | None = None,
        *,
        available_in_new_territories: bool | Unset = UNSET,
    ) -> list[str]:
        """Have an app in these territories and no others, and return them all.

        None is every territory, an empty list takes the app off sale. Whether new territories are
        included can be chosen the first time only; Apple's default is yes.

        Raises:
            ValueError: a territory that there is not.
            WorkflowError: a choice on new territories that can no longer be made.
        """
        return await self._availability.choose(
            app, territories, in_new=available_in_new_territories
        )
