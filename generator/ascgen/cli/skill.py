"""`ascgen skill`: the folder that teaches a language model to use the client."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ascgen.cli.options import CacheDir, NoOverlay, ProductOption, Spec


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(skill)


def skill(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the skill.")] = Path(
        "app-store-connect"
    ),
    package: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="PACKAGE",
            help="A client that is installed: the skill is about it, and its API.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Fail on a name that the installed client lacks.")
    ] = False,
    spec: Spec = None,
    product: ProductOption = "app-store-connect",
    no_overlay: NoOverlay = False,
    cache_dir: CacheDir = None,
) -> None:
    """Write an agent skill: how to look up, call and check.

    SKILL.md is the folder's first page, and there is a reference for each area of the API.
    """
    from ascgen.cli.opening import opened
    from ascgen.errors import UsageError
    from ascgen.explore.tokens import count_tokens
    from ascgen.installed import CLIENT, installed_api
    from ascgen.skill import publish_skill, render_skill
    from ascgen.sources import templates_directory

    if package is not None and spec is not None:
        raise UsageError("--for and --spec both name an API", hint="leave one of them out")
    if package is not None:
        api, label = installed_api(package), f"the package {package}"
    else:
        explorer, label = opened(spec, product, cache_dir, no_overlay=no_overlay)
        api = explorer.api
    files = render_skill(api, templates=templates_directory(), package=package or CLIENT)
    if check:
        from ascgen.skill.names import check_names

        check_names(files, package or CLIENT)
    publish_skill(files, output)
    first = count_tokens(files["SKILL.md"])
    typer.echo(
        f"{output / 'SKILL.md'}: {api.title} {api.version} from {label},"
        f" {first} tokens and {len(files) - 1} references."
    )
