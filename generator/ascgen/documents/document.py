"""Apple's OpenAPI document as a value: decoded, checked and identified by the hash of its bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from ascgen.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.documents.product import Product

VERSION_PATTERN = r"\A[0-9A-Za-z][0-9A-Za-z.+-]{0,31}\Z"
"""What `info.version` may look like: it becomes part of file names."""

_HINT = "give it the document of the App Store Connect API or of the Enterprise Program API"
_PRODUCT_OF_HOST: dict[str | None, Product] = {
    "api.appstoreconnect.apple.com": "app-store-connect",
    "api.enterprise.developer.apple.com": "enterprise",
}
_NAMES = {str: "a string", dict: "an object"}
_SHOWN_LENGTH = 80
# A version that goes on comes after it with a number, and before it with a word.
_END = (1, 0, "")

_Expected = TypeVar("_Expected", str, dict[str, Any])


@dataclass(frozen=True, slots=True)
class SpecDocument:
    """One document as Apple published it; two are equal when their bytes are.

    `origin` is what to show the user: a file name, a URL or "cache". `data` belongs to the
    document: whoever changes it works on a copy.
    """

    product: Product
    version: str
    title: str
    sha256: str
    origin: str = field(compare=False)
    data: dict[str, Any] = field(compare=False, repr=False)


def parse_document(content: bytes, *, origin: str) -> SpecDocument:
    """Read a JSON document and make sure that it is an OpenAPI 3 document of Apple's kind.

    Raises:
        SpecError: whatever is wrong with it, with the JSON pointer of the place.
    """
    data = _decode(content)
    openapi = _expect(data.get("openapi"), str, "/openapi")
    if not re.match(r"3\.[0-9](\.|\Z)", openapi):
        raise SpecError(
            f"the document says it is OpenAPI {_shown(openapi)}, and only 3 is understood",
            pointer="/openapi",
            hint=_HINT,
        )
    info = _expect(data.get("info"), dict, "/info")
    version = _expect(info.get("version"), str, "/info/version")
    if not re.match(VERSION_PATTERN, version):
        raise SpecError(
            f"{_shown(version)} is not a version number", pointer="/info/version", hint=_HINT
        )
    title = _expect(info.get("title", ""), str, "/info/title")
    if not title.isprintable():
        raise SpecError(f"{_shown(title)} is not a title", pointer="/info/title", hint=_HINT)
    paths = _expect(data.get("paths"), dict, "/paths")
    if not paths:
        raise SpecError("there are no paths", pointer="/paths", hint=_HINT)
    servers = data.get("servers")
    if not (_is_apples(servers) or any(re.match(r"/v[0-9]+/", path) for path in paths)):
        raise SpecError("no path looks like one of Apple's (/v1/…)", pointer="/paths", hint=_HINT)
    components = _expect(data.get("components"), dict, "/components")
    _expect(components.get("schemas"), dict, "/components/schemas")
    return SpecDocument(
        product=_product(servers, title),
        version=version,
        title=title,
        sha256=hashlib.sha256(content).hexdigest(),
        origin=origin,
        data=data,
    )


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Order versions as people do, as a sort key: 4.9, 4.10-beta, 4.10, 4.10.1."""
    parts = re.split(r"[.+-]", version)
    key = [(2, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]
    return (*key, _END)


def _decode(content: bytes) -> dict[str, Any]:
    try:
        data = msgspec.json.decode(content)
        repeated = _repeated_key(content)
    except RecursionError:
        raise SpecError("the JSON is nested too deeply to be an API", hint=_HINT) from None
    # A UnicodeDecodeError and an integer too long for Python are both ValueErrors.
    except (msgspec.MsgspecError, ValueError) as error:
        raise SpecError(f"the document is not valid JSON: {error}", hint=_HINT) from None
    if repeated:
        key, pointer = repeated
        raise SpecError(f"the key {_shown(key)} stands twice in one object", pointer=pointer)
    if not isinstance(data, dict):
        raise SpecError("the document is JSON, but not an object", hint=_HINT)
    return cast("dict[str, Any]", data)


def _repeated_key(content: bytes) -> tuple[str, str] | None:
    """Return a key that stands twice in one object, and that object's pointer.

    msgspec is the fast and strict decoder, but keeps the last of two equal keys in silence.
    """
    text = content.decode()
    repeated: list[tuple[str, dict[str, Any]]] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            key, _ = Counter(key for key, _ in pairs).most_common(1)[0]
            repeated.append((key, members))
        return members

    # A tree that nobody needs would take twice the time, so the usual case drops it piece by piece.
    json.loads(text, object_pairs_hook=lambda pairs: look(pairs) and None)
    if not repeated:
        return None
    root = json.loads(text, object_pairs_hook=look)
    # Objects close inside out: the last of them cannot be in a value that a repeated key dropped.
    key, owner = repeated[-1]
    return key, _pointer_of(owner, root)


def _pointer_of(wanted: object, root: object) -> str:
    pending: list[tuple[str, object]] = [("", root)]
    while pending:
        pointer, node = pending.pop()
        if node is wanted:
            return pointer
        if isinstance(node, dict):
            members = cast("dict[str, object]", node)
            pending.extend((f"{pointer}/{_token(key)}", value) for key, value in members.items())
        elif isinstance(node, list):
            values = enumerate(cast("list[object]", node))
            pending.extend((f"{pointer}/{index}", value) for index, value in values)
    return ""


def _token(key: str) -> str:
    return _shown(key)[1:-1].replace("~", "~0").replace("/", "~1")


def _shown(text: str) -> str:
    """Text of the document, fit for a message: short, quoted, and unable to steer a terminal."""
    return repr(text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…")


def _expect(value: object, kind: type[_Expected], pointer: str) -> _Expected:
    if not isinstance(value, kind):
        name = _NAMES.get(kind, "an object")
        found = "is missing" if value is None else f"is not {name}"
        raise SpecError(
            f"not a document of Apple's: {pointer[1:]} {found}", pointer=pointer, hint=_HINT
        )
    return value


def _product(servers: object, title: str) -> Product:
    for host in _hosts(servers):
        if host in _PRODUCT_OF_HOST:
            return _PRODUCT_OF_HOST[host]
    return "enterprise" if "enterprise" in title.casefold() else "app-store-connect"


def _is_apples(servers: object) -> bool:
    return any(host in _PRODUCT_OF_HOST for host in _hosts(servers))


def _hosts(servers: object) -> Iterator[str | None]:
    for server in cast("list[object]", servers) if isinstance(servers, list) else []:
        url = cast("dict[str, object]", server).get("url") if isinstance(server, dict) else None
        if isinstance(url, str):
            yield _host(url)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
