"""Agencies, teams, staff, their sign-ins, absences and duties."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.tables.base import Row, hashed, instant, sealed
from bot.store.types import Sealed


class Agency(Row, table=True):
    """An organisation that sends people home or receives them."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)


class Team(Row, table=True):
    """Caseworkers with one supervisor or more."""

    id: str = Field(primary_key=True)
    agency_id: str = Field(foreign_key="agency.id", index=True)
    name: str
    fallback_id: str | None = None
    """Who is told of a critical alert at once while nobody is on duty."""
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
    totp_secret: Sealed | None = sealed(null=True)
    totp_step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The last 30-second step whose code was taken; a code counts once."""
    language: str | None = None
    ical_hash: str | None = Field(default=None, index=True, unique=True)
    active: bool = True
    created_at: datetime = instant()


class Token(Row, table=True):
    """A bearer token of the API, or the session of a page; only its hash is kept."""

    token_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    kind: str = Field(default="api", sa_column_kwargs={"server_default": "api"})
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(null=True)


class SignInTries(Row, table=True):
    """How often signing in failed for an address or from a place, whether or not there is an account."""

    __tablename__ = "sign_in_tries"
    key_hash: str = Field(primary_key=True)
    failures: int
    last_at: datetime = instant()


class RequestKey(Row, table=True):
    """The answer that a request with an idempotency key got, to be given again when it is repeated."""

    __tablename__ = "request_key"
    id: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id")
    key: str
    digest: str
    status: int
    answer: Sealed = sealed()
    at: datetime = instant(index=True)
    __table_args__ = (UniqueConstraint("staff_id", "key"),)


class Absence(Row, table=True):
    """When a member of staff is away, and who stands in."""

    id: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    stand_in_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    starts_at: datetime = instant(index=True)
    ends_at: datetime | None = instant(null=True)
    state: str = "planned"
    """planned, begun, ended: what has been handed over."""


class Duty(Row, table=True):
    """A turn on the roster of a team."""

    id: str = Field(primary_key=True)
    team_id: str = Field(foreign_key="team.id")
    staff_id: str = Field(foreign_key="staff.id", index=True)
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    told_at: datetime | None = instant(null=True)
    __table_args__ = (Index("ix_duty_team", "team_id", "ends_at"),)
