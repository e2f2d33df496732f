"""A job that breaks in the middle tells what was done before, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done

from app_store_connect import ApiError, Client

if TYPE_CHECKING:
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
