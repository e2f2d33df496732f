"""The same facts make the same bytes, wherever they come from and wherever they are rendered."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

import ascgen
from ascgen.analyze import analyze
from ascgen.snapshot import load_snapshot, read_snapshot, snapshot_name, write_snapshot
from ascgen.sources import templates_directory
from support import render_probe, specs
from support.recount import descriptions
from support.render_probe import hashes, part, render, snapshot_file

if TYPE_CHECKING:
    from ascgen.model import ApiModel

# The fixtures are worth sharing: one worker runs all of this.
pytestmark = pytest.mark.xdist_group("determinism")

PLACES = {
    "0": {"TZ": "UTC", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "1": {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
}


@pytest.fixture(scope="session")
def snapshot() -> ApiModel:
    return load_snapshot(snapshot_file())


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texts") / "formatted.msgpack"


@pytest.fixture(scope="session")
def files(snapshot: ApiModel, texts: Path) -> dict[str, str]:
    """What the snapshot renders, in one process and with nothing to build on."""
    return render(part(snapshot), texts=texts)


# --- Rendering -------------------------------------------------------------------------------


def test_rendering_again_on_more_cores_makes_the_same_bytes(
    snapshot: ApiModel, files: dict[str, str]
) -> None:
    assert hashes(render(part(snapshot), workers=2)) == hashes(files)


def test_rendering_from_kept_texts_makes_the_same_bytes(
    snapshot: ApiModel, files: dict[str, str], texts: Path
) -> None:
    assert texts.stat().st_size > 0
    assert list(render(part(snapshot), texts=texts).items()) == list(files.items())


def test_a_folder_of_another_name_is_rendered_under_that_name(
    snapshot: ApiModel, files: dict[str, str], texts: Path, tmp_path: Path
) -> None:
    """The text of no file changes here, nor their order."""
    templates = copytree(templates_directory(), tmp_path / "templates")
    assert render(part(snapshot), texts=texts, templates=templates) == files
    package = templates / "client" / "app_store_connect"
    (package / "uploads").rename(package / "uploadz")
    moved = [name.replace("/uploads/", "/uploadz/") for name in files]
    assert moved != [*files]
    assert [*render(part(snapshot), texts=texts, templates=templates)] == moved


@pytest.mark.parametrize("seed", PLACES)
def test_rendering_does_not_depend_on_the_machine(
    files: dict[str, str], seed: str, tmp_path: Path
) -> None:
    generator = str(Path(str(ascgen.__file__)).parents[1])
    settings = {"PYTHONHASHSEED": seed, "PYTHONPATH": generator, "HOME": str(tmp_path)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, render_probe.__file__],
        env={"PATH": os.environ.get("PATH", ""), **settings, **PLACES[seed]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == hashes(files)
    assert not list(tmp_path.iterdir()), "rendering writes nothing by itself"


def test_a_document_and_the_snapshot_of_it_render_the_same_bytes(
    files: dict[str, str], texts: Path
) -> None:
    api = specs.facts(specs.NEWEST)
    again = read_snapshot(write_snapshot(api), origin="the snapshot of it")
    assert render(part(api), texts=texts) == render(part(again), texts=texts)
    if snapshot_name(api) == snapshot_file().name:
        assert hashes(render(part(api), texts=texts)) == hashes(files)


def test_operation_ids_of_the_old_spelling_make_the_same_client(
    files: dict[str, str], texts: Path
) -> None:
    """Apple renamed them all: `apps-get_collection` became `apps_getCollection`."""
    document = specs.document(specs.NEWEST)
    data = copy.deepcopy(document.data)
    renamed = 0
    for item in data["paths"].values():
        for method, operation in item.items():
            if method != "parameters":
                operation["operationId"] = old_spelling(operation["operationId"])
                renamed += 1
    old = analyze(data, product=document.product, sha256=document.sha256)
    new = specs.facts(specs.NEWEST, overlay=False)
    assert renamed == len(new.operations) > 1000
    assert not {operation.id for operation in old.operations} & {o.id for o in new.operations}
    assert [without_id(o) for o in old.operations] == [without_id(o) for o in new.operations]
    older, newer = (render(part(api), texts=texts) for api in (old, new))
    # The client's own facts are the document's, ids included.
    facts = "app_store_connect/_api/facts.txt"
    assert older.pop(facts) != newer.pop(facts)
    assert older == newer


def old_spelling(operation_id: str) -> str:
    resource, _, kind = operation_id.rpartition("_")
    return f"{resource}-{re.sub('[A-Z]', lambda found: '_' + found[0].lower(), kind)}"


def without_id(operation: Any) -> Any:
    return msgspec.structs.replace(operation, id="any")


# --- The snapshot ----------------------------------------------------------------------------


def test_the_committed_snapshot_is_what_is_written_now(snapshot: ApiModel) -> None:
    assert snapshot_file().name == snapshot_name(snapshot)
    assert write_snapshot(snapshot) == snapshot_file().read_bytes()


def test_the_committed_snapshot_is_that_of_the_document(snapshot: ApiModel) -> None:
    api = specs.facts(specs.NEWEST)
    if api.version != snapshot.version:
        pytest.skip("the snapshot is of a later document")
    assert write_snapshot(api) == snapshot_file().read_bytes()


@pytest.mark.parametrize("name", specs.ALL)
def test_a_snapshot_holds_all_the_facts(name: str) -> None:
    api = specs.facts(name)
    again = read_snapshot(write_snapshot(api), origin=name)
    assert again == api
    assert list(again.schemas) == list(api.schemas)
    assert list(again.fieldsets) == list(api.fieldsets)
    assert write_snapshot(again) == write_snapshot(api)


def test_the_snapshot_is_one_entity_a_line(snapshot: ApiModel) -> None:
    lines = snapshot_file().read_text(encoding="utf-8").splitlines()
    operations = [line for line in lines if line.startswith('{"id":')]
    entities = [line for line in lines if re.match(r'"[^"]+": \{"', line)]
    assert [json.loads(line.rstrip(","))["id"] for line in operations] == [
        operation.id for operation in snapshot.operations
    ]
    names = [next(iter(json.loads("{" + line.rstrip(",") + "}"))) for line in entities]
    assert names == [*snapshot.schemas, *snapshot.fieldsets]
    assert len(lines) - len(operations) - len(entities) < 20


def test_the_snapshot_holds_none_of_apples_prose() -> None:
    document = specs.document(specs.NEWEST)
    # A single word may well be a name too.
    prose = {text for text in descriptions(document.data) if " " in text.strip()}
    assert prose
    written = write_snapshot(specs.facts(specs.NEWEST)).decode()
    assert not [text for text in prose if json.dumps(text)[1:-1] in written]


def test_the_snapshot_is_ordered_as_the_document() -> None:
    document = specs.document(specs.NEWEST)
    api = specs.facts(specs.NEWEST)
    assert list(api.schemas) == list(document.data["components"]["schemas"])
    assert [operation.path for operation in api.operations] == [
        path
        for path, item in document.data["paths"].items()
        for method in item
        if method != "parameters"
    ]
