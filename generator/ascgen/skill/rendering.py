"""The files of the skill, from an API to texts by path."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import jinja2

from ascgen.explore.lookup import Lookup
from ascgen.explore.search import Finder
from ascgen.explore.thesaurus import load_not_offered
from ascgen.explore.tokens import count_tokens
from ascgen.explore.uses import Uses
from ascgen.graph import build_graph
from ascgen.graph.areas import titles
from ascgen.model import Kind
from ascgen.plan.calls import call_text
from ascgen.plan.namespaces import python_name
from ascgen.site.addresses import Addresses
from ascgen.site.pages import area_by_page
from ascgen.skill.jobs import read_jobs
from ascgen.skill.publication import FIRST, MARK, REFERENCES
from ascgen.skill.rules import read_refusals
from ascgen.skill.views import (
    AreaPage,
    Example,
    HelperLine,
    ResourceLine,
    RuleLine,
    SkillPage,
    WishLine,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from ascgen.model import ApiModel, Operation
    from ascgen.site.addresses import Home
    from ascgen.skill.rules import Refusal

# Tokens of a reference, as `count_tokens` counts them.
REFERENCE_ROOM = 3_000
_NO_WORD = re.compile(r"[^a-z0-9]+")
_IDENTIFIERS = frozenset({Kind.GET_TO_ONE_RELATIONSHIP, Kind.GET_TO_MANY_RELATIONSHIP})
# The best evidence first, and no rule that nobody has recorded.
_STRENGTHS = ("R", "D", "C+", "C")


def render_skill(
    api: ApiModel, *, templates: Path, package: str = "app_store_connect"
) -> dict[str, str]:
    """All files of the skill by their paths in its folder.

    `templates` is the folder of all templates, `package` what the client is imported as.
    """
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates / "skill"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown of names that the model has checked
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    mark = f"{MARK} from {api.title} {api.version}; do not edit."
    lookup = Lookup(api)
    jobs = read_jobs(templates) if "apps" in lookup.resources else ()
    files: dict[str, str] = {}
    areas: list[AreaPage] = []
    for forms in _areas(api, lookup, read_refusals(templates)):
        area, files[area.path] = _fitting(forms, env.get_template("area.md.jinja"), mark)
        areas.append(area)
    for job in jobs:
        files[job.path] = env.get_template("workflows.md.jinja").render(area=job, mark=mark)
    page = SkillPage(
        name=package.replace("_", "-"),
        package=package,
        title=api.title,
        version=api.version,
        operations=len(api.operations),
        resources=len(lookup.resources),
        example=_example(lookup),
        areas=tuple(areas),
        jobs=jobs,
        helpers=tuple(
            HelperLine(item.call, item.summary)
            for item in Finder(lookup, Uses(api)).vocabulary.helpers
            # Workflows have a table of their own.
            if item.kind == "helper" and not item.call.startswith("asc.workflows.")
        ),
        wishes=tuple(
            WishLine(" ".join(filter(None, (item.answer, item.remains))))
            for item in load_not_offered()
            if item.instead and set(item.instead) <= lookup.operations.keys()
        ),
        has_apps="apps_getCollection" in lookup.operations,
        has_groups="betaGroups_createInstance" in lookup.operations,
    )
    files[FIRST] = env.get_template("SKILL.md.jinja").render(page=page, mark=mark)
    return files


def _example(lookup: Lookup) -> Example:
    """The first operation that lists, or the first of all."""
    alive = [item for item in lookup.operations.values() if not item.deprecated]
    usual = (item for item in alive if item.id == "apps_getCollection")
    lists = (item for item in alive if item.kind is Kind.GET_COLLECTION)
    operation = (*usual, *lists, *lookup.operations.values())[0]
    python = python_name(operation)
    return Example(
        operation.id,
        f"{operation.method} {operation.path}",
        f"{python.namespace}.{python.method}",
        operation.path.split("/")[2],
    )


def _fitting(
    forms: Iterator[AreaPage], template: jinja2.Template, mark: str
) -> tuple[AreaPage, str]:
    """The most detailed form of an area that has room, and its text."""
    area = next(forms)
    while count_tokens(text := template.render(area=area, mark=mark)) > REFERENCE_ROOM:
        shorter = next(forms, None)
        if shorter is None:
            break
        area = shorter
    return area, text


def _areas(
    api: ApiModel, lookup: Lookup, refusals: Iterable[Refusal]
) -> Iterator[Iterator[AreaPage]]:
    """Every area that has operations, in its forms."""
    addresses = Addresses(api)
    area_of = area_by_page(addresses, build_graph(api))
    for title in titles():
        homes = [
            home
            for home in addresses.homes.values()
            if area_of[home.name] == title and home.operations
        ]
        if homes:
            yield _forms(api, lookup, title, homes, refusals)


def _forms(
    api: ApiModel, lookup: Lookup, title: str, homes: Sequence[Home], refusals: Iterable[Refusal]
) -> Iterator[AreaPage]:
    """An area in fewer and fewer words."""
    operations = [operation for home in homes for operation in home.operations]
    rules = list(dict.fromkeys(_rules({item.id for item in operations}, refusals)))
    rules.sort(key=lambda rule: _STRENGTHS.index(rule.strength))
    slug = _NO_WORD.sub("-", title.lower()).strip("-")
    for identifiers, required, most in (
        (True, True, 40),
        (False, True, 40),
        (False, True, 20),
        (False, True, 10),
        (False, True, 0),
        (False, False, 0),
    ):
        yield AreaPage(
            title=title,
            path=f"{REFERENCES}/{slug}.md",
            operations=len(operations),
            resources=tuple(
                line
                for home in homes
                for line in _lines(api, lookup, home, identifiers=identifiers, required=required)
            ),
            rules=tuple(rules[:most]),
            has_identifiers=identifiers,
        )


def _lines(
    api: ApiModel, lookup: Lookup, home: Home, *, identifiers: bool, required: bool
) -> Iterator[ResourceLine]:
    """A resource with its calls, a line for each namespace; what has a successor is counted."""
    grouped: dict[str, list[Operation]] = {}
    for operation in home.operations:
        grouped.setdefault(python_name(operation).namespace, []).append(operation)
    for namespace, operations in grouped.items():
        shown = [
            operation
            for operation in operations
            if operation.id not in lookup.successors
            and (identifiers or operation.kind not in _IDENTIFIERS)
        ]
        yield ResourceLine(
            name=operations[0].path.split("/")[2],
            namespace=namespace,
            calls=tuple(_call(api, operation, required=required) for operation in shown),
            deprecated=sum(operation.id in lookup.successors for operation in operations),
        )


def _call(api: ApiModel, operation: Operation, *, required: bool) -> str:
    """The name of a method, with the keywords that it cannot do without."""
    method = python_name(operation).method
    call = ast.parse(call_text(api, operation), mode="eval").body
    if not required or not isinstance(call, ast.Call) or not call.keywords:
        return method
    return f"{method}({', '.join(f'{item.arg}=' for item in call.keywords)})"


def _rules(operations: AbstractSet[str], refusals: Iterable[Refusal]) -> Iterator[RuleLine]:
    for item in refusals:
        if item.strength in _STRENGTHS and not operations.isdisjoint(item.operations):
            yield RuleLine(item.says, item.strength)
