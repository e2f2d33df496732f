"""What tests need that talk to no server: resources and errors made by hand, requests told."""

from __future__ import annotations

import copy
import pickle
import re
import unittest
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import (
    AgreementMissingError,
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    NotIncludedError,
    RateLimitError,
    Resource,
    ServerError,
    models,
)
from app_store_connect._runtime.jsonapi.relationship import ToMany, ToOne
from app_store_connect.models import App, BetaGroup, Build
from app_store_connect.simulator import Simulator, api_error

if TYPE_CHECKING:
    from app_store_connect import Client


def test_a_resource_is_made_with_those_it_is_related_to() -> None:
    app = App(id="1", name="Trails")
    build = Build(version="7", app=app, beta_groups=[BetaGroup(name="QA"), BetaGroup(name="All")])
    assert build.app is app
    assert [x.name for x in build.beta_groups] == ["QA", "All"]
    assert build.beta_groups.total == 2
    assert not build.beta_groups.truncated
    assert build.version == "7"


def test_none_and_an_empty_list_are_answers_too() -> None:
    build = Build(app=None, beta_groups=[])
    assert build.app is None
    assert list(build.beta_groups) == []


def test_what_was_not_given_was_not_included() -> None:
    with pytest.raises(NotIncludedError):
        _ = Build(version="7").app


def test_related_resources_go_where_the_resource_goes() -> None:
    build = Build(version="7", app=App(name="Trails"), beta_groups=[BetaGroup(name="QA")])
    for other in (copy.copy(build), copy.deepcopy(build), pickle.loads(pickle.dumps(build))):  # noqa: S301
        assert other.app.name == "Trails"
        assert [x.name for x in other.beta_groups] == ["QA"]


def test_what_is_no_resource_is_refused() -> None:
    with pytest.raises(TypeError, match="resource"):
        Build(app="1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="list"):
        Build(beta_groups=BetaGroup(name="QA"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="appp"):
        Build(appp=App())  # type: ignore[call-arg]


def test_a_resource_that_was_read_can_be_given_another(simulator: Simulator, asc: Client) -> None:
    simulator.add("apps", name="Trails")
    app = asc.apps.list().one()
    app.beta_groups = [BetaGroup(name="QA")]  # type: ignore[assignment]
    assert app.beta_groups[0].name == "QA"


def test_every_relationship_of_every_model_can_be_given_and_takes_nothing_else() -> None:
    counted = 0
    for name in dir(models):
        kind = getattr(models, name)
        if not (isinstance(kind, type) and issubclass(kind, Resource)):
            continue
        for attribute, value in vars(kind).items():
            if not isinstance(value, ToOne | ToMany):
                continue
            accepted = re.findall(r"\w+", value.annotation)[1:]
            others = [getattr(models, x)(id="1") for x in accepted]
            wrong = Build(id="1") if "Build" not in accepted else App(id="1")
            for other in others:
                if isinstance(value, ToOne):
                    assert getattr(kind(**{attribute: other}), attribute) is other
                else:
                    assert list(getattr(kind(**{attribute: [other]}), attribute)) == [other]
            with pytest.raises(TypeError, match=f"{attribute} takes .*, and was given"):
                kind(**{attribute: wrong if isinstance(value, ToOne) else [*others, wrong]})
            assert attribute not in kind.__struct_fields__
            counted += 1
    assert counted > 100


def test_a_resource_of_no_class_is_taken_for_what_it_may_be() -> None:
    assert Build(app=Resource(id="1")).app is not None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "PARAMETER_ERROR.INVALID", BadRequestError),
        (403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", AgreementMissingError),
        (404, "NOT_FOUND", NotFoundError),
        (409, "STATE_ERROR", ConflictError),
        (500, "UNEXPECTED_ERROR", ServerError),
        (418, "TEA", ApiError),
    ],
)
def test_an_error_is_of_the_class_of_its_status(
    status: int, code: str, kind: type[ApiError]
) -> None:
    error = api_error(status, code, "No.", pointer="/data", method="POST", path="/v1/betaGroups")
    assert type(error) is kind
    assert error.status == status
    assert error.has_code(code)
    assert error.errors[0].detail == "No."
    assert f"{status} for POST /v1/betaGroups" in str(error)


def test_an_error_has_the_headers_it_is_given() -> None:
    error = api_error(429, "RATE_LIMIT_EXCEEDED", headers={"Retry-After": "30"})
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 30


def test_an_error_has_the_usual_code_of_its_status() -> None:
    found = {status: api_error(status).code for status in (404, 409, 429, 500)}
    assert found == {
        404: "NOT_FOUND",
        409: "STATE_ERROR",
        429: "RATE_LIMIT_EXCEEDED",
        500: "UNEXPECTED_ERROR",
    }


@pytest.mark.parametrize("status", [200, 399, 600, "409", None])
def test_what_is_no_status_of_an_error_makes_none(status: Any) -> None:
    with pytest.raises(ValueError, match="no error"):
        api_error(status)


def test_requests_are_told_as_a_table(simulator: Simulator, asc: Client) -> None:
    app = simulator.add("apps", name="Trails")
    group = asc.beta_groups.create(name="QA", app=app.id)
    asc.beta_groups.list(app=app.id).all()
    first, second = str(simulator.requests).splitlines()
    assert first.startswith("201  betaGroups_createInstance  POST /v1/betaGroups {")
    assert '"name":"QA"' in first
    assert second.startswith("200  betaGroups_getCollection   GET /v1/betaGroups?filter[app]=")
    (made,) = simulator.requests.of("betaGroups_createInstance")
    assert made.status == 201
    assert group.name == "QA"


class WithUnittest(unittest.TestCase):
    """It takes no pytest."""

    def test_it_works_with_unittest(self) -> None:
        simulator = Simulator("demo")
        with simulator.client() as asc:
            self.assertEqual(len(list(asc.apps.list())), 3, simulator.requests)  # noqa: PT009
