"""The site of the snapshot, rendered once, and a small one to look at closely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reference_site import GUIDE, TEMPLATES

from ascgen.site import publish_site, render_site
from ascgen.snapshot import load_snapshot
from ascgen.subset import subset
from support.render_probe import snapshot_file

if TYPE_CHECKING:
    from pathlib import Path

    from ascgen.model import ApiModel


@pytest.fixture(scope="session")
def api() -> ApiModel:
    return load_snapshot(snapshot_file())


@pytest.fixture(scope="session")
def files(api: ApiModel) -> dict[str, str]:
    """The whole site, with a page of changes: what is new since there were only apps and builds."""
    return render_site(
        api, templates=TEMPLATES, guide=GUIDE, previous=subset(api, ["apps", "builds"], [])
    )


@pytest.fixture(scope="session")
def site(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site on disk."""
    folder = tmp_path_factory.mktemp("reference") / "site"
    publish_site(files, folder)
    return folder


@pytest.fixture(scope="session")
def small(api: ApiModel) -> dict[str, str]:
    """A site of three resources and whatever they refer to."""
    return render_site(
        subset(api, ["apps", "builds", "betaGroups"], []), templates=TEMPLATES, guide=GUIDE
    )
