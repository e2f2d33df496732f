"""A session: what was chosen for a command, and the client that it works with."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from .._runtime.auth.keys import ApiKey
    from ..client import Client

__all__ = ["Session"]

_FALSE = frozenset({"", "0", "false", "no", "off"})


class Session:
    """One run of the program.

    `key` and `options` (those of `Client`) are for programs that run commands themselves;
    otherwise they follow from the command line, its profile and the environment.
    """

    def __init__(
        self,
        *,
        key: ApiKey | None = None,
        options: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self._key = key
        self._options = dict(options or {})
        self._chosen: dict[str, Any] = {}
        self._client: Client | None = None

    def choose(self, name: str, value: Any) -> None:
        """Note an option of the command line; None is as good as not given."""
        if value is not None:
            self._chosen[name] = value

    def chosen(self, name: str) -> Any:
        """What was chosen for an option, None where nothing was."""
        return self._chosen.get(name)

    @property
    def is_read_only(self) -> bool:
        """Whether the environment forbids all writes."""
        return self.environ.get("ASC_READ_ONLY", "").strip().lower() not in _FALSE

    @property
    def is_rehearsing(self) -> bool:
        """Whether writes are to be shown instead of sent."""
        return bool(self.chosen("dry_run") or self.chosen("plan"))

    @property
    def prints_json(self) -> bool:
        """Whether what is printed is for programs."""
        usual = "table" if sys.stdout.isatty() else "json"
        return (self.chosen("format") or usual) != "table"

    @property
    def is_interactive(self) -> bool:
        """Whether there is somebody to be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def key(self) -> ApiKey:
        """The key: of the profile that was chosen, else of the environment.

        Raises InvalidKeyError where there is none.
        """
        if self._key is None:
            from .._runtime.auth.keys import ApiKey
            from .profiles import Profiles

            profile = Profiles(self.environ).chosen(self.chosen("profile"))
            self._key = ApiKey.from_env(self.environ) if profile is None else profile.key()
        return self._key

    @property
    def client(self) -> Client:
        """The client, made when it is first needed; see `connection`."""
        if self._client is None:
            from .connection import connect

            self._client = connect(self, self._options)
        return self._client

    @contextmanager
    def closing(self) -> Generator[None]:
        """Close the client at the end of a block, if one was made."""
        try:
            yield
        finally:
            if self._client is not None:
                self._client.close()
                self._client = None
