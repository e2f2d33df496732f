"""Failures are one line on stderr, with a code that tells them apart."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from app_store_connect.cli.exit_codes import ExitCode
from app_store_connect.simulator import Simulator
from asc.command_line import CommandLine
from docs.blocks import blocks
from support import keys

if TYPE_CHECKING:
    from pathlib import Path


class Broken(httpx.BaseTransport):
    """A network that fails in one way."""

    def __init__(self, error: type[httpx.TransportError]) -> None:
        self._error = error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error("broken", request=request)


FAULTS = {
    401: ExitCode.AUTHENTICATION,
    403: ExitCode.PERMISSION,
    404: ExitCode.NOT_FOUND,
    409: ExitCode.CONFLICT,
    410: ExitCode.NOT_FOUND,
    422: ExitCode.INVALID,
    429: ExitCode.RATE_LIMIT,
    500: ExitCode.FAILED,
}


@pytest.mark.parametrize("status", FAULTS)
def test_what_the_api_answers_decides_the_code(asc: CommandLine, status: int) -> None:
    asc.simulator.faults.add("apps_getCollection", status=status, times=100)
    outcome = asc.run("apps", "list")
    assert outcome.code == FAULTS[status]
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("error: ")
    assert f"{status} for GET /v1/apps" in outcome.err


def test_the_request_id_is_told(asc: CommandLine) -> None:
    outcome = asc.run("apps", "get", "x")
    assert outcome.code == ExitCode.NOT_FOUND
    assert re.search(r"request id \w+\n\Z", outcome.err)


def test_a_write_in_doubt_has_a_code_of_its_own(asc: CommandLine) -> None:
    asc.simulator.faults.add("betaGroups_createInstance", status=504, after_commit=True)
    outcome = asc.run("beta-groups", "create", "--name", "QA", "--app", "6100000001")
    assert outcome.code == ExitCode.AMBIGUOUS_WRITE
    assert "Read the resource again" in outcome.err


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
def test_no_network_has_a_code_of_its_own(error: type[httpx.TransportError]) -> None:
    outcome = CommandLine(Simulator(), transport=Broken(error)).run("apps", "list")
    assert outcome.code == ExitCode.NETWORK
    assert outcome.err.count("\n") == 1


def test_a_missing_key_has_a_code_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app_store_connect.cli import main
    from app_store_connect.cli.session import Session

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["apps", "list"], Session(environ={})) == ExitCode.AUTHENTICATION


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("appz",), "did you mean apps"),
        (("apps", "lst"), "did you mean list"),
        (("apps", "list", "--bundleid", "x"), "--bundle-id"),
        (("apps", "get"), "ID"),
        (("beta-groups", "create"), "missing --name, --app"),
        (("apps", "list", "--include", "build"), "did you mean builds?"),
        (("apps", "list", "--limit", "201"), "200"),
        (("apps", "list", "--fields", "apps=nam"), "did you mean name?"),
        (("apps", "list", "--extra", "x"), "equals sign"),
        (("beta-groups", "create", "--data", "{"), "--data is not JSON"),
        (("beta-groups", "create", "--data", "[]"), "--data is a document"),
        (("beta-groups", "create", "--data", "no/such/file"), "cannot read no/such/file"),
        (("app-store-versions", "update", "1", "--earliest-release-date", "May"), "such as 2026"),
        (("beta-groups", "create", "--data", ""), "--data is empty"),
        (("beta-groups", "create", "--data", "@no/such/file"), "cannot read @no/such/file"),
        (("beta-groups", "create", "--data", "a\0b"), "cannot read"),
        (("beta-groups", "create", "--data", '{"data": {"attributes": []}}'), "are an object"),
        (("beta-groups", "create", "--data", '{"data": {"type": "apps"}}'), "'apps'"),
        (("beta-groups", "update", "1", "--data", '{"data": {"id": "2"}}'), "the id '2'"),
        (("beta-groups", "update", "1", "--name", "a", "--unset", "name"), "a value too"),
        (("beta-groups", "update", "1", "--unset", "nmae"), "did you mean name?"),
        (("app-store-versions", "set-build", "1"), "--none"),
        (("apps", "get", "-5"), "comes after --"),
        (("apps", "list", "--columns", "nmae"), "did you mean name?"),
        (("apps", "list", "--columns", ","), "names no column"),
        (("beta-groups", "create", "--name", "a", "--app", "1", "--columns", "x"), "no 'x'"),
        (("apps", "list", "--name", "a,,b"), "leave the option out"),
        (("apps", "list", "--name", "[1"), "it is not JSON"),
        (("apps", "list", "--limit-total", "0"), "1"),
        (("apps", "list", "--related-limit", "builds=51"), "50"),
        (("users", "update", "1", "--provisioning-allowed=1"), "does not take a value"),
    ],
)
def test_a_wrong_command_line_says_what_is_right(
    asc: CommandLine, words: tuple[str, ...], said: str
) -> None:
    outcome = asc.run(*words)
    assert outcome.code == ExitCode.USAGE
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert len(asc.simulator.requests) == 0


def test_arguments_that_the_client_refuses_are_usage(asc: CommandLine) -> None:
    assert asc.run("apps", "get", "..").code == ExitCode.USAGE
    assert asc.run("apps", "list", "--name", "").code == ExitCode.USAGE


def test_an_id_may_begin_with_a_dash_after_two_of_them(asc: CommandLine) -> None:
    assert asc.run("apps", "get", "--", "-5").code == ExitCode.NOT_FOUND
    assert asc.simulator.requests[-1].path == "/v1/apps/-5"


def test_what_cannot_be_as_things_are_is_a_conflict(asc: CommandLine) -> None:
    outcome = asc.run("release", "--app", "com.example.kettle", "--yes")
    assert outcome.code == ExitCode.CONFLICT
    assert "can be released" in outcome.err


def test_every_code_is_of_its_own() -> None:
    assert len({int(code) for code in ExitCode}) == len(ExitCode.__members__)
    assert len({code.meaning for code in ExitCode}) == len(ExitCode)


def test_debug_shows_the_exchange_without_secrets(asc: CommandLine) -> None:
    outcome = asc.run(
        *("webhooks", "create", "--app", "6100000001", "--name", "w", "--url", "https://x.example"),
        *("--secret", "my-own-secret", "--enabled", "--event-types", "build_upload_state_updated"),
        "--debug",
    )
    assert "> POST /v1/webhooks" in outcome.err
    assert re.search(r"^< \d\d\d", outcome.err, re.MULTILINE)
    assert "my-own-secret" not in outcome.err
    assert "Bearer" not in outcome.err


def test_debug_shows_neither_signed_addresses_nor_what_opens_them() -> None:
    operation = {
        "method": "PUT",
        "url": "https://store.example.com/part?X-Amz-Signature=a-signature&X-Amz-Credential=who",
        "requestHeaders": [{"name": "Authorization", "value": "a-header"}],
    }
    attributes = {"uploadOperations": [operation], "assetToken": "a-token", "fileName": "1.png"}
    data = {"type": "appScreenshots", "id": "1", "attributes": attributes}
    links = {"self": "https://api.example.com/v1/appScreenshots/1?token=a-query"}
    content = json.dumps({"data": data, "links": links}).encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    asc = CommandLine(Simulator(), transport=transport)
    outcome = asc.run("app-screenshots", "get", "1", "--debug", "--columns", "id")
    assert outcome.code == 0
    assert "1.png" in outcome.err
    assert "store.example.com/part" in outcome.err
    for secret in ("a-signature", "who", "a-header", "a-token", "a-query", "Bearer", "eyJ"):
        assert secret not in outcome.err


def test_the_guide_names_every_code() -> None:
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "guide" / "cli.md"
    rows = dict(
        re.findall(r"^\| (\d+) \| (.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert rows == {str(int(code)): code.meaning for code in ExitCode}
    assert blocks(page)


def test_the_key_of_the_environment_is_not_shown(asc: CommandLine) -> None:
    outcome = asc.run("apps", "get", "x", "--debug")
    assert keys.pem() not in outcome.err
