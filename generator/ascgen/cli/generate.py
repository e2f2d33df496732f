"""`ascgen generate`: the client, from the newest document there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ascgen.cli.completion import complete_resources
from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec
from ascgen.cli.terminal import console
from ascgen.errors import FetchError, SpecError
from ascgen.omitted import describe_omissions, told

if TYPE_CHECKING:
    from ascgen.documents.cache import SpecCache
    from ascgen.documents.product import Product
    from ascgen.files.publish import Drift
    from ascgen.generate import Result
    from ascgen.model import ApiModel, Omission
    from ascgen.sources import Source

OMITTED = 12
_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(generate)


def generate(
    *,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder of the distribution.")
    ] = Path("generated"),
    package: Annotated[
        str, typer.Option(help="The name of the package, in a namespace if it has a dot.")
    ] = "app_store_connect",
    include: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RESOURCE",
            help="Only these; may be repeated.",
            autocompletion=complete_resources,
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RESOURCE",
            help="All but these; may be repeated.",
            autocompletion=complete_resources,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the folder differs.")
    ] = False,
    fetch_first: Annotated[
        bool, typer.Option("--fetch", help="Try to download Apple's newest document first.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a document that is not rendered as a whole.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Render the client package into a folder.

    Parts of the document that the client lacks are listed, with how to reach them all the same.

    \b
    Exit codes:
      0   rendered as a whole
      1   with --check, the folder differs
      12  rendered, but not as a whole
      2   a wrong option
      3   nothing can be rendered, or with --strict not as a whole; nothing was written
    """  # noqa: D301 - \b keeps the lines as they are
    from ascgen.cli.pages import emit_json
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.files.publish import compare, publish
    from ascgen.files.textcache import TextCache
    from ascgen.generate import render_distribution
    from ascgen.render.options import Options
    from ascgen.sources import SNAPSHOT, choose, templates_directory
    from ascgen.subset import subset

    started = time.monotonic()
    directory = cache_dir or default_directory()
    cache = SpecCache(directory)
    outcome = _fetch(cache, product) if fetch_first else ""
    source = choose(spec, cache, product)
    if not as_json:
        typer.echo(f"Rendering {package} from {source.label}{outcome}.")
    texts = TextCache.within(directory)
    options = Options(package=package, command=_command(package, include, exclude))
    with _progress() as progress:

        def render(chosen: Source) -> tuple[ApiModel, Result]:
            progress("analysing", 0, 1)
            whole = chosen.load(overlay=not no_overlay, texts=texts)
            api = subset(whole, include or [], exclude or [])
            result = render_distribution(
                api,
                options=options,
                templates=templates_directory(),
                texts=texts,
                published=output,
                progress=progress,
            )
            return api, result

        try:
            api, result = render(source)
        except SpecError as error:
            if not fetch_first or spec is not None:
                raise
            _report_unknown(error)
            api, result = render(choose(SNAPSHOT, cache, product))
    if strict:
        _refuse(api.omissions)
    drift = (compare if check else publish)(result.files, output, options.folder)
    code = int(bool(drift)) if check else OMITTED if api.omissions else 0
    if as_json:
        emit_json(_facts(api, result, drift, source.label, output, code))
        raise typer.Exit(code)
    if check:
        _report_drift(drift, output)
    else:
        _summary(result, drift, api.version, output, time.monotonic() - started)
    for line in told(api.omissions):
        typer.echo(line)
    raise typer.Exit(code)


def _fetch(cache: SpecCache, product: Product) -> str:
    """Try to get the newest document in a short time, and go on with what is there without it."""
    import os

    from ascgen.documents.fetch import Limits, fetch

    if os.environ.get("ASCGEN_OFFLINE"):
        return " (offline)"
    try:
        result = fetch(cache, product=product, limits=Limits(connect=4, read=10, total=30))
    except FetchError as error:
        return f" (Apple's newest could not be fetched: {error.message})"
    return " (not modified at Apple)" if result.outcome == "not-modified" else " (just fetched)"


def _report_unknown(error: SpecError) -> None:
    """Apple may publish what this program has yet to learn; the client can be made all the same."""
    typer.echo(f"ascgen: Apple's newest document cannot be rendered yet: {error.message}", err=True)
    typer.echo("  going on with the committed snapshot; `ascgen generate` insists.", err=True)


def _command(package: str, include: list[str] | None, exclude: list[str] | None) -> str:
    """Return the command that made the files, without what differs between machines."""
    words = ["ascgen generate"]
    if package != "app_store_connect":
        words.append(f"--package {package}")
    words += [f"--include {name}" for name in include or []]
    words += [f"--exclude {name}" for name in exclude or []]
    return " ".join(words)


def _report_drift(drift: Drift, output: Path) -> None:
    if not drift:
        typer.echo(f"{output} is what is rendered today.")
        return
    for what, paths in (
        ("changed", drift.changed),
        ("missing", drift.missing),
        ("orphan", drift.orphans),
    ):
        for path in paths[:_SHOWN]:
            typer.echo(f"{what}: {path}", err=True)
        if len(paths) > _SHOWN:
            typer.echo(f"… and {len(paths) - _SHOWN} more {what}", err=True)
    typer.echo(f"{output} differs from what is rendered today; --check changes nothing.", err=True)


def _refuse(omissions: tuple[Omission, ...]) -> None:
    if omissions:
        first = omissions[0]
        more = f", the first of {len(omissions)}" if len(omissions) > 1 else ""
        raise SpecError(
            f"not in the client{more}: {first.what}",
            pointer=first.pointer,
            hint="nothing was written; without --strict it is rendered, and all of them are listed",
        )


def _facts(
    api: ApiModel, result: Result, drift: Drift, source: str, output: Path, code: int
) -> dict[str, Any]:
    return {
        "kind": "generation",
        "id": f"{api.product}-{api.version}",
        "exit_code": code,
        "source": source,
        "output": str(output),
        "counts": {
            "operations": result.operations,
            "resources": result.resources,
            "files": len(result.files),
            "lines": result.lines,
        },
        "changed": drift.changed,
        "missing": drift.missing,
        "orphans": drift.orphans,
        "omissions": describe_omissions(api.omissions),
    }


def _summary(result: Result, drift: Drift, version: str, output: Path, seconds: float) -> None:
    touched = len(drift.changed) + len(drift.missing)
    typer.echo(
        f"{output}: version {version}, {result.operations} operations,"
        f" {result.resources} resources, {len(result.files)} files, {result.lines} lines"
        f" in {seconds:.1f} s ({touched} files changed, {len(drift.orphans)} removed)."
    )


@contextmanager
def _progress() -> Generator[Callable[[str, int, int], None]]:
    """A bar on a terminal, nothing where stderr goes to a file or another program."""
    from rich.progress import Progress

    drawn = console(stderr=True)
    bar = Progress(console=drawn, transient=True, disable=not drawn.is_terminal)
    with bar:
        task = bar.add_task("", total=None)

        def show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield show
