"""Commands of single operations."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import click
from msgspec import UNSET

from .._api.model import Kind
from .arguments import Arguments
from .command import Command, session_of
from .outlines import class_of, operation_of
from .schemas import is_paged, resource_of
from .texts import remark
from .values import flattened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._api.model import Operation as Fact
    from .._runtime.jsonapi.operation import Operation
    from .outlines import Outlined
    from .session import Session

__all__ = ["command_of"]

_DESTROYING = frozenset(
    {
        Kind.DELETE_INSTANCE,
        Kind.DELETE_TO_MANY_RELATIONSHIP,
        Kind.REPLACE_TO_MANY_RELATIONSHIP,
    }
)


def command_of(word: str, namespace: str, method: Outlined) -> click.Command:
    """Make the command of a method of a namespace."""
    arguments = Arguments(method.method, method.path)
    fact = arguments.fact

    @click.pass_context
    def call(ctx: click.Context, /, **given: Any) -> None:
        given = {name: value for name, value in given.items() if value not in (None, ())}
        _call(ctx, arguments, given, namespace, method.name)

    warning = "Deprecated: a later version of the API may lack it." if fact.deprecated else ""
    parts = (method.summary, warning, f"\b\n{fact.method} {fact.path}\n{method.link}")
    return Command(
        word,
        call,
        writes=fact.method != "GET",
        params=arguments.params,
        help="\n\n".join(filter(None, parts)),
        short_help=method.summary,
    )


def _call(
    ctx: click.Context,
    arguments: Arguments,
    given: dict[str, Any],
    namespace: str,
    method: str,
) -> None:
    """Call a method with what was given, and show what it returns."""
    from .output import Output
    from .safety import working

    session: Session = session_of(ctx)
    document = None
    if "data" in given:
        from .bodies import Document

        document = Document.read(given["data"])
    kind, fact = class_of(namespace), arguments.fact
    if message := getattr(getattr(kind, method), "__deprecated__", None):
        remark(f"note: {message}")
    positional = _positional(ctx, arguments, given)
    named = _named(operation_of(kind, method))
    keywords = _keywords(ctx, arguments, given, named, complete=document is None)
    doing = " ".join([ctx.command_path.partition(" ")[2], *map(str, positional[:1])])
    with (
        warnings.catch_warnings(),
        working(
            session, doing, writes=fact.method != "GET", destroys=fact.kind in _DESTROYING
        ) as client,
    ):
        # The command has said so itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        target = getattr(client, namespace)
        if document is not None:
            target = kind(document.sender(client.send))
        # It refuses columns that there are not, before anything is sent.
        output = Output(session, resource_of(fact), _fields(fact, given))
        result = getattr(target, method)(*positional, **keywords)
        if is_paged(fact):
            output.pages(result.pages(), most=_most(given))
        else:
            output.value(result)


def _named(operation: Operation[Any]) -> dict[str, str]:
    """The arguments of the API by click's name: some of the client's have an underscore more."""
    names = (*operation.query, *operation.attributes, *operation.relationships)
    return {f"api_{name.strip('_')}": name for name in names}


def _positional(ctx: click.Context, arguments: Arguments, given: Mapping[str, Any]) -> list[Any]:
    found = [given["resource_id"]] if "resource_id" in given else []
    linkage = arguments.linkage
    if linkage is not None:
        none = bool(given.get("none"))
        if none == ("linked" in given):
            raise click.UsageError("give what is to be linked, or --none", ctx)
        linked = given.get("linked")
        if linkage.many:
            linked = [item for word in linked or () for item in word.split(",")]
        found.append(linked)
    return found


def _keywords(
    ctx: click.Context,
    arguments: Arguments,
    given: Mapping[str, Any],
    named: Mapping[str, str],
    *,
    complete: bool,
) -> dict[str, Any]:
    """The keywords of the method; `complete` says whether those that are required must be there."""
    missing = {name: flag for name, flag in arguments.required.items() if name not in given}
    if missing and complete:
        flags = ", ".join(flag.partition("/")[0] for flag in missing.values())
        raise click.UsageError(f"missing {flags}", ctx)
    keywords: dict[str, Any] = {named[name]: UNSET for name in missing}
    for name, value in given.items():
        if name.startswith("api_"):
            keywords[named.get(name, name.removeprefix("api_"))] = flattened(value)
    for word in flattened(given.get("unset", ())):
        name = f"api_{word.replace('-', '_')}"
        if name in given:
            raise click.UsageError(f"--unset {word}: it is given a value too", ctx)
        keywords[named[name]] = None
    if "fields" in given:
        keywords["fields"] = _by_type(given["fields"])
    if "related_limit" in given:
        keywords["related_limit"] = dict(flattened(given["related_limit"]))
    if "extra" in given:
        keywords["extra"] = dict(given["extra"])
    most, largest = given.get("limit_total"), arguments.fact.limit
    if "limit" in given:
        keywords["limit"] = given["limit"]
    elif most is not None and largest:
        keywords["limit"] = min(most, largest)
    return keywords


def _by_type(given: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    """The fields of each type, those of all its occurrences together."""
    found: dict[str, list[str]] = {}
    for kind, names in given:
        found.setdefault(kind, []).extend(names)
    return found


def _fields(fact: Fact, given: Mapping[str, Any]) -> Sequence[str]:
    """The fields of the resources that are answered which were asked for, in this order."""
    resource = resource_of(fact)
    fields = _by_type(given.get("fields", ()))
    return fields.get(resource.type, ()) if resource else ()


def _most(given: Mapping[str, Any]) -> int | None:
    """How many items are wanted: None for the first page, 0 for all."""
    most: int | None = given.get("limit_total", 0 if given.get("all") else None)
    return most
