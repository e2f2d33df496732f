"""Groups, testers and beta review of TestFlight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.trails", name="Trails")


@pytest.fixture
def build(simulator: Simulator, app: Any) -> Any:
    return simulator.add("builds", app=app, version="1")


def external(asc: Client, build: Any) -> str:
    return str(asc.builds.get_build_beta_detail(build).external_build_state)


def internal(asc: Client, build: Any) -> str:
    return str(asc.builds.get_build_beta_detail(build).internal_build_state)


def describe(asc: Client, app: Any) -> None:
    asc.beta_app_localizations.create(locale="en-US", app=app, description="Walks.")
    asc.beta_app_review_details.update(
        app.id,
        contact_first_name="Jo",
        contact_last_name="Doe",
        contact_email="jo@example.com",
        contact_phone="+1 555 0100",
    )


def test_a_beta_build_is_reviewed_and_reaches_its_testers(
    simulator: Simulator, asc: Client, app: Any, build: Any
) -> None:
    group = asc.beta_groups.create(name="Friends", app=app)
    tester = asc.beta_testers.create(email="jo@example.com", beta_groups=[group])
    asc.beta_groups.add_builds(group, [build])
    describe(asc, app)
    submission = asc.beta_app_review_submissions.create(build=build)
    assert submission.beta_review_state == "WAITING_FOR_REVIEW"
    assert external(asc, build) == "WAITING_FOR_BETA_REVIEW"
    assert asc.beta_testers.get(tester).state == "NOT_INVITED"
    with pytest.raises(ApiError) as caught:
        asc.beta_tester_invitations.create(app=app, beta_tester=tester)
    assert caught.value.has_code("STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS")
    simulator.clock.advance(hours=3)
    assert external(asc, build) == "IN_BETA_REVIEW"
    simulator.clock.advance(days=1)
    assert external(asc, build) == "IN_BETA_TESTING"
    assert asc.beta_app_review_submissions.get(submission).beta_review_state == "APPROVED"
    assert asc.beta_testers.get(tester).state == "INVITED"
    asc.beta_tester_invitations.create(app=app, beta_tester=tester)
    asc.build_beta_notifications.create(build=build)
    later = simulator.add("builds", app=app, version="2")
    asc.beta_app_review_submissions.create(build=later)
    simulator.clock.advance(minutes=30)
    assert external(asc, later) == "BETA_APPROVED"


def test_a_review_can_end_in_rejection(
    simulator: Simulator, asc: Client, app: Any, build: Any
) -> None:
    simulator.world.set_switch("beta_review", "reject")
    describe(asc, app)
    asc.beta_app_review_submissions.create(build=build)
    simulator.clock.advance(days=1)
    assert external(asc, build) == "BETA_REJECTED"


def test_a_review_says_what_it_lacks(
    simulator: Simulator, asc: Client, app: Any, build: Any
) -> None:
    def code() -> str:
        with pytest.raises(ApiError) as caught:
            asc.beta_app_review_submissions.create(build=build)
        assert caught.value.status == 422
        return str(caught.value.errors[0].code)

    simulator.world.set_switch("beta_contract", "missing")
    assert code() == "ENTITY_UNPROCESSABLE.BETA_CONTRACT_MISSING"
    simulator.world.set_switch("beta_contract", "accepted")
    assert code() == "ENTITY_UNPROCESSABLE.MISSING_BETA_APP_DESCRIPTION"
    asc.beta_app_localizations.create(locale="en-US", app=app, description="Walks.")
    assert code() == "ENTITY_UNPROCESSABLE.MISSING_REQUIRED_DATA"


def test_one_build_of_a_version_is_reviewed_at_a_time(
    simulator: Simulator, asc: Client, app: Any, build: Any
) -> None:
    describe(asc, app)
    asc.beta_app_review_submissions.create(build=build)
    with pytest.raises(ApiError) as caught:
        asc.beta_app_review_submissions.create(build=build)
    assert caught.value.status == 409
    other = simulator.add("builds", app=app, version="2")
    with pytest.raises(ApiError) as caught:
        asc.beta_app_review_submissions.create(build=other)
    assert caught.value.has_code("ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW")
    asc.builds.update(build, expired=True)
    asc.beta_app_review_submissions.create(build=other)


@pytest.mark.parametrize(
    "members", [{"processing_state": "PROCESSING"}, {"uses_non_exempt_encryption": None}]
)
def test_what_cannot_be_tested_is_neither_submitted_nor_assigned(
    simulator: Simulator, asc: Client, app: Any, members: dict[str, Any]
) -> None:
    describe(asc, app)
    build = simulator.add("builds", app=app, version="1", **members)
    group = asc.beta_groups.create(name="Friends", app=app)
    for attempt in (
        lambda: asc.beta_app_review_submissions.create(build=build),
        lambda: asc.beta_groups.add_builds(group, [build]),
        lambda: asc.builds.add_beta_groups(build, [group]),
        lambda: asc.beta_groups.create(name="More", app=app, builds=[build]),
    ):
        with pytest.raises(ApiError) as caught:
            attempt()
        assert caught.value.status == 422
    assert len(asc.beta_groups.list(app=app).all()) == 1


def test_internal_groups_test_at_once(simulator: Simulator, asc: Client, app: Any) -> None:
    every = asc.beta_groups.create(
        name="Team", app=app, is_internal_group=True, has_access_to_all_builds=True
    )
    some = asc.beta_groups.create(name="QA", app=app, is_internal_group=True)
    build = simulator.add("builds", app=app, version="1", processing_state="PROCESSING")
    simulator.world.set(simulator.world.all("builds")[0], processingState="VALID")
    assert asc.beta_groups.list_builds(every).one().id == build.id
    assert internal(asc, build) == "IN_BETA_TESTING"
    with pytest.raises(ApiError) as caught:
        asc.beta_groups.add_builds(every, [build])
    assert caught.value.status == 422
    asc.beta_groups.add_builds(some, [build])
    assert asc.beta_groups.list_builds(some).one().id == build.id


def test_builds_of_internal_groups_can_be_ignored(
    simulator: Simulator, asc: Client, app: Any, build: Any
) -> None:
    simulator.world.set_switch("internal_group_builds", "ignored")
    group = asc.beta_groups.create(name="QA", app=app, is_internal_group=True)
    asc.beta_groups.add_builds(group, [build])
    assert asc.beta_groups.list_builds(group).all() == []


def test_internal_testers_are_users(simulator: Simulator, asc: Client, app: Any) -> None:
    group = asc.beta_groups.create(name="QA", app=app, is_internal_group=True)
    with pytest.raises(ApiError, match="cannot be assigned"):
        asc.beta_testers.create(email="jo@example.com", beta_groups=[group])
    assert asc.beta_testers.list().all() == []
    simulator.add("users", username="jo@example.com", roles=["DEVELOPER"])
    tester = asc.beta_testers.create(email="jo@example.com", beta_groups=[group])
    assert tester.state == "INVITED"


def test_testers_belong_to_one_app(simulator: Simulator, asc: Client, app: Any) -> None:
    other = simulator.add("apps", bundle_id="com.example.other", name="Other")
    here, there = (asc.beta_groups.create(name="QA", app=x) for x in (app, other))
    tester = asc.beta_testers.create(email="jo@example.com", beta_groups=[here])
    with pytest.raises(ApiError, match="cannot be assigned"):
        asc.beta_groups.add_beta_testers(there, [tester])
    with pytest.raises(ApiError) as caught:
        asc.beta_groups.add_beta_testers(here, [tester])
    assert caught.value.status == 409
    with pytest.raises(ApiError) as caught:
        asc.beta_testers.create(email="JO@example.com", beta_groups=[here])
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")
    assert asc.beta_testers.create(email="jo@example.com", beta_groups=[there]).id != tester.id


def test_a_known_tester_can_be_answered(simulator: Simulator, asc: Client, app: Any) -> None:
    simulator.world.set_switch("known_tester", "answer")
    one, two = (asc.beta_groups.create(name=x, app=app) for x in "ab")
    tester = asc.beta_testers.create(email="jo@example.com", beta_groups=[one])
    assert asc.beta_testers.create(email="jo@example.com", beta_groups=[two]) == tester
    assert asc.beta_groups.list_beta_testers(two).one().id == tester.id


def test_testers_come_by_one_way(asc: Client, app: Any, build: Any) -> None:
    group = asc.beta_groups.create(name="QA", app=app)
    with pytest.raises(ApiError, match="Only one relationship"):
        asc.beta_testers.create(email="jo@example.com", beta_groups=[group], builds=[build])


def test_removed_testers_are_revoked(asc: Client, app: Any) -> None:
    group = asc.beta_groups.create(name="QA", app=app)
    tester = asc.beta_testers.create(email="jo@example.com", beta_groups=[group])
    asc.apps.remove_beta_testers(app, [tester])
    assert asc.beta_testers.get(tester).state == "REVOKED"
    assert asc.beta_groups.list_beta_testers(group).all() == []


def test_who_has_accepted_is_not_invited_again(simulator: Simulator, asc: Client, app: Any) -> None:
    tester = simulator.add("betaTesters", email="jo@example.com", state="INSTALLED")
    with pytest.raises(ApiError) as caught:
        asc.beta_tester_invitations.create(app=app, beta_tester=tester)
    assert caught.value.has_code("STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED")


def test_internal_groups_are_full_with_100(simulator: Simulator, asc: Client, app: Any) -> None:
    group = asc.beta_groups.create(name="QA", app=app, is_internal_group=True)
    testers = []
    for number in range(101):
        simulator.add("users", username=f"{number}@example.com", roles=["DEVELOPER"])
        testers.append(simulator.add("betaTesters", email=f"{number}@example.com"))
    with pytest.raises(ApiError, match="at most 100"):
        asc.beta_groups.add_beta_testers(group, testers)
    asc.beta_groups.add_beta_testers(group, testers[1:])


def test_public_links_have_limits(asc: Client, app: Any) -> None:
    group = asc.beta_groups.create(name="All", app=app, public_link_enabled=True)
    assert group.public_link == f"https://testflight.apple.com/join/{group.public_link_id}"
    with pytest.raises(ApiError) as caught:
        asc.beta_groups.update(group, public_link_limit=10_001)
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")


def test_notifications_are_refused_where_nobody_needs_them(asc: Client, build: Any) -> None:
    with pytest.raises(ApiError, match="not externally testable"):
        asc.build_beta_notifications.create(build=build)
    asc.build_beta_details.update(build.id, auto_notify_enabled=True)
    with pytest.raises(ApiError, match="already enabled"):
        asc.build_beta_notifications.create(build=build)


def test_a_contact_needs_a_phone_and_keeps_what_it_has(asc: Client, app: Any) -> None:
    with pytest.raises(ApiError) as caught:
        asc.beta_app_review_details.update(app.id, contact_first_name="Jo")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.REQUIRED")
    describe(asc, app)
    with pytest.raises(ApiError):
        asc.beta_app_review_details.update(app.id, contact_email=None)
    assert asc.beta_app_review_details.get(app.id).contact_email == "jo@example.com"


def test_texts_are_one_of_a_known_locale_and_plain(asc: Client, app: Any, build: Any) -> None:
    def create(locale: str, text: str = "News") -> Any:
        return asc.beta_build_localizations.create(locale=locale, build=build, whats_new=text)

    with pytest.raises(ApiError, match="no beta localization of 'de-DE'"):
        create("de-DE")
    asc.beta_app_localizations.create(locale="de-DE", app=app)
    for locale in ("DE-de", "english"):
        with pytest.raises(ApiError) as caught:
            asc.beta_app_localizations.create(locale=locale, app=app)
        assert caught.value.errors[0].pointer == "/data/attributes/locale"
    for text in ("<b>", "New \N{ROCKET}"):
        with pytest.raises(ApiError, match="invalid characters"):
            create("de-DE", text)
    create("de-DE")
    with pytest.raises(ApiError) as caught:
        create("de-DE")
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")
