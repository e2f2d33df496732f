"""`asc simulate`: an App Store Connect of one's own, for other commands to talk to."""

from __future__ import annotations

import os
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..command import Command, Option
from ..texts import remark

if TYPE_CHECKING:
    from ...simulator import Simulator

__all__ = ["simulate"]


def _simulate(
    *,
    seed: str,
    port: int,
    speed: float,
    lenient: bool,
    no_quirks: bool,
    command: tuple[str, ...],
) -> int:
    simulator = _simulator(seed, strict=not lenient, quirks=not no_quirks)
    with simulator.serve(port=port, speed=speed) as url:
        variables = {
            "ASC_BASE_URL": url,
            "ASC_KEY_ID": simulator.key_id,
            "ASC_ISSUER_ID": simulator.issuer_id,
            "ASC_PRIVATE_KEY_PATH": str(simulator.key_path),
        }
        if command:
            environment = {**os.environ, **variables}
            done = subprocess.run(command, env=environment, check=False)  # noqa: S603 - the user's
            return done.returncode
        for name, value in variables.items():
            click.echo(f"export {name}={value}")
        remark("Ctrl-C ends it")
        threading.Event().wait()
    return 0


def _simulator(seed: str, *, strict: bool, quirks: bool) -> Simulator:
    from ...simulator import Simulator
    from ...simulator.seeds import names

    if seed in names() or not seed:
        start = datetime.now(UTC)
        return Simulator(seed, start=start, strict=strict, quirks=quirks)
    if not Path(seed).is_file():
        raise click.UsageError(f"{seed} is neither a file nor one of {', '.join(names())}")
    return Simulator.load(seed, strict=strict, quirks=quirks)


simulate = Command(
    "simulate",
    _simulate,
    shows=False,
    connects=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    params=[
        Option(
            ["--seed"], default="demo", show_default=True, help="A team, or a file that was saved."
        ),
        Option(["--port"], type=int, default=0, help="The port; any free one unless given."),
        Option(["--speed"], type=float, default=1.0, help="60 lets a minute pass each second."),
        Option(["--lenient"], is_flag=True, help="Accept what Apple would refuse."),
        Option(["--no-quirks"], is_flag=True, help="Answer just as the API's document says."),
        click.Argument(["command"], nargs=-1, type=click.UNPROCESSED),
    ],
    help="Start an App Store Connect of your own, which knows all operations.\n\n"
    "It prints the variables by which other commands find it, and runs until it is interrupted;"
    " with a COMMAND it sets them for that one, and ends with it:\n\n"
    "\b\n    asc simulate -- asc apps list",
)
