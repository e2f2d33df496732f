"""Whole rendered modules, compared exactly with those in `tests/golden`.

After a change that is meant to show in the output, look at the difference and keep it:

    UPDATE_GOLDEN=1 pytest tests/generator/test_golden.py && git diff tests/golden
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import mini
from support.mini import FLAG, TEXT, TIME, WHOLE, array, enum, nullable, obj, operation, parameter

if TYPE_CHECKING:
    from support.mini import Json

KEPT = Path(__file__).parent.parent / "golden"
PACKAGE = "client"
SHOWN = ("models/", "resources/", "types/", "client.py")

READING = mini.spec(
    {
        "GET /v1/betaGroups": operation(
            "betaGroups_getCollection",
            "BetaGroupsResponse",
            parameter("filter[name]", array(TEXT), required=True),
            parameter("filter[app]", array(TEXT)),
            parameter("filter[kind]", array(enum("INTERNAL", "EXTERNAL"))),
            parameter("exists[app]", FLAG),
            parameter("sort", array(enum("name", "-name"))),
            parameter("include", array(enum("app", "builds"))),
            parameter("fields[betaGroups]", array(enum("name", "app"))),
            parameter("limit", {**WHOLE, "maximum": 200}),
            parameter("limit[builds]", {**WHOLE, "maximum": 50}),
        ),
        "GET /v1/betaGroups/{id}": operation("betaGroups_getInstance", "BetaGroupResponse"),
        "GET /v1/betaGroups/{id}/app": operation(
            "betaGroups_app_getToOneRelated", "AppResponse", deprecated=True
        ),
        "GET /v1/betaGroups/{id}/metrics/usages": operation(
            "betaGroups_usages_getMetrics",
            "BetaGroupUsagesV1MetricResponse",
            parameter("groupBy", array(enum("apps"))),
        ),
        "GET /v2/apps/{id}/pricePoints": operation(
            "appsV2_pricePoints_getToManyRelated", "AppsResponse", media={"text/csv": "csv"}
        ),
    },
    mini.resource("App", "apps", {"class": TEXT}),
    mini.resource(
        "BetaGroup",
        "betaGroups",
        {
            "name": TEXT,
            "createdDate": TIME,
            "kind": enum("INTERNAL", "EXTERNAL"),
            "platforms": array(mini.ref("Platform")),
            "criteria": obj({"minimumOsVersion": TEXT, "free": {}}),
        },
        {"app": mini.one("apps"), "builds": mini.many("builds")},
        included=["App"],
    ),
    {
        "Platform": enum("IOS", "MAC_OS", "16:9"),
        "csv": TEXT,
        "BetaGroupUsagesV1MetricResponse": mini.document(
            array(obj({"dataPoints": array(obj({"start": TIME, "count": WHOLE}))}))
        ),
    },
)
WRITING = mini.spec(
    {
        "POST /v1/schedules": operation(
            "schedules_createInstance", "ScheduleResponse", body="ScheduleCreateRequest"
        ),
        "PATCH /v1/schedules/{id}": operation(
            "schedules_updateInstance", "ScheduleResponse", body="ScheduleUpdateRequest"
        ),
        "DELETE /v1/schedules/{id}": operation("schedules_deleteInstance", status=204),
        "POST /v1/schedules/{id}/relationships/prices": operation(
            "schedules_prices_createToManyRelationship", body="PricesLinkages", status=204
        ),
        "PATCH /v1/schedules/{id}/relationships/app": operation(
            "schedules_app_updateToOneRelationship", body="AppLinkage", status=204
        ),
        "GET /v1/schedules/{id}/relationships/prices": operation(
            "schedules_prices_getToManyRelationship", "PricesLinkages"
        ),
    },
    mini.resource("App", "apps"),
    mini.resource("Schedule", "schedules", {"state": enum("ON", "OFF")}),
    mini.request(
        "ScheduleCreate",
        "schedules",
        {"name": TEXT, "state": nullable(enum("ON", "OFF")), "from": TIME},
        {"app": mini.one("apps"), "prices": mini.many("prices")},
        required=["name", "app"],
        included=["PriceInlineCreate"],
    ),
    mini.request("ScheduleUpdate", "schedules", {"state": nullable(enum("ON", "OFF"))}),
    mini.inline("Price", "prices", {"start": nullable(TIME)}, {"app": mini.one("apps")}),
    mini.linkages("PricesLinkages", "prices", many=True),
    mini.linkages("AppLinkage", "apps"),
)


@pytest.mark.parametrize(
    ("name", "spec"), [("reading", READING), ("writing", WRITING)], ids=["reading", "writing"]
)
def test_the_rendered_modules_are_those_that_are_kept(name: str, spec: Json) -> None:
    rendered = {
        path.removeprefix(f"{PACKAGE}/"): text
        for path, text in mini.files_of(mini.analysed(spec), PACKAGE).items()
        if path.startswith(tuple(f"{PACKAGE}/{shown}" for shown in SHOWN))
    }
    folder = KEPT / name
    if os.environ.get("UPDATE_GOLDEN"):
        _keep(folder, rendered)
    kept = {
        path.relative_to(folder).as_posix().removesuffix(".txt"): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.txt")
    }
    assert rendered.keys() == kept.keys()
    for path, text in rendered.items():
        assert text == kept[path], path


def _keep(folder: Path, rendered: dict[str, str]) -> None:
    """The modules as text files, so that no tool takes them for code of this repository."""
    for path in folder.rglob("*.txt"):
        path.unlink()
    for path, text in rendered.items():
        kept = folder / f"{path}.txt"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
