"""Commands for an office: init, migrate, tick, doctor."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.casework import staff, wholeness
from bot.cli.opening import opened
from bot.delivery.office import Office, open_office, real_clock
from bot.delivery.tick import tick as run_tick
from bot.settings import BadSetting, load_settings
from bot.store import migrate
from bot.store.vault import new_key

app = typer.Typer()


@app.command("init")
def init(
    email: Annotated[str, typer.Option(prompt="E-mail of the first supervisor")],
    name: Annotated[str, typer.Option(prompt="Name of the first supervisor")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Write settings with fresh keys, create the database, add the first supervisor."""
    new = staff.checked(staff.NewStaff(name, "supervisor", email, password))
    path = Path(".env")
    if path.exists():
        raise BadSetting(".env is there already; remove it first if you really want new keys")
    path.touch(mode=0o600)
    path.write_text(f"BESA_SECRET_KEYS={new_key()}\nBESA_DATABASE_URL=sqlite:///besa.db\n", "utf-8")
    settings = load_settings()
    migrate.upgrade(settings.database_url)
    office = open_office(settings)
    try:
        office.db.write_now(lambda tx: staff.add(tx, real_clock(), new))
    finally:
        office.close()
    typer.echo("Settings are in .env; keep its keys safe, nothing can be read without them.")


@app.command("migrate")
def migrate_database() -> None:
    """Bring the database to the newest schema."""
    try:
        migrate.upgrade(load_settings().database_url)
    except OSError as error:
        raise BadSetting(
            f"BESA_DATABASE_URL: the file cannot be made ({error.strerror}); name a folder that is there"
        ) from None


@app.command("tick")
def tick(at: Annotated[str, typer.Option(help="the moment, ISO 8601; now if not given")] = "") -> None:
    """Do everything that is due at a moment once, print a summary, and exit."""
    try:
        now = datetime.fromisoformat(at) if at else real_clock()
    except ValueError:
        raise typer.BadParameter("write a moment as 2026-11-24T09:00:00Z", param_hint="--at") from None
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    office = opened()
    try:
        done = run_tick(office.db, office.programme, office.channels, now)
    finally:
        office.close()
    typer.echo(json.dumps({"at": now.isoformat(), **asdict(done)}))


@app.command("doctor")
def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="look whether anything was lost")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Tell what is misconfigured; with --deep, what of the stored work breaks a promise."""
    office = opened()
    try:
        faults, notes = _misconfigured(office), []
        if "twilio" in office.channels:
            notes.append(
                "Twilio answers STOP, START and HELP by itself, in English: silence it in Advanced Opt-Out."
            )
        if deep:
            now = real_clock()
            found = office.db.read_now(lambda tx: wholeness.findings(tx, office.programme, now))
            faults += [str(each) for each in found]
            notes += [] if found else ["nothing was lost: every message, alert and case is as it must be"]
    finally:
        office.close()
    if as_json:
        typer.echo(json.dumps({"faults": faults, "notes": notes}))
    else:
        typer.echo("\n".join([*notes, *faults]))
    raise typer.Exit(1 if faults else 0)


def _misconfigured(office: Office) -> list[str]:
    """What keeps messages from coming in or alerts from reaching humans, each with the mend."""
    faults = []
    if not office.settings.public_url:
        faults.append("BESA_PUBLIC_URL is not set: Twilio cannot reach Besa; set the https address it calls")
    if "twilio" not in office.channels and "telegram" not in office.channels:
        faults.append("no channel is set up: set BESA_TWILIO_ACCOUNT_SID or BESA_TELEGRAM_TOKEN")
    return faults + office.db.read_now(staff.unreachable)
