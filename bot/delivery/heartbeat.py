"""When a job that runs again and again was last done; any number of processes keep one time for it."""

from __future__ import annotations

from datetime import datetime

from bot.store.queries import schedule
from bot.store.tx import Tx


def beat(tx: Tx, name: str, at: datetime) -> None:
    """Keep that a job was done."""
    if not schedule.beat.run(tx, which=name, now=at):
        schedule.first_beat.run(tx, name=name, at=at)
