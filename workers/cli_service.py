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
    app.command()(learn)
    app.command()(renew)
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


def learn(
    agency: Annotated[
        str | None, typer.Option("--agency", help="Agency code, when there are several.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="All versions, and which is in use.")] = False,
    shown: Annotated[int | None, typer.Option("--show", help="What that version holds.")] = None,
    used: Annotated[int | None, typer.Option("--use", help="Read with that version from now on.")] = None,
    revert: Annotated[bool, typer.Option("--revert", help="Go back to the version before.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Read without any lesson from now on.")] = False,
    who: Annotated[str, typer.Option("--as", help="Who does it; goes into the history.")] = "hoso learn",
    json: Json = False,
) -> None:
    """Learn from what people corrected and approved. What is approved or read already never changes."""
    from workers.commands import learning

    with console(json) as out:
        learning.run(out, agency, who, listed, shown, used, revert, off)


def renew(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what is due, when and why; nothing changes.")
    ] = False,
    json: Json = False,
) -> None:
    """Renew the evidence of what ends within HOSO_RENEW_DAYS. Exit 1: something is lost, damaged or has to wait."""
    from workers.commands import renewing

    with console(json) as out:
        renewing.renew(out, dry_run)


@store.command()
def check(json: Json = False) -> None:
    """Try to delete and shorten a locked object. Exit 0: the store locks; 1: it does not."""
    from workers.commands import stores

    with console(json) as out:
        stores.check(out)
