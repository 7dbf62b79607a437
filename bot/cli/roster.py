"""Commands for the roster."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from bot.casework import roster, teams
from bot.casework.local_time import spans, zone_named
from bot.cli.opening import database
from bot.cli.reporting import local, report
from bot.delivery.office import real_clock
from bot.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The roster: add, list, swap, gaps, fallback, link.")

Team = Annotated[str, typer.Option(help="a team's name or id")]
Zone = Annotated[str, typer.Option(help="the zone of the hours, as Europe/Tirane")]
Days = Annotated[int, typer.Option(min=1, max=400, help="how many days ahead")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document instead of lines")]
BY = "command"


@app.command("add")
def add(
    who: Annotated[str, typer.Argument(help="the id of a member of staff")],
    start: Annotated[str, typer.Option("--from", help="local time, 2026-11-24T20:00")],
    end: Annotated[str, typer.Option("--to", help="local time, 2026-11-25T08:00")],
    zone: Zone,
    team: Team = "default",
    weeks: Annotated[int, typer.Option(min=1, max=60, help="the same hours, in so many weeks")] = 1,
) -> None:
    """Put duties on the roster and print their ids."""
    now = real_clock()
    times = spans(start, end, zone, weeks)
    with database() as db:
        ids = db.write_now(
            lambda tx: [
                roster.add(tx, now, teams.team_named(tx, team), who, first, last, BY) for first, last in times
            ]
        )
    typer.echo("\n".join(ids))


@app.command("list")
def list_duties(team: Team = "default", days: Days = 14, zone: Zone = "UTC", as_json: Json = False) -> None:
    """List the duties to come of a team."""
    now, hours = real_clock(), zone_named(zone)
    with database() as db:
        rows = db.read_now(
            lambda tx: roster.duties(tx, now, teams.team_named(tx, team), timedelta(days=days))
        )
    found = [
        {
            "id": row.id,
            "staff": row.staff_id,
            "from": local(row.starts_at, hours),
            "to": local(row.ends_at, hours),
        }
        for row in rows
    ]
    report(found, as_json, none="there is no duty to come")


@app.command("swap")
def swap(one: str, other: str) -> None:
    """Let two duties change hands; both members are told when theirs begins."""
    with database() as db:
        db.write_now(lambda tx: roster.swap(tx, real_clock(), one, other, BY))
    typer.echo("swapped")


@app.command("gaps")
def gaps(team: Team = "default", days: Days = 14, zone: Zone = "UTC", as_json: Json = False) -> None:
    """Tell when nobody is on duty."""
    now, hours = real_clock(), zone_named(zone)
    with database() as db:
        found = db.read_now(lambda tx: roster.gaps(tx, now, teams.team_named(tx, team), timedelta(days=days)))
    rows = [{"from": local(first, hours), "to": local(last, hours)} for first, last in found]
    report(rows, as_json, none="somebody is on duty at every hour")


@app.command("fallback")
def fallback(
    who: Annotated[str, typer.Argument(help="the id of a member of staff, or none")], team: Team = "default"
) -> None:
    """Name who is told of a critical alert at once while nobody is on duty."""
    now, named = real_clock(), None if who == "none" else who
    with database() as db:
        db.write_now(lambda tx: roster.set_fallback(tx, now, teams.team_named(tx, team), named, BY))
    typer.echo("nobody is named" if named is None else "named")


@app.command("link")
def link(who: Annotated[str, typer.Argument(help="the id of a member of staff")]) -> None:
    """Print the address of someone's calendar. It is shown this once; an earlier one ends."""
    from bot.casework import duty_calendar

    with database() as db:
        token = db.write_now(lambda tx: duty_calendar.link(tx, real_clock(), who, BY))
    typer.echo(f"{load_settings().public_url.rstrip('/')}/calendar/{token}.ics")
