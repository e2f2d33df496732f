"""What every area of the report needs: where things are, and how programs are run."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import pages, processes
from bench.peers import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from bench.peers import Environments
    from bench.processes import Finished, Processes

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).with_name("programs")

TOO_LONG = Unavailable("left out of the quick run, because it takes long")


@dataclass
class Bench:
    """One run of the report."""

    folder: Path
    """Where everything is written."""

    quick: bool
    processes: Processes
    environments: Environments
    say: Callable[[str], None]

    document: Path
    """Apple's document, or the committed snapshot where there is none."""

    client_python: Path
    client_environment: Mapping[str, str]
    client_note: str

    @property
    def is_raw(self) -> bool:
        """Whether there is a document that peers can read too."""
        return not self.document.name.endswith(".api.json")

    @property
    def ascgen(self) -> Path:
        """The generator under test."""
        return Path(sys.executable).with_name("ascgen")

    def turns(self, full: int, quick: int = 2) -> int:
        """How often to measure."""
        return quick if self.quick else full

    def peers_document(self) -> Path:
        """The document for peers; Unavailable where there is only the snapshot."""
        if not self.is_raw:
            raise Unavailable("Apple's document is not there, and a snapshot is nothing for a peer")
        return self.document

    def work(self, name: str) -> Path:
        """A place for files of this run."""
        path = self.folder / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def run_client(
        self, program: str, *arguments: object, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Run one of `programs/` where the client is."""
        words = [self.client_python, PROGRAMS / program, *arguments]
        return self.processes.run(words, env={**self.client_environment, **(environment or {})})

    def run_in(self, python: Path, program: str, *arguments: object, path: str = "") -> Finished:
        """Run one of `programs/` elsewhere; `path` is searched for modules too."""
        env = {"PYTHONPATH": path} if path else None
        return self.processes.run([python, PROGRAMS / program, *arguments], env=env)

    @contextmanager
    def server(self, answers: Mapping[str, tuple[int, bytes]]) -> Generator[str]:
        """A server with these answers by path, each after some milliseconds; its address."""
        place = self.work("answers.json")
        whole = {path: [delay, body.decode()] for path, (delay, body) in answers.items()}
        place.write_text(json.dumps(whole), encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", str(PROGRAMS / "server.py"), str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=processes.environment(),
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
            process.stdout.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def page(self) -> Path:
        """The compound page that is decoded, as a file."""
        path = self.work("page.json")
        path.write_bytes(pages.page(200))
        return path


def times(finished: Finished) -> tuple[dict[str, list[float]], float]:
    """What a program of `programs/` measured, and the most memory it had."""
    told: dict[str, Any] = json.loads(finished.out)
    return told["times"], told["peak"]
