"""The console script ``hoso``: options here, what they do in ``workers.commands`` (loaded when called)."""

from __future__ import annotations

import json as jsons
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workers import cli_api, cli_copies, cli_forms, cli_keys, cli_service, cli_trust
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
    EXTRACT = "extract"


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


@app.command()
def capture(
    paths: Annotated[list[Path], typer.Argument(help="Scans, one paper a file; folders, ZIPs.")],
    officer: Annotated[str, typer.Option(help="Name of the officer who captures and signs in person.")],
    originals: Annotated[
        int | None, typer.Option(min=1, help="How many papers there are; nothing is taken in unless all are.")
    ] = None,
    form: Annotated[str, typer.Option(help="Form code for all, when it is known beforehand.")] = "",
    cover: Annotated[str, typer.Option(help="Text of the batch's cover.")] = "",
    agency: Agency = None,
    json: Json = False,
) -> None:
    """Capture papers at the counter: the officer's mark and signature before reading (TT 01/2023), then take in."""
    from workers.commands import capturing

    with console(json) as out:
        capturing.capture(out, paths, officer, originals, form, cover, agency)


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
    basis: Annotated[
        Basis, typer.Option(help="From the register, certified against the paper original, or an extract.")
    ],
    recipient: Annotated[str, typer.Option("--for", help="Who the copy is for.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")],
    file: Annotated[Path | None, typer.Option("--out", help="Where to write the copy.")] = None,
    certifier_title: Annotated[
        str, typer.Option(help="Of a paper original that was presented and compared: the certifier's office.")
    ] = "",
    wanted_anyway: Annotated[
        str, typer.Option(help="Why the paper is certified although the record is kept here.")
    ] = "",
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--show",
            help="Extract: what it shows: page, or page:x0,y0,x1,y1 (shares, or points with pt); may repeat.",
        ),
    ] = None,
    hide: Annotated[list[str] | None, typer.Option("--hide", help="Extract: what is hidden of that.")] = None,
    who: Who = "hoso copy",
    json: Json = False,
) -> None:
    """Issue a certified electronic copy, or an extract of chosen parts: number, verification code, file."""
    from workers.commands import copying

    with console(json) as out:
        copying.copy(
            out, document, basis.value, recipient, purpose, file, who, certifier_title, wanted_anyway, show or (),
            hide or (),
        )  # fmt: skip


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="Any PDF, ours or not.")] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--qr", help="Picture or scan of a copy on paper: its statement is checked, also without network."
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="With --qr: published keys (JSON); else this installation's."),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Judge also at this day (2031-01-01) or time with its zone.")
    ] = None,
    signature: Annotated[
        str | None, typer.Option("--as-signed", help="Write the file as it was when this field was signed.")
    ] = None,
    target: Annotated[Path | None, typer.Option("--out", "-o", help="Where; with --as-signed.")] = None,
    json: Json = False,
) -> None:
    """Verdict VALID (exit 0), INVALID or INDETERMINATE (exit 1), with every check and its reason."""
    from workers.commands import checking, stating

    with console(json) as out:
        if picture is not None:
            stating.verify(out, picture, keys, file)
        else:
            checking.verify(out, file, at, signature, target)


@app.command("statement-keys")
def statement_keys(
    target: Annotated[
        Path | None, typer.Option("--out", help="Where to write the file of published keys.")
    ] = None,
    revoke: Annotated[
        str | None, typer.Option(help="Id of a key that is not to be believed any more.")
    ] = None,
    install: Annotated[
        Path | None,
        typer.Option(help="PEM with a P-256 key, its certificate and those above: take it into use."),
    ] = None,
    agency: Agency = None,
    json: Json = False,
) -> None:
    """The keys of offline statements on copies: show or write what is published, install one, revoke one."""
    from workers.commands import stating

    with console(json) as out:
        stating.keys(out, target, revoke, install, agency)


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
cli_copies.register(app)
cli_api.register(app)
cli_trust.register(app)
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
