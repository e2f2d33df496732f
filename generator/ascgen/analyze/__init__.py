"""From a document to the API's facts: `analyze` is the whole of it for its callers."""

from __future__ import annotations

from typing import Any

from ascgen.analyze.cursor import Cursor
from ascgen.analyze.operations import OperationReader
from ascgen.analyze.query import QueryReader
from ascgen.analyze.schemas import read_schema
from ascgen.model import LARGEST, ApiModel, Operation
from ascgen.references import check_references

__all__ = ["analyze"]


def analyze(
    data: dict[str, Any],
    *,
    product: str,
    sha256: str,
    overlay: tuple[str, ...] = (),
) -> ApiModel:
    """Read a parsed document into an ApiModel.

    A construct that this program does not know raises SpecError with its JSON pointer; nothing
    is skipped. `sha256` is of the document's bytes, `overlay` names the mends applied to `data`.
    """
    root = Cursor(data)
    components = root.child("components").child("schemas")
    _refuse_more(len(components.object()), "schemas", components)
    schemas = {name: read_schema(name, place) for name, place in components.members()}
    check_references(schemas)
    query = QueryReader()
    reader = OperationReader(schemas, query)
    operations: list[Operation] = []
    paths = root.child("paths")
    for path, item in paths.members():
        operations += reader.read_path(path, item)
        _refuse_more(len(operations), "operations", paths)
    info = root.child("info")
    return ApiModel(
        product=product,
        title=info.child("title").title(),
        version=info.child("version").version(),
        sha256=sha256,
        server=_server(root),
        overlay=overlay,
        operations=tuple(operations),
        schemas=schemas,
        fieldsets=query.fieldsets,
    )


def _refuse_more(count: int, what: str, place: Cursor) -> None:
    if count > LARGEST:
        place.fail(
            f"a document of more than {LARGEST} {what} is not supported",
            hint="Apple's have a tenth of that: check where this one is from",
        )


def _server(root: Cursor) -> str:
    """The origin of the first server, which is where the client will send its tokens."""
    place = root.at("servers", 0, "url") or root.child("servers")
    return place.server()
