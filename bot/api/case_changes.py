"""What staff do with a case through the API: write, pause, close, hand over, record a contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.api import etag
from bot.api.access import Who
from bot.api.cases import Case, existing, shown
from bot.api.etag import IfMatch
from bot.api.idempotency import Done, Key, change
from bot.api.problems import Problem, described
from bot.api.rules import PREFIX
from bot.api.shown import Code, Given, Id, Moment, Note, Text
from bot.api.work import office
from bot.casework import case_acts, contacts
from bot.casework.case_acts import BadAct, CannotAct, Changes, Closing
from bot.casework.contacts import Kind, Raised
from bot.casework.staff import Signed
from bot.store.tx import Tx

router = APIRouter(prefix=PREFIX, tags=["cases"])
CHANGING = described(400, 401, 404, 409, 412, 413, 415, 422, 429, 503)


Hour = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Alert = Annotated[int, Field(ge=1, le=2**31 - 1)]
T = TypeVar("T")


class Writing(Given):
    """A text for the person, in their language."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "A mund të të telefonoj nesër?"}]})

    text: Text


class Written(BaseModel):
    """The message in the outbox, and when it leaves: now, or with the next contact hours."""

    id: str
    leaves_at: datetime
    at_once: bool


class Pausing(Given):
    """Until when check-ins rest; without a moment until somebody resumes them."""

    until: Moment | None = None


class ClosingCase(Given):
    """Why the work on a case ends."""

    reason: Closing


class Passing(Given):
    """To which caseworker a case is handed."""

    to: Id


class Hours(Given):
    """The contact hours, local to the person. Equal ends mean the whole day."""

    start: Hour
    end: Hour


class ChangingCase(Given):
    """What is to be changed; what is left out stays. A new channel but Telegram needs an address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hours": {"start": "10:00", "end": "18:00"}}]})

    hours: Hours | None = None
    language: Literal["sq", "ar", "uk", "en"] | None = None
    privacy: Literal["neutral", "open"] | None = None
    channel: Literal["twilio", "whatsapp", "telegram", "sandbox"] | None = None
    address: str | None = Field(default=None, max_length=40)


class Changed(BaseModel):
    """The case as it is now; ``link`` joins a Telegram chat and is shown this once."""

    case: Case
    link: str | None


class NewContact(Given):
    """A contact outside: what kind, whether the person was reached, when; whose, if it was a colleague's."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"kind": "visit", "reached": True, "happened_at": "2026-11-24T11:30:00+01:00", "settles": True}
    ]})  # fmt: skip

    kind: Kind
    reached: bool
    happened_at: Moment
    by: Id | None = None
    text: Note | None = None
    alert: Alert | None = None
    settles: bool = False
    raises: Raised | None = None


class NewNote(Given):
    """A note on a case."""

    text: Note
    alert: Alert | None = None


class Kept(BaseModel):
    """The id of what was kept."""

    id: str


class Handed(BaseModel):
    """To whom a case was handed."""

    code: str
    to: str


class Planned(BaseModel):
    """When the check-in begins."""

    at: datetime


@router.patch("/cases/{code}", responses=CHANGING)
async def change_case(
    request: Request, who: Who, code: Code, given: ChangingCase, key: Key = None, match: IfMatch = None
) -> Changed:
    """Change contact hours, language, privacy or channel."""
    hours = (_of_day(given.hours.start), _of_day(given.hours.end)) if given.hours else None
    changes = Changes(hours, given.language, given.privacy, given.channel, given.address)

    def job(tx: Tx, now: datetime) -> Done:
        _based_on(tx, now, who, code, match)
        link = _acted(lambda: case_acts.change(tx, now, who, code, changes))
        return Done(Changed(case=shown(tx, now, who, code), link=link))

    return await change(request, who, key, job)  # type: ignore[return-value]


@router.post("/cases/{code}/messages", status_code=201, responses=CHANGING)
async def write_message(request: Request, who: Who, code: Code, given: Writing, key: Key = None) -> Written:
    """Write to the person, in their language; outside their contact hours it leaves when these begin.

    Automation is silent meanwhile. 409 with a ``reason`` where the person must not be written to.
    """
    programme = office(request).programme

    def job(tx: Tx, now: datetime) -> Done:
        kept = _acted(lambda: case_acts.write_to(tx, programme, now, who, code, given.text))
        return Done(Written(id=kept.id, leaves_at=kept.leaves_at, at_once=kept.at_once), 201)

    return await change(request, who, key, job)  # type: ignore[return-value]


@router.post("/cases/{code}/checkins", status_code=201, responses=CHANGING)
async def run_checkin(request: Request, who: Who, code: Code, key: Key = None) -> Planned:
    """Begin a check-in now, or with the next contact hours."""
    programme = office(request).programme

    def job(tx: Tx, now: datetime) -> Done:
        return Done(Planned(at=_acted(lambda: case_acts.run_checkin_now(tx, programme, now, who, code))), 201)

    return await change(request, who, key, job)  # type: ignore[return-value]


@router.post("/cases/{code}/pause", responses=CHANGING, response_model=Case)
async def pause(
    request: Request,
    who: Who,
    code: Code,
    given: Pausing | None = None,
    key: Key = None,
    match: IfMatch = None,
) -> Response:
    """Let check-ins rest, those planned later too. What the person writes is still read and answered."""
    until = given.until if given else None
    return await _act(
        request, who, code, key, match, lambda tx, now: case_acts.pause(tx, now, who, code, until)
    )


@router.post("/cases/{code}/resume", responses=CHANGING, response_model=Case)
async def resume(request: Request, who: Who, code: Code, key: Key = None, match: IfMatch = None) -> Response:
    """Let check-ins go on; a closed case opens again."""
    programme = office(request).programme
    return await _act(
        request, who, code, key, match, lambda tx, now: case_acts.resume(tx, programme, now, who, code)
    )


@router.post("/cases/{code}/close", responses=CHANGING, response_model=Case)
async def close(
    request: Request, who: Who, code: Code, given: ClosingCase, key: Key = None, match: IfMatch = None
) -> Response:
    """End the work on a case; 409 while an alert of it is not resolved."""
    return await _act(
        request, who, code, key, match, lambda tx, now: case_acts.close(tx, now, who, code, given.reason)
    )


@router.post("/cases/{code}/transfer", responses=CHANGING)
async def transfer(
    request: Request, who: Who, code: Code, given: Passing, key: Key = None, match: IfMatch = None
) -> Handed:
    """Hand a case and its open work to another caseworker; from then on it may be out of your reach."""

    def job(tx: Tx, now: datetime) -> Done:
        _based_on(tx, now, who, code, match)
        _acted(lambda: case_acts.transfer(tx, now, who, code, given.to))
        return Done(Handed(code=code, to=given.to))

    return await change(request, who, key, job)  # type: ignore[return-value]


@router.post("/cases/{code}/contacts", status_code=201, responses=CHANGING)
async def record_contact(request: Request, who: Who, code: Code, given: NewContact, key: Key = None) -> Kept:
    """Record a contact outside; one in which the person was reached ends a silence."""
    programme = office(request).programme

    def job(tx: Tx, now: datetime) -> Done:
        kept = _acted(
            lambda: contacts.record(
                tx,
                programme,
                now,
                who,
                code,
                given.kind,
                given.reached,
                given.happened_at,
                given.by,
                given.text,
                given.alert,
                given.settles,
                given.raises,
            )
        )
        return Done(Kept(id=kept), 201)

    return await change(request, who, key, job)  # type: ignore[return-value]


@router.post("/cases/{code}/notes", status_code=201, responses=CHANGING)
async def note(request: Request, who: Who, code: Code, given: NewNote, key: Key = None) -> Kept:
    """Keep a note on a case."""

    def job(tx: Tx, now: datetime) -> Done:
        return Done(Kept(id=_acted(lambda: contacts.note(tx, now, who, code, given.text, given.alert))), 201)

    return await change(request, who, key, job)  # type: ignore[return-value]


async def _act(
    request: Request,
    who: Signed,
    code: str,
    key: str | None,
    match: str | None,
    act: Callable[[Tx, datetime], object],
) -> Response:
    """Do something with a case within reach, and show what it is then."""

    def job(tx: Tx, now: datetime) -> Done:
        _based_on(tx, now, who, code, match)
        _acted(lambda: act(tx, now))
        return Done(shown(tx, now, who, code), tagged=True)

    return await change(request, who, key, job)


def _based_on(tx: Tx, now: datetime, who: Signed, code: str, match: str | None) -> None:
    """Lock a case within reach, and hold the change to the version that its caller has read."""
    existing(lambda: case_acts.found(tx, who, code))
    etag.check(match, shown(tx, now, who, code))


def _acted(act: Callable[[], T]) -> T:
    """What an act gives; 409 where it cannot be done as things are."""
    try:
        return existing(act)
    except CannotAct as error:
        raise Problem(409, str(error), reason=error.reason) from None
    except BadAct as error:
        raise Problem(409, "this cannot be taken", detail=str(error)) from None


def _of_day(hour: str) -> int:
    """Minutes after midnight."""
    return int(hour[:2]) * 60 + int(hour[3:])
