"""A job that breaks in the middle tells what was done before, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done

from app_store_connect import ApiError, Client
from support.media import png

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect.simulator import Simulator

pytestmark = pytest.mark.parametrize("flavour", FLAVOURS)
TRAILS = "6100000001"


def notes_of(flavour: str, demo: Simulator, work: Any) -> str:
    with pytest.raises(ApiError) as told:
        done(flavour, demo, work)
    return "\n".join(told.value.__notes__)


@pytest.mark.skipif(
    not hasattr(Client, "subscription_plan_availabilities"),
    reason="the document has no such products",
)
def test_products_that_are_made_are_told_from_those_that_are_not(
    demo: Simulator, flavour: str
) -> None:
    table = {
        "purchases": [
            {"product_id": x, "name": x, "type": "CONSUMABLE"} for x in ("one.x", "two.x")
        ],
        "groups": [{"name": "Club"}],
    }

    def work(asc: Any) -> Any:
        return asc.workflows.purchases.ensure(TRAILS, table)

    demo.faults.add("subscriptionGroups_createInstance", status=403)
    told = notes_of(flavour, demo, work)
    assert "done before: one.x, two.x; not done: Club" in told
    assert [x.name for x in done(flavour, demo, work) if x.changes] == ["Club"]


def test_locales_that_are_written_are_told_from_those_that_are_not(
    demo: Simulator, flavour: str
) -> None:
    version = next(
        x.id
        for x in demo.world.all("appStoreVersions")
        if x["appVersionState"] == "PREPARE_FOR_SUBMISSION"
    )
    texts = {x: {"keywords": "sea, walks"} for x in ("en-US", "sk", "sv")}

    def work(asc: Any) -> Any:
        return asc.workflows.versions.set_texts(version, texts)

    demo.faults.add("appStoreVersionLocalizations_createInstance", status=403)
    assert "done before: en-US; not done: sk, sv" in notes_of(flavour, demo, work)
    assert {"en-US", "sk", "sv"} <= {x.locale for x in done(flavour, demo, work)}


def test_devices_that_are_registered_are_told_from_those_that_are_not(
    simulator: Simulator, flavour: str
) -> None:
    udids = [f"0000{number}111-000A11112222333{number}" for number in range(3)]

    def work(asc: Any) -> Any:
        return asc.workflows.signing.register_devices([(x, "Phone") for x in udids])

    simulator.faults.add("devices_createInstance", status=403, skip=1)
    told = notes_of(flavour, simulator, work)
    assert f"done before: {udids[0]}; not done: {udids[1]}, {udids[2]}" in told
    assert done(flavour, simulator, work).present == (udids[0],)


@pytest.mark.skipif(
    not hasattr(Client, "app_asset_library_placements"), reason="the document has no library"
)
def test_files_that_are_sent_are_told_from_those_that_are_not(
    demo: Simulator, flavour: str, tmp_path: Path
) -> None:
    version = next(
        x.id
        for x in demo.world.all("appStoreVersions")
        if (x["versionString"], x["platform"]) == ("1.2", "IOS")
    )
    for number, locale in enumerate(("en-US", "fr-FR", "sv")):
        (tmp_path / locale).mkdir()
        (tmp_path / locale / "1.png").write_bytes(png(1290, 2796) + bytes([number]))

    def work(asc: Any) -> Any:
        return asc.workflows.media.sync(version, tmp_path, through="library", mode="append")

    demo.faults.add("appAssetLibraryPlacements_createInstance", status=403, skip=1)
    told = notes_of(flavour, demo, work)
    before, _, after = told.partition("; not done: ")
    assert before.startswith("done before: ")
    for locale in ("en-US", "fr-FR", "sv"):
        assert f"{locale}/1.png sent" in before
    assert ": + en-US/1.png" in before
    assert ": + fr-FR/1.png" in after
    assert ": + sv/1.png" in after
    assert not done(flavour, demo, work).files


def test_steps_that_a_build_has_taken_are_told_from_those_it_has_not(
    demo: Simulator, flavour: str
) -> None:
    with demo.client() as asc:
        build = asc.workflows.testflight.find_build(TRAILS, "103", version="1.2")

    def work(asc: Any) -> Any:
        return asc.workflows.testflight.distribute(
            build,
            ["Friends"],
            whats_new={"en-US": "Faster maps."},
            notify=not build.build_beta_detail.auto_notify_enabled,
            review=False,
            uses_non_exempt_encryption=False,
        )

    demo.faults.add("buildBetaDetails_updateInstance", status=403)
    told = notes_of(flavour, demo, work)
    assert "done before: notes in en-US" in told
    assert "not done: notification, groups (Friends)" in told
