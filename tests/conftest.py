"""What holds for every test: no network but loopback, and the same name in every process."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ascgen.render.twins import with_blocking

os.environ["ASCGEN_OFFLINE"] = "1"
# The client prefers httpx2 where it is installed; its tests run on the other one too.
if os.environ.get("ASC_TEST_LIBRARY") == "httpx":
    sys.modules["httpx2"] = None  # type: ignore[assignment] # which makes its import fail
# The machine may be busy, and a failure must be one that the next run finds again.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

_LONGEST_ID = 60
_ROOT = Path(__file__).parents[1]
_MOLD = _ROOT / "templates" / "client" / "app_store_connect"
_PACKAGE = _ROOT / "generated" / "app_store_connect"


def pytest_sessionstart() -> None:
    """The tests import generated/: what was edited and not rendered would not be tested."""
    stale = [
        path.relative_to(_ROOT).as_posix()
        for path in sorted(_MOLD.rglob("*"))
        if path.is_file() and path.suffix != ".jinja" and "__pycache__" not in path.parts
        if not _is_rendered(path, _PACKAGE / path.relative_to(_MOLD))
    ]
    if stale:
        raise pytest.UsageError(
            f"not rendered since it was edited: {', '.join(stale)}; run `make client`"
        )


def _is_rendered(mold: Path, rendered: Path) -> bool:
    """Whether a handwritten file was copied, below the line that says where from.

    Blocking twins that were derived into the copy are laid out anew, so its code is compared.
    """
    if not rendered.is_file():
        return False
    original, copy = mold.read_text(encoding="utf-8"), rendered.read_text(encoding="utf-8")
    copied = copy.partition("\n")[2] if mold.suffix == ".py" else copy
    if original == copied or mold.suffix != ".py":
        return original == copied
    whole = with_blocking(mold.relative_to(_MOLD.parent).as_posix(), original, str)
    return whole != original and ast.dump(ast.parse(whole)) == ast.dump(ast.parse(copied))


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Keys are made anew in each process; a test named after one could not be shared out."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_ID:
        return argname
    return None
