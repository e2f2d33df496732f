"""Every line of the page for those who come from fastlane is run on the simulator."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest

from app_store_connect import Client, NotInPublicApiError
from app_store_connect.reports import ReportNotReadyError
from app_store_connect.simulator import Simulator
from support.media import png
from support.ready_app import ready_app

PAGE = Path(__file__).parents[2] / "docs" / "fastlane.md"
ROWS = re.findall(r"^\|.*\| `([^`]+)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
REVIEWED = re.compile(r"versions\.(preflight|submit|cancel|select_build)|review_submissions")
KEY = '{"key_id": "AB12CD34EF", "issuer_id": "57246542-96fe-1a63-e053-0824d011072a", "key": %s}'


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page speaks of, on a team that has it."""
    monkeypatch.chdir(tmp_path)
    simulator = Simulator("demo")
    key = simulator.key_path.read_text()
    (tmp_path / "AuthKey_AB12CD34EF.p8").write_text(key)
    (tmp_path / "AuthKey_AB12CD34EF.p8").chmod(0o600)
    (tmp_path / "key.json").write_text(KEY % repr(key).replace("'", '"'))
    (tmp_path / "key.json").chmod(0o600)
    monkeypatch.setenv("SPACESHIP_CONNECT_API_KEY_ID", "AB12CD34EF")
    monkeypatch.setenv("SPACESHIP_CONNECT_API_ISSUER_ID", "57246542-96fe-1a63-e053-0824d011072a")
    monkeypatch.setenv("SPACESHIP_CONNECT_API_KEY", key)
    (tmp_path / "guide.pdf").write_bytes(b"how to get in")
    folder = tmp_path / "fastlane" / "metadata" / "en-US"
    folder.mkdir(parents=True)
    (folder / "keywords.txt").write_text("trails,example\n")
    pictures = tmp_path / "fastlane" / "screenshots" / "en-US"
    pictures.mkdir(parents=True)
    (pictures / "1.png").write_bytes(png(1290, 2796))
    (tmp_path / "card.png").write_bytes(png(1800, 1200))
    (tmp_path / "icon.png").write_bytes(png(1024, 1024))
    asc = simulator.client()
    app = asc.workflows.apps.find("com.example.trails")
    version = asc.workflows.versions.ensure(app, "1.2")
    simulator.add("appClips", app=app, bundle_id="com.example.trails.Clip")
    bundle_id = asc.bundle_ids.list().find(identifier="com.example.trails")
    texts = asc.app_store_versions.list_app_store_version_localizations(version)
    with contextlib.suppress(ReportNotReadyError):
        asc.workflows.analytics.metric(app, "units")
    simulator.clock.advance(days=3)
    return {
        "Client": Client,
        "asc": asc,
        "simulator": simulator,
        "app": app,
        "version": version,
        "approved": asc.workflows.versions.all("6100000002").pending_release,
        "localization": texts.all()[-1],
        "build": asc.workflows.testflight.latest_build(app, processing_state="VALID"),
        "group": asc.workflows.testflight.ensure_group(app, "Friends"),
        "subscription": asc.subscriptions.get(simulator.world.all("subscriptions")[0].id),
        "review": asc.apps.list_customer_reviews(app).first(),
        "webhook": simulator.add("webhooks", app=app, name="Builds", enabled=True),
        "bundle_id": bundle_id,
        "capability": asc.bundle_ids.list_bundle_id_capabilities(bundle_id).first(),
    }


def test_the_page_has_all_sections_of_the_guide() -> None:
    assert len(ROWS) >= 110
    assert sum(row.startswith("raises ") for row in ROWS) >= 9


@pytest.mark.parametrize("row", ROWS)
def test_a_line_does_what_it_says(names: dict[str, Any], row: str) -> None:
    if "ready" in row:
        other = Simulator()
        ready = ready_app(other, other.client())
        names |= {"asc": ready.asc, "ready": ready.version, "ready_app": ready.app}
    code = row.removeprefix("raises ")
    if code == row:
        found = eval(code, names)  # noqa: S307 - the page is ours
        if hasattr(found, "first"):
            found.first()
        return
    with pytest.raises(NotInPublicApiError):
        eval(code, names)  # noqa: S307 - as above
