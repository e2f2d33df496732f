"""What search says of helpers holds for the rendered package."""

from __future__ import annotations

import ast
import importlib
import inspect
from typing import TYPE_CHECKING, Any

import pytest

import app_store_connect
from ascgen.explore.thesaurus import load_helpers
from ascgen.sources import guide_directory

if TYPE_CHECKING:
    from ascgen.explore.explorer import Explorer
    from ascgen.explore.thesaurus import Helper

HELPERS = load_helpers()


def found(helper: Helper) -> Any:
    """What a row names, imported from the package that was rendered last."""
    module, *names = helper.python.split(".")
    found = importlib.import_module(f"{app_store_connect.__name__}.{module}")
    for name in names:
        found = getattr(found, name)
    return found


@pytest.mark.parametrize(
    "helper", [item for item in HELPERS if item.kind == "helper"], ids=lambda item: item.id
)
def test_every_helper_is_in_the_package_and_takes_its_call(helper: Helper) -> None:
    function = found(helper)
    call = ast.parse(helper.call, mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.func).rpartition(".")[2] == function.__name__
    assert helper.id.rpartition(".")[2] == function.__name__
    has_self = "self" in inspect.signature(function).parameters
    arguments = [*(["self"] if has_self else []), *call.args]
    keywords = {str(item.arg): item.value for item in call.keywords}
    inspect.signature(function).bind(*arguments, **keywords)
    assert function.__doc__


@pytest.mark.parametrize("helper", HELPERS, ids=lambda item: item.id)
def test_every_helper_says_what_it_does_and_is_asked_for(helper: Helper) -> None:
    assert helper.summary.endswith(".")
    assert helper.asks or helper.does
    assert bool(helper.python) == bool(helper.call) == (helper.kind == "helper")


def test_ids_are_told_apart_from_each_other_and_from_operations(explorer: Explorer) -> None:
    ids = [helper.id for helper in HELPERS]
    assert len(set(ids)) == len(ids)
    assert not explorer.lookup.operations.keys() & set(ids)


def test_the_guide_has_the_pages_that_search_knows() -> None:
    pages = {page.stem for page in guide_directory().glob("*.md")}
    assert pages == {helper.id for helper in HELPERS if helper.kind == "guide"}


def test_what_helpers_need_and_do_is_in_the_api(explorer: Explorer) -> None:
    for helper in HELPERS:
        assert explorer.lookup.operations.keys() >= {*helper.does}, helper.id
        assert not helper.needs or helper.needs in explorer.lookup.resources, helper.id
