"""Where an API comes from: a file, a cached document, or the snapshot that is always there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ascgen.errors import SpecError, StoreError, UsageError

if TYPE_CHECKING:
    from ascgen.documents.cache import SpecCache
    from ascgen.documents.document import SpecDocument
    from ascgen.documents.product import Product
    from ascgen.files.textcache import TextCache
    from ascgen.history import History
    from ascgen.model import ApiModel

SNAPSHOT = "snapshot"
_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE.parent.parent


@dataclass(frozen=True, slots=True)
class Source:
    """A document or a snapshot that was chosen; `label` says which in a line.

    A snapshot is the path of its file, or its text where the file has been replaced since.
    """

    label: str
    origin: SpecDocument | Path | bytes

    @property
    def is_snapshot(self) -> bool:
        """Whether it holds facts, and no document that would have to be analysed."""
        return isinstance(self.origin, Path | bytes)

    def load(self, *, overlay: bool = True, texts: TextCache | None = None) -> ApiModel:
        """Return the API's facts; a document is mended unless `overlay` is off.

        With a cache, a document that was analysed before is not analysed again.
        """
        if isinstance(self.origin, Path):
            from ascgen.snapshot import load_snapshot

            return load_snapshot(self.origin)
        if isinstance(self.origin, bytes):
            from ascgen.snapshot import read_snapshot

            return read_snapshot(self.origin, origin=self.label)
        if texts is None:
            return api_of(self.origin, overlay=overlay)
        return _remembered(self.origin, overlay, texts)


def api_of(document: SpecDocument, *, overlay: bool = True) -> ApiModel:
    """Return the facts of a document, mended by the overlay that comes with this program."""
    from ascgen.analyze import analyze

    data = document.data
    applied: tuple[str, ...] = ()
    if overlay:
        from ascgen.overlay import apply_overlay, bundled_overlay

        data, report = apply_overlay(data, bundled_overlay(document.product))
        applied = tuple(mend.id for mend in report.outcomes if mend.status == "applied")
    return analyze(data, product=document.product, sha256=document.sha256, overlay=applied)


def _remembered(document: SpecDocument, overlay: bool, texts: TextCache) -> ApiModel:  # noqa: FBT001 - a pure pass-on
    """Return the facts of a document from the cache unless it or this program changed."""
    from ascgen.snapshot import read_snapshot, write_snapshot

    programs = [path for name in ("analyze", "overlay") for path in (_PACKAGE / name).glob("*.py")]
    mends = (_PACKAGE / "overlays").glob("*.yaml") if overlay else ()
    sources = sorted([*programs, _PACKAGE / "model.py", *mends])
    contents = [path.read_text(encoding="utf-8") for path in sources]
    key = texts.key("api", document.sha256, document.product, *contents)
    known = texts.get(key)
    if known is not None:
        # What was kept may have been tampered with; then the document says it again.
        with suppress(SpecError):
            return read_snapshot(known.encode(errors="replace"), origin="the cache")
    api = api_of(document, overlay=overlay)
    texts.put(key, write_snapshot(api).decode())
    return api


def choose(spec: str | None, cache: SpecCache, product: Product = "app-store-connect") -> Source:
    """Return the source a user named: a file, a version, `snapshot`, or none for the newest.

    Without a name it is the newest cached document, or the snapshot where nothing newer is cached.
    A version is a cached document, or else a snapshot that was committed to this checkout.

    Raises:
        UsageError: there is nothing of that name.
    """
    if spec == SNAPSHOT:
        return _snapshot(product)
    if spec is None:
        return _newest(cache, product)
    path = Path(spec)
    if path.is_file():
        return _file(path)
    entry = cache.find(product, spec)
    if entry is not None:
        return Source(f"the cached document {entry.version}", cache.load(entry))
    if found := _committed(product, spec):
        return found
    versions = ", ".join(known_versions(cache, product))
    raise UsageError(
        f"{spec!r} is neither a file nor a version that is cached or committed",
        hint=f"name a file, `snapshot`, or one of: {versions or 'nothing is cached'}",
    )


def known_versions(cache: SpecCache, product: Product) -> list[str]:
    """Return the versions that can be named, cached or committed, the oldest first."""
    from ascgen.documents.document import version_key

    cached = {entry.version for entry in cache.entries() if entry.product == product}
    return sorted(cached.union(_history().versions(product)), key=version_key)


def earlier(cache: SpecCache, product: Product, version: str) -> Source | None:
    """Return the newest source of an earlier version, if there is one."""
    from ascgen.documents.document import version_key

    known = known_versions(cache, product)
    before = [other for other in known if version_key(other) < version_key(version)]
    return choose(before[-1], cache, product) if before else None


def read_document(path: Path) -> SpecDocument:
    """Return the document in a file, as JSON or in a zip archive."""
    from ascgen.documents.archive import MAX_BYTES, unpack_json
    from ascgen.documents.document import parse_document

    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise StoreError(
            f"cannot read {str(path)!r}: {error.strerror}", hint="name a JSON or zip file"
        ) from None
    return parse_document(unpack_json(content), origin=path.name)


def is_installed() -> bool:
    """Return whether this program runs from an installation, and not from a checkout."""
    return (_PACKAGE / "_snapshots").is_dir()


def snapshot_directory() -> Path:
    """Return where the snapshots are that come with this program."""
    packaged = _PACKAGE / "_snapshots"
    return packaged if packaged.is_dir() else _ROOT / "spec_cache"


def guide_directory() -> Path:
    """Where the pages of the guide are that come with this program."""
    packaged = _PACKAGE / "_guide"
    return packaged if packaged.is_dir() else _ROOT / "docs" / "guide"


def templates_directory() -> Path:
    """Return where the templates are that come with this program."""
    packaged = _PACKAGE / "_templates"
    return packaged if packaged.is_dir() else _ROOT / "templates"


def _snapshot(product: Product) -> Source:
    from ascgen.snapshot import newest_snapshot, snapshot_version

    path = newest_snapshot(snapshot_directory(), product)
    if path is None:
        raise StoreError(
            f"there is neither a cached document nor a snapshot of {product}",
            hint=f"run `ascgen fetch --product {product}`",
        )
    return Source(f"the committed snapshot of {snapshot_version(path)}", path)


def _history() -> History:
    from ascgen.history import History

    return History(snapshot_directory())


def _committed(product: Product, version: str) -> Source | None:
    text = _history().snapshot(product, version)
    return Source(f"the snapshot of {version} in this checkout's history", text) if text else None


def _newest(cache: SpecCache, product: Product) -> Source:
    from ascgen.documents.document import version_key
    from ascgen.snapshot import newest_snapshot, snapshot_version

    entry = cache.newest(product)
    if entry is None:
        return _snapshot(product)
    path = newest_snapshot(snapshot_directory(), product)
    if path is not None and version_key(snapshot_version(path)) > version_key(entry.version):
        return _snapshot(product)
    return Source(f"the cached document {entry.version}", cache.load(entry))


def _file(path: Path) -> Source:
    is_snapshot = path.name.endswith(".api.json")
    return Source(path.name, path if is_snapshot else read_document(path))
