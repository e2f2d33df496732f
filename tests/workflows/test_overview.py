"""An overview of all apps in one table and few requests; what cannot be read is said."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator


def test_every_app_and_platform_is_a_row(demo: Simulator) -> None:
    overview = demo.client().workflows.overview.read()
    rows = {(x.app.name, x.platform): x for x in overview.apps}
    assert len(rows) == 12
    trails = rows["Trails", "IOS"]
    assert trails.cells[2:4] == ("1.1 READY_FOR_DISTRIBUTION", "1.2 PREPARE_FOR_SUBMISSION")
    assert rows["Harbor", "MAC_OS"].cells[4] == "2.0 IN_REVIEW"
    assert trails.build is not None
    newest = demo.client().builds.list(
        app=trails.app,
        pre_release_version_platform="IOS",
        processing_state=["PROCESSING", "FAILED", "INVALID", "VALID"],
        sort="-uploadedDate",
    )
    assert trails.build == newest.first()
    reviews = demo.client().apps.list_customer_reviews(trails.app, exists_published_response=False)
    assert trails.unanswered_reviews == reviews.total
    assert str(overview).splitlines()[0].split() == [
        *("app", "platform", "live", "editable", "in", "review", "build", "unanswered")
    ]


def test_it_takes_a_request_an_app_and_four(demo: Simulator) -> None:
    overview = demo.client().workflows.overview.read()
    apps = {x.app for x in overview.apps}
    # Spaceship asks each app for its versions five times, and cannot read reviews with a key.
    assert len(demo.requests) == 4 + len(apps)


def test_what_expires_soon_is_there(demo: Simulator) -> None:
    overview = demo.client().workflows.overview
    soon = overview.read(expiring_within=0)
    late = overview.read(expiring_within=4000)
    assert len(late.certificates) == len(demo.world.all("certificates"))
    assert len(late.profiles) == len(demo.world.all("profiles"))
    assert len(soon.certificates) < len(late.certificates)
    name = late.certificates[0].name
    assert f"certificate {name!r}: expires" in str(late)


def test_a_profile_expires_with_its_certificate(demo: Simulator) -> None:
    world = demo.world
    certificate = world.all("certificates")[0]
    world.set(certificate, expirationDate=(world.now + timedelta(days=3)).isoformat())
    found = demo.client().workflows.overview.read(expiring_within=7)
    signed = {x.id for x in world.all("profiles") if certificate in world.many(x, "certificates")}
    assert signed <= {x.id for x in found.profiles}


def test_a_key_that_may_not_read_something_gets_the_rest(demo: Simulator) -> None:
    key = demo.add_key("SIMULATOR2", roles=("DEVELOPER",), individual=True)
    found = demo.client(key).workflows.overview.read()
    assert len(found.apps) == 12
    assert "this key may not read certificates and profiles" in found.notes


def test_a_missing_agreement_is_said(demo: Simulator) -> None:
    demo.faults.add(
        status=403,
        code="FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED",
        detail="The Paid Apps agreement has expired.",
        times=None,
    )
    found = demo.client().workflows.overview.read()
    assert found.notes == (
        "an agreement waits for the Account Holder: The Paid Apps agreement has expired.",
    )


def test_it_is_the_same_to_be_awaited(demo: Simulator) -> None:
    async def read() -> str:
        async with demo.async_client() as asc:
            return str(await asc.workflows.overview.read())

    assert asyncio.run(read()) == str(demo.client().workflows.overview.read())
