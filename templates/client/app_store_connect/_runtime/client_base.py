"""What clients of both flavours know: their key, their namespaces, a request to any path."""

from __future__ import annotations

import dataclasses
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, Self, TypeVar, cast, overload

from msgspec import UNSET

from .auth.keys import ApiKey
from .http.api_origin import refuse_hidden_dots
from .jsonapi.body import json_body
from .jsonapi.query import raw_query
from .messages.errors import NotInPublicApiError
from .messages.request import Request
from .suggestions import kind_of, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ClientBase", "LazyNamespace", "LazyRoom", "key_problem", "raw_request"]

N = TypeVar("N")

_ENTERPRISE_SERVER = "https://api.enterprise.developer.apple.com"


class LazyNamespace(Generic[N]):
    """A namespace of a client, whose module is imported when it is first used."""

    def __init__(self, class_name: str) -> None:
        self._class_name = class_name
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> N: ...
    def __get__(self, instance: Any, owner: type) -> Self | N:
        if instance is None:
            return self
        found = vars(instance)[self._name] = self._of(instance)
        return found

    def _of(self, client: Any) -> N:
        namespace: N = self._loaded(f"resources.{self._name}")(client.send)
        return namespace

    def _loaded(self, module: str) -> Any:
        package = __name__.rpartition("._runtime.")[0]
        return getattr(import_module(f"{package}.{module}"), self._class_name)


class LazyRoom(LazyNamespace[N]):
    """What stands on a client and has a package of its own, which is imported when it is used."""

    def _of(self, client: Any) -> N:
        room: N = self._loaded(self._name)(client)
        return room

    def members(self) -> list[str]:
        """Return the names of the namespaces in it."""
        room: object = self._loaded(self._name)
        return [name for name, value in vars(room).items() if isinstance(value, LazyNamespace)]


def _areas(kind: type) -> list[str]:
    """Return the areas of a client's workflows, as they are called from the client."""
    room = getattr(kind, "workflows", None)
    return [f"workflows.{name}" for name in room.members()] if isinstance(room, LazyRoom) else []


class ClientBase:
    """Where a client's requests go and with which key."""

    SERVER: ClassVar[str] = ""
    ENTERPRISE: ClassVar[bool] = False
    VERSION: ClassVar[str] = ""

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{kind_of(self)} holds connections and a private key, and cannot be copied or"
            " pickled: make one where it is needed"
        )

    _host: str | None = None
    _key: ApiKey | None = None

    def __repr__(self) -> str:
        key = f", key {self._key.key_id} ({self._key.kind})" if self._key else ""
        return f"<{type(self).__name__} of {self._host}{key}>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            problem = NotInPublicApiError.of(f"client.{name}")
            raise problem or missing(self, name, _areas(type(self)))

    @classmethod
    def _origin_and_key(cls, key: ApiKey, base_url: str | None) -> tuple[str, ApiKey]:
        """Choose the origin and audience: the Enterprise Program has its own."""
        if cls.ENTERPRISE and not key.enterprise:
            key = dataclasses.replace(key, enterprise=True)
        if base_url is not None:
            return base_url, key
        return (_ENTERPRISE_SERVER if key.enterprise else cls.SERVER), key

    def _view(self) -> Self:
        """Return a copy of a client, whose namespaces are yet to be made."""
        kind = type(self)
        view = object.__new__(kind)
        for name, value in vars(self).items():
            if not isinstance(getattr(kind, name, None), LazyNamespace):
                vars(view)[name] = value
        return view


def key_problem(key: object) -> TypeError | None:
    """Return the error for something that is not a key, None for a key."""
    if isinstance(key, ApiKey):
        return None
    return TypeError(
        f"a client takes an ApiKey, not {kind_of(key)}:"
        " use Client.from_env(), or Client(ApiKey.from_file(path))"
    )


def raw_request(
    method: str, path: str, query: Mapping[str, object] | None, json: object, accept: str
) -> Request:
    """Return the request to any path of the API."""
    if not isinstance(cast("object", path), str):
        raise TypeError(f"a path is text such as '/v1/apps', not {kind_of(path)}")
    is_word = isinstance(cast("object", method), str) and method.isascii() and method.isalpha()
    if not is_word:
        # Not quoted: what stands where the method belongs may be anything.
        raise ValueError(
            "the first argument is a method of HTTP such as 'GET', then comes the path"
        )
    refuse_hidden_dots(path)
    return Request(
        method=method.upper(),
        target=path,
        query=tuple(raw_query(query or {}, "query").items()),
        body=None if json is UNSET else json_body(json),
        accept=accept,
    )
