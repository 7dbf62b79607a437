"""Commands for staff."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.casework import staff
from bot.cli import totp
from bot.cli.opening import opened
from bot.delivery.office import real_clock

app = typer.Typer(no_args_is_help=True, help="Staff: add.")


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
    office = opened()
    try:
        typer.echo(office.db.write_now(lambda tx: staff.add(tx, real_clock(), new)))
    finally:
        office.close()
