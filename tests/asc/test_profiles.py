"""Profiles point to keys and hold none; what a key may do is found out."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from app_store_connect.cli import main
from app_store_connect.cli.exit_codes import ExitCode
from app_store_connect.cli.session import Session
from app_store_connect.simulator import Simulator
from asc.command_line import CommandLine
from support import keys

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class User:
    """Somebody with a folder of settings, who runs commands without a key of the simulator's."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"ASC_CONFIG_DIR": str(home / "settings")}
        self.key = home / f"AuthKey_{keys.KEY_ID}.p8"
        self.key.write_text(keys.pem(), encoding="utf-8")
        self.key.chmod(0o600)

    def run(self, *words: str) -> int:
        return main(list(words), Session(environ=self.environ))

    def add(self, name: str, *more: str) -> int:
        return self.run("auth", "add", name, "--key-file", str(self.key), *more)

    @property
    def settings(self) -> Path:
        return self.home / "settings" / "profiles.json"


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.chdir(tmp_path)
    return User(tmp_path)


def test_a_profile_says_where_its_key_is(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert user.add("work", "--issuer-id", keys.ISSUER_ID) == 0
    assert keys.KEY_ID in capsys.readouterr().err
    text = user.settings.read_text()
    assert json.loads(text)["work"] == {"key_file": str(user.key), "issuer_id": keys.ISSUER_ID}
    assert "PRIVATE KEY" not in text
    assert user.settings.stat().st_mode & 0o077 == 0


def test_a_profile_is_chosen_by_option_or_environment(user: User) -> None:
    user.add("work", "--issuer-id", keys.ISSUER_ID)
    session = Session(environ=user.environ)
    session.choose("profile", "work")
    assert session.key == keys.api_key()
    assert Session(environ={**user.environ, "ASC_PROFILE": "work"}).key == keys.api_key()


def test_a_key_that_cannot_be_read_is_no_profile(user: User) -> None:
    user.key.write_text("nonsense")
    assert user.add("work") == ExitCode.AUTHENTICATION
    assert not user.settings.exists()


def test_profiles_are_listed_and_removed(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    user.add("one")
    user.add("two", "--base-url", "http://127.0.0.1:1")
    capsys.readouterr()
    assert user.run("auth", "list") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(item["name"], item["baseUrl"]) for item in found] == [
        ("one", None),
        ("two", "http://127.0.0.1:1"),
    ]
    assert user.run("auth", "remove", "one") == 0
    assert json.loads(user.settings.read_text()).keys() == {"two"}
    assert user.key.exists()


def test_an_unknown_profile_says_which_there_are(
    user: User, capsys: pytest.CaptureFixture[str]
) -> None:
    user.add("work")
    capsys.readouterr()
    assert user.run("apps", "list", "--profile", "wrok") == ExitCode.USAGE
    assert "there are work" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": {"key_file": 5}}', "\0"])
def test_settings_of_something_else_are_left_alone(
    user: User, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    user.settings.parent.mkdir()
    user.settings.write_text(text)
    for words in (("auth", "list"), ("auth", "remove", "a"), ("apps", "list", "--profile", "a")):
        assert user.run(*words) == ExitCode.USAGE
    assert user.add("work") == ExitCode.USAGE
    assert str(user.settings) in capsys.readouterr().err
    assert user.settings.read_text() == text


def test_settings_that_cannot_be_read_are_told(user: User) -> None:
    user.settings.mkdir(parents=True)
    assert user.run("auth", "list") == ExitCode.USAGE


@pytest.mark.parametrize("name", ["", " ", "a\x1b[31m"])
def test_a_profile_has_a_name_that_can_be_typed(user: User, name: str) -> None:
    assert user.add(name) == ExitCode.USAGE
    assert not user.settings.exists()


def test_a_key_file_that_is_gone_is_told(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    user.add("work")
    user.key.unlink()
    assert user.run("apps", "list", "--profile", "work") == ExitCode.AUTHENTICATION
    assert user.key.name in capsys.readouterr().err


@pytest.fixture
def served() -> Generator[tuple[Simulator, str]]:
    pytest.importorskip("uvicorn")
    simulator = Simulator("demo")
    with simulator.serve(speed=0) as url:
        yield simulator, url


def test_a_profile_goes_where_it_says(
    user: User, served: tuple[Simulator, str], capsys: pytest.CaptureFixture[str]
) -> None:
    simulator, url = served
    key = user.home / simulator.key_path.name
    shutil.copy(simulator.key_path, key)
    key.chmod(0o600)
    more = ("--issuer-id", simulator.issuer_id, "--base-url", url)
    assert user.run("auth", "add", "here", "--key-file", str(key), *more) == 0
    capsys.readouterr()
    assert user.run("--profile", "here", "apps", "list", "--columns", "name") == 0
    assert len(json.loads(capsys.readouterr().out)) == 3


AREAS = {"apps", "testflight", "signing", "devices", "xcode-cloud", "users", "invitations"}


def test_what_a_key_may_do_is_tried_with_reads() -> None:
    asc = CommandLine(Simulator("demo"))
    found = {item["area"]: item["allowed"] for item in asc.data("auth", "check")}
    assert found == dict.fromkeys(AREAS | {"sales", "finance"}, True)
    assert {request.method for request in asc.simulator.requests} == {"GET"}


def test_a_role_may_not_do_everything() -> None:
    simulator = Simulator("demo")
    asc = CommandLine(simulator, key=simulator.add_key("DEVELOPER1", roles=("DEVELOPER",)))
    denied = {item["area"] for item in asc.data("auth", "check") if not item["allowed"]}
    assert denied == {"invitations", "sales", "finance"}


def test_a_key_that_is_refused_is_told() -> None:
    simulator = Simulator("demo")
    asc = CommandLine(simulator, key=simulator.add_key("REVOKED123"))
    simulator.revoke_key("REVOKED123")
    outcome = asc.run("auth", "check")
    assert outcome.code == ExitCode.AUTHENTICATION
    assert outcome.out == ""
