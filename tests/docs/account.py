"""Apple's part in the documentation: a team with one app, three builds and a beta group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app_store_connect import AsyncClient, Client
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.transport import AsyncTransport, Transport
from support import keys

if TYPE_CHECKING:
    import pytest

    from app_store_connect import ApiKey

START = datetime(2025, 1, 4, 20, tzinfo=UTC)
STORE = "PUT /simulator/deliveries/*"
DENIED = b"<Error><Code>AccessDenied</Code></Error>"
UPLOADED = "2025-01-02T03:04:05+00:00"


def team(page: str) -> Simulator:
    """The team that a page tells of, and what goes wrong there."""
    # One page sends what the document lacks.
    asked_before = timedelta(days=3 if page == "reports" else 0)
    found = Simulator(start=START - asked_before, strict=page != "calls")
    world = found.world
    app = world.create(
        "apps",
        {"name": "Trails", "bundleId": "com.example.trails", "sku": "TRAILS"},
        id="6446048195",
    )
    trains = {
        name: world.create("preReleaseVersions", {"version": name, "platform": "IOS"}, {"app": app})
        for name in ("2.1", "2.0")
    }
    for number, train, state, minutes in (
        ("42", "2.1", "VALID", 2),
        ("41", "2.0", "VALID", 1),
        ("40", "2.0", "PROCESSING", 0),
    ):
        attributes = {
            "version": number,
            "processingState": state,
            "uploadedDate": UPLOADED.replace(":04:", f":0{2 + minutes}:"),
            "usesNonExemptEncryption": False,
            "buildAudienceType": "ON_THE_MOON",
        }
        related = {"app": app, "preReleaseVersion": trains[train]}
        world.create("builds", attributes, related, id=f"b{number}")
    group = world.create("betaGroups", {"name": "QA"}, {"app": app}, id="g1")
    for name in ("ann", "bob", "cleo"):
        email = f"{name}@example.com"
        world.create("betaTesters", {"email": email}, {"betaGroups": group}, id=name)
    world.create("users", {"username": "ann@example.com", "roles": ["DEVELOPER"]}, id="u1")
    version = {"versionString": "2.1", "platform": "IOS"}
    world.create("appStoreVersions", version, {"app": app}, id="s21")
    if page == "reports":
        detail = "There were no sales for the date specified."
        no_sales = {"status": 404, "code": "NOT_FOUND", "detail": detail}
        found.faults.add("salesReports_getCollection", skip=2, **no_sales)
        with found.client() as asc:
            asc.analytics_report_requests.create(app=app.id, access_type="ONGOING")
        found.clock.advance(days=asked_before.days)
    if page == "uploads":
        found.faults.add(STORE, status=403, body=DENIED, skip=2)
    return found


def key(simulator: Simulator) -> ApiKey:
    """The key that the documentation names."""
    return simulator.add_key(keys.KEY_ID)


def play(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients that take their key from the environment talk to a simulator, in its time."""
    key(simulator)
    clock = simulator.clock
    common: dict[str, Any] = {
        "now": clock.now,
        "clock": clock.now,
        "random": lambda: 0.5,
    }
    for kind, more in (
        (Client, {"transport": Transport(simulator), "sleep": clock.sleep}),
        (AsyncClient, {"transport": AsyncTransport(simulator), "sleep": clock.asleep}),
    ):
        real = kind.from_env

        def from_env(real: Any = real, more: Any = more, **options: Any) -> Any:
            return real(**{**common, **more, **options})

        monkeypatch.setattr(kind, "from_env", from_env)
