"""``hoso form``: options here, what they do in ``workers.commands.forms``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers.console import console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]

form = typer.Typer(
    name="form",
    help="Forms: kinds of papers as data (docs/forms.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.add_typer(form)


@form.command("list")
def list_forms(json: Json = False) -> None:
    """All forms in use, the office's own first; exit 1 when a file of theirs gives none."""
    from workers.commands import forms

    with console(json) as out:
        forms.list_forms(out)


@form.command()
def show(name: Annotated[str, typer.Argument(help="Name of a form.")], json: Json = False) -> None:
    """One form: how it is told, what it requires, its own fields."""
    from workers.commands import forms

    with console(json) as out:
        forms.show(out, name)


@form.command("try")
def try_form(
    file: Annotated[Path, typer.Argument(help="A form's file, or the name of one in use.")],
    papers: Annotated[list[Path] | None, typer.Argument(help="Papers to try it on.")] = None,
    snippets: Annotated[Path | None, typer.Option(help="Folder for pictures of what was found.")] = None,
    json: Json = False,
) -> None:
    """Check a form's file; with papers, read them and show every field, or why it was not found."""
    from workers.commands import forms

    with console(json) as out:
        forms.try_form(out, file, papers or [], snippets)
