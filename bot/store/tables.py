"""The tables. They are the schema, the source of the migrations and of every statement.

What is personal stands in ``SealedColumn``; what is looked up is a keyed hash beside it. Every table of a
case carries the case's id, so that it can be partitioned or spread by it. Rows never leave the store as
they are: callers get values.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.types import Instant, Sealed, SealedColumn

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def instant(*, null: bool = False, index: bool = False) -> Any:
    """A column that holds an instant."""
    return Field(default=None, sa_column=Column(Instant, nullable=null, index=index))


def sealed(*, null: bool = False) -> Any:
    """A column that holds ciphertext."""
    return Field(default=None, sa_column=Column(SealedColumn, nullable=null))


def hashed(kind: str, of: str) -> dict[str, Any]:
    """Mark a column as ``vault.hash(kind, value)``, where ``of`` is the sealed column with that same value.

    A column of another table is named ``table.column``; the hash then follows that one's.
    """
    return {"info": {"hash_kind": kind, "hash_of": of}}


class Row(SQLModel):
    """What all tables share."""

    model_config = ConfigDict(arbitrary_types_allowed=True)  # type: ignore[assignment]


class Agency(Row, table=True):
    """An organisation that sends people home or receives them."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)


class Team(Row, table=True):
    """Caseworkers with one supervisor or more."""

    id: str = Field(primary_key=True)
    agency_id: str = Field(foreign_key="agency.id", index=True)
    name: str
    __table_args__ = (UniqueConstraint("agency_id", "name"),)


class Staff(Row, table=True):
    """A person who signs in: caseworker, supervisor, coordinator or auditor."""

    id: str = Field(primary_key=True)
    team_id: str = Field(foreign_key="team.id", index=True)
    role: str
    name: Sealed = sealed()
    email: Sealed = sealed()
    email_hash: str = Field(unique=True, sa_column_kwargs=hashed("email", of="email"))
    phone: Sealed | None = sealed(null=True)
    phone_hash: str | None = Field(default=None, index=True, sa_column_kwargs=hashed("address", of="phone"))
    telegram: Sealed | None = sealed(null=True)
    telegram_hash: str | None = Field(
        default=None, index=True, sa_column_kwargs=hashed("address", of="telegram")
    )
    password_hash: str
    active: bool = True
    created_at: datetime = instant()


class Token(Row, table=True):
    """A bearer token of the API; only its hash is kept."""

    token_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(null=True)


class Case(Row, table=True):
    """One returnee in a programme, known by a code."""

    __tablename__ = "cases"
    id: str = Field(primary_key=True)
    code: str = Field(unique=True)
    team_id: str = Field(foreign_key="team.id", index=True)
    caseworker_id: str = Field(foreign_key="staff.id", index=True)
    alias: Sealed = sealed()
    language: str
    country: str
    timezone: str
    gender: str | None = None
    return_date: date
    protocol: str
    privacy: str = "neutral"
    contact_from: int
    contact_to: int
    phone: str = "unknown"
    high_risk: bool = False
    state: str = "open"
    consent: str = "none"
    held_until: datetime | None = instant(null=True)
    safe_word: Sealed | None = sealed(null=True)
    safe_word_hash: str | None = Field(default=None, sa_column_kwargs=hashed("word", of="safe_word"))
    cover_word: Sealed | None = sealed(null=True)
    cover_word_hash: str | None = Field(default=None, sa_column_kwargs=hashed("word", of="cover_word"))
    silences: int = 0
    last_inbound_at: datetime | None = instant(null=True)
    last_level: str = "none"
    created_at: datetime = instant()


class Address(Row, table=True):
    """Where on which channel a case is reached. Empty until a Telegram chat is linked."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    channel: str
    address: Sealed | None = sealed(null=True)
    address_hash: str | None = Field(default=None, sa_column_kwargs=hashed("address", of="address"))
    link_hash: str | None = Field(default=None, unique=True)
    state: str = "open"
    reason: str | None = None
    __table_args__ = (
        UniqueConstraint("case_id", "channel"),
        Index("ix_address_lookup", "channel", "address_hash"),
    )


class Consent(Row, table=True):
    """What a person agreed to or took back, when, how, and in which words."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    purpose: str
    state: str
    wording: str
    channel: str
    recorded_by: str
    at: datetime = instant()


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
    alert_id: int | None = None
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
        Index("ix_message_alert", "alert_id"),
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


class Alert(Row, table=True):
    """Work for a human. ``id`` is also the number that "A 7" names in a reply."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: str | None = Field(default=None, foreign_key="cases.id")
    address_hash: str | None = Field(
        default=None, sa_column_kwargs=hashed("address", of="message.address_hash")
    )
    team_id: str = Field(foreign_key="team.id", index=True)
    owner_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    level: str
    state: str = "open"
    opened_at: datetime = instant()
    due_at: datetime = instant()
    policy: str
    step: int = 0
    next_step_at: datetime | None = instant(null=True)
    acknowledged_at: datetime | None = instant(null=True)
    acknowledged_by: str | None = Field(default=None, foreign_key="staff.id")
    resolved_at: datetime | None = instant(null=True)
    resolved_by: str | None = Field(default=None, foreign_key="staff.id")
    note: Sealed | None = sealed(null=True)
    __table_args__ = (
        Index(
            "ix_alert_one_open",
            "case_id",
            unique=True,
            sqlite_where=text("state != 'resolved'"),
            postgresql_where=text("state != 'resolved'"),
        ),
        Index("ix_alert_next_step", "state", "next_step_at"),
        {"sqlite_autoincrement": True},
    )


class Signal(Row, table=True):
    """Evidence of risk: a category, a level, where it came from."""

    id: str = Field(primary_key=True)
    case_id: str | None = Field(default=None, foreign_key="cases.id", index=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    message_id: str | None = None
    category: str
    level: str
    source: str
    evidence: Sealed | None = sealed(null=True)
    at: datetime = instant()


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
