"""Hostile text anywhere in a document: refused with the place, or harmless in what is rendered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support import hostile, mini
from support.hostile import TEXTS, at, changed, doubled, judged, places, renamed, thorough
from support.hostile_spec import RICH
from support.program import Program, tree

if TYPE_CHECKING:
    from support.hostile import Place

_ALL = [place for place in places(RICH) if place]
STRINGS = [place for place in _ALL if isinstance(at(RICH, place), str)]
MEMBERS = [place for place in _ALL if isinstance(place[-1], str)]
# Text that is only commentary: nothing of it may be in the output, whatever it is.
PROSE = [
    place
    for place in STRINGS
    if (
        place[-1] in {"description", "summary", "title", "default", "example", "pattern"}
        and place != ("info", "title")
    )
    or place[:1] in {("tags",), ("x-note",)}
    or "x-extension" in place[:-1]
    or place[2:-1] == ("get", "tags")
]

hostile_texts = st.sampled_from(TEXTS)
unknown_texts = st.text(max_size=30) | st.text(
    alphabet="abAB01_-.:/+ '\"\\{}[]<>#$%\n\r\x85\u2028\u202e\ufb01\u00aa", max_size=20
)


def written(original: str, text: str, way: int) -> str:
    """Hostile text in the place of what was there, before it, behind it, or in its middle."""
    middle = len(original) // 2
    return (text, text + original, original + text, original[:middle] + text + original[middle:])[
        way
    ]


@thorough(80)
@given(st.sampled_from(STRINGS), hostile_texts | unknown_texts, st.integers(0, 3))
@example(("info", "title"), "a\\", 0)
@example(("info", "version"), "1.0-a+b", 0)
@example(("servers", 0, "url"), "https://a.example/{{ 7 }}", 0)
def test_no_value_adds_anything(place: Place, text: str, way: int) -> None:
    judged(changed(RICH, place, written(at(RICH, place), text, way)))


@thorough(80)
@given(st.sampled_from(MEMBERS), hostile_texts | unknown_texts, st.integers(0, 3))
@example(("components", "schemas", "Kind"), "Con", 0)
@example(("components", "schemas", "App", "properties", "attributes", "properties", "name"), "_", 0)
def test_no_name_adds_anything(place: Place, text: str, way: int) -> None:
    judged(renamed(RICH, place, written(str(place[-1]), text, way)))


@thorough(40)
@given(st.sampled_from(MEMBERS), hostile_texts)
def test_nothing_beside_adds_anything(place: Place, text: str) -> None:
    judged(doubled(RICH, place, text))


@thorough(40)
@given(st.sampled_from(PROSE), hostile_texts)
def test_prose_goes_nowhere(place: Place, text: str) -> None:
    found = hostile.facts_of(changed(RICH, place, text))
    if "\ud800" in text or "\udfff" in text:
        assert found is None
    else:
        assert found is not None
        assert hostile._unhashed(found) == hostile._unhashed(mini.analysed(RICH))


# Names that the grammar allows, and that mean something to Python, to a library, or to a system.
NAMES = (
    "None", "True", "Any", "Enum", "StrEnum", "Struct", "Meta", "Field", "List", "Optional",
    "UnsetType", "datetime", "Root", "Con", "aux", "nul", "COM1", "typing", "msgspec", "Type",
    "__class__", "__init_subclass__", "__slots__", "__struct_fields__", "mro", "self", "cls",
    "print", "super", "object", "property", "annotations", "TYPE_CHECKING", "Client", "match",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES if hostile.FACTOR > 1 else NAMES[::9])
def test_a_name_with_a_meaning_is_a_name(name: str) -> None:
    schemas = RICH["components"]["schemas"]
    for kind in ("Kind", "Shared"):
        spec = doubled(RICH, ("components", "schemas", kind), name)
        attributes = spec["components"]["schemas"]["App"]["properties"]["attributes"]["properties"]
        assert name not in schemas
        attributes["meant"] = mini.ref(name)
        attributes[name] = mini.TEXT
        judged(spec)


def test_nothing_is_written_beside_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "canary").write_text("here")
    (inner / "canary").write_text("here")
    monkeypatch.chdir(inner)
    program = Program(inner, monkeypatch, capsys)
    path = ("paths", "/v1/salesReports")
    kind = ("components", "schemas", "Kind")
    for spec in (
        renamed(RICH, path, "/v1/../../escaped"),
        doubled(RICH, kind, "../escaped"),
        doubled(RICH, kind, "..escaped"),
        doubled(RICH, kind, str(tmp_path / "escaped")),
        changed(RICH, ("info", "version"), "../../1"),
        renamed(RICH, path, "/v1/aux"),
    ):
        program.generate(spec)
    own = {"a/b/spec.json", "canary", "a/b/canary"}
    outside = {
        name
        for name in tree(tmp_path)
        if not name.startswith(("a/b/out/", "a/b/cache/")) and name not in own
    }
    assert not outside
    assert not [name for name in tree(tmp_path) if "escaped" in Path(name).name]
    assert "a/b/out/app_store_connect/resources/aux_.py" in tree(tmp_path)
