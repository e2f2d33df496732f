"""`asc reviews`: what customers wrote, and answers to it."""

from __future__ import annotations

from typing import Any

import click
from msgspec import UNSET

from ..command import Command, Option, session_of
from ..output import Output
from ..safety import working
from ..values import Several, flattened
from .apps import app_id, app_option

__all__ = ["reviews"]


@click.pass_context
def _list(
    ctx: click.Context,
    /,
    *,
    app: str | None,
    territory: tuple[Any, ...],
    rating: tuple[Any, ...],
    unanswered: bool,
) -> None:
    session = session_of(ctx)
    found = session.client.workflows.reviews.list(
        app_id(session.client, session, app),
        territory=flattened(territory) or UNSET,
        rating=flattened(rating) or UNSET,
        unanswered=unanswered,
    )
    Output(session).values(found)


@click.pass_context
def _summary(ctx: click.Context, /, *, app: str | None) -> None:
    session = session_of(ctx)
    found = app_id(session.client, session, app)
    Output(session).value(session.client.workflows.reviews.summary(found))


@click.pass_context
def _reply(ctx: click.Context, /, *, review: str, text: str) -> None:
    session = session_of(ctx)
    with working(session, f"reply to {review}") as client:
        Output(session).value(client.workflows.reviews.reply(review, text))


@click.pass_context
def _withdraw(ctx: click.Context, /, *, review: str) -> None:
    session = session_of(ctx)
    with working(session, f"withdraw the answer to {review}", destroys=True) as client:
        client.workflows.reviews.withdraw(review)


reviews = click.Group(
    "reviews",
    help="What customers wrote, and answers to it.",
    commands=[
        Command(
            "list",
            _list,
            params=[
                app_option(),
                Option(
                    ["--rating"],
                    multiple=True,
                    type=Several(click.IntRange(1, 5)),
                    metavar="1-5,...",
                    help="With so many stars.",
                ),
                Option(
                    ["--territory"],
                    multiple=True,
                    type=Several(click.STRING),
                    metavar="CODE,...",
                    help="From there, such as USA.",
                ),
                Option(["--unanswered"], is_flag=True, help="Those without an answer."),
            ],
            help="List reviews, the newest first.",
        ),
        Command(
            "summary",
            _summary,
            params=[app_option()],
            help="Count the written reviews, which is not the store's rating.",
        ),
        Command(
            "reply",
            _reply,
            writes=True,
            params=[click.Argument(["review"], metavar="ID"), click.Argument(["text"])],
            help="Answer a review, or replace the answer.",
        ),
        Command(
            "withdraw",
            _withdraw,
            writes=True,
            shows=False,
            params=[click.Argument(["review"], metavar="ID")],
            help="Delete the answer to a review.",
        ),
    ],
)
