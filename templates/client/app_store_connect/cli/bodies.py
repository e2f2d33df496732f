"""Documents of `--data`, to which the options of a command are added."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from .._runtime.files import read_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._runtime.messages.request import Request
    from .._runtime.messages.response import Response

__all__ = ["Document"]

_LARGEST = 64 << 20


class Document:
    """A JSON:API document as Apple describes the body of a request."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    @classmethod
    def read(cls, given: str) -> Document:
        """Read it from a file, from standard input (`-`), or as it was given.

        Raises click.UsageError for what is no document.
        """
        if not given.strip():
            raise click.UsageError("--data is empty")
        if given.lstrip().startswith(("{", "[")):
            text: str | bytes = given
        elif given == "-":
            text = sys.stdin.buffer.read(_LARGEST)
        else:
            try:
                # Others mark a file with `@`.
                text = read_whole(given.removeprefix("@"), _LARGEST)
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or error
                raise click.UsageError(f"--data: cannot read {given}: {why}") from None
        try:
            content = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise click.UsageError(f"--data is not JSON: {error}") from None
        data = cast("Any", content).get("data") if isinstance(content, dict) else None
        if not isinstance(data, dict):
            raise click.UsageError(
                '--data is a document such as {"data": {"attributes": {"name": "QA"}}}'
            )
        members = cast("dict[str, Any]", data)
        for name in ("attributes", "relationships"):
            if not isinstance(members.get(name, {}), dict):
                raise click.UsageError(f"--data: {name} are an object")
        return cls(cast("dict[str, Any]", content))

    def sender(self, send: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Send requests with this document as their body, completed by what they have."""

        def sending(request: Request) -> Response:
            body = msgspec.json.encode(self.completed(msgspec.json.decode(request.body or b"{}")))
            return send(msgspec.structs.replace(request, body=body))

        return sending

    def completed(self, other: dict[str, Any]) -> dict[str, Any]:
        """This document with the type, id and members of another one, whose values count.

        Raises click.UsageError where it is a document of another resource.
        """
        mine: dict[str, Any] = self.content["data"]
        theirs: dict[str, Any] = other.get("data") or {}
        for name in ("type", "id"):
            if name in mine and mine[name] != theirs.get(name, mine[name]):
                raise click.UsageError(
                    f"--data has the {name} {mine[name]!r}, the command {theirs[name]!r}"
                )
        data = {**mine, **theirs}
        for name in ("attributes", "relationships"):
            if name in mine or name in theirs:
                data[name] = {**(mine.get(name) or {}), **(theirs.get(name) or {})}
        return {**self.content, "data": data}
