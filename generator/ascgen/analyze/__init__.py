"""From a document to the API's facts: `analyze` is the whole of it for its callers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from msgspec import structs

from ascgen.analyze.composition import Composition
from ascgen.analyze.cursor import Cursor, UnknownConstructError
from ascgen.analyze.mending import mended
from ascgen.analyze.omissions import Omissions
from ascgen.analyze.operations import OperationReader
from ascgen.analyze.paths import PathForms
from ascgen.analyze.query import QueryReader
from ascgen.analyze.schemas import SchemaReader
from ascgen.model import LARGEST, ApiModel, Operation
from ascgen.references import check_references, closure, schemas_of

__all__ = ["analyze"]

_TITLES = {
    "app-store-connect": "App Store Connect API",
    "enterprise": "Enterprise Program API",
}


def analyze(
    data: dict[str, Any],
    *,
    product: str,
    sha256: str,
    overlay: tuple[str, ...] = (),
) -> ApiModel:
    """Read a parsed document into an ApiModel.

    What this program does not know is left out, or read as any value, and stands in `omissions`
    with its JSON pointer. `sha256` is of the document's bytes, `overlay` names the mends applied
    to `data`.

    Raises:
        SpecError: nothing can be made of the document.
    """
    root = Cursor(data)
    omissions = Omissions()
    composition = Composition(root, omissions)
    components = root.child("components").child("schemas")
    _refuse_more(len(components.object()), "schemas", components)
    reader = SchemaReader(composition, omissions, _bodies(data))
    reader.read_components(components)
    address, paths = _server(root), root.child("paths")
    server = address.server()
    forms = PathForms(address.text(), paths.object())
    if forms.is_guessed:
        omissions.add(paths, "no path says a version", "the client puts /v1 before all of them")
    query = QueryReader(composition, omissions)
    places = OperationReader(composition, omissions, reader, query, forms)
    operations: list[Operation] = []
    for path, item in paths.members():
        operations += places.read_path(path, item)
        _refuse_more(len(operations), "operations", paths)
    if not operations:
        paths.stop("there is no operation here that this program knows")
    schemas = mended(reader.schemas, omissions)
    check_references(schemas)
    info = root.child("info")
    api = ApiModel(
        product=product,
        title=_title(info, product, omissions),
        version=info.child("version").version(),
        sha256=sha256,
        server=server,
        overlay=overlay,
        operations=tuple(operations),
        schemas=schemas,
        fieldsets=query.fieldsets,
    )
    used = closure(api, (name for item in operations for name in schemas_of(item)))
    return structs.replace(api, omissions=omissions.found(used))


def _title(info: Cursor, product: str, omissions: Omissions) -> str:
    try:
        return info.child("title").title()
    except UnknownConstructError as error:
        omissions.add_error(error, "the client is of the API that the server is known for")
        return _TITLES.get(product, product)


def _bodies(data: dict[str, Any]) -> frozenset[str]:
    """Return the component schemas of request bodies, without checking the document."""
    taken: set[str] = set()
    answered: set[str] = set()
    paths: dict[str, Any] = data["paths"]
    for item in paths.values():
        operations = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
        for operation in operations.values():
            with suppress(AttributeError, KeyError, TypeError):
                taken |= _schemas(operation["requestBody"])
            with suppress(AttributeError, KeyError, TypeError):
                for answer in operation["responses"].values():
                    answered |= _schemas(answer)
    return frozenset(taken - answered)


def _schemas(body: dict[str, Any]) -> set[str]:
    contents = body.get("content", {}).values()
    return {item["schema"].get("$ref", "").rpartition("/")[2] for item in contents}


def _refuse_more(count: int, what: str, place: Cursor) -> None:
    if count > LARGEST:
        place.stop(
            f"a document of more than {LARGEST} {what} is not supported",
            hint="Apple's have a tenth of that: check where this one is from",
        )


def _server(root: Cursor) -> Cursor:
    """Return the address of the first server, to whose origin the client will send its tokens."""
    return root.at("servers", 0, "url") or root.child("servers")
