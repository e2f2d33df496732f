from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from ascgen.diff import Diff, Entity, compare
from ascgen.diff.reports import as_json, markdown
from ascgen.diff.table import print_diff
from support import mini
from support.mini import analysed, array, enum, operation, parameter

LIMIT = parameter("limit", {"type": "integer", "maximum": 200})


def api(
    version: str, *query: mini.Json, deletes: bool = False, **attributes: mini.Json
) -> mini.Json:
    operations = {
        "GET /v1/builds": operation("builds_getCollection", "BuildsResponse", *query),
        "GET /v1/builds/{id}": operation("builds_getInstance", "BuildResponse", *query),
    }
    if deletes:
        operations["DELETE /v1/builds/{id}"] = operation("builds_deleteInstance", status=204)
    return mini.spec(operations, mini.resource("Build", "builds", attributes), version=version)


OLD = api(
    "1.0", parameter("sort", array(enum("a", "b"))), deletes=True, kind=enum("A", "B"),
    size=mini.TEXT, day=mini.TEXT,
)  # fmt: skip
NEW = api(
    "1.1", parameter("sort", array(enum("b", "c"))), LIMIT, kind=enum("B", "C"),
    size=mini.WHOLE, day={**mini.TEXT, "deprecated": True},
)  # fmt: skip

MARKDOWN = """\
# App Store Connect API 1.0 → 1.1

Suggested for the client: **major** (raise the major version: code that ran may stop running).
11 changes: 3 breaking, 2 typing and 6 compatible.

|  | added | removed | changed | deprecated |
|---|--:|--:|--:|--:|
| operations |  | 1 |  |  |
| parameters | 2 |  |  |  |
| parameter values | 2 | 2 |  |  |
| attributes |  |  | 1 | 1 |
| enum values | 1 | 1 |  |  |

## Breaking

### Removed

- `asc.builds`: `delete`
- `BuildKind`: `A`

### Changed

- `Build`: `size` (type `string` → `integer`)

## Seen by type checkers

### Removed

- `asc.builds.list(sort=)`, `asc.builds.get(sort=)`: `a`

## Deprecated

- `Build`: `day`

## Added

### Keywords

- `asc.builds.list`, `asc.builds.get`: `limit`

### Values

- `asc.builds.list(sort=)`, `asc.builds.get(sort=)`: `c`
- `BuildKind`: `C`
"""


@pytest.fixture(scope="module")
def found() -> Diff:
    return compare(analysed(OLD), analysed(NEW))


def test_markdown(found: Diff) -> None:
    assert markdown(found) == MARKDOWN


def test_markdown_without_changes() -> None:
    nothing = compare(analysed(OLD), analysed(OLD))
    assert markdown(nothing) == (
        "# App Store Connect API 1.0 → 1.0\n\n"
        "Suggested for the client: **none** (no new version: this is the same document).\n"
        "No changes that the client shows.\n"
    )


def test_many_operation_ids_are_one_line() -> None:
    def api(style: str) -> mini.Json:
        return mini.spec(
            {
                f"DELETE /v1/builds{letter}/{{id}}": operation(f"builds{letter}{style}", status=204)
                for letter in "ABCDEFGHIJKL"
            }
        )

    renamed = compare(analysed(api("-delete_instance")), analysed(api("_deleteInstance")))
    assert renamed.bump == "minor"
    assert markdown(renamed).endswith(
        "## Changed\n\n### Renamed\n\n- operation ids: `12` (which no method shows)\n"
    )


def test_json(found: Diff) -> None:
    facts = json.loads(as_json(found))
    assert list(facts) == ["kind", "id", "old", "new", "bump", "counts", "changes", "omissions"]
    assert (facts["kind"], facts["id"]) == (
        "diff",
        "app-store-connect-1.0..app-store-connect-1.1",
    )
    assert facts["bump"] == "major"
    assert facts["old"]["operations"] == 3
    assert facts["counts"]["impact"] == {"breaking": 3, "typing": 2, "compatible": 6}
    assert facts["counts"]["kind"]["enum-value"] == {"added": 1, "removed": 1}
    assert facts["changes"][0] == {
        "kind": "operation",
        "id": "builds_deleteInstance",
        "action": "removed",
        "impact": "breaking",
        "owner": "builds_deleteInstance",
        "name": "DELETE /v1/builds/{id}",
        "python": "builds.delete",
        "old": "DELETE /v1/builds/{id}",
    }
    assert {change["kind"] for change in facts["changes"]} <= {kind.value for kind in Entity}
    assert len({(c["kind"], c["id"], c["action"]) for c in facts["changes"]}) == 11


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_and_says_it_all(found: Diff, width: int) -> None:
    stream = io.StringIO()
    print_diff(found, Console(file=stream, width=width))
    text = stream.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    words = text.split()
    for expected in (
        "major",
        "Breaking",
        "asc.builds",
        "delete",
        "asc.builds.list(sort=)",
        "limit",
    ):
        assert expected in words, expected
