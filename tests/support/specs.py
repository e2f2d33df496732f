"""Apple's documents, where whoever runs the tests has them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ascgen.documents.document import parse_document
from ascgen.sources import api_of

if TYPE_CHECKING:
    from ascgen.documents.document import SpecDocument
    from ascgen.model import ApiModel

SPECS = Path(os.environ.get("ASCGEN_SPECS", Path(__file__).parents[3] / "shared" / "specs"))

NEWEST = "apple/app-store-connect-4.5.1.json"
EARLIER = "apple/app-store-connect-4.4.1.json"
UNMENDED = "app-store-connect-3.7.0.json"
OLD = "apple/app-store-connect-2.4.json"
OLDEST = "apple/app-store-connect-1.2.json"
ENTERPRISE = "enterprise-program-1.0.json"
ALL = (NEWEST, EARLIER, UNMENDED, OLD, OLDEST, ENTERPRISE)
# From a community that had mended them before.
MENDED = ("app-store-connect-4.4.1.json", "app-store-connect-4.3.json")


@cache
def document(name: str) -> SpecDocument:
    """A document of that file name; skips the test that asks for one that is not there."""
    path = SPECS / name
    if not path.is_file():
        pytest.skip(f"there is no {name} in $ASCGEN_SPECS")
    return parse_document(path.read_bytes(), origin=name)


@cache
def facts(name: str, *, overlay: bool = True) -> ApiModel:
    """What a document says, with the mends or as Apple wrote it."""
    return api_of(document(name), overlay=overlay)
