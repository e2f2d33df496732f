"""The errors inside an error answer, read from whatever body the server sent.

Apple's JSON:API error document is the rule, and even there every member may be missing. HTML pages,
empty bodies, cut JSON and the shapes `{"error": …}` and `{"statusCode": "ERROR"}` occur as well;
reading any of them yields something printable and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from .error_root import printable
from .json_text import lone, read_json, read_text
from .response import Response

__all__ = ["BODY_LIMIT", "ErrorDetail", "body_line", "describe", "read_details", "request_id_lines"]

# What an error keeps of a raw body, in bytes.
BODY_LIMIT = 65_536
_EXCERPT = 300
_PART = 1000
# What an error says of the answer's errors, in characters; `errors` has them all.
_ENOUGH = 16_000
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
# Apple nests one level, and sends some; these bounds are for bodies nobody has seen yet.
_DEPTH = 5
_MOST = 10_000


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One error of an answer; None for whatever the API left out, `detail` included.

    `pointer` is where in the request body the fault lies, `parameter` which query parameter it is.
    `links` holds `see`, `about` and `associated` as addresses, some relative to App Store Connect's
    site. `associated` maps the path of another resource to the errors found there: for a review
    submission that is where the real reasons are.
    """

    id: str | None = None
    status: str | None = None
    code: str | None = None
    title: str | None = None
    detail: str | None = None
    pointer: str | None = None
    parameter: str | None = None
    links: Mapping[str, str] = {}
    meta: Mapping[str, Any] = {}
    associated: Mapping[str, tuple[ErrorDetail, ...]] = {}

    def __hash__(self) -> int:
        return hash((self.code, self.title, self.detail, self.pointer, self.parameter))

    def has_code(self, prefix: str) -> bool:
        """Return whether the code is `prefix` itself or continues it after a dot."""
        return self.code is not None and f"{self.code}.".startswith(f"{prefix.rstrip('.')}.")

    def walk(self) -> Iterator[ErrorDetail]:
        """Yield this error and every associated one beneath it."""
        yield self
        for details in self.associated.values():
            for detail in details:
                yield from detail.walk()


def read_details(content: bytes) -> tuple[ErrorDetail, ...]:
    """Read the errors of a body, none if it holds nothing that looks like one.

    No more than ten thousand are read, whatever is in it.
    """
    room = iter(range(_MOST))
    try:
        document: object = read_json(content)
    # RecursionError: a body nested thousands deep.
    except (ValueError, RecursionError):
        return ()
    if isinstance(document, list):
        return _read_list(cast("object", document), _DEPTH, room)
    body = _mapping(document)
    if "errors" in body:
        return _read_list(body["errors"], _DEPTH, room)
    if "error" in body:
        return _read_list(body["error"], _DEPTH, room)
    if code := _text(body.get("statusCode")):
        return (_read({**body, "code": code}, _DEPTH, room),)
    return ()


def describe(details: tuple[ErrorDetail, ...], indent: str = "  ") -> list[str]:
    """Lay errors out for a person, a line for each part, associated errors indented beneath."""
    lines: list[str] = []
    room = _ENOUGH
    for line in _lines(details, indent):
        room -= len(line)
        if room < 0:
            return [*lines, f"{indent}… and more, which `errors` has"]
        lines.append(line)
    return lines


def _lines(details: tuple[ErrorDetail, ...], indent: str) -> Iterator[str]:
    for error in details:
        parts = (error.code or "error without a code", error.title, error.detail)
        yield indent + ": ".join(printable(part, _PART) for part in parts if part)
        if error.pointer:
            yield f"{indent}  at {printable(error.pointer, _PART)} of the request body"
        if error.parameter:
            yield f"{indent}  in query parameter {printable(error.parameter, _PART)}"
        if see := error.links.get("see"):
            yield f"{indent}  see {printable(see, _PART)}"
        for path, associated in error.associated.items():
            if path:
                yield f"{indent}  {printable(path, _PART)}"
            yield from _lines(associated, indent + "    ")


def body_line(response: Response) -> str:
    """Return the kind and the first words of a body as one printable line, markup left out."""
    text = read_text(response.content[: _EXCERPT * 20])
    words = " ".join(printable(_MARKUP.sub(" ", text)).split())
    if not words:
        return "an empty body"
    kind = printable(response.media_type or "untyped", 100)
    return f"{kind} body: {printable(words, _EXCERPT)}"


def request_id_lines(response: Response) -> list[str]:
    """Return the line that names Apple's id of the exchange, none when the answer has no id."""
    return [f"  request id {response.request_id}"] if response.request_id else []


def _read_list(value: object, depth: int, room: Iterator[int]) -> tuple[ErrorDetail, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    given = (item for item in items if item is not None)
    return tuple(_read(lone(item), depth, room) for _, item in zip(room, given, strict=False))


def _read(value: object, depth: int, room: Iterator[int]) -> ErrorDetail:
    if not isinstance(value, dict):
        return ErrorDetail(detail=_text(value))
    error = _mapping(cast("object", value))
    source = _mapping(error.get("source"))
    meta = _mapping(error.get("meta"))
    found = meta.get("associatedErrors") if depth else None
    # By the paths of what they are about; a list of them says no path.
    associated = {"": cast("object", found)} if isinstance(found, list) else _mapping(found)
    return ErrorDetail(
        id=_text(error.get("id")),
        status=_text(error.get("status")),
        code=_text(error.get("code")),
        title=_text(error.get("title")),
        detail=_text(error.get("detail")) or _text(error.get("message")),
        pointer=_text(source.get("pointer")),
        parameter=_text(source.get("parameter")),
        links=_links(error.get("links")),
        meta={name: item for name, item in meta.items() if name != "associatedErrors"},
        associated={
            path: _read_list(items, depth - 1, room)
            for _, (path, items) in zip(room, associated.items(), strict=False)
        },
    )


def _links(value: object) -> dict[str, str]:
    """Read a link as text or as an object with `href`; the API sends both."""
    links: dict[str, str] = {}
    for name, link in _mapping(value).items():
        if href := _text(link) or _text(_mapping(link).get("href")):
            links[name] = href
    return links


def _mapping(value: object) -> dict[str, Any]:
    value = lone(value)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    # A status or a code may come as a number; anything deeper is not text.
    return str(value) if isinstance(value, (int, float)) else None
