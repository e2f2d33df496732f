"""`asc` in this process, talking to a simulator."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app_store_connect.cli import main
from app_store_connect.cli.session import Session
from app_store_connect.simulator.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from app_store_connect import ApiKey
    from app_store_connect.simulator import Simulator


_STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What is seen of it, without what makes it bold."""
        return _STYLE.sub("", self.out).splitlines()

    @property
    def data(self) -> Any:
        """What it wrote as JSON."""
        return json.loads(self.out)


class _Out(io.TextIOWrapper):
    """A stream that may claim to be a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        content: bytes = self.buffer.getvalue()  # type: ignore[attr-defined] # it is a BytesIO
        return content.decode()


class CommandLine:
    """Commands of one user, with the simulator's key unless another is given."""

    def __init__(
        self,
        simulator: Simulator,
        *,
        key: ApiKey | None = None,
        environ: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.environ = dict(environ or {})
        self.use(simulator, key=key, transport=transport)

    def use(
        self,
        simulator: Simulator,
        *,
        key: ApiKey | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Talk to this simulator from now on."""
        self.simulator = simulator
        self._key = key or simulator.key
        self._transport = transport or Transport(simulator)

    def session(self) -> Session:
        clock = self.simulator.clock
        options = {
            "transport": self._transport,
            "now": clock.now,
            "clock": clock.now,
            "sleep": clock.sleep,
            "random": lambda: 0.5,
        }
        return Session(key=self._key, environ=self.environ, options=options)

    def run(self, *words: str, given: str = "", terminal: bool = False) -> Outcome:
        """Run a command; `given` is on its standard input."""
        out, err = _Out(terminal=terminal), _Out(terminal=terminal)
        typed = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
        typed.isatty = lambda: terminal  # type: ignore[method-assign]
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            _standard_input(typed),
        ):
            code = main(list(words), self.session())
        return Outcome(code, out.text, err.text)

    def data(self, *words: str) -> Any:
        """What a command that succeeds writes, as JSON."""
        outcome = self.run(*words)
        assert outcome.code == 0, outcome.err
        return outcome.data


class _standard_input(contextlib._RedirectStream[io.TextIOWrapper]):  # noqa: N801 - as its kin
    _stream = "stdin"
