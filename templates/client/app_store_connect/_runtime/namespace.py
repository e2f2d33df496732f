"""Namespaces: the methods of generated classes build one value and hand it over here."""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    NoReturn,
    ParamSpec,
    TypeAlias,
    TypeVar,
)

import msgspec
from typing_extensions import deprecated

from .jsonapi import answers
from .jsonapi.operation import Operation
from .jsonapi.pager import AsyncCsvPager, AsyncPager, CsvPager, Pager
from .jsonapi.resource import Resource
from .messages.errors import NotInPublicApiError
from .messages.request import Request
from .messages.response import Response
from .suggestions import guard_keywords, missing

__all__ = ["AsyncNamespace", "Namespace", "Renamed"]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound="Resource")
S = TypeVar("S", bound="msgspec.Struct")

Arguments: TypeAlias = "Mapping[str, Any]"


class _Common:
    """What namespaces are besides their methods: where they send, and what is said of mistakes."""

    __slots__ = ("_send",)

    _send: Any
    __former__: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        guard_keywords(cls)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {getattr(self._send, '__self__', self._send)!r}>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            method = self.__former__.get(name)
            if method is None:
                problem = NotInPublicApiError.of(f"{_name_of(type(self))}.{name}")
                if problem is not None:
                    return partial(_refuse, problem)
                raise missing(self, name)
            where = type(self).__name__
            warnings.warn(
                f"{where}.{name} is called {method} now", DeprecationWarning, stacklevel=2
            )
            return getattr(self, method)


def _name_of(kind: type) -> str:
    """What a client calls a namespace, which is the name of its module."""
    return kind.__module__.rpartition(".")[2]


def _refuse(problem: NotInPublicApiError, *_: object, **__: object) -> NoReturn:
    raise problem


class Renamed(Generic[P, T]):
    """The former name of a method, which works as the method does and is deprecated.

    It takes itself out of its class, so that `dir` and completion do not offer it; what is
    declared here is for type checkers.
    """

    def __init__(self, method: Callable[Concatenate[Any, P], T]) -> None:
        self._method = method

    def __set_name__(self, owner: type[_Common], name: str) -> None:
        delattr(owner, name)
        owner.__former__ = {**owner.__former__, name: self._method.__name__}

    @deprecated("list_x_ids names one of them now: list_build_ids; metrics_x is list_x")
    def __get__(self, instance: object, owner: type) -> Callable[P, T]:
        raise NotImplementedError


class Namespace(_Common):
    """The operations of one resource path.

    The second argument of these helpers is the `locals()` of the calling method: its parameters
    carry the very names that the operation maps to the wire.
    """

    __slots__ = ()
    _send: Callable[[Request], Response]

    def __init__(self, send: Callable[[Request], Response]) -> None:
        self._send = send

    def _list(self, operation: Operation[R], arguments: Arguments) -> Pager[R]:
        request = operation.request(arguments)
        return Pager(self._send, request, partial(answers.read_page, operation), operation.limit)

    def _list_or_csv(self, operation: Operation[R], arguments: Arguments) -> CsvPager[R]:
        request = operation.request(arguments)
        return CsvPager(self._send, request, partial(answers.read_page, operation), operation.limit)

    def _list_ids(self, operation: Operation[str], arguments: Arguments) -> Pager[str]:
        request = operation.request(arguments)
        return Pager(self._send, request, partial(answers.read_id_page, operation), operation.limit)

    def _list_rows(self, operation: Operation[S], arguments: Arguments) -> Pager[S]:
        request = operation.request(arguments)
        return Pager(
            self._send, request, partial(answers.read_row_page, operation), operation.limit
        )

    def _resource(self, operation: Operation[R], arguments: Arguments) -> R:
        return answers.read_resource(operation, self._send(operation.request(arguments)))

    def _optional(self, operation: Operation[R], arguments: Arguments) -> R | None:
        return answers.read_optional(operation, self._send(operation.request(arguments)))

    def _id(self, operation: Operation[str], arguments: Arguments) -> str | None:
        return answers.read_id(operation, self._send(operation.request(arguments)))

    def _value(self, operation: Operation[S], arguments: Arguments) -> S:
        return answers.read_value(operation, self._send(operation.request(arguments)))

    def _text(self, operation: Operation[str], arguments: Arguments) -> str:
        return answers.read_text(self._send(operation.request(arguments)))

    def _report(self, operation: Operation[bytes], arguments: Arguments) -> bytes:
        return answers.read_report(self._send(operation.request(arguments)))

    def _done(self, operation: Operation[Response], arguments: Arguments) -> Response:
        request = operation.request(arguments)
        return answers.read_done(operation, request, self._send(request))


class AsyncNamespace(_Common):
    """The operations of one resource path, to be awaited.

    The second argument of these helpers is the `locals()` of the calling method: its parameters
    carry the very names that the operation maps to the wire.
    """

    __slots__ = ()
    _send: Callable[[Request], Awaitable[Response]]

    def __init__(self, send: Callable[[Request], Awaitable[Response]]) -> None:
        self._send = send

    def _list(self, operation: Operation[R], arguments: Arguments) -> AsyncPager[R]:
        request = operation.request(arguments)
        return AsyncPager(
            self._send, request, partial(answers.read_page, operation), operation.limit
        )

    def _list_or_csv(self, operation: Operation[R], arguments: Arguments) -> AsyncCsvPager[R]:
        request = operation.request(arguments)
        return AsyncCsvPager(
            self._send, request, partial(answers.read_page, operation), operation.limit
        )

    def _list_ids(self, operation: Operation[str], arguments: Arguments) -> AsyncPager[str]:
        request = operation.request(arguments)
        return AsyncPager(
            self._send, request, partial(answers.read_id_page, operation), operation.limit
        )

    def _list_rows(self, operation: Operation[S], arguments: Arguments) -> AsyncPager[S]:
        request = operation.request(arguments)
        return AsyncPager(
            self._send, request, partial(answers.read_row_page, operation), operation.limit
        )

    async def _resource(self, operation: Operation[R], arguments: Arguments) -> R:
        return answers.read_resource(operation, await self._send(operation.request(arguments)))

    async def _optional(self, operation: Operation[R], arguments: Arguments) -> R | None:
        return answers.read_optional(operation, await self._send(operation.request(arguments)))

    async def _id(self, operation: Operation[str], arguments: Arguments) -> str | None:
        return answers.read_id(operation, await self._send(operation.request(arguments)))

    async def _value(self, operation: Operation[S], arguments: Arguments) -> S:
        return answers.read_value(operation, await self._send(operation.request(arguments)))

    async def _text(self, operation: Operation[str], arguments: Arguments) -> str:
        return answers.read_text(await self._send(operation.request(arguments)))

    async def _report(self, operation: Operation[bytes], arguments: Arguments) -> bytes:
        return answers.read_report(await self._send(operation.request(arguments)))

    async def _done(self, operation: Operation[Response], arguments: Arguments) -> Response:
        request = operation.request(arguments)
        return answers.read_done(operation, request, await self._send(request))
