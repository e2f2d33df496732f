"""Both type checkers find what users do wrong, where they do it, and nothing in what is right."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import app_store_connect
from docs.blocks import as_module

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GENERATED = Path(str(app_store_connect.__file__)).parent.parent
REFUSED = "refused.py"
SOURCES = {
    "accepted.py": HERE / "accepted.py",
    REFUSED: HERE / REFUSED,
    "readme.py": ROOT / "README.md",
    "package_readme.py": GENERATED / "README.md",
    **{f"guide_{page.stem}.py": page for page in sorted((ROOT / "docs/guide").glob("*.md"))},
}
MARK = re.compile(r"# refused: \S")
MYPY_ERROR = re.compile(r"(?P<path>[^:]+\.py):(?P<line>\d+)(?::\d+)?: error: (?P<text>.*)")
# The first run of a checkout has nothing cached, and pyright has to download itself.
PATIENCE = 300

Errors = dict[str, dict[int, str]]


def mypy(directory: Path) -> Errors:
    """The errors of mypy by file and line."""
    done = _run(
        directory,
        *(sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11"),
        *("--enable-error-code", "deprecated"),
        # What is wrong inside the package is for `make lint` to say.
        *("--follow-imports", "silent", "--config-file", ""),
        *("--cache-dir", str(ROOT / ".mypy_cache" / "typing"), *SOURCES),
        MYPYPATH=str(GENERATED),
    )
    found: Errors = {}
    for line in done.stdout.splitlines():
        if match := MYPY_ERROR.fullmatch(line):
            found.setdefault(match["path"], {}).setdefault(int(match["line"]), match["text"])
    return found


def pyright(directory: Path) -> Errors:
    """The errors of pyright by file and line; a skip where it is not there."""
    program = str(Path(sys.executable).with_name("pyright"))
    trouble = _trouble(program)
    if trouble and not os.environ.get("CI"):
        pytest.skip(f"there is no pyright: {trouble}")
    settings = {
        "include": list(SOURCES),
        "extraPaths": [str(GENERATED)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        # Many lines only look at something, and that alone is no mistake here.
        "reportUnusedExpression": "none",
    }
    (directory / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = _run(
        directory, program, "--outputjson", "-p", str(directory), "--pythonpath", sys.executable
    )
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(SOURCES)
    found: Errors = {}
    for item in report["generalDiagnostics"]:
        line = item["range"]["start"]["line"] + 1
        found.setdefault(Path(item["file"]).name, {}).setdefault(line, item["message"])
    return found


def _trouble(program: str) -> str:
    """Why pyright cannot be used, empty where it can; it downloads itself when it is first run."""
    try:
        done = _run(HERE, program, "--version")
    except (OSError, AssertionError, subprocess.TimeoutExpired) as error:
        return str(error) or type(error).__name__
    return "" if done.returncode == 0 else done.stderr[-500:]


def _run(directory: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - the checkers of this very environment
        command,
        cwd=directory,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode in {0, 1}, (done.stdout + done.stderr)[-2000:]
    return done


@pytest.fixture(
    scope="module",
    # One worker runs a checker once for all tests.
    params=[
        pytest.param(checker, marks=pytest.mark.xdist_group(f"typing-{checker.__name__}"))
        for checker in (mypy, pyright)
    ],
    ids=lambda checker: checker.__name__,
)
def errors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Errors:
    directory = tmp_path_factory.mktemp("typing")
    for name, source in SOURCES.items():
        is_python = source.suffix == ".py"
        text = source.read_text(encoding="utf-8") if is_python else as_module(source)
        (directory / name).write_text(text, encoding="utf-8")
    found: Errors = request.param(directory)
    return found


def test_what_users_do_right_is_accepted(errors: Errors) -> None:
    assert {name: lines for name, lines in errors.items() if name != REFUSED} == {}


def test_what_users_do_wrong_is_refused_where_they_do_it(errors: Errors) -> None:
    lines = SOURCES[REFUSED].read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if MARK.search(line)}
    found = errors.get(REFUSED, {})
    unnoticed = {number: lines[number - 1].strip() for number in sorted(marked - found.keys())}
    unexpected = {number: found[number] for number in sorted(found.keys() - marked)}
    assert (unnoticed, unexpected) == ({}, {})
    assert marked
