"""`asc namespaces`: where the API's operations are."""

from __future__ import annotations

import click

from ..command import Command, session_of
from ..namespaces import namespaces as known

__all__ = ["namespaces"]


@click.pass_context
def _list(ctx: click.Context, /, word: str | None) -> None:
    from ..output import Output

    wanted = (word or "").replace("_", "-").lower()
    found = [{"namespace": name} for name in known() if wanted in name]
    Output(session_of(ctx)).records(found)


namespaces = Command(
    "namespaces",
    _list,
    connects=False,
    params=[click.Argument(["word"], required=False)],
    help="List where the API's operations are: all namespaces, or those with a word in them.",
)
