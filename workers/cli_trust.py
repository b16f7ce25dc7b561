"""``hoso trust``: options here, what they do in ``workers.commands.trusting``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workers.console import console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]
Who = Annotated[str, typer.Option("--as", help="Who does it; goes into the history.")]
Why = Annotated[str, typer.Option("--why", help="Why, with the decision's number.")]
Named = Annotated[str, typer.Argument(help="The certificate's name, or 8 digits or more of its SHA-256.")]
Since = Annotated[str | None, typer.Option(help="First day (2026-01-01) or time with its zone.")]
Until = Annotated[str | None, typer.Option(help="First day on which it does not hold any more.")]
Source = Annotated[str, typer.Option(help="Where this is known from: decision, address, who handed it over.")]

trust = typer.Typer(
    name="trust",
    help="Whom this installation trusts. Every change is a new version; old versions stay.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
agency = typer.Typer(
    name="agency", help="Agencies and what they may seal.", no_args_is_help=True, rich_markup_mode=None
)
trust.add_typer(agency)


class Kind(StrEnum):
    """Whose root it is."""

    CONG_VU = "cong-vu"
    PUBLIC = "public"
    TEST = "test"


class For(StrEnum):
    """What a root vouches for."""

    SIGN = "sign"
    TIMESTAMP = "timestamp"


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.add_typer(trust)


@trust.command("list")
def show(
    at: Annotated[str | None, typer.Option("--at", help="The version that was in force then.")] = None,
    json: Json = False,
) -> None:
    """The version in force: roots with their terms, agencies."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.show(out, at)


@trust.command("history")
def log(json: Json = False) -> None:
    """Every version: when, by whom, what, why."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.log(out)


@trust.command()
def add(
    file: Annotated[Path, typer.Argument(help="One certificate, PEM or DER.")],
    kind: Annotated[Kind, typer.Option(help="Whose root: of công vụ, of public authorities, for tests.")],
    who: Who,
    name: Annotated[str, typer.Option(help="What to call it; without: the certificate's name.")] = "",
    purposes: Annotated[
        list[For] | None, typer.Option("--for", help="What it vouches for; may repeat; without: both.")
    ] = None,
    since: Since = None,
    until: Until = None,
    source: Source = "",
    note: Annotated[str, typer.Option(help="Anything else to know.")] = "",
    why: Why = "",
    json: Json = False,
) -> None:
    """Trust a root (again: with these terms), or keep an intermediate certificate."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.add(
            out, file, kind.value, name, [one.value for one in purposes or []], since, until, source, note, who, why
        )  # fmt: skip


@trust.command()
def distrust(
    named: Named,
    who: Who,
    why: Why,
    at: Annotated[str | None, typer.Option("--at", help="Since when; without: now.")] = None,
    json: Json = False,
) -> None:
    """Trust is broken (a stolen key): only what is proven to be older counts."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.distrust(out, named, at, who, why)


@trust.command()
def end(
    named: Named,
    at: Annotated[str, typer.Option("--at", help="First day on which it does not hold any more.")],
    who: Who,
    why: Why = "",
    json: Json = False,
) -> None:
    """Trust ends in order: what was signed or stamped before counts for ever."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.end(out, named, at, who, why)


@trust.command()
def remove(named: Named, who: Who, why: Why, json: Json = False) -> None:
    """Take a certificate out: nothing rests on it any more, old signatures neither."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.remove(out, named, who, why)


@agency.command("list")
def list_agencies(json: Json = False) -> None:
    """The version in force, with all agencies."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.show(out, None)


@agency.command("add")
def list_agency(
    code: Annotated[str, typer.Argument(help="Agency code (QĐ 20/2020), such as H40.115.")],
    name: Annotated[str, typer.Option(help="The name on its certificates.")],
    who: Who,
    certificates: Annotated[
        list[Path] | None,
        typer.Option("--certificate", help="A certificate of the agency, PEM or DER; may repeat."),
    ] = None,
    identifiers: Annotated[
        list[str] | None, typer.Option("--identifier", help="Its number in the subject; with --anchor.")
    ] = None,
    anchor: Annotated[
        str, typer.Option(help="Under this root its certificates are known by number, or else by name.")
    ] = "",
    place: Annotated[str, typer.Option(help="Locality or province on them, to tell namesakes apart.")] = "",
    forms: Annotated[
        list[str] | None, typer.Option("--form", help="A form it may seal; may repeat; without: all.")
    ] = None,
    since: Since = None,
    until: Until = None,
    source: Source = "",
    why: Why = "",
    json: Json = False,
) -> None:
    """Put an agency on the list, or change its entry: how its certificates are told, what it may seal, when."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.list_agency(
            out, code, name, place, certificates or [], identifiers or [], anchor, forms or [], since, until,
            source, who, why,
        )  # fmt: skip


@agency.command("remove")
def unlist_agency(
    code: Annotated[str, typer.Argument(help="Agency code.")], who: Who, why: Why = "", json: Json = False
) -> None:
    """Take an agency off the list."""
    from workers.commands import trusting

    with console(json) as out:
        trusting.unlist_agency(out, code, who, why)
