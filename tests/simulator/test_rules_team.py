"""Invitations of users, and answers to customers' reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError

if TYPE_CHECKING:
    from app_store_connect import Client
    from app_store_connect.simulator import Simulator


def invite(asc: Client, **more: Any) -> Any:
    given: dict[str, Any] = {
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Byron",
        "roles": ["DEVELOPER"],
        **more,
    }
    return asc.user_invitations.create(**given)


def test_an_invitation_is_good_for_three_days(simulator: Simulator, asc: Client) -> None:
    invitation = invite(asc, all_apps_visible=True)
    assert (invitation.expiration_date - simulator.world.now).days == 3
    simulator.clock.advance(days=2)
    assert len(list(asc.user_invitations.list())) == 1
    simulator.clock.advance(days=1)
    assert list(asc.user_invitations.list()) == []


@pytest.mark.parametrize("more", [{"all_apps_visible": True}, {"roles": ["ADMIN"]}])
def test_who_sees_all_apps_has_no_list_of_them(
    simulator: Simulator, asc: Client, more: dict[str, Any]
) -> None:
    app = simulator.add("apps", bundle_id="com.example.t", name="Trails")
    with pytest.raises(ApiError) as caught:
        invite(asc, visible_apps=[app], **more)
    assert caught.value.status == 409
    assert invite(asc, visible_apps=[app], roles=["DEVELOPER"]).all_apps_visible is False


def test_an_answer_to_a_review_is_published_later_and_can_be_overwritten(
    simulator: Simulator, asc: Client
) -> None:
    review: Any = simulator.add("customerReviews", rating=5, title="Fine")
    first = asc.customer_review_responses.create(review=review, response_body="Thanks")
    assert first.state == "PENDING_PUBLISH"
    simulator.clock.advance(days=1)
    assert asc.customer_review_responses.get(first).state == "PUBLISHED"
    second = asc.customer_review_responses.create(review=review, response_body="Thank you")
    assert (second.id, second.response_body, second.state) == (
        first.id,
        "Thank you",
        "PENDING_PUBLISH",
    )
    simulator.clock.advance(days=1)
    assert asc.customer_review_responses.get(first).state == "PUBLISHED"
