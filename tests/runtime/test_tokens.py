from __future__ import annotations

import asyncio
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from app_store_connect._runtime.auth.tokens import TokenSource
from support import keys
from support.api_server import decode_token
from support.clock import Clock

if TYPE_CHECKING:
    from app_store_connect._runtime.auth.keys import ApiKey

NOW = 1_800_000_000


@pytest.fixture
def signings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every time a token is signed, one entry; signing takes long enough for a race."""
    seen: list[float] = []
    encode = jwt.encode
    pause = threading.Event()

    def slow(*args: Any, **kwargs: Any) -> str:
        seen.append(1)
        pause.wait(0.02)
        return encode(*args, **kwargs)

    monkeypatch.setattr(jwt, "encode", slow)
    return seen


def claims(key: ApiKey, **options: Any) -> dict[str, Any]:
    source = TokenSource(key, now=Clock(NOW + 0.9).now, **options)
    return decode_token(source.token(), keys.public_key())


def test_a_team_key_signs_for_its_issuer() -> None:
    assert claims(keys.api_key()) == {
        "iss": keys.ISSUER_ID,
        "iat": NOW - 60,
        "exp": NOW + 900,
        "aud": "appstoreconnect-v1",
    }


def test_an_individual_key_signs_for_its_user() -> None:
    found = claims(keys.api_key(issuer_id=None))
    assert found["sub"] == "user"
    assert "iss" not in found


def test_an_enterprise_key_has_its_own_audience() -> None:
    assert claims(keys.api_key(enterprise=True))["aud"] == "apple-developer-enterprise-v1"


def test_a_scope_limits_the_token() -> None:
    assert claims(keys.api_key(scope=("GET /v1/apps",)))["scope"] == ["GET /v1/apps"]


def test_the_header_names_the_key() -> None:
    token = TokenSource(keys.api_key()).token()
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": keys.KEY_ID, "typ": "JWT"}


def test_the_longest_life_is_what_apple_takes() -> None:
    found = claims(keys.api_key(), lifetime=1140)
    assert found["exp"] - found["iat"] == 1200


@pytest.mark.parametrize("lifetime", [1141, 1200, 120, 0, -5])
def test_no_other_life_is_accepted(lifetime: int) -> None:
    with pytest.raises(ValueError, match="at most 1140 seconds"):
        TokenSource(keys.api_key(), lifetime=lifetime)


def test_a_token_is_kept_until_two_minutes_before_its_end() -> None:
    clock = Clock()
    source = TokenSource(keys.api_key(), lifetime=600, now=clock.now)
    first = source.token()
    clock.time += 479
    assert source.token() == first
    clock.time += 1
    second = source.token()
    assert second != first
    assert decode_token(second, keys.public_key())["exp"] == int(clock.time) + 600
    assert source.token() == second


def test_a_clock_put_back_needs_a_new_token() -> None:
    clock = Clock()
    source = TokenSource(keys.api_key(), now=clock.now)
    source.token()
    clock.time -= 3600
    assert decode_token(source.token(), keys.public_key())["iat"] == int(clock.time) - 60


def test_only_the_current_token_can_be_dropped() -> None:
    source = TokenSource(keys.api_key(), now=Clock().now)
    first = source.token()
    source.invalidate("another")
    assert source.token() == first
    source.invalidate(first)
    second = source.token()
    assert second != first
    source.invalidate(first)
    assert source.token() == second


def test_64_threads_share_one_signing(signings: list[float]) -> None:
    source = TokenSource(keys.api_key())
    barrier = threading.Barrier(64)

    def ask(_: int) -> str:
        barrier.wait()
        return source.token()

    with ThreadPoolExecutor(64) as pool:
        tokens = set(pool.map(ask, range(64)))
    assert len(tokens) == 1
    assert len(signings) == 1


def test_64_threads_refused_with_one_token_renew_it_once(signings: list[float]) -> None:
    source = TokenSource(keys.api_key())
    old = source.token()
    barrier = threading.Barrier(64)

    def refused(_: int) -> str:
        barrier.wait()
        source.invalidate(old)
        return source.token()

    with ThreadPoolExecutor(64) as pool:
        tokens = set(pool.map(refused, range(64)))
    assert len(tokens) == 1
    assert old not in tokens
    assert len(signings) == 2


def test_1000_tasks_refused_with_one_token_renew_it_once(signings: list[float]) -> None:
    async def main() -> set[str]:
        source = TokenSource(keys.api_key())
        old = source.token()

        async def refused() -> str:
            await asyncio.sleep(0)
            source.invalidate(old)
            await asyncio.sleep(0)
            return source.token()

        return set(await asyncio.gather(*(refused() for _ in range(1000))))

    assert len(asyncio.run(main())) == 1
    assert len(signings) == 2


def test_a_source_shows_no_token_and_is_never_pickled() -> None:
    source = TokenSource(keys.api_key())
    token = source.token()
    assert repr(source) == "<TokenSource of <ApiKey 2X9R4HXF34 (team)>>"
    assert token not in f"{source} {source!r}"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(source)
