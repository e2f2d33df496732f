"""Who is let in: tokens, keys, roles, scopes, media types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest

from app_store_connect import ApiError, ApiKey, AuthenticationError, Client, PermissionDeniedError
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.keys import private_key
from app_store_connect.simulator.messages import Incoming

if TYPE_CHECKING:
    from app_store_connect.simulator.messages import Answer

ORIGIN = "https://api.appstoreconnect.apple.com"


def asked(
    simulator: Simulator,
    changes: dict[str, Any],
    *,
    header: dict[str, Any] | None = None,
    path: str = "/v1/apps",
    query: str = "",
    signer: str | None = None,
) -> Answer:
    """The answer to a request whose token differs from a good one."""
    now = int(simulator.clock.now())
    claims = {
        "iss": simulator.issuer_id,
        "iat": now,
        "exp": now + 600,
        "aud": "appstoreconnect-v1",
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    headers = {"kid": simulator.key_id, **(header or {})}
    token = jwt.encode(claims, private_key(signer or simulator.key_id), "ES256", headers)
    return simulator.answer(
        Incoming("GET", path, query, {"authorization": f"Bearer {token}"}, b"", ORIGIN)
    )


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"iss": "someone else"}, {}),
        ({"iss": None}, {}),
        ({"aud": "apple-developer-enterprise-v1"}, {}),
        ({"exp": 1}, {}),
        ({"exp": None}, {}),
        ({"exp": "soon"}, {}),
        ({"iat": 2**31}, {}),
        ({}, {"header": {"kid": "NOBODYSKEY"}}),
        ({}, {"signer": "ANOTHERKEY"}),
        ({"sub": "user", "iss": None}, {}),
    ],
)
def test_a_token_that_is_not_right_is_refused_in_one_way(
    simulator: Simulator, changes: dict[str, Any], more: dict[str, Any]
) -> None:
    assert asked(simulator, {}).status == 200
    answer = asked(simulator, changes, **more)
    assert answer.status == 401
    assert b'"code":"NOT_AUTHORIZED"' in answer.body
    assert b"source" not in answer.body


def test_a_token_lives_twenty_minutes_at_most(simulator: Simulator) -> None:
    now = int(simulator.clock.now())
    assert asked(simulator, {"exp": now + 1200}).status == 200
    assert asked(simulator, {"exp": now + 1201}).status == 401
    simulator.clock.advance(minutes=20)
    assert asked(simulator, {"iat": now, "exp": now + 1200}).status == 401


def test_a_token_with_a_scope_is_good_for_that_and_may_live_longer(simulator: Simulator) -> None:
    now = int(simulator.clock.now())
    scope = ["GET /v1/ciProducts?filter[productType]=APP"]
    months = {"scope": scope, "exp": now + 150 * 86400}
    good = {"path": "/v1/ciProducts", "query": "limit=5&filter%5BproductType%5D=APP"}
    assert asked(simulator, months, **good).status == 200
    assert asked(simulator, months, path="/v1/ciProducts").status == 401
    assert asked(simulator, months).status == 401
    assert asked(simulator, {**months, "scope": ["GET /v1/apps"]}).status == 401
    assert asked(simulator, {"scope": ["GET /v1/apps"]}).status == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic eDp5"])
def test_what_is_no_token_is_refused(simulator: Simulator, header: str) -> None:
    answer = simulator.answer(Incoming("GET", "/v1/apps", "", {"authorization": header}))
    assert answer.status == 401


def with_role(simulator: Simulator, role: str) -> Client:
    return simulator.client(simulator.add_key(f"{role}KEY", roles=(role,)))


def test_a_developers_key_makes_internal_groups_only(simulator: Simulator) -> None:
    app = simulator.add("apps", name="Trails")
    client = with_role(simulator, "DEVELOPER")
    client.beta_groups.create(name="QA", app=app, is_internal_group=True)
    with pytest.raises(PermissionDeniedError):
        client.beta_groups.create(name="QA", app=app)
    with_role(simulator, "APP_MANAGER").beta_groups.create(name="QA", app=app)


def test_an_admin_asks_for_analytics(simulator: Simulator) -> None:
    app = simulator.add("apps", name="Trails")
    with pytest.raises(PermissionDeniedError):
        with_role(simulator, "APP_MANAGER").analytics_report_requests.create(
            access_type="ONGOING", app=app
        )
    simulator.client().analytics_report_requests.create(access_type="ONGOING", app=app)


def test_an_individual_key_provisions_nothing(simulator: Simulator) -> None:
    key: ApiKey = simulator.add_key("MYOWN", individual=True)
    client = simulator.client(key)
    assert client.apps.list().all() == []
    with pytest.raises(PermissionDeniedError):
        client.devices.list().all()
    assert simulator.client().devices.list().all() == []


def test_an_unknown_key_is_not_let_in(simulator: Simulator) -> None:
    stranger = Simulator().add_key("STRANGER")
    with pytest.raises(AuthenticationError):
        simulator.client(stranger).apps.list().all()


def test_media_types_are_minded(simulator: Simulator, asc: Client) -> None:
    with pytest.raises(ApiError) as caught:
        asc.request("GET", "/v1/apps", accept="image/png")
    assert caught.value.status == 406
    headers = {"authorization": f"Bearer {simulator.token()}", "content-type": "text/plain"}
    answer = simulator.answer(Incoming("POST", "/v1/betaGroups", "", headers, b"{}", ORIGIN))
    assert answer.status == 415


def test_names_are_found_by_part_where_apple_does_so(simulator: Simulator, asc: Client) -> None:
    for identifier in ("com.example.trails", "com.example.trails.beta", "com.other"):
        simulator.add("apps", bundle_id=identifier, name=identifier)
    assert len(asc.apps.list(bundle_id="com.example.trails").all()) == 2
    assert len(asc.apps.list(name="beta").all()) == 1
    exact = Simulator(quirks=False)
    exact.add("apps", bundle_id="com.example.trails.beta")
    assert exact.client().apps.list(bundle_id="com.example.trails").all() == []


def test_moments_are_spelled_as_apple_spells_them(simulator: Simulator, asc: Client) -> None:
    stamp = simulator.world.stamp()
    build = simulator.add("builds", version="1", uploaded_date=stamp)
    device = simulator.add("devices", name="Phone", added_date=stamp)
    for path, spelling in ((f"builds/{build.id}", "-08:00"), (f"devices/{device.id}", "+0000")):
        text = asc.request("GET", f"/v1/{path}").content.decode()
        assert f'{spelling}"' in text
    assert asc.builds.get(build).uploaded_date == simulator.clock.moment
    assert asc.devices.get(device).added_date == simulator.clock.moment


def test_a_token_of_another_simulator_is_good_before_the_key_was_asked_for() -> None:
    headers = {"authorization": f"Bearer {Simulator().token()}"}
    incoming = Incoming("GET", "/v1/apps", "", headers, b"", ORIGIN)
    assert Simulator().answer(incoming).status == 200
    revoked = Simulator()
    revoked.revoke_key("SIMULATOR1")
    assert revoked.answer(incoming).status == 401


@pytest.mark.parametrize(
    ("roles", "message"),
    [(("APPMANAGER",), "did you mean 'APP_MANAGER'"), ("ADMIM", "did you mean 'ADMIN'")],
)
def test_a_role_that_there_is_not_is_refused(
    simulator: Simulator, roles: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        simulator.add_key("NEW", roles=roles)
