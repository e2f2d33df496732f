"""Hostile snapshots: facts that the templates trust, each of them changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ascgen.errors import SpecError
from ascgen.site import render_site
from ascgen.snapshot import read_snapshot, write_snapshot
from ascgen.sources import guide_directory, templates_directory
from support import mini
from support.hostile import (
    TEXTS,
    VALUES,
    at,
    changed,
    check_line,
    doubled,
    judged_facts,
    places,
    renamed,
    thorough,
    without,
)
from support.hostile_spec import RICH

SNAPSHOT: dict[str, Any] = json.loads(write_snapshot(mini.analysed(RICH)))
PLACES = [place for place in places(SNAPSHOT) if place]
STRINGS = [place for place in PLACES if isinstance(at(SNAPSHOT, place), str)]
MEMBERS = [place for place in PLACES if isinstance(place[-1], str)]
# What stands at one place is a fact, but not at another.
FACTS = sorted({at(SNAPSHOT, place) for place in STRINGS})
TYPES: tuple[Any, ...] = (
    {"is": "ref", "schema": "App"}, {"is": "ref", "schema": "Words"}, {"is": "enum", "values": []},
    {"is": "object"}, {"is": "oneOf", "variants": []}, {"is": "scalar", "name": "null"},
    {"is": "array", "items": {"is": "ref", "schema": "Kind"}}, {"is": "evil"}, {"is": ["a"]},
    {"is": "scalar", "name": "integer", "format": "date-time"}, {"is": "map", "values": None},
)  # fmt: skip


def outcome(content: bytes) -> None:
    """A snapshot is refused, or renders as a harmless one does, client and reference."""
    try:
        api = read_snapshot(content, origin="hostile")
    except SpecError as error:
        check_line(error)
        return
    judged_facts(api)
    try:
        render_site(api, templates=templates_directory() / "docs", guide=guide_directory())
    except SpecError as error:
        check_line(error)


@thorough(60)
@given(
    st.sampled_from(PLACES),
    st.sampled_from(VALUES) | st.sampled_from(TEXTS) | st.sampled_from(TYPES),
)
@example(("operations", 0, "limit"), 10**400)
@example(("schemas", "App", "attributes", 0, "type", "name"), "null")
def test_something_else_anywhere(place: Any, value: Any) -> None:
    outcome(json.dumps(changed(SNAPSHOT, place, value)).encode())


@thorough(12)
@given(st.sampled_from(STRINGS), st.sampled_from(FACTS))
def test_a_fact_in_the_place_of_another(place: Any, fact: str) -> None:
    outcome(json.dumps(changed(SNAPSHOT, place, fact)).encode())


@thorough(15)
@given(st.sampled_from(PLACES), st.sampled_from(TEXTS))
def test_other_structures(place: Any, text: str) -> None:
    outcome(json.dumps(without(SNAPSHOT, place)).encode())
    outcome(json.dumps(doubled(SNAPSHOT, place, text)).encode())
    if isinstance(place[-1], str):
        outcome(json.dumps(renamed(SNAPSHOT, place, text)).encode())


@thorough(60)
@given(st.integers(0, len(json.dumps(SNAPSHOT))), st.binary(max_size=8))
def test_other_bytes(position: int, put_in: bytes) -> None:
    content = json.dumps(SNAPSHOT).encode()
    outcome(content[:position] + put_in + content[position + len(put_in) :])
    outcome(content[:position])


@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_numbers_beyond_all_measure(digits: int) -> None:
    for place in (
        ("format",),
        ("operations", 0, "limit"),
        ("operations", 0, "answers", 0, "status"),
    ):
        content = json.dumps(changed(SNAPSHOT, place, "NUMBER")).encode()
        with pytest.raises(SpecError):
            read_snapshot(content.replace(b'"NUMBER"', b"9" * digits), origin="x")


def test_fieldsets_are_of_the_type_they_are_used_for() -> None:
    fields = ("operations", 0, "fields", 0)
    assert at(SNAPSHOT, fields) == {"type": "apps", "fieldset": "apps"}
    with pytest.raises(SpecError, match="fieldset 'builds' of type 'apps'"):
        read_snapshot(
            json.dumps(changed(SNAPSHOT, (*fields, "fieldset"), "builds")).encode(), origin="x"
        )
