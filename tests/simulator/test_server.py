"""The simulator over HTTP, for other processes and other languages."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import (
    AmbiguousWriteError,
    ApiKey,
    AuthenticationError,
    Client,
    ConnectionFailedError,
    RetryPolicy,
)
from app_store_connect.simulator import Simulator
from support.whole_api import PACKAGE

pytest.importorskip("uvicorn")

if TYPE_CHECKING:
    from collections.abc import Generator

MANUAL = Path(__file__).parents[2] / "docs" / "simulator.md"
ONCE = RetryPolicy(attempts=1)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}


@pytest.fixture
def served(simulator: Simulator) -> Generator[str]:
    with simulator.serve() as url:
        yield url


@pytest.fixture
def http(simulator: Simulator, served: str) -> Generator[Client]:
    key = ApiKey.from_file(simulator.key_path, issuer_id=simulator.issuer_id)
    with Client(key, base_url=served, policy=ONCE) as client:
        yield client


def test_other_programs_find_what_this_one_added(simulator: Simulator, http: Client) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    group = http.beta_groups.create(name="QA", app=app.id)
    assert simulator.client().beta_groups.list(app=app).one().id == group.id
    assert http.apps.list(include=["betaGroups"]).one().beta_groups[0].name == "QA"


def test_pages_lead_on_at_the_same_address(simulator: Simulator, http: Client) -> None:
    for number in range(5):
        simulator.add("apps", name=str(number))
    assert [x.name for x in http.apps.list(limit=2)] == ["0", "1", "2", "3", "4"]


def test_a_stranger_is_not_let_in(served: str) -> None:
    answer = httpx.get(f"{served}/v1/apps")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "NOT_AUTHORIZED"


def test_a_bare_token_lets_in(simulator: Simulator, served: str) -> None:
    headers = {"Authorization": f"Bearer {simulator.token()}"}
    assert httpx.get(f"{served}/v1/apps", headers=headers).json()["data"] == []


@pytest.mark.parametrize("fault", [{"connection": "cut"}, {"connection": "refused"}])
def test_connections_break_as_told(simulator: Simulator, http: Client, fault: Any) -> None:
    simulator.faults.add(times=None, **fault)
    with pytest.raises(ConnectionFailedError):
        http.apps.list().all()


def test_bodies_end_early_as_told(simulator: Simulator, http: Client) -> None:
    simulator.add("apps", name="Trails")
    simulator.faults.add(body="truncated")
    with pytest.raises(ConnectionFailedError):
        http.apps.list().all()


def test_an_answer_lost_after_the_commit_is_ambiguous(simulator: Simulator, http: Client) -> None:
    app = simulator.add("apps", name="Trails")
    simulator.faults.add("betaGroups_createInstance", connection="cut", after_commit=True)
    with pytest.raises(AmbiguousWriteError):
        http.beta_groups.create(name="QA", app=app.id)
    assert http.beta_groups.list().one().name == "QA"


def test_files_are_taken_at_the_address_that_was_given_alone(
    simulator: Simulator, served: str, http: Client
) -> None:
    """As an object store does: with its signature, without a token, whole; it answers in XML."""
    app = simulator.add("apps", name="Trails")
    build = http.build_uploads.create(
        app=app,
        cf_bundle_short_version_string="1.0",
        cf_bundle_version="1",
        platform="IOS",
    )
    file = http.build_upload_files.create(
        asset_type="ASSET", build_upload=build, file_name="a.ipa", file_size=4, uti="com.apple.ipa"
    )
    (part,) = file.upload_operations or ()
    url = part.url or ""
    bare, _, signed = url.partition("?")
    bearer = {"Authorization": f"Bearer {simulator.token()}"}
    for address, more, code in (
        (bare, {}, "SignatureDoesNotMatch"),
        (f"{bare}?{signed}0", {}, "SignatureDoesNotMatch"),
        (f"{bare[:-1]}9?{signed}", {}, "NoSuchKey"),
        (url, {"headers": bearer}, "InvalidArgument"),
        (url, {"content": b"too long"}, "IncompleteBody"),
    ):
        refused = httpx.put(address, **{"content": b"data", **more})
        assert (refused.is_success, refused.headers["content-type"]) == (False, "application/xml")
        assert f"<Code>{code}</Code>" in refused.text
    assert httpx.put(url, content=b"data").is_success
    assert simulator.uploaded(file) == b"data"


def test_whoever_wants_another_protocol_is_answered_in_this_one(
    simulator: Simulator, served: str
) -> None:
    wishes = {
        "Authorization": f"Bearer {simulator.token()}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    }
    assert httpx.get(f"{served}/v1/apps", headers=wishes).status_code == 200


def test_a_revoked_key_is_not_let_in(simulator: Simulator, http: Client) -> None:
    simulator.revoke_key(simulator.key_id)
    with pytest.raises(AuthenticationError):
        http.apps.list().all()


def test_the_control_interface_shows_and_changes_everything(served: str) -> None:
    control = f"{served}/_simulator"
    added = httpx.post(
        f"{control}/state", json={"type": "apps", "attributes": {"name": "Trails"}}
    ).json()
    key = httpx.get(f"{control}/key").json()
    headers = {"Authorization": f"Bearer {key['token']}"}
    found = httpx.get(f"{served}/v1/apps/{added['id']}", headers=headers).json()
    assert found["data"]["attributes"]["name"] == "Trails"
    before = httpx.get(f"{control}/clock").json()["now"]
    assert httpx.post(f"{control}/clock", json={"hours": 1}).json()["now"] >= before + 3600
    httpx.post(f"{control}/faults", json={"target": "apps_getCollection", "status": 503})
    assert httpx.get(f"{served}/v1/apps", headers=headers).status_code == 503
    assert httpx.get(f"{served}/v1/apps", headers=headers).status_code == 200
    asked = httpx.get(f"{control}/requests").json()["requests"]
    assert [x["operation"] for x in asked] == ["apps_getInstance", *["apps_getCollection"] * 2]
    assert httpx.get(control + "/").json()["resources"]["apps"] == 1
    assert httpx.get(f"{control}/state").json()["resources"][0]["id"] == added["id"]
    httpx.post(f"{control}/reset")
    assert httpx.get(control + "/").json()["resources"] == {}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "state", {"type": "app"}),
        ("POST", "state", {}),
        ("POST", "state", {"type": "apps", "attributes": []}),
        ("POST", "clock", {"hours": -1}),
        ("POST", "clock", {"days": 1e12}),
        ("POST", "state", {"type": []}),
        ("POST", "state", {"type": "apps", "id": 5}),
        ("POST", "state", {"type": "apps", "attributes": {"id": "5"}}),
        ("POST", "clock", {"hours": "1"}),
        ("POST", "clock", {"weeks": 1}),
        ("POST", "faults", {"sttus": 500}),
        ("POST", "faults", {"target": []}),
        ("POST", "faults", {"latency": "1"}),
        ("POST", "faults", {"skip": 1.5}),
        ("POST", "faults", {"retry_after": []}),
        ("POST", "clock", []),
    ],
)
def test_what_the_control_interface_cannot_do_it_says(
    served: str, method: str, path: str, body: Any
) -> None:
    answer = httpx.request(method, f"{served}/_simulator/{path}", json=body)
    assert answer.status_code == 400
    detail = answer.json()["errors"][0]["detail"]
    assert detail
    assert "()" not in detail
    assert "object has" not in detail
    assert httpx.request(method, f"{served}/_simulator/elsewhere").status_code == 404


def test_files_go_to_the_server_itself(simulator: Simulator, served: str) -> None:
    httpx.get(f"{served}/v1/apps", headers={"Authorization": f"Bearer {simulator.token()}"})
    url = simulator.world.file_url("appScreenshots/1/0")
    assert url.startswith(served)
    assert httpx.put(url, content=b"bytes").status_code == 200
    assert httpx.get(url).content == b"bytes"
    assert httpx.put(url, content=b"x", headers={"Authorization": "Bearer x"}).status_code == 400


def test_the_command_serves_and_says_how_to_sign(tmp_path: Any) -> None:
    saved = tmp_path / "state.json"
    simulator = Simulator()
    simulator.add("apps", name="Trails")
    simulator.save(saved)
    command = [sys.executable, "-m", "app_store_connect.simulator", "--seed", str(saved)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:  # noqa: S603
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(4)]
        variables = dict(line.split("=", 1) for line in lines)
        try:
            with Client.from_env(variables, base_url=variables["ASC_BASE_URL"]) as client:
                assert client.apps.list().one().name == "Trails"
        finally:
            process.terminate()
        assert process.wait() == 0
        assert not Path(variables["ASC_PRIVATE_KEY_PATH"]).exists()


def test_time_stands_still_at_its_end(simulator: Simulator) -> None:
    with simulator.serve(speed=1e300) as url:
        for _ in range(2):
            assert httpx.get(f"{url}/_simulator/clock").status_code == 200


@pytest.mark.parametrize(
    ("option", "value"), [("--seed", "nobody"), ("--port", "99999"), ("--speed", "-1")]
)
def test_what_cannot_be_served_is_one_line(option: str, value: str) -> None:
    command = [sys.executable, "-m", "app_store_connect.simulator", option, value]
    done = subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert value in done.stderr


def test_a_team_that_was_saved_goes_on_where_it_was(simulator: Simulator, tmp_path: Any) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    simulator.add("betaGroups", name="QA", app=app)
    simulator.clock.advance(hours=5)
    simulator.save(tmp_path / "state.json")
    loaded = Simulator.load(tmp_path / "state.json")
    assert loaded.clock.now() == simulator.clock.now()
    assert loaded.client().apps.list_beta_groups(app).one().name == "QA"
    one, other = (x.client().beta_groups.create(name="B", app=app) for x in (simulator, loaded))
    assert one.id == other.id


def test_switches_are_saved_and_can_be_chosen_again(tmp_path: Any) -> None:
    path = tmp_path / "state.json"
    Simulator(switches={"review": "reject", "sales": "none"}).save(path)
    loaded = Simulator.load(path, switches={"sales": "some"}).world
    assert (loaded.switch("review"), loaded.switch("sales")) == ("reject", "some")


ODD_LINK = {"type": "builds", "id": "1", "attributes": {}, "links": {"odd": ["1"]}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": None}, "not a file that a simulator has saved"),
        ({"format": 99}, "format 99"),
        ({"now": 1e300}, "beyond all time"),
        ({"switches": {"review": "odd"}}, "review is one of"),
        ({"resources": [{**ODD_LINK, "type": "odd", "links": {}}]}, "has 'odd'"),
        ({"resources": [ODD_LINK]}, "the relationship 'odd' of 'builds'"),
        ({"resources": [{**ODD_LINK, "links": {}}] * 2}, "builds of the id '1', twice"),
        ({"resources": [{**ODD_LINK, "links": {}, "id": ""}]}, "builds of the id ''"),
        ({"pending": [{"at": 1, "number": 1, "event": "odd"}]}, "'odd' to happen, which is no"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(
    tmp_path: Any, change: dict[str, Any], message: str
) -> None:
    path = tmp_path / "state.json"
    Simulator().save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ValueError, match=message):
        Simulator.load(path)


def test_an_address_of_the_sixth_version_is_told_as_one(simulator: Simulator) -> None:
    try:
        with simulator.serve(host="::1") as url:
            for place in ("/_simulator/", "/_simulator"):
                assert httpx.get(f"{url}{place}").status_code == 200
    except OSError as error:
        pytest.skip(str(error))


def test_the_control_interface_is_as_the_manual_says(served: str) -> None:
    lines = MANUAL.read_text(encoding="utf-8").splitlines()
    commands = [x.partition("#")[0] for x in lines if x.startswith("$ curl")]
    assert len(commands) > 5
    for command in commands:
        words = shlex.split(command.partition(">")[0])
        url = next(x for x in words if x.startswith("$ASC_BASE_URL"))
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = words[words.index("-d") + 1] if "-d" in words else None
        answer = httpx.request(method, url.replace("$ASC_BASE_URL", served), content=body)
        assert answer.status_code in {200, 204}, command


def test_the_control_interface_takes_linkages_as_the_api_does(
    simulator: Simulator, served: str
) -> None:
    app = simulator.add("apps", name="Trails")
    linkage = {"data": {"type": "apps", "id": app.id}}
    body = {"type": "betaGroups", "attributes": {"name": "QA"}, "relationships": {"app": linkage}}
    assert httpx.post(f"{served}/_simulator/state", json=body).status_code == 200
    assert simulator.client().beta_groups.list(app=app).one().name == "QA"
