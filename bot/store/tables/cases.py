"""Cases, where they are reached, what they agreed to, and contacts outside."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.tables.base import Row, hashed, instant, sealed
from bot.store.types import Sealed


class Case(Row, table=True):
    """One returnee in a programme, known by a code."""

    __tablename__ = "cases"
    id: str = Field(primary_key=True)
    code: str = Field(unique=True)
    team_id: str = Field(foreign_key="team.id", index=True)
    caseworker_id: str = Field(foreign_key="staff.id", index=True)
    keeper_id: str = Field(foreign_key="staff.id", index=True)
    """Who holds the case now: the caseworker, or who stands in."""
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
    """Until when automation is silent because a human and the person are talking."""
    paused_until: datetime | None = instant(null=True)
    """Until when check-ins rest; the year 9999 if until someone resumes them."""
    last_contact_at: datetime | None = instant(null=True)
    """When a human last had contact with the person."""
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


class Contact(Row, table=True):
    """A contact outside Besa (a visit, a call), or a note; by whom, when it was and when it was noted."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id")
    alert_id: int | None = None
    kind: str
    reached: bool
    staff_id: str = Field(foreign_key="staff.id", index=True)
    noted_by: str = Field(foreign_key="staff.id")
    happened_at: datetime = instant()
    noted_at: datetime = instant()
    text: Sealed | None = sealed(null=True)
    __table_args__ = (Index("ix_contact_case", "case_id", "happened_at"),)


class Draft(Row, table=True):
    """What a member of staff has begun to write to a case and not sent."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    staff_id: str = Field(foreign_key="staff.id")
    text: Sealed = sealed()
    at: datetime = instant()
    __table_args__ = (UniqueConstraint("staff_id", "case_id"),)


class Presence(Row, table=True):
    """Who looks at a case just now."""

    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    staff_id: str = Field(primary_key=True, foreign_key="staff.id")
    at: datetime = instant()


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
