"""Namespaces and their methods: every operation becomes one method per flavour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import (
    ApiModel,
    Kind,
    LinkageSchema,
    Operation,
    RequestSchema,
    ResourceSchema,
)
from ascgen.plan.annotations import Annotator, declares_null, request_parameters
from ascgen.plan.answers import answer_of
from ascgen.plan.code import (
    linkage,
    literal,
    mapping,
    of_models,
    request_arguments,
    strings,
)
from ascgen.plan.documentation import deprecation, docstring
from ascgen.plan.english import one_of
from ascgen.plan.names import Scope, pascal, snake
from ascgen.plan.query import query_parameters
from ascgen.plan.views import Argument, Constant, Method, Namespace, Parameter, TypesModule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ascgen.plan.catalog import Catalog

# What clients have besides namespaces, and what lies beside the namespaces' own types.
CLIENT_MEMBERS = frozenset(
    {
        "aclose",
        "close",
        "collection",
        "download",
        "fields",
        "from_env",
        "from_file",
        "rate_limit",
        "reports",
        "request",
        "send",
        "session",
        "uploads",
        "values",
        "with_options",
        "workflows",
    }
)
_CLIENT_CLASSES = frozenset({"AsyncNamespace", "LazyNamespace", "LazyRoom"})
# Arguments by which the runtime knows what a call wants, and what the methods' own code calls.
_QUERY_ARGUMENTS = frozenset(
    {"self", "locals", "sort", "include", "fields", "limit", "related_limit", "extra"}
)
_BODY_ARGUMENTS = frozenset({"self", "locals", "included", "extra"})

# The size of the largest page, unless the runtime is given another.
_USUAL_LIMIT = 200

# Method names by kind; {} is the last segment of the path in snake case, {one} names one of what
# it names several of.
METHOD_NAMES = {
    Kind.GET_COLLECTION: "list",
    Kind.GET_INSTANCE: "get",
    Kind.CREATE_INSTANCE: "create",
    Kind.UPDATE_INSTANCE: "update",
    Kind.DELETE_INSTANCE: "delete",
    Kind.GET_TO_ONE_RELATED: "get_{}",
    Kind.GET_TO_MANY_RELATED: "list_{}",
    Kind.GET_TO_ONE_RELATIONSHIP: "get_{}_id",
    Kind.GET_TO_MANY_RELATIONSHIP: "list_{one}_ids",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "add_{}",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "remove_{}",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "replace_{}",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "set_{}",
    Kind.GET_METRICS: "list_{}",
}
# The names of these kinds in versions before 4.5; they stay for one version, deprecated.
FORMER_NAMES = {
    Kind.GET_TO_MANY_RELATIONSHIP: "list_{}_ids",
    Kind.GET_METRICS: "metrics_{}",
}
# The operations on the resources at a path themselves.
_PLAIN = frozenset(
    {Kind.GET_INSTANCE, Kind.GET_COLLECTION, Kind.CREATE_INSTANCE, Kind.UPDATE_INSTANCE}
)

# How many versions after its own may take an operation's place.
_LATER = 4


@dataclass(frozen=True, slots=True)
class PythonName:
    """Where an operation is in Python: `client.<namespace>.<method>`.

    `former` is what the method was called before, where that differs.
    """

    namespace: str
    method: str
    former: str = ""


def python_name(operation: Operation) -> PythonName:
    """Return the Python name of an operation, from path and kind alone."""
    version, root, *rest = operation.path.strip("/").split("/")
    namespace = snake(root) if version == "v1" else f"{snake(root)}_{version}"
    if len(rest) < 2:  # noqa: PLR2004 - the id, and what is asked about it
        return PythonName(namespace, METHOD_NAMES[operation.kind])
    member = snake(rest[-1])
    method = METHOD_NAMES[operation.kind].format(member, one=snake(one_of(rest[-1])))
    former = FORMER_NAMES.get(operation.kind, "").format(member)
    return PythonName(namespace, method, former if former != method else "")


def owner_of(api: ApiModel, operations: Iterable[Operation]) -> ResourceSchema | None:
    """Return the schema of the resources at a path, as its plain operations answer it."""
    answers = (api.answered(operation) for operation in operations if operation.kind in _PLAIN)
    return next((found for found in answers if found is not None), None)


def successors_of(api: ApiModel) -> dict[str, str]:
    """Return what to call instead of deprecated operations, as `namespace.method` by operation id.

    The one that is stated takes an operation's place; else the same path under a later version, or
    a member of the same name with a version behind it.
    """
    current = {(item.method, item.path): item for item in api.operations if not item.deprecated}
    named = {item.id: item for item in api.operations}
    found: dict[str, str] = {}
    for operation in api.operations:
        if not operation.deprecated:
            continue
        if stated := named.get(operation.successor or ""):
            name = python_name(stated)
            found[operation.id] = f"{name.namespace}.{name.method}"
            continue
        version, _, rest = operation.path.removeprefix("/v").partition("/")
        later = range(int(version) + 1, int(version) + _LATER)
        paths = [f"/v{number}/{rest}" for number in later]
        if "{id}/" in rest:
            paths += [f"{operation.path}V{number}" for number in later]
        for path in paths:
            if instead := current.get((operation.method, path)):
                name = python_name(instead)
                found[operation.id] = f"{name.namespace}.{name.method}"
                break
    return found


def build_namespaces(api: ApiModel, catalog: Catalog) -> list[Namespace]:
    """Return all namespaces, in the document's order; a collision of names is a SpecError."""
    grouped: dict[str, list[Operation]] = {}
    for operation in api.operations:
        root = "/".join(operation.path.split("/")[:3])
        grouped.setdefault(root, []).append(operation)
    classes = Scope("the client's classes", (*catalog.classes, *_CLIENT_CLASSES))
    names = Scope("the client", CLIENT_MEMBERS)
    takes_null = not declares_null(api)
    successors = successors_of(api)
    found: list[Namespace] = []
    for root, operations in grouped.items():
        name = names.take(python_name(operations[0]).namespace, root)
        class_name = classes.take(f"{pascal(name)}Namespace", root)
        classes.take(f"Async{class_name}", root)
        owner = owner_of(api, operations)
        builder = _Builder(api, catalog, name, successors, takes_null=takes_null)
        scope = Scope(f"the namespace {name}")
        methods: list[Method] = []
        for operation in operations:
            scope.take(python_name(operation).method, f"{operation.method} {operation.path}")
            methods.append(builder.method(operation, owner))
        for operation in operations:
            if former := python_name(operation).former:
                scope.take(former, f"the former name of {operation.method} {operation.path}")
        found.append(
            Namespace(
                name=name,
                class_name=class_name,
                root=root,
                methods=tuple(methods),
                types=builder.types,
            )
        )
    return found


class _Builder:
    def __init__(
        self,
        api: ApiModel,
        catalog: Catalog,
        name: str,
        successors: Mapping[str, str],
        *,
        takes_null: bool,
    ) -> None:
        self._api = api
        self._catalog = catalog
        self._takes_null = takes_null
        self._successors = successors
        self.types = TypesModule(name)
        self.annotator = Annotator(api, catalog, self.types)

    def method(self, operation: Operation, owner: ResourceSchema | None) -> Method:
        """Return the method of an operation on resources of `owner`, and the constant it sends."""
        name = python_name(operation).method
        successor = self._successors.get(operation.id, "")
        answer = answer_of(self._api, self._catalog, operation)
        arguments = [Argument(literal(operation.method)), Argument(literal(operation.path))]
        positional: list[Parameter] = []
        if "{id}" in operation.path:
            root = operation.path.split("/")[2]
            kind = owner.type if owner is not None else root
            if kind != root:
                arguments.append(Argument(literal(kind), "owner"))
            preferred = pascal(owner.name) if owner is not None else ""
            positional.append(Parameter("resource_id", self.annotator.identifier(kind, preferred)))
        query = self._query(operation, name, arguments)
        keywords: list[Parameter] = []
        self._body(operation, name, arguments, positional, keywords, query)
        if answer.helper.startswith("_list") and operation.limit != _USUAL_LIMIT:
            arguments.append(Argument(str(operation.limit), "limit"))
        arguments += answer.reading
        own = _QUERY_ARGUMENTS if operation.method == "GET" else _BODY_ARGUMENTS
        families = (item.name for item in query if not item.origin)
        scope = Scope(
            f"{operation.method} {operation.path}",
            (*own, *families, *(item.name for item in positional)),
        )
        for parameter in keywords:
            if parameter.origin:
                scope.take(parameter.name, parameter.origin)
        return Method(
            name=name,
            helper=answer.helper,
            operation=Constant(f"_{name.upper()}", answer.generic_in, tuple(arguments)),
            positional=tuple(positional),
            keywords=tuple(keywords),
            returns=answer.annotation,
            doc=docstring(
                self._api, operation, paged="Pager[" in answer.shape, successor=successor
            ),
            deprecated=deprecation(operation, successor) if operation.deprecated else "",
            former=python_name(operation).former,
        )

    def _query(self, operation: Operation, name: str, arguments: list[Argument]) -> list[Parameter]:
        query = query_parameters(self._api, self.annotator, operation, name)
        if query.wire:
            arguments.append(Argument(mapping(query.wire), "query"))
        if query.single:
            arguments.append(Argument(strings(query.single), "single"))
        if query.ids:
            arguments.append(Argument(mapping(query.ids), "ids"))
        return query.parameters

    def _body(
        self,
        operation: Operation,
        name: str,
        arguments: list[Argument],
        positional: list[Parameter],
        keywords: list[Parameter],
        query: list[Parameter],
    ) -> None:
        """Add what a request takes; its members come before the query, the rest behind."""
        request = self._api.schemas.get(operation.request or "")
        match request:
            case LinkageSchema():
                target = self.annotator.identifier(request.type)
                annotation = f"OneOrMany[{target}]" if request.many else f"{target} | None"
                positional.append(Parameter("linked", annotation))
                wire = operation.path.rsplit("/", 1)[-1]
                described = linkage(wire, request.type, many=request.many)
                arguments.append(Argument(described, "linkage"))
                keywords += query
            case RequestSchema():
                keywords += request_parameters(
                    self.annotator,
                    request,
                    pascal(name),
                    self._api.answered(operation),
                    takes_null=self._takes_null,
                )
                arguments += request_arguments(request, operation.path.split("/")[2])
                keywords += query
                if request.included:
                    union = of_models(*map(pascal, request.included))
                    keywords.append(Parameter("included", f"Iterable[{union}]", "()"))
                keywords.append(Parameter("extra", "Extra", "None"))
            case None:
                keywords += query
            case _:
                raise SpecError(f"{operation.request} is not a request", pointer=operation.pointer)
