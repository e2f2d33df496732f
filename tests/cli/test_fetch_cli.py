from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.cli import main
from ascgen.documents.cache import SpecCache
from support.small_spec import ENTERPRISE, small_spec_bytes, zipped
from support.spec_server import Answer, SpecServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        assert (self.code, self.err) == (0, "")
        found: dict[str, Any] = json.loads(self.out)
        return found


class Program:
    """`ascgen fetch` with a cache of its own, in this process, since starting one takes long."""

    def __init__(
        self,
        place: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.cache = SpecCache(place)
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Done:
        words = ["ascgen", "fetch", "--cache-dir", self.cache.directory, *arguments]
        self._monkeypatch.setattr("sys.argv", [str(word) for word in words])
        with pytest.raises(SystemExit) as caught:
            main()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, *self._capsys.readouterr())


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("ASCGEN_OFFLINE", raising=False)
    return Program(tmp_path / "cache", monkeypatch, capsys)


@pytest.fixture
def server() -> Iterator[SpecServer]:
    with SpecServer() as server:
        server.answer = Answer(body=zipped({"a.json": small_spec_bytes("4.4.1")}), etag='"one"')
        yield server


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.json"
    path.write_bytes(small_spec_bytes("4.4.1"))
    return path


def test_download(program: Program, server: SpecServer) -> None:
    done = program("--url", server.url)
    [entry] = program.cache.entries()
    assert (done.code, done.err) == (0, "")
    path = program.cache.path(entry)
    assert done.out == f"app-store-connect 4.4.1 ({entry.sha256[:12]}): new; {path}\n"


def test_download_as_json(program: Program, server: SpecServer) -> None:
    new = program("--url", server.url, "--json").facts
    [entry] = program.cache.entries()
    assert new == {
        "kind": "document",
        "id": "app-store-connect-4.4.1",
        "outcome": "new",
        "product": "app-store-connect",
        "version": "4.4.1",
        "sha256": entry.sha256,
        "previous_sha256": None,
        "url": server.url,
        "fetched_at": new["fetched_at"],
        "path": str(program.cache.path(entry)),
    }
    assert program("--url", server.url, "--json").facts == {**new, "outcome": "not-modified"}
    assert program("--url", server.url, "--json", "--refresh").facts["outcome"] == "unchanged"
    server.answer = Answer(body=small_spec_bytes("4.4.1", note="other"))
    changed = program("--url", server.url, "--json").facts
    assert changed["outcome"] == "changed"
    assert changed["previous_sha256"] == entry.sha256


def test_changed_content_is_said_in_words(program: Program, document: Path) -> None:
    old = program("--from", document, "--json").facts
    document.write_bytes(small_spec_bytes("4.4.1", note="other"))
    done = program("--from", document)
    assert f"same version number ({old['sha256'][:12]} before)" in done.out


def test_import(program: Program, document: Path) -> None:
    document.write_bytes(small_spec_bytes(server=ENTERPRISE))
    found = program("--from", document, "--json").facts
    assert (found["product"], found["url"]) == ("enterprise", "document.json")


def test_offline(
    program: Program, server: SpecServer, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASCGEN_OFFLINE", "1")
    nothing = {"kind": "document", "id": None, "outcome": "offline"}
    assert program("--url", server.url, "--json").facts == nothing
    done = program("--url", server.url)
    assert (done.code, done.out) == (0, "offline, and no document is cached\n")
    assert program("--from", document).code == 0
    assert program("--url", server.url, "--json").facts["id"] == "app-store-connect-4.4.1"
    assert "going on with what is cached" in program("--url", server.url).out
    assert program("--product", "enterprise", "--json").facts == nothing
    assert server.requests == []


def test_trouble_is_one_line_with_a_hint(program: Program, server: SpecServer) -> None:
    server.answer = Answer(500)
    done = program("--url", server.url)
    assert (done.code, done.out) == (3, "")
    message, hint = done.err.splitlines()
    assert message == f"ascgen: {server.url} answered 500 Internal Server Error"
    assert hint.startswith("  hint: ")
    assert not program.cache.directory.exists()


def test_a_time_out(program: Program, server: SpecServer) -> None:
    server.answer = Answer(body=[b"{", b"}"], length=2, pause=5)
    done = program("--url", server.url, "--timeout", "1")
    assert done.code == 3
    assert "in time" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "a.json", "--refresh"),
        ("--from", "a.json", "--url", "http://127.0.0.1:1/"),
        ("--from", "a.json", "--timeout", "3"),
        ("--product", "other"),
        ("--timeout", "0"),
    ],
)
def test_usage(program: Program, arguments: tuple[str, ...]) -> None:
    done = program(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_a_process_with_a_bar_on_a_terminal(server: SpecServer, tmp_path: Path) -> None:
    terminal, stderr = pty.openpty()
    done = subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", "fetch", "--url", server.url],
        env={
            **os.environ,
            "NO_PROXY": "127.0.0.1",
            "TERM": "xterm",
            "ASCGEN_OFFLINE": "",
            "ASCGEN_CACHE_DIR": str(tmp_path),
        },
        stdout=subprocess.PIPE,
        stderr=stderr,
        check=True,
        timeout=30,
    )
    os.close(stderr)
    shown = os.read(terminal, 10_000)
    os.close(terminal)
    assert b"Downloading" in shown
    assert done.stdout.startswith(b"app-store-connect 4.4.1 (")
    assert b"\x1b" not in done.stdout
    assert len(SpecCache(tmp_path).entries()) == 1


def test_other_commands_do_not_wait_for_the_network_library() -> None:
    modules = "ascgen.cli.fetch, ascgen.documents.fetch"
    code = f"import sys, {modules}; print({{'httpx', 'rich'}} & {{*sys.modules}})"
    done = subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == "set()\n"


def test_a_password_in_an_address_is_sent_and_shown_nowhere(
    program: Program, server: SpecServer
) -> None:
    url = server.url.replace("://", "://user:hunter2@")
    fetched = program("--url", url, "--json")
    assert fetched.facts["url"] == server.url
    assert program("--url", url, "--json").facts["outcome"] in {"not-modified", "unchanged"}
    server.answer = Answer(404)
    for address in (
        url,
        url.replace("127.0.0.1", "127.0.0.1:1x"),
        "http://user:hunter2@127.0.0.1:9",
        "http://user:x#hunter2@127.0.0.1:9",
        "http://user:x/hunter2@127.0.0.1:9",
        "http://user:hunter2?x@127.0.0.1:9",
        "//user:hunter2@127.0.0.1:9",
        "user:hunter2@127.0.0.1",
        f"{server.url}?a=1&X-Amz-Signature=hunter2",
        f"{server.url}?access_token=hunter2",
    ):
        failed = program("--url", address)
        assert failed.code == 3
        assert "hunter2" not in failed.out + failed.err
    kept = [path.read_bytes() for path in program.cache.directory.rglob("*.json")]
    assert kept
    assert not any(b"hunter2" in content for content in kept)
