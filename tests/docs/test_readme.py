"""Every snippet of the READMEs and the guide is run as written, and does what is said beside it."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app_store_connect
from app_store_connect import ApiKey, Client, errors
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.keys import private_text
from ascgen.documents.cache import default_directory
from docs.account import key, play, team
from docs.blocks import Block, blocks, shows
from support import keys
from support.small_spec import small_spec

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PACKAGE_README = Path(str(app_store_connect.__file__)).parents[1] / "README.md"
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
PAGES = {"project": README, "package": PACKAGE_README, **{page.stem: page for page in GUIDE}}
# These have a simulator of their own, or call nothing.
ALONE = {"project", "jobs", "keys", "rehearsal", "testing", "webhooks"}
DOCUMENTS = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
LANGUAGES = {"python", "text", "bash", "console", "json"}
NOT_RUN = {
    "pip install ./generated": "it builds a wheel, with tools that pip downloads",
    "pip install .": "it builds a wheel, with tools that pip downloads",
    ". .venv/bin/activate": "what follows is found without it",
    "ascgen diff": "a clone without a history has no earlier version",
}
PATIENCE = 120


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home and working directory of a user who has a key and files to upload, no more."""
    for name in list(os.environ):
        if name.startswith(("ASC", "APP_STORE_CONNECT", "SPACESHIP")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "keys" / f"AuthKey_{keys.KEY_ID}.p8"
    file.parent.mkdir()
    file.write_text(private_text(keys.KEY_ID), encoding="utf-8")
    (tmp_path / "screenshots").mkdir()
    for number in (1, 2):
        (tmp_path / "screenshots" / f"{number}.png").write_bytes(b"a picture")
    (tmp_path / "3.png").write_bytes(b"another picture")
    (tmp_path / "Trails.ipa").write_bytes(bytes(600_000))
    monkeypatch.setenv("ASC_KEY_ID", keys.KEY_ID)
    monkeypatch.setenv("ASC_ISSUER_ID", keys.ISSUER_ID)
    monkeypatch.setenv("ASC_PRIVATE_KEY_PATH", str(file))
    return tmp_path


def has_python(page: Path) -> bool:
    return any(block.language == "python" for block in blocks(page))


def has_commands(page: Path) -> bool:
    return any(block.language == "console" for block in blocks(page))


def run_bash(block: Block, home: Path) -> dict[str, str]:
    """Run shell lines, and return the variables they leave behind."""
    script = f"set -euo pipefail\n{block.text}\nenv -0"
    done = subprocess.run(  # noqa: S603 - our own README
        ["/bin/bash", "-c", script], cwd=home, capture_output=True, check=True, timeout=PATIENCE
    )
    pairs = (item.partition("=") for item in done.stdout.decode().split("\0") if item)
    return {name: value for name, _, value in pairs}


def run_python(block: Block, names: dict[str, Any]) -> str:
    """Run a snippet with what those before it have defined, and return what it prints."""
    # Blank lines in front give tracebacks the line numbers of the README.
    code = compile("\n" * (block.line - 1) + block.text, str(block.path), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, names)  # noqa: S102 - our own README
    return printed.getvalue()


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if has_python(page)])
def test_the_snippets_print_what_is_shown(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name not in ALONE:
        play(team(name), monkeypatch)
    run_page(PAGES[name], home, monkeypatch)


def run_page(page: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    output: str | None = None
    for block in blocks(page):
        match block.language:
            case "bash":
                for name, value in run_bash(block, home).items():
                    if name.startswith("ASC_"):
                        monkeypatch.setenv(name, value)
                assert ApiKey.from_env() == key(Simulator()), f"{block.place} names another key"
            case "python":
                assert not output, f"{block.place}: the output above is not shown: {output}"
                output = run_python(block, names)
            case "text" if not is_tree(block):
                assert output is not None, f"{block.place}: nothing printed this"
                assert shows(block.text, output), f"{block.place}: what is printed is\n{output}"
                output = None
            case _:
                pass
    assert not output, f"the output of the last snippet is not shown: {output}"
    # Pages leave their client open, as a session in Python does.
    if isinstance(client := names.get("asc"), Client):
        client.close()


def test_the_writes_of_the_guide_say_what_is_said_of_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = team("writes")
    play(simulator, monkeypatch)
    run_page(PAGES["writes"], home, monkeypatch)
    (made,) = simulator.requests.of("betaGroups_createInstance")
    assert made.body == {
        "data": {
            "type": "betaGroups",
            "attributes": {"name": "QA", "publicLinkEnabled": True, "publicLinkLimit": 100},
            "relationships": {
                "app": {"data": {"type": "apps", "id": "6446048195"}},
                "builds": {
                    "data": [{"type": "builds", "id": "b41"}, {"type": "builds", "id": "b42"}]
                },
            },
        }
    }
    (schedule,) = simulator.requests.of("appPriceSchedules_createInstance")
    (included,) = schedule.body["included"]
    price = {"type": "appPrices", "id": included["id"]}
    point = included["relationships"]["appPricePoint"]["data"]
    found = simulator.world.find("appPricePoints", point["id"])
    assert found is not None
    assert found["customerPrice"] == "4.99"
    assert price["id"].startswith("${")
    assert schedule.body == {
        "data": {
            "type": "appPriceSchedules",
            "relationships": {
                "app": {"data": {"type": "apps", "id": "6446048195"}},
                "baseTerritory": {"data": {"type": "territories", "id": "USA"}},
                "manualPrices": {"data": [price]},
            },
        },
        "included": [
            {
                **price,
                "attributes": {"startDate": None},
                "relationships": {"appPricePoint": {"data": point}},
            }
        ],
    }
    updates = simulator.requests.of("betaGroups_updateInstance")
    changes = [update.body["data"]["attributes"] for update in updates]
    # None is sent as null, UNSET is not sent.
    assert changes == [{"name": "Quality", "publicLinkLimit": None}, {"name": "QA"}]


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if has_commands(page)])
def test_the_commands_print_what_is_shown(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGES[name]
    cache = home / "cache"
    cache.mkdir()
    # What was formatted before need not be formatted again.
    texts = default_directory({}) / "texts.msgpack"
    if texts.is_file():
        shutil.copy(texts, cache)
    document = small_spec()
    document["paths"]["/v1/apps"]["get"]["responses"] = {"204": {"description": "Nothing"}}
    (home / "openapi.oas.json").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setenv("ASCGEN_CACHE_DIR", str(cache))
    monkeypatch.setenv("ASCGEN_OFFLINE", "1")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for block in blocks(page):
        if block.language == "console":
            for command, expected in block.commands():
                run_command(command, expected, block.place)
    for command in listed_commands(page):
        run_command(command, "", "a table")


def listed_commands(page: Path) -> list[str]:
    """The commands that a table explains and that no console block shows with more to them."""
    shown = [c for b in blocks(page) if b.language == "console" for c, _ in b.commands()]
    text = page.read_text(encoding="utf-8").partition("## Look things up")[2]
    listed = re.findall(r"^\| `(ascgen [^`]+)` \|", text, flags=re.MULTILINE)
    return [c for c in listed if not any(f"{s} ".startswith(f"{c} ") for s in shown)]


def run_command(command: str, expected: str, place: str) -> None:
    if command.startswith("make "):
        assert command.removeprefix("make ") in make_targets(), f"{place}: no such target"
        return
    if command in NOT_RUN:
        return
    assert command.startswith("ascgen "), f"{place}: {command} is neither run nor in NOT_RUN"
    done = subprocess.run(  # noqa: S602 - our own README
        command, shell=True, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, f"{place}: {done.stderr}"
    if expected:
        assert shows(expected, done.stdout), f"{place}: what is printed is\n{done.stdout}"


def test_every_block_is_of_a_kind_that_is_run() -> None:
    found = [block for page in PAGES.values() for block in blocks(page)]
    assert [block.place for block in found if block.language not in LANGUAGES] == []
    commands = {c for block in found if block.language == "console" for c, _ in block.commands()}
    assert NOT_RUN.keys() - commands - {*listed_commands(PAGES["generator"])} == set()


def test_the_tree_of_errors_is_the_one_there_is() -> None:
    (tree,) = (block.text for block in blocks(PAGES["errors"]) if is_tree(block))
    module = importlib.import_module("app_store_connect._runtime.messages.errors")
    lines = [line.removeprefix("    ") for line in (module.__doc__ or "").splitlines()]
    assert tree.splitlines() == [line for line in lines if is_branch(line)]
    places = places_of_errors(tree)
    here = {name for name, place in places.items() if place == "errors"}
    assert here == {*errors.__all__} - {"ErrorDetail"}
    for name, place in places.items():
        module = importlib.import_module(f"app_store_connect.{place}")
        assert name in module.__all__, f"{name} is not in {place}"


def places_of_errors(tree: str) -> dict[str, str]:
    """The module each error is imported from: the one in brackets, here or further up."""
    places: dict[str, str] = {}
    above: list[str] = []
    for line in tree.splitlines():
        found = re.search(r"[A-Z]", line)
        assert found
        depth = found.start() // 4
        named = re.search(r"\((uploads|rehearsal|reports|webhooks)\)$", line)
        above[depth:] = [named[1] if named else above[depth - 1] if depth else "errors"]
        places[line[found.start() :].split()[0]] = above[depth]
    return places


def is_tree(block: Block) -> bool:
    return block.text.startswith("AppStoreConnectError\n")


def test_the_hosts_are_told_of_a_server_that_there_is() -> None:
    options = ascgen_help("mcp")
    found = [
        json.loads(block.text) for block in blocks(PAGES["agents"]) if block.language == "json"
    ]
    servers = [server for item in found for server in item["mcpServers"].values()]
    assert len(servers) == 2
    for server in servers:
        assert [server["command"], server["args"][0]] == ["ascgen", "mcp"]
        assert all(option in options for option in server["args"][1:])


def is_branch(line: str) -> bool:
    return line == "AppStoreConnectError" or line.lstrip(" │").startswith(("├", "└"))


def test_what_is_named_in_passing_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in (README, *GUIDE))
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", prose)
    assert len(spans) > 100
    methods = [m for span in spans if (m := re.match(r"asc\.(\w+)(?:\.(\w+)\()?", span))]
    assert len(methods) > 15
    for found in methods:
        namespace, method = found[1], found[2]
        assert hasattr(Client, namespace), found[0]
        if method:
            module = __import__(f"app_store_connect.resources.{namespace}", fromlist=["*"])
            kind = getattr(module, vars(Client)[namespace]._class_name)
            assert hasattr(kind, method), found[0]
    for span in spans:
        if span.startswith("make "):
            assert span.removeprefix("make ") in make_targets(), span
        if re.fullmatch(r"[a-z_]+/[\w/.]*", span):
            assert (ROOT / span).exists(), span
    commands = {tuple(span.split()[:2]) for span in spans if span.startswith("ascgen ")}
    for _, command in commands:
        if command != "--help":
            assert command in ascgen_help(), command
            options = {
                option
                for span in spans
                if span.startswith(f"ascgen {command} ")
                for option in re.findall(r"--[a-z-]+", span)
            }
            text = ascgen_help(command)
            assert [option for option in options if option not in text] == []


def test_every_make_target_is_listed() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in make_targets() if f"| `make {name}` |" not in text] == ["help"]


def make_targets() -> list[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE)


def ascgen_help(*command: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "ascgen", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, "COLUMNS": "200"},
    )
    return done.stdout


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("page", [README, *GUIDE, *DOCUMENTS], ids=lambda page: page.stem)
def test_links_of_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if target.startswith("https://"):
            continue
        path, _, place = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), target
        assert not place or place in headings(other), target


def headings(page: Path) -> set[str]:
    """What GitHub calls the headings of a page in links."""
    text = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_of_the_guide_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert [page.name for page in GUIDE if f"(docs/guide/{page.name})" not in text] == []
