"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ascgen.cli.completion import complete_specs
from ascgen.documents.product import Product

Spec = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="A file, a cached version, or `snapshot`; without it the newest there is.",
        autocompletion=complete_specs,
    ),
]
CacheDir = Annotated[Path | None, typer.Option(help="Where documents are kept.")]
ProductOption = Annotated[Product, typer.Option(help="Which API.")]
NoOverlay = Annotated[
    bool, typer.Option("--no-overlay", help="Take Apple's document as it is, without mends.")
]
