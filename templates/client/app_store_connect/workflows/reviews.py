"""Reviews: what customers wrote, and the answers to it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypedDict, cast

import msgspec
from msgspec import UNSET

from .. import models as m
from .._runtime.jsonapi.resource import resource_id
from .._runtime.jsonapi.values import Id, OneOrMany, Unset, is_several
from .._runtime.public import public
from .common.absence import if_any_async
from .common.area import Area
from .common.price_points import TERRITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from ..client import AsyncClient
    from ..models import App, AppStoreVersion, CustomerReview, CustomerReviewResponseV1, Territory

__all__ = ["AsyncReviews", "ReviewSummary"]

_PAGE = 200


class _Asked(TypedDict):
    """What reviews are listed by."""

    review_territory: OneOrMany[Id[m.Territory]] | Unset
    rating: OneOrMany[int] | Unset
    exists_published_response: bool | Unset
    sort: Literal["-createdDate"]
    include: Literal["response"]
    limit: int


class ReviewSummary(msgspec.Struct, frozen=True):
    """Counts of written reviews, by stars and by territory.

    It is not the rating that the App Store shows: most customers give stars without a text, and
    those the API does not tell. An average of these counts is not the store's either.
    """

    total: int
    unanswered: int
    by_rating: dict[int, int]
    by_territory: dict[str, int]


@public
class AsyncReviews(Area):
    """Jobs on what customers write about an app, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def list(
        self,
        app: Id[App],
        *,
        territory: OneOrMany[Id[Territory]] | Unset = UNSET,
        rating: OneOrMany[int] | Unset = UNSET,
        unanswered: bool = False,
        version: Id[AppStoreVersion] | None = None,
    ) -> AsyncIterator[CustomerReview]:
        """Read reviews, the newest first, each with its `response`, which is None without one.

        `territory` is a code of three letters such as `USA`, `rating` a number of stars, or several
        of them. `unanswered` leaves out those with an answer, also one that is not published yet.
        `version` reads the reviews of one version, which `app` is not looked at for then.

        Raises:
            ValueError: a territory is no code of three letters.
        """
        _check_territories(territory)
        asked: _Asked = {
            "review_territory": territory,
            "rating": rating,
            "exists_published_response": False if unanswered else UNSET,
            "sort": "-createdDate",
            "include": "response",
            "limit": _PAGE,
        }
        if version is None:
            found = self._client.apps.list_customer_reviews(app, **asked)
        else:
            found = self._client.app_store_versions.list_customer_reviews(version, **asked)
        async for review in found:
            if not (unanswered and review.response):
                yield review

    async def reply(self, review: Id[CustomerReview], text: str) -> CustomerReviewResponseV1:
        """Answer a review, or replace the answer; one that says this already stays as it is.

        A customer sees the answer when Apple has published it, which takes up to a day.

        Raises:
            ValueError: there is no text; `withdraw` deletes an answer.
        """
        found = await self._response(review)
        if found is not None and found.response_body == text:
            return found
        return await self._client.customer_review_responses.create(
            review=review, response_body=text
        )

    async def withdraw(self, review: Id[CustomerReview]) -> None:
        """Delete the answer to a review, if there is one."""
        found = await self._response(review)
        if found is not None:
            await self._client.customer_review_responses.delete(found)

    async def summary(
        self, app: Id[App], *, territory: OneOrMany[Id[Territory]] | Unset = UNSET
    ) -> ReviewSummary:
        """Count the written reviews of an app, which is not the rating that the App Store shows.

        It reads all of them, 200 with each request.
        """
        _check_territories(territory)
        ratings: Counter[int] = Counter()
        territories: Counter[str] = Counter()
        unanswered = 0
        reviews = self._client.apps.list_customer_reviews(
            app,
            review_territory=territory,
            include="response",
            fields={"customerReviews": ["rating", "territory", "response"]},
            limit=_PAGE,
        )
        async for review in reviews:
            ratings[review.rating or 0] += 1
            territories[str(review.territory or "")] += 1
            unanswered += not review.response
        by_rating = {stars: ratings[stars] for stars in sorted({1, 2, 3, 4, 5, *ratings})}
        ordered = dict(territories.most_common())
        return ReviewSummary(ratings.total(), unanswered, by_rating, ordered)

    async def _response(self, review: Id[CustomerReview]) -> CustomerReviewResponseV1 | None:
        return await if_any_async(self._client.customer_reviews.get_response, review)


def _check_territories(given: OneOrMany[Id[m.Territory]] | Unset) -> None:
    """Raise a ValueError for what is no code: Apple would find no review, and not say why."""
    if given is UNSET:
        return
    for code in cast("Iterable[object]", given if is_several(given) else [given]):
        if not TERRITORY.fullmatch(resource_id(code, "territories")):
            raise ValueError(
                f"territory: {code!r} is none: their codes have three letters, such as USA"
            )
