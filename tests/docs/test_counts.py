"""Wherever resources are counted, it is the same number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ascgen.explore.explorer import Explorer
from ascgen.generate import render_distribution
from ascgen.render.options import Options
from ascgen.site import render_site
from ascgen.snapshot import load_snapshot
from ascgen.sources import guide_directory, templates_directory
from ascgen.subset import subset
from support.render_probe import snapshot_file

if TYPE_CHECKING:
    from ascgen.model import ApiModel


@pytest.fixture(scope="module")
def api() -> ApiModel:
    """A few resources: one has two schemas, and another, of reports, has none."""
    return subset(
        load_snapshot(snapshot_file()), ["appStoreVersionExperiments", "salesReports"], []
    )


def test_resources_are_counted_by_their_names(api: ApiModel) -> None:
    types = [schema.type for schema in api.resources()]
    assert len({*types}) < len(types)
    assert api.resource_names() == tuple(sorted({*types, "salesReports"}, key=str.lower))


def test_every_count_of_resources_is_the_same(api: ApiModel) -> None:
    number = len(api.resource_names())
    rendered = render_distribution(api, options=Options(), templates=templates_directory())
    site = render_site(api, templates=templates_directory() / "docs", guide=guide_directory())
    shown = re.sub(r"<[^>]*>", "", site["index.html"])
    assert rendered.resources == number
    assert f" on {number} resources," in rendered.files["README.md"]
    assert Explorer(api).info("")["counts"]["resources"] == number
    assert len(Explorer(api).resources()) == number
    assert re.search(rf"\b{number}\s+resources", shown)
