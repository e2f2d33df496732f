"""Imports: what a program pays before its first call, in a fresh process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench import peer_clients
from bench.context import TOO_LONG
from bench.measure import in_turns
from bench.peers import Unavailable
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bench.context import Bench
    from bench.peers import Name
    from bench.processes import Finished

_WHAT = "import, client, one namespace, its model"
_PEERS: tuple[tuple[Name, str, Callable[[Bench], Path]], ...] = (
    (
        "openapi-python-client",
        "import_openapi_python_client.py",
        peer_clients.openapi_package,
    ),
    (
        "datamodel-code-generator",
        "import_datamodel_code_generator.py",
        peer_clients.datamodel_package,
    ),
)


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the client over its floor, then beside each peer."""
    key = {
        "ASC_KEY_ID": "2X9R4HXF34",
        "ASC_ISSUER_ID": "57246542-96fe-1a63-e053-0824d011072a",
        "ASC_PRIVATE_KEY": _pem(),
    }

    def client() -> Finished:
        return bench.run_client("import_client.py", environment=key)

    found = in_turns(
        {"client": client, "floor": lambda: bench.run_client("import_floor.py")}, bench.turns(15)
    )
    subject, floor = _side("client", found["client"]), _side("httpx, jwt, msgspec", found["floor"])
    yield Row(
        "imports.over-floor",
        _WHAT,
        subject=subject,
        reference=floor,
        budget=Budget(0.030, "difference"),
        note=bench.client_note,
    )
    yield Row(
        "imports.over-floor-memory",
        "memory of that",
        "bytes",
        subject=Side("client", [each.peak for each in found["client"]], subject.peak),
        reference=Side(floor.name, [each.peak for each in found["floor"]], floor.peak),
        budget=Budget(8e6, "difference"),
        note=bench.client_note,
    )
    for peer in _PEERS:
        yield _against(bench, client, *peer)


def _against(
    bench: Bench,
    client: Callable[[], Finished],
    name: Name,
    program: str,
    package: Callable[[Bench], Path],
) -> Row:
    identifier, what = f"imports.{name}", f"{_WHAT}, against {name}'s client"
    try:
        if bench.quick:
            raise TOO_LONG
        python, place = bench.environments.python(name), package(bench)
    except Unavailable as unavailable:
        return Row(identifier, what, reason=str(unavailable))
    candidates = {
        "client": client,
        "peer": lambda: bench.run_in(python, program, path=str(place)),
    }
    found = in_turns(candidates, 3)
    return Row(
        identifier,
        what,
        subject=_side("client", found["client"]),
        reference=_side(name, found["peer"]),
    )


def _side(name: str, finished: Sequence[Finished]) -> Side:
    return Side(name, [each.seconds for each in finished], max(each.peak for each in finished))


def _pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
