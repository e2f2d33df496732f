"""What shells complete: commands, options, and the names of the API."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ascgen.cli import app

PROGRAM = Path(sys.executable).with_name("ascgen")
# As shells hand over what has been typed, and how each wants its answers.
SHELLS = {
    "bash": lambda words: {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)},
    "zsh": lambda words: {"_TYPER_COMPLETE_ARGS": " ".join(words)},
    "fish": lambda words: {
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    },
}


def completed(line: str, shell: str = "bash", **environment: str) -> str:
    typed = SHELLS[shell](["ascgen", *line.split(" ")])
    typed["_ASCGEN_COMPLETE"] = f"complete_{shell}"
    done = CliRunner().invoke(app, [], prog_name="ascgen", env={**typed, **environment})
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_names_of_the_api(shell: str) -> None:
    assert "betaGroups" in completed("resource --spec snapshot betaG", shell)
    source = {"_ASCGEN_COMPLETE": f"source_{shell}"}
    script = CliRunner().invoke(app, [], prog_name="ascgen", env=source).stdout
    assert f"complete_{shell}" in script


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("sea", ["search"]),
        ("generate --chec", ["--check"]),
        ("search --kind gu", ["guide"]),
        ("resource --spec snapshot beta_groups", ["beta_groups"]),
        ("generate --spec snapshot --include beta_groups", ["beta_groups"]),
        ("graph --spec snapshot ciProd", ["ciProducts"]),
        ("operation --spec snapshot betaGroups_getI", ["betaGroups_getInstance"]),
        ("operation --spec snapshot beta_groups.add_b", None),
        ("operation --spec snapshot GET /v1/ageRatingD", []),
        ("operation --spec snapshot PATCH /v1/ageRatingD", ["/v1/ageRatingDeclarations/{id}"]),
        ("schema --spec snapshot BuildBundleFileSizesR", ["BuildBundleFileSizesResponse"]),
        ("where --spec snapshot usesNonE", ["usesNonExemptEncryption"]),
        ("info --spec snap", ["snapshot"]),
        ("diff snap", ["snapshot"]),
    ],
)
def test_bash_gets_what_fits(line: str, names: list[str] | None) -> None:
    if names is None:
        names = ["beta_groups.add_beta_testers", "beta_groups.add_builds"]
    assert sorted(completed(line).split()) == names


def test_where_nothing_can_be_read_there_is_nothing_to_complete(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[")
    assert completed("resource betaG", ASCGEN_CACHE_DIR=str(tmp_path)) == ""
    assert completed("resource --spec none betaG") == ""
    assert completed("info --spec ", ASCGEN_CACHE_DIR=str(tmp_path)).split() == ["snapshot"]


def test_bash_completes_a_line(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    lines = """
        eval "$(_ASCGEN_COMPLETE=source_bash "$0")"
        COMP_WORDS=(ascgen resource --spec snapshot betaG); COMP_CWORD=4
        _ascgen_completion "$0"
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(  # noqa: S603 - our own lines
        [bash, "-c", lines, str(PROGRAM)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "betaGroups\n"
