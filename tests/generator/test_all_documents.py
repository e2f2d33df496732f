"""Every document there is becomes a client that can be imported, whole."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ascgen.files.publish import publish
from ascgen.plan.namespaces import python_name
from support import specs
from support.render_probe import render

if TYPE_CHECKING:
    from pathlib import Path

# Imports every module of a client and tells the methods of each namespace in both flavours.
PROGRAM = """
import importlib, json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import app_store_connect as package
root = pathlib.Path(package.__file__).parent
for path in sorted(root.rglob("*.py")):
    importlib.import_module(".".join(path.relative_to(root.parent).with_suffix("").parts))
methods = {}
for flavour in (package.Client, package.AsyncClient):
    for name, value in vars(flavour).items():
        if type(value).__name__ == "LazyNamespace":
            module = importlib.import_module(f"app_store_connect.resources.{name}")
            members = vars(getattr(module, value._class_name))
            methods.setdefault(flavour.__name__, {})[name] = [
                member for member in members if not member.startswith("_")
            ]
json.dump({"version": package.API_VERSION, "methods": methods}, sys.stdout)
"""


@pytest.fixture
def unformatted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave black out, which takes most of the time: this is about what is rendered."""
    monkeypatch.setattr("ascgen.render.layout.format_python", lambda text, _path="": text)


@pytest.mark.usefixtures("unformatted")
@pytest.mark.parametrize("name", specs.ALL)
def test_a_document_becomes_a_client_that_can_be_imported(name: str, tmp_path: Path) -> None:
    api = specs.facts(name)
    publish(render(api, workers=2), tmp_path / "client", "app_store_connect")
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-B", "-W", "error", "-c", PROGRAM, str(tmp_path / "client")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["version"] == api.version
    expected: dict[str, list[str]] = {}
    for operation in api.operations:
        where = python_name(operation)
        expected.setdefault(where.namespace, []).append(where.method)
    assert found["methods"] == {"Client": expected, "AsyncClient": expected}


@pytest.mark.usefixtures("unformatted")
def test_the_enterprise_client_talks_to_its_own_server() -> None:
    files = render(specs.facts(specs.ENTERPRISE))
    constants = {
        node.target.id: ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(files["app_store_connect/client.py"]))
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value is not None
    }
    assert constants["SERVER"] == "https://api.enterprise.developer.apple.com"
    assert constants["ENTERPRISE"] is True
