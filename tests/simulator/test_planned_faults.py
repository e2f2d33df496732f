"""What goes wrong on purpose, as a client of this process sees it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import (
    AmbiguousWriteError,
    ApiError,
    AuthenticationError,
    Client,
    ConnectionFailedError,
    DecodeError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
)
from app_store_connect.simulator import Simulator
from support.conversation import about
from support.team import Team, body, owner, team
from support.whole_api import operations

if TYPE_CHECKING:
    from app_store_connect.models import App
    from ascgen.model import Operation


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.trails", name="Trails")


@pytest.fixture(scope="module")
def everything() -> Team:
    return team()


def state_of(made: Team) -> Any:
    """All there is, to be compared."""
    state = made.simulator.world.state
    return {
        (kind, entity.id): (dict(entity.attributes), {k: list(v) for k, v in entity.links.items()})
        for kind in state.types()
        for entity in state.rows(kind).values()
    }


def written(made: Team, client: Client, operation: Operation) -> Any:
    path = operation.path.replace("{id}", "{}").format(_quoted(made, operation))
    sent = body(made, operation, whole=True)
    more = {} if sent is None else {"json": sent}
    return client.request(operation.method, path, **more)


def _quoted(made: Team, operation: Operation) -> str:
    from urllib.parse import quote

    return quote(made.first(owner(operation)).id, safe="") if "{id}" in operation.path else ""


@pytest.mark.parametrize("namespace", sorted(operations()))
def test_a_write_whose_answer_is_lost_is_ambiguous_and_done(
    everything: Team, namespace: str
) -> None:
    """For every operation that writes: the state is the one that an answered write leaves."""
    simulator = everything.simulator
    client = simulator.client()
    for operation in operations()[namespace].values():
        if operation.method == "GET":
            continue
        with about(operation):
            beginning = simulator.checkpoint()
            written(everything, client, operation)
            done = state_of(everything)
            for fault in ({"connection": "cut"}, {"status": 504}, {"connection": "timeout"}):
                simulator.restore(beginning)
                simulator.faults.add(operation.id, after_commit=True, **fault)
                with pytest.raises(AmbiguousWriteError):
                    written(everything, client, operation)
                assert state_of(everything) == done
                assert len(simulator.faults) == 0
            simulator.restore(beginning)
            before = state_of(everything)
            simulator.faults.add(operation.id, connection="cut")
            with pytest.raises(AmbiguousWriteError):
                written(everything, client, operation)
            assert state_of(everything) == before
            simulator.faults.add(operation.id, connection="refused", times=None)
            with pytest.raises(ConnectionFailedError):
                written(everything, client, operation)
            assert state_of(everything) == before
            simulator.faults.clear()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 401}, AuthenticationError),
        ({"status": 403}, PermissionDeniedError),
        ({"status": 429}, RateLimitError),
        ({"status": 500}, ServerError),
        ({"status": 502}, ServerError),
        ({"body": "html"}, DecodeError),
        ({"body": "garbled"}, DecodeError),
        ({"body": "truncated"}, ConnectionFailedError),
        ({"connection": "cut"}, ConnectionFailedError),
        ({"connection": "timeout"}, RequestTimeoutError),
        ({"latency": 500.0}, RequestTimeoutError),
    ],
)
def test_a_read_fails_as_it_would_with_apple(
    simulator: Simulator, asc: Client, app: App, fault: Any, error: type[Exception]
) -> None:
    simulator.faults.add("apps_getInstance", times=None, **fault)
    with pytest.raises(error):
        asc.apps.get(app)
    simulator.faults.clear()
    assert asc.apps.get(app).name == "Trails"


def test_missing_agreements_say_where_to_sign_them(simulator: Simulator, asc: Client) -> None:
    code = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"
    simulator.faults.add(status=403, code=code, times=None)
    with pytest.raises(PermissionDeniedError) as caught:
        asc.apps.list().all()
    assert caught.value.has_code(code)
    assert "/agreements" in str(caught.value.errors[0].links)


def test_the_client_waits_as_long_as_it_is_told_to_and_nobody_really_waits(
    simulator: Simulator, asc: Client, app: App
) -> None:
    before = simulator.clock.now()
    simulator.faults.add("apps_getInstance", status=429, retry_after=90)
    assert asc.apps.get(app).name == "Trails"
    assert simulator.clock.now() - before >= 90


def test_a_fault_may_pass_over_requests_and_end_by_itself(
    simulator: Simulator, asc: Client, app: App
) -> None:
    simulator.faults.add("PATCH /v1/apps/*", status=409, skip=1, times=2)
    asc.apps.update(app, primary_locale="fr-FR")
    for _ in range(2):
        with pytest.raises(ApiError):
            asc.apps.update(app, primary_locale="de-DE")
    assert asc.apps.get(app).primary_locale == "fr-FR"
    assert asc.apps.update(app, primary_locale="de-DE").primary_locale == "de-DE"


def test_answers_may_be_as_odd_as_they_have_been_seen_to_be(
    simulator: Simulator, asc: Client, app: App
) -> None:
    build = simulator.add(
        "builds",
        app=app,
        version="1",
        processing_state="VALID",
        uploaded_date="2026-01-05T09:00:00+00:00",
    )
    whole = asc.builds.get(build)
    target = "builds_getInstance"
    simulator.faults.add(target, content="nulls")
    simulator.faults.add(target, content="unknown-values")
    simulator.faults.add(target, content="dates")
    simulator.faults.add(target, content="days")
    assert asc.builds.get(build).version is None
    odd = asc.builds.get(build).processing_state
    assert odd == "NOT_YET_DOCUMENTED"
    assert odd is not None
    assert not odd.is_known
    assert asc.builds.get(build).uploaded_date == whole.uploaded_date
    day = asc.builds.get(build).uploaded_date
    assert day is not None
    assert (day.hour, day.day) == (0, 5)


def test_answers_may_have_attributes_of_ones_own(
    simulator: Simulator, asc: Client, app: App
) -> None:
    simulator.faults.add("apps_getInstance", content={"name": "Paths", "sku": None, "odd": 1})
    told = asc.apps.get(app)
    assert (told.name, told.sku, told.bundle_id) == ("Paths", None, "com.example.trails")
    assert told.extra["odd"] == 1
    assert asc.apps.get(app).name == "Trails", "nothing was changed"


def test_a_fault_may_be_of_several_operations_and_of_parts_of_files(
    simulator: Simulator, asc: Client, app: App
) -> None:
    simulator.faults.add("apps_*", status=403, times=2)
    for call in (lambda: asc.apps.get(app), lambda: asc.apps.list().all()):
        with pytest.raises(PermissionDeniedError):
            call()
    assert asc.builds.list().all() == []
    assert asc.apps.get(app).name == "Trails"


def test_the_first_of_several_faults_that_fit_happens(
    simulator: Simulator, asc: Client, app: App
) -> None:
    simulator.faults.add("apps_getInstance", content={"name": "First"})
    simulator.faults.add(content={"name": "Second"})
    assert [asc.apps.get(app).name for _ in range(3)] == ["First", "Second", "Trails"]


def test_rate_limits_are_spelled_as_wanted(simulator: Simulator, asc: Client) -> None:
    simulator.faults.add(rate_limit="user-hour-lim:3600;user-hour-rem:-1;")
    asc.apps.list().all()
    assert asc.rate_limit is not None
    assert asc.rate_limit.hour_remaining == -1


def test_too_many_requests_of_an_hour_are_refused_and_later_ones_are_not() -> None:
    simulator = Simulator(requests_per_hour=3)
    asc = simulator.client()
    for _ in range(3):
        asc.apps.list().all()
    assert asc.rate_limit is not None
    assert asc.rate_limit.hour_remaining == 0
    with pytest.raises(RateLimitError):
        asc.apps.list().all()
    simulator.clock.advance(hours=1)
    assert asc.apps.list().all() == []


def test_a_refusal_after_the_fact_takes_everything_back(simulator: Simulator, asc: Client) -> None:
    from app_store_connect.simulator import Call
    from app_store_connect.simulator.registry import Book, Rules

    rules = Rules("test")

    @rules.after("betaGroups_createInstance", number="", evidence="", confidence="L", says="No.")
    def refuse(call: Call) -> None:
        call.world.create("betaTesters", {"email": "someone@example.com"})
        call.refuse(409, "STATE_ERROR", "no")

    app = simulator.add("apps", name="Trails")
    simulator.world.book = Book((rules,))
    with pytest.raises(ApiError):
        asc.beta_groups.create(name="QA", app=app)
    assert asc.beta_groups.list().all() == []
    assert asc.beta_testers.list().all() == []
    assert asc.apps.list_beta_groups(app).all() == []


def test_faults_meet_the_asynchronous_client_too(simulator: Simulator) -> None:
    app = simulator.add("apps", name="Trails")
    client = simulator.async_client()
    simulator.faults.add("betaGroups_createInstance", connection="cut", after_commit=True)

    async def story() -> int:
        with pytest.raises(AmbiguousWriteError):
            await client.beta_groups.create(name="QA", app=app.id)
        return len(await client.beta_groups.list().all())

    assert asyncio.run(story()) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target": "betaGroup_createInstance"}, "did you mean 'betaGroups_createInstance'"),
        ({"target": "beta_groups_create_instance"}, "did you mean 'betaGroups_createInstance'"),
        ({"target": "GTE /v1/apps"}, "'GTE' is no method"),
        ({"status": 42}, "42 is no status"),
        ({"status": "503"}, "'503' is no status"),
        ({"connection": "lost"}, "connection is one of refused, cut, timeout, not 'lost'"),
        ({"body": "torn"}, "body is one of truncated"),
        ({"content": "odd"}, "content is one of nulls"),
        ({"target": "betaGroups_make*"}, "there is no operation 'betaGroups_make"),
        ({"times": 0, "status": 500}, "times one from 1 on"),
        ({"times": 1.5, "status": 500}, "times one from 1 on"),
        ({"skip": "1", "status": 500}, "skip a number from 0 on"),
        ({"latency": float("nan")}, "latency is 0 or more"),
        ({"latency": -1.0}, "latency is 0 or more"),
        ({}, "nothing goes wrong"),
        ({"target": "apps_getCollection"}, "nothing goes wrong"),
        ({"code": "STATE_ERROR"}, "with a status"),
        ({"after_commit": True, "body": "html"}, "after_commit tells when"),
        ({"connection": "cut", "status": 500}, "either the connection is cut"),
        ({"content": {"name": object()}}, "sent as JSON"),
        ({"headers": {"x": "a\nb"}}, "nothing for a header"),
        ({"headers": {"x": 1}}, "nothing for a header"),
    ],
)
def test_a_fault_that_could_never_happen_is_refused(
    simulator: Simulator, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        simulator.faults.add(**given)


def test_going_back_gives_back_the_requests_of_the_hour() -> None:
    simulator = Simulator(requests_per_hour=2)
    beginning = simulator.checkpoint()
    with simulator.client() as asc:
        for _ in range(3):
            asc.apps.list().all()
            asc.apps.list().all()
            simulator.restore(beginning)
