"""Reviews are read, counted and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from matrix import writes_of

from app_store_connect import Client
from support.clients import listed

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator

pytestmark = [
    pytest.mark.skipif(
        not hasattr(Client, "customer_reviews"), reason="the document has no reviews"
    ),
    pytest.mark.parametrize("flavour", FLAVOURS),
]


def app_of(simulator: Simulator) -> str:
    return simulator.world.all("apps")[0].id


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [4, 2, 5]),
        ({"territory": "USA"}, [5]),
        ({"rating": [2, 4]}, [4, 2]),
        ({"unanswered": True}, [4, 2]),
    ],
)
def test_reviews_are_chosen(
    demo: Simulator, flavour: str, asked: dict[str, Any], found: list[int]
) -> None:
    app = app_of(demo)
    reviews = done(flavour, demo, lambda asc: listed(asc.workflows.reviews.list(app, **asked)))
    assert [x.rating for x in reviews] == found
    assert [bool(x.response) for x in reviews] == [x.rating == 5 for x in reviews]
    assert len(demo.requests) == 1


def test_reviews_of_one_version_are_read(demo: Simulator, flavour: str) -> None:
    live = next(x for x in demo.world.all("appStoreVersions") if x["versionString"] == "1.1")
    first = demo.world.all("appStoreVersions")[0]
    for version, count in ((live, 3), (first, 0)):
        found = done(
            flavour,
            demo,
            lambda asc, of=version: listed(asc.workflows.reviews.list(app_of(demo), version=of.id)),
        )
        assert len(found) == count


def test_an_answer_is_written_once(demo: Simulator, flavour: str) -> None:
    review = next(x for x in demo.world.all("customerReviews") if x["rating"] == 2)

    def reply(text: str) -> Any:
        return done(flavour, demo, lambda asc: asc.workflows.reviews.reply(review.id, text))

    assert reply("Sorry.").response_body == "Sorry."
    assert (len(demo.requests), len(writes_of(demo))) == (2, 1)
    assert reply("Sorry.").state == "PENDING_PUBLISH"
    assert writes_of(demo) == []
    assert reply("Mended.").response_body == "Mended."
    assert len(demo.world.all("customerReviewResponses")) == 3
    with pytest.raises(ValueError, match="text: it is empty"):
        reply(" ")
    assert not demo.requests


def test_a_pending_answer_counts_as_one(demo: Simulator, flavour: str) -> None:
    review = next(x for x in demo.world.all("customerReviews") if x["rating"] == 2)
    done(flavour, demo, lambda asc: asc.workflows.reviews.reply(review.id, "Sorry."))
    found = done(
        flavour,
        demo,
        lambda asc: listed(asc.workflows.reviews.list(app_of(demo), unanswered=True)),
    )
    assert review.id not in {x.id for x in found}


def test_an_answer_is_withdrawn_once(demo: Simulator, flavour: str) -> None:
    review = next(x for x in demo.world.all("customerReviews") if x["rating"] == 5)
    for writes in (1, 0):
        done(flavour, demo, lambda asc: asc.workflows.reviews.withdraw(review.id))
        assert len(writes_of(demo)) == writes


def test_reviews_are_counted(demo: Simulator, flavour: str) -> None:
    found = done(flavour, demo, lambda asc: asc.workflows.reviews.summary(app_of(demo)))
    assert (found.total, found.unanswered) == (3, 2)
    assert found.by_rating == {1: 0, 2: 1, 3: 0, 4: 1, 5: 1}
    assert found.by_territory == {"USA": 1, "DEU": 1, "JPN": 1}
    assert len(demo.requests) == 1
    assert "not the rating" in type(found).__doc__


@pytest.mark.parametrize("territory", ["US", "usa", ["USA", "Germany"]])
def test_what_is_no_territory_is_not_asked_for(
    demo: Simulator, flavour: str, territory: Any
) -> None:
    with pytest.raises(ValueError, match="three letters, such as USA"):
        done(flavour, demo, lambda asc: asc.workflows.reviews.summary("1", territory=territory))
    with pytest.raises(ValueError, match="three letters, such as USA"):
        done(
            flavour, demo, lambda asc: listed(asc.workflows.reviews.list("1", territory=territory))
        )
    assert not demo.requests
