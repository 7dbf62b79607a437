"""Commands for staff."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from bot.casework import absences, handover, staff, staffing, teams
from bot.casework.local_time import instant, wall_time, zone_named
from bot.cli import totp
from bot.cli.opening import database, opened
from bot.cli.reporting import report
from bot.delivery.office import Office, real_clock
from bot.store.tx import Tx

app = typer.Typer(no_args_is_help=True, help="Staff: add, list, absence, back, role, remove, totp.")
Who = Annotated[str, typer.Argument(help="the id of a member of staff")]
BY = "command"
T = TypeVar("T")


@app.callback()
def _group() -> None:
    """Staff."""


app.command("totp")(totp.enrol)


@app.command("add")
def add(
    name: str,
    role: Annotated[str, typer.Option(help="caseworker, supervisor, coordinator or auditor")],
    email: Annotated[str, typer.Option()],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="read it from standard input")],
    phone: Annotated[str | None, typer.Option(help="with its country code; alerts go there")] = None,
    telegram_chat: Annotated[str | None, typer.Option(help="chat id; alerts go there")] = None,
    team: Annotated[str, typer.Option()] = "default",
    agency: Annotated[str, typer.Option()] = "default",
) -> None:
    """Add a member of staff and print their id."""
    if not password_stdin:
        raise typer.BadParameter("give the password on standard input", param_hint="--password-stdin")
    password = sys.stdin.readline().rstrip("\n")
    new = staff.NewStaff(name, role, email, password, phone, telegram_chat, team, agency)
    now = real_clock()

    def take(tx: Tx, office: Office) -> str:
        added = staff.add(tx, now, new)
        handover.mend(tx, now, BY, programme=office.programme)
        return added

    typer.echo(_done(take))


@app.command("list")
def list_staff(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List who works here: id, role, team, how they can be reached. Nothing personal is shown."""
    with database() as db:
        report(db.read_now(lambda tx: teams.everyone(tx, real_clock())), as_json, none="nobody works here")


@app.command("absence")
def absence(
    who: Who,
    start: Annotated[str, typer.Option("--from", help="local time, 2026-11-24T20:00; now if not given")] = "",
    end: Annotated[str, typer.Option("--to", help="local time; open if not given")] = "",
    zone: Annotated[str, typer.Option(help="the zone of the hours, as Europe/Tirane")] = "UTC",
    stand_in: Annotated[str | None, typer.Option(help="the id of who stands in")] = None,
) -> None:
    """Plan an absence and print its id. What the member holds is handed over when it begins, and back."""
    now, hours = real_clock(), zone_named(zone)
    starts = instant(wall_time(start), hours) if start else now
    ends = instant(wall_time(end), hours, ends=True) if end else None
    typer.echo(
        _done(
            lambda tx, office: absences.plan(
                tx, now, who, stand_in, starts, ends, BY, programme=office.programme
            )
        )
    )


@app.command("back")
def back(
    who: Who, planned: Annotated[bool, typer.Option(help="call off absences to come as well")] = False
) -> None:
    """Someone is back before the end of their absence: what was handed over comes back."""
    now = real_clock()
    ended = _done(
        lambda tx, office: absences.end_of(tx, now, who, BY, programme=office.programme, planned=planned)
    )
    if not ended:
        raise absences.BadAbsence("this member is not away; `besa user list` shows who is")
    typer.echo("back")


@app.command("role")
def role(
    who: Who, new: Annotated[str, typer.Argument(help="caseworker, supervisor, coordinator, auditor")]
) -> None:
    """Give someone another role. What it does not let them hold is handed over."""
    now = real_clock()
    moved = _done(lambda tx, office: staffing.change_role(tx, now, who, new, BY, programme=office.programme))
    typer.echo(f"{moved} cases and alerts changed hands")


@app.command("remove")
def remove(
    who: Who, to: Annotated[str | None, typer.Option(help="the id of who gets their cases")] = None
) -> None:
    """End someone's work here: they cannot sign in any more, and what they hold is handed over."""
    now = real_clock()
    moved = _done(lambda tx, office: staffing.remove(tx, now, who, BY, to=to, programme=office.programme))
    typer.echo(f"{moved} cases and alerts changed hands")


def _done(job: Callable[[Tx, Office], T]) -> T:
    """What a job gives, in one transaction of the office."""
    office = opened()
    try:
        return office.db.write_now(lambda tx: job(tx, office))
    finally:
        office.close()
