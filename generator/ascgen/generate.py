"""Generation, end to end: from the API's facts to a distribution on disk."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ascgen.errors import AscgenError
from ascgen.files.textcache import TextCache
from ascgen.snapshot import write_snapshot

if TYPE_CHECKING:
    from ascgen.model import ApiModel
    from ascgen.plan.views import Missing
    from ascgen.render.layout import Formatter
    from ascgen.render.options import Options

Progress = Callable[[str, int, int], None]


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True, slots=True)
class Result:
    """The files of a distribution by path, and what they amount to."""

    files: dict[str, str]
    operations: int
    resources: int

    @property
    def lines(self) -> int:
        """How many lines of Python there are."""
        return sum(t.count("\n") for path, t in self.files.items() if path.endswith(".py"))


def render_distribution(
    api: ApiModel,
    *,
    options: Options,
    templates: Path,
    texts: TextCache | None = None,
    published: Path | None = None,
    workers: int | None = None,
    progress: Progress = _silent,
) -> Result:
    """Render and format every file of the client; nothing is written but the text cache.

    `templates` holds `client/` and `models/`; `texts` keeps what is costly to make between runs.
    `published` is where an earlier client lies: what is there already is not formatted again.
    `progress` hears the stage's name and how much of it is done.
    """
    texts = texts or TextCache(None)
    key = _key(api, options, templates)
    files = _kept(texts, key)
    if files is None:
        from ascgen.render.layout import Formatter

        formatter = Formatter(texts, workers, published)
        files = _render(api, options, templates, texts, formatter, progress)
        _keep(texts, key, files)
        texts.save()
    return Result(files, len(api.operations), len(api.resource_names()))


def _render(
    api: ApiModel,
    options: Options,
    templates: Path,
    texts: TextCache,
    formatter: Formatter,
    progress: Progress,
) -> dict[str, str]:
    from ascgen.plan.catalog import build_catalog
    from ascgen.render.distribution import Renderer
    from ascgen.render.model_files import model_data, model_file
    from ascgen.render.models import ModelRenderer
    from ascgen.render.revisions import revision

    catalog = build_catalog(api)
    renderer = Renderer(
        api,
        catalog,
        options,
        templates / "client",
        errors=_error_names(templates),
        not_offered=_not_offered(api),
        revision=revision(templates, api.product, api.version),
    )
    progress("rendering", 0, 1)
    with formatter:
        formatter.add(renderer.asynchronous(), handwritten=True)
        formatter.add(renderer.files())
        progress("models", 0, 1)
        models = ModelRenderer(catalog, partial(model_data, renderer), templates / "models")
        for name, text in models.render(texts).items():
            formatter.add(model_file(renderer, name, text).items())
        files = formatter.finish(lambda done, total: progress("formatting", done, total))
    return dict(sorted((files | renderer.copies()).items()))


def _key(api: ApiModel, options: Options, templates: Path) -> str:
    """Everything the files depend on: the facts, what is asked for, the templates, the programs."""
    trees = (
        (templates, "*"),
        (Path(__file__).parent, "*.py"),
        (Path(__file__).parent, "explore/*.yaml"),
    )
    texts = (
        f"{path.relative_to(root).as_posix()}\n{path.read_text(encoding='utf-8')}"
        for root, pattern in trees
        for path in sorted(root.rglob(pattern))
        if path.is_file() and "__pycache__" not in path.parts
    )
    versions = map(version, ("black", "datamodel-code-generator", "jinja2"))
    snapshot = write_snapshot(api).decode()
    return TextCache.key("files", snapshot, options.package, options.command, *versions, *texts)


def _keep(texts: TextCache, key: str, files: dict[str, str]) -> None:
    """Keep the files of a run, each by itself, since the next run has most of them too."""
    keys = {path: texts.key("file", text) for path, text in files.items()}
    for path, text in files.items():
        texts.put(keys[path], text)
    texts.put(key, msgspec.json.encode(keys).decode())


def _kept(texts: TextCache, key: str) -> dict[str, str] | None:
    """Return the files of an earlier run, or None if they are not all there."""
    with suppress(msgspec.MsgspecError):
        keys = msgspec.json.decode(texts.get(key) or "", type=dict[str, str])
        found = {path: texts.get(of_file) for path, of_file in keys.items()}
        files = {path: text for path, text in found.items() if text is not None}
        return files if len(files) == len(keys) else None
    return None


def _not_offered(api: ApiModel) -> tuple[Missing, ...]:
    """What is looked for in the client in vain, with what there is in its place."""
    from ascgen.explore.thesaurus import load_not_offered
    from ascgen.plan.namespaces import python_name
    from ascgen.plan.views import Missing

    names = {_loose(x.id): python_name(x) for x in api.operations}
    calls = {id_: f"{name.namespace}.{name.method}" for id_, name in names.items()}
    return tuple(
        Missing(item.looked_for, item.answer, item.remains, _known(item.instead, calls))
        for item in load_not_offered()
        if item.looked_for
    )


def _known(operations: Iterable[str], calls: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(calls[_loose(x)] for x in operations if _loose(x) in calls)


def _loose(operation: str) -> str:
    """An operation's id without what tells its older spelling from the newer one."""
    return "".join(filter(str.isalnum, operation)).lower()


def _error_names(templates: Path) -> tuple[str, ...]:
    """Return the public names of the client's error module, which the package offers at its top."""
    path = templates / "client" / "app_store_connect" / "errors.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
                return tuple(ast.literal_eval(name) for name in names)
            case _:
                continue
    raise AscgenError(f"{path} has no __all__")
