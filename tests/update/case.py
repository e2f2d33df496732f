"""A checkout small enough to be updated in a moment, and a server that publishes its document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ascgen.documents.document import parse_document
from ascgen.snapshot import snapshot_name, write_snapshot
from ascgen.sources import api_of
from support import mini
from support.mini import TEXT, array, edited, operation, parameter
from support.program import Program, tree, written
from support.spec_server import Answer, SpecServer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from support.program import Done

PROJECT = """[project]
name = "ascgen"
version = "{version}"
[tool.pytest.ini_options]
testpaths = ["tests"]
"""
CHANGELOG = """# Changelog

Ours.

## Unreleased

- Written by hand.

## 0.1.0

The first.
"""


def spec(version: str = "1.0", note: str = "", **more: Any) -> dict[str, Any]:
    """A document; `note` makes it another one that says the same, `more` are more operations."""
    found = mini.spec(
        {
            "GET /v1/apps": operation(
                "apps_getCollection", "AppsResponse", parameter("filter[name]", array(TEXT))
            ),
            **{key.replace("_", " ", 1): value for key, value in more.items()},
        },
        mini.resource("App", "apps", {"name": TEXT}),
        version=version,
    )
    found["info"]["description"] = note
    return found


def as_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


OLD = spec()
MORE = spec("1.1", **{"GET_/v1/apps/{id}": operation("apps_getInstance", "AppResponse")})
LESS = edited(spec("1.1"), "/paths/~1v1~1apps/get/parameters", [])
SAME_NUMBER = edited(MORE, "/info/version", "1.0")
UNKNOWN = edited(spec("1.1"), "/paths/~1v1~1apps/put", operation("apps_put", "AppResponse"))
HOSTILE = edited(spec("1.1"), "/paths/~1v1~1apps/get/operationId", "apps_`run`")


class Case:
    """A checkout that follows `OLD`, and the address where another document may be."""

    def __init__(
        self, place: Path, cache: Path, server: SpecServer, program: Program,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        self.place = place
        self.root = place / "checkout"
        self.cache = cache
        self.server = server
        self.monkeypatch = monkeypatch
        self._program = program
        written(
            self.root,
            {
                "pyproject.toml": PROJECT.format(version="0.1.0"),
                "CHANGELOG.md": CHANGELOG,
                "README.md": "The API is 1.0.\nNot 1.0.1,\nand not 11.0.\n",
                "docs/guide/versions.md": "As of 1.0.\n",
                "generated/notes.txt": "mine",
            },
        )
        self.commit(OLD)
        self.publish(OLD)

    def commit(self, document: dict[str, Any]) -> None:
        """Put the snapshot of a document where the committed one belongs."""
        api = api_of(parse_document(as_bytes(document), origin="committed"))
        path = self.root / "spec_cache" / snapshot_name(api)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(write_snapshot(api))

    def publish(self, document: dict[str, Any] | bytes, **answer: Any) -> None:
        """Let the server answer with a document."""
        body = document if isinstance(document, bytes) else as_bytes(document)
        self.server.answer = Answer(body=body, **answer)

    def __call__(self, *words: object) -> Done:
        """Run `ascgen update` against the server."""
        return self.offline("--url", self.server.url, *words)

    def offline(self, *words: object) -> Done:
        """Run `ascgen update` without saying where the document is."""
        return self._program("update", "--root", self.root, *words, cache=self.cache)

    def files(self) -> dict[str, bytes]:
        return tree(self.root)

    @property
    def changelog(self) -> str:
        return (self.root / "CHANGELOG.md").read_text()

    @property
    def snapshots(self) -> list[str]:
        return sorted(path.name for path in (self.root / "spec_cache").iterdir())
