"""The team to begin with: there is something of everything, and nothing contradicts itself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect._api import facts
from app_store_connect._api.model import Kind
from app_store_connect.models import AppVersionState
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.clock import START
from app_store_connect.simulator.messages import Incoming
from app_store_connect.simulator.save import write_team
from support import raw_document
from support.raw_document import operations, pointer, validator

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import Client
    from app_store_connect.simulator import Entity
    from app_store_connect.simulator.messages import Answer


def entities(simulator: Simulator) -> list[Entity]:
    return [x for kind in simulator.world.state.types() for x in simulator.world.all(kind)]


class Reader:
    """Asks without a client, which would read whatever comes."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.headers = {"authorization": f"Bearer {simulator.token()}", "accept": "*/*"}

    def get(self, path: str, query: str = "") -> Answer:
        incoming = Incoming("GET", path, query, self.headers, b"", facts().server)
        return self.simulator.answer(incoming)


def asks_for_more(answer: Answer) -> bool:
    """Whether the operation takes a parameter that no example can know."""
    return answer.status == 400 and b"PARAMETER_ERROR.REQUIRED" in answer.body


@pytest.fixture(scope="module")
def demo() -> Simulator:
    return Simulator("demo", requests_per_hour=None)


@pytest.fixture(scope="module")
def asc(demo: Simulator) -> Client:
    return demo.client()


def test_there_are_three_apps_on_several_platforms(asc: Client) -> None:
    apps = list(asc.apps.list())
    assert [x.bundle_id for x in apps] == [
        "com.example.trails",
        "com.example.harbor",
        "com.example.kettle",
    ]
    for app in apps:
        assert len({x.platform for x in asc.apps.list_app_store_versions(app)}) > 2


def test_versions_are_in_every_state(demo: Simulator) -> None:
    states = {x["appVersionState"] for x in demo.world.all("appStoreVersions")}
    assert states == set(AppVersionState)


@pytest.mark.parametrize(
    "kind",
    [
        "betaGroups", "betaTesters", "builds", "bundleIds", "certificates", "customerReviews",
        "devices", "inAppPurchases", "profiles", "reviewSubmissions", "subscriptions", "users",
    ],
)  # fmt: skip
def test_there_are_several_of(demo: Simulator, kind: str) -> None:
    assert len(demo.world.all(kind)) > 1


def test_products_have_all_that_their_states_take() -> None:
    simulator = Simulator("demo")
    products = [
        x for kind in ("inAppPurchases", "subscriptions") for x in simulator.world.all(kind)
    ]
    before = [x["state"] for x in products]
    simulator.clock.advance(hours=1)
    assert [x["state"] for x in products] == before
    asc = simulator.client()
    for subscription in simulator.world.all("subscriptions"):
        price = asc.subscriptions.list_prices(
            subscription.id, territory="USA", include=["subscriptionPricePoint"]
        ).one()
        points = asc.subscriptions.list_price_points(subscription.id, territory="USA", limit=200)
        assert price.subscription_price_point in points.all()


def test_relationships_lead_both_ways(demo: Simulator) -> None:
    world, counted = demo.world, 0
    for entity in entities(demo):
        for name, ids in entity.links.items():
            edge = world.edges.find(entity.type, name)
            assert edge is not None
            back = world.edges.inverse(edge)
            for identifier in ids:
                other = world.find(edge.type, identifier)
                assert other is not None, f"{entity} {name} leads to nothing"
                assert back is None or entity in world.many(other, back.name), (entity, name)
                counted += 1
    assert counted > 500


def test_a_version_and_its_build_are_of_one_app_and_train(demo: Simulator) -> None:
    world = demo.world
    for version in world.all("appStoreVersions"):
        build = world.one(version, "build")
        if build is not None:
            train = world.one(build, "preReleaseVersion")
            assert train is not None
            assert train["version"] == version["versionString"]
            assert train["platform"] == version["platform"]
            assert world.one(build, "app") is world.one(version, "app")


def test_submissions_agree_with_their_versions(demo: Simulator) -> None:
    world = demo.world
    for submission in world.all("reviewSubmissions"):
        (item,) = world.many(submission, "items")
        version = world.one(item, "appStoreVersion")
        assert version is world.one(submission, "appStoreVersionForReview")
        assert version is not None
        assert version["platform"] == submission["platform"]
        rejected = version["appVersionState"] in {"REJECTED", "METADATA_REJECTED"}
        assert (submission["state"] == "UNRESOLVED_ISSUES") is rejected
        assert (item["state"] == "REJECTED") is rejected


def test_every_collection_can_be_read(demo: Simulator) -> None:
    reader, read = Reader(demo), 0
    for method, path in facts().operations:
        operation = facts().operation(method, path)
        if operation.kind is not Kind.GET_COLLECTION or "{" in path:
            continue
        answer = reader.get(path)
        if asks_for_more(answer):
            continue
        assert answer.status == 200, (path, answer.body)
        read += len(json.loads(answer.body)["data"]) if answer.media_type.endswith("json") else 0
    assert read > 100


def test_every_relationship_of_everything_can_be_read(demo: Simulator) -> None:
    reader, counted = Reader(demo), 0
    templates = [
        path for method, path in facts().operations if method == "GET" and path.count("{id}") == 1
    ]
    for entity in entities(demo):
        for template in templates:
            _, _, kind, identifier, *rest = template.split("/")
            if kind != entity.type or identifier != "{id}" or "metrics" in rest:
                continue
            answer = reader.get(template.replace("{id}", entity.id))
            if asks_for_more(answer):
                continue
            # What is not there yet may be told as such.
            assert answer.status in {200, 404} if rest else answer.status == 200, (
                template,
                answer.status,
                answer.body,
            )
            counted += 1
    assert counted > 1000


def test_every_resource_is_valid_against_the_document() -> None:
    raw_document.raw()
    simulator = Simulator("demo", quirks=False, requests_per_hour=None)
    reader, wrong, counted = Reader(simulator), [], 0
    for method, path, _ in operations():
        kind, *rest = path.split("/")[2:]
        if method != "GET" or rest != ["{id}"]:
            continue
        where = pointer(method, path, "responses", "200", "content", "application/json", "schema")
        for entity in simulator.world.all(kind):
            answer = reader.get(path.replace("{id}", entity.id))
            found = validator(where).iter_errors(json.loads(answer.body))
            wrong += [f"{entity}: {x.json_path} {x.message[:200]}" for x in found]
            counted += 1
    assert not wrong, "\n".join(wrong[:20])
    assert counted > 200


def test_it_is_the_same_every_time(demo: Simulator) -> None:
    assert write_team(Simulator("demo").world) == write_team(Simulator("demo").world)


def test_it_is_as_old_whenever_it_begins() -> None:
    later = Simulator("demo", start=START + timedelta(days=400))
    newest = max(x["uploadedDate"] for x in later.world.all("builds"))
    assert newest[:10] == (START + timedelta(days=400)).date().isoformat()


def write_something(simulator: Simulator, asc: Any) -> None:
    app = asc.apps.list(limit=1).first()
    group = asc.beta_groups.create(name="More", app=app)
    asc.beta_groups.update(group, name="Most")
    asc.beta_testers.delete(asc.beta_testers.list().first())
    simulator.clock.advance(days=2)


def test_a_checkpoint_brings_back_everything() -> None:
    simulator = Simulator("demo")
    asc = simulator.client()
    before = write_team(simulator.world)
    checkpoint = simulator.checkpoint()
    for _ in range(2):
        write_something(simulator, asc)
        assert write_team(simulator.world) != before
        simulator.restore(checkpoint)
        assert write_team(simulator.world) == before


def test_a_saved_team_goes_on_as_the_one_that_was_saved(tmp_path: Path) -> None:
    simulator = Simulator("demo")
    simulator.save(tmp_path / "team.json")
    loaded = Simulator.load(tmp_path / "team.json")
    assert write_team(loaded.world) == write_team(simulator.world)
    for team in (simulator, loaded):
        write_something(team, team.client())
    assert write_team(loaded.world) == write_team(simulator.world)


def test_what_is_decided_stays_so_when_time_passes() -> None:
    """Reviews that are waiting go on; what was rejected or withdrawn waits for its people."""
    decided = {"REJECTED", "METADATA_REJECTED", "DEVELOPER_REJECTED"}
    simulator = Simulator("demo")
    world = simulator.world
    before = {
        x: x["appVersionState"]
        for x in world.all("appStoreVersions")
        if x["appVersionState"] in decided
    }
    rejected = [
        x for x in world.all("betaAppReviewSubmissions") if x["betaReviewState"] == "REJECTED"
    ]
    simulator.clock.advance(days=10)
    assert {x: x["appVersionState"] for x in before} == before
    assert {x["betaReviewState"] for x in rejected} == {"REJECTED"}
    waiting = world.all("betaAppReviewSubmissions")
    assert "WAITING_FOR_REVIEW" not in {x["betaReviewState"] for x in waiting}


def test_nothing_waits_for_ever() -> None:
    """What the team begins with is reviewed, processed and released as time passes."""
    simulator = Simulator("demo")
    names = ("state", "appVersionState", "betaReviewState", "processingState", "status")
    under_way = {"WAITING_FOR_REVIEW", "IN_REVIEW", "PROCESSING", "PROCESSING_FOR_DISTRIBUTION"}

    def waiting() -> set[str]:
        found = [(x, x[name]) for x in entities(simulator) for name in names]
        return {x.type for x, value in found if value in under_way}

    assert {"appStoreVersions", "reviewSubmissions"} <= waiting()
    simulator.clock.advance(days=3)
    assert waiting() == set()


def test_a_review_that_is_added_takes_its_time() -> None:
    simulator = Simulator()
    app = simulator.add("apps", name="Trails")
    version = simulator.add("appStoreVersions", app=app, app_version_state="WAITING_FOR_REVIEW")
    review = simulator.add("reviewSubmissions", app=app, state="WAITING_FOR_REVIEW")
    simulator.add("reviewSubmissionItems", review_submission=review, app_store_version=version)
    asc = simulator.client()
    simulator.clock.advance(hours=12)
    assert asc.app_store_versions.get(version).app_version_state == "IN_REVIEW"
    simulator.clock.advance(hours=3)
    assert asc.app_store_versions.get(version).app_version_state == "READY_FOR_DISTRIBUTION"
