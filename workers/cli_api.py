"""Commands of the HTTP API: options here, what they do in ``workers.commands``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers.console import console

account = typer.Typer(
    name="account", help="People who may call the API.", no_args_is_help=True, rich_markup_mode=None
)
procedures = typer.Typer(
    name="procedures",
    help="Procedures and the papers they require.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.command()(serve)
    app.add_typer(account)
    app.add_typer(procedures)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0: any free one, told on standard error.")
    ] = 8000,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="That many take requests; the first also does the work.")
    ] = 1,
    inherited_socket: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve the HTTP API at /api/v1 and, without a broker, do the work. Until Ctrl-C or SIGTERM."""
    from workers.commands import answering

    with console(as_json=False) as out:
        answering.serve(out, host, port, processes, inherited_socket)


@account.command()
def add(
    login: Annotated[str, typer.Argument(help="Name to sign in with.")],
    name: Annotated[str, typer.Option(help="The person's name; goes into the history.")],
    agency: Annotated[str | None, typer.Option(help="Agency code, when there are several.")] = None,
    roles: Annotated[
        list[str] | None, typer.Option("--role", help="May repeat; without any: administrator.")
    ] = None,
    personal_id: Annotated[
        str | None, typer.Option("--holder-id", help="A holder's 12-digit personal ID.")
    ] = None,
    tax_code: Annotated[str | None, typer.Option("--holder-tax-code", help="A holder's tax code.")] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password; otherwise asked for or read from a pipe.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")] = False,
) -> None:
    """Open an account: the first administrator of an agency, other staff, or a holder."""
    from workers.commands import accounts

    with console(json) as out:
        accounts.add(out, login, name, agency, roles or [], personal_id, tax_code, password_file)


@account.command()
def reset(
    login: Annotated[str, typer.Argument(help="Name to sign in with.")],
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password; otherwise asked for or read from a pipe.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")] = False,
) -> None:
    """Open a locked, shut or forgotten account with a new password; its sessions end."""
    from workers.commands import accounts

    with console(json) as out:
        accounts.reset(out, login, password_file)


@procedures.command("import")
def import_procedures(
    file: Annotated[
        Path | None, typer.Argument(help="CSV or JSON; without: the catalogue that hoso starts with.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")] = False,
) -> None:
    """Take procedures with their required papers in, all of the file or nothing. Again changes nothing."""
    from workers.commands import listing

    with console(json) as out:
        listing.import_procedures(out, file)
