"""Namespaces and their methods: every operation becomes one method per flavour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.errors import SpecError
from ascgen.model import (
    ApiModel,
    Kind,
    LinkageSchema,
    MetricSchema,
    Operation,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
)
from ascgen.plan.annotations import Annotator, request_parameters
from ascgen.plan.code import linkage, literal, mapping, request_arguments, strings
from ascgen.plan.names import Scope, pascal, snake
from ascgen.plan.query import query_parameters
from ascgen.plan.views import Argument, Constant, Method, Namespace, Parameter, TypesModule

if TYPE_CHECKING:
    from ascgen.plan.catalog import Catalog

_JSON = "application/json"
_CSV = "text/csv"

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


def build_namespaces(api: ApiModel, catalog: Catalog) -> list[Namespace]:
    """All namespaces, in the document's order; a collision of names is a SpecError."""
    grouped: dict[str, list[Operation]] = {}
    for operation in api.operations:
        root = "/".join(operation.path.split("/")[:3])
        grouped.setdefault(root, []).append(operation)
    classes = Scope("the client's classes", (*catalog.classes, *_CLIENT_CLASSES))
    names = Scope("the client", CLIENT_MEMBERS)
    declares_null = any(
        item.nullable
        for schema in api.schemas.values()
        if isinstance(schema, RequestSchema)
        for item in schema.attributes
    )
    found: list[Namespace] = []
    for root, operations in grouped.items():
        name = names.take(python_name(operations[0]).namespace, root)
        class_name = classes.take(f"{pascal(name)}Namespace", root)
        classes.take(f"Async{class_name}", root)
        builder = _Builder(api, catalog, declares_null=declares_null)
        scope = Scope(f"the namespace {name}")
        methods: list[Method] = []
        for operation in operations:
            scope.take(python_name(operation).method, f"{operation.method} {operation.path}")
            methods.append(builder.method(operation, operations))
        builder.types.check(f"the types of {name}")
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
    def __init__(self, api: ApiModel, catalog: Catalog, *, declares_null: bool) -> None:
        self._api = api
        self._catalog = catalog
        self._declares_null = declares_null
        self.types = TypesModule()
        self.annotator = Annotator(api, catalog, self.types)

    def method(self, operation: Operation, siblings: list[Operation]) -> Method:
        """The method of an operation, and the constant it sends."""
        name = python_name(operation).method
        answer = self._answer(operation)
        owner = self._owner(siblings)
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
        arguments += answer.arguments
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
            operation=Constant(f"_{name.upper()}", answer.constant, tuple(arguments)),
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

    def _owner(self, siblings: list[Operation]) -> ResourceSchema | None:
        """The schema of the resources at this path, as its plain operations answer it."""
        for sibling in siblings:
            if sibling.kind in {
                Kind.GET_INSTANCE, Kind.UPDATE_INSTANCE, Kind.CREATE_INSTANCE, Kind.GET_COLLECTION,
            }:  # fmt: skip
                for answer in sibling.answers:
                    schema = self._api.schemas.get(answer.schema or "")
                    if isinstance(schema, ResponseSchema):
                        return self._api.resource(schema.resource)
        return None

    def _query(self, operation: Operation, name: str, arguments: list[Argument]) -> list[Parameter]:
        query = query_parameters(
            self._api, self._catalog, self.annotator, self.types, operation, name
        )
        if query.wire:
            arguments.append(Argument(mapping(query.wire), "query"))
        if query.single:
            arguments.append(Argument(strings(query.single), "single"))
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
                resource = self._answered(operation)
                keywords += request_parameters(
                    self.annotator,
                    request,
                    pascal(name),
                    resource,
                    declares_null=self._declares_null,
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

    def _answered(self, operation: Operation) -> ResourceSchema | None:
        for answer in operation.answers:
            schema = self._api.schemas.get(answer.schema or "")
            if isinstance(schema, ResponseSchema):
                return self._api.resource(schema.resource)
        return None

    def _answer(self, operation: Operation) -> _Answer:
        """What a call returns, by the success answers the document declares."""
        media = {answer.media_type: answer.schema for answer in operation.answers if answer.schema}
        if not media:
            return _Answer("_done", "Response", "Response", [])
        if _JSON not in media:
            return self._other_answer(operation, media)
        schema = self._api.schemas[media[_JSON]]
        match schema:
            case LinkageSchema():
                if schema.many:
                    return _Answer("_list_ids", "Pager[str]", "str", [])
                return _Answer("_id", "str | None", "str", [])
            case MetricSchema():
                model = self.annotator.use(self._catalog.by_schema[schema.name])
                return _Answer(
                    "_list_rows", f"Pager[{model}]", model, self._reading(model, schema.included)
                )
            case ResponseSchema():
                model = self.annotator.use(self._catalog.by_schema[schema.resource])
                reading = self._reading(model, schema.included)
                if schema.many and _CSV in media:
                    return _Answer("_list_or_csv", f"CsvPager[{model}]", model, reading)
                if schema.many:
                    return _Answer("_list", f"Pager[{model}]", model, reading)
                if operation.kind is Kind.GET_TO_ONE_RELATED:
                    return _Answer("_optional", f"{model} | None", model, reading)
                return _Answer("_resource", model, model, reading)
            case _:
                raise SpecError(f"{schema.name} is no answer", pointer=operation.pointer)

    def _other_answer(self, operation: Operation, media: dict[str, str]) -> _Answer:
        """Answers that are no JSON:API documents: CSV, zipped reports, JSON of other kinds."""
        (media_type, name), *more = media.items()
        if more:
            raise SpecError("several answers, none of them JSON", pointer=operation.pointer)
        accept = Argument(literal(media_type), "accept")
        if media_type == _CSV:
            return _Answer("_text", "str", "str", [accept])
        if media_type.endswith("gzip"):
            return _Answer("_report", "bytes", "bytes", [accept])
        if media_type.endswith("+json") and name in self._catalog.by_schema:
            model = self.annotator.use(self._catalog.by_schema[name])
            return _Answer("_value", model, model, [Argument(literal(model), "model"), accept])
        raise SpecError(f"answers of type {media_type} are not known", pointer=operation.pointer)

    def _reading(self, model: str, included: tuple[str, ...]) -> list[Argument]:
        classes: dict[str, str] = {}
        for name in included:
            kind = self._api.resource(name).type
            # The package itself knows the usual class of a type.
            if self._catalog.class_by_type[kind] != self._catalog.by_schema[name]:
                classes[kind] = self._catalog.by_schema[name]
        reading = [Argument(literal(model), "model")]
        if classes:
            reading.append(Argument(mapping(classes), "included"))
        return reading


@dataclass(frozen=True, slots=True)
class _Answer:
    helper: str
    returns: str
    constant: str
    arguments: list[Argument]
