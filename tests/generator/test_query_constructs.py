"""The families of query parameters, as keywords of a method and on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

from support import mini
from support.mini import FLAG, NUMBER, TEXT, WHOLE, array, enum, operation, parameter

if TYPE_CHECKING:
    from support.mini import Api

SPEC = mini.spec(
    {
        "GET /v1/builds": operation(
            "builds_getCollection",
            "BuildsResponse",
            parameter("filter[version]", array(TEXT)),
            parameter("filter[state]", array(enum("VALID", "IN_REVIEW"))),
            parameter("filter[platform]", array(enum("IOS", "MAC_OS"))),
            parameter("filter[audience]", enum("INTERNAL", "EXTERNAL")),
            parameter("filter[note]"),
            parameter("filter[expired]", array(TEXT)),
            parameter("filter[size]", array(TEXT)),
            parameter("filter[ratio]", TEXT),
            parameter("filter[app]", array(TEXT)),
            parameter("filter[preReleaseVersion.version]", array(TEXT)),
            parameter("filter[class]", array(TEXT)),
            parameter("filter[nothing]", array(enum()), deprecated=True),
            parameter("exists[preReleaseVersion]", FLAG),
            parameter("sort", array(enum("version", "-version"))),
            parameter("include", array(enum("app", "testers"))),
            parameter("fields[builds]", array(enum("version", "app"))),
            parameter("fields[apps]", array(enum("name"))),
            parameter("fields[secrets]", array(enum())),
            parameter("limit", {**WHOLE, "maximum": 200}),
            parameter("limit[testers]", {**WHOLE, "maximum": 50}),
        ),
        "GET /v1/builds/{id}/app": operation(
            "builds_app_getToOneRelated",
            "AppResponse",
            parameter("fields[apps]", array(enum("name", "bundleId"))),
        ),
        "GET /v1/salesReports": operation(
            "salesReports_getCollection",
            None,
            parameter("filter[vendorNumber]", array(TEXT), required=True),
            parameter("filter[reportDate]", array(TEXT)),
            parameter("exists[rows]", FLAG, required=True),
            media={"application/a-gzip": "gzip"},
        ),
        "GET /v1/builds/{id}/metrics/usages": operation(
            "builds_usages_getMetrics",
            "UsagesV1MetricResponse",
            parameter("granularity", enum("DAY", "HOUR"), required=True),
            parameter("groupBy", array(enum("app", "testers"))),
            parameter("filter[testers]", TEXT, examples={"one": {"value": "7"}}),
        ),
    },
    mini.resource(
        "Build",
        "builds",
        {
            "version": TEXT,
            "expired": FLAG,
            "size": WHOLE,
            "ratio": NUMBER,
            "state": enum("VALID", "IN_REVIEW", "INVALID"),
            "platform": mini.ref("Platform"),
        },
        {"app": mini.one("apps"), "testers": mini.many("testers")},
        included=["App", "Tester"],
    ),
    mini.resource("App", "apps", {"name": TEXT}),
    mini.resource("Tester", "testers"),
    {
        "Platform": enum("IOS", "MAC_OS", "TV_OS"),
        "gzip": {"type": "string", "format": "binary"},
        "UsagesV1MetricResponse": mini.document(array(mini.obj({"count": WHOLE}))),
    },
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("query"))


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"version": "1"}, {"filter[version]": "1"}),
        ({"version": ["1", "2"]}, {"filter[version]": "1,2"}),
        ({"state": "VALID"}, {"filter[state]": "VALID"}),
        ({"state": ("VALID", "FROM_THE_FUTURE")}, {"filter[state]": "VALID,FROM_THE_FUTURE"}),
        ({"audience": "INTERNAL"}, {"filter[audience]": "INTERNAL"}),
        ({"note": "one, two"}, {"filter[note]": "one, two"}),
        ({"expired": False}, {"filter[expired]": "false"}),
        ({"size": [1, 2]}, {"filter[size]": "1,2"}),
        ({"ratio": 0.5}, {"filter[ratio]": "0.5"}),
        ({"app": "a1"}, {"filter[app]": "a1"}),
        ({"pre_release_version_version": "1.0"}, {"filter[preReleaseVersion.version]": "1.0"}),
        ({"class_": "a"}, {"filter[class]": "a"}),
        ({"nothing": "a"}, {"filter[nothing]": "a"}),
        ({"exists_pre_release_version": True}, {"exists[preReleaseVersion]": "true"}),
        ({"sort": "-version"}, {"sort": "-version"}),
        ({"sort": ["-version", "version"]}, {"sort": "-version,version"}),
        ({"include": ["app", "testers"]}, {"include": "app,testers"}),
        (
            {"fields": {"builds": ["version", "app"], "apps": "name"}},
            {"fields[builds]": "version,app", "fields[apps]": "name"},
        ),
        ({"limit": 5}, {"limit": "5"}),
        ({"limit": 5, "related_limit": {"testers": 9}}, {"limit": "5", "limit[testers]": "9"}),
        ({"extra": {"filter[new]": ["a", "b"]}}, {"filter[new]": "a,b"}),
    ],
    ids=repr,
)
def test_a_keyword_goes_to_the_wire(
    api: Api, arguments: dict[str, Any], query: dict[str, str]
) -> None:
    api.client.builds.list(**arguments).all()
    assert api.sent.query == {"limit": "200", **query}


def test_filters_take_the_resources_and_enumerations_that_answers_hold(api: Api) -> None:
    app = api.model("App")(id="a1")
    states = api.model("BuildState")
    platform = api.model("Platform").IOS
    api.client.builds.list(app=[app, "a2"], state=states.VALID, platform=platform).first()
    assert api.sent.query == {
        "filter[app]": "a1,a2",
        "filter[state]": "VALID",
        "filter[platform]": "IOS",
        "limit": "1",
    }


def test_a_comma_is_refused_where_the_api_would_split_it(api: Api) -> None:
    for arguments in ({"version": "1,2"}, {"note": ["1,2", "3"]}, {"sort": "version,-version"}):
        with pytest.raises(ValueError, match="holds a comma"):
            api.client.builds.list(**arguments)


def test_filters_have_the_types_of_what_they_mean(api: Api) -> None:
    assert api.annotations("builds.list") == {
        "version": "OneOrMany[str] | Unset",
        "state": "OneOrMany[t.ListByState | BuildState] | Unset",
        "platform": "OneOrMany[t.ListByPlatform | Platform] | Unset",
        "audience": "t.ListByAudience | Unset",
        "note": "str | Unset",
        "expired": "OneOrMany[bool | str] | Unset",
        "size": "OneOrMany[int | str] | Unset",
        "ratio": "float | str | Unset",
        "app": "OneOrMany[Id[App]] | Unset",
        "pre_release_version_version": "OneOrMany[str] | Unset",
        "class_": "OneOrMany[str] | Unset",
        "nothing": "OneOrMany[str] | Unset",
        "exists_pre_release_version": "bool | Unset",
        "sort": "OneOrMany[t.ListSort] | Unset",
        "include": "OneOrMany[t.ListInclude] | Unset",
        "fields": "t.ListFields | Unset",
        "limit": "int | Unset",
        "related_limit": "t.ListRelatedLimit | Unset",
        "extra": "Extra",
    }


def test_allowed_values_are_literals(api: Api) -> None:
    found = {
        name: api.values("builds", name)
        for name in ("ListByState", "ListByAudience", "ListSort", "ListInclude")
    }
    assert found == {
        "ListByState": ("VALID", "IN_REVIEW"),
        "ListByAudience": ("INTERNAL", "EXTERNAL"),
        "ListSort": ("version", "-version"),
        "ListInclude": ("app", "testers"),
    }


def test_fields_and_related_limits_are_dicts_with_known_keys(api: Api) -> None:
    types = api.module("types.builds")
    assert types.ListFields.__optional_keys__ == {"builds", "apps", "secrets"}
    assert types.ListRelatedLimit.__optional_keys__ == {"testers"}
    assert types.ListFields.__annotations__["apps"].__forward_arg__ == "f.AppsFields"
    assert get_type_hints(types.ListRelatedLimit) == {"testers": int}


def test_the_fields_of_a_type_are_those_of_all_its_operations(api: Api) -> None:
    assert api.values("fields", "AppsField") == ("name", "bundleId")
    assert api.values("fields", "BuildsField") == ("version", "app")
    assert api.module("types.fields").SecretsField is str


@pytest.mark.parametrize("missing", ["vendor_number", "exists_rows"])
def test_required_parameters_are_required_keywords(api: Api, missing: str) -> None:
    arguments = {"vendor_number": "85", "exists_rows": True}
    del arguments[missing]
    with pytest.raises(TypeError, match=f"required keyword-only argument: '{missing}'"):
        api.client.sales_reports.list(**arguments)
    assert list(api.annotations("sales_reports.list")) == [
        "vendor_number*",
        "report_date",
        "exists_rows*",
        "extra",
    ]


def test_parameters_outside_the_families_go_under_their_own_names(api: Api) -> None:
    api.client.builds.list_usages(
        "b1", granularity="DAY", group_by=["app", "testers"], testers="a,b"
    ).first()
    assert api.sent.query == {
        "granularity": "DAY",
        "groupBy": "app,testers",
        "filter[testers]": "a,b",
    }
    with pytest.raises(TypeError, match="'granularity'"):
        api.client.builds.list_usages("b1")


def test_deprecated_parameters_are_facts_of_the_model() -> None:
    [listing] = [item for item in mini.analysed(SPEC).operations if item.path == "/v1/builds"]
    assert [item.name for item in listing.filters if item.deprecated] == ["nothing"]
