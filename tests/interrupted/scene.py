"""A folder with an earlier run's output, and the command that makes a new one of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ascgen.documents.cache import SpecCache
from ascgen.files.textcache import TextCache
from support import mini

if TYPE_CHECKING:
    from collections.abc import Sequence

KILLED = Path(__file__).with_name("killed.py")
KILLS = int(os.environ.get("ASCGEN_KILLS", "10"))
OWN = {
    "beside.txt": "mine",
    "out/notes.txt": "mine",
    "out/mine/deep.txt": "mine",
    "out/app_store_connect/mine.py": "# mine\n",
    "site/CNAME": "mine",
    "site/resources/mine.txt": "mine",
    "snap/mine.api.json": "mine",
}
"""What is the user's in a scene, and has to be there after everything."""

_PLACES = {"generate": "out", "docs": "site", "snapshot": "snap", "fetch": "cache"}
State = dict[str, str | bytes]


def document(version: str, *attributes: str) -> bytes:
    """A document of one resource with these attributes."""
    spec = mini.spec(
        {
            "GET /v1/apps": mini.operation("apps_getCollection", "AppsResponse"),
            "DELETE /v1/apps/{id}": mini.operation("apps_deleteInstance", status=204),
        },
        mini.resource("App", "apps", dict.fromkeys(attributes, mini.TEXT)),
    )
    spec["info"]["version"] = version
    return json.dumps(spec).encode()


def environment(**more: str) -> dict[str, str]:
    """What our processes need; they write no bytecode, which is no change of theirs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASCGEN_")}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **more}


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Runner:
    """A process that has loaded ascgen, and starts copies of itself to run it."""

    def __init__(self, place: Path) -> None:
        self._texts = [place / name for name in ("out.txt", "err.txt")]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(KILLED)], env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, order: dict[str, Any]) -> Done:
        sent, answered = self._process.stdin, self._process.stdout
        assert sent
        assert answered
        out, err = self._texts
        sent.write(json.dumps({**order, "out": str(out), "err": str(err)}) + "\n")
        sent.flush()
        return Done(int(answered.readline()), out.read_text(), err.read_text())

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Scene:
    """The earlier output in `root`, and in `new` what a whole run makes of it."""

    root: Path
    command: str
    words: tuple[str, ...]
    runner: Runner
    new: State = field(default_factory=dict)
    old: State = field(default_factory=dict)

    @property
    def place(self) -> Path:
        return self.root / _PLACES[self.command]

    def copy(self, root: Path) -> Scene:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root, root, symlinks=True)
        return Scene(root, self.command, self.words, self.runner, self.new, self.old)

    def arguments(self) -> list[str]:
        return [self.command, *self.words, "--cache-dir", str(self.root / "cache")]

    def start(self, **environ: str) -> subprocess.Popen[str]:
        """The command in a process as a user starts it, without waiting for its end."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "ascgen", *self.arguments()], cwd=self.root,
            env=environment(**environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip

    def run(
        self,
        nth: int = 0,
        *words: str,
        report: Path | None = None,
        troubles: Sequence[str] = (),
        cwd: Path | None = None,
    ) -> Done:
        """Run the scene's command, or another; it is killed before its nth change of the disk."""
        return self.runner.run(
            {
                "nth": nth,
                "report": str(report) if report else None,
                "troubles": list(troubles),
                "words": list(words or self.arguments()),
                "cwd": str(cwd or self.root),
            }
        )

    def succeed(self, *words: str, cwd: Path | None = None) -> Done:
        done = self.run(0, *words, cwd=cwd)
        assert done.code == 0, done
        return done

    def state(self) -> State:
        """The output without what is half made; of a cache what it lists, as that has moments."""
        if self.command != "fetch":
            return {path: text for path, text in tree(self.place).items() if not is_litter(path)}
        cache = SpecCache(self.place)
        return {entry.file: entry.etag for entry in cache.entries()}

    def check_survivors(self) -> None:
        """The caches can be read, and what is the user's is there."""
        cache = SpecCache(self.root / "cache")
        assert all(cache.load(entry) for entry in cache.entries())
        texts = self.root / "cache" / "texts.msgpack"
        assert not texts.exists() or TextCache(texts)._old
        for path, text in self.own().items():
            assert (self.root / path).read_text() == text

    def own(self) -> dict[str, str]:
        return {path: text for path, text in OWN.items() if (self.root / path).parent.exists()}

    def check_next(self, cwd: Path | None = None) -> None:
        """The next run brings the new output and nothing else."""
        self.succeed(cwd=cwd)
        assert self.state() == self.new
        self.check_survivors()
        assert self.litter() == []

    def litter(self) -> list[str]:
        names = [path.relative_to(self.root).as_posix() for path in self.root.rglob("*")]
        return [name for name in names if is_litter(name)]


def is_litter(path: str) -> bool:
    return ".ascgen-" in path or path.endswith(".tmp")


def tree(folder: Path) -> State:
    """All that is in a folder; a folder within is empty text, a link where it leads to."""
    return {
        path.relative_to(folder).as_posix(): (
            f"-> {path.readlink()}" if path.is_symlink() else "" if path.is_dir()
            else path.read_bytes()
        )
        for path in folder.rglob("*")
    }  # fmt: skip


def build(root: Path, command: str, runner: Runner, url: str) -> Scene:
    """The scene of a command: what it made of the old document, what is the user's, and then what
    it makes of the new one."""
    root.mkdir(parents=True)
    newer = "1.0" if command == "snapshot" else "2.0"
    (root / "new.json").write_bytes(document(newer, "name", "sku"))
    (root / "old.json").write_bytes(document("1.0", "name"))
    output = () if command == "fetch" else ("--output", _PLACES[command])
    source = ("--url", url) if command == "fetch" else ("--spec", "old.json", *output)
    old = Scene(root, command, source, runner)
    old.succeed("fetch", "--from", "old.json", "--cache-dir", str(root / "cache"))
    old.succeed()
    for path, text in OWN.items():
        if Path(path).parts[0] in {old.place.name, "beside.txt"}:
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
    words = source if command == "fetch" else ("--spec", "new.json", *output)
    return Scene(root, command, words, runner, old=old.state())


def warm(scene: Scene, whole: Scene) -> None:
    """Give a scene the texts that a whole run made, but for one, so that it still has to write."""
    known, found = (TextCache(s.root / "cache" / "texts.msgpack") for s in (scene, whole))
    fresh = found._old.keys() - known._old.keys()
    for key in sorted(fresh, key=lambda key: (len(found._old[key]), key))[1:]:
        known.put(key, found._old[key])
    known.save()
