"""The snapshot: an ApiModel on disk, facts only, one entity a line so that a diff is readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ascgen.documents.archive import MAX_BYTES
from ascgen.documents.document import version_key
from ascgen.documents.product import PRODUCTS
from ascgen.errors import SpecError, StoreError
from ascgen.model import ApiModel
from ascgen.references import check_references

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 1
_SHOWN_LENGTH = 80


class _Snapshot(ApiModel, frozen=True, kw_only=True):
    """An ApiModel with the number of its own format, which a later version may raise."""

    format: int = _FORMAT


_decode = msgspec.json.Decoder(_Snapshot).decode


def snapshot_name(api: ApiModel) -> str:
    """Return the file name of an API's snapshot."""
    return f"{api.product}-{api.version}.api.json"


def write_snapshot(api: ApiModel) -> bytes:
    """Return the snapshot as JSON text: the header, then each entity on its own line."""
    header = [
        ("format", _FORMAT),
        ("product", api.product),
        ("title", api.title),
        ("version", api.version),
        ("sha256", api.sha256),
        ("server", api.server),
        ("overlay", api.overlay),
    ]
    parts = [f'"{name}": {_json(value)}' for name, value in header]
    operations = ",\n".join(_json(operation) for operation in api.operations)
    parts.append(f'"operations": [\n{operations}\n]')
    for name, entities in (("schemas", api.schemas), ("fieldsets", api.fieldsets)):
        lines = ",\n".join(f"{_json(key)}: {_json(value)}" for key, value in entities.items())
        parts.append(f'"{name}": {{\n{lines}\n}}')
    if api.omissions:
        told = ",\n".join(map(_json, api.omissions))
        parts.append(f'"omissions": [\n{told}\n]')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def read_snapshot(content: bytes, *, origin: str) -> ApiModel:
    """Return the API of a snapshot; its facts are checked as those of a document are.

    Raises:
        SpecError: it is not a snapshot, has a later format, or contradicts itself.
    """
    hint = "write it again with `ascgen snapshot`"
    try:
        found = _decode(content)
    # A UnicodeDecodeError and an integer too long for Python are both ValueErrors.
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SpecError(
            f"{origin} is not a snapshot this program can read: {error}", hint=hint
        ) from None
    if found.format != _FORMAT:
        raise SpecError(
            f"{origin} has format {found.format}, this program reads {_FORMAT}",
            hint="use the version of ascgen that wrote it, or a later one",
        )
    members = {name: getattr(found, name) for name in ApiModel.__struct_fields__}
    api = ApiModel(**members)
    _check(api, origin)
    return api


def newest_snapshot(directory: Path, product: str = "app-store-connect") -> Path | None:
    """Return the snapshot of the highest version in a directory."""
    found = directory.glob(f"{product}-[0-9]*.api.json")
    return max(found, key=lambda path: version_key(snapshot_version(path)), default=None)


def snapshot_version(path: Path) -> str:
    """Return the version in a snapshot's file name: all that follows the product's name."""
    name = path.name.removesuffix(".api.json")
    for product in PRODUCTS:
        name = name.removeprefix(f"{product}-")
    return name


def load_snapshot(path: Path) -> ApiModel:
    """Return the API of a snapshot file."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise SpecError(f"{path.name} is larger than any snapshot", hint="check where it is from")
    return read_snapshot(content, origin=path.name)


def _check(api: ApiModel, origin: str) -> None:
    """Check what decoding cannot: references, and names that repeat as key and in entity."""
    if api.product not in PRODUCTS:
        raise SpecError(f"{origin}: there is no product {api.product!r}", pointer="/product")
    check_references(api.schemas)
    for key, entity in (*api.schemas.items(), *api.fieldsets.items()):
        if key != entity.name:
            shown = key[:_SHOWN_LENGTH]
            raise SpecError(f"{origin}: {shown!r} holds the entity {entity.name!r}")
    for operation in api.operations:
        names = [operation.request, *(answer.schema for answer in operation.answers)]
        for name in names:
            if name is not None and name not in api.schemas:
                raise SpecError(f"{origin}: there is no schema {name!r}", pointer=operation.pointer)
        for item in operation.fields:
            fieldset = api.fieldsets.get(item.fieldset)
            if fieldset is None or fieldset.type != item.type:
                raise SpecError(
                    f"{origin}: there is no fieldset {item.fieldset!r} of type {item.type!r}",
                    pointer=operation.pointer,
                )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
