"""A small document with every construct that Apple's have, for what makes documents hostile."""

from __future__ import annotations

from typing import Any

from support import mini
from support.mini import (
    DAY,
    FLAG,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    array,
    enum,
    obj,
    operation,
    parameter,
    ref,
)

Json = dict[str, Any]


def _listing() -> Json:
    return operation(
        "apps_getCollection",
        "AppsResponse",
        parameter("filter[name]", array(TEXT)),
        parameter("filter[kind]", array(enum("A", "B")), description="a kind"),
        parameter("filter[flag]", FLAG, deprecated=True),
        parameter("filter[builds]", array(TEXT), required=True),
        parameter("exists[builds]", FLAG),
        parameter("sort", array(enum("name", "-name"))),
        parameter("include", array(enum("builds", "owner"))),
        parameter("fields[apps]", array(enum("name", "kind"))),
        parameter("fields[builds]", array(enum("version"))),
        parameter("limit", {**WHOLE, "maximum": 200}),
        parameter("limit[builds]", {**WHOLE, "maximum": 50}),
        parameter("groupBy", enum("day", "week")),
        parameter("free", TEXT),
        tags=["Apps"],
        summary="List apps",
        description="All apps.",
    )


def _attributes() -> Json:
    return {
        "name": {**TEXT, "description": "a name", "default": "x", "example": "y", "title": "Z"},
        "class": TEXT,
        "iOSName": TEXT,
        "kind": ref("Kind"),
        "words": ref("Words"),
        "plan": obj({"days": WHOLE, "price": NUMBER, "deep": obj({"on": FLAG, "k": enum("A")})}),
        "state": enum("READY", "not-ready", "1.0"),
        "states": array(enum("ON")),
        "shared": mini.nullable(ref("Shared")),
        "at": TIME,
        "day": DAY,
        "flag": {**FLAG, "deprecated": True, "minLength": 1, "maxLength": 9, "pattern": "a+"},
        "free": {},
        "either": {"oneOf": [TEXT, WHOLE], "discriminator": {"propertyName": "x"}},
        "map": {"type": "object", "additionalProperties": TEXT},
        "open": {"type": "object", "additionalProperties": True},
        "empty": {"type": "object"},
        "link": {**TEXT, "format": "uri", "x-extension": {"any": ["thing"]}},
    }


_BUILDS = "/v1/apps/{id}/relationships/builds"

RICH = mini.spec(
    {
        "GET /v1/apps": _listing(),
        "POST /v1/apps": operation("apps_createInstance", "AppResponse", body="AppCreateRequest"),
        "GET /v1/apps/{id}": operation(
            "apps_getInstance", "AppResponse", parameter("include", array(enum("builds")))
        ),
        "PATCH /v1/apps/{id}": operation(
            "apps_updateInstance", "AppResponse", body="AppUpdateRequest"
        ),
        "DELETE /v1/apps/{id}": operation("apps_deleteInstance", status=204, deprecated=True),
        "GET /v1/apps/{id}/builds": operation("apps_builds_getToManyRelated", "BuildsResponse"),
        f"GET {_BUILDS}": operation("apps_builds_getToManyRelationship", "AppBuildsLinkages"),
        f"POST {_BUILDS}": operation(
            "apps_builds_createToManyRelationship", status=204, body="AppBuildsLinkages"
        ),
        f"PATCH {_BUILDS}": operation(
            "apps_builds_replaceToManyRelationship", status=204, body="AppBuildsLinkages"
        ),
        f"DELETE {_BUILDS}": operation(
            "apps_builds_deleteToManyRelationship", status=204, body="AppBuildsLinkages"
        ),
        "GET /v1/builds/{id}/app": operation("builds_app_getToOneRelated", "AppResponse"),
        "GET /v1/builds/{id}/relationships/app": operation(
            "builds_app_getToOneRelationship", "BuildAppLinkage"
        ),
        "PATCH /v1/builds/{id}/relationships/app": operation(
            "builds_app_updateToOneRelationship", status=204, body="BuildAppLinkage"
        ),
        "GET /v1/apps/{id}/metrics/usages": operation(
            "apps_usages_getMetrics", "UsagesV1MetricResponse"
        ),
        "GET /v1/apps/{id}/codes": operation(
            "apps_codes_getToManyRelated", media={"text/csv": "csv"}
        ),
        "GET /v1/apps/{id}/rows": operation(
            "apps_rows_getToManyRelated", "BuildsResponse", media={"text/csv": "csv"}
        ),
        "GET /v1/salesReports": operation(
            "salesReports_getCollection",
            None,
            parameter("filter[vendorNumber]", array(TEXT), required=True),
            media={"application/a-gzip": "gzip"},
        ),
        "GET /v1/apps/{id}/perf": operation(
            "apps_perf_getToManyRelated", media={"application/vnd.apple.metrics+json": "Shared"}
        ),
        "DELETE /v2/apps/{id}": operation("appsV2_deleteInstance", status=204),
    },
    mini.resource(
        "App",
        "apps",
        _attributes(),
        {"builds": mini.many("builds"), "owner": mini.one("users"), "only": obj({"links": {}})},
        included=["Build", "User"],
    ),
    mini.resource("Build", "builds", {"version": TEXT}, {"app": mini.one("apps")}),
    mini.resource("User", "users", {"mail": TEXT}),
    mini.resource("UserV2", "users", {"mail": TEXT}),
    mini.request(
        "AppCreate",
        "apps",
        {"name": TEXT, "kind": ref("Kind"), "state": enum("A"), "plan": obj({"days": WHOLE}),
         "tags": array(TEXT), "map": {"type": "object", "additionalProperties": WHOLE},
         "shared": ref("Shared"), "either": {"oneOf": [TEXT, WHOLE]}, "at": TIME},
        {"builds": mini.many("builds"), "notes": mini.many("notes"), "owner": mini.one("users")},
        required=["name", "builds"],
        included=["NoteInlineCreate"],
    ),
    mini.request(
        "AppUpdate", "apps", {"name": mini.nullable(TEXT)}, {"owner": mini.nullable(mini.one("x"))}
    ),
    mini.inline("Note", "notes", {"text": TEXT, "kind": enum("A")}, {"app": mini.one("apps")}),
    mini.linkages("AppBuildsLinkages", "builds", many=True),
    mini.linkages("BuildAppLinkage", "apps"),
    {
        "Kind": enum("A", "B", "-c"),
        "Words": array(TEXT),
        "Shared": obj({"a": TEXT, "more": ref("Shared"), "words": ref("Words")}),
        "csv": TEXT,
        "gzip": {"type": "string", "format": "binary"},
        "UsagesV1MetricResponse": mini.document(
            array(obj({"points": array(obj({"count": WHOLE})), "granularity": TEXT}))
        ),
    },
)  # fmt: skip
RICH["info"]["description"] = "An API."
RICH["tags"] = [{"name": "Apps", "description": "All about apps."}]
RICH["x-note"] = {"any": "thing"}

# What taking things away or changing their types leaves, where that has shapes of its own.
VARIANTS: tuple[Json, ...] = (
    mini.spec(
        {
            "GET /v1/apps": operation("apps_getCollection", "AppsResponse"),
            "POST /v1/apps": operation("apps_createInstance", body="AppCreateRequest"),
        },
        mini.resource("App", "apps", {"a": TIME}, {"b": mini.one("apps"), "c": mini.one("gone")}),
        mini.request("AppCreate", "apps", included=["NoteInlineCreate"]),
        mini.inline("Note", "notes", {}),
    ),
    mini.spec(
        {
            "GET /v1/apps": operation(
                "apps_getCollection",
                "AppsResponse",
                parameter("fields[apps]", array(TEXT)),
                parameter("sort", array(TEXT)),
                parameter("one", TEXT, required=True),
            )
        },
        mini.resource("App", "apps"),
    ),
    mini.spec({"DELETE /v1/apps/{id}": operation("apps_deleteInstance", status=204)}),
    mini.spec(
        {"GET /v1/apps": operation("apps_getCollection", "AppsResponse")},
        # Attributes that are called as the types of others.
        mini.resource(
            "App",
            "apps",
            {
                **dict.fromkeys(("str", "int", "bool", "float", "list", "dict", "object"), TEXT),
                **dict.fromkeys(("date", "datetime"), TIME),
                "days": array(DAY),
                "map": {"type": "object", "additionalProperties": {"type": "array", "items": {}}},
                "flag": FLAG,
                "count": WHOLE,
                "price": NUMBER,
            },
        ),
    ),
)
