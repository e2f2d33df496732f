"""`asc` as a process: what it imports, completes, serves and survives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from app_store_connect import API_VERSION
from support.whole_api import PACKAGE, operations

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 120
PROGRAM = [sys.executable, "-m", "app_store_connect.cli"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [*PROGRAM, *words],
        env={**ENVIRONMENT, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def imported(*words: str) -> set[str]:
    code = (
        "import sys; from app_store_connect.cli import main;"
        f" main({list(words)!r}); print('\\n' + '\\n'.join(sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return set(done.stdout.split())


HEAVY = {"httpx", "httpx2", "jwt", "cryptography", "rich", "app_store_connect.client"}


def test_the_help_imports_neither_client_nor_facts() -> None:
    found = imported("--help")
    assert not found & {*HEAVY, "msgspec", "app_store_connect._api"}


@pytest.mark.parametrize("words", [("apps", "list", "--help"), ("beta-groups", "--help")])
def test_the_help_of_a_command_imports_no_namespace(words: tuple[str, ...]) -> None:
    found = imported(*words)
    assert not found & HEAVY
    assert not {name for name in found if name.startswith("app_store_connect.resources.")}


def test_a_call_imports_its_namespace_only() -> None:
    found = imported("apps", "get", "1", "--base-url", "http://127.0.0.1:1")
    resources = {name for name in found if name.startswith("app_store_connect.resources.")}
    assert resources == {"app_store_connect.resources.apps"}


def test_every_namespace_is_listed_and_has_its_commands() -> None:
    listed = {item["namespace"] for item in json.loads(run("namespaces").stdout)}
    assert listed == {name.replace("_", "-") for name in operations()}


def test_the_version_tells_the_api() -> None:
    assert API_VERSION in run("--version").stdout


def test_a_pipe_that_is_closed_is_no_failure() -> None:
    words = " ".join([*PROGRAM, "namespaces", "--ndjson"])
    done = subprocess.run(  # noqa: S602 - our own program
        f"{words} | head -n 1",
        shell=True,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def completed(words: str, *, shell: str = "bash") -> list[str]:
    """What a shell is offered for a line that ends at the cursor."""
    count = len(words.split(" ")) - 1
    last = words.rpartition(" ")[2]
    protocol = {"bash": {"COMP_CWORD": str(count)}, "zsh": {"COMP_CWORD": str(count)}}
    more = protocol.get(shell, {"COMP_CWORD": last})
    done = run(_ASC_COMPLETE=f"{shell}_complete", COMP_WORDS=words, **more)
    lines = done.stdout.splitlines()
    if shell == "bash":
        return [line.partition(",")[2] for line in lines]
    if shell == "zsh":
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("asc beta-gr", {"beta-groups"}),
        ("asc sim", {"simulate"}),
        ("asc beta-groups add-", {"add-beta-testers", "add-builds"}),
        ("asc apps list --bun", {"--bundle-id"}),
        ("asc apps list --sort n", {"name"}),
        ("asc apps list --include builds,betaG", {"builds,betaGroups"}),
        ("asc apps list --fields sk", {"sku"}),
        ("asc apps list --fields builds=vers", {"builds=version"}),
        ("asc app-store-versions create --platform v", {"VISION_OS"}),
        ("asc completion f", {"fish"}),
    ],
)
def test_names_and_values_are_completed(words: str, offered: set[str]) -> None:
    assert set(completed(words)) == offered


# Asks a shell itself, as the key Tab does.
PRESSED = {
    "bash": 'eval "$(asc completion bash)"; COMP_LINE="$LINE"; COMP_POINT=${#LINE};'
    " _asc_completion asc 2> /dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"",
    "fish": 'asc completion fish | source; complete -C "$LINE" | string split --fields 1 \\t; true',
}


@pytest.mark.parametrize("shell", PRESSED)
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("asc simul", {"simulate"}),
        ("asc app-store-versions create --platform=V", {"--platform=VISION_OS"}),
        ("asc apps list --fields builds=vers", {"builds=version"}),
        ("asc apps list --include builds,betaG", {"builds,betaGroups"}),
        ("asc apps list --name 'a b' --rel", {"--related-limit"}),
    ],
)
def test_a_shell_offers_words_with_signs_in_them(
    shell: str, line: str, offered: set[str], tmp_path: Path
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    asc = tmp_path / "asc"
    asc.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app_store_connect.cli "$@"\n')
    asc.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own words
        [program, "-c", PRESSED[shell]],
        env={**ENVIRONMENT, "PATH": path, "LINE": line, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    # Bash puts what is offered behind the sign.
    after = {item.rpartition("=")[2] for item in offered} if shell == "bash" else offered
    assert set(done.stdout.split()) == after


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_served_too(shell: str) -> None:
    assert completed("asc apps list --sort na", shell=shell) == ["name"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_reads_is_what_it_understands(shell: str, tmp_path: Path) -> None:
    text = run("completion", shell).stdout
    assert "_ASC_COMPLETE" in text
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "completion"
    script.write_text(text)
    subprocess.run([program, "-n", str(script)], check=True, timeout=PATIENCE)  # noqa: S603


def test_the_simulator_serves_a_command() -> None:
    pytest.importorskip("uvicorn")
    done = run("simulate", "--", *PROGRAM, "apps", "list", "--columns", "name", "--sort", "name")
    assert done.returncode == 0, done.stderr
    assert [item["name"] for item in json.loads(done.stdout)] == ["Harbor", "Kettle", "Trails"]
    assert run("simulate", "--", *PROGRAM, "apps", "get", "x").returncode == 5


def test_the_simulator_says_how_to_find_it() -> None:
    pytest.importorskip("uvicorn")
    with subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, "simulate"], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        variables = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        assert run("users", "list", **variables).returncode == 0
        process.terminate()
