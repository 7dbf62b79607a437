"""Cases for signed-in staff: the list and its search, one case, and what has happened with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from bot.api import etag, paging
from bot.api.access import Who
from bot.api.etag import IfNoneMatch
from bot.api.paging import Cursor
from bot.api.problems import Problem, described
from bot.api.rules import PREFIX
from bot.api.shown import Code, tagged
from bot.api.work import office, read
from bot.casework import case_acts, case_reading, desk
from bot.casework.case_reading import Sought
from bot.casework.staff import Signed
from bot.store.tx import Tx

T = TypeVar("T")
router = APIRouter(prefix=PREFIX, tags=["cases"])
Level = Literal["none", "low", "high", "critical"]
LISTING = described(400, 401, 403, 422, 429, 503)
READING = described(400, 401, 404, 422, 429, 503)
LAST = datetime(9999, 1, 1, tzinfo=UTC).isoformat()


class Person(BaseModel):
    """A member of staff."""

    id: str
    name: str


class CaseAlert(BaseModel):
    """The one alert of a case that is not resolved."""

    id: int
    level: Level
    state: Literal["open", "acknowledged"]


class Case(BaseModel):
    """One returnee in a programme. ``alias`` is null for whoever reads no texts.

    ``trend`` is the gravest level heard in each of the last eight weeks, oldest first.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "code": "AL-001", "alias": "Drita", "language": "sq", "country": "AL", "timezone": "Europe/Tirane",
        "return_date": "2026-11-01", "protocol": "default", "privacy": "neutral", "contact_from": "09:00",
        "contact_to": "20:00", "phone": "own", "high_risk": False, "state": "open", "consent": "given",
        "paused_until": None, "held_until": None, "silences": 0, "last_level": "none",
        "last_inbound_at": "2026-11-23T10:02:00Z", "last_contact_at": None,
        "next_checkin_at": "2026-11-27T10:00:00Z", "caseworker": {"id": "0" * 32, "name": "Ana"},
        "keeper": {"id": "0" * 32, "name": "Ana"}, "alert": None,
        "trend": [None, None, None, None, None, "low", "none", "none"],
    }]})  # fmt: skip

    code: str
    alias: str | None
    language: str
    country: str
    timezone: str
    return_date: date
    protocol: str
    privacy: str
    contact_from: str
    contact_to: str
    phone: str
    high_risk: bool
    state: str
    consent: str
    paused_until: datetime | None
    held_until: datetime | None
    silences: int
    last_level: Level
    last_inbound_at: datetime | None
    last_contact_at: datetime | None
    next_checkin_at: datetime | None
    caseworker: Person
    keeper: Person
    alert: CaseAlert | None
    trend: list[Level | None]


class Cases(BaseModel):
    """A page of cases and the cursor of the next."""

    items: list[Case]
    next: str | None


class Message(BaseModel):
    """A message to or from a person."""

    id: str
    direction: Literal["in", "out"]
    text: str
    language: str | None
    channel: str
    at: datetime
    status: str
    level: Level
    categories: list[str]
    review: bool


class Messages(BaseModel):
    """A page of messages, newest first."""

    items: list[Message]
    next: str | None


class Checkin(BaseModel):
    """One scheduled conversation."""

    id: str
    protocol: str
    step: str
    flow: str
    due_at: datetime
    state: str
    reason: str | None
    started_at: datetime | None
    ended_at: datetime | None


class Checkins(BaseModel):
    """A page of check-ins, the latest first."""

    items: list[Checkin]
    next: str | None


class ScaleAnswer(BaseModel):
    """An answer on a scale: a number, or how the person is (fine, so_so, not_well)."""

    question: str
    meaning: str | None
    value: int | float | str
    at: datetime


class Score(BaseModel):
    """What was answered on a scale in one check-in; nothing is added up."""

    checkin: str
    started_at: datetime
    answers: list[ScaleAnswer]


class Scores(BaseModel):
    """A page of check-ins with answers on a scale, the latest first."""

    items: list[Score]
    next: str | None


class Contact(BaseModel):
    """A contact outside Besa, or a note."""

    id: str
    kind: str
    reached: bool
    by: str
    noted_by: str
    happened_at: datetime
    noted_at: datetime
    text: str | None
    alert: int | None


class Contacts(BaseModel):
    """A page of contacts and notes, the latest first."""

    items: list[Contact]
    next: str | None


@router.get("/cases", responses=LISTING)
async def list_cases(
    request: Request,
    who: Who,
    q: str = Query(
        default="",
        max_length=64,
        pattern=r"^[^\x00-\x1f]*$",
        description="The beginning of a code, or of an alias a part.",
    ),
    state: Literal["", "open", "paused", "closed"] = "",
    language: str = Query(default="", pattern="^([a-z]{2})?$"),
    country: str = Query(default="", pattern="^([A-Z]{2})?$"),
    level: Literal["", "none", "low", "high", "critical"] = "",
    cursor: Cursor = None,
) -> Cases:
    """The cases that you may see, by their codes.

    ``q`` finds codes that begin with it; for whoever reads texts also aliases that hold it, of the 2,000
    newest cases within reach. ``level`` is that of the alert that is not resolved.
    """
    now = office(request).clock()
    sought = Sought(q, state, language, country, level)

    def job(tx: Tx) -> Cases:
        (after,) = paging.opened(tx, "cases", cursor, [""])
        items, more = case_reading.page(tx, now, who, sought, after)
        following = paging.sealed(tx, "cases", [items[-1]["code"]] if more else None)
        return Cases.model_validate({"items": items, "next": following})

    return await read(office(request), job)


@router.get("/cases/{code}", responses=READING | etag.UNCHANGED, response_model=Case)
async def one_case(request: Request, who: Who, code: Code, if_none_match: IfNoneMatch = None) -> Response:
    """One case, with its ETag."""
    now = office(request).clock()
    return tagged(await read(office(request), lambda tx: shown(tx, now, who, code)), if_none_match)


@router.get("/cases/{code}/messages", responses=READING)
async def messages(request: Request, who: Who, code: Code, cursor: Cursor = None) -> Messages:
    """The conversation with a case, newest first."""

    def job(tx: Tx) -> Messages:
        (before,) = paging.opened(tx, "messages", cursor, [None])
        page = desk.messages(tx, who, code, before)
        following = paging.sealed(tx, "messages", [page.next] if page.next else None)
        return Messages.model_validate({"items": page.items, "next": following})

    return await read(office(request), lambda tx: existing(lambda: job(tx)))


@router.get("/cases/{code}/checkins", responses=READING)
async def checkins(request: Request, who: Who, code: Code, cursor: Cursor = None) -> Checkins:
    """The check-ins of a case, the latest first, planned ones too."""

    def job(tx: Tx) -> Checkins:
        row = case_acts.found(tx, who, code, texts=False, lock=False)
        due, before = paging.opened(tx, "checkins", cursor, [LAST, "~"])
        items, last = case_reading.checkins(tx, row.id, datetime.fromisoformat(due), before)
        following = paging.sealed(tx, "checkins", [last.due_at.isoformat(), last.id] if last else None)
        return Checkins.model_validate({"items": items, "next": following})

    return await read(office(request), lambda tx: existing(lambda: job(tx)))


@router.get("/cases/{code}/scores", responses=READING)
async def scores(request: Request, who: Who, code: Code, cursor: Cursor = None) -> Scores:
    """What was answered on a scale, check-in by check-in; empty where nothing was."""

    def job(tx: Tx) -> Scores:
        row = case_acts.found(tx, who, code, lock=False)
        (before,) = paging.opened(tx, "scores", cursor, ["~"])
        items, last = case_reading.scores(tx, row.id, before)
        following = paging.sealed(tx, "scores", [last.id] if last else None)
        return Scores.model_validate({"items": items, "next": following})

    return await read(office(request), lambda tx: existing(lambda: job(tx)))


@router.get("/cases/{code}/contacts", responses=READING)
async def contacts(request: Request, who: Who, code: Code, cursor: Cursor = None) -> Contacts:
    """Contacts outside and notes, the latest first."""

    def job(tx: Tx) -> Contacts:
        row = case_acts.found(tx, who, code, lock=False)
        at, before = paging.opened(tx, "contacts", cursor, [LAST, "~"])
        items, last = case_reading.contacts(tx, row.id, datetime.fromisoformat(at), before)
        following = paging.sealed(tx, "contacts", [last.happened_at.isoformat(), last.id] if last else None)
        return Contacts.model_validate({"items": items, "next": following})

    return await read(office(request), lambda tx: existing(lambda: job(tx)))


def shown(tx: Tx, now: datetime, who: Signed, code: str) -> Case:
    """One case within reach.

    Raises:
        Problem: 404, there is none.
    """
    found: dict[str, Any] = existing(lambda: case_reading.one(tx, now, who, code))
    return Case.model_validate(found)


def existing(job: Callable[[], T]) -> T:
    """What a job gives; 404 where it finds no case within reach."""
    try:
        return job()
    except desk.NotFound:
        raise Problem(404, "there is no such case") from None
