"""The files of a checkout that follow Apple's document."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ascgen.errors import StoreError, UsageError
from ascgen.snapshot import load_snapshot, newest_snapshot

if TYPE_CHECKING:
    from ascgen.documents.product import Product
    from ascgen.model import ApiModel

_OWN = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Checkout:
    """A copy of the repository on disk."""

    root: Path

    @classmethod
    def find(cls, root: Path | None = None) -> Checkout:
        """Return the checkout at `root`, or else the one this program runs from.

        Raises:
            UsageError: there is none.
        """
        found = cls(root or _OWN)
        if not (found.root / "pyproject.toml").is_file() or not found.snapshots.is_dir():
            raise UsageError(
                f"{found.root} is not a checkout of this repository",
                hint="name one with --root; `ascgen generate --fetch` needs none",
            )
        return found

    @property
    def snapshots(self) -> Path:
        """The folder of the committed snapshots."""
        return self.root / "spec_cache"

    @property
    def changelog(self) -> Path:
        """The changelog, which need not be there yet."""
        return self.root / "CHANGELOG.md"

    @property
    def generated(self) -> Path:
        """The folder of the rendered client."""
        return self.root / "generated"

    def committed(self, product: Product) -> ApiModel:
        """Return the facts of the committed snapshot, of the highest version."""
        path = newest_snapshot(self.snapshots, product)
        if path is None:
            raise StoreError(
                f"{self.snapshots} has no snapshot of {product} to compare with",
                hint=f"write the first with `ascgen snapshot --product {product}`",
            )
        return load_snapshot(path)

    def other_snapshots(self, product: Product, name: str) -> list[Path]:
        """Return the snapshots of a product besides the one of this file name."""
        found = self.snapshots.glob(f"{product}-[0-9]*.api.json")
        return sorted(path for path in found if path.name != name)

    def read_changelog(self) -> str:
        """Return the text of the changelog with its own line endings, empty if there is none."""
        try:
            return self.changelog.read_bytes().decode()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"cannot read {self.changelog}: {error}") from None

    def version(self) -> str:
        """Return the version of the generator, as `pyproject.toml` says."""
        path = self.root / "pyproject.toml"
        try:
            version = tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{path} does not name a version: {error}") from None
        if not isinstance(version, str) or not re.match(r"[0-9]+\.[0-9]+\.[0-9]+", version):
            raise StoreError(f"{path} names no version like 1.2.3")
        return version
