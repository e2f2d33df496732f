"""Bytes beside the API: where uploads are sent to and reports are had from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .messages import Answer, Incoming
from .problems import Problem, Refusal
from .world import STORE

if TYPE_CHECKING:
    from .world import World

__all__ = ["FILES", "file_answer", "file_name"]

# Where a served simulator keeps files.
FILES = "/_simulator/files/"

_BINARY = "application/octet-stream"


def file_name(incoming: Incoming) -> str | None:
    """Return the name of the file that a request is for, None for one to the API."""
    if incoming.path.startswith(FILES):
        return incoming.path[len(FILES) :]
    address = f"{incoming.origin}{incoming.path}"
    return address[len(STORE) + 1 :] if address.startswith(f"{STORE}/") else None


def file_answer(world: World, incoming: Incoming, name: str) -> Answer:
    """Keep what a PUT brings, or give what is kept under a name.

    The store takes no bearer token: whoever sends one has sent a secret to the wrong host. It says
    so in XML, as Amazon's do.
    """
    try:
        if "authorization" in incoming.headers:
            raise _refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
        if incoming.method == "PUT":
            kind, _, rest = name.partition("/")
            for hook in world.book.hooks("received", kind):
                hook(world, rest, incoming)
            world.state.put_file(name, incoming.body)
            tag = hashlib.md5(incoming.body, usedforsecurity=False).hexdigest().upper()
            return Answer(200, headers={"etag": f'"{tag}"'})
        content = world.state.file(name)
        if content is None or incoming.method not in {"GET", "HEAD"}:
            raise _refusal(404, "NoSuchKey", "There is no such file")
        return Answer(200, content, _BINARY)
    except Refusal as refusal:
        (problem,) = refusal.problems
        told = f"<Code>{problem.code}</Code><Message>{problem.detail}</Message>"
        return Answer(refusal.status, f"<Error>{told}</Error>".encode(), "application/xml")


def _refusal(status: int, code: str, detail: str) -> Refusal:
    return Refusal(Problem(status=status, code=code, detail=detail))
