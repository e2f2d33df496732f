"""Queries and paths: what arguments become, and what is refused before it is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import UNSET, Client, Ref
from app_store_connect.models import App, BetaGroup, Build, BuildProcessingState
from support.clients import talking
from support.documents import document, resource

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING = document([])


def asked(call: Callable[[Client], object]) -> dict[str, str]:
    """The query that a call sends, each name once."""
    with talking(NOTHING) as (asc, api):
        call(asc)
    (request,) = api.requests
    names = [name for name, _ in request.query]
    assert len(names) == len(set(names))
    return dict(request.query)


def builds(**filters: Any) -> dict[str, str]:
    return asked(lambda asc: asc.builds.list(**filters).all())


def refused(kind: type[Exception], match: str, call: Callable[[Client], object]) -> None:
    with talking() as (asc, api), pytest.raises(kind, match=match):
        call(asc)
    assert api.requests == []


NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("VALID", "VALID"),
        (["VALID", "FAILED"], "VALID,FAILED"),
        (("VALID",), "VALID"),
        ((state for state in ("VALID", "FAILED")), "VALID,FAILED"),
        (BuildProcessingState.VALID, "VALID"),
        ([BuildProcessingState.VALID, "NEW"], "VALID,NEW"),
        (BuildProcessingState("NEW"), "NEW"),
        (True, "true"),
        ([False, True], "false,true"),
        (7, "7"),
        (NOON, "2024-03-01T12:00:00+00:00"),
        (date(2024, 3, 1), "2024-03-01"),
        (App(id="a1"), "a1"),
        ([App(id="a1"), Ref("apps", "a2"), "a3"], "a1,a2,a3"),
        ("", ""),
        ("a&b=c d+ü/?#%", "a&b=c d+ü/?#%"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert builds(processing_state=value) == {"filter[processingState]": text}


@pytest.mark.parametrize("value", [None, UNSET])
def test_what_is_not_given_is_left_out(value: Any) -> None:
    names = ("version", "sort", "include", "fields", "limit", "related_limit")
    assert builds(**dict.fromkeys(names, value), extra=None) == {}


@pytest.mark.parametrize(
    ("value", "kind", "match"),
    [
        ("a,b", ValueError, r"filter\[version\]: 'a,b' holds a comma"),
        (["a", "b,c"], ValueError, "'b,c' holds a comma"),
        ([], ValueError, r"filter\[version\]: there is no value in it"),
        (datetime(2024, 3, 1), ValueError, r"filter\[version\]: .* no time zone"),  # noqa: DTZ001
        (["a", None], TypeError, r"filter\[version\]: a NoneType cannot be sent"),
        ([["a"]], TypeError, "a list cannot be sent"),
        ({"a": "b"}, TypeError, "a dict cannot be sent"),
        (b"a", TypeError, "a bytes cannot be sent"),
        (App(name="new"), ValueError, "an id of one of the apps is empty"),
    ],
)
def test_values_that_would_mean_something_else(
    value: Any, kind: type[Exception], match: str
) -> None:
    refused(kind, match, lambda asc: asc.builds.list(version=value))


def test_the_standard_parameters() -> None:
    query = builds(
        pre_release_version_version="1.2",
        exists_uses_non_exempt_encryption=True,
        sort=["-uploadedDate", "version"],
        include=["app", "betaGroups"],
        fields={"builds": ["version", "app"], "apps": "name", "betaGroups": []},
        limit=50,
        related_limit={"betaGroups": 10},
        extra={"filter[new]": ["x", "y"], "flag": True, "free": "a,b", "off": None},
    )
    assert query == {
        "filter[preReleaseVersion.version]": "1.2",
        "exists[usesNonExemptEncryption]": "true",
        "sort": "-uploadedDate,version",
        "include": "app,betaGroups",
        "fields[builds]": "version,app",
        "fields[apps]": "name",
        "fields[betaGroups]": "",
        "limit": "50",
        "limit[betaGroups]": "10",
        "filter[new]": "x,y",
        "flag": "true",
        "free": "a,b",
    }


def test_nothing_to_include_or_to_sort_by_is_nothing_sent() -> None:
    assert builds(include=[], sort=(), fields={}, related_limit={}) == {}


def test_extra_replaces_what_it_names() -> None:
    assert builds(version="1", limit=2, extra={"filter[version]": "2", "limit": 3}) == {
        "filter[version]": "2",
        "limit": "3",
    }


@pytest.mark.parametrize("name", ["fields", "related_limit"])
def test_parameters_by_type_take_a_mapping(name: str) -> None:
    wrong: Any = {name: ["builds"]}
    refused(TypeError, "takes a mapping by resource type", lambda asc: asc.builds.list(**wrong))


def test_a_value_that_is_never_split_may_hold_a_comma() -> None:
    query = asked(
        lambda asc: asc.beta_groups.metrics_beta_tester_usages("g1", beta_testers="t,1").all()
    )
    assert query == {"filter[betaTesters]": "t,1"}


# Paths


@pytest.mark.parametrize(
    ("identifier", "segment"),
    [
        ("g1", "g1"),
        (BetaGroup(id="g1"), "g1"),
        (Ref("betaGroups", "g1"), "g1"),
        ("a/b", "a%2Fb"),
        ("../apps", "..%2Fapps"),
        ("a?b#c%2F d", "a%3Fb%23c%252F%20d"),
        ("ü", "%C3%BC"),
        ("...", "..."),
        ("eyJzIjoiMTUifQ==", "eyJzIjoiMTUifQ%3D%3D"),
    ],
)
def test_an_id_is_one_segment(identifier: Any, segment: str) -> None:
    with talking(document(resource("betaGroups", "g1")), document(None)) as (asc, api):
        asc.beta_groups.get(identifier)
        asc.beta_groups.get_app_id(identifier)
    assert [request.target for request in api.requests] == [
        f"/v1/betaGroups/{segment}",
        f"/v1/betaGroups/{segment}/relationships/app",
    ]


@pytest.mark.parametrize(
    ("identifier", "kind", "match"),
    [
        ("", ValueError, "an id of one of the betaGroups is empty"),
        (BetaGroup(), ValueError, "is empty"),
        (".", ValueError, "'.' is no id"),
        ("..", ValueError, "'..' is no id"),
        (Build(id="b1"), TypeError, r"expected one of the betaGroups, not of the builds \('b1'\)"),
        (Ref("builds", "b1"), TypeError, "not of the builds"),
        (7, TypeError, "expected an id of one of the betaGroups or a resource, not a int"),
        (None, TypeError, "not a NoneType"),
    ],
)
def test_an_id_that_leads_elsewhere(identifier: Any, kind: type[Exception], match: str) -> None:
    refused(kind, match, lambda asc: asc.beta_groups.get(identifier))
    refused(kind, match, lambda asc: asc.beta_groups.delete(identifier))
    refused(kind, match, lambda asc: asc.beta_groups.list_builds(identifier))
