"""Hostile overlays: whatever they say, they are refused with the place or mend a document."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ascgen.errors import SpecError
from ascgen.overlay import apply_overlay, bundled_overlay, load_overlay
from support.hostile import (
    TEXTS,
    VALUES,
    at,
    changed,
    check_line,
    doubled,
    judged,
    places,
    renamed,
    thorough,
    without,
)
from support.hostile_spec import RICH

OVERLAY = {
    "overlay": "1.0.0",
    "info": {"title": "Mends", "version": "1"},
    "extends": "spec.json",
    "actions": [
        {
            "target": "$.components.schemas.Kind",
            "description": "more",
            "update": {"enum": ["C"], "x-note": {"a": [1]}},
            "x-ascgen-id": "more-kinds",
            "x-ascgen-reason": "why",
            "x-ascgen-source": "who",
        },
        {
            "target": "$.paths['/v1/apps'].get.parameters[?@.name == 'limit']",
            "remove": True,
            "x-ascgen-id": "no-limit",
            "x-ascgen-reason": "why",
            "x-ascgen-source": "who",
        },
    ],
}
PLACES = [place for place in places(OVERLAY) if place]
STRINGS = [place for place in PLACES if isinstance(at(OVERLAY, place), str)]
# The members whose name YAML decides over: all but the root and the items of lists.
MEMBERS = [place for place in PLACES if isinstance(place[-1], str)]
UPDATES = [place for place in PLACES if "update" in place]

TARGETS = (
    "$", "@", "$.*", "$..*", "$..[*]", "$.paths", "$.info", "$.openapi", "$['paths']['/v1/apps']",
    "$.servers[0].url", "$.servers[-1]", "$.servers[99999999999999999999]", "$.servers[::0]",
    "$.servers[::-1]", "$.components.schemas.Kind.enum", "$.components.schemas.Kind.enum[*]",
    "$..[?@.enum]", "$..[?@ == null]", "$..[?length(@) > 100]", "$..[?count(@.*) == 1]",
    "$..['$ref']", "$..[?value(@..a)]", "$.a\n.b", "$['\\ud800']", "$['a\\u0000']", "^.a", "$.~",
    "$.#", "$[?_.a]", "$.a | $.b", "$.a & $.b", "$[?@ =~ /(a+)+b/]", "$" + ".*" * 400,
    "$" + "[?@" * 300, "$" + "[?@.a" * 40 + "]" * 40, "$.servers[" + "9" * 900 + "]",
)  # fmt: skip


def outcome(source: str) -> None:
    """An overlay is refused with the place, or what it makes of the document is judged."""
    try:
        document, _ = apply_overlay(RICH, load_overlay(source))
    except SpecError as error:
        check_line(error)
        return
    judged(document)


def with_target(target: str) -> str:
    return json.dumps(changed(OVERLAY, ("actions", 0, "target"), target))


@thorough(40)
@given(st.sampled_from(PLACES), st.sampled_from(VALUES) | st.sampled_from(TEXTS))
def test_something_else_anywhere(place: Any, value: Any) -> None:
    outcome(json.dumps(changed(OVERLAY, place, value)))


@thorough(20)
@given(st.sampled_from(PLACES), st.sampled_from(TEXTS))
def test_other_structures(place: Any, text: str) -> None:
    outcome(json.dumps(without(OVERLAY, place)))
    outcome(json.dumps(doubled(OVERLAY, place, text)))
    if isinstance(place[-1], str):
        outcome(json.dumps(renamed(OVERLAY, place, text)))


@thorough(30)
@given(st.sampled_from(UPDATES), st.sampled_from(TEXTS))
def test_updates_with_hostile_text_are_judged_as_documents_are(place: Any, text: str) -> None:
    outcome(json.dumps(changed(OVERLAY, place, text)))


@pytest.mark.parametrize("target", TARGETS)
def test_targets(target: str) -> None:
    outcome(with_target(target))


PIECES = (
    *("$", ".", "..", "*", "[", "]", "?", "@", "'a'", "name", "0", ",", ":", "-1", "(", ")", "=="),
    *("&&", "!", "count", "length", "match", "search", '"b"', "1e9", " ", "true"),
)


@thorough(150)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_targets_of_pieces(target: str) -> None:
    outcome(with_target(f"$.{target}"))
    outcome(with_target(f"$[?{target}]"))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("$..a..b", "only once"),
        ("$..[?@..a]", "only once"),
        ("$" + "..*" * 100, "only once"),
        ("$" + "[*,*]" * 100, "only once"),
        ("$" + "[*,?@[0]]" * 60, "only once"),
        ("$" + "[0,-1]" * 60, "only once"),
        ("$..[?$.paths.*.*]", "only once"),
        ("$..[?search(@.name, '(a|a)*b')]", "search"),
        ("$..[?match(@.name, '(a+)+b')]", "match"),
    ],
)
def test_targets_that_could_take_for_ever_are_refused(target: str, said: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        load_overlay(with_target(target))
    assert caught.value.pointer == "/actions/0/target"


@pytest.mark.parametrize("target", ["$['a,b','$..c']", '$["a,b"]["$.$"]', "$['a\\'..$..']"])
def test_what_stands_in_quotes_is_a_name(target: str) -> None:
    assert load_overlay(with_target(target)).mends[0].target == target


YAML = yaml.safe_dump(OVERLAY)


YAML_SIGNS = (
    *("&a ", "*a", "<<: ", "!!python/name:os.system ", "!!binary ", "!!set ", "? ", "- ", ": "),
    *("---\n", "%YAML 9.9\n", "|\n", ">\n", "[[[[[[[[", "{a: ", "0o17", "1_000", ".inf"),
    *("2020-01-01", "~", "on", "!local ", "\ufeff", "1" * 5000, "0x" + "f" * 5000),
)


@thorough(80)
@given(st.integers(0, len(YAML)), st.sampled_from((*TEXTS[:-1], *YAML_SIGNS)))
def test_other_yaml(position: int, text: str) -> None:
    outcome(YAML[:position] + text + YAML[position:])


def test_the_mends_that_come_with_the_program_are_none_of_these() -> None:
    for product in ("app-store-connect", "enterprise"):
        assert bundled_overlay(product).mends


def test_many_actions_take_no_longer_than_they_have_to() -> None:
    action = OVERLAY["actions"][0]
    many = [
        {**action, "target": "$..enum", "update": "X", "x-ascgen-id": f"a{i}"} for i in range(30)
    ]
    started = time.process_time()
    outcome(json.dumps({**OVERLAY, "actions": many}))
    assert time.process_time() - started < 60
