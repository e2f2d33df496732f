"""The files of an update: all of them made first, then each written as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ascgen.errors import StoreError
from ascgen.files.atomic import write_atomically
from ascgen.files.publish import publish
from ascgen.snapshot import snapshot_name, write_snapshot

if TYPE_CHECKING:
    from ascgen.files.textcache import TextCache
    from ascgen.update.checkout import Checkout
    from ascgen.update.plan import Plan

_PACKAGE = "app_store_connect"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The content of every file an update writes; `client` is the distribution by path."""

    client: dict[str, str]
    changelog: str
    snapshot: bytes
    snapshot_name: str


def render_update(plan: Plan, texts: TextCache) -> Rendered:
    """Make the content of all files, so that nothing is written of what cannot be made."""
    from ascgen.generate import render_distribution
    from ascgen.render.options import Options
    from ascgen.sources import templates_directory

    result = render_distribution(
        plan.new,
        options=Options(package=_PACKAGE),
        templates=templates_directory(),
        texts=texts,
    )
    return Rendered(
        client=result.files,
        changelog=plan.changelog,
        snapshot=write_snapshot(plan.new),
        snapshot_name=snapshot_name(plan.new),
    )


class Files(msgspec.Struct, frozen=True):
    """The files an update wrote and those it took away, as paths within the checkout."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def write_update(checkout: Checkout, plan: Plan, rendered: Rendered) -> Files:
    """Write what differs, and return the files.

    The snapshot comes last: as long as it is the old one, the next update does all of this again.
    Other snapshots of the product go then, since of several the highest version is used.

    Raises:
        StoreError: a file could not be written; run again, the update finishes what was begun.
    """
    drift = publish(rendered.client, checkout.generated, _PACKAGE)
    folder = checkout.generated.name
    written = [f"{folder}/{name}" for name in sorted((*drift.changed, *drift.missing))]
    removed = [f"{folder}/{name}" for name in drift.orphans]
    snapshot = checkout.snapshots / rendered.snapshot_name
    path = checkout.changelog
    try:
        changelog = rendered.changelog.encode()
        if changelog != checkout.read_changelog().encode():
            write_atomically(path, changelog)
            written.append(path.name)
        path = snapshot
        write_atomically(path, rendered.snapshot)
        written.append(path.relative_to(checkout.root).as_posix())
        for path in checkout.other_snapshots(plan.product, snapshot.name):
            path.unlink()
            removed.append(path.relative_to(checkout.root).as_posix())
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}",
            hint="run the same command again: it finishes what was begun",
        ) from None
    return Files(tuple(written), tuple(removed))
