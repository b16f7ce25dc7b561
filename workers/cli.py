"""The console script ``hoso``: options here, what they do in ``workers.commands`` (loaded when called)."""

from __future__ import annotations

import json as jsons
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workers import cli_api, cli_forms, cli_keys, cli_service
from workers.console import FAILED, console

app = typer.Typer(
    name="hoso",
    help="Hồ sơ giấy thành hồ sơ điện tử có ký số. Paper results become sealed electronic records.\n\n"
    "Exit codes: 0 done, 1 done but something was refused or parked, 2 could not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]
Agency = Annotated[str | None, typer.Option("--agency", help="Agency code, when there are several.")]
List = Annotated[
    Path | None,
    typer.Option("--list", help="The office's own list of these papers (CSV, XLSX): gives numbers and days."),
]
Who = Annotated[str, typer.Option("--as", help="Who does it; goes into the history.")]


class Basis(StrEnum):
    """The legal act a copy comes from."""

    REGISTER = "register"
    ORIGINAL = "original"


@app.command()
def init(
    agency: Annotated[str | None, typer.Option(help="Agency code (QĐ 20/2020), such as H40.115.")] = None,
    name: Annotated[str | None, typer.Option(help="The agency's full name.")] = None,
    json: Json = False,
) -> None:
    """Make the archive in HOSO_HOME: database, store, TEST keys; open an agency with its registers and seal."""
    from workers.commands import opening

    with console(json) as out:
        opening.init(out, agency, name)


@app.command()
def receive(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, folders, ZIPs; cut into documents at separator sheets.")
    ],
    form: Annotated[str, typer.Option(help="Form code for all, when it is known beforehand.")] = "",
    cover: Annotated[str, typer.Option(help="Text of the batch's cover.")] = "",
    listed: List = None,
    agency: Agency = None,
    who: Who = "hoso receive",
    json: Json = False,
) -> None:
    """Take files in; each is accepted with a document id or refused with a reason."""
    from workers.commands import intake

    with console(json) as out:
        intake.receive(out, paths, form, cover, agency, who, listed)


@app.command("list")
def list_papers(
    batch: Annotated[str, typer.Argument(help="Batch id.")],
    file: Annotated[
        Path | None, typer.Argument(help="The list (CSV, XLSX); without it: how the batch stands.")
    ] = None,
    who: Who = "hoso list",
    json: Json = False,
) -> None:
    """The office's own list of a batch's papers: load it; papers missing, papers without a line, what to choose."""
    from workers.commands import lists

    with console(json) as out:
        lists.show_or_load(out, batch, file, who)


@app.command()
def separators(
    target: Annotated[Path, typer.Option("--out", help="The PDF to write.")],
    dossier: Annotated[
        list[str] | None, typer.Option("--dossier", help="A cover sheet with this dossier code; may repeat.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(help="How many separator sheets; 10 when no dossier is named.")
    ] = None,
    json: Json = False,
) -> None:
    """Print sheets to lay between papers: scanned with them, a pile becomes documents again."""
    from workers.commands import separating

    with console(json) as out:
        separating.separators(out, target, dossier or [], count)


@app.command()
def work(
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop when nothing is left to do.")
    ] = False,
    json: Json = False,
) -> None:
    """Run due steps in this process with a pool of children. Without --until-idle: until Ctrl-C."""
    from workers.commands import working

    with console(json) as out:
        working.work(out, until_idle)


@app.command()
def status(json: Json = False) -> None:
    """All documents, what is parked, what was refused."""
    from workers.commands import looking

    with console(json) as out:
        looking.status(out)


@app.command()
def show(document: Annotated[str, typer.Argument(help="Document id.")], json: Json = False) -> None:
    """One document: state, values with their places, pages, copies, history."""
    from workers.commands import looking

    with console(json) as out:
        looking.show(out, document)


@app.command()
def review(
    document: Annotated[str | None, typer.Argument(help="Document id.")] = None,
    approve: Annotated[bool, typer.Option("--approve", help="Picture and values are right.")] = False,
    send_back: Annotated[bool, typer.Option("--return", help="Not usable; to be scanned again.")] = False,
    approve_all: Annotated[bool, typer.Option("--approve-all", help="Approve all that were read.")] = False,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="With --approve-all: least confidence.")
    ] = 0.9,
    with_warnings: Annotated[
        bool, typer.Option("--with-warnings", help="With --approve-all: also those of which checks warn.")
    ] = False,
    split: Annotated[
        int | None, typer.Option("--split", min=2, help="Pages from this one on are another document.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="field=value; several lines for lists; may repeat.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is returned.")] = "",
    who: Annotated[str, typer.Option("--as", help="Who reviews; goes into the history.")] = "",
    json: Json = False,
) -> None:
    """A person approves or returns what was read, with corrections, or splits two documents that came as one."""
    from workers.commands import reviewing

    with console(json) as out:
        reviewing.review(
            out,
            document,
            approve,
            send_back,
            approve_all,
            split,
            min_confidence,
            with_warnings,
            changes or [],
            reason,
            who,
        )


@app.command()
def retry(
    document: Annotated[str, typer.Argument(help="Document id.")], who: Who, json: Json = False
) -> None:
    """Try a document's parked steps again."""
    from workers.commands import reviewing

    with console(json) as out:
        reviewing.retry(out, document, who)


@app.command()
def revoke(
    document: Annotated[str, typer.Argument(help="Document id of a held record.")],
    reason: Annotated[str, typer.Option(help="Why, with the decision's number.")],
    who: Who,
    json: Json = False,
) -> None:
    """Take a held record's force away; it stays kept, verification says so, no copies are made."""
    from workers.commands import reviewing

    with console(json) as out:
        reviewing.revoke(out, document, reason, who)


@app.command()
def copy(
    document: Annotated[str, typer.Argument(help="Document id of a held record.")],
    basis: Annotated[Basis, typer.Option(help="From the register, or certified against the paper original.")],
    recipient: Annotated[str, typer.Option("--for", help="Who the copy is for.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")],
    file: Annotated[Path | None, typer.Option("--out", help="Where to write the copy.")] = None,
    who: Who = "hoso copy",
    json: Json = False,
) -> None:
    """Issue a certified electronic copy: number, verification code, file."""
    from workers.commands import copying

    with console(json) as out:
        copying.copy(out, document, basis.value, recipient, purpose, file, who)


@app.command()
def verify(file: Annotated[Path, typer.Argument(help="Any PDF, ours or not.")], json: Json = False) -> None:
    """Verdict VALID (exit 0), INVALID or INDETERMINATE (exit 1), with every check and its reason."""
    from workers.commands import checking

    with console(json) as out:
        checking.verify(out, file)


@app.command()
def read(files: Annotated[list[Path], typer.Argument(help="Images or PDFs.")], json: Json = False) -> None:
    """Read files without storing anything: pages, words with boxes, fields."""
    from workers.commands import reading

    with console(json) as out:
        reading.read(out, files)


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="Folder, file or ZIP of papers.")],
    target: Annotated[Path, typer.Option("--out", help="Folder for sealed records, copies and reports.")],
    approve_as: Annotated[
        str | None,
        typer.Option(help="Approve in this person's name all that was read; without it, stop for review."),
    ] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Least confidence to approve.")] = 0.0,
    with_warnings: Annotated[
        bool, typer.Option("--with-warnings", help="With --approve-as: also those of which checks warn.")
    ] = False,
    listed: List = None,
    agency: Agency = None,
    json: Json = False,
) -> None:
    """The whole way: receive, work, review, hold, one copy of each record. Again does nothing twice."""
    from workers.commands import running

    with console(json) as out:
        running.run(out, folder, target, approve_as, min_confidence, with_warnings, agency, listed)


@app.command()
def audit(json: Json = False) -> None:
    """Prove the history's chain, the registers and every kept byte; say where they break."""
    from workers.commands import checking

    with console(json) as out:
        checking.audit(out)


cli_service.register(app)
cli_forms.register(app)
cli_api.register(app)
cli_keys.register(app)


def main() -> None:
    """Entry of the console script: SIGTERM ends a command as Ctrl-C does, wrong usage is told in JSON if asked for."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        sys.exit(FAILED)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        if "--json" in sys.argv:
            usage = str(error.format_message())
            told = {"code": "USAGE", "vi": f"Lệnh gọi sai: {usage}", "en": f"Wrong usage: {usage}"}
            print(jsons.dumps({"error": told}, ensure_ascii=False))
        error.show()  # type: ignore[attr-defined]
        sys.exit(FAILED)
    sys.exit(code)
