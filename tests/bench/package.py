"""The generated package: how much of it there is, and what a type checker says."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import peer_clients
from bench.context import ROOT, TOO_LONG
from bench.peers import Unavailable
from bench.processes import ProgramError
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.context import Bench

_GENERATED = ROOT / "generated"


def rows(bench: Bench) -> Iterator[Row]:
    """Count the package's files beside those of a peer, and check its types."""
    peer = None
    note = ""
    try:
        if bench.quick:
            raise TOO_LONG
        peer = _size(peer_clients.openapi_package(bench) / "asc_openapi_python_client")
    except Unavailable as unavailable:
        note = f"no peer: {unavailable}"
    ours = _size(_GENERATED)
    for index, (name, what, unit, limit) in enumerate(
        (
            ("bytes", "source", "bytes", Budget(6e6)),
            ("files", "files", "count", None),
            ("largest", "lines of the largest file", "count", Budget(4999)),
        )
    ):
        yield Row(
            f"package.{name}",
            what,
            "bytes" if unit == "bytes" else "count",
            subject=Side("client", [ours[index]]),
            reference=Side("openapi-python-client", [peer[index]]) if peer else None,
            budget=limit,
            note=note,
        )
    yield from _types(bench)


def _size(package: Path) -> tuple[int, int, int]:
    """The bytes and the number of a package's files, and the lines of its largest Python file."""
    contents = {
        path: path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and not _is_cached(path.relative_to(package))
    }
    lines = [text.count(b"\n") for path, text in contents.items() if path.suffix == ".py"]
    return sum(map(len, contents.values())), len(contents), max(lines)


def _is_cached(path: Path) -> bool:
    """Whether some tool left a file there, which is no part of the package."""
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def _types(bench: Bench) -> Iterator[Row]:
    whats = {
        "package.pyright": "pyright strict over all of it",
        "package.pyright-errors": "errors of that",
    }
    pyright = Path(sys.executable).with_name("pyright")
    config = bench.work("pyright/pyrightconfig.json")
    config.write_text(
        json.dumps(
            {
                # Pyright takes nothing but paths relative to its configuration.
                "include": [os.path.relpath(_GENERATED / "app_store_connect", config.parent)],
                "extraPaths": [os.path.relpath(_GENERATED, config.parent)],
                "exclude": ["**/__pycache__"],
                "typeCheckingMode": "strict",
                "pythonVersion": "3.11",
            }
        ),
        encoding="utf-8",
    )
    words = [pyright, "--project", config, "--pythonpath", sys.executable, "--outputjson"]
    try:
        if bench.quick:
            raise TOO_LONG
        # It fails where it finds errors, and these are to be counted.
        finished = bench.processes.run(words, watch=True, may_end_with=(0, 1))
        summary = json.loads(finished.out)["summary"]
        assert summary["filesAnalyzed"] > 1
    except Unavailable as unavailable:
        yield from (Row(name, what, reason=str(unavailable)) for name, what in whats.items())
        return
    except (ProgramError, ValueError) as error:
        bench.say(str(error))
        reason = "pyright did not run"
        yield from (Row(name, what, reason=reason) for name, what in whats.items())
        return
    time, errors = whats.items()
    side = Side("pyright", [finished.seconds], finished.peak, finished.together)
    yield Row(*time, subject=side, budget=Budget(90), note="ran once")
    count = Side("pyright", [summary["errorCount"]], finished.peak)
    yield Row(*errors, "count", subject=count, budget=Budget(0))
