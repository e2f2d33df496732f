"""Decoding: a compound page, as far as one goes with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.context import times
from bench.peers import Unavailable
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.context import Bench

_STEPS = {
    "decoded": "200 apps, 200 builds: decoded",
    "resolved": "… and every relationship followed",
    "read": "… and every attribute read",
}


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the client and Structs by hand in one process, pydantic in another."""
    turns, calls = bench.turns(60, 5), 5 if not bench.quick else 2
    page = bench.page()
    found, peak = times(bench.run_client("decode_client.py", page, turns, calls))
    floor = Side("json.loads", found["json.loads"], peak)
    for step, what in _STEPS.items():
        client = Side("client", found[f"client {step}"], peak)
        yield Row(
            f"decoding.{step}",
            what,
            subject=client,
            reference=floor,
            budget=Budget(0.6, "ratio") if step == "decoded" else None,
        )
        by_hand = Side("msgspec by hand", found[f"by hand {step}"], peak)
        yield Row(f"decoding.{step}-by-hand", what, subject=client, reference=by_hand)
        yield Row(f"decoding.{step}-msgspec", what, subject=by_hand, reference=floor)
    try:
        python = _pydantic(bench)
    except Unavailable as unavailable:
        for step, what in _STEPS.items():
            yield Row(f"decoding.{step}-pydantic", what, reason=str(unavailable))
        return
    found, peak = times(bench.run_in(python, "decode_pydantic.py", page, turns, calls))
    floor = Side("json.loads", found["json.loads"], peak)
    for step, what in _STEPS.items():
        peer = Side("pydantic", found[f"pydantic {step}"], peak)
        yield Row(f"decoding.{step}-pydantic", what, subject=peer, reference=floor)


def _pydantic(bench: Bench) -> Path:
    """An interpreter with pydantic and msgspec; the generator's own has them too."""
    if bench.quick:
        return Path(sys.executable)
    return bench.environments.python("datamodel-code-generator")
