"""Clients rendered from a document, imported, and called against a server in memory."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature
from typing import TYPE_CHECKING, Any, get_args

import httpx
import jwt

from ascgen.analyze import analyze
from ascgen.documents.document import parse_document
from ascgen.files.publish import publish
from ascgen.files.textcache import TextCache
from ascgen.generate import render_distribution
from ascgen.render.options import Options
from ascgen.sources import templates_directory
from support import keys

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from ascgen.model import ApiModel

Json = dict[str, Any]
_UNVERIFIED = {"verify_signature": False}


class _Pieces(TextCache):
    """What small APIs have in common, formatted once; whole clients would be too much to keep."""

    _LARGEST = 200_000

    def put(self, key: str, text: str) -> None:
        if len(text) <= self._LARGEST:
            super().put(key, text)


_PIECES = _Pieces(None)


def analysed(spec: Json) -> ApiModel:
    document = parse_document(json.dumps(spec).encode(), origin="mini")
    return analyze(document.data, product=document.product, sha256=document.sha256)


def files_of(api: ApiModel, package: str) -> dict[str, str]:
    """The files of the distribution."""
    options = Options(package=package)
    return render_distribution(
        api, options=options, templates=templates_directory(), workers=1, texts=_PIECES
    ).files


def render(spec: Json, output: Path) -> Api:
    """Render, publish and import the client of a document, under a name nothing else has."""
    digest = hashlib.sha256(f"{output}{json.dumps(spec)}".encode()).hexdigest()
    name = f"mini_{digest[:12]}"
    files = files_of(analysed(spec), name)
    publish(files, output, name)
    init = output / name / "__init__.py"
    found = spec_from_file_location(name, init, submodule_search_locations=[str(init.parent)])
    assert found is not None
    assert found.loader is not None
    sys.modules[name] = package = module_from_spec(found)
    found.loader.exec_module(package)
    return Api(package, files)


@dataclass
class Sent:
    """A request as the server got it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    accept: str
    host: str
    token: Json


@dataclass
class Api:
    """An imported client, and the server it talks to.

    The next request is answered with what `answer` holds, others with no data; `requests` are all
    that the server got.
    """

    package: ModuleType
    files: dict[str, str] = field(repr=False)
    requests: list[Sent] = field(default_factory=list)
    answer: object = None

    def __post_init__(self) -> None:
        key = self.package.ApiKey(keys.KEY_ID, keys.ISSUER_ID, keys.private_key())
        transport = httpx.MockTransport(self._serve)
        self.client = self.package.Client(key, transport=transport)
        self.async_client = self.package.AsyncClient(key, transport=transport)

    @property
    def sent(self) -> Sent:
        """The last request."""
        return self.requests[-1]

    def answers(self, data: Any, *included: Json, **more: Any) -> None:
        """Answer with a document of this `data`."""
        self.answer = {"data": data, "included": list(included), "links": {}, **more}

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package.__name__}.{name}")

    def model(self, name: str) -> Any:
        return getattr(self.module("models"), name)

    def method(self, name: str, flavour: str = "") -> Any:
        """The function of `namespace.method`."""
        namespace, _, method = name.partition(".")
        module = self.module(f"resources.{namespace}")
        [owner] = [
            item
            for key, item in vars(module).items()
            if key.endswith("Namespace")
            and item.__module__ == module.__name__
            and key.startswith("Async") == (flavour == "Async")
        ]
        return getattr(owner, method)

    def annotations(self, name: str) -> dict[str, str]:
        """The parameters of `namespace.method` with their annotations, required ones with a `*`.

        The models, `m.App` in annotations, are spelled without their module.
        """
        found = signature(self.method(name)).parameters.values()
        return {
            f"{item.name}*" if item.default is item.empty else item.name: item.annotation.replace(
                "m.", ""
            )
            for item in found
            if item.name != "self"
        }

    def values(self, module: str, alias: str) -> tuple[str, ...]:
        """The values of a `Literal` in the package's types."""
        return get_args(getattr(self.module(f"types.{module}"), alias))

    def _serve(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(
            Sent(
                request.method,
                request.url.raw_path.decode().partition("?")[0],
                dict(request.url.params),
                json.loads(request.content) if request.content else None,
                request.headers["accept"],
                request.url.host,
                jwt.decode(request.headers["authorization"][7:], options=_UNVERIFIED),
            )
        )
        answer, self.answer = self.answer, None
        if isinstance(answer, bytes):
            return httpx.Response(200, content=answer)
        return httpx.Response(200, json=answer or {"data": None, "links": {}})
