"""Alerts for signed-in staff: the list, one, and what is done with them, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.api import etag, paging
from bot.api.access import Who
from bot.api.etag import IfMatch, IfNoneMatch
from bot.api.idempotency import Done, Key, change
from bot.api.paging import Cursor
from bot.api.problems import Problem, described
from bot.api.rules import PREFIX
from bot.api.shown import Given, Id, Moment, Note, Number, Text, tagged
from bot.api.work import office, read
from bot.casework import bulk, desk, moves
from bot.casework.moves import BadMove, NextAct, WrongMove
from bot.casework.staff import Signed
from bot.store.queries import alerts as questions
from bot.store.tx import Tx

router = APIRouter(prefix=PREFIX, tags=["alerts"])
Level = Literal["low", "high", "critical"]
State = Literal["open", "acknowledged", "resolved"]
Outcome = Literal["done", "reached", "referred", "false_alarm", "not_reached"]
READING = described(401, 404, 422, 429, 503)
CHANGING = described(400, 401, 404, 409, 412, 413, 415, 422, 429, 503)


class Signal(BaseModel):
    """Evidence of risk. ``evidence`` is null for whoever reads no texts."""

    category: str
    level: Level
    source: str
    evidence: str | None
    at: datetime
    kind: str | None
    review: bool


class Told(BaseModel):
    """Who was told of an alert, how often and when last."""

    role: str
    name: str
    times: int
    last_at: datetime


class Act(BaseModel):
    """The next act that was promised."""

    what: str | None
    at: datetime
    waiting_for: Literal["me", "her", "partner"] | None


class Alert(BaseModel):
    """Work for a human. ``case`` is null where a number wrote that nobody knows."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "id": 7, "case": "AL-001", "level": "high", "state": "open",
        "signals": [{"category": "violence", "level": "high", "source": "answer", "evidence": "jo",
                     "at": "2026-11-24T09:12:00Z", "kind": "text", "review": False}],
        "opened_at": "2026-11-24T09:12:00Z", "raised_at": None, "due_at": "2026-11-24T13:12:00Z",
        "acknowledged_at": None, "acknowledged_by": None, "resolved_at": None, "escalation_step": 1,
        "act": None, "snoozed_until": None, "previous": None, "outcome": None, "owner": "Ana",
        "told": [{"role": "caseworker", "name": "Ana", "times": 1, "last_at": "2026-11-24T09:12:03Z"}],
    }]})  # fmt: skip

    id: int
    case: str | None
    level: Level
    state: State
    signals: list[Signal]
    opened_at: datetime
    raised_at: datetime | None
    due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    escalation_step: int
    act: Act | None
    snoozed_until: datetime | None
    previous: int | None
    outcome: str | None
    owner: str | None
    told: list[Told]


class Alerts(BaseModel):
    """A page of alerts and the cursor of the next."""

    items: list[Alert]
    next: str | None


class GivenAct(Given):
    """The next act: what, when, and on whom it waits."""

    what: Text
    at: Moment
    waiting_for: Literal["me", "her", "partner"] = "me"


class Taking(Given):
    """What may come with taking an alert in hand."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"act": {"what": "I call her", "at": "2026-11-24T14:00:00+01:00", "waiting_for": "me"}}
    ]})  # fmt: skip

    note: Note | None = None
    act: GivenAct | None = None


class Resolving(Given):
    """What may come with resolving an alert."""

    note: Note | None = None
    outcome: Outcome = "done"


class Passing(Given):
    """To whom an alert is passed."""

    to: Id
    note: Note | None = None


class Snoozing(Given):
    """Until when an alert is put aside; what she writes wakes it before."""

    until: Moment


class Bulk(Given):
    """Several alerts and what is done with all of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [7, 9], "move": "acknowledge"}]})

    ids: list[Number] = Field(min_length=1, max_length=bulk.MOST)
    move: Literal["acknowledge", "resolve"]
    note: Note | None = None


class Refused(BaseModel):
    """An alert with which it could not be done, and the state that it is in."""

    id: int
    state: State


class BulkDone(BaseModel):
    """What became of each: done, refused, or not there, which may also mean not yours to see."""

    done: list[int]
    refused: list[Refused]
    not_found: list[int]


@router.get("/alerts", responses=described(400, 401, 403, 422, 429, 503))
async def list_alerts(
    request: Request,
    who: Who,
    state: Literal["", "open", "acknowledged", "resolved"] = "",
    level: Literal["", "low", "high", "critical"] = "",
    cursor: Cursor = None,
) -> Alerts:
    """The alerts that you may see, most urgent first."""

    def job(tx: Tx) -> Alerts:
        (after,) = paging.opened(tx, "alerts", cursor, [None])
        page = desk.list_alerts(tx, who, state, level, after)
        following = paging.sealed(tx, "alerts", [page.next] if page.next else None)
        return Alerts.model_validate({"items": page.items, "next": following})

    return await read(office(request), job)


@router.post("/alerts/bulk", responses=described(400, 401, 403, 413, 415, 422, 429, 503))
async def move_many(request: Request, who: Who, given: Bulk, key: Key = None) -> BulkDone:
    """Do the same with several alerts, however many; those out of reach are as if they were not there."""

    def job(tx: Tx, now: datetime) -> Done:
        moved = bulk.move(tx, now, who, given.ids, given.move, given.note)
        refused = [Refused(id=number, state=state) for number, state in moved.refused]
        return Done(BulkDone(done=moved.done, refused=refused, not_found=moved.not_found))

    return await change(request, who, key, job)  # type: ignore[return-value]


@router.get("/alerts/{number:int}", responses=READING | etag.UNCHANGED, response_model=Alert)
async def one_alert(
    request: Request, who: Who, number: Number, if_none_match: IfNoneMatch = None
) -> Response:
    """One alert, with its ETag."""
    return tagged(await read(office(request), lambda tx: _shown(tx, who, number)), if_none_match)


@router.post("/alerts/{number:int}/acknowledge", responses=CHANGING, response_model=Alert)
async def acknowledge(
    request: Request,
    who: Who,
    number: Number,
    given: Taking | None = None,
    key: Key = None,
    match: IfMatch = None,
) -> Response:
    """Take an alert in hand, and say what comes next; repeating it is harmless."""
    act = given.act if given else None
    promised = NextAct(act.what, act.at, act.waiting_for) if act else None
    note = given.note if given else None
    return await _move(
        request,
        who,
        number,
        key,
        match,
        lambda tx, now: moves.acknowledge(tx, now, number, who.id, note, promised),
    )


@router.post("/alerts/{number:int}/resolve", responses=CHANGING, response_model=Alert)
async def resolve(
    request: Request,
    who: Who,
    number: Number,
    given: Resolving | None = None,
    key: Key = None,
    match: IfMatch = None,
) -> Response:
    """Close an alert as done; repeating it is harmless."""
    said = given or Resolving()
    return await _move(
        request,
        who,
        number,
        key,
        match,
        lambda tx, now: moves.resolve(tx, now, number, who.id, said.note, said.outcome),
    )


@router.post("/alerts/{number:int}/reassign", responses=CHANGING, response_model=Alert)
async def reassign(
    request: Request, who: Who, number: Number, given: Passing, key: Key = None, match: IfMatch = None
) -> Response:
    """Pass an alert to a colleague, who is told; from then on it may be out of your reach."""
    return await _move(
        request,
        who,
        number,
        key,
        match,
        lambda tx, now: moves.reassign(tx, now, number, who.id, given.to, given.note),
    )


@router.post("/alerts/{number:int}/snooze", responses=CHANGING, response_model=Alert)
async def snooze(
    request: Request, who: Who, number: Number, given: Snoozing, key: Key = None, match: IfMatch = None
) -> Response:
    """Put an alert aside until a moment or until she writes."""
    return await _move(
        request, who, number, key, match, lambda tx, now: moves.snooze(tx, now, number, who.id, given.until)
    )


def _shown(tx: Tx, who: Signed, number: int) -> Alert:
    try:
        return Alert.model_validate(desk.one_alert(tx, who, number))
    except desk.NotFound:
        raise Problem(404, "there is no such alert") from None


async def _move(
    request: Request,
    who: Signed,
    number: int,
    key: str | None,
    match: str | None,
    move: Callable[[Tx, datetime], Any],
) -> Response:
    """Lock an alert, do a move with it, and show it then; without texts if it has left the reach."""

    def job(tx: Tx, now: datetime) -> Done:
        questions.alert.one(tx, alert=number)
        etag.check(match, _shown(tx, who, number))
        try:
            move(tx, now)
        except WrongMove as error:
            raise Problem(409, str(error), state=error.state) from None
        except BadMove as error:
            raise Problem(409, str(error), reason="bad_move") from None
        try:
            return Done(_shown(tx, who, number), tagged=True)
        except Problem:
            return Done(_shown(tx, Signed(who.id, "coordinator", who.team_id), number))

    return await change(request, who, key, job)
