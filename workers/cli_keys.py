"""Commands about keys: options here, what they do in ``workers.commands.keys``."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.console import console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]
Code = Annotated[str, typer.Argument(help="Agency code.")]
Officer = Annotated[str, typer.Option(help="Name of an officer of the agency: their personal key instead.")]

key = typer.Typer(
    name="key", help="What agencies seal and officers sign with.", no_args_is_help=True, rich_markup_mode=None
)
revocation = typer.Typer(
    name="revocation", help="The cache of revocation data.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.add_typer(key)
    app.add_typer(revocation)


@key.command("list")
def list_keys(json: Json = False) -> None:
    """Keys of agencies and officers: kind, certificate, days left. None is opened. Exit 1: one could not sign."""
    from workers.commands import keys

    with console(json) as out:
        keys.list_all(out)


@key.command()
def show(agency: Code, officer: Officer = "", json: Json = False) -> None:
    """One agency's key, or an officer's, not opened."""
    from workers.commands import keys

    with console(json) as out:
        keys.show(out, agency, officer)


@key.command()
def check(agency: Code, officer: Officer = "", json: Json = False) -> None:
    """Open the key and have it sign once. Exit 0: it can now; 1: it cannot, and why."""
    from workers.commands import keys

    with console(json) as out:
        keys.check(out, agency, officer)


@revocation.command()
def refresh(json: Json = False) -> None:
    """Fetch lists and OCSP answers about seals and timestamp authorities. Exit 1: a source failed."""
    from workers.commands import keys

    with console(json) as out:
        keys.refresh(out)


@revocation.command("show")
def show_cache(json: Json = False) -> None:
    """What is in the cache and until when it holds. Exit 1: something has run out or cannot be read."""
    from workers.commands import keys

    with console(json) as out:
        keys.show_cache(out)
