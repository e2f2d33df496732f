"""Bodies: documents, values of every kind, and nulls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from asc.command_line import CommandLine

APP = "6100000001"


def sent(asc: CommandLine, *words: str, given: str = "") -> Any:
    asc.run(*words, given=given)
    return asc.simulator.requests[-1].body


DOCUMENT = {"data": {"attributes": {"name": "QA", "publicLinkEnabled": True}}}


@pytest.mark.parametrize("way", ["text", "file", "marked", "input"])
def test_a_document_is_given_in_any_way(asc: CommandLine, way: str, tmp_path: Path) -> None:
    text = json.dumps(DOCUMENT)
    file = tmp_path / "group.json"
    file.write_text(text)
    data = {"text": text, "file": str(file), "marked": f"@{file}", "input": "-"}[way]
    body = sent(asc, "beta-groups", "create", "--data", data, "--app", APP, given=text)
    assert body["data"] == {
        "type": "betaGroups",
        "attributes": DOCUMENT["data"]["attributes"],
        "relationships": {"app": {"data": {"type": "apps", "id": APP}}},
    }


def test_options_count_more_than_the_document(asc: CommandLine) -> None:
    body = sent(
        asc,
        "beta-groups",
        "create",
        "--data",
        json.dumps(DOCUMENT),
        "--name",
        "other",
        "--app",
        APP,
    )
    assert body["data"]["attributes"] == {"name": "other", "publicLinkEnabled": True}


def test_what_is_created_along_with_it_is_sent(asc: CommandLine) -> None:
    price = {"type": "appPrices", "id": "${new-price}"}
    document = {
        "data": {"relationships": {"manualPrices": {"data": [price]}}},
        "included": [{**price, "attributes": {"startDate": None}}],
    }
    body = sent(
        asc,
        *("app-price-schedules", "create", "--data", json.dumps(document)),
        *("--app", APP, "--base-territory", "USA"),
    )
    assert body["included"] == document["included"]
    assert body["data"]["relationships"]["manualPrices"] == {"data": [price]}
    assert body["data"]["relationships"]["baseTerritory"]["data"]["id"] == "USA"


def test_null_is_sent_by_name(asc: CommandLine) -> None:
    body = sent(
        asc,
        *("app-store-versions", "update", "v1", "--copyright", "me"),
        *("--unset", "earliest-release-date"),
    )
    assert body["data"]["attributes"] == {"copyright": "me", "earliestReleaseDate": None}


def test_an_empty_list_is_no_null_and_nothing_is_neither(asc: CommandLine) -> None:
    words = ("users", "update", "u1")
    assert sent(asc, *words, "--roles", "[]")["data"]["attributes"] == {"roles": []}
    assert sent(asc, *words, "--unset", "roles")["data"]["attributes"] == {"roles": None}
    assert "attributes" not in sent(asc, *words, "--visible-apps", "[]")["data"]
    body = sent(asc, *words, "--visible-apps", "[]")
    assert body["data"]["relationships"] == {"visibleApps": {"data": []}}
    body = sent(asc, "beta-app-localizations", "update", "l1", "--description", "")
    assert body["data"]["attributes"] == {"description": ""}


def test_several_values_are_repeated_or_between_commas(asc: CommandLine) -> None:
    ways = (("--roles", "developer,SALES"), ("--roles", "DEVELOPER", "--roles", "SALES"))
    for way in (*ways, ("--roles", '["DEVELOPER", "SALES"]')):
        body = sent(asc, "users", "update", "u1", *way)
        assert body["data"]["attributes"] == {"roles": ["DEVELOPER", "SALES"]}


def test_a_text_keeps_its_commas_dashes_and_lines(asc: CommandLine) -> None:
    text = "-one, two\n--three"
    body = sent(asc, "beta-app-localizations", "update", "l1", "--description", text)
    assert body["data"]["attributes"] == {"description": text}


def test_values_are_what_the_document_declares(asc: CommandLine) -> None:
    body = sent(
        asc,
        *("app-store-versions", "update", "v1", "--release-type", "scheduled"),
        *("--earliest-release-date", "2026-03-01T09:00:00+01:00", "--no-downloadable"),
    )
    assert body["data"]["attributes"] == {
        "releaseType": "SCHEDULED",
        "earliestReleaseDate": "2026-03-01T09:00:00+01:00",
        "downloadable": False,
    }


def test_a_link_is_removed_with_none(asc: CommandLine) -> None:
    assert sent(asc, "app-store-versions", "set-build", "v1", "--none") == {"data": None}


def test_several_are_linked_at_once(asc: CommandLine) -> None:
    body = sent(asc, "beta-groups", "add-builds", "g1", "b1", "b2,b3")
    assert [item["id"] for item in body["data"]] == ["b1", "b2", "b3"]
