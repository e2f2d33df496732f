"""Queries and paths: what arguments become, and what is refused before it is sent."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest

from app_store_connect import UNSET, Client, Ref, Reports
from app_store_connect.models import (
    App,
    AppCustomProductPageLocalizationInlineCreate,
    BetaGroup,
    Build,
    BuildProcessingState,
)
from support.calls import Call, whole_call
from support.clients import talking
from support.documents import document, resource
from support.whole_api import namespace_class, operations

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.api_server import Received

NOTHING = document([])


def asked(call: Callable[[Client], object]) -> dict[str, str]:
    """The query that a call sends, each name once."""
    with talking(NOTHING) as (asc, api):
        call(asc)
    return query_of(api.requests[0])


def query_of(request: Received) -> dict[str, str]:
    """The query of a request without the size of a whole page, which no call asked for."""
    names = [name for name, _ in request.query]
    assert len(names) == len(set(names))
    return dict(item for item in request.query if item != ("limit", "200"))


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
        ({"c", "a", "b", "d"}, "a,b,c,d"),
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
        ("a&b=c d+ü/?#%", "a&b=c d+ü/?#%"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert builds(processing_state=value) == {"filter[processingState]": text}


def test_what_is_unset_is_left_out() -> None:
    names = ("version", "sort", "include", "fields", "limit", "related_limit")
    within = {"fields": {"apps": UNSET}, "related_limit": {"app": UNSET}, "extra": {"a": UNSET}}
    assert builds(**dict.fromkeys(names, UNSET), extra=None) == {}
    assert builds(**within) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("app", "exists_uses_non_exempt_encryption", "sort", "limit")),
        *((name, None) for name in ("include", "fields", "related_limit")),
        *((name, ["a", None]) for name in ("app", "version", "sort", "include")),
        *((name, {"apps": None}) for name in ("fields", "related_limit")),
        ("fields", {"apps": ["name", None]}),
        ("filter[new]", None),
        ("filter[new]", [None]),
    ],
)
def test_none_is_refused_by_its_name_wherever_it_is(name: str, value: Any) -> None:
    match = rf"{re.escape(name)}.* None.*UNSET"
    given = {"extra": {name: value}} if "[" in name else {name: value}
    refused(ValueError, match, lambda asc: asc.builds.list(**given))
    if not name.startswith("filter"):
        return
    refused(ValueError, match, lambda asc: asc.request("GET", "/v1/builds", query={name: value}))
    refused(ValueError, match, lambda asc: asc.collection("/v1/builds", query={name: value}))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_operation_takes_none_for_everything() -> None:
    """Every query argument of every operation, alone and in a list."""

    def send(request: object) -> Any:
        raise AssertionError(request)

    seen = 0
    for name, methods in operations().items():
        namespace = namespace_class("sync", name)(send)
        for method, operation in methods.items():
            given = whole_call(operation) if operation.method == "GET" else Call("")
            for argument in given.keywords.keys() - {"extra"}:
                for value in (None, [None], {"any": None}, {"any": [None]}):
                    if isinstance(value, dict) != (argument in {"fields", "related_limit"}):
                        continue
                    keywords = {**given.keywords, argument: value}
                    with pytest.raises(ValueError, match=rf"\b{argument}\b.* None.*UNSET"):
                        getattr(namespace, method)(*given.positional, **keywords)
                    seen += 1
    assert seen > 1000


def test_reports_take_no_none() -> None:
    calls: list[tuple[str, Callable[[Reports], object]]] = [
        ("vendor_number", lambda it: it.sales(vendor_number=cast("str", None))),
        ("report_date", lambda it: it.sales(vendor_number="1", report_date=cast("str", None))),
        ("version", lambda it: it.sales(vendor_number="1", version=cast("str", None))),
        ("frequency", lambda it: it.sales(vendor_number="1", frequency=cast("str", None))),
        ("fiscal_month", lambda it: it.finance(vendor_number="1", fiscal_month=cast("str", None))),
        (
            "region_code",
            lambda it: it.finance(
                vendor_number="1", fiscal_month="2026-01", region_code=cast("str", None)
            ),
        ),
        ("name", lambda it: it.analytics_reports("r1", name=cast("str", None))),
        ("category", lambda it: it.analytics_reports("r1", category=cast("str", None))),
        ("granularity", lambda it: it.analytics_instances("r1", granularity=cast("str", None))),
        ("since", lambda it: it.analytics_instances("r1", since=cast("date", None))),
        ("until", lambda it: it.analytics_instances("r1", until=cast("date", None))),
        ("app", lambda it: it.analytics_request(cast("str", None))),
        ("since", lambda it: list(it.analytics("a1", "Any", since=cast("date", None)))),
        ("granularity", lambda it: list(it.analytics("a", "Any", granularity=cast("str", None)))),
    ]
    for name, call in calls:
        refused(ValueError, rf"{name} is None.*UNSET", lambda asc, call=call: call(Reports(asc)))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("app", True, TypeError),
        ("app", 1.0, TypeError),
        ("app", "", ValueError),
        ("app", [], ValueError),
        ("app", Ref("builds", "b1"), TypeError),
        ("id", True, TypeError),
        ("version", "", ValueError),
        ("version", ["1", ""], ValueError),
        ("version", float("nan"), ValueError),
        ("version", "\ud83d", ValueError),
        *(("version", kind(b"12"), TypeError) for kind in (bytes, bytearray, memoryview)),
        ("version", {"a": 1}, TypeError),
        ("version", urlsplit("a:b"), TypeError),
        ("version", Decimal(1), TypeError),
        ("exists_uses_non_exempt_encryption", 1, TypeError),
        ("exists_uses_non_exempt_encryption", "", ValueError),
        ("sort", True, TypeError),
        ("sort", "", ValueError),
        ("include", 7, TypeError),
        ("include", [""], ValueError),
        ("fields", {"apps": 7}, TypeError),
        ("fields", {"apps": ["name", ""]}, ValueError),
        ("fields", {None: "name"}, TypeError),
        ("extra", {"filter[new]": ""}, ValueError),
        ("extra", {"filter[new]": []}, ValueError),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(
    name: str, value: Any, kind: type[Exception]
) -> None:
    match = r"filter\[new\]" if name == "extra" else name
    refused(kind, match, lambda asc: asc.builds.list(**{name: value}))


def test_ids_may_be_numbers_and_filters_of_ids_take_resources() -> None:
    assert builds(app=7, id=[Build(id="b1"), 8]) == {"filter[app]": "7", "filter[id]": "b1,8"}
    assert builds(limit="5") == {"limit": "5"}


@pytest.mark.parametrize("value", [0, -1, "0", "-5", "", "x", 1.5, True, [1, 2], {7}, []])
def test_a_limit_is_one_number_from_one_on(value: Any) -> None:
    kind = ValueError if isinstance(value, str | int) and value is not True else TypeError
    refused(kind, r"^limit\b", lambda asc: asc.builds.list(limit=value))
    limits: Any = {"app": value}
    refused(kind, "^related_limit", lambda asc: asc.builds.list(related_limit=limits))


@pytest.mark.parametrize("method", ["", "/v1/apps", "GET ", "GET\r\nX: y", "G\u00c4T", 7, None])
def test_a_method_is_one_of_http(method: Any) -> None:
    refused(ValueError, "a method of HTTP", lambda asc: asc.request(method, "/v1/apps"))


def test_what_an_inline_creation_requires_cannot_be_unset() -> None:
    page = AppCustomProductPageLocalizationInlineCreate(locale=cast("str", UNSET))
    calls: dict[str, Callable[[Client], object]] = {
        "locale": lambda asc: asc.app_custom_product_pages.create(
            name="A", app="1", included=[page]
        ),
    }
    for name, call in calls.items():
        refused(TypeError, rf"^{name} is required: UNSET", call)


@pytest.mark.parametrize(
    ("value", "kind", "match"),
    [
        ("a,b", ValueError, r"version \(filter\[version\]\): 'a,b' holds a comma"),
        (["a", "b,c"], ValueError, "'b,c' holds a comma"),
        ([], ValueError, r"filter\[version\]\): there is no value in it"),
        (datetime(2024, 3, 1), ValueError, r"filter\[version\]\): .* no time zone"),  # noqa: DTZ001
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
        extra={"filter[new]": ["x", "y"], "flag": True, "free": "a,b", "off": UNSET},
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
        lambda asc: asc.beta_groups.list_beta_tester_usages("g1", beta_testers="t,1").all()
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
        ("a?b#c%2F d", "a%3Fb%23c%252F%20d"),
        ("ü", "%C3%BC"),
        ("...", "..."),
        ("eyJzIjoiMTUifQ==", "eyJzIjoiMTUifQ%3D%3D"),
    ],
)
def test_an_id_is_one_segment(identifier: Any, segment: str) -> None:
    same = identifier if isinstance(identifier, str) else "g1"
    with talking(document(resource("betaGroups", same)), document(None)) as (asc, api):
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
        (".", ValueError, "'.' is not an id"),
        ("..", ValueError, "'..' is not an id"),
        ("../apps", ValueError, "'../apps' is not an id"),
        (Build(id="b1"), TypeError, r"expected one of the betaGroups, not of the builds \('b1'\)"),
        (Ref("builds", "b1"), TypeError, "not of the builds"),
        (
            7.5,
            TypeError,
            "expected an id of one of the betaGroups as text, or a resource, not a fl",
        ),
        (True, TypeError, "not a bool"),
        (None, TypeError, "not None"),
    ],
)
def test_an_id_that_leads_elsewhere(identifier: Any, kind: type[Exception], match: str) -> None:
    refused(kind, match, lambda asc: asc.beta_groups.get(identifier))
    refused(kind, match, lambda asc: asc.beta_groups.delete(identifier))
    refused(kind, match, lambda asc: asc.beta_groups.list_builds(identifier))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda asc: asc.apps.list(bundle_id="  "), r"bundle_id .*there is no value in it"),
        (lambda asc: asc.apps.list(include=" "), "include: there is no value in it"),
        (lambda asc: asc.apps.get(" "), "is empty"),
        (
            lambda asc: asc.apps.list(extra=[("filter[a]", "b")]),
            "extra takes a mapping, not a list",
        ),
        (lambda asc: asc.apps.list(extra="filter[a]=b"), "extra takes a mapping, not a str"),
        (lambda asc: asc.apps.list(extra={None: "b"}), "extra takes names of the API, not None"),
        (lambda asc: asc.apps.list(extra={"": "b"}), "extra takes names of the API, not ''"),
        (lambda asc: asc.request("GET", "/v1/apps", query=[("a", "b")]), "query takes a mapping"),
        (lambda asc: asc.request("GET", None), "a path is text such as '/v1/apps'"),
        (
            lambda asc: asc.builds.list(exists_uses_non_exempt_encryption="maybe"),
            "expected True or False, not 'maybe'",
        ),
        (lambda asc: asc.beta_groups.add_builds("1", None), "several builds, not None"),
        (lambda asc: asc.beta_groups.update("1", extra=["a"]), "extra takes a mapping, not a list"),
    ],
)
def test_what_is_blank_or_of_another_shape_is_refused(call: Any, words: str) -> None:
    with talking() as (asc, api), pytest.raises((TypeError, ValueError), match=words):
        call(asc)
    assert api.requests == []
