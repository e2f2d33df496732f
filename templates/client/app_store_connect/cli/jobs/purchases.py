"""`asc purchases`: what an app sells besides itself, from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from .apps import app_id, app_option, platform_option

if TYPE_CHECKING:
    from ...client import Client
    from ...workflows.version_states import Platform

__all__ = ["purchases"]


@click.pass_context
def _apply(ctx: click.Context, /, *, table: str, app: str | None) -> None:
    session = session_of(ctx)
    with working(session, f"make the products those of {table}") as client:
        done = client.workflows.purchases.ensure(app_id(client, session, app), table)
        Output(session).values(done)


@click.pass_context
def _submit(
    ctx: click.Context, /, *, product: str, app: str | None, platform: Platform, timeout: float
) -> None:
    session = session_of(ctx)
    with working(session, f"submit {product}") as client:
        found = app_id(client, session, app)
        done = client.workflows.purchases.submit(
            _product(client, found, product), app=found, platform=platform, timeout=timeout
        )
        Output(session).value({"product_id": product, "submitted": done})


def _product(client: Client, app: str, product: str) -> Any:
    """The purchase or subscription of a product id."""
    purchase: Any = client.apps.list_in_app_purchases_v2(app, product_id=product).first()
    if purchase is not None:
        return purchase
    groups = client.apps.list_subscription_groups(app, include="subscriptions", limit=200)
    for found in (x for group in groups for x in group.subscriptions):
        if found.product_id == product:
            return found
    raise click.ClickException(f"the app has no product {product!r}")


purchases = click.Group(
    "purchases",
    help="What an app sells besides itself.",
    commands=[
        Command(
            "apply",
            _apply,
            writes=True,
            params=[
                click.Argument(["table"], type=click.Path(exists=True, dir_okay=False)),
                app_option(),
            ],
            help="Make an app's products those of a TOML file.\n\n"
            "What the file does not name is left alone, and nothing ends unless the file says"
            " `active = false`. It may run again.",
        ),
        Command(
            "submit",
            _submit,
            writes=True,
            params=[
                click.Argument(["product"], metavar="PRODUCT_ID"),
                app_option(),
                platform_option(),
                Option(
                    ["--timeout"],
                    type=click.FloatRange(0),
                    default=300.0,
                    show_default=True,
                    metavar="SECONDS",
                    help="How long Apple may take to see that all is there.",
                ),
            ],
            help="Submit a product for review without a version of the app.",
        ),
    ],
)
