"""The workflows: no more rights than they need, and nothing from outside in their scripts."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TAKING = {"actions/checkout", "actions/download-artifact"}
PUBLISH = "pypa/gh-action-pypi-publish"
PUBLISHING = {"id-token", "attestations"}
# What may stand in a script as an expression: nothing does, all goes through the environment.
EXPRESSION = re.compile(r"\$\{\{")


def load(path: Path) -> dict[Any, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def scripts(path: Path) -> list[str]:
    return [step["run"] for step in steps(path) if "run" in step]


def commands(job: dict[str, Any]) -> list[str]:
    """The commands of a job's scripts, without what only sets variables."""
    text = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    lines = text.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not re.match(r"\w+=", line)]


each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def test_there_are_workflows() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "release", "update"]


@each
def test_no_right_is_given_by_default(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        rights = job.get("permissions", {})
        writing = {name for name, right in rights.items() if right == "write"}
        assert writing in (set(), {"contents"}, {"contents", "pull-requests"}, PUBLISHING)
        if writing:
            # Whoever may write runs no code of the project and installs nothing.
            uses = {step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step}
            publishing = {"actions/attest", PUBLISH} if "id-token" in writing else set()
            assert uses <= TAKING | publishing
            programs = {line.split()[0] for line in commands(job)}
            assert programs <= {".github/propose", "gh", "echo"}
        else:
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False


@each
def test_actions_are_first_party_at_a_major_version_or_one_commit(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    for name in used:
        assert re.fullmatch(rf"actions/[a-z-]+@v\d+|{PUBLISH}@[0-9a-f]{{40}}", name), name


@each
def test_no_expression_is_part_of_a_script(path: Path) -> None:
    assert scripts(path)
    for script in scripts(path):
        assert not EXPRESSION.search(script), script


@each
def test_what_is_run_exists(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, flags=re.MULTILINE)
    text = "\n".join(scripts(path))
    made = re.findall(r"(?<![`\w])make (?:--silent )?([a-z-]+)", text)
    assert made
    assert set(made) <= set(targets)
    for name in re.findall(r"(?<!\S)(\.github/\S+)", text):
        assert os.access(ROOT / name, os.X_OK), name
    for command in re.findall(r"\.venv/bin/ascgen (\w+)", text):
        assert (ROOT / f"generator/ascgen/cli/{command}.py").exists() or command == "info"


@each
def test_runs_do_not_pile_up_and_end(path: Path) -> None:
    workflow = load(path)
    assert workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] <= 120 for job in workflow["jobs"].values())


@each
def test_the_scripts_are_bash(path: Path) -> None:
    for script in scripts(path):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)  # noqa: S607 - found on the path


def test_ci_runs_what_the_ci_script_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    wanted = re.findall(r"^make (\w+)$", script, flags=re.MULTILINE)
    job = load(ROOT / ".github/workflows/ci.yml")["jobs"]["linux"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [f"make {w}" for w in wanted]
    assert job["strategy"]["matrix"]["python"][0] == "3.11"


# --- The script that proposes ------------------------------------------------------------------

GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$GH_LOG"
case "$1 $2 $4" in
    "pr list ascgen-update") if [ "$6" = all ]; then cat "$GH_HEADS"; else cat "$GH_OPEN"; fi ;;
esac
"""


class Repository:
    """A repository with its origin, an update of it, and a gh that writes down what it is told."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.origin = place / "origin.git"
        (place / "bin").mkdir()
        gh = place / "bin" / "gh"
        gh.write_text(GH)
        gh.chmod(0o755)
        for name in ("log", "heads", "open"):
            (place / name).write_text("")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self.work = self.clone("first")
        (self.work / "file").write_text("old\n")
        self.git("add", "--all", cwd=self.work)
        self.git("commit", "--quiet", "--message", "Begin", cwd=self.work)
        self.git("push", "--quiet", "origin", "HEAD:main", cwd=self.work)
        self.update("new")

    def clone(self, name: str) -> Path:
        self.git("clone", "--quiet", str(self.origin), str(self.place / name))
        return self.place / name

    def update(self, text: str) -> None:
        folder = self.place / "update"
        folder.mkdir(exist_ok=True)
        (folder / "notes.md").write_text("# API 1 → 2 `$(touch hacked)`\n\nChanges.\n")
        (self.work / "file").write_text(f"{text}\n")
        patch = self.git("diff", cwd=self.work)
        (folder / "update.patch").write_text(patch)
        self.git("checkout", "--quiet", "--", "file", cwd=self.work)

    def git(self, *words: str, cwd: Path | None = None) -> str:
        return self.run("git", *words, cwd=cwd)

    def run(self, *words: str, cwd: Path | None = None) -> str:
        environment = {
            "PATH": f"{self.place / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.place),
            "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
            "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
            "GH_LOG": str(self.place / "log"), "GH_HEADS": str(self.place / "heads"),
            "GH_OPEN": str(self.place / "open"), "BASE": "main",
        }  # fmt: skip
        if words[0] != "git":
            environment = {k: v for k, v in environment.items() if not k.startswith("GIT_")}
        done = subprocess.run(  # noqa: S603 - our own
            words,
            cwd=cwd or self.place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def propose(self) -> str:
        """Run the script in a fresh clone, and return what was said to gh."""
        (self.place / "log").write_text("")
        clone = self.clone(f"clone{len(list(self.place.iterdir()))}")
        self.said = self.run(str(ROOT / ".github/propose"), str(self.place / "update"), cwd=clone)
        assert not list(self.place.rglob("hacked"))
        return (self.place / "log").read_text()

    def tip(self) -> str:
        return self.git("rev-parse", "ascgen-update", cwd=self.origin).strip()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_an_update_becomes_a_pull_request(repository: Repository) -> None:
    said = repository.propose()
    assert "pr create --base main --head ascgen-update --title API 1 → 2 `$(touch hacked)`" in said
    shown = repository.git("show", "ascgen-update:file", cwd=repository.origin)
    assert shown == "new\n"
    author = repository.git("log", "-1", "--format=%ae", "ascgen-update", cwd=repository.origin)
    assert author.strip().endswith("[bot]@users.noreply.github.com")
    assert repository.git("show", "main:file", cwd=repository.origin) == "old\n"


def test_a_newer_update_refreshes_the_pull_request(repository: Repository) -> None:
    repository.propose()
    (repository.place / "open").write_text("7\n")
    repository.update("newer")
    said = repository.propose()
    assert "pr edit 7 --title" in said
    assert "pr create" not in said
    assert repository.git("show", "ascgen-update:file", cwd=repository.origin) == "newer\n"


def test_the_same_update_is_not_proposed_twice(repository: Repository) -> None:
    repository.propose()
    tip = repository.tip()
    (repository.place / "heads").write_text(f"{tip}\n")
    said = repository.propose()
    assert "create" not in said
    assert "edit" not in said
    assert repository.tip() == tip
    # Where the branch was pushed and no pull request came of it, there is one now.
    (repository.place / "heads").write_text("")
    assert "pr create" in repository.propose()


def test_what_somebody_added_to_the_branch_is_left_alone(repository: Repository) -> None:
    repository.propose()
    clone = repository.clone("anns")
    repository.git("switch", "--quiet", "ascgen-update", cwd=clone)
    repository.git("commit", "--quiet", "--allow-empty", "--message", "Count", cwd=clone)
    repository.git("push", "--quiet", cwd=clone)
    tip = repository.tip()
    repository.update("newer")
    assert repository.propose() == ""
    assert "was left alone" in repository.said
    assert repository.tip() == tip
