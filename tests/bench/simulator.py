"""The simulator: what it costs to have one, to read from it, and to serve it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.context import PROGRAMS, TOO_LONG, times
from bench.measure import in_turns
from bench.peers import Unavailable
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.context import Bench
    from bench.processes import Finished

PRISM = "@stoplight/prism-cli@5.14.2"
_START = {
    "import": ("import of the simulator, over the client", 0.060),
    "empty": ("a team that has nothing, the first of a process", 0.030),
    "demo": ("the demo team, the first of a process", 0.150),
}
_READ = {
    "read": ("one app, in process, client included", 0.0005),
    "page": ("200 builds with 200 included, in process, client included", 0.006),
}
_SERVED = {
    "start": ("server: from the command to the first answer", 0.8),
    "read": ("server: one app, 10 connections, each", 1 / 1500),
}


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the simulator against its budgets, then its server beside Prism's."""
    finished = in_turns({"": lambda: bench.run_client("simulate_start.py")}, bench.turns(9))[""]
    found = [times(x) for x in finished]
    for name, (what, limit) in _START.items():
        values = [each[name][0] for each, _ in found]
        side = Side("simulator", values, max(peak for _, peak in found))
        yield Row(f"simulator.{name}", what, subject=side, budget=Budget(limit))
    turns, calls = bench.turns(40), 20 if not bench.quick else 2
    reads, peak = times(bench.run_client("simulate_reads.py", turns, calls))
    for name, (what, limit) in _READ.items():
        side = Side("simulator", reads[name], peak)
        yield Row(f"simulator.{name}", what, subject=side, budget=Budget(limit))
    yield from _served(bench)


def _served(bench: Bench) -> Iterator[Row]:
    candidates = {"simulator": lambda: _serve(bench, *_simulator(bench))}
    reason = ""
    try:
        prism = _prism(bench)
    except Unavailable as unavailable:
        reason = str(unavailable)
    else:
        candidates["prism"] = lambda: _serve(bench, "none", *_mock(bench, prism))
    sides: dict[str, dict[str, Side]] = {name: {} for name in ("simulator", "prism")}
    for server, finished in in_turns(candidates, bench.turns(3, 1), warm_ups=0).items():
        found = [times(x) for x in finished]
        for name in _SERVED:
            values = [each[name][0] for each, _ in found]
            sides[server][name] = Side(server, values, max(x.peak for x in finished))
    for name, (what, limit) in _SERVED.items():
        subject = sides["simulator"][name]
        yield Row(f"simulator.served-{name}", what, subject=subject, budget=Budget(limit))
        beside = f"simulator.served-{name}-prism"
        if reason:
            yield Row(beside, f"{what}, against Prism", reason=reason)
        else:
            reference = sides["prism"][name]
            yield Row(beside, f"{what}, against Prism", subject=subject, reference=reference)


def _serve(bench: Bench, token: str, port: int, *command: object) -> Finished:
    reads = 200 if bench.quick else 3000
    words: list[Any] = [sys.executable, PROGRAMS / "serve_reads.py", f"http://127.0.0.1:{port}"]
    words += ["/v1/apps/6100000001", token, reads, *command]
    return bench.processes.run(words, env=bench.client_environment)


def _simulator(bench: Bench) -> tuple[Any, ...]:
    """A token of the demo team, a port, and the command that serves it there."""
    code = "from app_store_connect.simulator import Simulator; print(Simulator().token())"
    made = bench.processes.run([sys.executable, "-c", code], env=bench.client_environment)
    port = _free_port()
    command = [sys.executable, "-m", "app_store_connect.simulator", "--seed", "demo"]
    return (made.out.strip(), port, *command, "--port", port)


def _mock(bench: Bench, prism: Path) -> tuple[Any, ...]:
    port = _free_port()
    return (port, prism, "mock", "--port", port, bench.peers_document())


def _prism(bench: Bench) -> Path:
    """Prism's program; Unavailable where it cannot be had."""
    if bench.quick:
        raise TOO_LONG
    bench.peers_document()
    if found := shutil.which("prism"):
        return Path(found)
    folder = bench.folder / "environments" / "prism"
    program = folder / "node_modules" / ".bin" / "prism"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("there is no npm to install Prism with")
        bench.say("installing Prism")
        folder.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", PRISM]
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=300)  # noqa: S603 - our own words
        except (OSError, subprocess.SubprocessError):
            raise Unavailable("Prism could not be installed; is there a network?") from None
    return program


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
