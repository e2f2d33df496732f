"""`ascgen update`: this checkout, brought to the document that Apple publishes now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ascgen.cli.options import CacheDir, ProductOption
from ascgen.errors import FetchError, StoreError, UsageError

if TYPE_CHECKING:
    from ascgen.documents.cache import SpecCache
    from ascgen.documents.document import SpecDocument
    from ascgen.documents.product import Product
    from ascgen.model import ApiModel
    from ascgen.update import Checkout, Files, Plan
    from ascgen.update.report import Outcome, Tests

UPDATED = 10
LOOK = 11
_STDERR = 2


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(update)


def update(
    *,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Update to a zip or JSON file.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Download from here instead.")] = None,
    older: Annotated[
        bool, typer.Option("--older", help="Take an older version than the committed one, too.")
    ] = False,
    test: Annotated[bool, typer.Option("--test", help="Run the tests afterwards.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the changes; write to the cache only.")
    ] = False,
    product: ProductOption = "app-store-connect",
    root: Annotated[
        Path | None, typer.Option(help="The checkout; else the one this program runs from.")
    ] = None,
    cache_dir: CacheDir = None,
    timeout: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds the whole download may take.")
    ] = None,
    notes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what changed there, as a pull request says it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Follow Apple: new snapshot, client and changelog.

    Fetches the document and compares its content with the committed one's. If it is another, all
    files are made before the first is written: the new facts go to spec_cache/ in place of the old,
    generated/ is rendered anew, and CHANGELOG.md gets a section with the changes. Nothing is
    committed.

    \b
    Exit codes:
      0   nothing new
      10  updated, and nothing breaks; with --test, all tests pass
      11  updated, but somebody has to look: something breaks or is not in the client, or with
          --test a test fails
      2   a wrong option
      3   no document could be had, or it cannot be rendered; nothing was changed, or
          where a file could not be written, running it again finishes the update
    """  # noqa: D301 - \b keeps the lines as they are
    from ascgen.documents.cache import SpecCache, default_directory
    from ascgen.files.textcache import TextCache
    from ascgen.sources import Source
    from ascgen.update import (
        Checkout,
        Files,
        plan_update,
        render_update,
        says_the_same,
        write_update,
    )

    if source and (url or timeout):
        raise UsageError(
            "--from reads a file: --url and --timeout are for downloads",
            hint="use one or the other",
        )
    if dry_run and test:
        raise UsageError("--dry-run writes nothing that --test could test", hint="leave one out")
    checkout = Checkout.find(root)
    directory = cache_dir or default_directory()
    old = checkout.committed(product)
    document = _document(SpecCache(directory), product, source, url, timeout)
    texts = TextCache.within(directory)
    new = old
    if document.sha256 != old.sha256:
        _refuse_older(document, old, allowed=older or source is not None)
        new = Source(document.origin, document).load(texts=texts)
    if says_the_same(old, new):
        if as_json:
            _print_json(old, None, "unchanged", Files(), "not-run", 0)
        else:
            typer.echo(f"Nothing new: {old.title} {old.version} is what is committed.")
        return
    plan = plan_update(checkout, product, old, new)
    files = Files() if dry_run else write_update(checkout, plan, render_update(plan, texts))
    if not as_json:
        _print_plan(plan, files, dry_run=dry_run)
    tests = _tested(checkout, quiet=as_json) if test else "not-run"
    code = LOOK if plan.asks or tests == "failed" else UPDATED
    verdict = _verdict(plan, tests, dry_run=dry_run)
    if notes:
        _write_notes(notes, plan, files, verdict)
    if as_json:
        _print_json(old, plan, "planned" if dry_run else "updated", files, tests, code)
    else:
        typer.echo(verdict)
    raise typer.Exit(code)


def _document(
    cache: SpecCache,
    product: Product,
    source: Path | None,
    url: str | None,
    timeout: float | None,
) -> SpecDocument:
    """Return the document to follow; having none is an error and never "nothing new"."""
    from ascgen.documents.fetch import Limits, fetch, import_file

    if source:
        return import_file(cache, source, product=product).document
    if os.environ.get("ASCGEN_OFFLINE"):
        raise FetchError(
            "whether there is anything new was not looked up, since ASCGEN_OFFLINE is set",
            hint="unset it, or update to a file with --from FILE",
        )
    limits = Limits(total=timeout) if timeout else Limits()
    try:
        return fetch(cache, product=product, url=url, limits=limits).document
    except FetchError as error:
        # Going on offline with what is here is not an update.
        own = error.hint if "ASCGEN_OFFLINE" not in error.hint else ""
        raise FetchError(
            f"whether there is anything new could not be looked up: {error.message}",
            hint=own or "try again later, or update to a file with --from FILE",
        ) from None


def _refuse_older(document: SpecDocument, committed: ApiModel, *, allowed: bool) -> None:
    """Caches on the way serve what was published weeks ago now and then."""
    from ascgen.update import is_older

    if is_older(document, committed) and not allowed:
        raise FetchError(
            f"{document.origin} has version {document.version}, and {committed.version} is"
            " committed already",
            hint="it is stale, most likely: try again later; --older takes it all the same",
        )


def _tested(checkout: Checkout, *, quiet: bool) -> Tests:
    """Run the checkout's tests; standard output stays for the JSON where that is wanted."""
    sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadgroup"],
        cwd=checkout.root,
        env={**os.environ, "ASCGEN_OFFLINE": "1"},
        stdout=_STDERR if quiet else None,
        check=False,
    )
    return "passed" if done.returncode == 0 else "failed"


def _print_plan(plan: Plan, files: Files, *, dry_run: bool) -> None:
    from ascgen.update.report import lines

    if dry_run and plan.section:
        typer.echo(plan.section)
    for line in lines(plan, files):
        typer.echo(line)


def _write_notes(path: Path, plan: Plan, files: Files, verdict: str) -> None:
    from ascgen.update.report import notes

    try:
        path.write_text(notes(plan, files, verdict), encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}", hint="give another file with --notes"
        ) from None


def _print_json(
    old: ApiModel,
    plan: Plan | None,
    outcome: Outcome,
    files: Files,
    tests: Tests,
    code: int,
) -> None:
    from ascgen.cli.pages import emit_json
    from ascgen.update.report import as_data

    emit_json(as_data(old, plan, outcome=outcome, files=files, tests=tests, code=code))


def _verdict(plan: Plan, tests: Tests, *, dry_run: bool) -> str:
    """Return one line that says how things stand, and what to do next."""
    if dry_run:
        return "Nothing was written; run it without --dry-run to update."
    if tests == "failed":
        return (
            "Updated, but tests fail: the files stay as they are. Mend what the tests name, run"
            " `make test`, then commit. `git stash --include-untracked` takes the update back."
        )
    if plan.breaks:
        return "Updated, and something breaks: look at it, then commit."
    if plan.asks:
        return "Updated, and not all of it is in the client: look at it, then commit."
    untested = "" if tests == "passed" else " Run `make test` first."
    return f"Updated: look at `git diff`, then commit.{untested}"
