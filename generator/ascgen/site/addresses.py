"""Addresses: which page everything has, and where on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from ascgen.errors import SpecError
from ascgen.model import (
    EnumSchema,
    LinkageSchema,
    MetricSchema,
    ObjectSchema,
    PlainSchema,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
)
from ascgen.plan.names import pascal
from ascgen.plan.namespaces import owner_of, python_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.model import ApiModel, Operation

TYPES = "types.html"
HELPERS = "helpers.html"
GUIDE = "guide/index.html"
# Windows keeps some names for devices, with whatever ending.
_PAGE_NAME = re.compile(
    r"(?!(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\.|\Z))[a-z_][a-z0-9_.\-]{0,199}\Z", re.IGNORECASE
)


@dataclass(slots=True)
class Home:
    """The page of a resource; reports have operations but no schema."""

    name: str
    schema: ResourceSchema | None = None
    operations: list[Operation] = field(default_factory=list["Operation"])

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Where its operations are in Python."""
        return tuple(dict.fromkeys(python_name(item).namespace for item in self.operations))

    @property
    def page(self) -> str:
        """The address of the page within the site."""
        return f"resources/{quote(self.name)}.html"


def anchor(*parts: str) -> str:
    """Return what a thing on a page is called; parts are joined by a sign that no name has."""
    return ":".join(quote(part, safe="") for part in parts)


def guide_page(name: str) -> str:
    """The address of a page of the guide within the site."""
    return f"guide/{name}.html"


class Addresses:
    """Where everything is, as addresses within the site.

    Raises:
        SpecError: a page cannot be named after a resource, or two would have one name.
    """

    def __init__(self, api: ApiModel) -> None:
        self.api = api
        self.homes = _homes(api)
        self._operation_home = {
            operation.id: home for home in self.homes.values() for operation in home.operations
        }
        self._by_type: dict[str, str] = {}
        for schema in api.resources():
            self._by_type.setdefault(schema.type, schema.name)
        self._documents = _documents(api)

    def home(self, operation: Operation) -> Home:
        """Return the page an operation is on."""
        return self._operation_home[operation.id]

    def operation(self, operation: Operation) -> str:
        """Return the address of an operation."""
        return f"{self.home(operation).page}#{anchor(operation.id)}"

    def by_type(self, kind: str) -> str:
        """Return the page of a resource by its JSON:API type, the first if two share it."""
        name = self._by_type.get(kind)
        return self.homes[name].page if name else ""

    def schema(self, name: str) -> str:
        """Return where a component schema is shown, empty if nowhere."""
        schema = self.api.schemas.get(name)
        match schema:
            case ResourceSchema():
                return self.homes[name].page
            case EnumSchema() | ObjectSchema() | MetricSchema() | PlainSchema():
                return f"{TYPES}#{anchor(name)}"
            case RequestSchema(purpose="inline"):
                page = self.by_type(schema.type)
                return f"{page}#{anchor('inline', name)}" if page else ""
            case ResponseSchema() | LinkageSchema() | RequestSchema():
                operation = self._documents.get(name)
                return self.operation(operation) if operation else ""
            case None:
                return ""


def _homes(api: ApiModel) -> dict[str, Home]:
    homes = {schema.name: Home(schema.name, schema) for schema in api.resources()}
    grouped: dict[str, list[Operation]] = {}
    for operation in api.operations:
        grouped.setdefault("/".join(operation.path.split("/")[:3]), []).append(operation)
    types: dict[str, str] = {}
    for schema in api.resources():
        types.setdefault(schema.type, schema.name)
    for root, operations in grouped.items():
        kind = root.rpartition("/")[2]
        owner = owner_of(api, operations)
        name = owner.name if owner is not None else types.get(kind) or pascal(kind)
        homes.setdefault(name, Home(name)).operations.extend(operations)
    _check(homes)
    return dict(sorted(homes.items(), key=lambda item: item[0].lower()))


def _check(names: Iterable[str]) -> None:
    """Names become files, also on systems where case makes no difference."""
    seen: dict[str, str] = {}
    for name in names:
        if not _PAGE_NAME.match(name):
            raise SpecError(f"no page can be named after {name!r}")
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise SpecError(f"the pages of {other} and {name} would have one name")


def _documents(api: ApiModel) -> dict[str, Operation]:
    """Return the first operation that takes or answers with each document."""
    found: dict[str, Operation] = {}
    for operation in api.operations:
        names = [answer.schema for answer in operation.answers]
        for name in (operation.request, *names):
            if name:
                found.setdefault(name, operation)
    return found
