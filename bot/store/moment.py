"""The database server's own time, to be compared with this machine's."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, func, select

from bot.store.prepared import Prepared
from bot.store.tx import Tx

_NOW = Prepared(select(func.clock_timestamp(type_=DateTime(timezone=True)).label("at")))


def database_time(tx: Tx) -> datetime | None:
    """The time of the database's server; None for a file, which has no clock of its own."""
    if tx.dialect.name != "postgresql":
        return None
    at: datetime = _NOW.one(tx).at
    return at.astimezone(UTC)
