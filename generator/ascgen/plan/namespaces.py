"""Namespaces and their methods: every operation becomes one method per flavour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import ApiModel, Kind, LinkageSchema, Operation, RequestSchema, ResourceSchema
from ascgen.plan.annotations import Annotator, declares_null, request_parameters
from ascgen.plan.answers import answer_of
from ascgen.plan.code import linkage, literal, mapping, request_arguments, strings
from ascgen.plan.names import Scope, pascal, snake
from ascgen.plan.query import query_parameters
from ascgen.plan.views import Argument, Constant, Method, Namespace, Parameter, TypesModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.plan.catalog import Catalog

# What clients have besides namespaces, and what lies beside the namespaces' own types.
CLIENT_MEMBERS = frozenset(
    {
        "aclose",
        "close",
        "collection",
        "fields",
        "from_env",
        "from_file",
        "rate_limit",
        "request",
        "send",
        "session",
        "values",
    }
)
_CLIENT_CLASSES = frozenset({"AsyncNamespace", "LazyNamespace"})
# Arguments by which the runtime knows what a call wants, and what the methods' own code calls.
_QUERY_ARGUMENTS = frozenset(
    {"self", "locals", "sort", "include", "fields", "limit", "related_limit", "extra"}
)
_BODY_ARGUMENTS = frozenset({"self", "locals", "included", "extra"})

# The size of the largest page, where the runtime is not told another.
_USUAL_LIMIT = 200

# Method names by kind; {} is the last segment of the path in snake case.
METHOD_NAMES = {
    Kind.GET_COLLECTION: "list",
    Kind.GET_INSTANCE: "get",
    Kind.CREATE_INSTANCE: "create",
    Kind.UPDATE_INSTANCE: "update",
    Kind.DELETE_INSTANCE: "delete",
    Kind.GET_TO_ONE_RELATED: "get_{}",
    Kind.GET_TO_MANY_RELATED: "list_{}",
    Kind.GET_TO_ONE_RELATIONSHIP: "get_{}_id",
    Kind.GET_TO_MANY_RELATIONSHIP: "list_{}_ids",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "add_{}",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "remove_{}",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "replace_{}",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "set_{}",
    Kind.GET_METRICS: "metrics_{}",
}
# The operations on the resources at a path themselves.
_PLAIN = frozenset(
    {Kind.GET_INSTANCE, Kind.GET_COLLECTION, Kind.CREATE_INSTANCE, Kind.UPDATE_INSTANCE}
)


@dataclass(frozen=True, slots=True)
class PythonName:
    """Where an operation is in Python: `client.<namespace>.<method>`."""

    namespace: str
    method: str


def python_name(operation: Operation) -> PythonName:
    """The Python name of an operation, from path and kind alone."""
    version, root, *rest = operation.path.strip("/").split("/")
    namespace = snake(root) if version == "v1" else f"{snake(root)}_{version}"
    member = snake(rest[-1]) if len(rest) > 1 else ""
    return PythonName(namespace, METHOD_NAMES[operation.kind].format(member))


def owner_of(api: ApiModel, operations: Iterable[Operation]) -> ResourceSchema | None:
    """The schema of the resources at a path, as the plain ones of its operations answer it."""
    answers = (api.answered(operation) for operation in operations if operation.kind in _PLAIN)
    return next((found for found in answers if found is not None), None)


def build_namespaces(api: ApiModel, catalog: Catalog) -> list[Namespace]:
    """All namespaces, in the document's order; a collision of names is a SpecError."""
    grouped: dict[str, list[Operation]] = {}
    for operation in api.operations:
        root = "/".join(operation.path.split("/")[:3])
        grouped.setdefault(root, []).append(operation)
    classes = Scope("the client's classes", (*catalog.classes, *_CLIENT_CLASSES))
    names = Scope("the client", CLIENT_MEMBERS)
    takes_null = not declares_null(api)
    found: list[Namespace] = []
    for root, operations in grouped.items():
        name = names.take(python_name(operations[0]).namespace, root)
        class_name = classes.take(f"{pascal(name)}Namespace", root)
        classes.take(f"Async{class_name}", root)
        owner = owner_of(api, operations)
        builder = _Builder(api, catalog, name, takes_null=takes_null)
        scope = Scope(f"the namespace {name}")
        methods: list[Method] = []
        for operation in operations:
            scope.take(python_name(operation).method, f"{operation.method} {operation.path}")
            methods.append(builder.method(operation, owner))
        found.append(
            Namespace(
                name=name,
                class_name=class_name,
                root=root,
                methods=tuple(methods),
                types=builder.types,
                models=tuple(sorted(builder.annotator.models)),
            )
        )
    return found


class _Builder:
    def __init__(self, api: ApiModel, catalog: Catalog, name: str, *, takes_null: bool) -> None:
        self._api = api
        self._catalog = catalog
        self._takes_null = takes_null
        self.types = TypesModule(name)
        self.annotator = Annotator(api, catalog, self.types)

    def method(self, operation: Operation, owner: ResourceSchema | None) -> Method:
        """The method of an operation on resources of `owner`, and the constant it sends."""
        name = python_name(operation).method
        answer = answer_of(self._api, self._catalog, operation)
        if answer.model:
            self.annotator.use(answer.model)
        arguments = [Argument(literal(operation.method)), Argument(literal(operation.path))]
        positional: list[Parameter] = []
        if "{id}" in operation.path:
            root = operation.path.split("/")[2]
            kind = owner.type if owner is not None else root
            if kind != root:
                arguments.append(Argument(literal(kind), "owner"))
            preferred = pascal(owner.name) if owner is not None else ""
            positional.append(Parameter("resource_id", self.annotator.identifier(kind, preferred)))
        keywords = self._query(operation, name, arguments)
        self._body(operation, name, arguments, positional, keywords)
        if answer.helper.startswith("_list") and operation.limit != _USUAL_LIMIT:
            arguments.append(Argument(str(operation.limit), "limit"))
        arguments += answer.reading
        own = _QUERY_ARGUMENTS if operation.method == "GET" else _BODY_ARGUMENTS
        scope = Scope(
            f"{operation.method} {operation.path}", (*own, *(item.name for item in positional))
        )
        for parameter in keywords:
            if parameter.origin:
                scope.take(parameter.name, parameter.origin)
        return Method(
            name=name,
            helper=answer.helper,
            operation=Constant(f"_{name.upper()}", answer.holds, tuple(arguments)),
            positional=tuple(positional),
            keywords=tuple(keywords),
            returns=answer.returns,
            doc=f"`{operation.method} {operation.path}`",
            deprecated=(
                f"Apple has deprecated {operation.method} {operation.path}"
                if operation.deprecated
                else ""
            ),
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
    ) -> None:
        request = self._api.schemas.get(operation.request or "")
        match request:
            case LinkageSchema():
                target = self.annotator.identifier(request.type)
                annotation = f"OneOrMany[{target}]" if request.many else f"{target} | None"
                positional.append(Parameter("linked", annotation))
                wire = operation.path.rsplit("/", 1)[-1]
                described = linkage(wire, request.type, many=request.many)
                arguments.append(Argument(described, "linkage"))
            case RequestSchema():
                keywords += request_parameters(
                    self.annotator,
                    request,
                    pascal(name),
                    self._api.answered(operation),
                    takes_null=self._takes_null,
                )
                arguments += request_arguments(request, operation.path.split("/")[2])
                if request.included:
                    union = self.annotator.use(*(pascal(item) for item in request.included))
                    keywords.append(Parameter("included", f"Iterable[{union}]", "()"))
                keywords.append(Parameter("extra", "Extra", "None"))
            case None:
                return
            case _:
                raise SpecError(f"{operation.request} is no request", pointer=operation.pointer)
