"""`asc prices`: what an app costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from ..values import Day
from .apps import app_id, app_option

if TYPE_CHECKING:
    from datetime import date

__all__ = ["prices"]


@click.pass_context
def _show(ctx: click.Context, /, *, app: str | None) -> None:
    session = session_of(ctx)
    found = app_id(session.client, session, app)
    Output(session).values(session.client.workflows.apps.price_table(found))


@click.pass_context
def _set(
    ctx: click.Context, /, *, app: str | None, price: str, territory: str, start: date | None
) -> None:
    session = session_of(ctx)
    with working(session, f"prices set {price}") as client:
        found = app_id(client, session, app)
        done = client.workflows.apps.set_price(found, price, territory=territory, start=start)
        Output(session).value(done)


prices = click.Group(
    "prices",
    help="What an app costs.",
    commands=[
        Command("show", _show, params=[app_option()], help="Show the price in every territory."),
        Command(
            "set",
            _set,
            writes=True,
            params=[
                click.Argument(["price"]),
                app_option(),
                Option(["--territory"], default="USA", show_default=True, help="Where."),
                Option(
                    ["--start"], type=Day(), metavar=Day.name, help="From this day; now if not."
                ),
            ],
            help="Set the price in a territory; Apple sets those of others by it. 0 is free.",
        ),
    ],
)
