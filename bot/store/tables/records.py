"""The audit log and the heartbeats of processes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from bot.store.tables.base import Row, instant


class Audit(Row, table=True):
    """One entry of the append-only, hash-chained log. Holds no personal data."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = instant()
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    digest: str


class AuditHead(Row, table=True):
    """How long the audit log is and how it ends, keyed, so that a cut tail is found. One row."""

    __tablename__ = "audit_head"
    name: str = Field(primary_key=True)
    entries: int
    digest: str
    mark: str


class Heartbeat(Row, table=True):
    """When a long-running process last finished a round."""

    name: str = Field(primary_key=True)
    at: datetime = instant()
