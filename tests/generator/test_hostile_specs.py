"""A document is untrusted: it can neither put code or a path of its choosing into the output, nor
steer the terminal."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.errors import SpecError
from ascgen.sources import templates_directory
from support import mini
from support.mini import TEXT, array, edited, enum, obj, operation, parameter, ref
from support.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.mini import Json

HOSTILE = {
    "quotes": 'a"""b',
    "a quote": 'a"b',
    "a backslash": "a\\",
    "a newline": "a\nimport os",
    "a carriage return": "a\rimport os",
    "a form feed": "a\x0cimport os",
    "a line separator": "a\u2028import os",
    "template syntax": "{{ 7 * 7 }}",
    "template statements": "{% raw %}",
    "template comments": "{# a #}",
    "an interpolation": "${a}",
    "a format": "{0.__class__}",
    "a path": "../../etc/passwd",
    "a bidi control": "a\u202eb",
    "a zero width space": "a\u200bb",
    "a homoglyph": "\u0430pps",
    "an escape": "a\x1b[2Jb",
    "a null": "a\x00b",
    "a lone surrogate": "a\ud800",
    "a comment": "a # b",
    "a call": "__import__('os')",
    "nothing": "",
    "a megabyte": "a" * 1_000_000,
}

# Whatever has such a name is left out, and told: nothing of it is written as code.
ONLY_NO_NAME = {HOSTILE["a homoglyph"], HOSTILE["a call"]}

SPEC = mini.spec(
    {
        "GET /v1/apps": operation(
            "apps_getCollection",
            "AppsResponse",
            parameter("filter[name]", array(enum("A"))),
            parameter("sort", array(enum("name"))),
            parameter("fields[apps]", array(enum("name"))),
            parameter("limit[builds]", {"type": "integer", "maximum": 9}),
        ),
        "POST /v1/apps": operation("apps_createInstance", "AppResponse", body="AppCreateRequest"),
    },
    mini.resource(
        "App", "apps", {"name": TEXT, "kind": ref("Kind")}, {"builds": mini.many("builds")}
    ),
    mini.request("AppCreate", "apps", {"name": TEXT}, {"builds": mini.many("builds")}),
    {"Kind": enum("A")},
)
GET = "/paths/~1v1~1apps/get"
RESOURCE = "/components/schemas/App/properties"

# Where text of the document gets into the output, or could; a `*` stands for a member's name.
VALUES = [
    "/info/title",
    "/info/version",
    "/servers/0/url",
    f"{GET}/operationId",
    f"{GET}/parameters/0/name",
    f"{GET}/parameters/0/in",
    f"{GET}/parameters/0/style",
    f"{GET}/parameters/0/schema/type",
    f"{GET}/parameters/0/schema/items/enum/0",
    f"{GET}/parameters/1/schema/items/enum/0",
    f"{GET}/parameters/2/name",
    f"{GET}/responses/200/content/application~1json/schema/$ref",
    f"{RESOURCE}/type/enum/0",
    f"{RESOURCE}/attributes/properties/name/type",
    f"{RESOURCE}/attributes/required",
    f"{RESOURCE}/relationships/properties/builds/properties/data/items/properties/type/enum/0",
    "/components/schemas/Kind/enum/0",
]
MEMBERS: list[tuple[str, Any]] = [
    ("/paths/*", {}),
    ("/paths/~1v1~1*", {}),
    ("/paths/~1v1~1apps~1{id}~1*", {}),
    ("/paths/~1v1~1apps/*", {}),
    (f"{GET}/*", {}),
    (f"{GET}/responses/*", {}),
    (f"{GET}/responses/200/content/*", {"schema": ref("AppResponse")}),
    ("/components/schemas/*", enum("A")),
    (f"{RESOURCE}/*", TEXT),
    (f"{RESOURCE}/attributes/properties/*", TEXT),
    (f"{RESOURCE}/attributes/properties/name/*", TEXT),
    (f"{RESOURCE}/attributes/properties/kind", obj({"*": TEXT})),
    (f"{RESOURCE}/relationships/properties/*", mini.one("apps")),
    ("/components/schemas/AppCreateRequest/properties/data/properties/attributes/properties/*", {}),
]


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    return Program(tmp_path, monkeypatch, capsys)


def placed(spec: Json, place: str, value: Any, text: str) -> Json:
    """The document with a text as the name of a member, or as part of the value there."""
    if isinstance(value, dict) and "*" in value.get("properties", {}):
        return edited(spec, place, obj({text: TEXT}))
    return edited(spec, place.replace("*", text.replace("~", "~0").replace("/", "~1")), value)


# Files that a harmless document has, too: what hostile text would add is looked for in all others.
HARMLESS = mini.files_of(mini.analysed(SPEC), "hostile")


def kept_out(spec: Json, text: str) -> None:
    """Refused with a printable line, or left out and told in one; never in the code."""
    refusal = ""
    try:
        api = mini.analysed(spec)
        files = mini.files_of(api, "hostile")
    except SpecError as error:
        refusal = error.message
    if refusal:
        assert refusal.isprintable()
        assert len(refusal) < 1000
        return
    for omission in api.omissions:
        for line in (omission.pointer, omission.what, omission.still):
            assert line.isascii()
            assert line.isprintable()
            assert len(line) <= 400
            assert not set(line) & set("`<>|\\")
    for path, content in files.items():
        if content != HARMLESS.get(path) and path.endswith(".py"):
            assert not text or text not in content, path


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_no_value_gets_in(text: str) -> None:
    for place in VALUES:
        kept_out(edited(SPEC, place, text), text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_no_name_gets_in(text: str) -> None:
    for place, value in MEMBERS:
        kept_out(placed(SPEC, place, value, text), text)


@pytest.mark.parametrize("text", sorted(ONLY_NO_NAME))
def test_the_command_line_tells_what_it_leaves_out(program: Program, text: str) -> None:
    for spec in (
        edited(SPEC, f"{GET}/parameters/0/name", text),
        placed(SPEC, "/components/schemas/*", enum("A"), text),
        placed(SPEC, f"{RESOURCE}/attributes/properties/*", TEXT, text),
        edited(SPEC, f"{GET}/parameters/0/schema/items/enum/0", text),
    ):
        done = program.generate(spec)
        assert (done.code, done.out.count("Not in the client (1):")) == (12, 1)


@pytest.mark.parametrize("text", [x for x in HOSTILE.values() if x and x not in ONLY_NO_NAME])
def test_the_command_line_says_so_in_one_line(program: Program, text: str) -> None:
    """Text that no API would use stops; what is only no name is left out."""
    program.refusal(edited(SPEC, f"{GET}/parameters/0/name", text))
    program.refusal(placed(SPEC, "/components/schemas/*", enum("A"), text))
    program.refusal(placed(SPEC, f"{RESOURCE}/attributes/properties/*", TEXT, text))
    program.refusal(edited(SPEC, f"{GET}/parameters/0/schema/items/enum/0", text))


@pytest.mark.parametrize(
    "server",
    [
        "http://api.appstoreconnect.apple.com",
        "https://user:secret@api.appstoreconnect.apple.com",
        "https://@api.appstoreconnect.apple.com",
        "https://api.appstoreconnect.apple.com?a=b",
        "https://api.appstoreconnect.apple.com#a",
        "https://api.appstoreconnect.apple.com:99999999",
        "https://api.appstoreconnect.apple.com:x",
        "https://[::1",
        "https://\u0430pi.example.com",
        'https://a"b',
        "https://a\\@b",
        "//api.appstoreconnect.apple.com",
        "https://",
    ],
)
def test_the_server_is_an_https_origin_and_nothing_else(program: Program, server: str) -> None:
    line = program.refusal(edited(SPEC, "/servers/0/url", server))
    assert line.endswith("expected the https origin of the API (at /servers/0/url)")


@pytest.mark.parametrize("servers", [[], [{}], "https://a.example", None, {"url": "https://a.b"}])
def test_a_document_names_its_server(program: Program, servers: object) -> None:
    assert "/servers" in program.refusal(edited(SPEC, "/servers", servers)) or servers is None


def test_a_plain_schema_that_leads_to_itself_is_any_value() -> None:
    loops = {
        "One": array(ref("Two")),
        "Two": {"type": "object", "additionalProperties": ref("One")},
    }
    spec = edited(SPEC, f"{RESOURCE}/attributes/properties/kind", ref("One"))
    spec["components"]["schemas"] |= loops
    api = mini.analysed(spec)
    told = ["/components/schemas/One", "/components/schemas/Two"]
    assert [item.pointer for item in api.omissions] == told
    assert mini.files_of(api, "hostile")


# Names and values that look dangerous and are none: the grammar allows them.
ODD_VALUES = (
    "-name", "+1", "16:9", "a/b", "1.0", "None", "class", "self", "mro", "name", "value",
    "lambda x", "IOS", "__class__", "_missing_", "is_known", "2030-01-01 10:00", "a" * 200,
)  # fmt: skip

ODD_NAMES = (
    "class", "import", "None", "self", "cls", "print", "exec", "eval", "open", "field", "str",
    "list", "dict", "type", "object", "property", "locals", "msgspec", "__init__",
    "__slots__", "_private", "a.b", "c-d", "A", "aB2C", "x" * 200,
)  # fmt: skip


RESERVED = {"self", "locals"}  # as parameters of a method; attributes may be called so


def odd_spec() -> Json:
    odd = enum(*ODD_VALUES)
    attributes = dict.fromkeys(ODD_NAMES, TEXT) | {"odd": odd, "shared": ref("class")}
    return mini.spec(
        {
            "GET /v1/import": operation(
                "import_getCollection",
                "importsResponse",
                *(
                    parameter(f"filter[{name}]", array(odd))
                    for name in ODD_NAMES
                    if re.fullmatch(r"[A-Za-z][A-Za-z0-9.]{0,99}", name) and name not in RESERVED
                ),
                parameter("sort", array(odd)),
                parameter("fields[lambda1]", array(odd)),
            ),
            "POST /v1/import": operation(
                "import_createInstance", "importResponse", body="importCreateRequest"
            ),
        },
        mini.resource("import", "import", attributes, {"lambda": mini.one("class")}),
        mini.request(
            "importCreate", "import", {name: TEXT for name in ODD_NAMES if name not in RESERVED}
        ),
        {"class": odd},
        title="It's (Apple's) API, 'so-called'",
        version="1.0-a+b",
    )


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> mini.Api:
    return mini.render(odd_spec(), tmp_path_factory.mktemp("odd"))


def generated(files: dict[str, str]) -> Iterator[tuple[str, ast.Module]]:
    for path, text in files.items():
        copied = templates_directory() / "client" / "app_store_connect" / path.partition("/")[2]
        if path.endswith(".py") and not copied.exists():
            yield path, ast.parse(text)


# What the templates write, and nothing that a document could have added.
CALLS = {
    "Operation", "one", "many", "field", "LazyNamespace", "ToOne", "ToMany", "lazy_exports",
    "deprecated", "locals", "lazy_module", "Renamed", "LazyRoom",
    "trials.Rehearsal", "trials.AsyncRehearsal",
}  # fmt: skip
STATEMENTS = (
    ast.Module, ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef,
    ast.AnnAssign, ast.Assign, ast.If, ast.Return, ast.Expr, ast.Pass,
)  # fmt: skip


def called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Subscript):
        function = function.value
    return function.id if isinstance(function, ast.Name) else ast.unparse(function)


def test_what_is_accepted_has_only_the_shapes_of_the_templates(odd: mini.Api) -> None:
    for path, module in generated(odd.files):
        for node in ast.walk(module):
            if isinstance(node, ast.stmt):
                assert isinstance(node, STATEMENTS), (path, ast.unparse(node))
            if isinstance(node, ast.Call):
                name = called(node)
                assert name in CALLS or name.startswith("self._"), (path, name)
            if isinstance(node, ast.If):
                assert ast.unparse(node.test) == "TYPE_CHECKING", path
            if isinstance(node, ast.ImportFrom):
                root = (node.module or "").partition(".")[0]
                known = {"__future__", "collections", "datetime", "typing", "typing_extensions"}
                known |= {"msgspec", "builtins", odd.package.__name__}
                assert node.level or root in known, (path, root)
            assert not isinstance(node, ast.Import | ast.Lambda | ast.JoinedStr), path


def test_what_is_accepted_works(odd: mini.Api) -> None:
    sent = dict.fromkeys(ODD_NAMES, "x") | {"odd": "lambda x", "shared": "16:9"}
    odd.answers([{"type": "import", "id": "1", "attributes": sent}])
    (found,) = odd.client.import_.list(class_="-name", a_b=["None", "16:9"])
    assert odd.sent.query == {"filter[class]": "-name", "filter[a.b]": "None,16:9"}
    assert (found.attributes, found.extra) == (sent, {})
    assert (found.class_, found.odd, found.shared) == ("x", "lambda x", "16:9")
    assert found.odd.is_known
    assert {str(value) for value in odd.model("Class")} == set(ODD_VALUES)


def test_what_is_accepted_goes_to_paths_below_the_package(odd: mini.Api) -> None:
    for path in odd.files:
        outside = {"README.md", "LICENSE", "pyproject.toml"}
        assert path.split("/")[0] in {odd.package.__name__, *outside}
        assert ".." not in path
