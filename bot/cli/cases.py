"""Commands for cases."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from bot.casework import cases
from bot.casework.cases import COLUMNS, BadCase, NewCase
from bot.casework.programme import Programme
from bot.cli.opening import opened
from bot.delivery.office import real_clock
from bot.store.queries import people
from bot.store.tx import Tx

app = typer.Typer(no_args_is_help=True, help="Cases: import, add, show, list.")


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Take in a CSV file of cases; a bad row refuses all of it. docs/office.md describes the columns."""
    office = opened()
    now = real_clock()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            news = _read(lines, office.programme)

        def take(tx: Tx) -> list[str | None]:
            return [
                cases.add(tx, office.programme, now, new, f"line {line}") for line, new in enumerate(news, 2)
            ]

        tokens = office.db.write_now(take)
    finally:
        office.close()
    typer.echo("1 case taken in" if len(news) == 1 else f"{len(news)} cases taken in")
    for channel in sorted({new.channel for new in news} - set(office.channels)):
        typer.echo(f"{channel} is not set up: nothing is sent there until it is; see `besa doctor`", err=True)
    for new, token in zip(news, tokens, strict=True):
        if token:
            typer.echo(f"{new.code} joins Telegram with /start {token}")


@app.command("add")
def add(
    values: Annotated[list[str], typer.Argument(help="column=value, the columns of the CSV file")],
) -> None:
    """Add one case."""
    office = opened()
    try:
        given = dict(value.partition("=")[::2] for value in values)
        if odd := set(given) - set(COLUMNS):
            raise BadCase(f"{sorted(odd)[0]} is no column; the columns are {','.join(COLUMNS)}")
        new = cases.parse({name: given.get(name, "") for name in COLUMNS}, office.programme, "case add")
        token = office.db.write_now(lambda tx: cases.add(tx, office.programme, real_clock(), new))
    finally:
        office.close()
    typer.echo(f"{new.code} joins Telegram with /start {token}" if token else f"{new.code} added")


@app.command("show")
def show(code: str) -> None:
    """Show one case as JSON."""
    office = opened()
    try:
        row = office.db.read_now(lambda tx: _shown(tx, code))
    finally:
        office.close()
    typer.echo(json.dumps(row, ensure_ascii=False, default=str))


@app.command("list")
def list_cases() -> None:
    """List the cases, one JSON line each."""
    office = opened()
    try:
        rows = office.db.read_now(people.all_cases.all)
    finally:
        office.close()
    for row in rows:
        fields = {name: value for name, value in row._asdict().items() if name != "id"}
        typer.echo(json.dumps(fields, default=str))


def _read(lines: Iterable[str], programme: Programme) -> list[NewCase]:
    try:
        return list(cases.read_csv(lines, programme))
    except (UnicodeDecodeError, csv.Error):
        raise BadCase("the file is not CSV in UTF-8; save it as CSV UTF-8, with commas") from None


def _shown(tx: Tx, code: str) -> dict[str, object]:
    row = people.case_with_code.one(tx, code=code)
    if row is None:
        raise BadCase(f"there is no case {code}; `besa case list` shows them")
    fields: dict[str, object] = row._asdict()
    fields["alias"] = tx.vault.open(row.alias, column="cases.alias", row=row.id)
    return {name: value for name, value in fields.items() if name not in ("id", "team_id", "caseworker_id")}
