"""Each kind of change, what it is called, and whom it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ascgen.diff import Diff, compare
from support import mini
from support.mini import Json, analysed, array, enum, obj, operation, parameter, ref

if TYPE_CHECKING:
    from ascgen.diff import Change

TYPES = enum("APP", "CLIP")


def api(
    *query: Json,
    attributes: Json | None = None,
    relationships: Json | None = None,
    answer: str = "BuildsResponse",
    takes: Json | None = None,
    links: Json | None = None,
    required: tuple[str, ...] = (),
    operations: Json | None = None,
    schemas: tuple[Json, ...] = (),
    **more: Any,
) -> Json:
    """A document about builds: what it leaves out is as it is in every other one."""
    return mini.spec(
        {
            "GET /v1/builds": operation("builds_getCollection", answer, *query, **more),
            "PATCH /v1/builds/{id}": operation(
                "builds_updateInstance", "BuildResponse", body="BuildUpdateRequest"
            ),
            **(operations or {}),
        },
        mini.resource(
            "Build", "builds", {"version": mini.TEXT, **(attributes or {})}, relationships
        ),
        mini.resource("App", "apps", {"name": mini.TEXT}),
        mini.request(
            "BuildUpdate",
            "builds",
            {"expired": mini.FLAG, **(takes or {})},
            links,
            required=required,
        ),
        *schemas,
    )


def diff(old: Json, new: Json) -> Diff:
    return compare(analysed(old), analysed(new))


def told(change: Change) -> str:
    """A change in one line."""
    about = f" {change.aspect}" if change.aspect else ""
    values = f": {change.old} → {change.new}" if change.aspect and change.old else ""
    return f"{change.impact} {change.kind} {change.action} {change.id}{about}{values}"


def told_renamed(impact: str, old: str, new: str) -> str:
    return f"{impact} parameter renamed {LIST}?{new} name: {old} → {new}"


def deprecating_apps(spec: Json) -> Json:
    spec["components"]["schemas"]["App"]["deprecated"] = True
    return spec


def filtered(*values: str, name: str = "filter[kind]", **more: Any) -> Json:
    items = enum(*values) if values else mini.TEXT
    return parameter(name, array(items), **more)


LOOKED_AT = filtered("A", "B")
SHARED = {"Kind": enum("ONE", "TWO", "THREE")}
PART = {"Part": obj({"name": mini.TEXT, "size": mini.WHOLE})}
LIST = "builds_getCollection"
APP_OF = {"app": mini.one("apps")}
TEXTS = {f"text{letter}": mini.TEXT for letter in "ABC"}
MANY_BUILDS = operation("apps_builds_getToManyRelated", "BuildsResponse")
ONE_BUILD = operation("apps_builds_getToOneRelated", "BuildResponse")
SET_APP = operation("builds_app_updateToOneRelationship", body="L", status=204)
DELETE = {"DELETE /v1/builds/{id}": operation("builds_deleteInstance", status=204)}

# old, new → the only changes there are
CASES: dict[str, tuple[Json, Json, list[str]]] = {
    # Operations
    "an operation": (
        api(),
        api(operations=DELETE),
        ["compatible operation added builds_deleteInstance"],
    ),
    "no operation": (
        api(operations=DELETE),
        api(),
        ["breaking operation removed builds_deleteInstance"],
    ),
    "a deprecation": (
        api(),
        api(deprecated=True),
        [f"compatible operation deprecated {LIST}"],
    ),
    "a deprecation taken back": (
        api(deprecated=True),
        api(),
        [f"compatible operation restored {LIST}"],
    ),
    "an operation id": (
        api(operations={"DELETE /v1/builds/{id}": operation("builds-delete_instance", status=204)}),
        api(operations=DELETE),
        [
            (
                "compatible operation renamed builds_deleteInstance operation id: "
                "builds-delete_instance → builds_deleteInstance"
            )
        ],
    ),
    "another answer": (
        api(answer="BuildsResponse"),
        api(answer="AppsResponse"),
        [f"breaking operation changed {LIST} answer: Pager[Build] → Pager[App]"],
    ),
    "an answer as CSV too": (
        api(schemas=({"csv": mini.TEXT},)),
        api(schemas=({"csv": mini.TEXT},), media={"text/csv": "csv"}),
        [f"compatible operation changed {LIST} answer: Pager[Build] → CsvPager[Build]"],
    ),
    "a related resource instead of several": (
        api(operations={"GET /v1/apps/{id}/builds": MANY_BUILDS}),
        api(operations={"GET /v1/apps/{id}/builds": ONE_BUILD}),
        [
            (
                "breaking operation renamed apps_builds_getToOneRelated method: "
                "apps.list_builds → apps.get_builds"
            ),
            (
                "breaking operation changed apps_builds_getToOneRelated answer: "
                "Pager[Build] → Build | None"
            ),
        ],
    ),
    "an operation of a new version": (
        api(operations={"DELETE /v1/apps/{id}": operation("apps_deleteInstance", status=204)}),
        api(operations={"DELETE /v2/apps/{id}": operation("appsV2_deleteInstance", status=204)}),
        [("breaking operation renamed appsV2_deleteInstance method: apps.delete → apps_v2.delete")],
    ),
    "other resources linked": (
        api(
            operations={"PATCH /v1/builds/{id}/relationships/app": SET_APP},
            schemas=(mini.linkages("L", "apps"),),
        ),
        api(
            operations={"PATCH /v1/builds/{id}/relationships/app": SET_APP},
            schemas=(mini.linkages("L", "builds"),),
        ),
        [f"breaking operation changed {SET_APP['operationId']} linked: apps → builds"],
    ),
    # Parameters
    "a filter": (api(), api(LOOKED_AT), [f"compatible parameter added {LIST}?filter[kind]"]),
    "a required filter": (
        api(),
        api(filtered("A", required=True)),
        [f"breaking parameter added {LIST}?filter[kind] required"],
    ),
    "no filter": (api(LOOKED_AT), api(), [f"breaking parameter removed {LIST}?filter[kind]"]),
    "a filter required": (
        api(LOOKED_AT),
        api(filtered("A", "B", required=True)),
        [f"breaking parameter changed {LIST}?filter[kind] required: no → yes"],
    ),
    "a filter no longer required": (
        api(filtered("A", required=True)),
        api(filtered("A")),
        [f"compatible parameter changed {LIST}?filter[kind] required: yes → no"],
    ),
    "a filter deprecated": (
        api(LOOKED_AT),
        api(filtered("A", "B", deprecated=True)),
        [f"compatible parameter deprecated {LIST}?filter[kind]"],
    ),
    "a filter of one value": (
        api(LOOKED_AT),
        api(parameter("filter[kind]", TYPES)),
        [
            f"breaking parameter changed {LIST}?filter[kind] array: several → one value",
            f"compatible parameter-value added {LIST}?filter[kind]=APP",
            f"compatible parameter-value added {LIST}?filter[kind]=CLIP",
            f"typing parameter-value removed {LIST}?filter[kind]=A",
            f"typing parameter-value removed {LIST}?filter[kind]=B",
        ],
    ),
    "values of a filter": (
        api(LOOKED_AT),
        api(filtered("B", "C")),
        [
            f"compatible parameter-value added {LIST}?filter[kind]=C",
            f"typing parameter-value removed {LIST}?filter[kind]=A",
        ],
    ),
    "a filter of listed values": (
        api(filtered()),
        api(LOOKED_AT),
        [f"typing parameter changed {LIST}?filter[kind] values: any text → listed ones"],
    ),
    "a filter of any value": (
        api(LOOKED_AT),
        api(filtered()),
        [f"compatible parameter changed {LIST}?filter[kind] values: listed ones → any text"],
    ),
    "a filter renamed": (
        api(filtered("A", "B", name="filter[appKind]")),
        api(filtered("A", "B", name="filter[appKinds]")),
        [told_renamed("breaking", "filter[appKind]", "filter[appKinds]")],
    ),
    "a filter renamed on the wire only": (
        api(filtered("A", name="filter[app.kind]")),
        api(filtered("A", name="filter[appKind]")),
        [told_renamed("compatible", "filter[app.kind]", "filter[appKind]")],
    ),
    "a filter replaced": (
        api(filtered("A", name="filter[kind]")),
        api(filtered("Z", name="filter[kinds]")),
        [
            f"breaking parameter removed {LIST}?filter[kind]",
            f"compatible parameter added {LIST}?filter[kinds]",
        ],
    ),
    "an exists flag gone": (
        api(parameter("exists[app]", mini.FLAG)),
        api(),
        [f"breaking parameter removed {LIST}?exists[app]"],
    ),
    "values of sort and include": (
        api(parameter("sort", array(enum("a", "-a"))), parameter("include", array(enum("app")))),
        api(parameter("sort", array(enum("a"))), parameter("include", array(enum("app", "b")))),
        [
            f"typing parameter-value removed {LIST}?sort=-a",
            f"compatible parameter-value added {LIST}?include=b",
        ],
    ),
    "no include": (
        api(parameter("include", array(enum("app")))),
        api(),
        [f"breaking parameter removed {LIST}?include"],
    ),
    "a smaller limit": (
        api(parameter("limit", {"type": "integer", "maximum": 200})),
        api(parameter("limit", {"type": "integer", "maximum": 50})),
        [f"breaking parameter changed {LIST}?limit maximum: 200 → 50"],
    ),
    "a larger limit of related resources": (
        api(parameter("limit[app]", {"type": "integer", "maximum": 5})),
        api(parameter("limit[app]", {"type": "integer", "maximum": 50})),
        [f"compatible parameter changed {LIST}?limit[app] maximum: 5 → 50"],
    ),
    "one of two fieldsets": (
        api(
            parameter("fields[builds]", array(enum("version"))),
            parameter("fields[apps]", array(enum("name"))),
        ),
        api(parameter("fields[builds]", array(enum("version", "app")))),
        [
            f"typing parameter removed {LIST}?fields[apps]",
            "typing fieldset removed fields[apps]",
            "compatible fieldset-value added fields[builds]=app",
        ],
    ),
    "the only fieldset": (
        api(parameter("fields[builds]", array(enum("version")))),
        api(),
        [
            f"breaking parameter removed {LIST}?fields[builds]",
            "typing fieldset removed fields[builds]",
        ],
    ),
    # Resources
    "an attribute": (
        api(),
        api(attributes={"size": mini.WHOLE}),
        ["compatible attribute added Build.size"],
    ),
    "no attribute": (
        api(attributes={"size": mini.WHOLE}),
        api(),
        ["breaking attribute removed Build.size"],
    ),
    "an attribute of another type": (
        api(attributes={"size": mini.TEXT}),
        api(attributes={"size": mini.WHOLE}),
        ["breaking attribute changed Build.size type: string → integer"],
    ),
    "a text that becomes a time": (
        api(attributes={"at": mini.TEXT}),
        api(attributes={"at": mini.TIME}),
        ["breaking attribute changed Build.at type: string → string (date-time)"],
    ),
    "a text that becomes a URI": (
        api(attributes={"at": mini.TEXT}),
        api(attributes={"at": {"type": "string", "format": "uri"}}),
        ["compatible attribute changed Build.at type: string → string (uri)"],
    ),
    "a whole number that becomes any": (
        api(attributes={"size": mini.WHOLE}),
        api(attributes={"size": mini.NUMBER}),
        ["typing attribute changed Build.size type: integer → number"],
    ),
    "a text that becomes an enumeration": (
        api(attributes={"kind": mini.TEXT}),
        api(attributes={"kind": TYPES}),
        [
            "compatible attribute changed Build.kind type: string → BuildKind",
            "compatible enum added BuildKind",
        ],
    ),
    "a list": (
        api(attributes={"size": mini.TEXT}),
        api(attributes={"size": array(mini.TEXT)}),
        ["breaking attribute changed Build.size type: string → list of string"],
    ),
    "an attribute renamed": (
        api(attributes={"sizeInByte": mini.WHOLE}),
        api(attributes={"sizeInBytes": mini.WHOLE}),
        ["breaking attribute renamed Build.sizeInBytes name: sizeInByte → sizeInBytes"],
    ),
    "an attribute of a similar name and another type": (
        api(attributes={"sizeInByte": mini.WHOLE}),
        api(attributes={"sizeInBytes": mini.TEXT}),
        [
            "breaking attribute removed Build.sizeInByte",
            "compatible attribute added Build.sizeInBytes",
        ],
    ),
    "an attribute deprecated": (
        api(attributes={"size": mini.TEXT}),
        api(attributes={"size": {**mini.TEXT, "deprecated": True}}),
        ["compatible attribute deprecated Build.size"],
    ),
    "an attribute that may be null": (
        api(attributes={"size": mini.TEXT}),
        api(attributes={"size": mini.nullable(mini.TEXT)}),
        ["compatible attribute changed Build.size nullable: no → yes"],
    ),
    "values of an inline enumeration": (
        api(attributes={"kind": enum("A", "B")}),
        api(attributes={"kind": enum("B", "C")}),
        [
            "compatible enum-value added BuildKind.C",
            "breaking enum-value removed BuildKind.A",
        ],
    ),
    "values of a shared enumeration": (
        api(attributes={"kind": ref("Kind")}, schemas=(SHARED,)),
        api(attributes={"kind": ref("Kind")}, schemas=({"Kind": enum("ONE", "TWO", "NEW")},)),
        [
            "compatible enum-value added Kind.NEW",
            "breaking enum-value removed Kind.THREE",
        ],
    ),
    "an enumeration that becomes shared": (
        api(attributes={"kind": SHARED["Kind"]}, schemas=(SHARED,)),
        api(attributes={"kind": ref("Kind")}, schemas=(SHARED,)),
        ["breaking enum renamed Kind name: BuildKind → Kind"],
    ),
    "a shared object": (
        api(attributes={"part": ref("Part")}, schemas=(PART,)),
        api(attributes={"part": ref("Part")}, schemas=({"Part": obj({"name": mini.TEXT})},)),
        ["breaking field removed Part.size"],
    ),
    "a resource deprecated": (
        api(),
        deprecating_apps(api()),
        ["compatible resource deprecated App"],
    ),
    "what no call answers": (api(), api(schemas=({"Lonely": obj({"name": mini.TEXT})},)), []),
    # Relationships
    "a relationship": (
        api(),
        api(relationships=APP_OF),
        ["compatible relationship added Build.app"],
    ),
    "no relationship": (
        api(relationships=APP_OF),
        api(),
        ["breaking relationship removed Build.app"],
    ),
    "another target": (
        api(relationships=APP_OF),
        api(relationships={"app": mini.one("builds")}),
        ["breaking relationship changed Build.app target: one apps → one builds"],
    ),
    "several targets": (
        api(relationships=APP_OF),
        api(relationships={"app": mini.many("apps")}),
        ["breaking relationship changed Build.app target: one apps → many apps"],
    ),
    "a target where there were only links": (
        api(relationships={"app": obj({"links": obj({"self": mini.TEXT})})}),
        api(relationships=APP_OF),
        ["compatible relationship changed Build.app target: links only → one apps"],
    ),
    "a relationship renamed": (
        api(relationships={"theApp": mini.one("apps")}),
        api(relationships={"theApps": mini.one("apps")}),
        ["breaking relationship renamed Build.theApps name: theApp → theApps"],
    ),
    # Requests
    "an argument": (
        api(),
        api(takes={"note": mini.TEXT}),
        ["compatible attribute added BuildUpdateRequest.note"],
    ),
    "a required argument": (
        api(),
        api(takes={"note": mini.TEXT}, required=("note",)),
        ["breaking attribute added BuildUpdateRequest.note required"],
    ),
    "no argument": (
        api(takes={"note": mini.TEXT}),
        api(),
        ["breaking attribute removed BuildUpdateRequest.note"],
    ),
    "an argument required": (
        api(takes={"note": mini.nullable(mini.TEXT)}),
        api(takes={"note": mini.nullable(mini.TEXT)}, required=("note",)),
        ["breaking attribute changed BuildUpdateRequest.note required: no → yes"],
    ),
    "an argument no longer null": (
        api(takes={"a": mini.nullable(mini.TEXT), "b": mini.nullable(mini.TEXT)}),
        api(takes={"a": mini.nullable(mini.TEXT), "b": mini.TEXT}),
        ["typing attribute changed BuildUpdateRequest.b nullable: yes → no"],
    ),
    "a document that begins to declare null": (
        # Nothing declared, so the client took None for all of them.
        api(takes={"a": mini.TEXT, "b": mini.TEXT}),
        api(
            takes={
                "a": mini.nullable(mini.TEXT),
                "b": mini.TEXT,
                "expired": mini.nullable(mini.FLAG),
            }
        ),
        ["typing attribute changed BuildUpdateRequest.b nullable: yes → no"],
    ),
    "values of an argument": (
        api(takes={"kind": enum("A", "B")}),
        api(takes={"kind": enum("B", "C")}),
        [
            "compatible attribute-value added BuildUpdateRequest.kind=C",
            "typing attribute-value removed BuildUpdateRequest.kind=A",
        ],
    ),
    "an argument of any text": (
        api(takes={"kind": TYPES}),
        api(takes={"kind": mini.TEXT}),
        ["compatible attribute changed BuildUpdateRequest.kind type: enumeration → string"],
    ),
    "an argument of listed values": (
        api(takes={"kind": mini.TEXT}),
        api(takes={"kind": TYPES}),
        ["typing attribute changed BuildUpdateRequest.kind type: string → enumeration"],
    ),
    "an argument of another type": (
        api(takes={"size": mini.TEXT}),
        api(takes={"size": mini.WHOLE}),
        ["breaking attribute changed BuildUpdateRequest.size type: string → integer"],
    ),
    "an argument that takes a time too": (
        api(takes={"at": mini.TEXT}),
        api(takes={"at": mini.TIME}),
        ["compatible attribute changed BuildUpdateRequest.at type: string → string (date-time)"],
    ),
    "a member of an argument": (
        api(takes={"part": obj({"a": mini.TEXT})}),
        api(takes={"part": obj({"a": mini.TEXT, "b": mini.TEXT}, ["b"])}),
        ["breaking field added BuildUpdateRequest.part.b required"],
    ),
    "an argument renamed": (
        api(takes={"perTo": mini.WHOLE}),
        api(takes={"perTon": mini.WHOLE}),
        ["breaking attribute renamed BuildUpdateRequest.perTon name: perTo → perTon"],
    ),
    "a relationship to set": (
        api(),
        api(links=APP_OF),
        ["compatible relationship added BuildUpdateRequest.app"],
    ),
    "several to set where it was one": (
        api(links=APP_OF),
        api(links={"app": mini.many("apps")}),
        ["compatible relationship changed BuildUpdateRequest.app target: one apps → many apps"],
    ),
    "one to set where it was several": (
        api(links={"app": mini.many("apps")}),
        api(links=APP_OF),
        ["breaking relationship changed BuildUpdateRequest.app target: many apps → one apps"],
    ),
    "others to set": (
        api(links=APP_OF),
        api(links={"app": mini.one("builds")}),
        ["breaking relationship changed BuildUpdateRequest.app target: one apps → one builds"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_change(case: str) -> None:
    old, new, expected = CASES[case]
    assert [told(change) for change in diff(old, new).changes] == expected


OPPOSITE = {"added": "removed", "removed": "added", "deprecated": "restored"}
OPPOSITE |= {"restored": "deprecated", "renamed": "renamed", "changed": "changed"}


@pytest.mark.parametrize("case", CASES)
def test_the_other_way_round(case: str) -> None:
    """The same things change; what came is gone, and what was old is new."""
    old, new, _ = CASES[case]
    there = diff(old, new).changes
    back = diff(new, old).changes
    assert sorted((c.kind, c.name, OPPOSITE[c.action]) for c in there if c.action != "renamed") == (
        sorted((c.kind, c.name, c.action.value) for c in back if c.action != "renamed")
    )
    values = {(c.kind, c.aspect, c.old, c.new) for c in there if c.action in {"changed", "renamed"}}
    assert values == {
        (c.kind, c.aspect, c.new, c.old) for c in back if c.action in {"changed", "renamed"}
    }


def renamed_resource(name: str, kind: str, **more: Json) -> Json:
    attributes = {**TEXTS, "state": enum("A", "B"), **more}
    root = f"/v1/{kind}"
    return mini.spec(
        {
            f"GET {root}": operation(f"{kind}_getCollection", f"{name}sResponse"),
            f"GET {root}/{{id}}": operation(f"{kind}_getInstance", f"{name}Response"),
            "GET /v1/apps": operation("apps_getCollection", "AppsResponse"),
        },
        mini.resource(name, kind, attributes),
        mini.resource("App", "apps", {}, {"owned": mini.one(kind)}),
    )


def test_a_resource_renamed_is_recognised_with_all_that_is_named_after_it() -> None:
    found = diff(
        renamed_resource("MarketplaceDomain", "marketplaceDomains"),
        renamed_resource("AlternativeDomain", "alternativeDomains", more=mini.FLAG),
    )
    assert [told(change) for change in found.changes] == [
        (
            "breaking operation renamed alternativeDomains_getCollection method: "
            "marketplace_domains.list → alternative_domains.list"
        ),
        (
            "breaking operation renamed alternativeDomains_getInstance method: "
            "marketplace_domains.get → alternative_domains.get"
        ),
        "breaking resource renamed AlternativeDomain name: MarketplaceDomain → AlternativeDomain",
        "breaking resource changed AlternativeDomain type: marketplaceDomains → alternativeDomains",
        "compatible attribute added AlternativeDomain.more",
        (
            "breaking enum renamed AlternativeDomainState name: "
            "MarketplaceDomainState → AlternativeDomainState"
        ),
    ]


def test_a_resource_that_only_shares_its_words_is_another() -> None:
    old = renamed_resource("MarketplaceDomain", "marketplaceDomains")
    new = renamed_resource("MarketplaceDomainV", "marketplaceDomainsV")
    resource = new["components"]["schemas"]["MarketplaceDomainV"]["properties"]
    resource["attributes"] = obj({"entirely": mini.FLAG, "different": mini.FLAG})
    kinds = {(c.kind.value, c.action.value) for c in diff(old, new).changes}
    assert ("resource", "removed") in kinds
    assert ("resource", "added") in kinds
    assert ("resource", "renamed") not in kinds


def inline(required: tuple[str, ...] = (), *names: str, taken: tuple[str, ...] = ("A",)) -> Json:
    return mini.spec(
        {
            "POST /v1/builds": operation(
                "builds_createInstance", "BuildResponse", body="BuildCreateRequest", status=201
            )
        },
        mini.resource("Build", "builds", {"version": mini.TEXT}),
        *(
            mini.inline(name, "builds", {"one": mini.TEXT, "two": mini.TEXT}, required=required)
            for name in ("A", "B")
        ),
        mini.request(
            "BuildCreate", "builds", {}, {"builds": mini.many("builds")},
            included=[f"{name}InlineCreate" for name in taken],
        ),
    )  # fmt: skip


def test_inline_creations() -> None:
    assert [told(c) for c in diff(inline(), inline(("two",))).changes] == [
        "breaking attribute changed AInlineCreate.two required: no → yes"
    ]
    assert [told(c) for c in diff(inline(), inline(taken=("A", "B"))).changes] == [
        "compatible inline-create added BInlineCreate",
        "compatible included added BuildCreateRequest.included=BInlineCreate",
    ]
    assert [told(c) for c in diff(inline(taken=("A", "B")), inline()).changes] == [
        "breaking inline-create removed BInlineCreate",
        "typing included removed BuildCreateRequest.included=BInlineCreate",
    ]


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        (api(LOOKED_AT), api(), "major"),
        (api(LOOKED_AT), api(filtered("A")), "minor"),
        (api(), api(LOOKED_AT), "minor"),
        (api(), api(deprecated=True), "minor"),
        (api(), {**api(), "info": {"title": "App Store Connect API", "version": "9.9.1"}}, "patch"),
        (api(), api(), "none"),
    ],
)
def test_the_suggested_version(old: Json, new: Json, bump: str) -> None:
    assert diff(old, new).bump == bump


def test_python_names() -> None:
    found = diff(
        api(parameter("fields[builds]", array(enum("a")))),
        api(filtered("A"), attributes={"bigSize": mini.TEXT}, takes={"bigSize": mini.TEXT}),
    )
    assert [change.python for change in found.changes] == [
        'builds.list(fields["builds"])',
        "builds.list(kind=)",
        "builds.update(big_size=)",
        "Build.big_size",
        'fields["builds"]',
    ]
