"""Flows, check-ins, sessions, answers and messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from bot.store.tables.base import Row, hashed, instant, sealed
from bot.store.types import Sealed


class FlowVersion(Row, table=True):
    """A flow as it was when a session began on it, with its texts in every language."""

    __tablename__ = "flow_version"
    flow_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    body: str


class Checkin(Row, table=True):
    """One scheduled start of a flow with a case, of a protocol or asked for by an event."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id")
    protocol: str
    version: int
    step: str
    occurrence: int
    flow_id: str
    rank: int
    due_at: datetime = instant()
    last_useful_at: datetime = instant()
    state: str = "due"
    reason: str | None = None
    started_at: datetime | None = instant(null=True)
    ended_at: datetime | None = instant(null=True)
    __table_args__ = (
        UniqueConstraint("case_id", "protocol", "version", "step", "occurrence"),
        Index("ix_checkin_due", "state", "due_at"),
        Index("ix_checkin_case", "case_id", "state"),
    )


class Session(Row, table=True):
    """One run of a flow with a case. ``wake_at`` is the timer of exactly the turn in this row."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id")
    address_id: str = Field(foreign_key="address.id")
    checkin_id: str | None = Field(default=None, foreign_key="checkin.id")
    flow_id: str
    version: int
    turn: int
    state: str
    memory: Sealed = sealed()
    wake_at: datetime | None = instant(null=True)
    outcome: str | None = None
    started_at: datetime = instant()
    ended_at: datetime | None = instant(null=True)
    __table_args__ = (
        Index("ix_session_wake", "state", "wake_at"),
        Index("ix_session_case", "case_id", "started_at"),
        Index(
            "ix_session_one_waiting",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Answer(Row, table=True):
    """An answer to a question, or the mark that there was none."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    message_id: str | None = None
    question: str
    meaning: str | None = None
    value: Sealed | None = sealed(null=True)
    state: str
    at: datetime = instant()


class Message(Row, table=True):
    """A message in or out. An outgoing one is a row of the outbox until it is sent."""

    id: str = Field(primary_key=True)
    case_id: str | None = Field(default=None, foreign_key="cases.id")
    session_id: str | None = None
    staff_id: str | None = Field(default=None, foreign_key="staff.id")
    """To whom of the staff it goes; where it goes to a case, who of them wrote it."""
    direction: str
    channel: str
    address_id: str | None = None
    address_hash: str | None = Field(default=None, sa_column_kwargs=hashed("address", of="sender"))
    sender: Sealed | None = sealed(null=True)
    provider_id: str | None = None
    kind: str = "text"
    body: Sealed | None = sealed(null=True)
    buttons: Sealed | None = sealed(null=True)
    language: str | None = None
    turn: int | None = None
    at: datetime = instant()
    state: str
    level: str = "none"
    categories: str = ""
    review: bool = False
    evidence: Sealed | None = sealed(null=True)
    rank: int = 0
    last_useful_at: datetime | None = instant(null=True)
    next_attempt_at: datetime | None = instant(null=True)
    lease_until: datetime | None = instant(null=True)
    attempts: int = 0
    code: str | None = None
    shown: str | None = None
    """What a message to staff shows where its channel can change it: asking, or what became of the alert."""
    __table_args__ = (
        Index(
            "ix_message_inbound_once",
            "channel",
            "provider_id",
            unique=True,
            sqlite_where=text("direction = 'in'"),
            postgresql_where=text("direction = 'in'"),
        ),
        Index(
            "ix_message_outbox",
            "next_attempt_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index(
            "ix_message_sent",
            "channel",
            "provider_id",
            sqlite_where=text("direction = 'out'"),
            postgresql_where=text("direction = 'out'"),
        ),
        Index("ix_message_case", "case_id", "at"),
        Index(
            "ix_message_out",
            "channel",
            "at",
            sqlite_where=text("direction = 'out'"),
            postgresql_where=text("direction = 'out'"),
        ),
    )


class MessageEvent(Row, table=True):
    """What happened to an outgoing message, in order; a callback may come before our own commit."""

    __tablename__ = "message_event"
    id: str = Field(primary_key=True)
    message_id: str | None = Field(default=None, index=True)
    channel: str
    provider_id: str | None = Field(default=None, index=True)
    state: str
    code: str | None = None
    at: datetime = instant()
