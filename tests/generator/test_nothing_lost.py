"""No attribute, relationship, parameter or value of a document is lost, and none is made up.

The recount walks the raw JSON through every `$ref`, `allOf`, `oneOf` and `anyOf`, and shares no
code with the analyser.
"""

from __future__ import annotations

from typing import Any

import pytest

from support import mini, specs
from support.census import differences, size
from support.mini import TEXT, array, enum, obj, operation, parameter, ref

# How much of each document was compared: what the recount itself would lose, these show.
SIZES = {
    specs.NEWEST: (1303, 1914, 862, 3485, 25087),
    specs.EARLIER: (1263, 1839, 819, 3285, 23574),
    specs.UNMENDED: (745, 1281, 558, 2177, 15060),
    specs.OLD: (545, 957, 424, 1636, 12290),
    specs.OLDEST: (251, 379, 137, 607, 3846),
    specs.ENTERPRISE: (40, 65, 12, 107, 588),
}


@pytest.mark.parametrize("name", [*specs.ALL, *specs.MENDED])
def test_the_facts_hold_what_the_document_says(name: str) -> None:
    data = specs.document(name).data
    assert not differences(data, specs.facts(name, overlay=False))


@pytest.mark.parametrize("name", SIZES)
def test_the_recount_sees_the_whole_document(name: str) -> None:
    found = size(specs.document(name).data)
    names = ("operations", "attributes", "relationships", "parameters", "values")
    assert tuple(found[name] for name in names) == SIZES[name]


@pytest.mark.parametrize("name", specs.ALL)
def test_apples_documents_are_rendered_without_an_omission(name: str) -> None:
    assert specs.facts(name).omissions == ()
    assert specs.facts(name, overlay=False).omissions == ()


BASE = obj({"state": ref("State"), "note": TEXT}, ["state"])
COMPOSED: dict[str, Any] = {
    "State": enum("NEW", "OLD"),
    "Base": BASE,
    "Fresh": {"allOf": [ref("Base"), obj({"kind": enum("A")})]},
    "Stale": {"allOf": [ref("Base"), {"type": "object"}], "properties": {"kind": enum("B")}},
}


def composed() -> Any:
    """Attributes, relationships and parameters put together in every way."""
    resource = mini.resource("App", "apps", {})
    properties = resource["App"]["properties"]
    properties["attributes"] = {
        "oneOf": [ref("Fresh"), {"anyOf": [ref("Stale"), ref("Base")]}],
        "discriminator": {"propertyName": "state", "mapping": {"NEW": "#/…/Fresh"}},
        "properties": {"beside": {"anyOf": [enum("X"), enum("Y")]}},
    }
    properties["relationships"] = {
        "anyOf": [obj({"one": mini.one("apps")}), obj({"many": mini.many("apps")})]
    }
    return mini.spec(
        {
            "GET /v1/apps": operation(
                "apps_getCollection",
                "AppsResponse",
                parameter("filter[state]", array(enum("NEW"))),
                parameter("filter[state]", array({"oneOf": [ref("State"), enum("OTHER")]})),
            )
        },
        resource,
        COMPOSED,
    )


def test_what_is_put_together_is_whole() -> None:
    spec = composed()
    api = mini.analysed(spec)
    assert not differences(spec, api)
    assert api.omissions == ()
    found = api.resource("App")
    assert [item.name for item in found.attributes] == ["beside", "state", "note", "kind"]
    assert [(item.name, item.many) for item in found.relationships] == [
        ("one", False),
        ("many", True),
    ]


@pytest.mark.parametrize("member", ["attributes", "relationships"])
def test_the_recount_notices_what_is_lost(member: str) -> None:
    spec = composed()
    api = mini.analysed(spec)
    lost = mini.edited(spec, f"/components/schemas/App/properties/{member}", None)
    assert differences(spec, mini.analysed(lost))
    assert differences(lost, api)
