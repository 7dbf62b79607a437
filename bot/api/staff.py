"""The office for those who lead and check it: totals of teams, staff, the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from bot.api import paging
from bot.api.access import Who
from bot.api.alerts import Level
from bot.api.paging import Cursor
from bot.api.problems import described
from bot.api.rules import PREFIX
from bot.api.work import office, read
from bot.casework import office_view
from bot.store.tx import Tx

router = APIRouter(prefix=PREFIX, tags=["office"])
LISTING = described(400, 401, 403, 422, 429, 503)


class TeamCases(BaseModel):
    """How many cases a team has."""

    open: int
    paused: int
    closed: int
    without_contact_for_30_days: int


class TeamAlerts(BaseModel):
    """How many alerts of a level and state a team has; overdue are those that nobody took in time."""

    level: Level
    state: Literal["open", "acknowledged"]
    count: int
    overdue: int


class AlertCount(BaseModel):
    """How many alerts there are of a level and state."""

    level: Level
    state: Literal["open", "acknowledged", "resolved"]
    count: int


class CaseCount(BaseModel):
    """How many cases there are of a state, by the level of their alert."""

    state: Literal["open", "paused", "closed"]
    level: Literal["none", "low", "high", "critical"]
    count: int


class Counts(BaseModel):
    """How many alerts and cases there are that you may see."""

    alerts: list[AlertCount]
    cases: list[CaseCount]


class Team(BaseModel):
    """The totals of a team."""

    id: str
    name: str
    caseworkers: int
    cases: TeamCases
    alerts: list[TeamAlerts]


class Teams(BaseModel):
    """The totals of the teams that are yours to see."""

    items: list[Team]


class User(BaseModel):
    """A member of staff."""

    id: str
    name: str
    email: str
    role: str
    team: str
    active: bool
    second_factor: bool


class Users(BaseModel):
    """A page of staff."""

    items: list[User]
    next: str | None


class Entry(BaseModel):
    """An entry of the audit log."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, str]


class Entries(BaseModel):
    """A page of the audit log, the latest first."""

    items: list[Entry]
    next: str | None


@router.get("/counts", responses=described(401, 403, 429, 503))
async def counts(request: Request, who: Who) -> Counts:
    """How many alerts and cases you may see there are, of each level and state."""
    now = office(request).clock()
    found = await read(office(request), lambda tx: office_view.counts(tx, now, who))
    return Counts.model_validate(found)


@router.get("/team", responses=described(401, 403, 429, 503))
async def team(request: Request, who: Who) -> Teams:
    """Totals of your team; of all teams for a coordinator."""
    now = office(request).clock()
    items = await read(office(request), lambda tx: office_view.teams(tx, now, who))
    return Teams.model_validate({"items": items})


@router.get("/users", responses=LISTING)
async def users(request: Request, who: Who, cursor: Cursor = None) -> Users:
    """The staff: ids, roles, names and e-mail addresses."""

    def job(tx: Tx) -> Users:
        (after,) = paging.opened(tx, "users", cursor, [""])
        page = office_view.staff_list(tx, after)
        following = paging.sealed(tx, "users", [page.next] if page.next else None)
        return Users.model_validate({"items": page.items, "next": following})

    return await read(office(request), job)


@router.get("/audit", responses=LISTING)
async def audit(request: Request, who: Who, cursor: Cursor = None) -> Entries:
    """The audit log, the latest first."""

    def job(tx: Tx) -> Entries:
        (before,) = paging.opened(tx, "audit", cursor, [2**31 - 1])
        items, last = office_view.audit_log(tx, before)
        following = paging.sealed(tx, "audit", [last] if last else None)
        return Entries.model_validate({"items": items, "next": following})

    return await read(office(request), job)
