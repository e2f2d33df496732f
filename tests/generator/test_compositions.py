"""Schemas put together in every place: rendered, imported and called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ascgen.model import InlineEnum, ObjectSchema, ResponseSchema
from support import mini
from support.mini import FLAG, NUMBER, TEXT, WHOLE, array, enum, obj, operation, parameter, ref

if TYPE_CHECKING:
    from pathlib import Path

    from support.mini import Api, Json

LINKAGE = mini.linkage("parts")
COMMON = obj({"state": ref("State"), "name": TEXT, "size": WHOLE}, ["state"])
SHARED: Json = {
    "State": enum("NEW", "DONE"),
    "Common": COMMON,
    "Waiting": {"allOf": [ref("Common"), obj({"reasons": array(TEXT)}, ["reasons"])]},
    "Failed": {"allOf": [ref("Common"), obj({"code": enum("A")})]},
    "Odd": obj({"code": enum("B"), "state": enum("ODD"), "size": NUMBER}),
    "Kept": obj({"part": {**obj({"data": LINKAGE}), "nullable": True}}),
    "Listed": obj({"parts": obj({"data": array(LINKAGE)})}),
    "Holder": obj({"relationships": {"oneOf": [ref("Kept"), ref("Listed")]}}),
    "Whole": {"oneOf": [obj({"width": WHOLE}, ["width"]), obj({"height": WHOLE}, ["height"])]},
}


def variants(*names: str) -> Json:
    return {
        "oneOf": [ref(name) for name in names],
        "discriminator": {"propertyName": "state", "mapping": {"NEW": "#/nowhere"}},
    }


def resource() -> Json:
    found = mini.resource("Thing", "things", {}, included=["Part"])
    properties = found["Thing"]["properties"]
    properties["attributes"] = {
        **variants("Waiting", "Common", "Common", "Failed", "Odd"),
        "properties": {
            "plain": {"allOf": [TEXT]},
            "shared": {"allOf": [ref("State")], "nullable": True},
            "nested": {"anyOf": [ref("Whole"), obj({"depth": {"allOf": [WHOLE]}})]},
            "several": array({"oneOf": [enum("X"), {"const": "Y"}]}),
            "perhaps": {"anyOf": [TEXT, {"type": "null"}]},
            "modern": {"type": ["integer", "null"]},
            "either": {"oneOf": [FLAG, FLAG]},
            "listed": {"oneOf": [array(enum("P")), array(enum("Q"))]},
        },
    }
    # A whole schema that is put together, with members beside.
    found["Thing"] = {
        "allOf": [ref("Holder"), {"required": ["type", "id"]}],
        "type": "object",
        "properties": properties,
    }
    return found


def create() -> Json:
    members = mini.members(
        "things", {"name": TEXT, "size": WHOLE}, {"part": mini.one("parts")}, identified=False
    )
    conditional = {
        "anyOf": [
            obj({"attributes": {"required": ["name"]}, "relationships": {"required": ["part"]}}),
            obj({"attributes": {"required": ["name", "size"]}}),
        ]
    }
    return {"ThingCreateRequest": obj({"data": {**members, **conditional}}, ["data"])}


SPEC = mini.spec(
    {
        "GET /v1/things": operation(
            "things_getCollection",
            "ThingsResponse",
            parameter("filter[state]", {"allOf": [array(ref("State"))]}),
            parameter("filter[code]", {"oneOf": [enum("A"), array(enum("B"))]}),
            parameter("include", array(enum("part"))),
        ),
        "POST /v1/things": operation(
            "things_createInstance",
            "ThingResponse",
            parameter("include", array(enum("part"))),
            parameter("fields[parts]", array(enum("name"))),
            parameter("limit[parts]", {**WHOLE, "maximum": 9}),
            parameter("filter[odd]", array(TEXT)),
            body="ThingCreateRequest",
        ),
    },
    resource(),
    mini.resource("Part", "parts", {"name": TEXT}),
    create(),
    SHARED,
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    assert mini.analysed(SPEC).omissions == ()
    return mini.render(SPEC, tmp_path_factory.mktemp("composed"))


THING: Json = {"type": "things", "id": "1"}
WAITING: Json = {"state": "NEW", "name": "n", "size": 1, "reasons": ["r"]}
ANSWERS: list[Json] = [
    WAITING,
    {"state": "DONE", "size": 1.5, "code": "A"},
    {"code": "B", "state": "UNHEARD_OF"},
    {"name": "without a state"},
    {"plain": "p", "shared": "NEW", "several": ["X", "Y"], "perhaps": None, "modern": 3},
    {"either": True, "listed": ["P", "Q"]},
]


@pytest.mark.parametrize("attributes", ANSWERS, ids=[",".join(item) for item in ANSWERS])
def test_an_answer_may_be_any_of_the_variants(api: Api, attributes: Json) -> None:
    api.answers([{"type": "things", "id": "1", "attributes": attributes}])
    found = api.client.things.list().one()
    for name, value in attributes.items():
        assert getattr(found, name) == value
    assert found.extra == {}
    others = {"state", "name", "size", "reasons", "code"} - attributes.keys()
    assert all(getattr(found, name) is None for name in others)


def test_objects_within_are_put_together_too(api: Api) -> None:
    api.answers([{"type": "things", "id": "1", "attributes": {"nested": {"width": 1, "depth": 2}}}])
    nested = api.client.things.list().one().nested
    assert (nested.width, nested.height, nested.depth) == (1, None, 2)


def test_values_are_those_of_all_variants(api: Api) -> None:
    values = {str(value) for value in api.model("ThingCode")}
    assert values == {"A", "B"}
    assert {str(value) for value in api.model("ThingState")} == {"NEW", "DONE", "ODD"}
    assert api.values("things", "ListByState") == ("NEW", "DONE")
    assert api.values("things", "ListByCode") == ("A", "B")


def test_relationships_of_the_variants_are_all_there(api: Api) -> None:
    part = {"type": "parts", "id": "p", "attributes": {"name": "n"}}
    link = {"type": "parts", "id": "p"}
    links = {"part": {"data": link}, "parts": {"data": [link]}}
    api.answers([{"type": "things", "id": "1", "relationships": links}], part)
    found = api.client.things.list(include="part").one()
    assert (found.part.name, [item.name for item in found.parts]) == ("n", ["n"])


def test_a_conditional_requirement_is_told_and_left_to_the_server(api: Api) -> None:
    assert api.annotations("things.create").keys() >= {"name*", "size", "part"}
    told = api.method("things.create").__doc__
    assert "- part\n" in told
    assert "- size\n" in told
    api.answers(THING)
    api.client.things.create(name="n")
    assert api.sent.body == {"data": {"type": "things", "attributes": {"name": "n"}}}


def test_query_parameters_go_with_any_method(api: Api) -> None:
    api.answers(THING)
    api.client.things.create(
        name="n",
        part="p",
        include=["part"],
        fields={"parts": ["name"]},
        related_limit={"parts": 3},
        odd=["a", "b"],
        extra={"more": 1},
    )
    assert api.sent.query == {
        "include": "part",
        "fields[parts]": "name",
        "limit[parts]": "3",
        "filter[odd]": "a,b",
    }
    assert api.sent.body["data"]["attributes"] == {"name": "n", "more": 1}


def test_a_member_called_as_a_parameter_is_a_member(tmp_path: Path) -> None:
    """Attributes called `sort`, `include`, `limit` and `fields` go into the body alone."""
    names = ("sort", "include", "limit", "fields")
    spec = mini.spec(
        {
            "POST /v1/rules": operation(
                "rules_createInstance", "RuleResponse", body="RuleCreateRequest"
            )
        },
        mini.resource("Rule", "rules", dict.fromkeys(names, TEXT)),
        mini.request("RuleCreate", "rules", dict.fromkeys(names, TEXT)),
    )
    api = mini.render(spec, tmp_path)
    sent = {name: name for name in names}
    api.answers({"type": "rules", "id": "1"})
    api.client.rules.create(**sent)
    assert api.sent.query == {}
    assert api.sent.body["data"]["attributes"] == sent


# --- Spelled out where a reference is usual ---------------------------------------------------


def inline_spec() -> Json:
    whole = mini.members("notes", {"text": TEXT}, {"author": mini.one("users")})
    asked = mini.members("notes", {"text": TEXT}, required=["text"], identified=False)
    binary = {"type": "string", "format": "binary"}
    found = mini.spec(
        {
            "GET /v1/notes": operation("notes_getCollection"),
            "POST /v1/notes": operation("notes_createInstance"),
            "GET /v1/notes/{note}": operation("notes_getInstance"),
            "PATCH /v1/notes/{note}/relationships/author": operation("any", status=204),
            "GET /v1/notes/{note}/file": operation("file"),
            "GET /v1/notes/{note}/picture": operation("picture"),
            "GET /v1/notes/{note}/state": operation("state"),
        },
        mini.resource("User", "users"),
    )

    def answered(data: Json, kind: str = "application/json") -> Json:
        return {"200": {"description": "", "content": {kind: {"schema": data}}}}

    paths = found["paths"]
    paths["/v1/notes"]["get"]["responses"] = answered(mini.document(array(whole)))
    paths["/v1/notes"]["parameters"] = [parameter("filter[word]", array(TEXT))]
    paths["/v1/notes"]["post"]["requestBody"] = {
        "content": {"application/json; charset=utf-8": {"schema": obj({"data": asked})}}
    }
    paths["/v1/notes"]["post"]["responses"] = {"2XX": answered(mini.document(whole))["200"]}
    one = paths["/v1/notes/{note}"]["get"]
    one["responses"] = {"default": {"$ref": "#/components/responses/One"}}
    found["components"]["responses"] = {"One": answered(mini.document(whole))["200"]}
    one["parameters"] = [
        {"name": "note", "in": "path", "required": True, "schema": TEXT},
        {"$ref": "#/components/parameters/Fields"},
    ]
    found["components"]["parameters"] = {"Fields": parameter("fields[notes]", array(enum("text")))}
    author = paths["/v1/notes/{note}/relationships/author"]["patch"]
    author["requestBody"] = {"$ref": "#/components/requestBodies/Author"}
    linkage = obj({"data": mini.linkage("users")})
    found["components"]["requestBodies"] = {
        "Author": {"content": {"application/json": {"schema": linkage}}}
    }
    paths["/v1/notes/{note}/file"]["get"]["responses"] = answered(binary, "gzip")
    paths["/v1/notes/{note}/picture"]["get"]["responses"] = answered(binary, "image/png")
    paths["/v1/notes/{note}/state"]["get"]["responses"] = answered(obj({"state": TEXT}))
    return found


@pytest.fixture(scope="module")
def inline(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(inline_spec(), tmp_path_factory.mktemp("inline"))


def test_only_the_unknown_media_type_is_an_omission() -> None:
    told = mini.analysed(inline_spec()).omissions
    assert [item.what for item in told] == ["answers of the type image/png are not known"]


NOTE: Json = {"type": "notes", "id": "1", "attributes": {"text": "t"}}


def test_bodies_spelled_out_are_read_and_sent(inline: Api) -> None:
    inline.answers([NOTE])
    assert inline.client.notes.list(word="a").one().text == "t"
    assert inline.sent.query == {"filter[word]": "a"}
    inline.answers(NOTE)
    assert inline.client.notes.create(text="t").text == "t"
    assert inline.sent.body == {"data": {"type": "notes", "attributes": {"text": "t"}}}
    assert "text*" in inline.annotations("notes.create")
    inline.answers(NOTE)
    assert inline.client.notes.get("1", fields={"notes": ["text"]}).text == "t"
    assert (inline.sent.path, inline.sent.query) == ("/v1/notes/1", {"fields[notes]": "text"})
    inline.client.notes.set_author("1", "u")
    assert inline.sent.body == {"data": {"type": "users", "id": "u"}}


def test_answers_of_other_types_come_as_they_are(inline: Api) -> None:
    inline.answer = b"\x89PNG"
    assert inline.client.notes.list_picture("1").content == b"\x89PNG"
    assert inline.sent.accept == "image/png"
    inline.answer = {"state": "s"}
    assert inline.client.notes.list_state("1").state == "s"
    inline.answer = b""
    inline.client.notes.list_file("1")
    assert inline.sent.accept == "application/a-gzip"


def test_schemas_that_are_parts_of_each_other_have_the_members_of_both() -> None:
    """And so has what stands elsewhere in a component, or is chosen through another name."""
    deep = "#/components/schemas/One/allOf/1/properties/kind"
    spec = mini.spec(
        {"GET /v1/apps": operation("apps_getCollection", "AppsResponse")},
        mini.resource("App", "apps", {}, {"part": mini.one("parts")}, included=["Choice"]),
        mini.resource("Part", "parts"),
        mini.resource("Piece", "pieces"),
        {
            "One": {"allOf": [ref("Other"), obj({"kind": enum("A")}), ref("One")]},
            "Other": {"oneOf": [ref("One"), obj({"same": {"$ref": deep}})]},
            "Choice": {"anyOf": [ref("Part"), {"oneOf": [ref("Piece"), ref("Choice")]}]},
        },
    )
    spec["components"]["schemas"]["App"]["properties"]["attributes"] = ref("One")
    api = mini.analysed(spec)
    assert {item.what for item in api.omissions} <= {"this schema is put together of itself"}
    assert {item.name for item in api.resource("App").attributes} == {"kind", "same"}
    for name in ("One", "Other"):
        found = api.schemas[name]
        assert isinstance(found, ObjectSchema)
        assert {item.name for item in found.fields} == {"kind", "same"}
        assert all(item.type == InlineEnum(values=("A",)) for item in found.fields)
    answer = api.schemas["AppsResponse"]
    assert isinstance(answer, ResponseSchema)
    assert answer.included == ("Part", "Piece")


def test_answers_spelled_out_for_several_media_types_have_names_of_their_own() -> None:
    spec = inline_spec()
    one = spec["components"]["responses"]["One"]["content"]
    one |= {kind: {"schema": TEXT} for kind in ("application/pdf", "image/png", "no type")}
    one["*/*"] = one.pop("application/json")
    api = mini.analysed(spec)
    [found] = [item for item in api.operations if item.path == "/v1/notes/{id}"]
    assert len({answer.schema for answer in found.answers}) == 3
    assert isinstance(api.schemas[str(found.answers[0].schema)], ResponseSchema)


# --- Paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "prefix", "told"),
    [
        ("https://api.appstoreconnect.apple.com", "/v1", 0),
        ("https://api.appstoreconnect.apple.com/v1", "", 0),
        ("https://api.appstoreconnect.apple.com/v1/", "", 0),
        ("https://api.appstoreconnect.apple.com/v1", "/v1", 0),
        ("https://api.appstoreconnect.apple.com", "https://api.appstoreconnect.apple.com/v1", 0),
        ("https://api.appstoreconnect.apple.com", "", 1),
    ],
)
def test_a_version_may_stand_elsewhere(server: str, prefix: str, told: int, tmp_path: Path) -> None:
    spec = mini.spec(
        {
            "GET /v1/apps": operation("apps_getCollection", "AppsResponse"),
            "GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse"),
        },
        mini.resource("App", "apps", {"name": TEXT}),
    )
    spec["servers"] = [{"url": server}]
    spec["paths"] = {
        prefix + path.removeprefix("/v1"): item for path, item in spec["paths"].items()
    }
    found = mini.analysed(spec)
    assert len(found.omissions) == told
    api = mini.render(spec, tmp_path)
    api.client.apps.list().all()
    assert (api.sent.host, api.sent.path) == ("api.appstoreconnect.apple.com", "/v1/apps")


# --- Things said twice or oddly ---------------------------------------------------------------


def filters(*parameters: Json) -> Any:
    spec = mini.spec(
        {"GET /v1/apps": operation("apps_getCollection", "AppsResponse", *parameters)},
        mini.resource("App", "apps"),
    )
    api = mini.analysed(spec)
    return api.operations[0], api.omissions, api.fieldsets


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        (array(enum("A")), array(enum("A")), ("A",)),
        (array(enum("A", "B")), array(enum("B", "C")), ("A", "B", "C")),
        (array(TEXT), array(enum("A")), ("A",)),
        (enum("A"), array(enum("B")), ("A", "B")),
    ],
)
def test_a_parameter_given_twice_is_one(one: Json, other: Json, values: tuple[str, ...]) -> None:
    for name in ("filter[a]", "sort", "include", "fields[apps]", "other"):
        found, omissions, fieldsets = filters(parameter(name, one), parameter(name, other))
        assert omissions == ()
        taken = {
            "filter[a]": lambda: found.filters[0].values,  # noqa: B023
            "sort": lambda: found.sort,  # noqa: B023
            "include": lambda: found.include,  # noqa: B023
            "fields[apps]": lambda: fieldsets["apps"].values,  # noqa: B023
            "other": lambda: found.parameters[0].values,  # noqa: B023
        }[name]
        assert taken() == values


def test_a_limit_given_twice_has_the_larger_maximum() -> None:
    limits = ({**WHOLE, "maximum": 50}, {**WHOLE, "maximum": 200})
    found, omissions, _ = filters(*(parameter("limit", limit) for limit in limits))
    assert (found.limit, omissions) == (200, ())


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "integer", "enum": [1, 2]}, ("1", "2")),
        ({"const": "A"}, ("A",)),
        ({"type": "string", "enum": ["A", None], "nullable": True}, ("A",)),
        ({"type": "string", "enum": [], "default": "A"}, ()),
        ({"type": "array", "items": {"type": "integer"}}, ()),
        ({"anyOf": [enum("A"), {"type": "null"}]}, ("A",)),
        (ref("App2"), ("Z",)),
        ({}, ()),
    ],
)
def test_parameters_of_other_types_take_what_they_list(
    schema: Json, values: tuple[str, ...]
) -> None:
    spec = mini.spec(
        {
            "GET /v1/apps": operation(
                "apps_getCollection", "AppsResponse", parameter("filter[a]", schema)
            )
        },
        mini.resource("App", "apps"),
        {"App2": enum("Z")},
    )
    api = mini.analysed(spec)
    assert api.omissions == ()
    assert api.operations[0].filters[0].values == values
