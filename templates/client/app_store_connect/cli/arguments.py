"""The arguments and options of an operation, from the API's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .._api import facts
from .._api.model import (
    Array,
    EnumSchema,
    InlineEnum,
    Kind,
    LinkageSchema,
    MetricSchema,
    PlainSchema,
    Ref,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Scalar,
)
from .command import Option
from .values import Day, Fields, Json, Limits, Listed, Moment, Pair, Several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api import model
    from .._runtime.jsonapi.operation import Operation
    from .values import Kind as ValueKind

__all__ = ["Arguments", "flag_of", "resource_of", "word_of"]

# What options of ours are called; an argument of the API that is called so gets `api-` before it.
_OURS = frozenset(
    {
        *("base-url", "debug", "help", "profile"),
        *("columns", "csv", "json", "ndjson", "table"),
        *("dry-run", "plan", "yes"),
        *("data", "none", "unset"),
        *("all", "extra", "fields", "include", "limit", "limit-total", "related-limit", "sort"),
    }
)
_TEXTS = {"uri": "URL", "email": "EMAIL", "duration": "DURATION", "number": "NUMBER"}
_CLEARED = frozenset({Kind.REPLACE_TO_MANY_RELATIONSHIP, Kind.UPDATE_TO_ONE_RELATIONSHIP})


def word_of(name: str) -> str:
    """A name of Python's as it is typed: `beta_groups` → `beta-groups`."""
    return name.strip("_").replace("_", "-")


def flag_of(name: str) -> str:
    """The option of an argument of the API, by its Python name."""
    word = word_of(name)
    return f"--api-{word}" if word in _OURS else f"--{word}"


class Arguments:
    """What the command of an operation takes.

    `operation` is what the client sends, `fact` what the document says of it. Names of arguments
    of the API begin with `api_` in click's parameters, so that ours are told apart.
    """

    def __init__(self, operation: Operation[Any]) -> None:
        self.operation = operation
        self.fact: model.Operation = facts().operation(operation.method, operation.path)
        schema = facts().schema(self.fact.request) if self.fact.request else None
        self.request = schema if isinstance(schema, RequestSchema) else None
        self.linkage = schema if isinstance(schema, LinkageSchema) else None
        self.required: dict[str, str] = {}
        self.nullable: dict[str, str] = {}
        self.params: list[click.Parameter] = [
            *self._positional(),
            *self._filters(),
            *self._members(),
            *self._query(),
        ]

    @property
    def is_paged(self) -> bool:
        """Whether it answers with a collection, page by page."""
        return self.operation.method == "GET" and any(
            isinstance(shape, MetricSchema) or bool(getattr(shape, "many", False))
            for shape in answers_of(self.fact)
        )

    def _fieldsets(self) -> dict[str, tuple[str, ...]]:
        found = ((item.type, facts().fieldset(item.fieldset)) for item in self.fact.fields)
        return {kind: fieldset.values for kind, fieldset in found}

    def _usual_type(self) -> str:
        """The type whose fields are meant where none is named: that of what is answered."""
        known = [item.type for item in self.fact.fields]
        resource = resource_of(self.fact)
        return resource.type if resource and resource.type in known else known[0]

    def _positional(self) -> Iterator[click.Parameter]:
        if "{id}" in self.operation.path:
            yield click.Argument(["resource_id"], metavar="ID", required=True)
        if self.linkage is not None:
            what = _words(self.operation.path.rsplit("/", 1)[-1])
            many, cleared = self.linkage.many, self.fact.kind in _CLEARED
            yield click.Argument(
                ["linked"],
                metavar=f"{what}{'...' if many else ''}",
                nargs=-1 if many else 1,
                required=not cleared,
            )
            if cleared:
                yield Option(
                    ["--none"], is_flag=True, help="Leave none of them.", section="Relationships"
                )

    def _filters(self) -> Iterator[Option]:
        known = {f"filter[{item.name}]": item for item in self.fact.filters}
        known |= {item.name: item for item in self.fact.parameters}
        needed = {f"exists[{item.name}]": item.required for item in self.fact.exists}
        for name, wire in self.operation.query.items():
            if wire in needed:
                word = word_of(name).removeprefix("exists-")
                yield self._option(
                    name,
                    flags=f"--exists-{word}/--no-exists-{word}",
                    section="Filters",
                    required=needed[wire],
                    help=f"Those that have {word.replace('-', ' ')}, or have none.",
                )
                continue
            item = known[wire]
            metavar = "ID" if name in self.operation.ids else "TEXT"
            yield self._listed(
                name,
                item.values,
                section="Filters",
                metavar=metavar,
                many=item.array,
                required=item.required,
                deprecated=item.deprecated,
                advice="--extra sends any other",
            )

    def _members(self) -> Iterator[Option]:
        if self.request is None:
            return
        fields = {item.name: item for item in self.request.attributes}
        for name, wire in self.operation.attributes.items():
            yield self._attribute(name, fields[wire])
        links = {item.name: item for item in self.request.relationships}
        for name, linkage in self.operation.relationships.items():
            link = links[linkage.name]
            yield self._option(
                name,
                section="Relationships",
                type=Several(click.STRING) if linkage.many else None,
                multiple=linkage.many,
                metavar="ID,…" if linkage.many else "ID",
                required=link.required,
                nullable=not linkage.many,
                deprecated=link.deprecated,
                help=f"Of the {linkage.type}." if linkage.type else None,
            )
        if self.nullable:
            yield Option(
                ["--unset"],
                section="Body",
                multiple=True,
                type=Several(Listed(list(self.nullable))),
                metavar="NAME,…",
                help="Send null, by the name of an option without its dashes.",
            )
        more = " It may hold what is created along with it, as `included`."
        yield Option(
            ["--data"],
            section="Body",
            metavar="FILE|-|JSON",
            help="A document as Apple describes it, to which the options add."
            + (more if self.request.included else ""),
        )

    def _query(self) -> Iterator[Option]:
        fact, section = self.fact, "Query"
        for name, values in (("sort", fact.sort), ("include", fact.include)):
            if values:
                yield self._listed(name, values, section=section, many=True, flags=f"--{name}")
        if fact.fields:
            types = ", ".join(item.type for item in fact.fields)
            yield Option(
                ["--fields", "fields"],
                section=section,
                multiple=True,
                type=Fields(self._fieldsets(), self._usual_type()),
                metavar="[TYPE=]NAME,…",
                help=f"Answer these only, of {types}.",
            )
        if fact.related_limits:
            most = ", ".join(f"{item.name} ≤ {item.maximum}" for item in fact.related_limits)
            yield Option(
                ["--related-limit"],
                section=section,
                multiple=True,
                type=Limits({item.name: item.maximum for item in fact.related_limits}),
                metavar="NAME=N,…",
                help=f"How many to include: {most}.",
            )
        if fact.limit:
            yield Option(
                ["--limit"],
                section=section,
                type=click.IntRange(1, fact.limit),
                metavar="N",
                help=f"The size of a page, at most {fact.limit}.",
            )
        if self.is_paged:
            yield Option(
                ["--all"], section=section, is_flag=True, help="Every page instead of the first."
            )
            yield Option(
                ["--limit-total"],
                section=section,
                type=click.IntRange(1),
                metavar="N",
                help="As many pages as hold N of them, and no more than N.",
            )
        if self.operation.method == "GET":
            yield Option(
                ["--extra"],
                section=section,
                multiple=True,
                type=Pair(),
                metavar="NAME=VALUE",
                help="A parameter by the API's own name, such as filter[name].",
            )

    def _attribute(self, name: str, field: model.Field) -> Option:
        many, kind = _resolved(field.type)
        required, deprecated = field.required, field.deprecated
        common: dict[str, Any] = {
            "section": "Attributes",
            "required": required,
            "nullable": True,
            "deprecated": deprecated,
        }
        if isinstance(kind, InlineEnum | EnumSchema):
            return self._listed(
                name, kind.values, many=many, advice="--data sends any other", **common
            )
        if isinstance(kind, Scalar) and kind.name == "boolean" and not many:
            word = flag_of(name)
            return self._option(name, flags=f"{word}/--no-{word[2:]}", **common)
        read, metavar = _reader(kind)
        if many and not isinstance(read, Json):
            return self._option(
                name, type=Several(read), multiple=True, metavar=f"{metavar},…", **common
            )
        return self._option(name, type=Json() if many else read, metavar=metavar, **common)

    def _listed(
        self,
        name: str,
        values: tuple[str, ...],
        *,
        many: bool,
        metavar: str = "VALUE",
        advice: str = "",
        **more: Any,
    ) -> Option:
        """An option that takes one or several values, which may be listed."""
        kind: ValueKind = Listed(values, advice) if values else click.STRING
        return self._option(
            name,
            type=Several(kind) if many else kind,
            multiple=many,
            metavar=f"{metavar},…" if many else metavar,
            help=", ".join(values) if values else None,
            **more,
        )

    def _option(
        self,
        name: str,
        *,
        flags: str = "",
        required: bool = False,
        nullable: bool = False,
        deprecated: bool = False,
        help: str | None = None,  # noqa: A002 - click's word
        **more: Any,
    ) -> Option:
        flag = flags or flag_of(name)
        if required:
            self.required[f"api_{name}"] = flag
        elif nullable:
            self.nullable[word_of(name)] = name
        marks = [m for m, w in (("[required]", required), ("[deprecated]", deprecated)) if w]
        text = "  ".join([*([help] if help else []), *marks])
        return Option([flag, f"api_{name}"], help=text or None, default=None, **more)


def answers_of(fact: model.Operation) -> list[Any]:
    """The schemas of what an operation answers with."""
    return [facts().schema(answer.schema) for answer in fact.answers if answer.schema]


def resource_of(fact: model.Operation) -> model.ResourceSchema | None:
    """The schema of the resources that an operation answers with, None where it is no such."""
    for shape in answers_of(fact):
        if isinstance(shape, ResponseSchema):
            found = facts().schema(shape.resource)
            return found if isinstance(found, ResourceSchema) else None
    return None


def _words(name: str) -> str:
    """What stands for a member of the API's in a usage: `betaTesters` → `BETA_TESTERS`."""
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()


def _resolved(kind: model.Type) -> tuple[bool, Any]:
    """Whether a type is a list, and of what; through schemas that only name one."""
    if isinstance(kind, Array):
        inner, found = _resolved(kind.items)
        return True, Array(items=kind.items) if inner else found
    if isinstance(kind, Ref):
        schema = facts().schema(kind.schema)
        return _resolved(schema.type) if isinstance(schema, PlainSchema) else (False, schema)
    return False, kind


def _reader(kind: Any) -> tuple[ValueKind, str]:
    """What reads a value of a type, and what stands for it in a help."""
    if isinstance(kind, Scalar):
        match kind.name, kind.format:
            case "string", "date":
                return Day(), Day.name
            case "string", "date-time":
                return Moment(), Moment.name
            case "string", form:
                return click.STRING, _TEXTS.get(form, "TEXT")
            case "integer", _:
                return click.INT, "N"
            case "number", _:
                return click.FLOAT, "NUMBER"
            case "boolean", _:
                return click.BOOL, "true|false"
            case _:
                pass
    return Json(), Json.name
