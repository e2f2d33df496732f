"""The API of a client that is installed: the facts that its package carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ascgen.errors import SpecError, StoreError, UsageError
from ascgen.render.facts import unpacked
from ascgen.snapshot import read_snapshot

if TYPE_CHECKING:
    from ascgen.model import ApiModel

CLIENT = "app_store_connect"


def installed_api(package: str = CLIENT) -> ApiModel:
    """The facts of a rendered package, by the name it is imported as; nothing of it is run.

    Raises:
        UsageError: no client of that name is installed where this program runs.
        StoreError: its facts cannot be read, or are not what this program writes.
    """
    found = None
    if all(part.isidentifier() for part in package.split(".")) and "." not in package:
        found = importlib.util.find_spec(package)
    places = list(found.submodule_search_locations or ()) if found is not None else []
    path = Path(places[0]) / "_api" / "facts.txt" if places else None
    if path is None or not path.is_file():
        raise UsageError(
            f"there is no client {package!r} in this environment",
            hint="render one with `ascgen generate`, and install it beside ascgen:"
            " `pip install ./generated`",
        )
    broken = StoreError(
        f"{str(path)!r} holds no facts this program can read",
        hint="render the client again with this version of ascgen",
    )
    try:
        members = unpacked(path.read_text(encoding="utf-8"))
        content = msgspec.json.encode({"format": 1, "sha256": "", "overlay": [], **members})
        return read_snapshot(content, origin=path.name)
    except OSError as error:
        raise StoreError(f"cannot read {str(path)!r}: {error.strerror}") from None
    except (ValueError, msgspec.MsgspecError, SpecError):
        raise broken from None
