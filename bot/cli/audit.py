"""Commands for the audit log."""

from __future__ import annotations

import typer

from bot.cli.opening import database
from bot.store import audit

app = typer.Typer(no_args_is_help=True, help="The audit log: verify.")


@app.callback()
def _group() -> None:
    """The audit log: verify."""


@app.command("verify")
def verify_audit() -> None:
    """Check the chain of the audit log."""
    db = database()
    try:
        findings = db.read_now(audit.verify)
    finally:
        db.close()
    for finding in findings:
        typer.echo(f"entry {finding.entry}: {finding.what}")
    if not findings:
        typer.echo("the audit log is whole")
    raise typer.Exit(1 if findings else 0)
