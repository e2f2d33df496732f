"""The account that the tools work on: a rendered client, which is imported when it is asked for."""

from __future__ import annotations

import dataclasses
import inspect
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from ascgen.mcp.cleaning import cleaned
from ascgen.mcp.refusals import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

# What to do about most failures, before and while something is written.
_MENDED = "describe the operation, mend the call, and plan again"
_STOPPED = "what was written before this stays: tell the user, wait, and plan again for the rest"
_LONGEST = 600
_SHOWN = 12
_UNFIT = (TypeError, ValueError, AttributeError, LookupError)


class Account:
    """An account behind the client of a package.

    All that reads goes through `get` and `follow`, which send nothing but GET. All that writes goes
    through `apply`, which takes a plan. With `scoped`, the token of a read is good for it alone.
    """

    def __init__(
        self, package: ModuleType, key: Any, connect: Callable[[Any], Any], *, scoped: bool = False
    ) -> None:
        self._package = package
        self._key = key
        self._connect = connect
        self._client = connect(key)
        self._scoped = scoped
        self._hidden = import_module(f"{package.__name__}.rehearsal.secrets").hidden
        self._error: type[Exception] = package.AppStoreConnectError

    @classmethod
    def from_env(cls, package: str, *, scoped: bool = False) -> Account:
        """The account whose key the environment names; see the client's `ApiKey.from_env`."""
        module = import_module(package)
        return cls(module, module.ApiKey.from_env(), module.Client, scoped=scoped)

    @classmethod
    def simulated(cls, simulator: Any, *, scoped: bool = False) -> Account:
        """The account of a simulator."""
        package = import_module(type(simulator).__module__.partition(".")[0])
        return cls(package, simulator.key, simulator.client, scoped=scoped)

    def get(self, path: str, query: Mapping[str, Any]) -> Any:
        """Send a GET; return the response."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return self._sent(path, query, f"{path}?{asked}" if asked else path)

    def follow(self, address: str) -> Any:
        """Send a GET to an address that the API has given, if it is on the API's own origin."""
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True)
        asked = "&".join(f"{name}={value}" for name, value in query)
        return self._sent(address, {}, f"{parts.path}?{asked}")

    def _sent(self, target: str, query: Mapping[str, Any], scope: str) -> Any:
        with self._refusals():
            if not self._scoped:
                return self._client.request("GET", target, query=query, accept="*/*")
            key = dataclasses.replace(self._key, scope=(f"GET {scope}",))
            with self._connect(key) as client:
                return client.request("GET", target, query=query, accept="*/*")

    def rehearse(self, job: Callable[[Any], Any]) -> tuple[Any, Any]:
        """Let a job work on a client whose writes go to a simulator; return its result and plan."""
        with self._refusals(), self._client.rehearsal() as trial:
            result = job(trial.client)
        return result, trial.plan

    def apply(self, plan: Any) -> Any:
        """Write what a plan holds."""
        with self._refusals(_STOPPED):
            return plan.apply(self._client)

    def hidden(self, value: Any) -> Any:
        """A JSON value without its secrets, as a model may have it."""
        return cleaned(self._hidden(value))

    @property
    def folder(self) -> Path:
        """Where the package is."""
        return Path(str(self._package.__file__)).parent

    def jobs(self) -> dict[str, Callable[..., Any]]:
        """The workflows by name (`apps.find`), unbound: their first argument is the area."""
        return dict(self._jobs())

    def _jobs(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        areas: Any = getattr(self._client, "workflows", None)
        for area in _public(areas):
            methods: Any = getattr(areas, area)
            for name in _public(methods):
                found: Any = inspect.getattr_static(methods, name)
                if inspect.isfunction(found):
                    yield f"{area}.{name}", found

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _refusals(self, usual: str = _MENDED) -> _Refusals:
        return _Refusals(self._error, usual)


class _Refusals:
    """A block in which what the client raises is told to the model, without what is secret."""

    def __init__(self, root: type[Exception], usual: str) -> None:
        self._root = root
        self._usual = usual

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        """Turn what the client raises into a refusal."""
        if not isinstance(error, Exception):
            return
        name = type(error).__name__
        if isinstance(error, self._root):
            raise ToolError(
                f"{name}: the call did not succeed",
                instead=_ADVICE.get(name, self._usual),
                data=_told(error),
            ) from None
        if isinstance(error, _UNFIT):
            # Something is of another form than a call takes. The message may tell names that
            # others have given.
            raise ToolError(
                f"{name}: the call is not as it has to be",
                instead="describe what is called",
                data={"message": cleaned(str(error))[:_LONGEST]},
            ) from None


_ADVICE = {
    "AmbiguousWriteError": "nobody knows whether it was written: read it, then plan anew",
    "AuthenticationError": "ask the user to check the key; no call can mend it",
    "ConfigurationError": "ask the user to check the key; no call can mend it",
    "InvalidKeyError": "ask the user to check the key; no call can mend it",
    "ConnectionFailedError": "tell the user that the network does not let us; look-ups go on",
    "RequestTimeoutError": "call again later, or tell the user",
    "NoResultError": "read the list and choose from it",
    "NotFoundError": "read the list that it should be in, and take an id from there",
    "PermissionDeniedError": "tell the user: the key's role does not allow it, or the API does not",
    "PlanStaleError": "nothing was written, something has changed meanwhile: plan again",
    "UnsafeUrlError": "read anew: the API has answered with an address that is not its own",
    "RateLimitError": "wait a minute, then call again",
}


def _told(error: Exception) -> dict[str, Any]:
    """What the API said, with what is associated to it, or the message."""
    every: list[Any] = [item for detail in getattr(error, "errors", ()) for item in detail.walk()]
    if not every:
        return {"message": cleaned(str(error))[:_LONGEST]}
    details = [
        {
            name: cleaned(str(value))[:_LONGEST]
            for name in ("code", "detail", "pointer", "parameter")
            if (value := getattr(item, name, None))
        }
        for item in every[:_SHOWN]
    ]
    told: dict[str, Any] = {"status": getattr(error, "status", None), "errors": details}
    return told | ({"more": len(every) - _SHOWN} if len(every) > _SHOWN else {})


def _public(value: Any) -> list[str]:
    """The names that the class of a value tells."""
    names: Any = dir(value.__class__)
    return [name for name in names if not name.startswith("_") and name != "client"]
