"""Alerts and what led to them, who was told, incidents, labels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from bot.store.tables.base import Row, hashed, instant, sealed
from bot.store.types import Sealed


class Alert(Row, table=True):
    """Work for a human. ``id`` is also the number that "A 7" names in a reply."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: str | None = Field(default=None, foreign_key="cases.id")
    address_hash: str | None = Field(
        default=None, sa_column_kwargs=hashed("address", of="message.address_hash")
    )
    team_id: str = Field(foreign_key="team.id")
    owner_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    level: str
    state: str = "open"
    opened_at: datetime = instant()
    due_at: datetime = instant()
    started_at: datetime | None = instant(null=True)
    """When its clock last began: on opening, on a rise, on opening again."""
    policy: str
    step: int = 0
    next_step_at: datetime | None = instant(null=True)
    """When something is due by itself: while open the next step, while acknowledged reminder or lapse."""
    acknowledged_at: datetime | None = instant(null=True)
    acknowledged_by: str | None = Field(default=None, foreign_key="staff.id")
    act: Sealed | None = sealed(null=True)
    """The next act that was promised on acknowledging."""
    act_at: datetime | None = instant(null=True)
    """When it will be done; the alert opens again when that passes."""
    waiting_for: str | None = None
    """me, her or partner: on whom the next act waits."""
    reminded_at: datetime | None = instant(null=True)
    snoozed_until: datetime | None = instant(null=True)
    previous_id: int | None = None
    """The alert of the same case that was resolved less than a day before this one opened."""
    outcome: str | None = None
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
        Index(
            "ix_alert_in_hand",
            "acknowledged_by",
            sqlite_where=text("state != 'resolved'"),
            postgresql_where=text("state != 'resolved'"),
        ),
        Index(
            "ix_alert_unresolved",
            "team_id",
            "owner_id",
            "level",
            "state",
            "due_at",
            "act_at",
            "waiting_for",
            "snoozed_until",
            sqlite_where=text("state != 'resolved'"),
            postgresql_where=text("state != 'resolved'"),
        ),
        Index("ix_alert_case", "case_id", "resolved_at"),
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


class Notification(Row, table=True):
    """Someone was to be told of an alert or an incident; the message, which it may share, delivers it."""

    id: str = Field(primary_key=True)
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)
    incident_id: str | None = Field(default=None, foreign_key="incident.id", index=True)
    staff_id: str | None = Field(default=None, foreign_key="staff.id")
    message_id: str | None = None
    reason: str
    at: datetime = instant()
    __table_args__ = (
        Index("ix_notification_message", "message_id"),
        Index("ix_notification_staff", "staff_id", "at"),
    )


class Incident(Row, table=True):
    """Something of Besa's own that is wrong, opened and closed by evidence, told once each way."""

    id: str = Field(primary_key=True)
    kind: str
    subject: str
    team_id: str | None = Field(default=None, foreign_key="team.id")
    evidence: str
    opened_at: datetime = instant()
    closed_at: datetime | None = instant(null=True)
    __table_args__ = (
        Index(
            "ix_incident_one_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class Label(Row, table=True):
    """What a human says of a text that was not understood."""

    message_id: str = Field(primary_key=True)
    case_id: str | None = Field(default=None, foreign_key="cases.id")
    staff_id: str = Field(foreign_key="staff.id")
    level: str
    categories: str
    at: datetime = instant()
