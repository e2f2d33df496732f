"""The documents kept on disk: one file a document, and a manifest that says where each came from.

    <directory>/manifest.json
    <directory>/documents/<product>-<version>-<first 12 of the hash>.json

Both may have been edited, cut off or moved since they were written: neither is trusted when read.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import platformdirs
from msgspec import Meta

from ascgen.documents.document import (
    VERSION_PATTERN,
    SpecDocument,
    parse_document,
    version_key,
)
from ascgen.documents.product import Product  # noqa: TC001 - msgspec reads it
from ascgen.errors import SpecError, StoreError
from ascgen.files.atomic import discard_drafts, write_atomically
from ascgen.files.locks import exclusive

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER_PATTERN = r"\A[\x20-\x7e]{0,512}\Z"

Version = Annotated[str, Meta(pattern=VERSION_PATTERN)]
Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
HeaderValue = Annotated[str, Meta(pattern=_HEADER_PATTERN)]
Moment = Annotated[datetime, Meta(tz=True)]


class CacheEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the manifest says about one document; `url` is a file's name where it was imported."""

    product: Product
    version: Version
    sha256: Sha256
    fetched_at: Moment
    file: str
    url: str
    etag: HeaderValue = ""
    last_modified: HeaderValue = ""

    def __post_init__(self) -> None:
        # The name follows from the rest, so a manifest cannot point anywhere else.
        if self.file != _file_name(self.product, self.version, self.sha256):
            raise ValueError(f"{self.file[:80]!r} is not the name of that document")

    @property
    def has_condition(self) -> bool:
        """Whether the server gave what lets the next request ask for changes only."""
        return bool(self.etag or self.last_modified)


_manifest = msgspec.json.Decoder(list[CacheEntry])


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What storing a document changed.

    "changed" is Apple's habit of publishing other content under the same version number;
    `previous_sha256` is then the hash of what was stored under that number before.
    """

    change: Literal["new", "unchanged", "changed"]
    entry: CacheEntry
    previous_sha256: str = ""


class SpecCache:
    """The documents under one directory, which need not exist yet."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def manifest(self) -> Path:
        """The file that lists the documents; there is none before the first is stored."""
        return self.directory / "manifest.json"

    def entries(self) -> list[CacheEntry]:
        """List the documents of each product by version, and of one version in order of arrival.

        Raises:
            StoreError: the manifest cannot be read, or is not what this program writes.
        """
        try:
            content = self.manifest.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unusable(self.manifest, error) from None
        try:
            entries = _manifest.decode(content)
        # A UnicodeDecodeError and an integer too long for Python are both ValueErrors.
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise StoreError(
                f"{self.manifest} is damaged: {error}", hint="delete it, then run `ascgen fetch`"
            ) from None
        return sorted(entries, key=_order)

    def newest(self, product: Product = "app-store-connect") -> CacheEntry | None:
        """Return the highest version of a product; of two such documents, the later."""
        return _latest(self.entries(), product)

    def find(self, product: Product, version: str) -> CacheEntry | None:
        """Return the latest document of a product with this version number."""
        return _latest(self.entries(), product, version)

    def path(self, entry: CacheEntry) -> Path:
        """Return where the document of an entry is stored."""
        return self.directory / "documents" / entry.file

    def load(self, entry: CacheEntry) -> SpecDocument:
        """Read a document, and make sure that it is the one that was stored.

        Raises:
            StoreError: it is gone, or its content is not what its hash says.
        """
        from ascgen.documents.archive import MAX_BYTES

        path = self.path(entry)
        hint = "download it again with `ascgen fetch --refresh`"
        try:
            with path.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
            document = parse_document(content, origin="cache")
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror}", hint=hint) from None
        except SpecError as error:
            raise StoreError(f"{path} is damaged: {error.message}", hint=hint) from None
        found = (document.sha256, document.product, document.version)
        if found != (entry.sha256, entry.product, entry.version):
            raise StoreError(f"{path} is not the document that was stored there", hint=hint)
        return document

    def tidy(self) -> None:
        """Take away what runs that were killed left half written."""
        with suppress(OSError):
            discard_drafts(self.directory)
            discard_drafts(self.directory / "documents")

    def store(
        self,
        document: SpecDocument,
        content: bytes,
        *,
        url: str,
        fetched_at: datetime,
        etag: str = "",
        last_modified: str = "",
    ) -> StoreOutcome:
        """Keep a document and the bytes it was parsed from; documents stored before stay.

        Raises:
            StoreError: the directory cannot be written, or its manifest is damaged.
        """
        entry = CacheEntry(
            product=document.product,
            version=document.version,
            sha256=document.sha256,
            fetched_at=fetched_at,
            file=_file_name(document.product, document.version, document.sha256),
            url=url,
            etag=_header_value(etag),
            last_modified=_header_value(last_modified),
        )
        path = self.path(entry)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self.directory):
                self.tidy()
                entries = self.entries()
                previous = _latest(entries, entry.product, entry.version)
                known = next((e for e in entries if e.file == entry.file), None)
                # A copy from disk must not cost the next download its condition.
                if known and known.has_condition and not entry.has_condition:
                    entry = msgspec.structs.replace(known, fetched_at=fetched_at)
                kept = [e for e in entries if e.file != entry.file]
                write_atomically(path, content)
                write_atomically(self.manifest, _listing([*kept, entry]))
        except OSError as error:
            raise _unusable(self.directory, error) from None
        if previous is None:
            return StoreOutcome("new", entry)
        if previous.sha256 == entry.sha256:
            return StoreOutcome("unchanged", entry)
        return StoreOutcome("changed", entry, previous.sha256)


def default_directory(
    environment: Mapping[str, str] = os.environ, package: Path = Path(__file__).parents[1]
) -> Path:
    """Return where documents are kept unless the user says otherwise.

    `ASCGEN_CACHE_DIR`, else `spec_cache/` in a checkout, else the user's cache directory.
    """
    if chosen := environment.get("ASCGEN_CACHE_DIR"):
        return Path(chosen)
    root = package.parent.parent
    if (root / "pyproject.toml").is_file() and (root / "templates").is_dir():
        return root / "spec_cache"
    return platformdirs.user_cache_path("asc-openapi", appauthor=False)


def _order(entry: CacheEntry) -> tuple[object, ...]:
    return entry.product, version_key(entry.version), entry.fetched_at


def _latest(
    entries: list[CacheEntry], product: Product, version: str | None = None
) -> CacheEntry | None:
    """Return the last of them that fits; the list is in order."""
    fitting = (e for e in reversed(entries) if e.product == product)
    return next((e for e in fitting if version in {None, e.version}), None)


def _listing(entries: list[CacheEntry]) -> bytes:
    ordered = sorted(entries, key=_order)
    return msgspec.json.format(msgspec.json.encode(ordered), indent=2) + b"\n"


def _file_name(product: str, version: str, sha256: str) -> str:
    return f"{product}-{version}-{sha256[:12]}.json"


def _header_value(text: str) -> str:
    """Return the value if a request can send it back, else an empty one."""
    return text if re.match(_HEADER_PATTERN, text) else ""


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"cannot use {path}: {error.strerror or error}",
        hint="choose another place with --cache-dir or ASCGEN_CACHE_DIR",
    )
