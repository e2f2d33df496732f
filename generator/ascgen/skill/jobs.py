"""The workflows, read from their source: signatures, and the first sentence of each docstring."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ascgen.skill.views import JobArea, JobLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_AREAS = "AsyncWorkflows"
_SENTENCE = re.compile(r"(?P<first>.+?\.)(?:\s|\Z)", re.DOTALL)


def read_jobs(templates: Path) -> tuple[JobArea, ...]:
    """Return the areas of workflows and their methods, as a blocking client has them."""
    folder = templates / "client" / "app_store_connect" / "workflows"
    modules = {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))
    }
    classes = {
        node.name: node
        for module in modules.values()
        for node in module.body
        if isinstance(node, ast.ClassDef)
    }
    return tuple(
        JobArea(
            name=name,
            path=f"references/workflows-{name.replace('_', '-')}.md",
            summary=_first(ast.get_docstring(classes[cls]) or "").replace(", to be awaited", ""),
            jobs=tuple(_jobs(name, classes[cls], classes)),
        )
        for name, cls in _areas(classes.get(_AREAS))
        if cls in classes
    )


def _areas(workflows: ast.ClassDef | None) -> Iterator[tuple[str, str]]:
    """Each area's name and the class of it: `apps = _Area["AsyncApps"]("AsyncApps")`."""
    for node in workflows.body if workflows is not None else ():
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Subscript(), args=[ast.Constant(value=str(area))]),
            ):
                yield name, area
            case _:
                pass


def _jobs(area: str, owner: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> Iterator[JobLine]:
    for base in owner.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            yield from _jobs(area, classes[base.id], classes)
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield JobLine(
                name=f"{area}.{node.name}",
                signature=f"asc.workflows.{area}.{node.name}({_arguments(node.args)})",
                says=_first(ast.get_docstring(node) or ""),
            )


def _arguments(found: ast.arguments) -> str:
    """The arguments without their annotations, as a reader would fill them in."""
    bare = ast.arguments(
        posonlyargs=[ast.arg(item.arg) for item in found.posonlyargs],
        args=[ast.arg(item.arg) for item in found.args if item.arg != "self"],
        vararg=ast.arg(found.vararg.arg) if found.vararg else None,
        kwonlyargs=[ast.arg(item.arg) for item in found.kwonlyargs],
        kw_defaults=found.kw_defaults,
        kwarg=ast.arg(found.kwarg.arg) if found.kwarg else None,
        defaults=found.defaults,
    )
    return ast.unparse(bare)


def _first(docstring: str) -> str:
    """The first sentence of a docstring on one line."""
    match = _SENTENCE.match(docstring)
    return " ".join((match["first"] if match else docstring).split())
