"""How commands report rows: as lines for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer


def report(rows: Sequence[Mapping[str, Any]], as_json: bool, *, none: str) -> None:
    """Print rows; ``none`` is what is said instead of no lines."""
    if as_json:
        typer.echo(json.dumps(list(rows)))
        return
    for row in rows:
        typer.echo("  ".join(_shown(value) for value in row.values()))
    if not rows:
        typer.echo(none)


def local(at: datetime, zone: ZoneInfo) -> str:
    """A moment on the walls of a zone, with its offset."""
    return at.astimezone(zone).isoformat(timespec="minutes")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
