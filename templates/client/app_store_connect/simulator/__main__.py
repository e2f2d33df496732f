"""`python -m app_store_connect.simulator`: serve a simulator until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .seeds import names
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve as the arguments say; print address, key id, issuer id and key file as variables."""
    parser = argparse.ArgumentParser(
        prog="python -m app_store_connect.simulator",
        description="An App Store Connect of your own, over HTTP.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=0, help="the port; any free one unless given")
    known = ", ".join(names()) or "none yet"
    parser.add_argument(
        "--seed", default="", help=f"a file that was saved, or the name of a team ({known})"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, help="how fast time passes; 60 is a minute a second"
    )
    parser.add_argument("--lenient", action="store_true", help="accept what Apple would refuse")
    parser.add_argument("--no-quirks", action="store_true", help="answer as the document says")
    parser.add_argument(
        "--rules", action="store_true", help="print what is simulated and on whose word, and end"
    )
    options = parser.parse_args(arguments)
    if options.rules:
        from .manual import manual  # noqa: PLC0415 - it reads all rules

        print(manual(), end="")  # noqa: T201
        return 0
    # Whoever ends it so wants the key's file gone, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        simulator = _simulator(options)
        with simulator.serve(host=options.host, port=options.port, speed=options.speed) as url:
            print(f"ASC_BASE_URL={url}")  # noqa: T201 - it is what the command is for
            print(f"ASC_KEY_ID={simulator.key.key_id}")  # noqa: T201
            print(f"ASC_ISSUER_ID={simulator.issuer_id}")  # noqa: T201
            print(f"ASC_PRIVATE_KEY_PATH={simulator.key_path}", flush=True)  # noqa: T201
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except (OSError, RuntimeError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _simulator(options: argparse.Namespace) -> Simulator:
    strict, quirks = not options.lenient, not options.no_quirks
    if options.seed and options.seed not in names():
        if not Path(options.seed).is_file():
            known = ", ".join(names()) or "none"
            raise ValueError(
                f"{options.seed} is neither a file nor the name of a team; there are: {known}"
            )
        return Simulator.load(options.seed, strict=strict, quirks=quirks)
    # Programs that talk to it live in real time.
    return Simulator(options.seed, start=datetime.now(UTC), strict=strict, quirks=quirks)


if __name__ == "__main__":
    sys.exit(main())
