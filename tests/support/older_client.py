"""Clients of earlier documents, fed with what the API of the newest one answers."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import module_from_spec, spec_from_file_location
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

import httpx

from ascgen.files.publish import publish
from ascgen.plan.catalog import build_catalog
from ascgen.plan.namespaces import python_name
from support import keys
from support.rendered import files_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from ascgen.model import ApiModel, Operation, ResourceSchema
    from support.answers import Sent


@dataclass
class OlderClient:
    """An imported client and the facts it was rendered from; every request gets `answer`."""

    api: ApiModel
    package: ModuleType
    answer: Sent | None = None
    requests: list[httpx.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        key = self.package.ApiKey(keys.KEY_ID, keys.ISSUER_ID, keys.private_key())
        self.client = self.package.Client(key, transport=httpx.MockTransport(self._respond))

    @cached_property
    def classes(self) -> dict[str, str]:
        """The Python class of each schema that has one."""
        return build_catalog(self.api).by_schema

    @cached_property
    def resources(self) -> dict[str, list[ResourceSchema]]:
        """The resource schemas by the name of their class."""
        found: dict[str, list[ResourceSchema]] = {}
        for schema in self.api.resources():
            found.setdefault(self.classes[schema.name], []).append(schema)
        return found

    def call(self, operation: Operation, answer: Sent) -> Any:
        """Call a method with what it requires, and read all that comes; lists of several."""
        self.answer = answer
        name = python_name(operation)
        method = getattr(getattr(self.client, name.namespace), name.method)
        # What is sent is of no interest here.
        required = [p for p in signature(method).parameters.values() if p.default is p.empty]
        positional = ["an-id" for p in required if p.kind is not Parameter.KEYWORD_ONLY]
        keywords = {p.name: _given(p) for p in required if p.kind is Parameter.KEYWORD_ONLY}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found = method(*positional, **keywords)
        if isinstance(found, self.package.Pager):
            page = next(iter(found.pages()))
            return list(page.items), page.document
        return found, getattr(found, "document", None)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert self.answer is not None
        return self.answer.response()


def older_client(api: ApiModel, output: Path) -> OlderClient:
    """Render, publish and import the client of an API, under a name nothing else has."""
    name = f"older_{api.version.replace('.', '_')}"
    publish(files_of(api, name), output, name)
    init = output / name / "__init__.py"
    found = spec_from_file_location(name, init, submodule_search_locations=[str(init.parent)])
    assert found is not None
    assert found.loader is not None
    sys.modules[name] = package = module_from_spec(found)
    found.loader.exec_module(package)
    return OlderClient(api, package)


def _given(parameter: Parameter) -> Any:
    kind = str(parameter.annotation)
    return ["an-id"] if kind.startswith(("Iterable", "Sequence", "list")) else "a-value"
