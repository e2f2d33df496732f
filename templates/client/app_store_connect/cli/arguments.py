"""The arguments and options of an operation, from the API's facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from .._api import facts
from .._api.model import EnumSchema, InlineEnum, Kind, LinkageSchema, RequestSchema, Scalar
from .command import Option
from .schemas import is_paged, reader_of, resolved, resource_of
from .values import Fields, Json, Limits, Listed, Pair, Several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api import model
    from .values import Kind as ValueKind

__all__ = ["Arguments"]

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
_CLEARED = frozenset({Kind.REPLACE_TO_MANY_RELATIONSHIP, Kind.UPDATE_TO_ONE_RELATIONSHIP})
# aB → a B, ABc → A Bc, a1B → a1 B: as the client's names are made.
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def _word(name: str) -> str:
    """A name of the API's as it is typed: `preReleaseVersion` → `pre-release-version`."""
    return "-".join(word.lower() for word in _BOUNDARY.split(name) if word)


def _flag(word: str) -> str:
    return f"--api-{word}" if word in _OURS else f"--{word}"


class Arguments:
    """What the command of an operation takes.

    In click's parameters, names of arguments of the API begin with `api_`, so that ours are told
    apart; the rest is the client's name. `required` are the options of those that must be given,
    `nullable` the names of those that may be null, by the words they are typed as.
    """

    def __init__(self, method: str, path: str) -> None:
        self.fact: model.Operation = facts().operation(method, path)
        schema = facts().schema(self.fact.request) if self.fact.request else None
        self.request = schema if isinstance(schema, RequestSchema) else None
        self.linkage = schema if isinstance(schema, LinkageSchema) else None
        self.required: dict[str, str] = {}
        self.nullable: list[str] = []
        self.params: list[click.Parameter] = [
            *self._positional(),
            *self._filters(),
            *self._members(),
            *self._query(),
        ]

    def _fieldsets(self) -> dict[str, tuple[str, ...]]:
        found = ((item.type, facts().fieldset(item.fieldset)) for item in self.fact.fields)
        return {kind: fieldset.values for kind, fieldset in found}

    def _usual_type(self) -> str:
        """The type whose fields are meant where none is named: that of what is answered."""
        known = [item.type for item in self.fact.fields]
        resource = resource_of(self.fact)
        return resource.type if resource and resource.type in known else known[0]

    def _positional(self) -> Iterator[click.Parameter]:
        if "{id}" in self.fact.path:
            yield click.Argument(["resource_id"], metavar="ID", required=True)
        if self.linkage is not None:
            what = _words(self.fact.path.rsplit("/", 1)[-1])
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
        resource = resource_of(self.fact)
        ids = {"id", *(link.name for link in (resource.relationships if resource else ()))}
        filters = [(item, item.name in ids) for item in self.fact.filters]
        for item, is_id in (*filters, *((item, False) for item in self.fact.parameters)):
            yield self._listed(
                item.name,
                item.values,
                section="Filters",
                metavar="ID" if is_id else "TEXT",
                many=item.array,
                required=item.required,
                deprecated=item.deprecated,
                advice="--extra sends any other",
            )
        for flag in self.fact.exists:
            word = _word(flag.name)
            yield self._option(
                f"exists.{flag.name}",
                flags=f"--exists-{word}/--no-exists-{word}",
                section="Filters",
                required=flag.required,
                deprecated=flag.deprecated,
                help=f"Those that have {word.replace('-', ' ')}, or have none.",
            )

    def _members(self) -> Iterator[Option]:
        if self.request is None:
            return
        for field in self.request.attributes:
            yield self._attribute(field)
        for link in self.request.relationships:
            yield self._option(
                link.name,
                section="Relationships",
                type=Several(click.STRING) if link.many else None,
                multiple=link.many,
                metavar="ID,..." if link.many else "ID",
                required=link.required,
                nullable=not link.many,
                deprecated=link.deprecated,
                help=f"Of the {link.type}." if link.type else None,
            )
        if self.nullable:
            yield Option(
                ["--unset"],
                section="Body",
                multiple=True,
                type=Several(Listed(self.nullable)),
                metavar="NAME,...",
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
                metavar="[TYPE=]NAME,...",
                help=f"Answer these only, of {types}.",
            )
        if fact.related_limits:
            most = ", ".join(f"{item.name} {item.maximum}" for item in fact.related_limits)
            yield Option(
                ["--related-limit"],
                section=section,
                multiple=True,
                type=Limits({item.name: item.maximum for item in fact.related_limits}),
                metavar="NAME=N,...",
                help=f"How many to include, at most: {most}.",
            )
        if fact.limit:
            yield Option(
                ["--limit"],
                section=section,
                type=click.IntRange(1, fact.limit),
                metavar="N",
                help=f"The size of a page, at most {fact.limit}.",
            )
        if is_paged(fact):
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
        if self.fact.method == "GET":
            yield Option(
                ["--extra"],
                section=section,
                multiple=True,
                type=Pair(),
                metavar="NAME=VALUE",
                help="A parameter by the API's own name, such as filter[name].",
            )

    def _attribute(self, field: model.Field) -> Option:
        name = field.name
        many, kind = resolved(field.type)
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
            flag = _flag(_word(name))
            return self._option(name, flags=f"{flag}/--no-{flag[2:]}", **common)
        read, metavar = reader_of(kind)
        if many and not isinstance(read, Json):
            return self._option(
                name, type=Several(read), multiple=True, metavar=f"{metavar},...", **common
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
            metavar=f"{metavar},..." if many else metavar,
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
        word = _word(name)
        flag, keyword = flags or _flag(word), f"api_{word.replace('-', '_')}"
        if required:
            self.required[keyword] = flag
        elif nullable:
            self.nullable.append(word)
        marks = [m for m, w in (("[required]", required), ("[deprecated]", deprecated)) if w]
        text = "  ".join([*([help] if help else []), *marks])
        return Option([flag, keyword], help=text or None, default=None, **more)


def _words(name: str) -> str:
    """What stands for a member of the API's in a usage: `betaTesters` → `BETA_TESTERS`."""
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()
