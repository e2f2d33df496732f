"""A client of the Enterprise Program, rendered once and imported by whichever tests want it.

Tests that do are of the group `enterprise`, so that one process renders it for all of them.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.files.publish import publish
from support import rendered, specs

if TYPE_CHECKING:
    from ascgen.model import ApiModel

NAME = "enterprise_under_test"
GROUP = pytest.mark.xdist_group("enterprise")
_FOLDER = TemporaryDirectory(prefix="enterprise-")


@cache
def api() -> ApiModel:
    """The facts of Apple's document; without it the test is skipped."""
    return specs.facts(specs.ENTERPRISE)


@cache
def package() -> Any:
    """The rendered package."""
    output = Path(_FOLDER.name)
    publish(rendered.files_of(api(), NAME), output, NAME)
    init = output / NAME / "__init__.py"
    found = spec_from_file_location(NAME, init, submodule_search_locations=[str(init.parent)])
    assert found is not None
    assert found.loader is not None
    sys.modules[NAME] = module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def part(name: str) -> Any:
    """A module of the package."""
    package()
    return import_module(f"{NAME}.{name}")
