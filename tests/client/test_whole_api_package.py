"""The package as files and modules: what importing it costs, how big it is, what it says."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import app_store_connect
from ascgen.files.publish import MARK
from ascgen.model import Array, Map, Ref, Type
from ascgen.plan.catalog import build_catalog
from ascgen.render.revisions import package_version, revision
from ascgen.sources import templates_directory
from support import import_probe, keys
from support.whole_api import PACKAGE, operations, rendered_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = PACKAGE.name
OUTSIDE = ("LICENSE", "README.md", "pyproject.toml")
LIMITS = {"package": 6_500_000, "lines": 5_000}
# What an import may cost in modules of the package's own: the runtime, and nothing generated.
MOST_MODULES = {"package": 3, "clients": 54}
THIRD_PARTIES = ("httpx", "httpcore", "jwt", "cryptography", "msgspec", "typing_extensions")


# The probe is worth sharing: one worker runs all of this.
pytestmark = pytest.mark.xdist_group("package")

# --- Imports ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a fresh interpreter says it has loaded, step by step and module by module."""
    key = {"key_id": keys.KEY_ID, "issuer_id": keys.ISSUER_ID, "key": keys.pem()}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", import_probe.__file__],
        input=json.dumps(key),
        env={
            "PYTHONPATH": str(PACKAGE.parent),
            "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled")),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def own(modules: list[str], part: str = "") -> list[str]:
    prefix = f"{NAME}.{part}" if part else NAME
    return [name for name in modules if name == prefix or name.startswith(f"{prefix}.")]


def test_importing_the_package_loads_next_to_nothing(probe: Any) -> None:
    modules = probe["steps"]["package"]
    assert not [name for name in modules if name.partition(".")[0] in THIRD_PARTIES]
    assert len(own(modules)) <= MOST_MODULES["package"], own(modules)


def test_importing_the_clients_loads_the_runtime_only(probe: Any) -> None:
    modules = own(probe["steps"]["clients"])
    runtime = [*own(modules, "_runtime"), f"{NAME}.client"]
    assert set(modules) <= set(runtime)
    assert len(modules) <= MOST_MODULES["clients"], modules
    # Which of the two libraries it is, is known when there is a client.
    assert not {"httpx", "httpx2"} & {*probe["steps"]["clients"]}


def test_listing_names_loads_nothing(probe: Any) -> None:
    assert own(probe["steps"]["names"]) == [f"{NAME}.models"]


def test_creating_a_client_loads_nothing_generated(probe: Any) -> None:
    assert not own(probe["steps"]["client"])


def test_a_namespace_loads_its_own_module_only(probe: Any) -> None:
    modules = own(probe["steps"]["namespace"])
    generated = set(modules) - set(own(modules, "_runtime"))
    assert generated == {f"{NAME}.resources", f"{NAME}.resources.users"}


def test_a_resource_module_loads_no_other_generated_one(probe: Any) -> None:
    found = {name: rest for name, rest in probe["closures"].items() if own([name], "resources")}
    assert found == {name: [name] for name in found}
    assert {name.rpartition(".")[2] for name in found} == operations().keys()


def test_a_module_of_types_loads_no_other_generated_one(probe: Any) -> None:
    found = {name: rest for name, rest in probe["closures"].items() if own([name], "types")}
    assert found == {name: [name] for name in found}


def test_a_model_loads_what_its_attributes_are_made_of_and_nothing_else(probe: Any) -> None:
    expected = {f"{NAME}.models.{name}": modules for name, modules in needed_modules().items()}
    for name, modules in probe["closures"].items():
        if own([name], "models"):
            # Inline creations are in no catalog: they need no other model at run time.
            wanted = expected.pop(name, set()) | {name.rpartition(".")[2]}
            assert {module.rpartition(".")[2] for module in modules} == wanted, name
            assert own(modules, "models") == modules
    assert not expected, "these models are in no module of their own"


def needed_modules() -> dict[str, set[str]]:
    """The modules of each module of models, by the types of all attributes, however deep."""
    catalog = build_catalog(rendered_api())
    direct = {
        module: {
            catalog.classes[name].module
            for model in models
            for _, kind in model.fields
            for name in references(kind)
        }
        for module, models in catalog.modules.items()
    }

    @cache
    def closure(module: str) -> frozenset[str]:
        others = direct[module] - {module}
        return frozenset({module}).union(*(closure(other) for other in others))

    return {module: set(closure(module)) for module in direct}


def references(kind: Type) -> Iterator[str]:
    match kind:
        case Ref(schema=name):
            yield name
        case Array(items=inner) | Map(values=inner):
            yield from references(inner)
        case _:
            return


def test_one_module_imports_httpx_and_one_takes_the_place_of_its_network() -> None:
    users = [
        path.relative_to(PACKAGE).as_posix()
        for path in python_files()
        if any(name.partition(".")[0] == "httpx" for name in imports(path))
    ]
    assert users == ["_runtime/http/httpx_adapter.py", "simulator/transport.py"]


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports when it runs, so not those for type checkers only."""
    text = path.read_text(encoding="utf-8")
    pending: list[ast.stmt] = list(ast.parse(text).body) if "httpx" in text else []
    while pending:
        node = pending.pop()
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                pending += node.orelse
            case _:
                pending += [part for part in ast.walk(node) if isinstance(part, ast.stmt)][1:]


# --- Files -----------------------------------------------------------------------------------


def files() -> list[Path]:
    ignored = {"__pycache__", ".mypy_cache", ".ruff_cache"}
    return [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and not ignored & set(path.parts)
    ]


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def test_the_package_keeps_to_its_budget() -> None:
    size = sum(path.stat().st_size for path in files())
    assert 500_000 < size <= LIMITS["package"]
    long = {
        path.name: count
        for path in python_files()
        if (count := path.read_bytes().count(b"\n")) > LIMITS["lines"]
    }
    assert not long


def test_there_is_nothing_but_python_the_facts_and_the_mark_of_typing() -> None:
    assert {path.relative_to(PACKAGE).as_posix() for path in files() if path.suffix != ".py"} == {
        "_api/facts.txt",
        "py.typed",
    }


def test_every_file_says_what_made_it_from_which_version() -> None:
    api = rendered_api()
    mark = f"# {MARK}` from {api.title} {api.version}; do not edit."
    for path in (*python_files(), PACKAGE / "_api" / "facts.txt"):
        assert path.read_text(encoding="utf-8").split("\n", 1)[0] == mark, path


@pytest.mark.parametrize("path", OUTSIDE)
def test_the_distribution_says_what_made_it(path: str) -> None:
    first = (PACKAGE.parent / path).read_text(encoding="utf-8").split("\n", 1)[0]
    assert f"{MARK}` from {rendered_api().title} {rendered_api().version}" in first


def test_the_version_is_the_apis_with_a_number_of_ours() -> None:
    api = rendered_api()
    ours = revision(templates_directory(), api.product, api.version)
    assert api.version == app_store_connect.API_VERSION
    assert app_store_connect.__version__ == package_version(api.version, ours)
    text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{app_store_connect.__version__}"' in text


FORBIDDEN = {
    "an absolute path": re.compile(
        r"(?<![\w.~}`/])/(?:home|Users|tmp|work|root|var|usr|opt|etc|mnt|private|builds)/"
        r"|\b[A-Z]:\\\\"
    ),
    "a date": re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b"),
    "this checkout": re.compile(re.escape(str(PACKAGE.parents[1]))),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_tells_where_or_when_it_was_made(what: str) -> None:
    outside = [PACKAGE.parent / name for name in OUTSIDE]
    for path in (*files(), *outside):
        match = FORBIDDEN[what].search(path.read_text(encoding="utf-8"))
        assert match is None, f"{path.name}: {match}"


def test_the_only_hosts_are_the_apis() -> None:
    """Besides, documentation may name Apple's, and hosts of the domain reserved for examples."""
    allowed = {
        urlsplit(rendered_api().server).hostname,
        "api.enterprise.developer.apple.com",
        "developer.apple.com",
        # The simulator hands out addresses of the host that uploads go to.
        "northamerica-1.object-storage.apple.com",
        # Public links of its beta groups lead where Apple's do.
        "testflight.apple.com",
    }
    hosts = {
        host
        for path in files()
        for host in re.findall(r"https?://([\w.\-]+)", path.read_text(encoding="utf-8"))
        if not host.endswith("example.com")
    }
    assert urlsplit(rendered_api().server).hostname in hosts
    assert hosts <= allowed
