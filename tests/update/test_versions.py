"""Which version numbers an update suggests."""

from __future__ import annotations

import pytest

from ascgen.diff import compare
from ascgen.update.versions import client_version, generator_version
from support import mini
from support.mini import edited
from update.case import LESS, MORE, OLD, SAME_NUMBER, spec

BREAKING = compare(mini.analysed(OLD), mini.analysed(LESS))
ADDING = compare(mini.analysed(OLD), mini.analysed(MORE))
SILENT = compare(mini.analysed(OLD), mini.analysed(spec(note="explained")))


@pytest.mark.parametrize(
    ("version", "breaking", "adding", "silent"),
    [
        ("0.1.0", "0.2.0", "0.1.1", "0.1.1"),
        ("0.9.12", "0.10.0", "0.9.13", "0.9.13"),
        ("1.2.3", "2.0.0", "1.3.0", "1.2.4"),
        ("2.0.0rc1", "3.0.0", "2.1.0", "2.0.1"),
    ],
)
def test_the_generator_is_versioned_by_what_breaks(
    version: str, breaking: str, adding: str, silent: str
) -> None:
    found = [generator_version(diff, version).new for diff in (BREAKING, ADDING, SILENT)]
    assert found == [breaking, adding, silent]


def test_the_client_carries_the_number_of_the_api() -> None:
    assert client_version(ADDING, 0).new == "1.1"
    assert client_version(ADDING, 2).old == "1.0.0.2"
    assert "does not show" not in client_version(ADDING, 0).reason
    assert client_version(BREAKING, 0).new == "1.1"
    assert "does not show that something breaks" in client_version(BREAKING, 0).reason
    honest = compare(mini.analysed(OLD), mini.analysed(edited(LESS, "/info/version", "2.0")))
    assert "does not show" not in client_version(honest, 0).reason


def test_where_apples_number_stays_ours_is_raised() -> None:
    diff = compare(mini.analysed(OLD), mini.analysed(SAME_NUMBER))
    assert [client_version(diff, count).new for count in (0, 1, 2)] == [
        "1.0.0.1",
        "1.0.0.2",
        "1.0.0.3",
    ]
    assert client_version(diff, 1).old == "1.0.0.1"
    assert client_version(SILENT, 0).new == "1.0"
    assert client_version(SILENT, 1).new == "1.0.0.1"
