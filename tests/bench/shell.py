"""The command line `asc`: what its help takes, as whole processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.context import TOO_LONG
from bench.measure import in_turns
from bench.peers import Unavailable
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.context import Bench
    from bench.processes import Finished

_PEER = "codemagic-cli-tools"
# The words, and how many seconds they may take over `import click`.
_HELPS = {"help": (("--help",), 0.060), "command-help": (("apps", "list", "--help"), 0.110)}
_FLOOR = "import click"


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the helps over `import click`, and the first beside a peer's."""

    def asc(words: Sequence[str]) -> Callable[[], Finished]:
        return lambda: _python(bench, "-m", "app_store_connect.cli", *words)

    found = in_turns(
        {name: asc(words) for name, (words, _) in _HELPS.items()}
        | {"floor": lambda: _python(bench, "-c", _FLOOR)},
        bench.turns(11),
    )
    floor = _side(f"python -c {_FLOOR!r}", found["floor"])
    for name, (words, most) in _HELPS.items():
        yield Row(
            f"shell.{name}-over-click",
            f"asc {' '.join(words)}",
            subject=_side("asc", found[name]),
            reference=floor,
            budget=Budget(most, "difference"),
            note=bench.client_note,
        )
    yield _against(bench, asc(("--help",)))


def _against(bench: Bench, asc: Callable[[], Finished]) -> Row:
    identifier, what = f"shell.{_PEER}", f"asc --help, against {_PEER}'s app-store-connect --help"
    try:
        if bench.quick:
            raise TOO_LONG
        program = bench.environments.python(_PEER).with_name("app-store-connect")
    except Unavailable as unavailable:
        return Row(identifier, what, reason=str(unavailable))
    found = in_turns(
        {"asc": asc, "peer": lambda: bench.processes.run([program, "--help"])}, bench.turns(5)
    )
    return Row(
        identifier, what, subject=_side("asc", found["asc"]), reference=_side(_PEER, found["peer"])
    )


def _python(bench: Bench, *words: str) -> Finished:
    return bench.processes.run([bench.client_python, *words], env=bench.client_environment)


def _side(name: str, finished: Sequence[Finished]) -> Side:
    return Side(name, [each.seconds for each in finished], max(each.peak for each in finished))
