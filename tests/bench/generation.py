"""Generation: from nothing, with nothing changed, with one resource changed."""

from __future__ import annotations

import json
import shutil
from itertools import count
from typing import TYPE_CHECKING, Any

from bench import peer_clients
from bench.context import TOO_LONG
from bench.measure import in_turns
from bench.peers import Unavailable
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bench.context import Bench
    from bench.processes import Finished

_MODELS = "datamodel-code-generator, models only"
# Enough to see that it works, and to have everything imported once.
_FEW = ("--include", "betaGroups", "--include", "betaTesters")
_CHANGED = "BetaGroup"


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the generator's three cases and a peer in turns, then the slow peer once."""
    generator = _Generator(bench)
    generator.warm_up()
    candidates: dict[str, Callable[[], Finished]] = {
        "cold": generator.cold,
        "unchanged": generator.unchanged,
        "one resource": generator.one_resource,
    }
    reason = ""
    try:
        if bench.quick:
            raise TOO_LONG
        bench.environments.python(peer_clients.DATAMODEL)
        bench.peers_document()
        candidates["models"] = lambda: peer_clients.datamodel_models(bench)
        found = in_turns(candidates, bench.turns(2, 1), warm_ups=0)
    except Unavailable as unavailable:
        reason = f"no peer: {unavailable}"
        candidates.pop("models", None)
        found = in_turns(candidates, bench.turns(2, 1), warm_ups=0)
    peer = _side(_MODELS, found["models"]) if "models" in found else None
    note = "; ".join(filter(None, (generator.note, reason)))
    cold = _side("ascgen", found["cold"])
    yield Row(
        "generation.cold",
        "whole client, nothing cached",
        subject=cold,
        reference=peer,
        budget=Budget(10),
        note=note,
    )
    yield Row(
        "generation.cold-memory",
        "largest process of that",
        "bytes",
        subject=_memory(cold, found["cold"]),
        reference=_memory(peer, found["models"]) if peer else None,
        budget=Budget(400e6),
        note=note,
    )
    for name, limit, what in (
        ("unchanged", 1, "again, nothing changed"),
        ("one resource", 3, "one resource has a new attribute"),
    ):
        yield Row(
            f"generation.{name.replace(' ', '-')}",
            what,
            subject=_side("ascgen", found[name]),
            reference=peer,
            budget=Budget(limit),
            note=note,
        )
    yield _against_client_generator(bench, cold)


def _against_client_generator(bench: Bench, cold: Side) -> Row:
    name, what = "generation.cold-client-generator", "whole client, against another of the kind"
    try:
        if bench.quick:
            raise TOO_LONG
        finished = peer_clients.openapi_client(bench)
    except Unavailable as unavailable:
        return Row(name, what, reason=str(unavailable))
    peer = _side("openapi-python-client, unformatted", [finished])
    return Row(name, what, subject=cold, reference=peer, note="the peer ran once")


class _Generator:
    """Runs `ascgen generate` on documents that differ a little from time to time."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._numbers = count(1)
        self._output = bench.work("client")
        self._cache = bench.work("cache")
        self._last = bench.document
        about = [] if bench.is_raw else ["of the snapshot, Apple's document is not there"]
        if bench.quick:
            about.append("two resources only")
        self.note = "; ".join(about)

    def warm_up(self) -> None:
        """Have all modules of the generator compiled, in every process."""
        if self._bench.quick:
            return
        cache, output = self._bench.work("warm-cache"), self._bench.work("warm-client")
        shutil.rmtree(cache, ignore_errors=True)
        self._run(self._bench.document, cache, output, _FEW)

    def cold(self) -> Finished:
        """Render everything, with no cache, into a folder that is not there."""
        for folder in (self._output, self._cache):
            shutil.rmtree(folder, ignore_errors=True)
        self._last = self._bench.document
        return self._run(self._last, self._cache, self._output)

    def unchanged(self) -> Finished:
        """Render what was rendered last."""
        return self._run(self._last, self._cache, self._output)

    def one_resource(self) -> Finished:
        """Render what was rendered last with one more attribute in one resource."""
        self._last = self._changed(f"benchProbe{next(self._numbers)}")
        return self._run(self._last, self._cache, self._output)

    def _run(
        self, document: Path, cache: Path, output: Path, extra: Sequence[str] = ()
    ) -> Finished:
        words = [self._bench.ascgen, "generate", "--spec", document, "--cache-dir", cache]
        extra = extra or (_FEW if self._bench.quick else ())
        return self._bench.processes.run([*words, "--output", output, *extra], watch=True)

    def _changed(self, name: str) -> Path:
        whole: Any = json.loads(self._bench.document.read_bytes())
        if self._bench.is_raw:
            schema = whole["components"]["schemas"][_CHANGED]
            schema["properties"]["attributes"]["properties"][name] = {"type": "string"}
        else:
            field = {"name": name, "type": {"is": "scalar", "name": "string"}}
            whole["schemas"][_CHANGED]["attributes"].append(field)
        suffix = ".json" if self._bench.is_raw else ".api.json"
        path = self._bench.work(f"{whole.get('product', 'app-store-connect')}-changed{suffix}")
        path.write_text(json.dumps(whole), encoding="utf-8")
        return path


def _side(name: str, finished: Sequence[Finished]) -> Side:
    return Side(
        name,
        [each.seconds for each in finished],
        peak=max(each.peak for each in finished),
        together=max((each.together or 0 for each in finished), default=0) or None,
    )


def _memory(side: Side, finished: Sequence[Finished]) -> Side:
    return Side(side.name, [each.peak for each in finished], side.peak, side.together)
