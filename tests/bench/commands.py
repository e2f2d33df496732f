"""Commands: what the generator's user waits for, as whole processes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bench.measure import in_turns
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.context import Bench
    from bench.processes import Finished

_COMMANDS = {
    "search": ("search", "expire", "a", "build", "--spec", "snapshot"),
    "search-misspelt": ("search", "subscripton", "ofer", "codess", "--spec", "snapshot"),
    "info": ("info", "--spec", "snapshot"),
    "help": ("--help",),
}
_FLOORS = {"python": "pass", "typer": "import typer"}


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the commands and two floors in turns."""

    def ascgen(words: Sequence[str]) -> Callable[[], Finished]:
        return lambda: bench.processes.run([bench.ascgen, *words])

    def python(code: str) -> Callable[[], Finished]:
        return lambda: bench.processes.run([sys.executable, "-c", code])

    found = in_turns(
        {name: ascgen(words) for name, words in _COMMANDS.items()}
        | {name: python(code) for name, code in _FLOORS.items()},
        bench.turns(11),
    )
    sides = {
        name: Side(
            f"python -c {_FLOORS[name]!r}" if name in _FLOORS else "ascgen",
            [each.seconds for each in finished],
            max(each.peak for each in finished),
        )
        for name, finished in found.items()
    }
    for name, words in _COMMANDS.items():
        what = " ".join(word for word in words if word not in {"--spec", "snapshot"})
        for floor in _FLOORS:
            yield Row(
                f"commands.{name}-over-{floor}",
                f"ascgen {what}",
                subject=sides[name],
                reference=sides[floor],
                budget=Budget(0.4) if name.startswith("search") else None,
            )
