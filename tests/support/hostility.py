"""Answers as nobody should send them, and what reads every part of what becomes of them."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
from hypothesis import settings

from app_store_connect import AppStoreConnectError, RetryPolicy
from app_store_connect._runtime.jsonapi.lenient import UnreadableValueWarning
from support import keys
from support.copies import copies
from support.whole_api import FLAVOURS

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Callable, Generator, Iterator

# Where a run sets it, every test tries so many examples, another choice each time.
_EXAMPLES = os.environ.get("HYPOTHESIS_EXAMPLES")

# Stand-ins for what json.dumps would not write.
_RAW = {
    "@huge": "1" * 5000,
    "@largest": "9" * 4300,
    "@negative": "-" + "9" * 4301,
    "@infinite": "1e999",
    "@nan": "NaN",
    "@infinity": "-Infinity",
    "@half": '"a\\ud83d"',
    "@order": '"\\udc00\\ud800"',
    "@zero": "-0.0e-0",
    "@deep": "[" * 10_000 + "]" * 10_000,
    "@hundreds": '{"a":' * 700 + "0" + "}" * 700,
    "@edge": "[" * 300 + "]" * 300,
}
JUNK: tuple[Any, ...] = (
    *_RAW,
    *(None, True, False, 0, -1, 1 << 63, 1 << 70, 1.5, "", " ", "null", "\0", "\x1b[2J", "\u202e"),
    *("x" * 5000, "2025-13-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31", "http://["),
    *([], {}, [[]], [None], {"": None}, {"data": None}, {"type": 5, "id": {}}, {"id": "x"}),
    *([{"type": "apps", "id": "first"}], {"href": {}}, {"data": [{"type": "apps"}, 1, "x"]}),
)


def trying(examples: int) -> settings:
    """How often a property is tried; more, and never the same, where the environment says so."""
    if _EXAMPLES is None:
        return settings(max_examples=examples)
    return settings(max_examples=int(_EXAMPLES), derandomize=False, database=None)


def mutated(document: Any, chance: random.Random) -> bytes:
    """A document in which one to four things are not as they should be, as it is sent."""
    whole = {"": json.loads(json.dumps(document))}
    for _ in range(chance.randint(1, 4)):
        _spoil(whole, chance)
    return spelled(whole[""])


def spelled(document: Any) -> bytes:
    """A document as JSON, with what no writer of JSON would write."""
    text = json.dumps(document)
    for mark, raw in _RAW.items():
        text = text.replace(f'"{mark}"', raw)
    return text.replace('@again":', '":').encode()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Bytes that were lost, changed, added or read in another encoding on the way."""
    place = chance.randint(0, len(content))
    match chance.randint(0, 7):
        case 0:
            return content[:place]
        case 1:
            return content[:place] + chance.randbytes(chance.randint(1, 8)) + content[place:]
        case 2:
            return content[:place] + chance.randbytes(1) + content[place + 1 :]
        case 3:
            return content + chance.choice([b"}", b"\0", b"garbage", content, b" " * 99])
        case 4:
            return b"\xef\xbb\xbf" + content
        case 5:
            return content.decode(errors="replace").encode(chance.choice(["utf-16", "utf-32"]))
        case 6:
            return content[:place] + chance.choice([b"\xff", b"\xed\xa0\x80", b"\\ud800"])
        case _:
            return content[place:] + content[:place]


def _spoil(whole: Any, chance: random.Random) -> None:
    places = [place for place in _places(whole) if place[1] != ""] or [(whole, "")]
    parent, key = chance.choice(places)
    match chance.randint(0, 5):
        case 0:
            del parent[key]
            if whole.get("", whole) is whole:
                whole[""] = None
        case 1 if isinstance(parent, dict):
            parent[f"{key}@again"] = _junk(chance)
        case 2:
            parent[key] = [parent[key]] * chance.randint(0, 3)
        case 3:
            other, name = chance.choice(places)
            parent[key] = json.loads(json.dumps(other.get(name) if isinstance(other, dict) else 0))
        case _:
            parent[key] = _junk(chance)


def _junk(chance: random.Random) -> Any:
    """One of its own, as it may be spoilt in its turn."""
    return json.loads(json.dumps(chance.choice(JUNK)))


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        parent = pending.pop()
        items = parent.items() if isinstance(parent, dict) else enumerate(parent)
        for key, item in items:
            found.append((parent, key))
            if isinstance(item, dict | list):
                pending.append(item)
    return found


def drained(value: Any, depth: int = 2) -> None:
    """Read all that is public of a value, show it, copy it and compare it with the copies.

    A relationship that was not included may say so; nothing else may be raised.
    """
    repr(value)
    if isinstance(value, list | tuple):
        for item in value:
            drained(item, depth)
        return
    if not isinstance(value, msgspec.Struct) and not hasattr(value, "__slots__"):
        return
    for name in dir(value):
        if name.startswith("_"):
            continue
        try:
            part = getattr(value, name)
        except AppStoreConnectError:
            continue
        if name == "to_dict":
            json.dumps(part())
        elif depth and not callable(part):
            drained(part, depth - 1)
    if depth == 2 and isinstance(value, msgspec.Struct):
        assert value == value  # noqa: PLR0124 - what == itself does is the point
        for again in copies(value):
            assert type(again) is type(value)
            repr(again)


def check_text(error: AppStoreConnectError) -> None:
    """Make sure that what an error says is short, obeyed by no terminal, and can be written."""
    for text in (str(error), repr(error.args)):
        assert len(text) < 50_000, len(text)
        text.encode()
    assert all(line.isprintable() for line in str(error).split("\n"))
    for again in copies(error):
        assert str(again) == str(error)


class Api:
    """A client of either flavour, whose requests a function answers; nothing is sent twice."""

    def __init__(self, flavour: str, **options: Any) -> None:
        self.flavour = flavour
        self.requests: list[httpx.Request] = []
        self.answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(204)
        self._runner = asyncio.Runner()
        make: Any = FLAVOURS[flavour]
        once = RetryPolicy(attempts=1, throttled_attempts=1, token_renewals=0)
        given: dict[str, Any] = {"policy": once, **options}
        self.client = make(keys.api_key(), transport=httpx.MockTransport(self._respond), **given)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert request.url.host == "api.appstoreconnect.apple.com", "a bearer left its origin"
        return self.answer(request)

    def says(self, content: bytes, status: int = 200, **headers: str) -> None:
        """Answer everything with this."""
        self.requests.clear()
        lines = [
            (name.encode(), value.encode("utf-8", "replace")) for name, value in headers.items()
        ]
        self.answer = lambda _: httpx.Response(status, headers=lines, content=content)

    def outcome(self, call: Callable[[Any], Any], pages: int = 3) -> Any:
        """What a call comes to, some pages of it, or the error of this package that it raised."""
        with told():
            try:
                return self._settled(call(self.client), pages)
            except AppStoreConnectError as error:
                check_text(error)
                return error

    def _settled(self, returned: Any, most: int) -> Any:
        if hasattr(returned, "pages"):
            found: list[Any] = []
            if self.flavour == "sync":
                for page in returned.pages():
                    found.append(page)
                    if len(found) >= most:
                        break
                return found

            async def main() -> None:
                pages = returned.pages()
                async for page in pages:
                    found.append(page)
                    if len(found) >= most:
                        break
                await pages.aclose()

            self._runner.run(main())
            return found
        if inspect.isawaitable(returned):

            async def wait() -> Any:
                return await returned

            return self._runner.run(wait())
        return returned

    def close(self) -> None:
        if self.flavour == "async":
            self._runner.run(self.client.aclose())
        else:
            self.client.close()
        self._runner.close()


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes piece by piece, as from a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        return (self._content[i : i + 4096] for i in range(0, len(self._content), 4096))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


@contextmanager
def told() -> Generator[None]:
    """What cannot be read is warned of, and operations may be deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnreadableValueWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def drained_outcome(outcome: Any) -> None:
    """Read all of an outcome: an error was checked when it was raised."""
    with told():
        if not isinstance(outcome, AppStoreConnectError):
            drained(outcome)
