"""Commands for the keys that the database is sealed with."""

from __future__ import annotations

import typer

from bot.cli.opening import database
from bot.store.rotate import rotate

app = typer.Typer(no_args_is_help=True, help="Keys: rotate.")


@app.callback()
def _group() -> None:
    """Keys: rotate."""


@app.command("rotate")
def rotate_keys() -> None:
    """Re-encrypt everything under the newest key; the older ones may go afterwards."""
    db = database()
    try:
        done = rotate(db)
    finally:
        db.close()
    if done.sealed or done.hashed:
        typer.echo(f"{done.sealed} values and {done.hashed} look-up keys were put under the newest key")
    elif not done.stuck:
        typer.echo("everything is under the newest key already")
    for stuck in done.stuck:
        typer.echo(f"not done: {stuck}; keep the older keys")
    raise typer.Exit(1 if done.stuck else 0)
