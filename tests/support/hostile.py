"""Text and changes that make a document hostile, and what may come of it.

A document is judged by `judged`: it is refused with an error that names the place, or what is
rendered holds nothing that the templates would not make of a harmless one.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings

from ascgen.analyze import analyze
from ascgen.documents.document import parse_document
from ascgen.errors import AscgenError, SpecError
from ascgen.files.textcache import TextCache
from ascgen.generate import render_distribution
from ascgen.render.options import Options
from ascgen.snapshot import read_snapshot, write_snapshot
from ascgen.sources import templates_directory
from support import mini
from support.hostile_spec import RICH, VARIANTS
from support.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel

Json = dict[str, Any]
Place = tuple[str | int, ...]

PACKAGE = "hostile"

# More examples, and others every time, where somebody has the time: ASCGEN_FUZZ=100.
FACTOR = int(os.environ.get("ASCGEN_FUZZ", "1"))

TEXTS = (
    *("", " ", '"', "'", '"""', "'''", "`", "```", "\\", "a\\", 'a\\"', "#", "a # noqa", "# type"),
    *("# fmt: off", "# -*- coding: utf-7 -*-", "a\nimport os", "a\rimport os", "a\r\nb", "a\x0bb"),
    *("a\x0cb", "a\x1cb", "a\x85b", "a\u2028b", "a\u2029b", "a\tb", "a\x00b", "\x1b[2J", "\x7f"),
    *("{{ 7 * 191 }}", "{% raw %}", "{# a #}", "{0.__class__}", "${a}", "%s", "{", "}", "}}"),
    *("../../etc/passwd", "..", ".", "/", "a/b", "a\\b", "C:\\x", "C:", "~root", "a.py", "-rf"),
    *("file:///etc/passwd", "http://127.0.0.1:1/x", "javascript:alert(1)", "//example.com"),
    *("con", "Aux", "nul", "COM1", "con.txt", "a.", "a ", "A", "a", "aB", "AB", "a_b", "a-b"),
    *("class", "import", "None", "True", "match", "type", "lambda", "await", "self", "cls", "mro"),
    *("print", "exec", "str", "list", "object", "field", "locals", "super", "__import__('os')"),
    *("__class__", "__init_subclass__", "__slots__", "__init__", "__dict__", "_", "__", "_1", "1"),
    *("a\u202eb", "a\u2066b", "a\u200bb", "a\ufeffb", "\u0430pps", "\ufb01eld", "\u00aa", "\u0661"),
    *("a\u0301", "\u212a", "\U0001f600", "a\ud800", "\udfff", "name,name", "a[b]", "filter[name]"),
    *("<script>", "-->", "*/", "]]>", "&amp;", "=1+1", "a" * 300, "aB" * 100, "a" * 1_000_000),
)  # fmt: skip

# What stands where something else belongs.
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 10**400, 1.5, -0.0, 1e300),
    *([], {}, [[]], [{}], {"": {}}, [None], {"type": None}, {"$ref": 1}, {"$ref": "#"}),
    *({"type": "array"}, {"type": "object"}, {"type": "string", "enum": []}, {"enum": [1]}),
    *({"type": "string", "format": "a b"}, {"oneOf": []}, {"oneOf": [{}]}, {"properties": []}),
    *({"type": "integer", "format": "date-time"}, {"additionalProperties": {}}, {"items": {}}),
    *({"$ref": "#/components/schemas/App"}, {"$ref": "#/components/schemas/Kind"}),
    *({"$ref": "#/components/schemas/Words"}, {"$ref": "#/components/schemas/AppsResponse"}),
    *({"$ref": "#/components/schemas/AppCreateRequest"}, {"$ref": "#/components/schemas/Gone"}),
    *({"type": "array", "items": {"type": "string", "enum": ["a", "A"]}},),
)  # fmt: skip


def thorough(examples: int) -> settings:
    """Settings of a fuzzing test: the same few examples every time, or many others."""
    return settings(
        max_examples=examples * FACTOR,
        derandomize=FACTOR == 1,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """The places of all parts of a JSON value, and of itself."""
    yield here
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*here, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*here, index))


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def changed(document: Any, place: Place, value: Any) -> Any:
    """A copy with something else at a place."""
    if not place:
        return value
    whole = deepcopy(document)
    at(whole, place[:-1])[place[-1]] = value
    return whole


def without(document: Any, place: Place) -> Any:
    """A copy without what is at a place."""
    whole = deepcopy(document)
    del at(whole, place[:-1])[place[-1]]
    return whole


def renamed(document: Any, place: Place, name: str) -> Any:
    """A copy in which the member at a place is called otherwise, in the same order."""
    whole = deepcopy(document)
    owner = at(whole, place[:-1])
    members = {name if key == place[-1] else key: value for key, value in owner.items()}
    owner.clear()
    owner.update(members)
    return whole


def doubled(document: Any, place: Place, name: str) -> Any:
    """A copy in which what is at a place stands there twice, a member under another name too."""
    whole = deepcopy(document)
    owner = at(whole, place[:-1])
    if isinstance(owner, list):
        owner.insert(int(place[-1]), deepcopy(owner[int(place[-1])]))
    else:
        owner[name] = deepcopy(owner[place[-1]])
    return whole


def facts_of(document: Any) -> ApiModel | None:
    """What a document says, or None where it is refused as it should be."""
    try:
        parsed = parse_document(json.dumps(document).encode(), origin="hostile")
        return analyze(parsed.data, product=parsed.product, sha256=parsed.sha256)
    except AscgenError as error:
        check_refusal(error)
        return None


def check_refusal(error: AscgenError) -> None:
    """An error names the place, and is a line that cannot steer a terminal."""
    assert isinstance(error, SpecError), error
    named = ("would be called", "no Python name", "not valid JSON", "nested too", "not an object")
    assert error.pointer or any(words in error.message for words in named), error.message[:500]
    check_line(error)


def check_line(error: AscgenError) -> None:
    """An error is a line of bounded length that cannot steer a terminal."""
    assert error.message.isprintable(), error.message
    assert error.hint.isprintable(), error.hint
    assert len(error.message) < 2000


def judged(document: Any) -> bool:
    """Whether a document is accepted; raises AssertionError where neither outcome is right."""
    api = facts_of(document)
    if api is None:
        return False
    return judged_facts(api)


def judged_facts(api: ApiModel) -> bool:
    """The same for facts that were read, from a document or from a snapshot."""
    text = write_snapshot(api)
    assert read_snapshot(text, origin="hostile") == api, "what is written cannot be read again"
    # The hash of the document stands nowhere in the client.
    return _rendered(write_snapshot(_unhashed(api)).decode())


def _unhashed(api: ApiModel) -> ApiModel:
    from msgspec.structs import replace

    return replace(api, sha256="0" * 64)


@cache
def _rendered(snapshot: str) -> bool:
    files = files_of(read_snapshot(snapshot.encode(), origin="hostile"))
    if files is None:
        return False
    harmless().check(files)
    return True


_TEXT_CACHE = TextCache(None)


def files_of(api: ApiModel) -> dict[str, str] | None:
    """The files of the client, or None where two things would have one name."""
    try:
        return render_distribution(
            api,
            options=Options(package=PACKAGE),
            templates=templates_directory(),
            texts=_TEXT_CACHE,
            workers=1,
        ).files
    except AscgenError as error:
        check_refusal(error)
        return None


@cache
def harmless() -> Shapes:
    """The shapes of what is rendered from documents that nobody made hostile."""
    shapes = Shapes(PACKAGE, templates_directory() / "client" / "app_store_connect")
    for document in (RICH, *VARIANTS):
        files = files_of(mini.analysed(document))
        assert files is not None
        shapes.learn(files)
    return shapes
