"""What a test with the simulator looks like, and what it can rely on."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, assert_type

import pytest

from app_store_connect import ApiError, Client, NotFoundError
from app_store_connect.models import App, BetaGroup, Build, InAppPurchase, InAppPurchaseV2
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.edges import singular

if TYPE_CHECKING:
    from app_store_connect import AsyncClient


def test_what_is_added_is_there(simulator: Simulator, asc: Client) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    assert asc.apps.list(bundle_id="com.example.trails").one() == app
    assert asc.apps.list(bundle_id="com.example.other").all() == []


def test_what_is_created_can_be_read_changed_and_deleted(simulator: Simulator, asc: Client) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    group = asc.beta_groups.create(name="QA", app=app)
    asc.beta_groups.update(group, name="Everybody")
    assert asc.beta_groups.get(group).name == "Everybody"
    assert asc.apps.list_beta_groups(app).one().id == group.id
    asc.beta_groups.delete(group)
    with pytest.raises(NotFoundError):
        asc.beta_groups.get(group)


def test_links_hold_in_both_directions(simulator: Simulator, asc: Client) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    build = simulator.add("builds", app=app, version="1")
    group = simulator.add("betaGroups", app=app, name="QA")
    asc.beta_groups.add_builds(group, [build])
    assert asc.builds.list(beta_groups=group).one().id == build.id
    asc.beta_groups.remove_builds(group, [build])
    assert asc.beta_groups.list_builds(group).all() == []


def test_a_refusal_says_what_is_wrong_and_changes_nothing(asc: Client) -> None:
    with pytest.raises(ApiError) as caught:
        asc.beta_groups.create(name="QA", app="42")
    assert caught.value.status == 409
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID")
    assert asc.beta_groups.list().all() == []


def test_simulators_share_nothing() -> None:
    one, other = Simulator(), Simulator()
    one.add("apps", bundle_id="com.example.trails", name="Trails")
    assert other.client().apps.list().all() == []


def test_a_checkpoint_can_be_gone_back_to_again_and_again(
    simulator: Simulator, asc: Client
) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    before = simulator.checkpoint()
    for _ in range(2):
        group = asc.beta_groups.create(name="QA", app=app)
        asc.apps.update(app, primary_locale="fr-FR")
        simulator.clock.advance(hours=1)
        simulator.restore(before)
        assert asc.apps.get(app).primary_locale == "en-US"
        assert asc.apps.list_beta_groups(app).all() == []
        with pytest.raises(NotFoundError):
            asc.beta_groups.get(group)


def test_a_checkpoint_is_good_for_its_own_simulator_only(simulator: Simulator) -> None:
    app = simulator.add(App, name="Trails")
    other = Simulator()
    with pytest.raises(ValueError, match="another simulator's"):
        other.restore(simulator.checkpoint())
    assert simulator.client().apps.get(app) == app


def test_a_start_that_names_no_zone_is_in_utc() -> None:
    start = datetime(2030, 1, 1)  # noqa: DTZ001 - it is what is tried
    assert Simulator(start=start).clock.moment == datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"type": "app"}, "did you mean 'apps'"),
        ({"type": "apps", "bundleid": "x", "nam": "x"}, "did you mean 'name'"),
        ({"type": "App", "name": "x"}, "did you mean 'apps'"),
        ({"type": App(), "name": "x"}, "neither a class of resources"),
        ({"type": Client}, "neither a class of resources"),
        ({"type": "apps", "id": ""}, "an id is text"),
        ({"type": "apps", "id": 5}, "an id is text"),
        ({"type": "apps", "name": object()}, "'name' of apps"),
        ({"type": "builds", "app": "42"}, "add them first"),
        ({"type": "builds", "app": 42}, "takes a resource or an id of apps, not 42"),
        ({"type": "builds", "app": ["1", "2"]}, "leads to one of apps, not to 2"),
        ({"type": "builds", "app": BetaGroup(id="1")}, "leads to apps, .* one of betaGroups"),
        ({"type": "customerReviews", "app": ["1", "2"]}, "leads to one of apps, not to 2"),
        ({"type": "customerReviews", "app": "42"}, "no apps with id '42'"),
        ({"type": "customerReviews", "ap": "42"}, "did you mean 'app'"),
        ({"type": "betaTesters", "email": "ann"}, "not a valid EMAIL"),
        ({"type": "builds", "processing_state": "VLAID"}, "did you mean 'VALID'"),
        ({"type": "builds", "version": 7}, "'version' of builds: Expected a STRING"),
        ({"type": "builds", "uploaded_date": "yesterday"}, "not a valid DATE_TIME"),
    ],
)
def test_what_cannot_be_added_says_why(
    simulator: Simulator, members: dict[str, Any], message: str
) -> None:
    rest = {name: value for name, value in members.items() if name != "type"}
    with pytest.raises(ValueError, match=message):
        simulator.add(members["type"], **rest)
    assert not simulator.world.state.types()


@pytest.mark.parametrize(
    ("kind", "owner", "name"),
    [
        ("customerReviews", "apps", "customerReviews"),
        ("customerReviews", "appStoreVersions", "customerReviews"),
        ("betaFeedbackCrashSubmissions", "apps", "betaFeedbackCrashSubmissions"),
        ("betaFeedbackScreenshotSubmissions", "apps", "betaFeedbackScreenshotSubmissions"),
        ("appTags", "apps", "appTags"),
        ("buildIcons", "builds", "icons"),
        ("diagnosticSignatures", "builds", "diagnosticSignatures"),
        ("ciIssues", "ciBuildActions", "issues"),
        ("ciTestResults", "ciBuildActions", "testResults"),
    ],
)
def test_what_does_not_lead_to_its_owner_is_added_with_it(
    simulator: Simulator, asc: Client, kind: str, owner: str, name: str
) -> None:
    owned = simulator.add(owner)
    added = simulator.add(kind, **{singular(owner): owned})
    simulator.add(kind)
    answer = asc.request("GET", f"/v1/{owner}/{owned.id}/{name}").json()
    assert [x["id"] for x in answer["data"]] == [added.id]


def test_leniency_takes_values_that_no_document_lists() -> None:
    simulator = Simulator(strict=False)
    assert simulator.add("builds", processing_state="ODD").processing_state == "ODD"


def test_a_class_names_its_type_and_is_what_comes_back(simulator: Simulator) -> None:
    app = simulator.add(App, name="Trails")
    assert_type(app, App)
    build = simulator.add(Build, version="7", app=app)
    assert isinstance(build, Build)
    assert simulator.client().builds.get_app(build) == app
    # Two versions of one type, each read by its own class.
    old = simulator.add(InAppPurchase, product_id="one")
    new = simulator.add(InAppPurchaseV2, product_id="two")
    assert (type(old), type(new)) == (InAppPurchase, InAppPurchaseV2)
    assert old.resource_type == new.resource_type


def test_the_asynchronous_client_does_the_same(simulator: Simulator, aasc: AsyncClient) -> None:
    import asyncio

    async def story() -> str | None:
        app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
        group = await aasc.beta_groups.create(name="QA", app=app)
        return (await aasc.beta_groups.get(group)).name

    assert asyncio.run(story()) == "QA"


def test_filters_take_a_boolean_as_python_spells_it(simulator: Simulator, asc: Client) -> None:
    app = simulator.add("apps", name="Trails")
    builds = [simulator.add("builds", app=app, version=str(n), expired=n > 1) for n in (1, 2)]
    for text, build in (("False", builds[0]), ("True", builds[1])):
        found = asc.request("GET", f"/v1/builds?filter[expired]={text}").json()["data"]
        assert [x["id"] for x in found] == [build.id]


def test_a_certificate_has_what_the_document_lacks() -> None:
    for quirks in (True, False):
        simulator = Simulator(quirks=quirks)
        made = simulator.add("certificates", certificate_type="DEVELOPMENT")
        with simulator.client() as asc:
            found = asc.request("GET", f"/v1/certificates/{made.id}").json()["data"]["attributes"]
        assert ("csrContent" in found) is quirks
        assert found.get("csrContent") is None


def test_a_checkpoint_is_a_token_of_its_simulator(simulator: Simulator) -> None:
    before = simulator.checkpoint()
    assert copy.copy(before) is copy.deepcopy(before) is before
    assert before != simulator.checkpoint()
    assert {before: 1}[before] == 1
    with pytest.raises(TypeError, match="save what is to be kept"):
        pickle.dumps(before)
