"""Whatever a server does, what leaves a call is one of our errors, and no write is sent twice.

`HYPOTHESIS_PROFILE=thorough` tries every fault with every kind of call.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AsyncClient, Client, RetryPolicy
from app_store_connect.errors import (
    AmbiguousWriteError,
    ApiError,
    AppStoreConnectError,
    ConnectionFailedError,
    DecodeError,
)
from support import keys
from support.clients import FLAVOURS, settled
from support.faults import FAULTS, FaultServer, certificate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
OPTIONS: dict[str, Any] = {
    "policy": RetryPolicy(attempts=2, throttled_attempts=2, backoff=0, throttled_backoff=0),
    "timeout": 1.0,
    "deadline": 3.0,
}

READS: dict[str, Callable[[Any, str], Any]] = {
    "get": lambda asc, fault: asc.apps.get(fault),
    "list": lambda asc, fault: asc.apps.list(bundle_id=fault).all(),
    "related": lambda asc, fault: asc.builds.get_app(fault),
    "ids": lambda asc, fault: asc.beta_groups.list_build_ids(fault).first(),
    "report": lambda asc, fault: asc.request("GET", f"/v1/{fault}", accept="application/a-gzip"),
}
WRITES: dict[str, Callable[[Any, str], Any]] = {
    "create": lambda asc, fault: asc.beta_groups.create(name=fault, app="1"),
    "update": lambda asc, fault: asc.apps.update(fault, primary_locale="fr-FR"),
    "delete": lambda asc, fault: asc.beta_groups.delete(fault),
    "add": lambda asc, fault: asc.beta_groups.add_builds(fault, ["1"]),
    "request": lambda asc, fault: asc.request("POST", f"/v1/{fault}", json={"data": {}}),
}


def cells() -> list[tuple[str, str, Callable[[Any, str], Any]]]:
    """Faults with a read and a write each, another in turn; with all of them when thorough."""
    found: list[tuple[str, str, Callable[[Any, str], Any]]] = []
    for number, fault in enumerate(FAULTS):
        for calls in (READS, WRITES):
            names = list(calls)
            chosen = names if THOROUGH else [names[number % len(names)]]
            found += [(fault, name, calls[name]) for name in chosen]
    return found


async def outcome(asc: Any, fault: str, call: Callable[[Any, str], Any]) -> BaseException | None:
    try:
        await settled(call(asc, f"fault-{fault}-"))
    except BaseException as error:  # noqa: BLE001 - which one it is, is the question
        return error
    return None


def outcomes(flavour: str, url: str, verify: ssl.SSLContext) -> list[BaseException | None]:
    options = {**OPTIONS, "base_url": url, "verify": verify}
    if flavour == "sync":
        with Client(keys.api_key(), **options) as asc, ThreadPoolExecutor(24) as pool:

            def run(cell: Any) -> BaseException | None:
                return asyncio.run(outcome(asc, cell[0], cell[2]))

            found = list(pool.map(run, cells()))
            for identifier in map(str, range(40)):
                assert asc.apps.get(identifier).id == identifier
            return found

    async def main() -> list[BaseException | None]:
        at_once = asyncio.Semaphore(24)

        async def run(cell: Any) -> BaseException | None:
            async with at_once:
                return await outcome(asc, cell[0], cell[2])

        async with AsyncClient(keys.api_key(), **options) as asc:
            found = await asyncio.gather(*map(run, cells()))
            for identifier in map(str, range(40)):
                assert (await asc.apps.get(identifier)).id == identifier
            return found

    return asyncio.run(main())


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_leaves_a_call_is_one_of_our_errors(
    flavour: str, *, encrypted: bool, tmp_path: Path
) -> None:
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))
    with FaultServer(pem if encrypted else None) as server:
        found = outcomes(flavour, server.url, trusting)
        seen = dict(server.seen)
    reached = {name.split()[1] for name in seen if name.split()[0] != "GET"}
    wrong = [
        (fault, name, repr(error))
        for (fault, name, _), error in zip(cells(), found, strict=True)
        if not isinstance(error, (AppStoreConnectError, type(None)))
        or (name in WRITES and not is_honest_about_a_write(error, was_seen=fault in reached))
    ]
    assert wrong == []
    assert {type(error).__name__ for error in found} >= {"AmbiguousWriteError", "DecodeError"}
    most = 5 if THOROUGH else 1
    refused = {"unauthorized", "slow", "oddslow"}
    twice = {
        name: count
        for name, count in seen.items()
        if count > most
        and name.split()[0] not in {"GET", "HEAD"}
        and name.split()[1] not in refused
    }
    assert twice == {}


def is_honest_about_a_write(error: BaseException | None, *, was_seen: bool) -> bool:
    """A write that reached the server is done, refused by it, or in doubt."""
    if isinstance(error, ConnectionFailedError):
        return not was_seen
    return error is None or isinstance(error, (AmbiguousWriteError, ApiError, DecodeError))
