"""The clients that other generators make of the same document."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from bench.peers import Unavailable, stamp
from bench.processes import ProgramError

if TYPE_CHECKING:
    from pathlib import Path

    from bench.context import Bench
    from bench.peers import Name
    from bench.processes import Finished

OPENAPI: Name = "openapi-python-client"
DATAMODEL: Name = "datamodel-code-generator"

_DATAMODEL = (
    *("--input-file-type", "openapi", "--output-model-type", "msgspec.Struct"),
    *("--formatters", "builtin", "--target-python-version", "3.11"),
)
_CLIENT = (
    *("--generate-client", "httpx2", "--client-package", "asc_client"),
    *("--client-model-package", "asc_models"),
)
_STAMP = "made-from.txt"


def datamodel_models(bench: Bench) -> Finished:
    """Have datamodel-code-generator make models, and nothing else, in its quickest way."""
    python = bench.environments.python(DATAMODEL)
    document = bench.peers_document()
    output = bench.work("datamodel-models.py")
    program = python.with_name("datamodel-codegen")
    words = [program, "--input", document, *_DATAMODEL, "--output", output]
    return _run(bench, words, DATAMODEL)


def openapi_client(bench: Bench) -> Finished:
    """Have openapi-python-client make its package, unformatted; it stays until the next time."""
    python = bench.environments.python(OPENAPI)
    document = bench.peers_document()
    place = _place(bench, OPENAPI)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    config = place / "config.yml"
    config.write_text("post_hooks: []\n", encoding="ascii")
    package = place / "asc_openapi_python_client"
    words = [python.with_name(OPENAPI), "generate", "--path", document, "--meta", "none"]
    finished = _run(bench, [*words, "--config", config, "--output-path", package], OPENAPI)
    (place / _STAMP).write_text(_made_from(bench, OPENAPI), encoding="ascii")
    return finished


def openapi_package(bench: Bench) -> Path:
    """Where openapi-python-client's package is; it is made if it is not there."""
    if not _is_current(bench, OPENAPI):
        bench.say(f"generating with {OPENAPI}")
        openapi_client(bench)
    return _place(bench, OPENAPI)


def datamodel_package(bench: Bench) -> Path:
    """Where datamodel-code-generator's client is; it is made if it is not there."""
    place = _place(bench, DATAMODEL)
    if not _is_current(bench, DATAMODEL):
        python = bench.environments.python(DATAMODEL)
        document = bench.peers_document()
        bench.say(f"generating a client with {DATAMODEL}, which takes minutes; it is kept")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        words = [python.with_name("datamodel-codegen"), "--input", document, *_DATAMODEL]
        outputs = ["--output", place / "asc_models.py", "--client-output", place / "asc_client"]
        _run(bench, [*words, *_CLIENT, *outputs], DATAMODEL)
        (place / _STAMP).write_text(_made_from(bench, DATAMODEL), encoding="ascii")
    return place


def _run(bench: Bench, words: list[object], name: str) -> Finished:
    try:
        return bench.processes.run(words, watch=True)
    except ProgramError as error:
        bench.say(str(error))
        raise Unavailable(f"{name} failed on this document") from None


def _place(bench: Bench, name: Name) -> Path:
    return bench.folder / "generated" / name


def _is_current(bench: Bench, name: Name) -> bool:
    try:
        found = (_place(bench, name) / _STAMP).read_text(encoding="ascii")
    except OSError:
        return False
    return bench.is_raw and found == _made_from(bench, name)


def _made_from(bench: Bench, name: Name) -> str:
    digest = hashlib.sha256(bench.document.read_bytes()).hexdigest()
    return f"{digest} {stamp(name)}"
