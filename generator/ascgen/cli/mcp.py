"""`ascgen mcp`: the agent server."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(mcp)


def mcp(
    *,
    http: Annotated[
        bool, typer.Option("--http", help="Serve HTTP to this machine, instead of stdio.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port, with --http.")] = 8765,
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Let plans be applied; else it only reads.")
    ] = False,
    allow_deletes: Annotated[
        bool, typer.Option("--allow-deletes", help="Let plans delete and remove, too.")
    ] = False,
    scoped_reads: Annotated[
        bool, typer.Option("--scoped-reads", help="Sign each read with a token for it alone.")
    ] = False,
    simulator: Annotated[
        bool, typer.Option("--simulator", help="Work on a demo account of the simulator.")
    ] = False,
    package: Annotated[
        str, typer.Option("--for", metavar="PACKAGE", help="The client that is used.")
    ] = "app_store_connect",
) -> None:
    """Serve language models: search, describe, read, plan, apply.

    It is read-only unless it is told otherwise, and writes nothing that was not planned. The key
    is the client's, from the environment; no model sees it.
    """
    import contextlib
    import secrets
    import sys
    import time
    from importlib import import_module
    from importlib.metadata import version

    from ascgen.errors import AscgenError, UsageError
    from ascgen.installed import installed_api

    if allow_deletes and not allow_writes:
        raise UsageError("--allow-deletes allows nothing alone", hint="add --allow-writes")
    try:
        from ascgen.mcp.server import LOOPBACK, build_server, serve_http, serve_stdio
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the agent server needs {error.name}", hint="pip install 'ascgen[mcp]'"
        ) from None
    from ascgen.mcp.account import Account
    from ascgen.mcp.toolbox import Toolbox

    # What a library prints goes nowhere near the protocol.
    with contextlib.redirect_stdout(sys.stderr):
        api = installed_api(package)
        if simulator:
            room = import_module(f"{package}.simulator")
            account = Account.simulated(room.Simulator("demo"), scoped=scoped_reads)
        else:
            try:
                account = Account.from_env(package, scoped=scoped_reads)
            except import_module(package).AppStoreConnectError as error:
                raise AscgenError(str(error), hint="or try it with --simulator") from None
        toolbox = Toolbox(
            api,
            account,
            clock=time.monotonic,
            draw=lambda: secrets.token_urlsafe(12),
            writes=allow_writes,
            deletes=allow_deletes,
        )
        server = build_server(toolbox, api, frozenset(account.jobs()), version("ascgen"))
    if http:
        typer.echo(f"http://{LOOPBACK}:{port}/mcp", err=True)
        serve_http(server, port)
    else:
        serve_stdio(server)
