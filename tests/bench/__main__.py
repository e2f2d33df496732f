"""The report of `make bench`: what the generator and the client cost, beside peers and floors.

python -m bench [--quick] [--only AREA …] [--json FILE] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from bench import (
    agents,
    calls,
    commands,
    decoding,
    generation,
    imports,
    jobs,
    package,
    paging,
    peers,
    shell,
    simulator,
    table,
)
from bench.context import ROOT, Bench
from bench.peers import Environments, Unavailable
from bench.processes import Processes, ProgramError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.rows import Row

# The generator's peers make what the imports and the package are compared with.
AREAS = {
    "generation": generation,
    "imports": imports,
    "decoding": decoding,
    "calls": calls,
    "paging": paging,
    "commands": commands,
    "shell": shell,
    "package": package,
    "simulator": simulator,
    "agents": agents,
    "jobs": jobs,
}
_PACKAGES = ("black", "datamodel-code-generator", "httpx", "msgspec", "typer")


def main() -> int:
    """Run the report; 1 where something under test failed, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few turns, no peer that takes long")
    parser.add_argument("--only", nargs="+", choices=AREAS, default=list(AREAS), metavar="AREA")
    parser.add_argument("--json", type=Path, help="where to write the results")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench", help="peers and work")
    options = parser.parse_args()
    folder: Path = options.folder.absolute()
    # Leaving by an exception ends what is being measured.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = options.json or folder / "results.json"
    judged = not options.quick
    rows: list[Row] = []
    failed = False
    with Processes(folder / "work") as processes:
        bench = _bench(folder, processes, quick=options.quick)
        for area in options.only:
            try:
                rows += _area(bench, area)
            except ProgramError as error:
                _say(str(error))
                failed = True
            # Each time, so that a run that is broken off was not for nothing.
            text = json.dumps(_results(rows, bench, judged=judged), indent=1, ensure_ascii=False)
            results.write_text(text + "\n", encoding="utf-8")
    table.write(rows, sys.stdout, judged=judged)
    return 1 if failed else 0


def _area(bench: Bench, name: str) -> Sequence[Row]:
    started = time.monotonic()
    _say(f"{name} …")
    rows = list(AREAS[name].rows(bench))
    _say(f"{name}: {time.monotonic() - started:.0f} s")
    return rows


def _bench(folder: Path, processes: Processes, *, quick: bool) -> Bench:
    environments = Environments(folder / "environments", install=not quick, say=_say)
    document = _snapshot() if quick else _document()
    try:
        python = environments.python("client")
        note = ""
    except Unavailable:
        python = Path(sys.executable)
        note = "in the environment of the generator, where httpx imports more"
    return Bench(
        folder=folder,
        quick=quick,
        processes=processes,
        environments=environments,
        say=_say,
        document=document,
        client_python=python,
        client_environment={"PYTHONPATH": str(_copy_client(folder / "work" / "installed"))},
        client_note=note,
    )


def _document() -> Path:
    from support.specs import NEWEST, SPECS

    raw = SPECS / NEWEST
    if raw.is_file():
        return raw
    return _snapshot()


def _snapshot() -> Path:
    from ascgen.snapshot import newest_snapshot
    from ascgen.sources import snapshot_directory

    path = newest_snapshot(snapshot_directory())
    assert path is not None, "there is no committed snapshot"
    return path


def _copy_client(folder: Path) -> Path:
    """Take the client as it is now: it may be rendered again in the meantime."""
    shutil.rmtree(folder, ignore_errors=True)
    package = "app_store_connect"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generated" / package, folder / package, ignore=ignored)
    return folder


def _results(rows: Sequence[Row], bench: Bench, *, judged: bool) -> dict[str, Any]:
    return {
        "mode": "full" if judged else "quick",
        "document": bench.document.name,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "packages": {
            "generator": {name: version(name) for name in _PACKAGES},
            **{name: peers.pinned(name) for name in get_args(peers.Name)},
        },
        "rows": [row.as_json(judged=judged) for row in rows],
    }


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
