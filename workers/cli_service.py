"""Commands of the service on several machines: options here, what they do in ``workers.commands``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers.console import console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]

store = typer.Typer(name="store", help="The store of holdings.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.command()(dispatch)
    app.command()(worker)
    app.command()(backup)
    app.command()(restore)
    app.add_typer(store)


def dispatch(json: Json = False) -> None:
    """Offer due steps to the broker until SIGTERM. Two at once are safe."""
    from workers.commands import serving

    with console(json) as out:
        serving.dispatch(out)


def worker(
    queue: Annotated[
        list[str] | None, typer.Option("--queue", help="reading, sealing, housekeeping; may repeat; all.")
    ] = None,
) -> None:
    """Run steps that come through the broker until SIGTERM. Any number, on any machine."""
    from workers.commands import serving

    with console(as_json=False) as out:
        serving.worker(out, queue or [])


def backup(
    folder: Annotated[Path, typer.Argument(help="Where backups are; an earlier one is added to.")],
    json: Json = False,
) -> None:
    """Take a snapshot of the database and bring the objects it names. Running services go on."""
    from workers.commands import keeping

    with console(json) as out:
        keeping.back_up(out, folder)


def restore(
    folder: Annotated[Path, typer.Argument(help="Where backups are.")],
    snapshot: Annotated[str | None, typer.Option(help="Name of a snapshot; without: the latest.")] = None,
    json: Json = False,
) -> None:
    """Bring a snapshot back into an empty installation, SQLite or PostgreSQL, folder or S3."""
    from workers.commands import keeping

    with console(json) as out:
        keeping.restore(out, folder, snapshot)


@store.command()
def check(json: Json = False) -> None:
    """Try to delete and shorten a locked object. Exit 0: the store locks; 1: it does not."""
    from workers.commands import stores

    with console(json) as out:
        stores.check(out)
