from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ascgen.errors import SpecError, StoreError, UsageError
from ascgen.overlay import MendOutcome, apply_overlay, bundled_overlay, load_overlay
from ascgen.overlay import application as overlay_application

if TYPE_CHECKING:
    from pathlib import Path


def action(**fields: Any) -> dict[str, Any]:
    facts = {"x-ascgen-id": "a-mend", "x-ascgen-reason": "why", "x-ascgen-source": "who"}
    return {"target": "$.a", **facts, **fields}


def text(*actions: Any, **fields: Any) -> str:
    """An overlay as JSON, which YAML includes."""
    info = {"title": "Mends", "version": "1"}
    return json.dumps({"overlay": "1.0.0", "info": info, "actions": actions, **fields})


def outcome(document: Any, **fields: Any) -> tuple[Any, MendOutcome]:
    mended, report = apply_overlay(document, load_overlay(text(action(**fields))))
    [only] = report.outcomes
    return mended, only


def refused(source: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        load_overlay(source)
    return caught.value


@pytest.mark.parametrize(
    ("document", "target", "update", "expected"),
    [
        ({"a": {}}, "$.a", {"b": 1}, {"a": {"b": 1}}),
        ({"a": {"b": 1, "c": 2}}, "$.a", {"b": 3}, {"a": {"b": 3, "c": 2}}),
        ({"a": {"b": {"c": 1}}}, "$", {"a": {"b": {"d": 2}}}, {"a": {"b": {"c": 1, "d": 2}}}),
        ({"a": {"b": {"c": 1}}}, "$.a", {"b": None}, {"a": {"b": None}}),
        ({"a": {"b": 1}}, "$.a", {"b": {"c": 1}}, {"a": {"b": {"c": 1}}}),
        ({"a": {"b": 1}}, "$.a", {"b": True}, {"a": {"b": True}}),
        ({"a": ["x"]}, "$.a", "y", {"a": ["x", "y"]}),
        ({"a": ["x"]}, "$.a", ["y"], {"a": ["x", ["y"]]}),
        ({"a": [1]}, "$.a", True, {"a": [1, True]}),
        ({"a": [{"b": 1}]}, "$.a", {"b": 1, "c": 2}, {"a": [{"b": 1}, {"b": 1, "c": 2}]}),
        ({"a": {"b": ["x"]}}, "$.a", {"b": ["x", "y", "y"]}, {"a": {"b": ["x", "y"]}}),
        ({"a": {"b": 1}, "c": {"b": 2}}, "$.*", {"d": []}, None),
        ({"a": [{"n": 1}, {"n": 2}]}, "$.a[?@.n == 2]", {"m": 0}, None),
    ],
)
def test_an_update_is_merged(document: Any, target: str, update: Any, expected: Any) -> None:
    if expected is None:
        expected = copy.deepcopy(document)
        for part in expected.values() if target == "$.*" else expected["a"][1:]:
            part.update(update)
    mended, outcome_ = outcome(document, target=target, update=update)
    assert mended == expected
    assert json.dumps(mended) == json.dumps(expected)
    assert outcome_.status == "applied"


@pytest.mark.parametrize(
    ("document", "target", "update"),
    [
        ({"b": 1}, "$.a", {"c": 1}),
        ({"a": {"b": 1, "c": 2}}, "$.a", {"b": 1}),
        ({"a": {"b": 1}}, "$.a", {}),
        ({"a": ["x"]}, "$.a", "x"),
        ({"a": [{"b": 1}]}, "$.a", {"b": 1}),
        ({"a": {"b": ["x", "y"]}}, "$.a", {"b": ["y", "x"]}),
        ({"a": {"b": {"c": [{"d": 1}]}}}, "$.a", {"b": {"c": []}}),
    ],
)
def test_what_is_there_already_is_obsolete(document: Any, target: str, update: Any) -> None:
    mended, outcome_ = outcome(document, target=target, update=update)
    assert mended is document
    assert (outcome_.status, outcome_.changed) == ("obsolete", 0)


@pytest.mark.parametrize(
    ("document", "target", "expected", "places"),
    [
        ({"a": 1, "b": 2}, "$.a", {"b": 2}, ["/a"]),
        ({"a": ["x", "y", "x"]}, "$.a[?@ == 'x']", {"a": ["y"]}, ["/a/0", "/a/2"]),
        ({"a": ["x", "y", "z"]}, "$.a[2,0,0]", {"a": ["y"]}, ["/a/0", "/a/2"]),
        ({"a": {"a": {"a": 1}}, "b": 1}, "$..a", {"b": 1}, ["/a", "/a/a", "/a/a/a"]),
        ({"a/~": {"b": None}}, "$.*.b", {"a/~": {}}, ["/a~1~0/b"]),
        ({"b": 1}, "$.a", {"b": 1}, []),
    ],
)
def test_what_is_removed(document: Any, target: str, expected: Any, places: list[str]) -> None:
    mended, outcome_ = outcome(document, target=target, remove=True, update={"not": "used"})
    assert mended == expected
    assert list(outcome_.places) == places
    assert outcome_.changed == len(places)
    assert outcome_.status == ("applied" if places else "obsolete")


def test_a_part_is_updated_before_the_whole_that_replaces_it() -> None:
    document = {"a": {"b": {"a": {"b": 1}}}}
    mended, outcome_ = outcome(document, target="$..a", update={"b": 2})
    assert mended == {"a": {"b": 2}}
    assert (outcome_.places, outcome_.changed) == (("/a", "/a/b/a"), 2)


def test_a_change_among_many_places_is_counted() -> None:
    document = {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 1}}
    mended, outcome_ = outcome(document, target="$.*", update={"x": 1})
    assert mended == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}}
    assert (len(outcome_.places), outcome_.changed) == (3, 1)


def test_actions_follow_each_other_and_are_reported_in_order() -> None:
    one = action(target="$", update={"a": {"enum": ["x"]}})
    two = action(target="$.a.enum", update="y", **{"x-ascgen-id": "other"})
    late = action(target="$.nothing", remove=True, **{"x-ascgen-id": "late"})
    mended, report = apply_overlay({}, load_overlay(text(one, two, late)))
    assert mended == {"a": {"enum": ["x", "y"]}}
    assert [(o.id, o.status) for o in report.outcomes] == [
        ("a-mend", "applied"),
        ("other", "applied"),
        ("late", "obsolete"),
    ]
    assert [o.id for o in report.obsolete] == ["late"]
    assert (report.title, report.version) == ("Mends", "1")
    assert {(o.reason, o.source) for o in report.outcomes} == {("why", "who")}


@pytest.mark.parametrize(
    ("where", "status", "expected"),
    [
        ("$.a", "applied", {"a": {"b": 1}}),
        ("$.b", "not-applicable", {"a": {}}),
        ("$.a[?@.b == 1]", "not-applicable", {"a": {}}),
    ],
)
def test_a_mend_may_be_for_documents_that_have_something(
    where: str, status: str, expected: Any
) -> None:
    fields = {"target": "$.a", "update": {"b": 1}, "x-ascgen-where": where}
    document = {"a": {}}
    mended, report = apply_overlay(document, load_overlay(text(action(**fields))))
    assert mended == expected
    assert [outcome.status for outcome in report.outcomes] == [status]
    assert report.obsolete == ()


def test_what_a_document_must_have_is_checked_as_a_target_is() -> None:
    fault = refused(text(action(update={}, **{"x-ascgen-where": "$..a..b"})))
    assert fault.pointer == "/actions/0/x-ascgen-where"


def test_places_never_share_what_an_update_brings_in() -> None:
    overlay = load_overlay(
        text(
            action(target="$.*", update={"new": {"list": [1]}}),
            action(target="$.a.new.list", update=2, **{"x-ascgen-id": "second"}),
        )
    )
    mended, _ = apply_overlay({"a": {}, "b": {}}, overlay)
    assert mended == {"a": {"new": {"list": [1, 2]}}, "b": {"new": {"list": [1]}}}
    assert overlay.mends[0].update == {"new": {"list": [1]}}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["x", "y"]),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from("ab"), parts, max_size=2)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from("ab"), json_values, max_size=2)


@given(
    document=objects,
    fields=st.fixed_dictionaries(
        {"target": st.sampled_from(["$", "$.a", "$.*", "$.*[?@.a]"]), "update": objects}
    )
    | st.fixed_dictionaries(
        {
            "target": st.sampled_from(["$.a", "$..a", "$..[?@ == 'x']"]),
            "remove": st.just(value=True),
        }
    ),
)
def test_twice_is_once_and_the_document_stays(document: Any, fields: dict[str, Any]) -> None:
    overlay = load_overlay(text(action(**fields)))
    before = copy.deepcopy(document)
    try:
        once, _ = apply_overlay(document, overlay)
    except SpecError:
        assume(False)  # noqa: FBT003 - an object to merge met a plain value
    assert json.dumps(document) == json.dumps(before)
    twice, report = apply_overlay(once, overlay)
    assert twice is once
    assert report.obsolete == report.outcomes


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ("[]", ""),
        ("", ""),
        (text(action(update={}), overlay="1.1.0"), "/overlay"),
        (text(action(update={}), overlay=1.0), "/overlay"),
        (text(action(update={}), info=[]), "/info"),
        (text(action(update={}), info={"title": "x"}), "/info/version"),
        (text(action(update={}), extends=1), "/extends"),
        (text(action(update={}), servers=[]), "/servers"),
        (text(), "/actions"),
        (text("x"), "/actions/0"),
        (text(action(update={}), action()), "/actions/1"),
        (text(action(update={}, **{"x-ascgen-id": "Not A Slug"})), "/actions/0/x-ascgen-id"),
        (text(action(update={}, **{"x-ascgen-reason": " "})), "/actions/0/x-ascgen-reason"),
        (text(action(update={}, **{"x-ascgen-source": None})), "/actions/0/x-ascgen-source"),
        (text(action(update={}), action(update={})), "/actions/1/x-ascgen-id"),
        (text(action(upadte={}, remove=True)), "/actions/0/upadte"),
        (text(action(remove="yes")), "/actions/0/remove"),
        (text(action(update={}, description=1)), "/actions/0/description"),
        (text(action(update={}, target=None)), "/actions/0/target"),
        (text(action(update={}, target="$.a[")), "/actions/0/target"),
        (text(action(update={}, target="a.b")), "/actions/0/target"),
        (text(action(update={}, target="$.a | $.b")), "/actions/0/target"),
        (text(action(update={}, target="$" + "[?@" * 190 + "]" * 190)), "/actions/0/target"),
        (text(action(update={}, target="$" + ".a" * 1_000)), "/actions/0/target"),
    ],
)
def test_a_fault_is_named_by_its_pointer(source: str, pointer: str) -> None:
    error = refused(source)
    assert error.pointer == pointer
    assert "\n" not in error.message


def test_extensions_and_descriptions_are_welcome() -> None:
    fields = {"update": {}, "description": "more", "x-note": {"any": "thing"}}
    overlay = load_overlay(text(action(**fields), extends="spec.json", **{"x-more": 1}))
    assert overlay.mends[0].description == "more"
    assert overlay.extends == "spec.json"


@pytest.mark.parametrize(
    ("document", "fields", "pointer", "said"),
    [
        ({"a": 1}, {"update": {"b": 1}}, "/actions/0/update", "/a"),
        ({"a": None}, {"update": 1}, "/actions/0/update", "/a"),
        ({"a": {}}, {"update": [1]}, "/actions/0/update", "/a"),
        ({"a": {}}, {"target": "$", "remove": True}, "/actions/0/target", "whole document"),
    ],
)
def test_an_action_that_cannot_be_done(
    document: Any, fields: dict[str, Any], pointer: str, said: str
) -> None:
    with pytest.raises(SpecError) as caught:
        outcome(document, **fields)
    assert caught.value.pointer == pointer
    assert said in caught.value.message


def test_too_many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay_application, "_MAX_PLACES", 10)
    assert len(outcome({"a": [{}] * 10}, target="$.a.*", update={})[1].places) == 10
    with pytest.raises(SpecError, match="more than 10 places") as caught:
        outcome({"a": [{}] * 11}, target="$.a.*", update={})
    assert caught.value.pointer == "/actions/0/target"


def test_a_document_too_deep_to_search() -> None:
    document: dict[str, Any] = {}
    for _ in range(5_000):
        document = {"a": document}
    with pytest.raises(SpecError, match="cannot be looked up"):
        outcome(document, target="$..b", remove=True)


BOMB = "\n".join(
    ["x0: &x0 [a, b]", *(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 40))]
)
MERGE_BOMB = "\n".join(
    [
        "x0: &x0 {a: 1}",
        *(f"x{i}: &x{i} {{<<: [{', '.join([f'*x{i - 1}'] * 9)}]}}" for i in range(1, 40)),
    ]
)


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        (BOMB, "alias"),
        (MERGE_BOMB, "alias"),
        ("a: &a [*a]", "alias"),
        ("[" * 100_000, "the overlay is "),  # by PyYAML, where it has a limit of its own
        ("{a: " * 500, "nested deeper"),
        ("a: " + "x" * 1_000_000, "at most"),
        ("a: !!python/object/apply:os.system [id]", "not YAML"),
        ("a: [1", "not YAML"),
        ("a: 1\n---\nb: 2", "not YAML"),
        ("a: \x00", "not YAML"),
        ("a: 2020-13-45", "not YAML"),
        ("a: 2020-01-01", "nothing JSON has"),
        ("a: .nan", "nothing JSON has"),
        ("a: !!binary aGk=", "nothing JSON has"),
        ("a: !!set {b, c}", "nothing JSON has"),
        ("1: a", "is not text"),
        ("a: {on: 1}", "is not text"),
    ],
)
def test_hostile_yaml(hostile: str, said: str) -> None:
    error = refused(hostile)
    assert said in error.message
    assert len(error.message) < 300


def test_foreign_values_are_named_by_their_pointer() -> None:
    source = text(action(update={"since": "@"})).replace('"@"', "2020-01-01")
    assert refused(source).pointer == "/actions/0/update/since"


def test_an_overlay_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mends.yaml"
    path.write_text(text(action(update={"b": 1})))
    assert load_overlay(path) == load_overlay(path.read_text())
    with pytest.raises(StoreError, match=r"no\.yaml"):
        load_overlay(tmp_path / "no.yaml")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SpecError, match="UTF-8"):
        load_overlay(path)
    path.write_bytes(b"a: " + b"x" * 2_000_000)
    with pytest.raises(SpecError, match="at most"):
        load_overlay(path)


def test_there_are_mends_for_apples_products_only() -> None:
    with pytest.raises(UsageError) as caught:
        bundled_overlay("../overlays/enterprise")
    assert caught.value.hint == "there are some for app-store-connect and enterprise"
