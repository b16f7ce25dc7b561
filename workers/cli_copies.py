"""``hoso request``, ``hoso register``, ``hoso replace``: options here, what they do in ``workers.commands``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers.console import console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]
Who = Annotated[str, typer.Option("--as", help="Who does it; goes into the history.")]
Copy = Annotated[str, typer.Argument(help="Id of the request, which is that of the copy.")]

request = typer.Typer(
    name="request", help="Requests for copies at the counter.", no_args_is_help=True, rich_markup_mode=None
)
registers = typer.Typer(
    name="register",
    help="Registers: print a month, open a volume.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.add_typer(request)
    app.add_typer(registers)
    app.command()(replace)


@request.command()
def add(
    document: Annotated[str, typer.Argument(help="Document id of a held record.")],
    basis: Annotated[str, typer.Option(help="register, or original (certified against the paper original).")],
    recipient: Annotated[str, typer.Option("--for", help="Who the copy is for.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")],
    requester: Annotated[str, typer.Option(help="Name of who asks.")],
    who: Who,
    capacity: Annotated[str, typer.Option(help="holder, representative, heir or bearer.")] = "holder",
    identity: Annotated[str, typer.Option(help="Kind and number of the requester's identity paper.")] = "",
    power: Annotated[str, typer.Option(help="A representative's power of attorney or decision.")] = "",
    relation: Annotated[str, typer.Option(help="An heir's: parent, child, spouse, sibling, other.")] = "",
    relation_proof: Annotated[str, typer.Option(help="Paper that proves the relation.")] = "",
    death_proof: Annotated[str, typer.Option(help="Paper that proves the holder's death.")] = "",
    copies: Annotated[int, typer.Option(min=1, help="How many, under one number.")] = 1,
    valid_until: Annotated[str, typer.Option(help="Last day of the copy, 2026-12-31.")] = "",
    most_uses: Annotated[int, typer.Option("--uses", min=0, help="Uses at most; 0: without limit.")] = 0,
    only_recipient: Annotated[
        bool, typer.Option("--only-recipient", help="Good for the recipient only.")
    ] = False,
    only_purpose: Annotated[bool, typer.Option("--only-purpose", help="Good for the purpose only.")] = False,
    organisation: Annotated[bool, typer.Option("--organisation", help="The recipient is no person.")] = False,
    wanted_anyway: Annotated[
        str, typer.Option(help="Why the paper is certified though the record is here.")
    ] = "",
    json: Json = False,
) -> None:
    """Take a request in: deadline, fee, appointment slip. From the register it is granted or refused at once."""
    from workers.commands import requesting

    told = {
        "capacity": capacity, "name": requester, "identity": identity, "power": power, "relation": relation,
        "relation_proof": relation_proof, "death_proof": death_proof,
    }  # fmt: skip
    limits = {
        "valid_until": valid_until, "most_uses": most_uses, "only_recipient": only_recipient,
        "only_purpose": only_purpose, "organisation": organisation,
    }  # fmt: skip
    with console(json) as out:
        requesting.add(out, document, basis, recipient, purpose, told, copies, limits, wanted_anyway, who)


@request.command("list")
def list_due(json: Json = False) -> None:
    """Open requests by deadline, what is overdue first."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.list_due(out)


@request.command()
def grant(
    copy: Copy,
    certifier: Annotated[str, typer.Option(help="Name of who certifies.")],
    title: Annotated[str, typer.Option(help="The office they hold.")],
    who: Who,
    presented: Annotated[
        str, typer.Option(help="Day the paper original lay here, 2026-11-27; empty: it did not.")
    ] = "",
    file: Annotated[Path | None, typer.Option("--out", help="Where to write the copy.")] = None,
    json: Json = False,
) -> None:
    """The paper original was compared: number, code, file."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.grant(out, copy, presented, certifier, title, file, who)


@request.command()
def refuse(
    copy: Copy,
    who: Who,
    ground: Annotated[
        list[str] | None, typer.Option("--ground", help="Code of the closed list (docs/api.md); may repeat.")
    ] = None,
    note: Annotated[str, typer.Option(help="What else the requester should know; of an extract: why.")] = "",
    json: Json = False,
) -> None:
    """Refuse certification on grounds of the law, or an extract in words."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.refuse(out, copy, ground or (), note, who)


@request.command()
def void(
    copy: Copy,
    reason: Annotated[str, typer.Option(help="Why; it stands in the register beside the void number.")],
    who: Who,
    json: Json = False,
) -> None:
    """A granted copy is not made any more (its key is lost, nobody waits for it): its number is void."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.void(out, copy, reason, who)


@request.command()
def extend(
    copy: Copy,
    who: Who,
    days: Annotated[int, typer.Option(min=0, help="Working days more.")] = 0,
    until: Annotated[str, typer.Option(help="A day agreed in writing, 2026-12-04.")] = "",
    agreement: Annotated[str, typer.Option(help="Reference of the written agreement.")] = "",
    json: Json = False,
) -> None:
    """Put the deadline off."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.extend(out, copy, days, until, agreement, who)


@request.command()
def revoke(
    copy: Copy, reason: Annotated[str, typer.Option(help="Why.")], who: Who, json: Json = False
) -> None:
    """Take an issued copy's force away; verification says so."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.fall(out, copy, None, reason, who)


@request.command("no-entry")
def no_entry(
    requester: Annotated[str, typer.Option(help="Name of who asks.")],
    about: Annotated[str, typer.Option(help="The paper that no register has.")],
    who: Who,
    agency: Annotated[
        str | None, typer.Option("--agency", help="Agency code, when there are several.")
    ] = None,
    holder: Annotated[
        str | None, typer.Option("--holder", help="The requester's personal number or tax code: they see it.")
    ] = None,
    json: Json = False,
) -> None:
    """No register has it: the written answer."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.no_entry(out, agency, requester, about, who, holder)


@registers.command("print")
def print_month(
    agency: Annotated[str, typer.Argument(help="Agency code.")],
    kind: Annotated[str, typer.Argument(help="copies-register, copies-original or copies-own (extracts).")],
    month: Annotated[str, typer.Option(help="Such as 2026-11.")],
    file: Annotated[Path, typer.Option("--out", "-o", help="The PDF to write.")],
    json: Json = False,
) -> None:
    """One month of a register as a PDF to print and bind."""
    from workers.commands import booking

    with console(json) as out:
        booking.print_month(out, agency, kind, month, file)


@registers.command()
def volume(
    agency: Annotated[str, typer.Argument(help="Agency code.")],
    kind: Annotated[str, typer.Argument(help="copies-register or copies-original.")],
    who: Who,
    json: Json = False,
) -> None:
    """The open volume is full: close it and open the next."""
    from workers.commands import booking

    with console(json) as out:
        booking.open_volume(out, agency, kind, who)


def replace(
    what: Annotated[str, typer.Argument(help="Document id of a held record, or id of an issued copy.")],
    by: Annotated[str, typer.Option("--with", help="What takes its place: of the same kind.")],
    reason: Annotated[str, typer.Option(help="Why, with the decision's number.")],
    who: Who,
    json: Json = False,
) -> None:
    """A record or copy loses its place to another; it stays kept, verification says so."""
    from workers.commands import requesting

    with console(json) as out:
        requesting.fall(out, what, by, reason, who)
